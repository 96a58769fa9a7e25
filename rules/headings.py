"""Which headings stand over and before the cells of a table, whatever it is written in.

A heading is a cell that is marked as one: in a row of nothing else it stands over its columns, in any other row before
the cells on its right. One cell without a mark before them, for the numbers of rows, does not matter in the first row.
A table that marks none has headings where its first row, or the first of its two columns, holds nothing but short words
without a digit; in page properties the first column always names the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

WIDEST: Final = 50
"""Columns that one cell may take."""
_FURTHEST: Final = 100
"""Columns in which a cell may reach down into further rows."""
_LONGEST: Final = 40
"""Characters of what may be a heading without being marked as one."""
_NUMBERED: Final = 2
"""Cells that a row of headings with a number before them has more than."""
_CAMEL: Final = re.compile(r"(?<=[a-zß-öø-ÿ0-9])(?=[A-ZÀ-ÖØ-Þ])|[_\-.]")
_NO_LABEL: Final = re.compile(r"[\d@]|[.!?]\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    text: str = field(repr=False)
    """On one line."""
    is_heading: bool = False
    width: int = 1
    """Columns that it takes."""
    height: int = 1
    """Rows that it takes."""


Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of one cell, "" where it has none. A cell that is marked as a heading has none."""

    over: str = field(default="", repr=False)
    """Of its columns."""
    before: str = field(default="", repr=False)
    """Of its row."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.over, self.before)))


def headings(rows: Sequence[Row], *, named: bool = False) -> Iterator[list[Heads]]:
    """Yield for each row the headings of its cells.

    `named`: where no cell is marked, the first column surely names the others. Linear in the number of cells.
    """
    marked = any(cell.is_heading for row in rows for cell in row)
    first = not marked and (named or all(len(row) == 2 and looks_like_one(row[0].text) for row in rows))  # noqa: PLR2004 - a pair
    top = not marked and len(rows) > 1 and len(rows[0]) > 1 and all(looks_like_one(cell.text) for cell in rows[0])
    above: dict[int, str] = {}
    for number, (row, columns) in enumerate(zip(rows, _columns(rows), strict=True)):
        over = [_over(above, each) for each in columns]
        is_head = all(cell.is_heading for cell in row) and (len(row) > 1 or not above)
        is_head = is_head or (not above and _is_numbered(row))
        if is_head or (top and not number):
            above.update((column, cell.text) for cell, taken in zip(row, columns, strict=True) for column in taken)
            over = [""] * len(row)
        before = ""
        found: list[Heads] = []
        for at, cell in enumerate(row):
            heads = cell.is_heading or (first and not at)
            found.append(Heads() if cell.is_heading else Heads(over[at], before))
            before = cell.text if heads else before
        yield found


def _is_numbered(row: Row) -> bool:
    """Return whether a row holds headings behind one cell that is none: Confluence numbers the rows of a table."""
    return len(row) > _NUMBERED and not row[0].is_heading and all(cell.is_heading for cell in row[1:])


def _over(above: dict[int, str], columns: range) -> str:
    """Return the headings of columns, one that spans several of them once."""
    return " ".join(filter(None, (text for text, _ in groupby(above.get(column, "") for column in columns))))


def spaced(key: str) -> str:
    """Return a key of JSON, or a heading, with its words apart: `workPhone`, `work_phone`."""
    return _CAMEL.sub(" ", key)


def looks_like_one(text: str) -> bool:
    """Return whether a text may be a heading: a few words without a digit and without the end of a sentence."""
    return bool(text) and len(text) <= _LONGEST and _NO_LABEL.search(text) is None


def _columns(rows: Sequence[Row]) -> Iterator[list[range]]:
    """Yield the columns of the cells of each row: cells that reach down push those of later rows to the right."""
    taken: dict[int, int] = {}
    for row in rows:
        column = 0
        below = {each: left - 1 for each, left in taken.items() if left > 1}
        found: list[range] = []
        for cell in row:
            while column in taken:
                column += 1
            found.append(range(column, column + min(max(cell.width, 1), WIDEST)))
            column = found[-1].stop
            if cell.height > 1:
                below.update((each, cell.height - 1) for each in found[-1] if each < _FURTHEST)
        taken = below
        yield found
