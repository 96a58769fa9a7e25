"""The readable text of plain text: every line is a block. Tables of lines have headings.

A table is a paragraph of lines whose cells are parted by tabs, semicolons, bars or commas: exports, sheets, what was
pasted, tables of Markdown. Its headings are one of its first lines, if that holds nothing but short words and the line
behind it has as many cells; where a line has two cells, the first one names the second.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
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
_LINE_LIMIT: Final = 4000
"""Characters of a line that are looked at; longer ones have no headings."""
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
        return Surroundings(Place.PROSE, self._header(start), "", block(self.text, start))

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
            texts = _cells(line, mark)
            yield [self._field(line, at, text, name) for text, name in zip(texts, names, strict=False)]
            at += len(line) + 1

    def _field(self, line: str, at: int, text: str, name: str) -> Field:
        start = at + line.find(text)
        return Field(text, Heads(name), str, lambda: self.span(start, start + len(text)))

    def _known(self, at: int) -> _Table | None:
        """Return how the table that begins at a paragraph is written, None where none does."""
        if at not in self._tables:
            self._tables[at] = _table(self.text, at)
        return self._tables[at]

    def _header(self, start: int) -> str:
        """Return the headings of the cell that a character stands in, nothing elsewhere."""
        table = self._known(self._paragraphs[bisect_right(self._paragraphs, start) - 1])
        low = max(self.text.rfind("\n", max(0, start - _LINE_LIMIT), start) + 1, start - _LINE_LIMIT)
        mark = "\t" if table is None else table[0]
        column = len(_cells(self.text[low:start], mark)) - 1
        over = ""
        if table is not None and low >= table[1] and column < len(table[2]):
            over = table[2][column]
        row = _cells(_line(self.text, low), mark)
        before = row[0] if len(row) == _PAIR and column and looks_like_one(row[0]) else ""
        return " ".join(filter(None, (over, before)))


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
    """Return the line that begins at a character, cut where it is very long."""
    end = text.find("\n", start, start + _LINE_LIMIT)
    return text[start : end if end >= 0 else start + _LINE_LIMIT]


def _cells(line: str, mark: str) -> tuple[str, ...]:
    """Return the cells of a line. What stands in quotes is no border, and an open quote goes on to the end."""
    if '"' not in line and "*" not in line:
        return tuple(map(str.strip, line.split(mark)))
    bare = _QUOTED.sub(lambda found: found[0].replace(mark, " "), line)
    at = bare.find('"', bare.rfind('"') if bare.count('"') % 2 else len(bare))
    if at >= 0:
        bare = bare[:at] + bare[at:].replace(mark, " ")
    return tuple(each.strip().strip('"*') for each in bare.split(mark))
