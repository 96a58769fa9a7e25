"""Residue: where the texts that a plan replaced are still kept by the site, counted and never quoted.

A write adds a version and leaves the old ones. They, an unpublished draft, and what lies in the trash or the archive
may still hold what was removed. Only reading tells, so every place is read and scanned with the present rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from audit.begin import op_token
from audit.bounded import each
from audit.canonical import keyed_hash
from audit.errors import Missing, SiteError
from audit.journal import Journal
from audit.parts import BODY, TITLE, is_body, written_in
from audit.past import Past
from audit.plan import READERS
from audit.plan_file import Plan
from audit.records import Purpose, State
from audit.sites.base import Target, stops_the_run
from reports.migrated import Where
from rules.context import NOTHING_KNOWN, Context
from rules.model import Kind, ObjectType, Part, Ref
from rules.rule import Rule
from rules.scan import Scan, scan

KEEP_NO_HISTORY: Final = frozenset({ObjectType.TEMPLATE})
"""Classes whose earlier texts the API does not show."""


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
    titles: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(type, id) -> whom the plan removed from the title."""

    async def touched(self, ref: Ref, people: frozenset[str]) -> Residue:
        """Return what is left in an object that was written: present text, draft and every old version.

        People who were removed from its title are looked for in its present title and in those of all versions.
        """
        try:
            present = await self.target.fetch(ref, BODY)
        except Missing:
            return await self.untouched(replace(ref, status="trashed"), people)
        except SiteError as error:
            return Residue(ref, unread=_unread(error))
        named = self.titles.get((ref.type.value, ref.id), frozenset())
        title = present.fields.get("title") if named else None
        looks = [self._look(_place(present.ref.status), present.data, people, ref, title=title, named=named)]
        read, highest, untitled = 0, 0, 0
        try:
            if present.has_draft:
                looks.append(self._look(Where.DRAFT, await self.past.draft(ref), people, ref))
            async for version in self.past.versions(ref, bodies=True):
                highest = max(highest, version.number)
                if version.number >= (present.ref.version or 0):
                    continue
                data = version.data
                if data is None:
                    data = await self.past.version_body(ref, version.number)
                read += 1
                untitled += bool(named) and version.title is None
                looks.append(
                    self._look(
                        Where.VERSION,
                        data,
                        people,
                        ref,
                        version.number,
                        version.identity(self.key),
                        title=version.title,
                        named=named,
                    )
                )
        except SiteError as error:
            looks.append(_Look(unread=_unread(error)))
        else:
            looks.append(_Look(unread=_gap(present.ref, highest)))
            if untitled:
                looks.append(_Look(unread=f"the site does not tell the titles of {untitled} old versions"))
        return _residue(present.ref, looks, read)

    async def untouched(self, ref: Ref, people: frozenset[str]) -> Residue:
        """Return what is left in a draft, or in an object that was archived or is in the trash."""
        try:
            data = await self.past.resting(ref)
        except Missing:
            return Residue(ref)
        except SiteError as error:
            return Residue(ref, unread=_unread(error))
        return _residue(ref, [self._look(_place(ref.status), data, people, ref)], 0)

    def _look(
        self,
        where: Where,
        data: bytes,
        people: frozenset[str],
        ref: Ref,
        number: int | None = None,
        identity: str = "",
        *,
        title: str | None = None,
        named: frozenset[str] = frozenset(),
    ) -> _Look:
        """Return the trace of `people` in a text and of `named` in its title, if any.

        A text that cannot be read whole is not taken for clean.
        """
        seen = scan(Part(ref, BODY, written_in(ref, data), data), self.rules, self.context)
        rules = self._found(seen, people)
        if title and named:
            heading = title.encode("utf-8", "surrogatepass")
            rules += self._found(scan(Part(ref, TITLE, Kind.TEXT, heading), self.rules, self.context), named)
        trace = Trace(where, number, dict(sorted(rules.items())), identity, keyed_hash(self.key, data))
        name = where.value if number is None else f"{where.value} {number}"
        unread = "" if seen.unreadable is None else f"{name} cannot be judged: {seen.unreadable.reason}"
        return _Look((trace,) if rules else (), unread)

    def _found(self, seen: Scan, people: frozenset[str]) -> Counter[str]:
        """Return how many places of `people` each rule has found."""
        return Counter(match.rule for match in seen.matches if match.subject.pseudonym(self.key) in people)


@dataclass(frozen=True, slots=True)
class _Look:
    """What looking into one text gave."""

    traces: tuple[Trace, ...] = ()
    unread: str = ""


def _residue(ref: Ref, looks: Sequence[_Look], versions: int) -> Residue:
    """Return what looking into all texts of an object gave."""
    traces = tuple(trace for look in looks for trace in look.traces)
    return Residue(ref, traces, versions, "; ".join(look.unread for look in looks if look.unread))


def _gap(ref: Ref, highest: int) -> str:
    """Return why not all old versions can have been looked into, when `highest` is the newest that was listed."""
    if ref.type in KEEP_NO_HISTORY:
        return "the API shows no history of this class"
    return "" if highest >= (ref.version or 0) else "its list of versions is empty or late"


def removed(
    plan: Plan, journal: Journal, key: bytes, among: Callable[[str], bool] = is_body
) -> dict[Ref, frozenset[str]]:
    """Return the pseudonyms of whom the plan removed from each part that it wrote and that was not put back.

    `among` tells by its path whether a part is asked for: bodies, unless it says otherwise.
    """
    people: dict[Ref, set[str]] = {}
    for action in plan.actions:
        last = journal.last(op_token(key, plan, action.id, Purpose.APPLY))
        undone = journal.last(op_token(key, plan, action.id, Purpose.ROLLBACK))
        written = last is not None and last.state in {State.DONE, State.MISMATCH}
        if among(action.part) and written and not (undone is not None and undone.state is State.DONE):
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
