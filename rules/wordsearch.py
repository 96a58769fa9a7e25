"""Where some of thousands of words stand in a text: one pass, whatever their number.

Words are searched for in a text as `rules.folding.narrow` gives it. Two engines find the same places: Hyperscan, where
it is installed, looks for all of them at once; without it the text is split into words, and each is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, product
from types import ModuleType
from typing import Any, Final, Protocol

from rules.folding import MARK, fold, narrow

_WORTH: Final = 2 * 1024 * 1024
"""Bytes that are searched without the library first: compiling takes longer than they do."""
_LONGEST: Final = 100
"""Letters and marks of a word at most: what is longer is no word."""
_MARK: Final = bytes((MARK,))
_LETTERS: Final = {b"ss": b"\xdf", b"ae": b"\xe6", b"oe": b"\x9c", b"th": b"\xfe"}
"""Pairs of letters and the byte of the one letter that may stand for them (`rules.folding`)."""
_PAIRS: Final = re.compile(b"(" + b"|".join(_LETTERS) + b")")
_MOST: Final = 5
"""Pairs at most that are looked for in both ways."""


class Engine(Protocol):
    """Tells where the words that it was made for stand."""

    def starts(self, data: bytes) -> Iterable[int]:
        """Return where they begin in a narrow text, in any order."""


Chooser = Callable[[frozenset[bytes]], Engine]
"""Makes an engine for some keys: one word each, or two that a blank parts."""


def keys_of(words: str) -> Iterator[bytes]:
    """Yield one or two folded words, parted by a blank, as they may stand in a narrow text."""
    pieces = _PAIRS.split(narrow(words)[1:-1], maxsplit=_MOST)
    choices = [(piece, _LETTERS[piece]) if piece in _LETTERS else (piece,) for piece in pieces]
    yield from map(b"".join, product(*choices))


class Index:
    """The engine that needs no library."""

    def __init__(self, keys: frozenset[bytes]) -> None:
        """Prepare the search for `keys`."""
        self._behind: Final[dict[bytes, frozenset[bytes]]] = {}
        for key in keys:
            first, _, second = key.partition(b" ")
            self._behind[first] = self._behind.get(first, frozenset()) | {second}

    def starts(self, data: bytes) -> Iterator[int]:
        """Yield where they begin. A word with marks is the one without them."""
        words = data.split(b" ")
        seen = [each.replace(_MARK, b"") for each in words] if _MARK in data else words
        known = self._behind
        numbers = [number for number, word in enumerate(seen) if word in known]
        ends = list(accumulate(map(len, words))) if numbers else []
        for number in numbers:
            behind = known[seen[number]]
            if b"" in behind or not behind.isdisjoint(_next(seen, number)):
                yield ends[number] - len(words[number]) + number


def _next(words: list[bytes], number: int) -> list[bytes]:
    """Return the word behind one, one or two blanks away."""
    return words[number + 1 : number + 2] if any(words[number + 1 : number + 2]) else words[number + 2 : number + 3]


class Hyperscan:
    """The engine of the library of that name. One object serves one call at a time; a second one gets the index."""

    def __init__(self, library: ModuleType, keys: frozenset[bytes], after: int = _WORTH) -> None:
        """Prepare the search. The keys are compiled once more than `after` bytes have been searched."""
        self._library: Final[Any] = library
        self._otherwise: Final = Index(keys)
        self._words: Final = tuple(sorted({b" %b " % each for key in keys for each in (key, key.replace(b" ", b"  "))}))
        self._left = after
        self._database: Any = None

    def starts(self, data: bytes) -> Iterable[int]:
        """Return where they begin."""
        if _MARK in data:
            return self._otherwise.starts(data)
        if self._database is None:
            self._left -= len(data)
            if self._left > 0:
                return self._otherwise.starts(data)
            self._database = self._compiled()
        seen: list[tuple[int, int]] = []
        try:
            self._database.scan(data, match_event_handler=_note, context=seen)
        except self._library.error:  # its scratch space is in use by another thread
            return self._otherwise.starts(data)
        return [end - len(self._words[number]) + 1 for number, end in seen]

    def _compiled(self) -> object:
        database = self._library.Database()
        count = len(self._words)
        database.compile(
            expressions=list(self._words), ids=list(range(count)), elements=count, flags=[0] * count, literal=True
        )
        return database


def _note(number: int, _start: int, end: int, _flags: int, seen: list[tuple[int, int]]) -> None:
    seen.append((number, end))


def best(keys: frozenset[bytes]) -> Engine:
    """Return the fastest engine that this machine has."""
    try:
        import hyperscan
    except ImportError:
        return Index(keys)
    return Hyperscan(hyperscan, keys) if keys else Index(keys)


def word_of(text: str, data: bytes, start: int, end: int) -> str:
    """Return the word at [start, end) of a narrow text, folded; one that is longer than any is empty."""
    word = data[start : min(end, start + _LONGEST + 1)]
    if len(word) > _LONGEST:
        return ""
    return word.decode() if word.isascii() else fold(text[start - 1 : end - 1])
