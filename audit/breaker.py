"""When a run that writes gives up, and how fast it may go: both for all workers together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from audit.write import Written
from reports.evidence import Outcome
from rules.model import HeldReason

FAILURES: Final = frozenset({Outcome.FAILED, Outcome.REJECTED})
ENOUGH: Final = 20
"""Writes before a share of them says anything."""
MINUTE_S: Final = 60.0


@dataclass(slots=True)
class Breaker:
    """Counts failures. What somebody else changed meanwhile is none, and neither is what was done before."""

    in_a_row: int = 5
    percent: float = 25.0
    row: int = 0
    refused: int = 0
    """How many of those in a row are missing permissions."""
    failed: int = 0
    tried: int = 0

    def count(self, written: Written) -> str:
        """Return why the run has to end after this outcome, in words; empty while it may go on."""
        if written.outcome is Outcome.ALREADY:
            return ""
        denied = written.reason is HeldReason.NO_PERMISSION
        failure = denied or written.outcome in FAILURES
        self.tried += 1
        self.failed += failure
        self.row = self.row + 1 if failure else 0
        self.refused = self.refused + 1 if denied else 0
        if self.refused >= self.in_a_row:
            return f"the account was refused {self.refused} times in a row"
        if self.row >= self.in_a_row:
            return f"{self.row} writes in a row failed"
        if self.tried >= ENOUGH and 100 * self.failed > self.percent * self.tried:
            return f"{self.failed} of {self.tried} writes failed, more than {self.percent:g} %"
        return ""


class Rate:
    """Turns at even distances, at most so many a minute."""

    def __init__(
        self, per_minute: int, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._apart_s = MINUTE_S / per_minute
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0

    async def turn(self) -> None:
        """Return when it is the caller's turn to write; turns are given in the order of asking."""
        now = self._monotonic()
        mine = max(self._next, now)
        self._next = mine + self._apart_s
        if mine > now:
            await self._sleep(mine - now)
