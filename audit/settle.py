"""What became of a write, told by reading alone: the state of the object, and its history where that is not enough.

Confluence knows no idempotency keys. The version number is its only compare-and-swap, the version message the only
place for a token. From these two every doubt about a write is settled, and none by writing again.
"""

from __future__ import annotations

from enum import Enum, auto

from audit.canonical import canonical_hash, keyed_hash
from audit.errors import Missing
from audit.marks import lost
from audit.records import Entry
from audit.sites.base import Current, Target, VersionFacts


class Verdict(Enum):
    """What reading says about one write."""

    UNWRITTEN = auto()
    """The object is as it was before."""
    WRITTEN = auto()
    """Our version is the present one and means what was planned."""
    ALTERED = auto()
    """Our version is the present one and means something else: the site dropped or changed part of it."""
    SUPERSEDED = auto()
    """Our version is in the history; somebody edited after it."""
    OVERTAKEN = auto()
    """Somebody else wrote; our version is not there."""
    GONE = auto()
    """The object is deleted, trashed or archived. It is never written again: that could restore it."""


async def settle(
    target: Target, intent: Entry, key: bytes, *, acked: bool, planned: bytes | None = None
) -> tuple[Verdict, Current | None]:
    """Return the verdict on the write of `intent`, and what is there now (None when the object is missing).

    With `acked` the site has confirmed the write: then equal contents need no look at the history. `planned` are the
    bytes that were sent, None where they are lost: with them anchors, ids and the like are compared one by one.
    """
    try:
        current = await target.fetch(intent.op.ref, intent.op.part)
    except Missing:
        return Verdict.GONE, None
    if current.ref.status != "current":
        return Verdict.GONE, current
    as_planned = canonical_hash(key, current.part, current.data) == intent.planned_hash
    as_planned = as_planned and (planned is None or lost(current.part, planned, current.data) is None)
    as_before = keyed_hash(key, current.data) == intent.base_hash
    if intent.base_version is None:
        return _unversioned(as_planned=as_planned, as_before=as_before, acked=acked), current
    version = current.ref.version or 0
    if version == intent.base_version:
        return (Verdict.UNWRITTEN if as_before else Verdict.OVERTAKEN), current
    if acked and as_planned and version == intent.base_version + 1:
        return Verdict.WRITTEN, current
    history = await target.history(intent.op.ref) if current.latest is None else (current.latest,)
    ours = _is_ours(history, intent)
    return _versioned(version, intent.base_version, ours=ours, as_planned=as_planned), current


def _is_ours(history: tuple[VersionFacts, ...], intent: Entry) -> bool:
    """Return whether the version right after the base carries our token."""
    expected = (intent.base_version or 0) + 1
    return any(entry.number == expected and intent.op.token in entry.message for entry in history)


def _versioned(version: int, base_version: int, *, ours: bool, as_planned: bool) -> Verdict:
    if not ours:
        return Verdict.OVERTAKEN
    if version > base_version + 1:
        return Verdict.SUPERSEDED
    return Verdict.WRITTEN if as_planned else Verdict.ALTERED


def _unversioned(*, as_planned: bool, as_before: bool, acked: bool) -> Verdict:
    """Access lists, templates and properties of users carry no version: only their contents speak."""
    if as_planned:
        return Verdict.WRITTEN
    if as_before:
        return Verdict.UNWRITTEN
    return Verdict.ALTERED if acked else Verdict.OVERTAKEN
