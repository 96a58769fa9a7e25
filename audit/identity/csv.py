"""The route of a mapping file: a table that says which account each legacy identifier belongs to.

The header is `username,user_key,email,account_id` in any order and any case (see `ALIASES`); `account_id` and one
other column are required. Delimiters: comma, semicolon, tab. Encodings: UTF-8 and UTF-16 with a byte order mark; any
other encoding must be declared, because a wrong guess would turn one name into another one.

Each username, user key and e-mail address may stand in one row only, even when both rows name the same account: a
file that says the same thing twice is a file that nobody has looked at. A row without an account says that the person
has none. Errors name rows and columns; values are masked.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import hmac
import io
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.errors import MappingError
from rules.identifiers import is_account_id
from rules.masking import mask
from rules.model import Account, HeldReason, Personal, Resolution, SubjectKind, Unresolved

SIZE_LIMIT_BYTES: Final = 50_000_000
"""Far more than one row for each account of the largest sites; beyond it the file is something else."""
PROBLEMS_SHOWN: Final = 10
DELIMITERS: Final = (",", ";", "\t")
ALIASES: Final[MappingOf[str, frozenset[str]]] = {
    "username": frozenset({"username", "user name", "login", "login name"}),
    "user_key": frozenset({"user_key", "userkey", "user key", "key"}),
    "email": frozenset({"email", "e-mail", "mail", "email address", "e-mail address", "emailaddress"}),
    "account_id": frozenset({"account_id", "accountid", "account id", "aaid", "atlassian account id", "atlassian id"}),
}
"""Column -> headings that mean it, compared casefolded and without surrounding blanks."""
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

    @property
    def name(self) -> str:
        """Return the name of this route in reports."""
        return "csv"

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
        """Return every username and user key of the file, case-folded: what rules may take for a known person."""
        return frozenset((*self.usernames, *self.user_keys))

    def digest(self, key: bytes) -> str:
        """Return a keyed digest of the file: it shows later whether two plans used the same mapping."""
        return hmac.new(key, b"mapping\x00" + self.content, hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"Mapping(<{self.rows} rows>)"


def read_mapping(path: Path, encoding: str | None = None) -> Mapping:
    """Return the mapping in the file `path`. Raises `MappingError` when it is missing, too large or not a mapping."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise _refused(path.name, f"the system said: {error.strerror}", "Name a readable CSV file.") from error
    return parse_mapping(content, path.name, encoding)


def parse_mapping(content: bytes, name: str, encoding: str | None = None) -> Mapping:
    """Return the mapping in `content`; `name` stands in errors. Raises `MappingError` naming every bad row."""
    if len(content) > SIZE_LIMIT_BYTES:
        raise _refused(name, f"it has more than {SIZE_LIMIT_BYTES // 1_000_000} MB", "Keep one row for each person.")
    text = _decoded(content, name, encoding)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _refused(name, f"there is a NUL character in line {line}", "Export it again as plain CSV text.")
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise _refused(name, "it is empty", "Give it the header username,user_key,email,account_id and a row each.")
    columns, delimiter = _columns(header, name)
    collected = _Collected()
    try:
        for line, cells in _rows(text, delimiter):
            if len(cells) != len(columns):
                collected.problems.append(f"line {line} has {len(cells)} cells instead of {len(columns)}")
                continue
            collected.add(line, {column: cell for column, cell in zip(columns, cells, strict=True) if column})
    except csv.Error as error:
        raise _refused(name, f"it is not readable as CSV: {error}", "Export it again.") from error
    if collected.problems:
        shown = "; ".join(collected.problems[:PROBLEMS_SHOWN])
        more = len(collected.problems) - PROBLEMS_SHOWN
        raise _refused(name, shown + (f"; and {more} more" if more > 0 else ""), "Correct these rows and try again.")
    if not collected.count:
        raise _refused(name, "it has a header and no rows", "Add one row for each person.")
    tables = collected.tables
    return Mapping(tables["username"], tables["user_key"], tables["email"], collected.count, content)


class _Collected:
    """Rows on their way into the tables, with everything that is wrong with them."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, str | None]] = {column: {} for column in KEYS}
        self.first_seen: dict[tuple[str, str], int] = {}
        self.problems: list[str] = []
        self.count = 0

    def add(self, line: int, row: MappingOf[str, str]) -> None:
        """Take one row in, or note what is wrong with it."""
        account_id = row.get("account_id", "").strip()
        if account_id and not is_account_id(account_id):
            self.problems.append(f"line {line}, column account_id: {mask('username', account_id)} is no account id")
            return
        values = {column: row.get(column, "").strip() for column in KEYS}
        if not any(values.values()):
            self.problems.append(f"line {line} has neither username, user_key nor email")
            return
        self.count += 1
        for column, value in values.items():
            if not value:
                continue
            before = self.first_seen.setdefault((column, _folded(value)), line)
            if before != line:
                self.problems.append(f"lines {before} and {line} both have the {column} {mask(KEYS[column], value)}")
                continue
            self.tables[column][_folded(value)] = account_id or None


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


def _columns(header: str, name: str) -> tuple[tuple[str, ...], str]:
    """Return the known column of each cell of the header (empty for others), and the delimiter that fits best."""
    readings = {delimiter: tuple(_column(cell) for cell in header.split(delimiter)) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda candidate: sum(map(bool, readings[candidate])))
    columns = readings[delimiter]
    twice = [column for column in ALIASES if columns.count(column) > 1]
    if twice:
        raise _refused(name, f"the header names the column {twice[0]} twice", "Keep one of them.")
    if "account_id" not in columns or not set(KEYS) & set(columns):
        missing = "account_id" if "account_id" not in columns else "username, user_key or email"
        raise _refused(
            name,
            f"the header has no column {missing}",
            "The header is username,user_key,email,account_id; account_id and one other are needed.",
        )
    return columns, delimiter


def _column(cell: str) -> str:
    heading = cell.strip().strip('"').strip().casefold()
    return next((column for column, headings in ALIASES.items() if heading in headings), "")


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
            header_seen = True
            continue
        yield line, cells


def _folded(value: str) -> str:
    return value.strip().casefold()


def _refused(name: str, why: str, fix: str) -> MappingError:
    return MappingError(what="The mapping file cannot be used", where=name, why=why, fix=fix)
