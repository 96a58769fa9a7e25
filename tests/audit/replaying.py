"""Replays of calls against a sandbox or a scripted site, without waiting."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache

import httpx

from audit.auth import Basic, Secret
from audit.config import Config
from audit.connections import connect
from audit.http import Api, Limits
from audit.replay.judging import Judge
from audit.replay.privacy import replay
from audit.replay.recorded import Recorded
from audit.replay.results import Report, Result
from audit.sandbox.sandbox import Sandbox
from rules.registry import load
from tests.audit.net import EMAIL, TOKEN, FakeTime, Handler

ORIGIN = "http://127.0.0.1:8990"
SITE = "https://acme.atlassian.net"
KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
ACCOUNT = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
USER = "/wiki/rest/api/user"


@cache
def judge() -> Judge:
    return Judge.of(load())


async def replayed(
    transport: Callable[[], httpx.AsyncBaseTransport], config: Config, calls: Sequence[Recorded] | None
) -> Report:
    fake = FakeTime()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Api]:
        api = await connect(config, clock_now=fake.now, sleep=fake.sleep, random=lambda: 0.5, transport=transport)
        async with api:
            yield api

    return await replay(opened, config, judge(), calls, sleep=fake.sleep)


def config_of(sandbox: Sandbox, token: str = "") -> Config:
    person = sandbox.accounts["admin"]
    return Config(ORIGIN, Basic(person.email, Secret(token or person.token)), gateway=ORIGIN, limits=Limits(attempts=2))


async def on(sandbox: Sandbox, *calls: Recorded, config: Config | None = None) -> Report:
    return await replayed(lambda: httpx.ASGITransport(app=sandbox.app), config or config_of(sandbox), calls)


async def over(handler: Handler, *calls: Recorded) -> Report:
    config = Config(SITE, Basic(EMAIL, Secret(TOKEN)), limits=Limits(attempts=2))
    return await replayed(lambda: httpx.MockTransport(handler), config, calls)


def get(url: str, **facts: object) -> Recorded:
    return replace(Recorded("GET", url), **facts)  # type: ignore[arg-type]


def post(url: str, body: object, media: str = "application/json", method: str = "POST") -> Recorded:
    return Recorded(method, url, body if isinstance(body, str) else json.dumps(body), media)


def sent(result: Result) -> list[tuple[str, str, str]]:
    return [(each.where.value, each.name, each.row) for each in result.sent]


def site(answer: Callable[[httpx.Request], httpx.Response]) -> Handler:
    """Return a site that knows who we are and answers everything else as given."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == f"{USER}/current":
            return httpx.Response(200, json={"type": "known", "accountId": ACCOUNT})
        return answer(request)

    return handle
