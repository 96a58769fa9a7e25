"""The run behind a dossier: a run database that also tells what it holds about one person, by keyed hashes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from audit.results import Place
from audit.run import RunStore
from reports.evidence import ObjectFacts
from rules.model import Finding, ObjectType, Ref

UNTITLED: Final = frozenset({ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT, ObjectType.TASK})


class SubjectRun(RunStore):
    """The database of one dossier. It is removed once the dossier is made."""

    def about(self, people: Collection[str]) -> tuple[tuple[Finding, Place], ...]:
        """Return the findings whose value has one of some pseudonyms, each with the object it was stored with."""
        both = zip(self.findings(), self.placed(), strict=True)
        return tuple((finding, place) for finding, (_, place) in both if finding.subject.hmac in people)

    def authored(self, people: Collection[str]) -> tuple[tuple[str, str, str], ...]:
        """Return (type, id, status) of what one of some pseudonyms wrote, or edited last."""
        rows = self._db.execute("SELECT type, id, status, hmac FROM authors ORDER BY type, length(id), id, status")
        return tuple((row[0], row[1], row[2]) for row in rows if row[3] in people)

    def facts(self) -> dict[tuple[str, str, str], ObjectFacts]:
        """Return what may be shown of every object that was listed, by type, id and state. Linear in the site."""
        rows = self._db.execute("SELECT type, id, version, space, status, title, url, parent FROM objects")
        found: dict[tuple[str, str, str], ObjectFacts] = {}
        for row in rows:
            facts = ObjectFacts(Ref(ObjectType(row[0]), *row[1:5]), row[5], row[6], row[7])
            known = found.get((row[0], row[1], row[4]))
            # An object is stored once for each class that it counts in: one row says more than another.
            if known is None or _said(facts) > _said(known):
                found[row[0], row[1], row[4]] = facts
        return _carried(found)


def _said(facts: ObjectFacts) -> int:
    return sum(map(bool, (facts.title, facts.url, facts.ref.space, facts.parent)))


def _carried(found: dict[tuple[str, str, str], ObjectFacts]) -> dict[tuple[str, str, str], ObjectFacts]:
    """Return the facts where what has no title of its own, a comment or a task, goes by that of its page."""
    titles = {facts.ref.id: facts.title for facts in found.values() if facts.title}
    return {
        key: replace(facts, title=titles.get(facts.parent.rpartition(" ")[2], ""))
        if facts.ref.type in UNTITLED
        else facts
        for key, facts in found.items()
    }
