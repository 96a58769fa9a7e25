"""What a backup says about one person, and whether it can be: the table of newer backups, and the rules for both."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audit.identity.ledger import Row
from rules.identifiers import is_account_id, is_pseudo, is_surely_account_id

LINE_LIMIT: Final = 64 * 1024
"""Characters of one line of the table; the longest real ones have a few hundred."""


class Broken(Exception):  # noqa: N818 - says what the file is
    """A file of a backup that cannot be used. The message has no contents of it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a backup."""

    row: Row
    implausible: bool = False
    """The account has not the shape of one or contradicts the key; it was left out."""


def person(key: str, name: str, email: str, account: str) -> Person:
    """Return a person as far as the values can be what they are called.

    In backups that Cloud made the key is the account id, and the name an e-mail address or the account id as well:
    such a key is none, and such a name is no username.
    """
    key, name, email, account = (value.strip() for value in (key, name, email, account))
    key_is_account = is_surely_account_id(key)
    implausible = bool(account) and not is_account_id(account)
    if key_is_account and account and account != key:
        implausible = True
    known = "" if implausible else account or (key if key_is_account else "")
    return Person(
        Row(
            username="" if is_surely_account_id(name) or is_pseudo(name) else name,
            user_key="" if key_is_account else key,
            email=email or (name if _is_address(name) else ""),
            account_id=known,
        ),
        implausible,
    )


def mapping_rows(pieces: Iterator[bytes]) -> Iterator[Person]:
    """Yield the people of `user_mapping.csv`: user_key, username, lower_username, aaid. Raises `Broken`."""
    reader = csv.reader(_lines(pieces), strict=True)
    try:
        header = [cell.strip().strip("\ufeff").casefold() for cell in next(reader, [])]
        if "aaid" not in header or not {"user_key", "username"} & set(header):
            raise Broken("it has not the columns user_key, username and aaid")
        for cells in reader:
            if len(cells) not in {0, len(header)}:
                raise Broken(f"line {reader.line_num} has {len(cells)} cells instead of {len(header)}")
            if cells:
                row = dict(zip(header, cells, strict=True))
                yield person(row.get("user_key", ""), row.get("username", ""), row.get("email", ""), row["aaid"])
    except csv.Error as error:
        raise Broken(f"line {reader.line_num} is not readable as CSV") from error


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    try:
        for piece in pieces:
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            for line in whole:
                yield f"{line}\n"
            if len(rest) > LINE_LIMIT:
                raise Broken("it has a line that is far too long")
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Broken("it is not UTF-8") from error
    if rest:
        yield rest


def _is_address(name: str) -> bool:
    local, at, host = name.partition("@")
    return bool(local and at and "." in host) and not any(each.isspace() for each in name)
