"""The cells of the tables of a body, with their headings."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from rules.headings import Cell, Heads, headings
from rules.reduced import decoded

_SECTION: Final = rb"!\[CDATA\[(?:[^\]]++|\](?!\]>))*+|!--(?:[^-]++|-(?!->))*+|"
_OF_TABLES: Final = rb"(?P<close>/?)(?P<name>table|tr|t[dh])(?=[\s/>])[^<>]*+>"
_TAG: Final = re.compile(rb"<" + _OF_TABLES)
_TAG_OR_SECTION: Final = re.compile(rb"<(?:" + _SECTION + _OF_TABLES + rb")")
_HEADING: Final = b"<th"
_REACHES: Final = b"span"
_ANY_TAG: Final = re.compile(rb"<[^<>]*+>")
_SPAN: Final = re.compile(rb"\s(?P<what>col|row)span\s*=\s*[\"']\s*(?P<size>\d{1,4})")
_DEEPEST: Final = 20
"""Tables in tables; the cells of deeper ones count as text of the cell around."""
_READ: Final = 400
"""Bytes of a cell that are looked at for a heading."""


@dataclass(slots=True)
class _Table:
    start: int
    around: int
    """The cell around, -1 for none."""
    rows: list[list[int]] = field(default_factory=list)
    open: int = -1
    """The cell that is read."""


class Tables:
    """The cells of all tables of a body. Built once, linear in time."""

    def __init__(self, data: bytes, holds_properties: Callable[[int], bool]) -> None:
        """Read a body; `holds_properties` tells whether a byte stands in the macro of page properties."""
        self._data: Final = data
        self._holds_properties: Final = holds_properties
        self._tags: Final[list[bytes]] = []
        self._starts: Final = array("i")
        self._ends: Final = array("i")
        self._parents: Final = array("i")
        self._within: Final = array("i")
        """The table of each cell by its place in `tables`."""
        self._begins: Final = array("i")
        self._heads: Final[dict[int, Heads]] = {}
        """Of the cells of tables that somebody asked about."""
        self.tables: Final[list[list[list[int]]]] = []
        """The numbers of the cells by row, for each table."""
        tables: list[_Table] = []
        for found in (_TAG_OR_SECTION if b"<!" in data else _TAG).finditer(data):
            if found["name"] == b"table" and not found["close"]:
                around = -1
                if tables:
                    around = tables[-1].around if tables[-1].open < 0 else tables[-1].open
                tables.append(_Table(found.start(), around))
            elif found["name"] and tables:
                self._step(tables, found)
        while tables:
            self._finish(tables.pop(), len(data))

    def header(self, offset: int) -> str:
        """Return the headings of the cell that a byte stands in, its column's before its row's; "" elsewhere."""
        at = bisect_right(self._starts, offset) - 1
        while at >= 0 and self._ends[at] <= offset:
            at = self._parents[at]
        return str(self.heads(at)) if at >= 0 else ""

    def heads(self, number: int) -> Heads:
        """Return the headings of a cell."""
        if number not in self._heads:
            table = self._within[number]
            rows = self.tables[table]
            found = headings(self._cells(rows), named=self._holds_properties(self._begins[table]))
            for row, headers in zip(rows, found, strict=True):
                self._heads.update(zip(row, headers, strict=True))
        return self._heads[number]

    def extent(self, number: int) -> tuple[int, int]:
        """Return where the content of a cell begins and ends."""
        return self._starts[number], self._ends[number]

    def height(self, number: int) -> int:
        """Return how many rows a cell takes."""
        return _size(self._tags[number], b"row")

    def _step(self, tables: list[_Table], found: re.Match[bytes]) -> None:
        table, name, start = tables[-1], found["name"], found.start()
        if name == b"table":
            self._finish(tables.pop(), start)
            return
        self._close(table, start)
        if found["close"] or len(tables) > _DEEPEST:
            return
        if name == b"tr" or not table.rows:
            table.rows.append([])
        if name != b"tr":
            table.open = len(self._starts)
            table.rows[-1].append(table.open)
            self._tags.append(found[0])
            self._starts.append(found.end())
            self._ends.append(len(self._data))
            self._parents.append(table.around)
            self._within.append(-1)

    def _close(self, table: _Table, at: int) -> None:
        if table.open >= 0:
            self._ends[table.open] = at
            table.open = -1

    def _finish(self, table: _Table, at: int) -> None:
        self._close(table, at)
        for number in chain.from_iterable(table.rows):
            self._within[number] = len(self.tables)
        self._begins.append(table.start)
        self.tables.append([row for row in table.rows if row])

    def _cells(self, rows: Sequence[Sequence[int]]) -> list[list[Cell]]:
        """Return the cells of a table as headings are told by them: only what may be one of them has its text."""
        marked = any(self._tags[number].startswith(_HEADING) for row in rows for number in row)
        return [
            [self._cell(number, may_head=not marked and not (above and at)) for at, number in enumerate(row)]
            for above, row in enumerate(rows)
        ]

    def _cell(self, number: int, *, may_head: bool) -> Cell:
        """Return a cell as headings are told by it; `may_head`: it may be one without being marked as one."""
        start, tag = self._starts[number], self._tags[number]
        marked = tag.startswith(_HEADING)
        text = ""
        if marked or may_head:
            raw = self._data[start : min(self._ends[number], start + _READ)]
            text = " ".join(decoded(_ANY_TAG.sub(b" ", raw), "xml").split())
        return Cell(text, marked, _size(tag, b"col"), _size(tag, b"row"))


def _size(tag: bytes, what: bytes) -> int:
    """Return how many columns or rows a cell takes, by its tag."""
    sizes = [int(found["size"]) for found in _SPAN.finditer(tag) if found["what"] == what] if _REACHES in tag else []
    return sizes[-1] if sizes else 1
