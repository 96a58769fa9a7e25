"""What a writer carries out: one thing to write, decided about at the last moment, and the one request for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from audit.guards import Refusal
from audit.moved import Anew
from audit.records import Op
from audit.sites.base import Current, Target

Request = Callable[[], Awaitable[None]]


class Job(Protocol):
    """One thing to write."""

    @property
    def op(self) -> Op:
        """Return what is written, and its token."""
        ...

    def decide(self, current: Current) -> bytes | Anew | Refusal:
        """Return the new bytes for what is there now, or why it is not written."""
        ...

    async def request(self, target: Target, current: Current, data: bytes) -> Request | Refusal:
        """Return the one request that brings about what was decided, or why it cannot be made."""
        ...
