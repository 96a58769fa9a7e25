"""The journal: what was about to be written, was written and was read back, in an order that nobody can rearrange.

One SQLite file in the run's folder (WAL, synchronous=FULL: a record that was appended survives a crash). Each record
carries the hash of the one before it, so a changed, removed or inserted record breaks the chain at a known place.

INTENT is written before anything leaves the process and comes with the text before and the text planned, sealed.
These images lie beside the chain, which holds their digests: they can be shredded without breaking it.
Records name ids, versions and keyed hashes; a raw value stands in sealed images only.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from audit import disk
from audit.errors import GuardError, WorkspaceError
from audit.records import Check, Entry, Purpose, Record, State, decoded, encoded
from audit.transactions import transaction
from reports.bag.chain import GENESIS, Link, digest

FAULTS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file or disk raises: the driver cannot even decode some of SQLite's own messages about it."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, entry TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS image (
    op TEXT NOT NULL, role TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (op, role)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT OR IGNORE INTO head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
"""


class Journal:
    """An open journal. One process writes to it at a time: the caller holds the writer's lock of the site."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, clock: Callable[[], datetime], records: Sequence[Record]
    ) -> None:
        self._path = path
        self._connection = connection
        self._clock = clock
        self._last: dict[str, Entry] = {}
        self._intents: dict[str, Entry] = {}
        self._doubted: set[str] = set()
        for record in records:
            self._note(record.entry)

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime], *, intact_part: bool = False) -> Self:
        """Return the journal at `path`, made on first use, after walking its whole chain.

        Raises `GuardError` naming the first bad record. With `intact_part` the records before it are trusted and
        the others are passed over. Raises `WorkspaceError` when the file cannot be opened.
        """
        connection = _connect(path)
        records, check = _walk(connection)
        if check.first_bad is not None and not intact_part:
            connection.close()
            raise GuardError(
                what="The journal of this run is damaged",
                where=f"{path.name}, record {check.first_bad}",
                why=check.why,
                fix="Restore the run's folder from a backup. Nothing was written to the site."
                f" `rollback --before-damage` puts back what the {check.records} records before it know of.",
            )
        return cls(path, connection, clock, records)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def append(self, *entries: Entry, images: Mapping[str, bytes] | None = None) -> None:
        """Append records and the sealed images of their op in one durable step: all of it, or nothing.

        Raises `WorkspaceError` when the disk does not take it.
        """
        try:
            self._write(entries, images or {})
        except FAULTS as error:
            raise WorkspaceError(
                what="The journal cannot be written",
                where=f"{self._path}, {entries[0].op.action}",
                why=disk.reason(self._path, error),
                fix="Nothing was sent after this point. Make room or mend the disk, then run the same command again.",
            ) from error
        for entry in entries:
            self._note(entry)

    def last(self, token: str) -> Entry | None:
        """Return the latest record of an op."""
        return self._last.get(token)

    def intent(self, token: str) -> Entry | None:
        """Return the latest INTENT of an op, None when nothing can have been sent for it."""
        return self._intents.get(token)

    def intents(self, *purposes: Purpose) -> tuple[Entry, ...]:
        """Return the latest INTENT of each op of some purposes, in the order in which the ops began."""
        return tuple(entry for entry in self._intents.values() if entry.op.purpose in purposes)

    def latest(self, *purposes: Purpose) -> tuple[Entry, ...]:
        """Return the latest record of each op of some purposes, of those as well that were never begun."""
        return tuple(entry for entry in self._last.values() if entry.op.purpose in purposes)

    def doubted(self, token: str) -> bool:
        """Return whether a request of an op was sent that the site did not plainly refuse.

        It may have taken place, or still do, whatever was recorded later: only reading tells.
        """
        last = self._last.get(token)
        return token in self._doubted or (last is not None and last.state is State.SENT)

    def image(self, token: str, role: str) -> bytes | None:
        """Return a sealed image (`before` or `planned`), None when it is missing or another one."""
        intent = self._intents.get(token)
        row = self._connection.execute("SELECT sealed FROM image WHERE op = ? AND role = ?", (token, role)).fetchone()
        if intent is None or row is None:
            return None
        sealed = bytes(row[0])
        recorded = intent.before if role == "before" else intent.planned
        return sealed if hashlib.sha256(sealed).hexdigest() == recorded else None

    def damaged_images(self) -> frozenset[str]:
        """Return the tokens of the ops with an image that is not the one that was sealed. Shredded ones count not.

        Cost: reads every image.
        """
        found: set[str] = set()
        for token, role, sealed in self._connection.execute("SELECT op, role, sealed FROM image"):
            intent = self._intents.get(token)
            if intent is None:
                continue
            recorded = intent.before if role == "before" else intent.planned
            if hashlib.sha256(bytes(sealed)).hexdigest() != recorded:
                found.add(str(token))
        return frozenset(found)

    def images_bytes(self) -> int:
        """Return how many bytes of sealed images there are."""
        return int(self._connection.execute("SELECT coalesce(sum(length(sealed)), 0) FROM image").fetchone()[0])

    def records(self) -> tuple[Record, ...]:
        """Return the intact records from the first one on."""
        return _walk(self._connection)[0]

    def links(self) -> tuple[Link, ...]:
        """Return the intact records exactly as they were written, for an evidence package."""
        rows = self._connection.execute("SELECT seq, at_utc, entry, prev, hash FROM record ORDER BY seq")
        return tuple(Link(*row) for row in rows.fetchmany(len(self.records())))

    def _note(self, entry: Entry) -> None:
        self._last[entry.op.token] = entry
        if entry.state in {State.AMBIGUOUS, State.ACKED}:
            self._doubted.add(entry.op.token)
        if entry.state is State.INTENT:
            self._intents[entry.op.token] = entry

    def _write(self, entries: Sequence[Entry], images: Mapping[str, bytes]) -> None:
        execute = self._connection.execute
        with transaction(self._connection):
            seq, last = execute("SELECT seq, hash FROM head").fetchone()
            for role, sealed in images.items():
                execute("INSERT OR REPLACE INTO image VALUES (?, ?, ?)", (entries[0].op.token, role, sealed))
            for entry in entries:
                seq += 1
                at_utc = f"{self._clock():%Y-%m-%dT%H:%M:%S.%fZ}"
                text = encoded(entry)
                link = digest(seq, at_utc, text, last)
                execute("INSERT INTO record VALUES (?, ?, ?, ?, ?)", (seq, at_utc, text, last, link))
                last = link
            execute("UPDATE head SET seq = ?, hash = ?", (seq, last))


def check(path: Path) -> Check:
    """Return how far the chain in the file `path` is intact. Raises `WorkspaceError` when it cannot be opened."""
    with closing(_connect(path)) as connection:
        return _walk(connection)[1]


def drop_images(path: Path) -> None:
    """Delete every sealed image of a journal, from free pages and the log as well; the chain stays as it is.

    Raises `WorkspaceError` when the disk does not take it.
    """
    try:
        with closing(_connect(path)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("DELETE FROM image")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except FAULTS as error:
        raise WorkspaceError(
            what="The before-images cannot be deleted",
            where=str(path),
            why=disk.reason(path, error),
            fix="Their key is shredded, so they are unreadable. Make room and run the command again.",
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    """Return a durable connection; the file and what SQLite puts beside it are readable by their owner only."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(_SCHEMA)
        except FAULTS:
            connection.close()
            raise
    except (OSError, *FAULTS) as error:
        raise WorkspaceError(
            what="The journal cannot be opened",
            where=str(path),
            why=disk.reason(path, error),
            fix="Check the run's folder and its disk; restore it from a backup if the file is damaged.",
        ) from error
    return connection


def _walk(connection: sqlite3.Connection) -> tuple[tuple[Record, ...], Check]:
    """Return the intact records and where the chain breaks."""
    good: list[Record] = []
    last = GENESIS
    try:
        for row in connection.execute("SELECT seq, at_utc, entry, prev, hash FROM record ORDER BY seq"):
            record = _record(row, len(good) + 1, last)
            if isinstance(record, str):
                return tuple(good), Check(len(good), len(good) + 1, record)
            good.append(record)
            last = record.hash
        head = connection.execute("SELECT seq, hash FROM head").fetchone()
    except FAULTS as error:
        return tuple(good), Check(len(good), len(good) + 1, f"the file is damaged: {error}")
    if head != (len(good), last):
        return tuple(good), Check(len(good), len(good) + 1, "records are missing at the end")
    return tuple(good), Check(len(good))


def _record(row: tuple[object, ...], expected: int, last: str) -> Record | str:
    """Return the record in a row, or what is wrong with it."""
    seq, at_utc, text, prev, link = row
    if not (isinstance(seq, int) and isinstance(at_utc, str) and isinstance(text, str)):
        return "a field has another type"
    if seq != expected:
        return f"record {expected} is missing"
    if prev != last:
        return "it does not follow the record before it"
    if link != digest(seq, at_utc, text, last):
        return "its contents do not match its hash"
    entry = decoded(text)
    return Record(seq, at_utc, entry, last, link) if entry else "another version of this tool wrote it"
