"""What became of a write, told by reading alone: the state of the object, and its history where that is not enough.

Confluence knows no idempotency keys. The version number is its only compare-and-swap, the version message the only
place for a token. From these two every doubt about a write is settled, and none by writing again.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import assert_never

from audit.between import Progress, by_entries, progress
from audit.canonical import canonical, canonical_hash, keyed_hash
from audit.errors import BadAnswer, Missing, SiteError
from audit.guards import UNRECORDED, Refusal
from audit.marks import lost
from audit.moved import made_since
from audit.parts import has_versions
from audit.records import Entry, Op
from audit.sites.base import Current, Target, VersionFacts, stops_the_run
from rules.model import HeldReason


class Verdict(Enum):
    """What reading says about one write."""

    UNWRITTEN = auto()
    """The object is as it was before."""
    HALF = auto()
    """Of a list that several requests write, some took place and the others did not; nobody else changed it."""
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
    target: Target,
    intent: Entry,
    key: bytes,
    *,
    acked: bool,
    planned: bytes | None = None,
    before: bytes | None = None,
) -> tuple[Verdict, Current | None]:
    """Return the verdict on the write of `intent`, and what is there now (None when the object is missing).

    With `acked` the site has confirmed the write: then equal contents need no look at the history. `planned` are the
    bytes that were sent, None where they are lost: with them anchors, ids and the like are compared one by one. With
    them and the bytes `before`, a list that was written in part is told from one that somebody else changed. Raises
    `BadAnswer` when what the site shows decides nothing, and `NotAuthenticated` where the object is missing because
    the site takes us for anonymous.
    """
    try:
        current = await target.fetch(intent.op.ref, intent.op.part)
    except Missing:
        await target.caller()
        return Verdict.GONE, None
    if current.ref.status != "current":
        return Verdict.GONE, current
    as_planned = holds_planned(current, intent, key, planned)
    as_before = keyed_hash(key, current.data) == intent.base_hash
    if intent.base_version is None:
        if not as_planned and before is not None and planned is not None and by_entries(current.part):
            stands = progress(current.part, before, planned, current.data)
            as_before = canonical(current.part, current.data) == canonical(current.part, before)
            verdict = _by_entries(stands, as_before=as_before, acked=acked)
        else:
            verdict = _unversioned(as_planned=as_planned, as_before=as_before, acked=acked)
        return verdict, current
    version = current.ref.version or 0
    if version == intent.base_version:
        return (Verdict.UNWRITTEN if as_before else Verdict.OVERTAKEN), current
    if acked and as_planned and version == intent.base_version + 1:
        return Verdict.WRITTEN, current
    if current.latest is not None:
        ours = _carries(current.latest, intent, intent.base_version + 1)
    else:
        ours = _is_ours(await target.history(intent.op.ref), intent, intent.base_version, version)
    return _versioned(version, intent.base_version, ours=ours, as_planned=as_planned), current


async def as_recorded(target: Target, op: Op, refusal: Refusal) -> Refusal:
    """Return a refusal, told as what it is where the history holds the token of an op that was never recorded as begun.

    Else it says whose the versions since the plan are: of this run, or of others.

    A history that cannot be read tells nothing. Raises the `SiteError` that would stop the run.
    """
    if refusal.reason is not HeldReason.CHANGED or not has_versions(op.ref, op.part):
        return refusal
    try:
        history = await target.history(op.ref)
    except SiteError as error:
        if stops_the_run(error):
            raise
        return refusal
    ours = next((entry.number for entry in history if op.token in entry.message), None)
    if ours is not None:
        return replace(refusal, detail=f"version {ours} is ours: {UNRECORDED}")
    if refusal.since is None:
        return refusal
    latest = max((entry.number for entry in history), default=None)
    return replace(refusal, detail=f"{refusal.detail}; {made_since(history, op, refusal.since, latest)}")


def holds_planned(current: Current, intent: Entry, key: bytes, planned: bytes | None) -> bool:
    """Return whether what is there now means what was planned; `planned` are the bytes sent, None where lost."""
    same = canonical_hash(key, current.part, current.data) == intent.planned_hash
    return same and (planned is None or lost(current.part, planned, current.data) is None)


def _is_ours(history: tuple[VersionFacts, ...], intent: Entry, base_version: int, version: int) -> bool:
    """Return whether the version right after the base carries our token.

    Raises `BadAnswer` when that version is not listed: an empty or late list says nothing about who wrote it. Where
    the object has come to a lower number than the base, versions were deleted: then none may carry the token.
    """
    wanted = base_version + 1
    if any(entry.number == wanted for entry in history):
        return any(_carries(entry, intent, wanted) for entry in history)
    renumbered = version < base_version and any(entry.number == version for entry in history)
    if renumbered and not any(intent.op.token in entry.message for entry in history):
        return False
    raise BadAnswer.shape(
        f"versions of {intent.op.ref.type.value} {intent.op.ref.id}",
        f"version {wanted} is not listed, so it is not known who wrote it",
    )


def _carries(entry: VersionFacts, intent: Entry, number: int) -> bool:
    return entry.number == number and intent.op.token in entry.message


def _versioned(version: int, base_version: int, *, ours: bool, as_planned: bool) -> Verdict:
    if not ours:
        return Verdict.OVERTAKEN
    if version > base_version + 1:
        return Verdict.SUPERSEDED
    return Verdict.WRITTEN if as_planned else Verdict.ALTERED


def _by_entries(stands: Progress, *, as_before: bool, acked: bool) -> Verdict:
    """Return the verdict on a list that is not as planned, by the entries that stand in it."""
    match stands:
        case Progress.HALF:
            return Verdict.HALF
        case Progress.WHOLE:
            return Verdict.SUPERSEDED
        case Progress.MIXED:
            return Verdict.ALTERED
        case Progress.NONE:
            return _unversioned(as_planned=False, as_before=as_before, acked=acked)
        case _:
            assert_never(stands)


def _unversioned(*, as_planned: bool, as_before: bool, acked: bool) -> Verdict:
    """Access lists, templates and properties of users carry no version: only their contents speak."""
    if as_planned:
        return Verdict.WRITTEN
    if as_before:
        return Verdict.UNWRITTEN
    return Verdict.ALTERED if acked else Verdict.OVERTAKEN
