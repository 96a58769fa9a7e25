"""The readable text of plain text: every line is a block. Tables of lines have headings.

A table is a paragraph of lines whose cells are parted by tabs, semicolons, bars or commas: exports, sheets, what was
pasted, tables of Markdown. Its headings are one of its first lines, if that holds nothing but short words and the line
behind it has as many cells; where a line has two cells, the first one names the second.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from rules.headings import Heads, looks_like_one
from rules.model import Span
from rules.reduced import Kept, Located, decoded
from rules.surroundings import Field, Grid, Place, Surroundings, Wanted, block

_PARAGRAPH: Final = re.compile(r"\n(?:[ \t\r]*+\n)++")
_MARKS: Final = "\t;|,"
"""What parts cells, the surest first."""
_QUOTED: Final = re.compile(r'"[^"\n]*+"')
_TOP: Final = 3
"""Lines of a table that may be its headings: a title may stand before them."""
_PAIR: Final = 2
_WIDE: Final = 8
"""Columns from which on some may be numbered: an export of addresses has three telephones."""
_NAME: Final = 40
"""Characters of a heading."""
_NUMBERED: Final = re.compile(r"[^\W\d_][^\d@]{0,36}\d{1,2}(?![\d@.])[^\d@]{0,36}")
"""A heading with a number: `E-mail 2`, `Custom field (3)`."""

_Table = tuple[str, int, tuple[str, ...]]
"""What parts the cells, the first character behind the headings, the headings."""


class TextReading:
    """The readable text of a text."""

    def __init__(self, data: bytes) -> None:
        self._data: Final = data
        self._tables: Final[dict[int, _Table | None]] = {}
        self._lines: Final[list[tuple[int, int]]] = []
        """Where the lines that somebody asked about begin and end, in order."""
        self._cells: Final[dict[tuple[int, str], tuple[array[int], str]]] = {}
        """By the first character of a line and what parts its cells: where all but the last end, what names a pair."""
        self.text: Final = decoded(data, "plain")

    @cached_property
    def _located(self) -> Located:
        whole = Kept()
        whole.keep(0, self._data)
        return Located(self._data, "plain", (whole,))

    @cached_property
    def _paragraphs(self) -> list[int]:
        return [0, *(found.end() for found in _PARAGRAPH.finditer(self.text))]

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of one block."""
        return self._located.span(start, end)

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""
        return Surroundings(Place.PROSE, self._header(start), str, block(self.text, start))

    def tables(self, wanted: Wanted) -> Iterator[Grid]:
        """Yield the tables of lines in which a heading is wanted."""
        for at, end in zip(self._paragraphs, (*self._paragraphs[1:], len(self.text)), strict=True):
            table = self._known(at)
            if table is not None and any(map(wanted, table[2])):
                yield list(self._rows(table, end))

    def _rows(self, table: _Table, end: int) -> Iterator[list[Field]]:
        mark, at, names = table
        while at < end:
            line = _line(self.text, at)
            yield list(self._fields(line, at, mark, names))
            at += len(line) + 1

    def _fields(self, line: str, at: int, mark: str, names: Sequence[str]) -> Iterator[Field]:
        """Yield the cells of the line that begins at a character, as many as there are names."""
        bare, done = _bare(line, mark), 0
        for cell, name in zip(bare.split(mark), names, strict=False):
            text = _shown(cell)
            start = bare.index(text, done)
            yield self._field(line[start : start + len(text)], at + start, name)
            done += len(cell) + len(mark)

    def _field(self, text: str, start: int, name: str) -> Field:
        return Field(text, Heads(name), str, lambda: self.span(start, start + len(text)))

    def _known(self, at: int) -> _Table | None:
        """Return how the table that begins at a paragraph is written, None where none does."""
        if at not in self._tables:
            self._tables[at] = _table(self.text, at)
        return self._tables[at]

    def _header(self, start: int) -> str:
        """Return the headings of the cell that a character stands in, nothing elsewhere."""
        table = self._known(self._paragraphs[bisect_right(self._paragraphs, start) - 1])
        mark = "\t" if table is None else table[0]
        low, end = self._line(start)
        known = self._cells.get((low, mark))
        if known is None:
            known = self._cells[low, mark] = _borders(self.text[low:end], mark)
        column = bisect_left(known[0], start - low)
        over = ""
        if table is not None and low >= table[1] and column < len(table[2]):
            over = table[2][column]
        return " ".join(filter(None, (over, known[1] if column else "")))

    def _line(self, start: int) -> tuple[int, int]:
        """Return where the line of a character begins and ends, looked for once however many values it holds."""
        at = bisect_right(self._lines, (start, len(self.text))) - 1
        if at < 0 or self._lines[at][1] < start:
            at += 1
            end = self.text.find("\n", start)
            self._lines.insert(at, (self.text.rfind("\n", 0, start) + 1, end if end >= 0 else len(self.text)))
        return self._lines[at]


def _borders(line: str, mark: str) -> tuple[array[int], str]:
    """Return where the cells of a line but the last end, and the first of two cells if it names the second."""
    bare = _bare(line, mark)
    ends = array("i", [each.start() for each in re.finditer(re.escape(mark), bare)])
    name = _cells(line, mark)[0] if len(ends) + 1 == _PAIR else ""
    return ends, name if looks_like_one(name) else ""


def _table(text: str, at: int) -> _Table | None:
    """Return how the table that begins at a character is written, None where none does."""
    lines: list[str] = []
    ends: list[int] = []
    end = at
    while len(lines) <= _TOP and end < len(text):
        line = _line(text, end)
        if not line.strip():
            break
        end += len(line) + 1
        lines.append(line)
        ends.append(end)
    for mark in _MARKS:
        for number in range(len(lines) - 1):
            if mark not in lines[number] or mark not in lines[number + 1]:
                continue
            row, below = _cells(lines[number], mark), _cells(lines[number + 1], mark)
            named = [each for each in row if each]
            if len(row) == len(below) and len(named) > 1 and _are_names(named):
                return mark, ends[number], row
    return None


def _are_names(cells: list[str]) -> bool:
    """Return whether cells are headings: short words, in a wide table also such as are numbered."""
    others = [each for each in cells if not looks_like_one(each)]
    return not others or (
        len(cells) >= _WIDE and all(len(each) <= _NAME and _NUMBERED.fullmatch(each) for each in others)
    )


def _line(text: str, start: int) -> str:
    """Return the line that begins at a character."""
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _cells(line: str, mark: str) -> tuple[str, ...]:
    """Return the cells of a line. What stands in quotes is no border, and an open quote goes on to the end."""
    return tuple(map(_shown, _bare(line, mark).split(mark)))


def _shown(cell: str) -> str:
    """Return what a cell says, without quotes and marks of Markdown around it."""
    return cell.strip().strip('"*')


def _bare(line: str, mark: str) -> str:
    """Return a line, of the same length, in which `mark` stands between cells only."""
    if '"' not in line:
        return line
    bare = _QUOTED.sub(lambda found: found[0].replace(mark, " "), line)
    at = bare.find('"', bare.rfind('"') if bare.count('"') % 2 else len(bare))
    if at >= 0:
        bare = bare[:at] + bare[at:].replace(mark, " ")
    return bare
