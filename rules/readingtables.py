"""The cells of the tables of a body, with their headings."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from rules.headings import Cell, Heads, headings
from rules.reduced import decoded

_TAG: Final = re.compile(
    rb"<(?:!\[CDATA\[.*?(?:\]\]>|\Z)|!--.*?(?:-->|\Z)|(?P<close>/?)(?P<name>table|tr|t[dh])(?=[\s/>])[^<>]*+>)",
    re.DOTALL,
)
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
        self._heads: Final[dict[int, Heads]] = {}
        self.tables: Final[list[list[list[int]]]] = []
        """The numbers of the cells by row, for each table."""
        tables: list[_Table] = []
        for found in _TAG.finditer(data):
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
        return str(self._heads.get(at, ""))

    def heads(self, number: int) -> Heads:
        """Return the headings of a cell."""
        return self._heads[number]

    def extent(self, number: int) -> tuple[int, int]:
        """Return where the content of a cell begins and ends."""
        return self._starts[number], self._ends[number]

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

    def _close(self, table: _Table, at: int) -> None:
        if table.open >= 0:
            self._ends[table.open] = at
            table.open = -1

    def _finish(self, table: _Table, at: int) -> None:
        self._close(table, at)
        rows = [row for row in table.rows if row]
        found = headings([list(map(self._cell, row)) for row in rows], named=self._holds_properties(table.start))
        for row, headers in zip(rows, found, strict=True):
            self._heads.update(zip(row, headers, strict=True))
        self.tables.append(rows)

    def _cell(self, number: int) -> Cell:
        start, tag = self._starts[number], self._tags[number]
        raw = self._data[start : min(self._ends[number], start + _READ)]
        text = " ".join(decoded(_ANY_TAG.sub(b" ", raw), "xml").split())
        spans = {found["what"]: int(found["size"]) for found in _SPAN.finditer(tag)}
        return Cell(text, tag.startswith(b"<th"), spans.get(b"col", 1), spans.get(b"row", 1))
