"""What is known of a place in a readable text: what it is part of, and which heading or key stands over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from rules.headings import Heads
from rules.model import Span

MENTION: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands in a readable text for a mention of a person."""
BLOCK_LIMIT: Final = 2000
"""Characters before and behind a place that its block has at most: without a limit, a text of one line would be read
again for each value in it."""


class Place(StrEnum):
    """What a text is part of."""

    PROSE = "prose"
    CODE = "code"
    """Code, output of programs, comments of markup."""
    LINK = "link"
    """The target of a link, never the text that is shown for it."""
    ATTRIBUTE = "attribute"
    """A title or an alternative text, the name of a page or a file, a parameter of a macro."""
    VALUE = "value"
    """A value of stored JSON; the header is its key."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a character of a readable text stands."""

    place: Place
    header: str
    """Headings of the column and of the row of a table, the keys of a JSON value, the name of a parameter; else ""."""
    path: Callable[[], str] = field(repr=False, compare=False)
    """Returns `where`: for most places nobody asks."""
    block: tuple[int, int]
    """Characters [start, end) of the paragraph, the row or the value; BLOCK_LIMIT on either side at most."""

    @property
    def where(self) -> str:
        """Return the structural path inside the part, without contents."""
        return self.path()


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a table."""

    text: str = field(repr=False)
    """On one line."""
    heads: Heads
    where: Callable[[], str] = field(repr=False)
    span: Callable[[], Span] = field(repr=False)
    """Returns the bytes from the first to the last character of the text, if it has any."""
    height: int = 1
    """Rows of the table that it takes."""


Grid = Sequence[Sequence[Field]]
"""The cells of a table by row."""


Wanted = Callable[[str], bool]
"""Tells by a heading whether a table is worth reading."""


class Reading(Protocol):
    """The readable text of one part. Places are worked out when somebody asks for the first one."""

    @property
    def text(self) -> str:
        """Return all readable text: a block on a line, cells of a row parted by tabs, `MENTION` for a person."""

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of one block; `end` must lie behind `start`."""

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""

    def tables(self, wanted: Wanted) -> Iterator[Grid]:
        """Yield the tables in which a heading of any cell is wanted."""


def any_wanted(wanted: Wanted, heads: Iterable[Heads]) -> bool:
    """Return whether one of the headings of some cells is wanted."""
    return any(map(wanted, {heading for each in heads for heading in (each.over, each.before)}))


def block(text: str, start: int) -> tuple[int, int]:
    """Return the characters of the line around one, cut to BLOCK_LIMIT on either side."""
    low, high = max(0, start - BLOCK_LIMIT), min(len(text), start + BLOCK_LIMIT)
    begin, end = text.rfind("\n", low, start), text.find("\n", start, high)
    return (low if begin < 0 else begin + 1), (high if end < 0 else end)
