"""What happens while a command runs, as frozen facts with ids and counts only, and two loggers that write them.

No event has a field for a header, a body, a query string or a value of a person. Paths arrive as templates
(`audit.paging.template`): segments that are neither words of the API nor numbers are replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Answered:
    """One HTTP exchange that ended with a status."""

    method: str
    path: str
    status: int
    ms: int
    attempt: int
    """1 for the first attempt."""
    received_bytes: int


@dataclass(frozen=True, slots=True)
class Faulted:
    """One HTTP exchange that ended without a usable answer."""

    method: str
    path: str
    fault: str
    """Name of the fault, without anything that the other side sent."""
    ms: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Waited:
    """All requests are held back, because the site asked for it or an attempt failed."""

    reason: str
    ms: int


@dataclass(frozen=True, slots=True)
class Noted:
    """Anything else worth a line: a step of a command, with an id and a count."""

    step: str
    ref: str = ""
    count: int | None = None


Event = Answered | Faulted | Waited | Noted
OnEvent = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Do nothing: the listener of commands that are not verbose."""


def json_logger(stream: TextIO, now: Callable[[], datetime]) -> OnEvent:
    """Return a listener that writes one JSON object a line."""

    def listen(event: Event) -> None:
        line = {"at_utc": _stamp(now()), "event": type(event).__name__, **_facts(event)}
        stream.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")
        stream.flush()

    return listen


def text_logger(stream: TextIO, now: Callable[[], datetime]) -> OnEvent:
    """Return a listener that writes one line of words a person can read."""

    def listen(event: Event) -> None:
        facts = " ".join(f"{name}={value}" for name, value in _facts(event).items() if value not in ("", None))
        stream.write(f"{_stamp(now())} {type(event).__name__.lower()} {facts}\n")
        stream.flush()

    return listen


def _facts(event: Event) -> dict[str, str | int | None]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
