"""When the next request may leave: limits, what rate-limit headers say, one pause for all workers, the breaker.

Sources: https://developer.atlassian.com/cloud/confluence/rate-limiting/ (headers, recipe: first delay 2 s, doubling,
at most 30 s, jitter 0.7 to 1.3, `Retry-After` as the minimum).
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from audit.errors import Unreachable
from audit.events import OnEvent, Waited
from audit.statuses import is_transient, left_alone, throttled, unreachable

Sleep = Callable[[float], Awaitable[None]]

GRAIN_S: Final = 1e-6
"""Differences below this are rounding of floats, not time to wait for."""

EPOCH_FROM: Final = 1_000_000_000
"""Numbers in a reset header from here on are seconds since 1970; smaller ones are seconds from now."""


class Clock(Protocol):
    """The time, as an argument."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...


class SystemClock:
    """The clock of this machine, or of whoever tells the date."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._now() if self._now else datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the network layer. Names end in their unit."""

    attempts: int = 5
    """Of one request; the first one counts."""
    first_attempts: int = 2
    """At a connection, as long as the site never answered: a wrong address is told soon, a later outage waited out."""
    connections: int = 10
    """More make httpx slower, not faster."""
    connect_timeout_s: float = 10.0
    stall_timeout_s: float = 30.0
    """Silence in the middle of an answer."""
    deadline_s: float = 120.0
    """For one attempt as a whole, however lively it drips."""
    first_delay_s: float = 2.0
    longest_delay_s: float = 30.0
    longest_wait_s: float = 300.0
    """A site that asks for more than this ends the run, which can be resumed later."""
    near_limit_pause_s: float = 1.0
    """Before the next request when the site says that the limit is near."""
    answer_bytes: int = 64 * 1024 * 1024
    """Of one answer after decompression."""
    breaker_calls: int = 5
    """Calls in a row that were given up before the site is left alone."""
    empty_pages: int = 50
    """Pages in a row without results but with a `next` link."""


def backoff_s(failures: int, limits: Limits, random: Callable[[], float]) -> float:
    """Return the jittered delay after the given number of failed attempts (1 and up)."""
    exponent = min(failures - 1, 16)  # 2**16 is above any cap
    return float(min(limits.longest_delay_s, limits.first_delay_s * 2**exponent) * (0.7 + 0.6 * random()))


def told_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the site asks us to wait, or None where it does not say or says nonsense.

    `headers` has lower-case names. Read in this order, each also with a Beta prefix: `Retry-After` (seconds or an HTTP
    date), `X-RateLimit-Reset` (ISO 8601, also without seconds; or a number), `RateLimit` (largest `t`).
    """
    for name in ("retry-after", "beta-retry-after"):
        if (wait := _number(headers.get(name, ""))) is not None or (
            wait := _until(_http_date(headers.get(name, "")), now)
        ) is not None:
            return wait
    for name in ("x-ratelimit-reset", "x-beta-ratelimit-reset", "beta-x-ratelimit-reset"):
        value = headers.get(name, "")
        number = _number(value)
        if number is not None:
            return number if number < EPOCH_FROM else _until(_epoch(number), now)
        if (wait := _until(_iso(value), now)) is not None:
            return wait
    times = [
        float(seconds)
        for name in ("ratelimit", "beta-ratelimit")
        for seconds in re.findall(r";\s*t\s*=\s*(\d{1,12})", headers.get(name, ""))
    ]
    return max(times, default=None)


def near_limit(headers: Mapping[str, str]) -> bool:
    """Return whether the site says that less than a fifth of the quota is left."""
    names = ("x-ratelimit-nearlimit", "x-beta-ratelimit-nearlimit", "beta-x-ratelimit-nearlimit")
    return any(headers.get(name, "").strip().lower() == "true" for name in names)


class Pace:
    """The one gate that every request of every worker passes: pauses, delays, and the breaker.

    A pause holds all of them; none is lost. The breaker opens for good when several calls in a row were given up.
    """

    def __init__(
        self, limits: Limits, clock: Clock, sleep: Sleep, random: Callable[[], float], on_event: OnEvent
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._on_event = on_event
        self._until = 0.0
        self._given_up = 0
        """Calls in a row that were given up."""
        self._met = False
        self._refused: tuple[str, int] | None = None
        """Which write the site answered with a wait that is too long, and its status."""

    def meet(self) -> None:
        """Note that somebody answers at the address, whatever the answer is."""
        self._met = True

    def hopeless(self, attempt: int) -> bool:
        """Return whether another attempt to connect is not worth the wait: nobody ever answered there."""
        return not self._met and attempt >= self._limits.first_attempts

    async def ready(self, where: str) -> None:
        """Return when no pause is on. Raises `Unreachable` once the breaker is open, `Throttled` as `written` says."""
        while (wait_s := self._until - self._clock.monotonic()) > GRAIN_S:
            if self._refused is not None:
                raise throttled(*self._refused, wait_s, times=1)
            await self._sleep(wait_s)
        if self._given_up >= self._limits.breaker_calls:
            raise left_alone(where, self._given_up)

    def written(self, status: int, headers: Mapping[str, str], where: str) -> None:
        """Note the answer to a write. It is not sent again here, so a wait that it asks for is that of all others.

        Where the wait is too long, every request before its end raises `Throttled`.
        """
        if not is_transient(status) or "retry-after" not in headers:
            self.well()
            return
        told_s = told_wait_s(headers, self._clock.now()) or 0.0
        if told_s > self._limits.longest_wait_s:
            self._refused = where, status
        self._pause(told_s, f"status {status}")

    def well(self) -> None:
        """Note that the site works: it answered a call for good, with whatever status."""
        self._given_up = 0

    async def back_off(self, attempt: int) -> None:
        """Wait before the attempt that follows `attempt`; not at all when none follows."""
        if attempt < self._limits.attempts:
            await self._sleep(backoff_s(attempt, self._limits, self._random))

    def hold(self, status: int, headers: Mapping[str, str], where: str, attempt: int) -> None:
        """Hold back every request for as long as the site asks. Raises `Throttled` when that is too long or often."""
        told_s = told_wait_s(headers, self._clock.now())
        too_long = told_s is not None and told_s > self._limits.longest_wait_s
        if too_long or attempt == self._limits.attempts:
            self._given_up += 1
            raise throttled(where, status, told_s, times=attempt)
        delay_s = backoff_s(attempt, self._limits, self._random)
        self._pause(delay_s if told_s is None else max(told_s + self._random(), delay_s), f"status {status}")

    def heed(self, headers: Mapping[str, str]) -> None:
        """Slow everybody down when an answer says that the limit is near."""
        if near_limit(headers):
            self._pause(self._limits.near_limit_pause_s, "near the rate limit")

    def give_up(self, where: str, fault: str, status: int | None, attempts: int | None = None) -> Unreachable:
        """Return the error for a call that no attempt could bring through, and count it."""
        self._given_up += 1
        return unreachable(where, fault, attempts or self._limits.attempts, status)

    def _pause(self, wait_s: float, reason: str) -> None:
        """Begin a pause. A longer one is never shortened."""
        until = self._clock.monotonic() + wait_s
        if until > self._until:
            self._until = until
            self._on_event(Waited(reason=reason, ms=round(wait_s * 1000)))


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text, re.ASCII) else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _epoch(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _until(moment: datetime | None, now: datetime) -> float | None:
    """Return the seconds until `moment`; None where it is past, which is as good as not being told."""
    if moment is None:
        return None
    wait_s = (moment - now).total_seconds()
    return wait_s if wait_s > 0 else None
