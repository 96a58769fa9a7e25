from __future__ import annotations

import asyncio

import httpx
import pytest

from audit.errors import (
    SiteError,
    Throttled,
    Unreachable,
)
from audit.events import Waited
from audit.http import Limits, SystemClock
from tests.audit.net import net, ok, page, script, status

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "fault", [status(500), status(502), status(503), status(408), httpx.ReadTimeout("x"), httpx.ReadError("x")]
)
async def test_a_passing_fault_costs_another_attempt_and_no_item(fault: httpx.Response | Exception) -> None:
    async with net(script(fault, fault, page([{"id": "1"}]))) as one:
        pages = [item async for item in one.api.pages("/api/v2/pages")]
    assert [result["id"] for item in pages for result in item.results] == ["1"]
    assert len(one.requests) == 3
    assert one.time.slept == pytest.approx([2.0, 4.0])


async def test_delays_double_up_to_the_cap_and_end_after_the_last_attempt() -> None:
    async with net(script(status(500)), limits=Limits(attempts=8)) as one:
        with pytest.raises(Unreachable) as caught:
            await one.api.get("/api/v2/pages")
    assert one.time.slept == pytest.approx([2, 4, 8, 16, 30, 30, 30])
    assert caught.value.status == 500


async def test_one_429_holds_back_all_workers_and_loses_no_request() -> None:
    first = True

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal first
        if first:
            first = False
            return status(429, retry_after="20")
        return ok({"path": request.url.path})

    async with net(handle) as one:
        answers = await asyncio.gather(*(one.api.get(f"/api/v2/pages/{number}") for number in range(12)))
    assert {answer.mapping()["path"] for answer in answers} == {f"/wiki/api/v2/pages/{number}" for number in range(12)}
    assert len(one.requests) == 13
    assert one.time.seconds >= 20
    assert [event for event in one.events if isinstance(event, Waited)] == [Waited("status 429", 20500)]


async def test_a_wait_beyond_our_patience_ends_the_call_and_says_when_to_come_back() -> None:
    async with net(script(status(429, retry_after="3600"))) as one:
        with pytest.raises(Throttled, match="60 minutes") as caught:
            await one.api.get("/api/v2/pages")
    assert (len(one.requests), one.time.slept, caught.value.wait_s) == (1, [], 3600)


@pytest.mark.parametrize("value", ["-5", "soon", "", "0"])
async def test_a_senseless_retry_after_falls_back_to_our_own_delay(value: str) -> None:
    async with net(script(status(429, retry_after=value), ok({}))) as one:
        await one.api.get("/api/v2/pages")
    assert one.time.slept == pytest.approx([2.0])


async def test_ten_years_are_not_waited_for() -> None:
    async with net(script(status(429, retry_after="315360000"))) as one:
        with pytest.raises(Throttled, match="hardly meant"):
            await one.api.get("/api/v2/pages")
    assert one.time.slept == []


async def test_maintenance_that_names_an_hour_is_throttling_not_a_broken_site() -> None:
    async with net(script(status(503, retry_after="3600"))) as one:
        with pytest.raises(Throttled):
            await one.api.get("/api/v2/pages")
    async with net(script(status(503, retry_after="7"), ok({}))) as two:
        await two.api.get("/api/v2/pages")
    assert len(one.requests) == 1
    assert two.time.seconds >= 7


async def test_endless_429_is_given_up_after_the_last_attempt() -> None:
    async with net(script(status(429))) as one:
        with pytest.raises(Throttled, match="answered 429 5 times"):
            await one.api.get("/api/v2/pages")
    assert len(one.requests) == 5


async def test_the_breaker_leaves_a_dead_site_alone() -> None:
    async with net(script(status(500)), limits=Limits(attempts=2, breaker_calls=3)) as one:
        for _ in range(5):
            with pytest.raises(Unreachable):
                await one.api.get("/api/v2/pages")
    assert len(one.requests) == 6


async def test_an_answer_closes_the_count_of_the_breaker() -> None:
    steps = [status(500), status(500), status(404)] * 4
    async with net(script(*steps), limits=Limits(attempts=1, breaker_calls=3)) as one:
        for _ in steps:
            with pytest.raises(SiteError):
                await one.api.get("/api/v2/pages/1")
    assert len(one.requests) == len(steps)


async def test_we_slow_down_when_the_limit_is_near() -> None:
    async with net(script(ok({}, **{"X-RateLimit-NearLimit": "true"}), ok({}))) as one:
        for _ in range(3):
            await one.api.get("/api/v2/pages")
    assert one.time.slept == [1.0]


def test_the_system_clock_tells_utc_and_never_runs_backwards() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() is not None
    assert clock.monotonic() <= clock.monotonic()


async def test_where_nobody_ever_answered_two_attempts_to_connect_are_enough() -> None:
    def closed(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("closed", request=request)

    async with net(closed) as one:
        with pytest.raises(Unreachable, match="in 2 attempts"):
            await one.api.get("/api/v2/pages")
        assert len(one.requests) == Limits().first_attempts == 2


async def test_a_site_that_answered_before_is_waited_for_with_full_patience() -> None:
    def closed(request: httpx.Request) -> httpx.Response:
        if answers:
            return answers.pop()
        raise httpx.ConnectError("closed", request=request)

    answers = [ok({})]
    async with net(closed) as one:
        await one.api.get("/api/v2/pages")
        with pytest.raises(Unreachable, match="in 5 attempts"):
            await one.api.get("/api/v2/pages")
        assert len(one.requests) == 1 + Limits().attempts
