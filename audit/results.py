"""What a run database tells: findings, coverage with its denominators, what is missing and why."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from audit.parts import BODY, DOCUMENT, PERMISSIONS, RESTRICTIONS, ROLES
from audit.pictured import left_out
from reports.evidence import CoverageRow, HostFacts, ObjectFacts
from rules.model import Confidence, Finding, ObjectType, Ref, Severity, Span, Subject, SubjectKind

WRITTEN_PARTS = (BODY, DOCUMENT, RESTRICTIONS, PERMISSIONS, ROLES)
"""Parts that this tool writes without being told so."""
FINDING_COLUMNS = (
    "rule, severity, confidence, type, id, version, space, status, path, span_start, span_end, line, col,"
    " subject_kind, subject_mask, subject_hmac, excerpt, reason, rewritable, fingerprint"
)

FINDING_ORDER = "severity DESC, rule, space, type, length(id), id, version, path, span_start, fingerprint, rowid"


READ_AGAIN = """CREATE TABLE IF NOT EXISTS read_again (
    type TEXT NOT NULL, id TEXT NOT NULL, event TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (type, id)
) WITHOUT ROWID"""
LOOKED = {
    "read": "read again after events",
    "not read": "named by events and not readable again",
    "gone": "gone after events",
    "moved out": "moved out of the scope after events",
    "not shown": "named by events and not shown any more",
    "judged": "judged as they arrived",
}
"""What came of looking at an object again after an event -> how reports say it."""
NAMED_AGAIN = 20
"""Objects that a note names one by one; the others are counted."""


class Again(NamedTuple):
    """One object that was looked at again after an event of the site."""

    type: str
    id: str
    event: str
    at_utc: str
    outcome: str
    """One of `LOOKED`."""


class Place(NamedTuple):
    """The object that a finding was stored with, as coverage counts it."""

    object_class: str
    type: str
    id: str
    status: str


class Looked(NamedTuple):
    """Whether a run read an object."""

    status: str
    coverage: str
    """`read`, `skipped`, `failed` or `unassessed`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finding as the audit stored it, for those who decide what becomes of it."""

    part: str
    """Path of the part, for example `body`."""
    failure: str
    """Why the object, or a part of it, could not be judged; empty when it could."""
    finding: Finding


class RunResults:
    """The reading side of a run database."""

    _db: sqlite3.Connection

    def get(self, name: str, default: str = "") -> str:
        """Return one fact about the run."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def kept(self, kind: str) -> tuple[str, ...]:
        """Return the records of one kind that stand beside each other, such as one for each plan, by their names."""
        rows = self._db.execute(
            "SELECT value FROM meta WHERE substr(name, 1, ?) = ? AND value <> '' ORDER BY name",
            (len(kind) + 1, f"{kind} "),
        )
        return tuple(row[0] for row in rows)

    def hosts(self) -> tuple[HostFacts, ...]:
        """Return every host that the run contacted."""
        rows = json.loads(self.get("hosts", "[]"))
        return tuple(
            HostFacts(row["origin"], row["purpose"], row["requests"], row["received"], row["sent"]) for row in rows
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return every finding: worst first, then by rule, space, object and place."""
        rows = self._db.execute(
            f"SELECT {FINDING_COLUMNS} FROM findings"  # noqa: S608 - constant
            f" ORDER BY {FINDING_ORDER}"
        )
        return tuple(_finding(row) for row in rows)

    def subjects(self) -> tuple[Subject, ...]:
        """Return each value that was found, once, by its kind and keyed hash."""
        rows = self._db.execute(
            "SELECT DISTINCT subject_kind, subject_mask, subject_hmac FROM findings ORDER BY subject_kind, subject_hmac"
        )
        return tuple(Subject(SubjectKind(row[0]), row[1], row[2]) for row in rows)

    def placed(self) -> tuple[tuple[str, Place], ...]:
        """Return the fingerprint and the object of every finding, in the order of `findings`."""
        rows = self._db.execute(
            f"SELECT fingerprint, class, owner_type, id, owner_status FROM findings ORDER BY {FINDING_ORDER}"  # noqa: S608 - constant
        )
        return tuple((row[0], Place(*row[1:])) for row in rows)

    def current_texts(self) -> set[tuple[str, str, int | None, str]]:
        """Return (rule, id, version, pseudonym) of each finding in a published text: no draft, no old version."""
        rows = self._db.execute(
            "SELECT DISTINCT rule, id, version, subject_hmac FROM findings"
            " WHERE type <> 'version' AND status <> 'draft'"
        )
        return {(row[0], row[1], row[2], row[3]) for row in rows}

    def looked_at(self) -> dict[tuple[str, str, str], tuple[Looked, ...]]:
        """Return what became of each object that was listed: (class, type, id) -> once for each of its states."""
        rows = self._db.execute("SELECT class, type, id, status, coverage, reason FROM objects ORDER BY status")
        found: dict[tuple[str, str, str], list[Looked]] = {}
        for row in rows:
            found.setdefault((row[0], row[1], row[2]), []).append(Looked(*row[3:]))
        return {key: tuple(states) for key, states in found.items()}

    def again(self) -> tuple[Again, ...]:
        """Return what was looked at again after the audit, once for each object, the last look first."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'read_again'").fetchone():
            return ()
        rows = self._db.execute("SELECT * FROM read_again ORDER BY at DESC, type, length(id), id")
        return tuple(Again(*row) for row in rows)

    def left_out(self) -> dict[str, str]:
        """Return the classes of objects that were not assessed at all, each with the reason."""
        return dict(self._db.execute("SELECT class, note FROM not_assessed"))

    def counts(self) -> tuple[int, int]:
        """Return how many objects were seen and how many findings there are."""
        seen = self._db.execute("SELECT count(*) FROM objects").fetchone()[0]
        return seen, self._db.execute("SELECT count(*) FROM findings").fetchone()[0]

    def allowed(self) -> int:
        """Return how many addresses of the house were left out of the findings."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'allowed'").fetchone():
            return 0
        query = (
            "SELECT sum(count) FROM allowed JOIN objects USING (class, type, id, status) WHERE coverage <> 'skipped'"
        )
        return self._db.execute(query).fetchone()[0] or 0

    def severities(self) -> dict[str, int]:
        """Return how many findings there are of each severity that occurs, by its label, worst first."""
        rows = self._db.execute("SELECT severity, count(*) FROM findings GROUP BY severity ORDER BY severity DESC")
        return {Severity(severity).label: number for severity, number in rows}

    def places(
        self, rules: Iterable[str], released: Iterable[str] = (), *, named: bool = False
    ) -> tuple[tuple[Ref, str], ...]:
        """Return (object, path of the part) for each part that has a rewritable finding of the given rules.

        With `named` the policy wants plain names: they may stand where no account can, so every finding of the rules
        counts. Parts in `released` may change by the word of their owner, whatever the audit took for rewritable.
        Parts that are never written, and objects that are not current, are left to `recorded`.
        """
        names, more = tuple(rules), tuple(released)
        own, also = ", ".join("?" * len(WRITTEN_PARTS)), ", ".join("?" * len(more))
        rows = self._db.execute(
            "SELECT DISTINCT type, id, version, space, status, part FROM findings"  # noqa: S608 - placeholders only
            f" WHERE status = 'current' AND ((rewritable = 1 OR ?) AND part IN ({own}) OR part IN ({also}))"
            f" AND rule IN ({', '.join('?' * len(names))}) ORDER BY space, type, length(id), id, part",
            (int(named), *WRITTEN_PARTS, *more, *names),
        )
        return tuple((Ref(ObjectType(row[0]), *row[1:5]), row[5]) for row in rows)

    def beside(self, people: frozenset[str]) -> tuple[Ref, ...]:
        """Return the drafts, archived and trashed objects in whose body the run found one of some pseudonyms."""
        rows = self._db.execute(
            "SELECT DISTINCT type, id, version, space, status, subject_hmac FROM findings"
            " WHERE part IN (?, ?) AND status IN ('draft', 'archived', 'trashed') ORDER BY type, length(id), id",
            (BODY, DOCUMENT),
        )
        return tuple(dict.fromkeys(Ref(ObjectType(row[0]), *row[1:5]) for row in rows if row[5] in people))

    def recorded(self, rules: Iterable[str]) -> tuple[Recorded, ...]:
        """Return every finding of the given rules with its part and why the object could not be read, if so."""
        names = tuple(rules)
        columns = ", ".join(f"f.{name}" for name in FINDING_COLUMNS.split(", "))
        rows = self._db.execute(
            f"SELECT f.part, coalesce(o.reason, ''), {columns} FROM findings f"  # noqa: S608 - constants, placeholders
            " LEFT JOIN objects o ON o.class = f.class AND o.type = f.owner_type AND o.id = f.id"
            " AND o.status = f.owner_status AND o.coverage = 'failed'"
            f" WHERE f.rule IN ({', '.join('?' * len(names))})"
            " ORDER BY f.space, f.type, length(f.id), f.id, f.part, f.span_start, f.rule",
            names,
        )
        return tuple(Recorded(row[0], row[1], _finding(row[2:])) for row in rows)

    def objects(self) -> dict[tuple[str, str], ObjectFacts]:
        """Return what reports may show of each object that has findings or failed."""
        rows = self._db.execute(
            "SELECT o.type, o.id, o.version, o.space, o.status, o.title, o.url, o.parent FROM objects o"
            " WHERE o.coverage = 'failed' OR EXISTS (SELECT 1 FROM findings f WHERE f.type = o.type AND f.id = o.id"
            " OR f.owner_type = o.type AND f.id = o.id) ORDER BY o.title"
        )
        found, authors = {}, self._authors()
        for row in rows:
            ref = Ref(ObjectType(row[0]), *row[1:5])
            found[ref.type.value, ref.id] = ObjectFacts(
                ref, row[5], row[6], row[7], author=authors.get((ref.type.value, ref.id, ref.status))
            )
        return found

    def _authors(self) -> Mapping[tuple[str, str, str], Subject]:
        """Return who wrote the version that was read, by class, id and state; nobody where an early run kept none."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'authors'").fetchone():
            return {}
        rows = self._db.execute("SELECT type, id, status, mask, hmac FROM authors")
        return {(row[0], row[1], row[2]): Subject(SubjectKind.ACCOUNT_ID, row[3], row[4]) for row in rows}

    def listed(self, object_class: ObjectType, state: str) -> frozenset[str]:
        """Return the ids of everything that was listed of a class, in one state or (empty) in any."""
        rows = self._db.execute(
            "SELECT id FROM objects WHERE class = ? AND (? = '' OR status = ?)", (object_class.value, state, state)
        )
        return frozenset(row[0] for row in rows)

    def unlisted(self) -> Mapping[str, ObjectType]:
        """Return pages and blog posts that others name as parent or container and that no listing showed."""
        rows = self._db.execute(
            "SELECT DISTINCT parent FROM objects WHERE parent LIKE 'page %' OR parent LIKE 'blogpost %'"
        )
        named = (row[0].partition(" ") for row in rows)
        known = self.listed(ObjectType.PAGE, "") | self.listed(ObjectType.BLOGPOST, "")
        return {one: ObjectType(kind) for kind, _, one in sorted(named) if one not in known}

    def failures(self, limit: int = 50) -> tuple[str, ...]:
        """Return why the run is incomplete: failed chains first, then reasons of failed objects with their numbers."""
        chains = self._db.execute("SELECT name, state, error FROM units WHERE state <> 'done' ORDER BY position")
        lines = [
            f"The listing {name} failed: {error}" if state == "failed" else f"The listing {name} was not finished."
            for name, state, error in chains
        ]
        objects = self._db.execute(
            "SELECT class, reason, count(*), min(id) FROM objects WHERE coverage = 'failed'"
            " GROUP BY class, reason ORDER BY 3 DESC, 1, 2"
        )
        lines += [f"{count} x {name} not read, first {first}: {reason}" for name, reason, count, first in objects]
        return tuple(lines[:limit]) + ((f"… and {len(lines) - limit} more reasons",) if len(lines) > limit else ())

    def coverage(self, notes: Mapping[str, str]) -> tuple[CoverageRow, ...]:
        """Return the denominators of every class: seen = read + skipped + failed, and what was not assessed."""
        found: dict[tuple[str, str], dict[str, Counter[str]]] = {}
        rows = self._db.execute("SELECT class, status, coverage, reason, count(*) FROM objects GROUP BY 1, 2, 3, 4")
        for object_class, status, coverage, reason, count in rows:
            row = found.setdefault((object_class, status), _empty())
            row[coverage][reason] += count
        classes = {row[0] for row in self._db.execute("SELECT DISTINCT class FROM units")}
        for missing in classes.difference(object_class for object_class, _ in found):
            found[missing, ""] = _empty()
        table = [
            CoverageRow(
                object_class=object_class,
                state=status,
                seen=sum(sum(row[one].values()) for one in ASSESSED),
                read=sum(row["read"].values()),
                skipped=dict(sorted(row["skipped"].items())),
                failed=dict(sorted(row["failed"].items())),
                note="",
            )
            for (object_class, status), row in sorted(found.items(), key=_row_order)
            if any(row[one] for one in ASSESSED) or not row["unassessed"]
        ]
        noted: set[str] = set()
        for index, entry in enumerate(table):
            # How a class was read stands once, beside the first of its states.
            if entry.object_class not in noted:
                table[index] = replace(entry, note=self._note(entry.object_class, notes))
                noted.add(entry.object_class)
        table += [
            CoverageRow(object_class=name, state="", seen=0, read=0, assessed=False, note=note)
            for name, note in self._db.execute("SELECT class, note FROM not_assessed ORDER BY class")
        ]
        table += [
            CoverageRow(object_class, status, seen=0, read=0, assessed=False, note=f"{count} objects: {reason}")
            for (object_class, status), row in sorted(found.items(), key=_row_order)
            for reason, count in sorted(row["unassessed"].items())
        ]
        return tuple(table)

    def _note(self, object_class: str, notes: Mapping[str, str]) -> str:
        rows = self._db.execute(
            "SELECT DISTINCT note FROM units WHERE class = ? AND note <> '' ORDER BY note", (object_class,)
        )
        texts = [row[0] for row in rows] or ([notes[object_class]] if object_class in notes else [])
        failed = self._db.execute(
            "SELECT count(*) FROM units WHERE class = ? AND state <> 'done'", (object_class,)
        ).fetchone()[0]
        if failed:
            texts.append(f"{failed} listings not finished: more objects than counted here may exist")
        texts += _looked_again([one for one in self.again() if one.type == object_class])
        if object_class == ObjectType.RESTRICTION.value:
            texts.append(self._inheritance())
        if object_class == ObjectType.ATTACHMENT_CONTENT.value:
            texts += left_out(self._db)
        return "; ".join(texts)

    def _inheritance(self) -> str:
        """Return how many pages restrict their readers themselves and how many more inherit it from a page above."""
        own = {
            row[0]
            for row in self._db.execute("SELECT id FROM objects WHERE class = 'restriction' AND flags LIKE '%read-%'")
        }
        parents = dict(
            self._db.execute("SELECT id, substr(parent, 6) FROM objects WHERE class = 'page' AND parent LIKE 'page %'")
        )
        inherited = sum(1 for page in parents if page not in own and _has_above(page, parents, own))
        return f"{len(own)} restrict who may read, {inherited} more inherit that from a page above"


def _looked_again(looks: Sequence[Again]) -> list[str]:
    """Return which objects of a class were looked at after events, when, and what came of it; nothing for none."""
    found: dict[str, list[Again]] = {}
    for one in looks:
        found.setdefault(LOOKED[one.outcome], []).append(one)
    texts = []
    for said, some in sorted(found.items()):
        named = [f"{one.id} ({one.at_utc})" for one in some[:NAMED_AGAIN]]
        more = [f"… (+{len(some) - NAMED_AGAIN})"] if len(some) > NAMED_AGAIN else []
        texts.append(f"{said}: {', '.join(named + more)}")
    return texts


def _empty() -> dict[str, Counter[str]]:
    return {"read": Counter(), "skipped": Counter(), "failed": Counter(), "unassessed": Counter()}


def _has_above(page: str, parents: Mapping[str, str], own: set[str]) -> bool:
    seen = set()
    while (page := parents.get(page, "")) and page not in seen:
        if page in own:
            return True
        seen.add(page)
    return False


ASSESSED = ("read", "skipped", "failed")
"""Kinds of coverage that make up what was seen; what is not assessed has rows of its own."""
ORDER = tuple(one.value for one in ObjectType)
STATES = ("", "current", "archived", "draft", "trashed", "deleted", "historical")


def _row_order(item: tuple[tuple[str, str], object]) -> tuple[int, int, str]:
    object_class, status = item[0]
    return ORDER.index(object_class), STATES.index(status) if status in STATES else len(STATES), status


def _finding(row: Sequence[Any]) -> Finding:
    (rule, severity, confidence, kind, object_id, version, space, status, path, start, end, line, column,
     subject_kind, mask, pseudonym, excerpt, reason, rewritable, fingerprint) = row  # fmt: skip
    return Finding(
        rule=rule,
        severity=Severity(severity),
        confidence=Confidence(confidence),
        ref=Ref(ObjectType(kind), object_id, version, space, status),
        path=path,
        span=Span(start, end),
        line=line,
        column=column,
        subject=Subject(SubjectKind(subject_kind), mask, pseudonym),
        excerpt=excerpt,
        reason=reason,
        rewritable=bool(rewritable),
        fingerprint=fingerprint,
    )
