"""What waits to be looked at again: one SQLite file in the workspace, ids only, readable by its owner only.

WORKSPACE/watch/       mode 0700
<site>.queue       what waits, counts, tokens that were accepted a moment ago
<site>.sealed      the installation: see `audit.connect.installation`
<site>.lock        held by the one process that watches this site

An object that waits already is not added again: the queue never holds more rows than the site has objects. Of an event
about a user the verdict is kept instead (masks and keyed hashes), for there is nothing to read again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Self

from audit import disk
from audit.errors import WorkspaceError
from audit.transactions import transaction
from audit.watch.told import Subject
from reports.evidence import HostFacts

FOLDER: Final = "watch"
SUFFIX: Final = ".queue"
PATIENCE_S: Final = 5.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS jobs (
    subject TEXT NOT NULL, id TEXT NOT NULL, event TEXT NOT NULL, removed INTEGER NOT NULL, arrived TEXT NOT NULL,
    serial INTEGER NOT NULL, tries INTEGER NOT NULL, verdict BLOB NOT NULL, PRIMARY KEY (subject, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (digest BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (
    origin TEXT NOT NULL, purpose TEXT NOT NULL, requests INTEGER NOT NULL, received INTEGER NOT NULL,
    sent INTEGER NOT NULL, PRIMARY KEY (origin, purpose)
) WITHOUT ROWID;
"""
_ORDER: Final = tuple(Subject)


class Full(Exception):  # noqa: N818 - says what the queue is
    """There is no room for one more object: the site has to send the event again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One object that waits."""

    subject: Subject
    id: str
    """As the site has it; of a space the keyed hash of its key, of a user event a name of our own."""
    event: str
    """The last one about it."""
    removed: bool
    """Whether any event since it was looked at says that it is gone."""
    arrived: str = ""
    """When the last event arrived, RFC 3339."""
    serial: int = 0
    """Changes with every event about the object."""
    tries: int = 0
    verdict: bytes = b""


class Token(NamedTuple):
    """A token that was accepted, for as long as its request may not be sent again."""

    digest: bytes
    until: int
    """Second of the epoch."""
    now: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a queue stands, for `status`."""

    site: str
    waiting: int
    oldest: str
    """When what waits longest arrived; empty where nothing waits."""
    counts: Mapping[str, int]
    """`events`, `full`, `refused: Replayed` and the like, since the queue was made."""


def name_of(site: str) -> str:
    """Return the name of the files of a site: a listing of the folder does not tell where somebody works."""
    return sha256(site.encode()).hexdigest()[:24]


class Queue:
    """One queue, opened by one thread. Any number of processes may have it open."""

    def __init__(self, path: Path, *, most: int = 10_000, writing: bool = True) -> None:
        self.path = path
        self._most = most
        try:
            if writing:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
            uri = f"{path.absolute().as_uri()}?mode={'rw' if writing else 'ro'}"
            self._db = sqlite3.connect(uri, PATIENCE_S, isolation_level=None, check_same_thread=False, uri=True)
            if writing:
                self._db.execute("PRAGMA secure_delete=ON")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error

    @classmethod
    def of(cls, workspace: Path, site: str, most: int = 10_000) -> Self:
        """Return the queue of a site, made on first use. Raises `WorkspaceError` when it cannot be used."""
        queue = cls(workspace / FOLDER / f"{name_of(site)}{SUFFIX}", most=most)
        with queue._changing() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES ('site', ?)", (site,))
        return queue

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, jobs: Sequence[Job], arrived: str, token: Token | None = None) -> bool:
        """Keep jobs and the token that they came with, all or nothing; when this returns they are on the disk.

        Returns False, and keeps nothing, when the token is remembered already. Raises `Full` when there is no room for
        an object that does not wait yet.
        """
        with self._changing() as db:
            if token is not None and not self._new(token):
                return False
            serial = 1 + int(self._one("SELECT value FROM facts WHERE name = 'serial'") or 0)
            db.execute("INSERT OR REPLACE INTO facts VALUES ('serial', ?)", (str(serial),))
            for job in jobs:
                db.execute(
                    "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (subject, id) DO UPDATE SET"
                    " event = excluded.event, removed = max(removed, excluded.removed), arrived = excluded.arrived,"
                    " serial = excluded.serial, tries = 0, verdict = excluded.verdict",
                    (job.subject.value, job.id, job.event, int(job.removed), arrived, serial, job.verdict),
                )
            if int(self._one("SELECT count(*) FROM jobs")) > self._most:
                raise Full
            self._add("events")
            return True

    def waiting(self) -> tuple[Job, ...]:
        """Return what waits: pages before what hangs on them, then in the order of arrival."""
        rows = self._db.execute("SELECT * FROM jobs ORDER BY arrived, subject, length(id), id").fetchall()
        jobs = [Job(Subject(row[0]), row[1], row[2], bool(row[3]), *row[4:]) for row in rows]
        return tuple(sorted(jobs, key=lambda job: _ORDER.index(job.subject)))

    def done(self, job: Job) -> None:
        """Take a job out, unless another event about the same object arrived since it was read."""
        with self._changing() as db:
            key = (job.subject.value, job.id, job.serial)
            db.execute("DELETE FROM jobs WHERE subject = ? AND id = ? AND serial = ?", key)
            self._add("done")

    def postpone(self, job: Job) -> None:
        """Count a failed attempt; the job stays."""
        with self._changing() as db:
            db.execute(
                "UPDATE jobs SET tries = tries + 1 WHERE subject = ? AND id = ? AND serial = ?",
                (job.subject.value, job.id, job.serial),
            )

    def once(self, token: Token) -> bool:
        """Remember a token that was accepted until its time is over. Return False when it is remembered already."""
        with self._changing():
            return self._new(token)

    def count(self, *names: str) -> None:
        """Count something that happened."""
        with self._changing():
            for name in names:
                self._add(name)

    def contacted(self, hosts: Iterable[HostFacts]) -> None:
        """Note what was exchanged with hosts, until a run takes it over."""
        with self._changing() as db:
            for one in hosts:
                db.execute(
                    "INSERT INTO hosts VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin, purpose) DO UPDATE SET"
                    " requests = requests + excluded.requests, received = received + excluded.received,"
                    " sent = sent + excluded.sent",
                    (one.origin, one.purpose, one.requests, one.received_bytes, one.sent_bytes),
                )

    def taken_over(self) -> tuple[HostFacts, ...]:
        """Return what was noted of hosts, and forget it."""
        with self._changing() as db:
            rows = db.execute("SELECT * FROM hosts ORDER BY origin, purpose").fetchall()
            db.execute("DELETE FROM hosts")
        return tuple(HostFacts(*row) for row in rows)

    def standing(self) -> Standing:
        """Return how the queue stands. Raises `WorkspaceError` when it cannot be read."""
        try:
            waiting, oldest = self._db.execute("SELECT count(*), coalesce(min(arrived), '') FROM jobs").fetchone()
            counts = dict(self._db.execute("SELECT name, number FROM counts ORDER BY name"))
            return Standing(
                str(self._one("SELECT value FROM facts WHERE name = 'site'") or ""), waiting, oldest, counts
            )
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def _one(self, query: str) -> str | int:
        row = self._db.execute(query).fetchone()
        return row[0] if row else 0

    def _new(self, token: Token) -> bool:
        self._db.execute("DELETE FROM seen WHERE until < ?", (token.now,))
        query = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
        return self._db.execute(query, (token.digest, token.until)).rowcount == 1

    def _add(self, name: str) -> None:
        self._db.execute(
            "INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1", (name,)
        )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction. Raises `WorkspaceError` when the file cannot take it."""
        try:
            with transaction(self._db):
                yield self._db
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def standings(workspace: Path) -> tuple[Standing, ...]:
    """Return how every queue of a workspace stands. Raises `WorkspaceError` for one that cannot be read."""
    found = []
    for path in sorted((workspace / FOLDER).glob(f"*{SUFFIX}")):
        with Queue(path, writing=False) as queue:
            found.append(queue.standing())
    return tuple(found)


def _unusable(path: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(
        what="The queue of events cannot be used",
        where=str(path),
        why=disk.reason(path, error),
        fix="Free some space, or check its owner and mode. Where it is damaged, remove it and audit again: what waited"
        " in it is lost.",
    )
