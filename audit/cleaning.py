"""Words taken out of old versions by the site itself, where it has redaction: the versions stay, the words go.

API v2 redacts words of one version, named by JSON pointers into its document. The site writes its own marker, so what
is proved afterwards is less than for a rewrite: no rule finds the people in that version any more, and the other
versions and the published text are as before. A site without redaction says so once and is not asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Final

from audit.canonical import keyed_hash
from audit.deletion import Deleted, Deleter, Doomed, Fate, Request
from audit.errors import Rejected, SiteError
from audit.parts import BODY, written_in
from audit.past import OldVersion
from audit.records import Entry, Op, Purpose, State
from audit.redacted import WITHOUT_REDACTION
from audit.redacting import REDACTED_TYPES, Probe, probe
from rules.context import NOTHING_KNOWN, Context
from rules.jsontree import parse
from rules.model import Kind, Match, ObjectType, Part, Unreadable
from rules.pointers import Pointer, pointers
from rules.rule import Rule
from rules.scan import scan

LOOKS: Final = 5
"""Times that a version is read after a redaction was accepted: the site carries it out in its own time."""
LOOK_DELAY_S: Final = 2.0

People = Mapping[tuple[ObjectType, str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Redactor(Deleter):
    """Redacts one version after the other."""

    rules: Sequence[Rule] = ()
    people: People | None = None
    context: Context = NOTHING_KNOWN
    without: list[str] = field(default_factory=list)
    """Why the site redacts nothing, once it has said so."""
    asked: list[Probe] = field(default_factory=list)
    """How the site answered when it was asked whether it redacts, once it was."""

    purpose: ClassVar[Purpose] = Purpose.REDACT_VERSION

    async def request(self, one: Doomed, before: Sequence[OldVersion]) -> Request | str:
        """Return the redaction of what stands in the words of a version, or why there is none."""
        if self.without:
            return self.without[0]
        if one.ref.type not in REDACTED_TYPES:
            return "objects of this class are not redacted"
        if not self.asked:
            self.asked.append(answer := await probe(self.past, [one.ref]))
            if not answer.redacts:
                self.without.append(f"the site has no redaction: {answer.answer}")
                return self.without[0]
        data = await self.past.document(one.ref, one.number)
        tree = parse(data)
        matches = self._found(Part(one.ref, BODY, Kind.ADF, data))
        places = None if isinstance(tree, Unreadable) or not matches else pointers(data, tree, matches)
        if places is None:
            return "what it holds is not in the words of its text"
        return partial(self._redact, one, before[-1].created_at, places)

    async def _redact(self, one: Doomed, changed_at: str, places: Sequence[Pointer]) -> None:
        try:
            await self.past.redact_version(one.ref, one.number, changed_at, places)
        except SiteError as error:
            if error.status not in WITHOUT_REDACTION:
                raise
            self.without.append(f"the site has no redaction: it answered {error.status}")
            raise Rejected(what=self.without[0], where=error.where, status=error.status) from error

    async def looked_after(
        self, op: Op, one: Doomed, before: Sequence[OldVersion], index: int, present: str
    ) -> Deleted:
        """Return what reading says: the same versions, and nobody of those people in this one."""
        text = b""
        for look in range(LOOKS):
            if look:
                await self.sleep(LOOK_DELAY_S)
            text = await self.past.version_body(one.ref, one.number)
            if keyed_hash(self.key, text) != one.body_hash:
                break
        else:
            self.journal.append(Entry(op, State.REJECTED, note="it is as it was before"))
            return Deleted(one, Fate.REFUSED, "the site redacted nothing")
        was = [version.identity(self.key) for version in before]
        now = await self.identities(one.ref)
        current = await self.target.fetch(one.ref, BODY)
        same = len(now) > len(was) or keyed_hash(self.key, current.data) == present
        part = Part(one.ref, BODY, written_in(one.ref, text), text)
        judged = scan(part, self.rules, self.context).unreadable is None
        if now[: len(was)] != was or not same or not judged or self._found(part):
            note = f"version {before[index].number} or what stands beside it is not as expected"
            self.journal.append(Entry(op, State.MISMATCH, note=note))
            return Deleted(one, Fate.DOUBTFUL, note)
        self.journal.append(Entry(op, State.VERIFIED), Entry(op, State.DONE))
        return Deleted(one, Fate.REDACTED, "read again: no rule finds anybody in its text, and the rest is as before")

    def _found(self, part: Part) -> tuple[Match, ...]:
        people = (self.people or {}).get((part.ref.type, part.ref.id), frozenset())
        matches = scan(part, self.rules, self.context).matches
        return tuple(match for match in matches if match.subject.pseudonym(self.key) in people)
