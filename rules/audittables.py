"""Exports of an audit log as a table: the cells that say who did something, and whom it was done to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

ADDRESSES: Final = frozenset(
    {
        "client ip", "ip", "ip address", "ip adresse", "ip addresses", "remote address", "remote ip", "source",
        "source address", "source ip",
    }
)  # fmt: skip
"""Headings, as `_folded` writes them, of columns for network addresses."""
_PEOPLE: Final = frozenset(
    {
        "actor", "actor id", "actor name", "author", "author id", "author key", "author name", "autor", "benutzer",
        "benutzername", "changed by", "performed by", "user", "user id", "user key", "user name", "username",
    }
)  # fmt: skip
"""Headings of columns for who did something."""
_OBJECTS: Final = frozenset(
    {
        "affected object", "affected object id", "affected object name", "affected objects", "affected user",
        "associated object", "associated object name", "associated objects", "betroffenes objekt", "object",
        "object name",
    }
)  # fmt: skip
"""Headings of columns for what something was done to: people too."""
_RECORDS: Final = _OBJECTS | ADDRESSES | {"changed value", "changed values"}
"""Headings of which a table about what people did has one if it is a log."""
_USERS: Final = frozenset({"atlassian", "benutzer", "customer", "known", "person", "user", "users"})
"""Types of what is a person."""
_PLURAL: Final = re.compile(r"\(s\)")
_BETWEEN: Final = re.compile(r"[\s_-]+")
_SIGNS: Final = ",;\t"
_CELL: Final = {
    sign: re.compile(rf' *+(?:"(?P<quoted>(?:[^"]++|"")*+)"|(?P<bare>[^{sign}\r\n]*+)) *+(?P<end>{sign}|\r?\n|\Z)')
    for sign in _SIGNS
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Characters [start, end) of a table that name somebody, as one entry of a cell or all of it."""

    start: int
    end: int
    value: str = field(repr=False)
    heading: str


_Row = Sequence[tuple[int, int, str]]
"""Start, end and text of each cell."""


def is_log(text: str) -> bool:
    """Return whether the first line of a text names columns for people and for what a log says of them."""
    return _headings(text) is not None


def people(text: str) -> Iterator[Cell]:
    """Yield everybody whom the columns for people of a log name, row by row; nothing where it is no log.

    Where a column tells of which type something is, only people count. What something was done to counts only so.
    """
    headings = _headings(text)
    if headings is None:
        return
    types = {at: _type_of(name, headings) for at, name in enumerate(headings)}
    for row in islice(_rows(text, _sign(text)), 1, None):
        for at, (start, end, value) in enumerate(row[: len(headings)]):
            heading, place = headings[at], types[at]
            said = row[place][2] if place is not None and place < len(row) else ""
            if heading in _PEOPLE and (not said.strip() or _folded(said) in _USERS):
                yield Cell(start, end, value, heading)
            elif heading in _OBJECTS:
                yield from _objects(start, value, said, heading)


def _objects(start: int, value: str, said: str, heading: str) -> Iterator[Cell]:
    """Yield the entries of a cell that are people by the entries of the cell for their types."""
    if heading == "affected user":
        yield Cell(start, start + len(value), value, heading)
        return
    kinds = [_folded(each) for each in said.split(",")]
    names = value.split(",") if len(kinds) > 1 else [value]
    at = start
    for name, kind in zip(names, kinds, strict=False):
        if kind in _USERS and len(names) == len(kinds):
            yield Cell(at, at + len(name), name, heading)
        at += len(name) + 1


def _headings(text: str) -> tuple[str, ...] | None:
    """Return the headings of a log, None where the text is none."""
    if "\n" not in text:
        return None
    first = next(_rows(text, _sign(text)), ())
    names = tuple(_folded(value) for _, _, value in first)
    return names if not _PEOPLE.isdisjoint(names) and not _RECORDS.isdisjoint(names) else None


def _type_of(name: str, headings: Sequence[str]) -> int | None:
    """Return the column that says of which type the things in the column `name` are."""
    base = name.removesuffix(" name").removesuffix(" id").removesuffix(" key").removesuffix("s")
    wanted = (f"{base} type", f"{base} types", "object type")
    possible = wanted if name in _OBJECTS else wanted[:1]
    return next((headings.index(each) for each in possible if each in headings), None)


def _sign(text: str) -> str:
    """Return what separates the cells: the sign that stands most often in the first line."""
    line = text.partition("\n")[0]
    return max(_SIGNS, key=line.count)


def _folded(name: str) -> str:
    return _BETWEEN.sub(" ", _PLURAL.sub("", name).strip().strip('\ufeff"').casefold())


def _rows(text: str, sign: str) -> Iterator[_Row]:
    """Yield the rows of a table, up to one with a line end that no table has. Linear in the length of the text."""
    row: list[tuple[int, int, str]] = []
    at = 0
    while at < len(text):
        cell = _CELL[sign].match(text, at)
        if cell is None:
            return
        name = "bare" if cell["quoted"] is None else "quoted"
        row.append((*cell.span(name), cell[name]))
        if cell["end"] != sign:
            yield row
            row = []
        at = cell.end()
