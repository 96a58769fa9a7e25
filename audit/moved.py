"""Newer versions with the text that a plan was made for: only a title, a label or an owner has changed.

Such an object may be planned anew: the same edits of the same bytes, with the version that is there now as the base,
which the site checks as it would have checked the planned one. Who made the versions in between is told by their
messages: what this run writes carries its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audit.errors import SiteError
from audit.records import Op
from audit.sites.base import Current, Target, VersionFacts, stops_the_run
from reports.anew import ANEW

RETITLED: Final = "it was retitled"
BY_US: Final = "the versions since are of this run"
BY_BOTH: Final = "the versions since are of this run and of others"
BY_OTHERS: Final = "the versions since are of others"
BY_NOBODY_KNOWN: Final = "the site does not tell who made the versions since"


class Newer(StrEnum):
    """What becomes of an object that has a newer version with the same text."""

    REPLAN = "replan"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Anew:
    """The bytes to write over a newer version, which holds the text that they were planned for."""

    data: bytes
    base_version: int | None
    """The version that was planned, or that a rehearsal left."""
    versions: str
    """Which version was planned and which is there."""


async def told(target: Target, op: Op, anew: Anew, current: Current) -> str:
    """Return, for the journal and the report, over which version is written and who made those since the plan.

    Raises the `SiteError` that would stop the run.
    """
    try:
        history = await target.history(op.ref) if current.latest is None else (current.latest,)
    except SiteError as error:
        if stops_the_run(error):
            raise
        history = ()
    return f"{anew.versions}; {ANEW}; {made_since(history, op, anew.base_version, current.ref.version)}"


def made_since(history: Sequence[VersionFacts], op: Op, base_version: int | None, version: int | None) -> str:
    """Return in words whose the versions after `base_version` up to `version` are: of the run of `op`, or of others.

    Where the object has another title since, that comes first; no title is named.
    """
    whose = _whose(history, op, base_version, version)
    titles = {one.number: one.title for one in history}
    was, now = titles.get(base_version or 0), titles.get(version or 0)
    return whose if None in {was, now} or was == now else f"{RETITLED}; {whose}"


def _whose(history: Sequence[VersionFacts], op: Op, base_version: int | None, version: int | None) -> str:
    tool, run, *_ = (*op.token.split(" ", 2), "")
    numbers = range((base_version or 0) + 1, (version or 0) + 1)
    since = {one.number: one.message.startswith(f"{tool} {run} ") for one in history if one.number in numbers}
    if not since or len(since) < len(numbers):
        return BY_NOBODY_KNOWN
    if all(since.values()):
        return BY_US
    return BY_BOTH if any(since.values()) else BY_OTHERS
