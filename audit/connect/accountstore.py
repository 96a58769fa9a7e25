"""Where an app keeps personal data of accounts: a CSV file, a JSON file or a table of SQLite.

Each row belongs to one account and says when its data were read. Files are replaced whole, a table is changed in one
transaction: what has to be erased is erased from all rows of an account, or from none, and one account that the table
does not let go keeps no other from being erased.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from audit.connect.reporting import Stored
from audit.errors import UsageError
from audit.files import write_whole

_ID: Final = re.compile(r"[A-Za-z0-9:-]{1,128}")
_UNKNOWN: Final = "unknown"
"""What Atlassian says instead of an account id: nobody, and never to be reported."""
_SQLITE: Final = b"SQLite format 3\x00"
_MARK: Final = "\ufeff"
"""What some programs begin a CSV file with. It stays."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the store names its columns, or members."""

    account: str
    updated: str
    """When the data of the row were read, RFC 3339; empty where it holds none."""
    personal: tuple[str, ...]
    """Those that hold personal data, at least one."""
    table: str = ""
    """Table of a database, or member of a JSON object that holds the rows; empty for a JSON list and for CSV."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return all columns that have to be there."""
        return (self.account, self.updated, *self.personal)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a store holds, and what of it nobody can be told about."""

    accounts: tuple[Stored, ...]
    """Those of which it holds data, in the order of their ids."""
    nameless: int = 0
    """Rows with personal data and no account id, or the id `unknown`."""
    strange: tuple[int, ...] = ()
    """Numbers, from 1, of the rows with data whose account id has a form that none has."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An account that the store did not let go: its rows are as they were."""

    account_id: str = field(repr=False)
    why: str
    """Where and for what reason, without any value."""


class AccountStore(Protocol):
    """One store of one app."""

    def held(self) -> Holding:
        """Return the accounts of which it holds data, and what is left out. Raises `UsageError`."""
        ...

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> tuple[Kept, ...]:
        """Remove the rows of `erase`, and empty what is personal in the rows of `refresh`, their time with it.

        Return the accounts whose rows could not be changed. Raises `UsageError` where nothing could be.
        """
        ...


def open_store(path: Path, layout: Layout) -> AccountStore:
    """Return the store at `path`, told by its first bytes and its suffix. Raises `UsageError` for anything else."""
    try:
        with path.open("rb") as file:
            first = file.read(len(_SQLITE))
    except OSError as error:
        raise _unusable(path, f"the system said: {error.strerror}") from error
    if first == _SQLITE:
        return SqliteStore(path, layout)
    if path.suffix.lower() not in {".csv", ".json"}:
        raise _unusable(path, "it is no SQLite database, and its name ends neither in .csv nor in .json")
    return FileStore(path, layout)


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of a CSV file, and how its lines are written."""

    columns: Sequence[str]
    mark: str
    """The byte order mark that it begins with; empty where there is none."""
    newline: str


@dataclass(frozen=True, slots=True)
class FileStore:
    """Rows in a CSV file with a header, or objects in a JSON file."""

    path: Path
    layout: Layout

    def held(self) -> Holding:
        """Return the accounts of which the file holds data."""
        return _holding(self._read()[1], self.layout, self.path)

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> tuple[Kept, ...]:
        """Write the file anew, whole, where anything in it changes."""
        whole, rows = self._read()
        left = [
            self._emptied(row) if str(row[self.layout.account]) in refresh else row
            for row in rows
            if str(row[self.layout.account]) not in erase
        ]
        if left != rows:
            write_whole(self.path, self._encoded(whole, left), force=True)
        return ()

    def _emptied(self, row: Row) -> Row:
        nothing = "" if self._is_csv else None
        return {**row, **dict.fromkeys((*self.layout.personal, self.layout.updated), nothing)}

    @property
    def _is_csv(self) -> bool:
        return self.path.suffix.lower() == ".csv"

    def _read(self) -> tuple[object, list[Row]]:
        """Return the whole document, for CSV its header, and the rows in it."""
        try:
            text = self.path.read_bytes().decode("utf-8")
            whole, rows = self._csv(text) if self._is_csv else self._json(text)
        except (OSError, ValueError, RecursionError, csv.Error) as error:
            why = error.strerror if isinstance(error, OSError) else "it cannot be read as what its name says"
            raise _unusable(self.path, str(why)) from None
        names = self.layout.names
        if isinstance(whole, _Header) and (missing := [name for name in names if name not in whole.columns]):
            raise _unusable(self.path, f"its first line names no column, or has no {missing[0]}")
        for number, row in enumerate(rows, start=1):
            if missing := [name for name in names if name not in row]:
                raise _unusable(self.path, f"row {number} has no {missing[0]}")
        return whole, rows

    def _csv(self, text: str) -> tuple[object, list[Row]]:
        mark = _MARK if text.startswith(_MARK) else ""
        reader = csv.DictReader(io.StringIO(text.removeprefix(mark), newline=""), strict=True)
        rows: list[Row] = [dict(row) for row in reader]
        if any(None in row or None in row.values() for row in rows):
            raise ValueError("a row is shorter or longer than the header")
        newline = "\r\n" if "\r\n" in text else "\n"
        return _Header(list(reader.fieldnames or ()), mark, newline), rows

    def _json(self, text: str) -> tuple[object, list[Row]]:
        whole = json.loads(text.removeprefix(_MARK))
        rows = whole.get(self.layout.table) if isinstance(whole, dict) else whole
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("no list of objects")
        return whole, rows

    def _encoded(self, whole: object, rows: list[Row]) -> bytes:
        if isinstance(whole, _Header):
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, whole.columns, lineterminator=whole.newline)
            writer.writeheader()
            writer.writerows(rows)
            return (whole.mark + text.getvalue()).encode()
        document = {**whole, self.layout.table: rows} if isinstance(whole, dict) else rows
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """A table of an SQLite database. What is erased is overwritten in its file (`secure_delete`)."""

    path: Path
    layout: Layout

    def held(self) -> Holding:
        """Return the accounts of which the table holds data."""
        names = self.layout.names
        try:
            with closing(self._opened()) as database:
                rows = [dict(zip(names, row, strict=True)) for row in database.execute(self._select(names))]
        except sqlite3.Error as error:
            raise _unusable(self.path, f"SQLite cannot read it ({type(error).__name__})") from None
        return _holding(rows, self.layout, self.path)

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> tuple[Kept, ...]:
        """Change the table in one transaction, account by account: a row that a constraint holds fast stays alone."""
        table, account = _quoted(self.layout.table), _quoted(self.layout.account)
        kept: dict[str, str] = {}
        try:
            with closing(self._opened()) as database, database:
                delete = f"DELETE FROM {table} WHERE {account} = ?"  # noqa: S608 - names that the table has
                empty = f"UPDATE {table} SET {self._emptied(database)} WHERE {account} = ?"  # noqa: S608
                database.execute("BEGIN IMMEDIATE")
                for each in sorted(erase | refresh):
                    if why := _changed(database, delete if each in erase else empty, each):
                        kept[each] = why
                found = database.execute(self._select((self.layout.account,))) if kept else ()
                rows = [str(row[0]) for row in found]
        except sqlite3.Error as error:
            raise _unusable(self.path, f"SQLite refused to change it ({type(error).__name__})") from None
        return tuple(Kept(each, f"{_numbers(rows, each)}: SQLite refused ({why})") for each, why in kept.items())

    def _select(self, names: Sequence[str]) -> str:
        return f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(self.layout.table)}"  # noqa: S608 - as above

    def _emptied(self, database: sqlite3.Connection) -> str:
        """Return what sets the personal columns and the time to nothing: NULL, or the least that the column takes."""
        described = database.execute(f"PRAGMA table_info({_quoted(self.layout.table)})")
        least = {name: _least(kind.upper()) if needed else "NULL" for _, name, kind, needed, *_ in described}
        return ", ".join(f"{_quoted(name)} = {least[name]}" for name in (*self.layout.personal, self.layout.updated))

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True)
        try:
            database.execute("PRAGMA secure_delete = ON")
            known = {row[1] for row in database.execute(f"PRAGMA table_info({_quoted(self.layout.table)})")}
        except sqlite3.Error:
            database.close()
            raise _unusable(self.path, "SQLite cannot read it") from None
        if missing := [name for name in self.layout.names if name not in known]:
            database.close()
            raise _unusable(self.path, f"its table {self.layout.table or '(none was named)'} has no {missing[0]}")
        return database


def _changed(database: sqlite3.Connection, statement: str, account: str) -> str:
    """Change the rows of one account; return the name of the constraint that forbids it, and leave them then."""
    database.execute("SAVEPOINT one")
    try:
        database.execute(statement, (account,))
        why = ""
    except sqlite3.IntegrityError as error:
        database.execute("ROLLBACK TO one")
        why = error.sqlite_errorname  # its text may quote what a trigger says
    database.execute("RELEASE one")
    return why


def _least(kind: str) -> str:
    """Return the literal that a column NOT NULL of a declared type takes for nothing."""
    if "INT" in kind or any(word in kind for word in ("REAL", "FLOA", "DOUB", "NUM", "DEC")):
        return "0"
    return "X''" if "BLOB" in kind else "''"


def _numbers(accounts: Sequence[str], wanted: str) -> str:
    numbers = ", ".join(str(number) for number, each in enumerate(accounts, start=1) if each == wanted)
    return f"row {numbers}"


def _holding(rows: Iterable[Mapping[str, object]], layout: Layout, path: Path) -> Holding:
    """Return the accounts that have data, each with its oldest time. Errors name the row, never what is in it."""
    oldest: dict[str, tuple[datetime, str]] = {}
    nameless, strange = 0, []
    for number, row in enumerate(rows, start=1):
        account, updated = str(row[layout.account] or ""), str(row[layout.updated] or "")
        personal = any(row[name] for name in layout.personal)
        if account in {"", _UNKNOWN}:
            nameless += personal
        elif not (updated or personal):
            continue
        elif _ID.fullmatch(account) is None:
            strange.append(number)
        else:
            moment = _moment(updated)
            if moment is None:
                why = f"row {number}: {layout.updated} is no time with a zone, as in 2026-11-21T08:00:00Z"
                raise _unusable(path, why)
            oldest[account] = min(oldest.get(account, (moment, updated)), (moment, updated))
    if strange and not oldest:
        raise _unusable(path, f"row {strange[0]}: {layout.account} is no account id, nor is it in any other row")
    accounts = tuple(Stored(account, text) for account, (_, text) in sorted(oldest.items()))
    return Holding(accounts, nameless, tuple(strange))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The store of the app cannot be used",
        where=str(path),
        why=why,
        fix="Check --store, --table, --account, --updated and --personal against it; nothing was changed by this.",
    )
