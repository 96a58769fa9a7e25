"""Before and after, line by line and word by word, for people who review a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_WORD: Final = re.compile(r"[\w*]+|\s+|[^\w\s*]")
_MOST_WORDS: Final = 2_000
"""Longer lines are marked as a whole: comparing words costs their product."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line, marked when they are what was removed or added."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff: `-` removed, `+` added, blank for lines that stay."""

    sign: str
    number: int
    pieces: tuple[Piece, ...]


def structure(path: str) -> tuple[str, str, str]:
    """Return where a person stands, by what they are named there, and by what after the change.

    The last two are empty where the change does not exchange one identifier for another.
    """
    above, slash, last = path.rpartition("/")
    after = {"@ri:": "@ri:account-id", "user": "accountId"}.get(last[:4], "")
    return (above + slash, last, after) if after and after != last else (path, "", "")


def compare(before: str, after: str, first: int = 1) -> tuple[DiffLine, ...]:
    """Return the lines of both texts in reading order, numbered from `first`.

    The unmarked and marked pieces of all `-` and blank lines together are `before`; those of `+` and blank lines are
    `after`.
    """
    old, new = before.splitlines(), after.splitlines()
    result: list[DiffLine] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result += [DiffLine(" ", first + n, (Piece(old[n], marked=False),)) for n in range(a, b)]
            continue
        pairs = [_words(old[a + n], new[c + n]) for n in range(min(b - a, d - c))]
        paired = len(pairs)
        result += [DiffLine("-", first + a + n, pair[0]) for n, pair in enumerate(pairs)]
        result += [DiffLine("-", first + n, (Piece(old[n], marked=True),)) for n in range(a + paired, b)]
        result += [DiffLine("+", first + c + n, pair[1]) for n, pair in enumerate(pairs)]
        result += [DiffLine("+", first + n, (Piece(new[n], marked=True),)) for n in range(c + paired, d)]
    return tuple(result)


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both lines cut into pieces, those marked that the other line does not have."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    if len(left) + len(right) > _MOST_WORDS:
        return (Piece(old, marked=True),), (Piece(new, marked=True),)
    removed: list[Piece] = []
    added: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            removed.append(Piece("".join(left[a:b]), marked=tag != "equal"))
        if d > c:
            added.append(Piece("".join(right[c:d]), marked=tag != "equal"))
    return tuple(removed), tuple(added)
