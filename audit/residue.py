"""Residue: where the texts that a plan replaced are still kept by the site, counted and never quoted.

A write adds a version and leaves the old ones. They, an unpublished draft, and what lies in the trash or the archive
may still hold what was removed. Only reading tells, so every place is read and scanned with the present rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from audit.begin import op_token
from audit.bounded import each
from audit.canonical import keyed_hash
from audit.errors import Missing, SiteError
from audit.journal import Journal
from audit.parts import BODY
from audit.past import Past
from audit.plan import READERS
from audit.plan_file import Plan
from audit.records import Purpose, State
from audit.sites.base import Target, stops_the_run
from rules.context import NOTHING_KNOWN, Context
from rules.model import Kind, ObjectType, Part, Ref
from rules.rule import Rule
from rules.scan import scan

KEEP_NO_HISTORY: Final = frozenset({ObjectType.TEMPLATE})
"""Classes whose earlier texts the API does not show."""


class Where(StrEnum):
    """Kinds of places that keep what was removed."""

    VERSION = "version"
    DRAFT = "draft"
    TRASH = "trashed"
    ARCHIVE = "archived"
    PRESENT = "present"
    """The published text itself: what was removed has come back, or the object was never repaired."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One place that still holds what was removed."""

    where: Where
    number: int | None
    """Of the version; None for every other place."""
    rules: Mapping[str, int]
    """Rule -> places that it finds."""
    identity: str = ""
    """Keyed hash that names the version whatever its number."""
    body_hash: str = ""
    """Keyed hash of its text."""


@dataclass(frozen=True, slots=True)
class Residue:
    """What looking into one object gave."""

    ref: Ref
    """With the version and state that were found."""
    traces: tuple[Trace, ...] = ()
    versions: int = 0
    """Old versions that were read."""
    unread: str = ""
    """Why something of it could not be looked into; empty when all of it was."""

    @property
    def old(self) -> tuple[Trace, ...]:
        """Return the old versions that hold something, the oldest first."""
        found = (trace for trace in self.traces if trace.where is Where.VERSION)
        return tuple(sorted(found, key=lambda trace: trace.number or 0))

    def holds(self, where: Where) -> bool:
        """Return whether a place of a kind holds something."""
        return any(trace.where is where for trace in self.traces)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Looks into objects for people that a plan removed."""

    target: Target
    past: Past
    rules: Sequence[Rule]
    key: bytes
    context: Context = NOTHING_KNOWN

    async def touched(self, ref: Ref, people: frozenset[str]) -> Residue:
        """Return what is left in an object that was written: present text, draft and every old version."""
        try:
            present = await self.target.fetch(ref, BODY)
        except Missing:
            return await self.untouched(replace(ref, status="trashed"), people)
        except SiteError as error:
            return Residue(ref, unread=_unread(error))
        traces = self._found(_place(present.ref.status), present.data, people, ref)
        read, unread = 0, "the API shows no history of this class" if ref.type in KEEP_NO_HISTORY else ""
        try:
            if present.has_draft:
                traces += self._found(Where.DRAFT, await self.past.draft(ref), people, ref)
            async for version in self.past.versions(ref, bodies=True):
                if version.number >= (present.ref.version or 0):
                    continue
                data = version.data
                if data is None:
                    data = await self.past.version_body(ref, version.number)
                read += 1
                identity = version.identity(self.key)
                traces += self._found(Where.VERSION, data, people, ref, version.number, identity)
        except SiteError as error:
            unread = _unread(error)
        return Residue(present.ref, traces, read, unread)

    async def untouched(self, ref: Ref, people: frozenset[str]) -> Residue:
        """Return what is left in a draft, or in an object that was archived or is in the trash."""
        try:
            data = await self.past.resting(ref)
        except Missing:
            return Residue(ref)
        except SiteError as error:
            return Residue(ref, unread=_unread(error))
        return Residue(ref, self._found(_place(ref.status), data, people, ref))

    def _found(
        self, where: Where, data: bytes, people: frozenset[str], ref: Ref, number: int | None = None, identity: str = ""
    ) -> tuple[Trace, ...]:
        """Return the trace of `people` in a text: one, or none."""
        matches = scan(Part(ref, BODY, Kind.STORAGE, data), self.rules, self.context).matches
        rules = Counter(match.rule for match in matches if match.subject.pseudonym(self.key) in people)
        if not rules:
            return ()
        return (Trace(where, number, dict(sorted(rules.items())), identity, keyed_hash(self.key, data)),)


def removed(plan: Plan, journal: Journal, key: bytes) -> dict[Ref, frozenset[str]]:
    """Return the pseudonyms of whom the plan removed from each body that it wrote and that was not put back."""
    people: dict[Ref, set[str]] = {}
    for action in plan.actions:
        last = journal.last(op_token(key, plan, action.id, Purpose.APPLY))
        undone = journal.last(op_token(key, plan, action.id, Purpose.ROLLBACK))
        written = last is not None and last.state in {State.DONE, State.MISMATCH}
        if action.part == BODY and written and not (undone is not None and undone.state is State.DONE):
            people.setdefault(action.ref, set()).update(place.subject.hmac for place in action.replaced())
    return {ref: frozenset(found) for ref, found in people.items()}


async def residue_of(
    people: Mapping[Ref, frozenset[str]], searcher: Searcher, beside: Iterable[Ref] = ()
) -> tuple[Residue, ...]:
    """Return what is left of `people` in each object they were removed from, then in each of `beside`.

    `beside` are drafts and archived or trashed objects; they are looked into for everybody. Objects that hold nothing
    are in the result as well. Raises `SiteError` when the site cannot be asked at all.
    """
    everybody = frozenset().union(*people.values())
    touched = {(ref.type, ref.id) for ref in people}
    rest = [ref for ref in beside if (ref.type, ref.id) not in touched] if everybody else []

    async def one(ref: Ref) -> Residue:
        if ref in people:
            return await searcher.touched(ref, people[ref])
        return await searcher.untouched(ref, everybody)

    return tuple(await each([*people, *rest], one, READERS))


def _place(status: str) -> Where:
    return {"trashed": Where.TRASH, "archived": Where.ARCHIVE, "draft": Where.DRAFT}.get(status, Where.PRESENT)


def _unread(error: SiteError) -> str:
    """Return why an object was not read whole; an error that concerns the whole site goes on."""
    if stops_the_run(error):
        raise error
    return error.why or error.what
