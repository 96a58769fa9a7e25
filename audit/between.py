"""Lists that are written entry by entry, each with a request of its own: how far such a write has come.

First everything is added, then what it stands for is removed, so that nobody is ever missing. A list that was left on
the way is neither undone nor somebody else's: the run that goes on sends what is still missing. What others added or
removed meanwhile is told apart by the entries themselves.
"""

from __future__ import annotations

from enum import Enum, auto

from audit.errors import BadAnswer
from audit.members import Member, members
from audit.parts import is_grants, is_members
from rules.acl import decode_permissions
from rules.permissions import Grant, grants


class Progress(Enum):
    """How much of a write stands in a list."""

    NONE = auto()
    """Nothing of it: the list is as before, or others changed it."""
    HALF = auto()
    """Part of it, and nothing else has changed: the rest can be sent, or this part be taken back."""
    WHOLE = auto()
    """All of it, and others may have come or gone."""
    MIXED = auto()
    """Part of it, and others have come or gone."""


def by_entries(part: str) -> bool:
    """Return whether a part is written by several requests."""
    return is_grants(part) or is_members(part)


def progress(part: str, before: bytes, planned: bytes, now: bytes) -> Progress:
    """Return how much of the write from `before` to `planned` stands in `now`.

    Raises `BadAnswer` when an entry of `now` names nobody: then nothing is concluded from it.
    """
    old, new, present = (_entries(part, data) for data in (before, planned, now))
    added, removed = new - old, old - new
    if present == old:
        return Progress.NONE
    if added <= present and not removed & present:
        return Progress.WHOLE
    if present <= old | new and (old <= present or new <= present):
        return Progress.HALF
    return Progress.MIXED if added & present else Progress.NONE


def between(part: str, before: bytes | None, planned: bytes | None, now: bytes) -> bool:
    """Return whether `now` is what some or all requests of a write left, and somebody else changed nothing.

    `before` and `planned` are the images of the journal, None where they are lost: then nothing is known of the way.
    Entries that merely stand in another order, or under other ids of the site, are no change.
    """
    if not by_entries(part) or before is None or planned is None or now == before:
        return False
    ends = {_entries(part, before), _entries(part, planned)}
    return _entries(part, now) in ends or progress(part, before, planned, now) is Progress.HALF


def _entries(part: str, data: bytes) -> frozenset[Member | Grant]:
    try:
        return grants(decode_permissions(data)) if is_grants(part) else members(data)
    except ValueError:
        reason = "an entry names nobody"
    # Raised here and not above: the original error is about bytes that name people.
    raise BadAnswer.shape(part, reason)
