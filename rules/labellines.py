"""What stands before a value in its line, or fills the line over it: where a label of the value may be."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 48
"""Characters of a line that is nothing but a label at most."""
_GAP: Final = 8
"""Characters between that line and the value at most: ends of lines, blanks, the sign of an entry."""
_STARTS: Final = re.compile(r"\n[\s*>\u2022\u2023\u25e6\u2013\u00b7-]*\Z")
"""The end of the line over a value that begins its own."""
_OTHER: Final = re.compile(r"[0-9\t\ufffc]")
"""What no label has: a number, the end of a cell, a person."""


def plain(text: str) -> str:
    """Return a text as labels are compared with it: in lower case, with one kind of apostrophe, as long as it was."""
    return text.lower().replace("\u2019", "'") if "\u2019" in text else text.lower()


def line_before(text: str, start: int, reach: int) -> str:
    """Return the characters before a value in its line, `reach` at most; of a value that begins it, the line over it.

    Empty where that line is too long for a label or holds another value.
    """
    return text[max(0, start - reach) : start].rpartition("\n")[2].strip() or line_over(text, start)


def line_over(text: str, start: int) -> str:
    """Return the line over a value that begins its own, where it may be a label; otherwise nothing."""
    gap = _STARTS.search(text, max(0, start - _GAP), start)
    if gap is None:
        return ""
    line = text[max(0, gap.start() - _LONGEST - 1) : gap.start()].rpartition("\n")[2]
    return "" if len(line) > _LONGEST or _OTHER.search(line) else line
