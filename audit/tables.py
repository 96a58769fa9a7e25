"""Where keys and tables of a TOML file stand, which its parser does not tell: for errors that name a line."""

from __future__ import annotations

import re
from collections.abc import Sequence


def begins(text: str, table: str, rows: int) -> Sequence[int]:
    """Return the line on which each of the `rows` tables `[[table]]` of a file begins.

    Inline tables, and headers inside texts, have no place of their own: then every line is 0.
    """
    header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    found = [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]
    return found if len(found) == rows else [0] * rows


def line_of(text: str, key: str, start: int = 0) -> int:
    """Return the first line from `start` on that sets `key`, else `start`."""
    pattern = re.compile(rf"\s*(?:[\"']?{re.escape(key)}[\"']?\s*[=.]|\[+\s*[\"']?{re.escape(key)}\b)")
    lines = text.splitlines()[max(start - 1, 0) :]
    found = (number for number, line in enumerate(lines, max(start, 1)) if key and pattern.match(line))
    return next(found, start)
