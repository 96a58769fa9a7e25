"""A TLS handshake that is cut short leaves no open connection, whenever that happens."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from collections.abc import Iterator
from contextlib import suppress

import pytest

from audit.auth import NoCredentials, site_place
from audit.errors import Unreachable
from audit.http import Api
from audit.loopback import HOST, listener
from audit.pacing import Limits, SystemClock
from tests.audit.cloud import no_sleep

TURNS = 25
"""More turns of the loop than it takes to come to the handshake."""


@pytest.fixture
def silent() -> Iterator[str]:
    """Serve an address that takes connections and never says a word."""
    with listener() as server:
        yield f"https://{HOST}:{server.getsockname()[1]}"


def api(address: str, limits: Limits) -> Api:
    place = site_place(address)
    return Api(place, NoCredentials(), clock=SystemClock(), sleep=no_sleep, random=lambda: 0.5, limits=limits)


async def cancelled(address: str, turns: int) -> None:
    async with api(address, Limits()) as site:
        asking = asyncio.ensure_future(site.get("/rest/api/user/current"))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


def left_open(caught: list[warnings.WarningMessage]) -> list[str]:
    gc.collect()
    return [str(one.message) for one in caught if issubclass(one.category, ResourceWarning)]


def test_a_handshake_that_is_cancelled_at_any_moment_leaves_no_connection_open(silent: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for turns in range(TURNS):
            asyncio.run(cancelled(silent, turns))
        assert left_open(caught) == []


def test_a_handshake_that_runs_out_of_time_leaves_no_connection_open(silent: str) -> None:
    async def ask(limits: Limits) -> None:
        async with api(silent, limits) as site:
            with suppress(Unreachable):
                await site.get("/rest/api/user/current")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for limits in (Limits(attempts=1, connect_timeout_s=0.01), Limits(attempts=1, deadline_s=0.02)):
            asyncio.run(ask(limits))
        assert left_open(caught) == []


def test_a_connection_in_the_clear_is_left_to_its_pool() -> None:
    with listener() as server:
        server.settimeout(5)
        asyncio.run(cancelled(f"http://{HOST}:{server.getsockname()[1]}", TURNS))
        taken, _ = server.accept()
        with taken:
            assert isinstance(taken, socket.socket)
