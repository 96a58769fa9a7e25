"""What the demonstration shows of a command: lines that fit a terminal, long tables by their first rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from textwrap import wrap

WIDTH = 80
ROWS = 3
"""Rows of one sort that are shown of a table."""
DEEPEST = 24
_COLUMN = re.compile(r"\s*\S+\s{2,}")
"""A first column, with which the following lines of a wrapped one are aligned."""
_ROWS = re.compile(r"(?P<check>  ok +read )|[a-z-]+ \d+[^:]*: versions? ")
"""A check of `doctor` that found nothing, or an object with old versions."""


def fitted(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines of at most `WIDTH` characters, as far as words allow; of similar rows the first `ROWS`."""
    for line in _folded(lines):
        yield from wrapped(line)


def wrapped(line: str) -> list[str]:
    """Return a line in pieces; what goes on is indented like the second column."""
    if len(line) <= WIDTH:
        return [line]
    column = _COLUMN.match(line)
    margin = len(line) - len(line.lstrip())
    indent = min(column.end() if column else max(margin, 4), DEEPEST)
    return wrap(line, WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines; in a table, of more than `ROWS` similar rows the others are counted only."""
    route_at, seen = 0, Counter[str]()
    for line in lines:
        if line.startswith("identifier ") and "  route " in line:
            route_at = line.index("  route ") + 2
        sort = _sort(line, route_at)
        if not sort:
            yield from _rest(seen)
            seen.clear()
        seen[sort] += bool(sort)
        if seen[sort] <= ROWS:
            yield line
    yield from _rest(seen)


def _sort(line: str, route_at: int) -> str:
    """Return what a row has in common with others of its table, empty for a line that is shown in any case."""
    if row := _ROWS.match(line):
        return "check" if row["check"] else "object"
    in_table = route_at and line[route_at - 2 : route_at] == "  " and not line.startswith(" ")
    return line[route_at:].split(" ", 1)[0] if in_table else ""


def _rest(seen: Counter[str]) -> Iterator[str]:
    left = sum(max(count - ROWS, 0) for count in seen.values())
    if left:
        yield f"… and {left} like these"
