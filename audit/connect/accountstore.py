"""Where an app keeps personal data of accounts: a CSV file, a JSON file or a table of SQLite.

Each row belongs to one account and says when its data were read. Files are replaced whole, a table is changed in one
transaction: what has to be erased is erased from all rows of the accounts, or from none.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
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


class AccountStore(Protocol):
    """One store of one app."""

    def accounts(self) -> tuple[Stored, ...]:
        """Return the accounts of which it holds data, in the order of their ids. Raises `UsageError`."""
        ...

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> None:
        """Remove the rows of `erase`, and empty what is personal in the rows of `refresh`, their time with it."""
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
class FileStore:
    """Rows in a CSV file with a header, or objects in a JSON file."""

    path: Path
    layout: Layout

    def accounts(self) -> tuple[Stored, ...]:
        """Return the accounts of which the file holds data."""
        return _accounts(self._read()[1], self.layout, self.path)

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> None:
        """Write the file anew, whole, where anything in it changes."""
        whole, rows = self._read()
        left = [
            self._emptied(row) if str(row[self.layout.account]) in refresh else row
            for row in rows
            if str(row[self.layout.account]) not in erase
        ]
        if left != rows:
            write_whole(self.path, self._encoded(whole, left), force=True)

    def _emptied(self, row: Row) -> Row:
        nothing = "" if self._is_csv else None
        return {**row, **dict.fromkeys((*self.layout.personal, self.layout.updated), nothing)}

    @property
    def _is_csv(self) -> bool:
        return self.path.suffix.lower() == ".csv"

    def _read(self) -> tuple[object, list[Row]]:
        """Return the whole document, for CSV its header, and the rows in it."""
        try:
            text = self.path.read_bytes().decode("utf-8-sig")
            whole, rows = self._csv(text) if self._is_csv else self._json(text)
        except (OSError, ValueError, RecursionError, csv.Error) as error:
            why = error.strerror if isinstance(error, OSError) else "it cannot be read as what its name says"
            raise _unusable(self.path, str(why)) from None
        named = (self.layout.account, self.layout.updated, *self.layout.personal)
        for number, row in enumerate(rows, start=1):
            missing = [name for name in named if name not in row]
            if missing:
                raise _unusable(self.path, f"row {number} has no {missing[0]}")
        return whole, rows

    def _csv(self, text: str) -> tuple[object, list[Row]]:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows: list[Row] = [dict(row) for row in reader]
        if any(None in row or None in row.values() for row in rows):
            raise ValueError("a row is shorter or longer than the header")
        return list(reader.fieldnames or ()), rows

    def _json(self, text: str) -> tuple[object, list[Row]]:
        whole = json.loads(text)
        rows = whole.get(self.layout.table) if isinstance(whole, dict) else whole
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("no list of objects")
        return whole, rows

    def _encoded(self, whole: object, rows: list[Row]) -> bytes:
        if isinstance(whole, list) and self._is_csv:
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, whole)
            writer.writeheader()
            writer.writerows(rows)
            return text.getvalue().encode()
        document = {**whole, self.layout.table: rows} if isinstance(whole, dict) else rows
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """A table of an SQLite database. What is erased is overwritten in its file (`secure_delete`)."""

    path: Path
    layout: Layout

    def accounts(self) -> tuple[Stored, ...]:
        """Return the accounts of which the table holds data."""
        names = (self.layout.account, self.layout.updated, *self.layout.personal)
        columns = ", ".join(map(_quoted, names))
        try:
            with closing(self._opened()) as database:
                found = database.execute(f"SELECT {columns} FROM {_quoted(self.layout.table)}")  # noqa: S608 - names that the table has
                rows = [dict(zip(names, row, strict=True)) for row in found]
        except sqlite3.Error as error:
            raise _unusable(self.path, f"SQLite cannot read it ({type(error).__name__})") from None
        return _accounts(rows, self.layout, self.path)

    def carry_out(self, erase: frozenset[str], refresh: frozenset[str]) -> None:
        """Change the table in one transaction."""
        table, account = _quoted(self.layout.table), _quoted(self.layout.account)
        emptied = ", ".join(f"{_quoted(name)} = NULL" for name in (*self.layout.personal, self.layout.updated))
        try:
            with closing(self._opened()) as database, database:
                database.executemany(f"DELETE FROM {table} WHERE {account} = ?", [(each,) for each in sorted(erase)])  # noqa: S608
                database.executemany(
                    f"UPDATE {table} SET {emptied} WHERE {account} = ?",  # noqa: S608
                    [(each,) for each in sorted(refresh)],
                )
        except sqlite3.Error as error:
            raise _unusable(self.path, f"SQLite refused to change it ({type(error).__name__})") from None

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True)
        try:
            database.execute("PRAGMA secure_delete = ON")
            known = {row[1] for row in database.execute(f"PRAGMA table_info({_quoted(self.layout.table)})")}
        except sqlite3.Error:
            database.close()
            raise _unusable(self.path, "SQLite cannot read it") from None
        missing = [
            name for name in (self.layout.account, self.layout.updated, *self.layout.personal) if name not in known
        ]
        if missing:
            database.close()
            raise _unusable(self.path, f"its table {self.layout.table or '(none was named)'} has no {missing[0]}")
        return database


def _accounts(rows: Iterable[Mapping[str, object]], layout: Layout, path: Path) -> tuple[Stored, ...]:
    """Return the accounts that have data, each with its oldest time. Errors name the row, never what is in it."""
    oldest: dict[str, tuple[datetime, str]] = {}
    for number, row in enumerate(rows, start=1):
        account, updated = str(row[layout.account] or ""), str(row[layout.updated] or "")
        if account in {"", _UNKNOWN} or not any((updated, *(row[name] for name in layout.personal))):
            continue
        if _ID.fullmatch(account) is None:
            raise _unusable(path, f"row {number}: {layout.account} is no account id")
        try:
            moment = datetime.fromisoformat(updated)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise _unusable(path, f"row {number}: {layout.updated} is no time with a zone, as in 2026-11-21T08:00:00Z")
        oldest[account] = min(oldest.get(account, (moment, updated)), (moment, updated))
    return tuple(Stored(account, text) for account, (_, text) in sorted(oldest.items()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The store of the app cannot be used",
        where=str(path),
        why=why,
        fix="Check --store, --table, --account, --updated and --personal against it; nothing was changed by this.",
    )
