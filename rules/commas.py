"""Commas between digits: the sign of a fraction or of thousands, or the border of two cells in plain text."""

from __future__ import annotations

import re
from typing import Final

_LAST: Final = re.compile(r"\d,\Z")
_NEXT: Final = re.compile(r",\d{1,3}(?!\w)")
_EDGES: Final = frozenset({"", "\n", "\r", ",", '"'})
"""What stands on either side of a cell."""
_REACH: Final = 200
"""Characters of the line that are looked at on either side."""
_FEWEST: Final = 2
"""Commas of a line that is a row."""


def joined(text: str, start: int, end: int) -> bool:
    """Return whether the characters [start, end) are a piece of a longer number that commas join."""
    before = text[start].isdigit() and _LAST.search(text, max(0, start - 2), start) is not None
    behind = text[end - 1].isdigit() and _NEXT.match(text, end) is not None
    return (before or behind) and not _is_cell(text, start, end)


def _is_cell(text: str, start: int, end: int) -> bool:
    """Return whether commas part cells there: several in the line, most of them without a blank behind."""
    if text[max(0, start - 1) : start] not in _EDGES or text[end : end + 1] not in _EDGES:
        return False
    low, high = max(0, start - _REACH), end + _REACH
    line = text[low:start].rpartition("\n")[2] + text[start:high].partition("\n")[0]
    commas = line.count(",")
    return commas >= _FEWEST and 2 * line.count(", ") < commas
