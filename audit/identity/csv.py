"""The route of mapping files: tables that say which account each legacy identifier belongs to.

The header is `username,user_key,email,account_id` in any order and any case (`audit.identity.headers` has what other
exports call these); `account_id` and one other column are required. A column `route` says which route named the account
of a row: an answer that was written down is that route's, and confirms nothing. Delimiters: comma, semicolon, tab.
Encodings: UTF-8 and UTF-16 with a byte order mark; any other encoding must be declared, because a wrong guess would
turn one name into another one.

Each username, user key and e-mail address may stand in one row only, even when both rows name the same account: a
file that says the same thing twice is a file that nobody has looked at. A row without an account names nobody. Of
several files each may lack what another has: rows without an account get that of the row with the same e-mail
address. Errors name rows and columns; values are masked.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import hmac
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from audit.errors import MappingError
from audit.identity.headers import SECOND_USERNAME, Header, is_hint, read_header
from audit.identity.idle import idle_rows
from audit.identity.ledger import Ledger, Row, heard
from audit.identity.route import Identifier
from rules.identifiers import is_account_id
from rules.masking import mask
from rules.model import Account, HeldReason, Personal, Resolution, SubjectKind, Unresolved

NAME: Final = "csv"
SIZE_LIMIT_BYTES: Final = 50_000_000
"""Far more than one row for each account of the largest sites; beyond it the file is something else."""
PROBLEMS_SHOWN: Final = 10
MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
KEYS: Final = {
    "username": SubjectKind.USERNAME,
    "user_key": SubjectKind.USER_KEY,
    "email": SubjectKind.EMAIL,
}


@dataclass(frozen=True, slots=True, repr=False)
class Mapping:
    """Which account each identifier belongs to. Rows without an account map to None."""

    usernames: MappingOf[str, str | None]
    user_keys: MappingOf[str, str | None]
    emails: MappingOf[str, str | None]
    rows: int
    content: bytes
    """The file as it was read; only its keyed digest is ever written down."""
    people: tuple[Row, ...] = ()
    """The rows themselves."""
    unusable: tuple[str, ...] = ()
    """A sentence for each file with rows that lead nobody on: how many, which and why, without values."""

    @property
    def name(self) -> str:
        """Return the name of this route in reports."""
        return NAME

    def resolve(self, personal: Personal) -> Resolution:
        """Return the account that the file names for exactly this value, compared without regard to case.

        A username is looked for among the user keys as well, and the other way round: old installations used the
        first username as the key, and the shape of a value does not tell which it is. A username that has the
        shape of an e-mail address may stand in the e-mail column. Two different answers are no answer.
        """
        value = _folded(personal.reveal())
        match personal.kind:
            case SubjectKind.USERNAME:
                columns = [self.usernames, self.user_keys] + ([self.emails] if "@" in value else [])
            case SubjectKind.USER_KEY:
                columns = [self.user_keys, self.usernames]
            case SubjectKind.EMAIL:
                columns = [self.emails]
            case _:
                return Unresolved(HeldReason.UNRESOLVED, f"the mapping does not resolve a {personal.kind.value}")
        found = {column[value] for column in columns if value in column}
        if not found:
            return Unresolved(HeldReason.UNRESOLVED, "not in the mapping")
        if len(found) > 1:
            return Unresolved(HeldReason.AMBIGUOUS, "the mapping names different accounts for it in two columns")
        account_id = found.pop()
        if account_id is None:
            return Unresolved(HeldReason.UNRESOLVED, "in the mapping, without an account")
        return Account(account_id, self.name)

    def identifiers(self) -> frozenset[str]:
        """Return every username and user key of the file, in lower case: what rules may take for a known person."""
        return frozenset((*self.usernames, *self.user_keys))

    def ledger(self, read_at: str) -> Ledger:
        """Return the rows as a route; `read_at` is when they were read, in UTC."""
        return Ledger(self.name, self.people, read_at)

    def digest(self, key: bytes) -> str:
        """Return a keyed digest of the file: it shows later whether two plans used the same mapping."""
        return hmac.new(key, b"mapping\x00" + self.content, hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"Mapping(<{self.rows} rows>)"


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """One file as it was read."""

    name: str
    content: bytes
    rows: tuple[tuple[int, Row], ...]
    """Line number and person."""


def read_mapping(path: Path, encoding: str | None = None) -> Mapping:
    """Return the mapping in the file `path`. Raises `MappingError` when it is missing, too large or not a mapping."""
    return parse_mapping(_content(path), path.name, encoding)


def read_mappings(paths: Sequence[Path], encoding: str | None = None, *, partial: bool = False) -> Mapping:
    """Return what several files say together, joined by the e-mail address.

    A file may lack the column of accounts when there are several, or with `partial`, when other routes may know them.
    Raises `MappingError` as `read_mapping` does, and when two files name different accounts for one identifier.
    """
    partial = partial or len(paths) > 1
    return joined([parse_sheet(_content(path), path.name, encoding, partial=partial) for path in paths])


def parse_mapping(content: bytes, name: str, encoding: str | None = None) -> Mapping:
    """Return the mapping in `content`; `name` stands in errors. Raises `MappingError` naming every bad row."""
    return joined([parse_sheet(content, name, encoding)])


def parse_sheet(content: bytes, name: str, encoding: str | None = None, *, partial: bool = False) -> Sheet:
    """Return the rows in `content`, `partial` ones without accounts too. Raises `MappingError` naming each bad row."""
    if len(content) > SIZE_LIMIT_BYTES:
        raise _refused(name, f"it has more than {SIZE_LIMIT_BYTES // 1_000_000} MB", "Keep one row for each person.")
    text = _decoded(content, name, encoding)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _refused(name, f"there is a NUL character in line {line}", "Export it again as plain CSV text.")
    heading = next((line for line in text.splitlines() if line.strip() and not is_hint(line)), "")
    if not heading:
        raise _refused(name, "it is empty", "Give it the header username,user_key,email,account_id and a row each.")
    header = _checked(read_header(heading), name, partial=partial)
    collected = _Collected()
    try:
        table = list(_rows(text, header.delimiter))
    except csv.Error as error:
        raise _refused(name, f"it is not readable as CSV: {error}", "Export it again.") from error
    columns = header.columns if _holds_accounts(header, table) else _without(header.columns, "account_id")
    if _holds_names(header, table):
        columns = tuple(_spoken(columns, column) for column in columns)
    _checked(replace(header, columns=columns), name, partial=partial)
    for line, cells in table:
        if len(cells) != len(columns):
            collected.problems.append(f"line {line} has {len(cells)} cells instead of {len(columns)}")
            continue
        collected.add(line, {column: cell for column, cell in zip(columns, cells, strict=True) if column})
    if collected.problems:
        shown = "; ".join(collected.problems[:PROBLEMS_SHOWN])
        more = len(collected.problems) - PROBLEMS_SHOWN
        raise _refused(name, shown + (f"; and {more} more" if more > 0 else ""), "Correct these rows and try again.")
    if not collected.rows:
        raise _refused(name, "it has a header and no rows", "Add one row for each person.")
    return Sheet(name, content, tuple(collected.rows))


def joined(sheets: Sequence[Sheet]) -> Mapping:
    """Return the sheets as one mapping. Raises `MappingError` naming the rows of two sheets that contradict."""
    people = tuple(row for sheet in sheets for _, row in sheet.rows)
    if len(sheets) > 1:  # within one no identifier stands twice
        accounts = _Accounts()
        for sheet in sheets:
            for line, row in sheet.rows:
                accounts.note(sheet.name, line, row)
        accounts.settle()
        people = tuple(accounts.completed(row) for row in people)
    tables: dict[SubjectKind, dict[str, str | None]] = {kind: {} for kind in KEYS.values()}
    for row in people:
        for each in row.identifiers():
            tables[each.kind][each.value] = row.account_id or tables[each.kind].get(each.value)
    content = sheets[0].content if len(sheets) == 1 else b"\x00".join(sheet.content for sheet in sheets)
    usernames, user_keys, emails = (tables[kind] for kind in KEYS.values())
    unusable = tuple(text for sheet in sheets if (text := idle_rows(sheet.name, sheet.rows)))
    return Mapping(usernames, user_keys, emails, len(people), content, people, unusable)


class _Accounts:
    """Which account each identifier has, over several sheets."""

    def __init__(self) -> None:
        self._known: dict[Identifier, tuple[Row, str, int]] = {}
        """Identifier -> row with an account, file, line."""
        self._problems: list[str] = []
        self._fault = ""

    def note(self, name: str, line: int, row: Row) -> None:
        """Take one row in, or note that it contradicts another one."""
        if not row.account_id:
            return
        for each in row.identifiers():
            known, other, before = self._known.setdefault(each, (row, name, line))
            if known.account_id != row.account_id:
                what = f"line {before} of {other} and line {line} of {name}"
                self._problems.append(f"{what} name different accounts for the {each.kind.value} {each.mask}")
                self._fault = name

    def settle(self) -> None:
        """Raise `MappingError` when rows contradict each other."""
        if self._problems:
            raise _refused(self._fault, "; ".join(self._problems[:PROBLEMS_SHOWN]), "Correct one of them.")

    def completed(self, row: Row) -> Row:
        """Return a row with the account that another row has for its e-mail address."""
        if row.account_id or not row.email:
            return row
        found = next((self._known[each] for each in _addresses(row) if each in self._known), None)
        if found is None:
            return row
        known = found[0]
        return replace(
            row, account_id=known.account_id, joined=True, route=known.route, witnessed_at=known.witnessed_at
        )


def _addresses(row: Row) -> Iterable[Identifier]:
    return [each for each in row.identifiers() if each.kind is SubjectKind.EMAIL]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise _refused(path.name, f"the system said: {error.strerror}", "Name a readable CSV file.") from error


def _checked(header: Header, name: str, *, partial: bool) -> Header:
    """Return the header when it has what a table needs. Raises `MappingError` otherwise."""
    columns = header.columns
    if header.twice():
        raise _refused(name, f"the header names the column {header.twice()} twice", "Keep one of them.")
    keys = set(KEYS) & set(columns)
    if "account_id" in columns and keys:
        return header
    if partial and len(keys) > 1:
        return header
    missing = "username, user_key or email" if "account_id" in columns else "account_id"
    raise _refused(
        name,
        f"the header has no column {missing}",
        "The header is username,user_key,email,account_id; account_id and one other are needed."
        + (" A table without accounts needs two others, to be joined by." if partial else ""),
    )


def _holds_accounts(header: Header, table: Sequence[tuple[int, list[str]]]) -> bool:
    """Return whether the column of accounts holds account ids: under some headings other ids stand as well."""
    if not header.unsure:
        return True
    place = header.columns.index("account_id")
    values = [cells[place].strip() for _, cells in table if len(cells) > place]
    return all(is_account_id(value) for value in values if value)


def _holds_names(header: Header, table: Sequence[tuple[int, list[str]]]) -> bool:
    """Return whether the column of usernames holds names that are shown: those have blanks inside."""
    if not header.spoken:
        return False
    place = header.columns.index("username")
    return any(" " in cells[place].strip() for _, cells in table if len(cells) > place)


def _spoken(columns: Sequence[str], column: str) -> str:
    """Return what a column is when that of the usernames holds names: the name, unless another column has it."""
    if column != "username":
        return column
    return "" if "name" in columns else "name"


def _without(columns: Sequence[str], gone: str) -> tuple[str, ...]:
    return tuple("" if column == gone else column for column in columns)


@dataclass(slots=True)
class _Collected:
    """Rows on their way into a sheet, with everything that is wrong with them."""

    rows: list[tuple[int, Row]] = field(default_factory=list)
    first_seen: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, line: int, cells: MappingOf[str, str]) -> None:
        """Take one row in, or note what is wrong with it."""
        account_id = cells.get("account_id", "").strip()
        if account_id and not is_account_id(account_id):
            self.problems.append(f"line {line}, column account_id: {mask('username', account_id)} is no account id")
            return
        values = {column: cells.get(column, "").strip() for column in KEYS}
        if not any(values.values()):
            self.problems.append(f"line {line} has neither username, user_key nor email")
            return
        name = cells.get("name", "").strip()
        second = cells.get(SECOND_USERNAME, "").strip()
        row = Row(values["username"], values["user_key"], values["email"], account_id=account_id, name=name)
        route, at = _heard(cells)
        self.rows.append((line, replace(row, second=second, route=route, witnessed_at=at)))
        named = [*values.items(), *([("username", second)] if second else [])]
        for column, value in named:
            before = self.first_seen.setdefault((column, _folded(value)), line) if value else line
            if before != line:
                self.problems.append(f"lines {before} and {line} both have the {column} {mask(KEYS[column], value)}")


def _heard(cells: MappingOf[str, str]) -> tuple[str, str]:
    """Return which route named the account and when, where the row is an answer that this tool wrote down."""
    route, at = heard(cells.get("route", "").strip()), cells.get("witnessed_at", "").strip()
    return route, at if route and MOMENT.fullmatch(at) else ""


def _decoded(content: bytes, name: str, encoding: str | None) -> str:
    """Return the text. Without a declared encoding only what identifies itself is read."""
    declared = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else encoding or "utf-8"
    try:
        return content.decode(declared).removeprefix("\ufeff")
    except LookupError as error:
        raise _refused(name, f"{declared!r} is no known encoding", "Name one such as utf-8 or cp1252.") from error
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is not valid {declared}"
        raise _refused(name, where, "Save it as UTF-8, or declare its encoding, for example cp1252.") from error


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row behind the header; blank rows are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header_seen = False
    end = 0
    for cells in reader:
        line, end = end + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if not header_seen:
            header_seen = not is_hint(cells[0])
            continue
        yield line, cells


def _folded(value: str) -> str:
    return value.strip().lower()


def _refused(name: str, why: str, fix: str) -> MappingError:
    return MappingError(what="The mapping file cannot be used", where=name, why=why, fix=fix)
