"""The run database: what one audit saw, found and could not read. Masks and keyed hashes only, no raw value.

One SQLite file in the run folder. A batch of objects, their findings and the point to resume from are one
transaction: after a crash a chain goes on exactly behind the last batch that was stored.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, assert_never

from audit import disk
from audit.errors import WorkspaceError
from audit.evidence import audit_evidence
from audit.precedence import outranked
from audit.results import FINDING_COLUMNS, RunResults
from audit.sites.base import Failed, NotAssessed, Read, SiteObject, Skipped, Unassessed, Unit
from audit.transactions import transaction
from reports.evidence import HostFacts
from reports.tables import findings_frame
from rules.model import Finding, ObjectType, Ref, Subject
from rules.registry import load

if TYPE_CHECKING:
    from reports.tables import Frame

DATABASE = "run.db"
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE units (
    name TEXT PRIMARY KEY, class TEXT NOT NULL, position INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo', resume_from TEXT, note TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE objects (
    class TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER, space TEXT NOT NULL,
    status TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, parent TEXT NOT NULL,
    coverage TEXT NOT NULL, reason TEXT NOT NULL, flags TEXT NOT NULL, unit TEXT NOT NULL,
    PRIMARY KEY (class, type, id, status)
) WITHOUT ROWID;
CREATE TABLE findings (
    class TEXT NOT NULL, rule TEXT NOT NULL, severity INTEGER NOT NULL, confidence INTEGER NOT NULL,
    type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER, space TEXT NOT NULL, status TEXT NOT NULL,
    part TEXT NOT NULL, path TEXT NOT NULL, span_start INTEGER NOT NULL, span_end INTEGER NOT NULL,
    line INTEGER NOT NULL, col INTEGER NOT NULL,
    subject_kind TEXT NOT NULL, subject_mask TEXT NOT NULL, subject_hmac TEXT NOT NULL,
    excerpt TEXT NOT NULL, reason TEXT NOT NULL, rewritable INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    owner_type TEXT NOT NULL, owner_status TEXT NOT NULL
);
CREATE INDEX findings_of_object ON findings (class, owner_type, id, owner_status);
CREATE TABLE not_assessed (class TEXT PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;
"""
AUTHORS = """CREATE TABLE IF NOT EXISTS authors (
    type TEXT NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL, mask TEXT NOT NULL, hmac TEXT NOT NULL,
    PRIMARY KEY (type, id, status)
) WITHOUT ROWID"""
ALLOWED = """CREATE TABLE IF NOT EXISTS allowed (
    class TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (class, type, id, status)
) WITHOUT ROWID"""
"""Both came after the first runs were made: a database of layout 1 may be without them."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One object as the crawl hands it over: its findings and, where a part could not be judged, why."""

    found: SiteObject
    findings: tuple[tuple[str, Finding], ...]
    """(path of the part, finding)"""
    unreadable: str = ""
    """Why the object counts as failed although it arrived."""
    author: Subject | None = None
    """Who wrote this version, as a pseudonym."""
    allowed: int = 0
    """Addresses of the house in it that are no findings."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """How far a chain has come."""

    name: str
    state: str
    """`todo`, `done` or `failed`."""
    resume_from: str | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One run, for analysts: its tables as pandas data frames. Each call reads the run anew and changes nothing."""

    path: Path
    """The run database."""

    def findings(self) -> Frame:
        """Return one row a finding, worst first (severity, rule, space, object, place).

        | Column | Type | Meaning |
        |---|---|---|
        | fingerprint | string | names the finding in every run; copies of a text (draft, old versions) share it |
        | severity | category | how bad: info < low < medium < high < critical |
        | confidence | category | how sure the rule is: low < medium < high |
        | rule, rule_title | string | id and name of the rule |
        | articles | string | articles of the GDPR, joined by a comma and a blank |
        | space | string | space key; that of a personal space is masked; empty where there is none |
        | object_type, object_id | string | the object; ids are texts |
        | object_version | Int64 | version that was read; NA where the object has none |
        | object_status | string | current, archived, trashed, draft, historical |
        | title, url | string | masked title, link to the version; empty where there is none |
        | path | string | place in the object, without contents |
        | line, column | Int64 | place in the part, from 1; columns count characters |
        | start_byte, end_byte | Int64 | bytes of the value in the part, half-open |
        | subject_kind | string | what kind of value: username, user_key, email ... |
        | data_subject | string | whose value it is: the category of persons |
        | subject_mask, subject_hmac | string | the value as its mask, and as a keyed hash of 32 hex digits |
        | excerpt, reason | string | masked surroundings; why the rule fired |
        | rewritable | bool | whether this tool can change the place, given an account |
        | remedy | string | what to do |
        | action | string | the action of a plan that changes the place; empty here |
        | audience | string | what the texts show: `restricted` |
        | run_status | string | complete, incomplete or running: what was not read is unknown, not clean |
        | standing, accepted_* | string | empty here: `report --compare` and `--accepted` fill them in |

        Raises `WorkspaceError` when the database cannot be read. Cost: linear, some 3 kB a row.
        """
        with RunStore.reading(self.path) as store:
            return findings_frame(audit_evidence(store, load()))


def open_run(path: Path | str) -> Analysis:
    """Return a run for analysis. `path` is its folder in the workspace, `runs/<id>`, or the database in it.

    Raises `WorkspaceError` when there is none.
    """
    found = Path(path)
    found = found / DATABASE if found.is_dir() else found
    RunStore.reading(found).close()
    return Analysis(found)


class RunStore(RunResults):
    """One run database, open for reading and writing, or for reading alone: then nothing on the disk is touched."""

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        self.path = path
        self._hosts_before: tuple[HostFacts, ...] | None = None
        self._writing = writing
        try:
            self._db = _writable(path) if writing else _readable(path)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            raise _unusable(path, error, writing=writing) from error
        if version not in (0, SCHEMA_VERSION):
            self._db.close()
            raise WorkspaceError(
                what="The run was made by another version of this tool",
                where=path.parent.name,
                why=f"its database has layout {version}, this version writes layout {SCHEMA_VERSION}",
                fix="Use the version that made it, or audit again.",
            )
        if version == 0 and not writing:
            self._db.close()
            raise _never_begun(path)
        if version == 0:
            with self._transaction():
                for statement in filter(str.strip, SCHEMA.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if writing:
            with self._transaction():
                self._db.execute(AUTHORS)
                self._db.execute(ALLOWED)

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Return the run database `path` for reading alone. Raises `WorkspaceError` when no audit was begun in it."""
        return cls(path, writing=False)

    def close(self) -> None:
        """Close the database. Its log is folded into it, so that reading it later needs no room on the disk."""
        if self._writing:
            with suppress(sqlite3.Error):  # somebody else reads it, or the disk is full: then it stays with its log
                self._db.execute("PRAGMA busy_timeout=0")
                self._db.execute("PRAGMA journal_mode=DELETE")
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Run a block as one transaction. Raises `WorkspaceError` when the database cannot take it (a full disk)."""
        try:
            with transaction(self._db):
                yield
        except sqlite3.Error as error:
            raise _unusable(self.path, error, writing=True) from error

    # meta

    def set(self, values: Mapping[str, str]) -> None:
        """Store facts about the run: ids, times, digests, options."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def set_hosts(self, hosts: Iterable[HostFacts]) -> None:
        """Store what this process exchanged so far with each host, on top of what interrupted parts of the run did.

        May be called as often as wanted: a process that is killed then leaves what it told last.
        """
        if self._hosts_before is None:
            self._hosts_before = self.hosts()
        total: dict[tuple[str, str], Counter[str]] = {}
        for one in (*self._hosts_before, *hosts):
            count = total.setdefault((one.origin, one.purpose), Counter())
            count.update(requests=one.requests, received=one.received_bytes, sent=one.sent_bytes)
        rows = [{"origin": origin, "purpose": purpose, **count} for (origin, purpose), count in sorted(total.items())]
        self.set({"hosts": json.dumps(rows)})

    # crawl

    def begin(self, units: Sequence[Unit], not_assessed: Sequence[NotAssessed]) -> None:
        """Store the chains of the crawl. Chains that an earlier part of the run finished stay finished."""
        with self._transaction():
            names = [unit.name for unit in units]
            known = {row[0] for row in self._db.execute("SELECT name FROM units")}
            for gone in known.difference(names):
                self._db.execute("DELETE FROM units WHERE name = ?", (gone,))
            self._db.executemany(
                "INSERT OR IGNORE INTO units (name, class, position) VALUES (?, ?, ?)",
                [(unit.name, unit.object_class.value, position) for position, unit in enumerate(units)],
            )
            # What failed is tried again; what was read before the failure is kept and overwritten object by object.
            self._db.execute("UPDATE units SET state = 'todo', error = '' WHERE state = 'failed'")
            self._db.execute("DELETE FROM not_assessed")
            self._db.executemany(
                "INSERT INTO not_assessed VALUES (?, ?)", [(one.object_class.value, one.note) for one in not_assessed]
            )

    def restart(self) -> None:
        """Forget how far the chains have come: the spaces in scope are not those of the interrupted part."""
        with self._transaction():
            self._db.execute("DELETE FROM units")

    def units(self) -> dict[str, UnitState]:
        """Return how far each chain has come."""
        rows = self._db.execute("SELECT name, state, resume_from FROM units ORDER BY position")
        return {row[0]: UnitState(*row) for row in rows}

    def save(self, unit: str, batch: Sequence[Scanned], resume_from: str | None, note: str = "") -> None:
        """Store one batch: its objects, their findings and where the chain goes on, all or nothing."""
        with self._transaction():
            for one in batch:
                self._save_object(unit, one)
            self._db.execute(
                "UPDATE units SET resume_from = ?, note = CASE WHEN ? = '' THEN note ELSE ? END WHERE name = ?",
                (resume_from, note, note, unit),
            )

    def _save_object(self, unit: str, one: Scanned) -> None:
        found = one.found
        ref = found.ref
        object_class = (found.counted_as or ref.type).value
        coverage, reason = _coverage(one)
        stored = (object_class, ref.type.value, ref.id, ref.status)
        if outranked(self._db, unit, stored, coverage, ref.version):
            return
        self._db.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (object_class, ref.type.value, ref.id, ref.version, ref.space, ref.status, found.title, found.url,
             found.parent, coverage, reason, " ".join(found.flags), unit),
        )  # fmt: skip
        if one.author is not None:
            named = (ref.type.value, ref.id, ref.status, one.author.mask, one.author.hmac)
            self._db.execute("INSERT OR REPLACE INTO authors VALUES (?, ?, ?, ?, ?)", named)
        self._db.execute(
            "DELETE FROM findings WHERE class = ? AND owner_type = ? AND id = ? AND owner_status = ?", stored
        )
        self._db.execute("INSERT OR REPLACE INTO allowed VALUES (?, ?, ?, ?, ?)", (*stored, one.allowed))
        self._db.executemany(
            f"INSERT INTO findings (class, part, {FINDING_COLUMNS}, owner_type, owner_status)"  # noqa: S608 - constant
            f" VALUES ({', '.join('?' * 24)})",
            [
                (object_class, part, *_finding_row(finding), ref.type.value, ref.status)
                for part, finding in one.findings
            ],
        )

    def retitle(self, shown: Callable[[str], str]) -> None:
        """Store every title as `shown` has it."""
        self._db.create_function("shown", 1, shown, deterministic=True)
        with self._transaction():
            self._db.execute("UPDATE objects SET title = shown(title) WHERE title <> shown(title)")

    def finish(self, unit: str, error: str = "") -> None:
        """Mark a chain as done, or as failed with the reason."""
        with self._transaction():
            state = "failed" if error else "done"
            self._db.execute("UPDATE units SET state = ?, error = ? WHERE name = ?", (state, error, unit))

    # what later units need to know

    def content(self) -> dict[str, Ref]:
        """Return the ref of each page and blog post that was listed, drafts left out."""
        rows = self._db.execute(
            "SELECT type, id, version, space, status FROM objects"
            " WHERE class IN ('page', 'blogpost') AND status <> 'draft' ORDER BY length(id), id"
        )
        return {row[1]: Ref(ObjectType(row[0]), row[1], row[2], row[3], row[4]) for row in rows}

    def ids(self, object_class: ObjectType) -> frozenset[str]:
        """Return the ids of every object of a class that was read."""
        rows = self._db.execute("SELECT id FROM objects WHERE class = ? AND coverage = 'read'", (object_class.value,))
        return frozenset(row[0] for row in rows)

    def custom_containers(self) -> frozenset[str]:
        """Return the ids of containers that are neither page nor blog post."""
        rows = self._db.execute("SELECT DISTINCT substr(parent, 9) FROM objects WHERE parent LIKE 'content %'")
        return frozenset(row[0] for row in rows)


def _coverage(one: Scanned) -> tuple[str, str]:
    match one.found.coverage:
        case Read():
            return ("failed", one.unreadable) if one.unreadable else ("read", "")
        case Skipped(reason):
            return "skipped", reason
        case Failed(reason):
            return "failed", reason
        case Unassessed(reason):
            return "unassessed", reason
        case other:
            assert_never(other)


def _finding_row(one: Finding) -> tuple[object, ...]:
    ref = one.ref
    return (
        one.rule, int(one.severity), int(one.confidence), ref.type.value, ref.id, ref.version, ref.space, ref.status,
        one.path, one.span.start, one.span.end, one.line, one.column,
        one.subject.kind.value, one.subject.mask, one.subject.hmac,
        one.excerpt, one.reason, int(one.rewritable), one.fingerprint,
    )  # fmt: skip


def _writable(path: Path) -> sqlite3.Connection:
    """Return a connection; the file, and with it what SQLite puts beside it, is readable by its owner only."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise
    return connection


def _readable(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise _never_begun(path)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", isolation_level=None, uri=True)


def _never_begun(path: Path) -> WorkspaceError:
    return WorkspaceError(
        what="The run holds nothing",
        where=path.parent.name,
        why="its audit ended before the first answer of the site",
        fix="Name another run with --run (`confluence-gdpr runs` lists them), or audit again.",
    )


def _unusable(path: Path, error: Exception, *, writing: bool) -> WorkspaceError:
    blocked = disk.full(path, error) or (writing and disk.read_only(path, error))
    return WorkspaceError(
        what="The run database cannot be written" if blocked and writing else "The run database cannot be used",
        where=str(path),
        why=disk.reason(path, error),
        fix=(
            "Free some space, then run the same command again; an audit goes on with `confluence-gdpr audit --resume`."
            if blocked
            else "Check the folder's owner, mode and file system; a run that is damaged has to be made again."
        ),
    )
