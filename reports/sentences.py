"""English sentences of a run in another language: exact ones by name, those with values by their fixed words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_PLACE: Final = re.compile(r"%\((\w+)\)s")
_ENDS: Final = (re.compile(r"((?<=[.!?]) (?=[A-Z]))"), re.compile(r"(; )"), re.compile(r"(: )"))
"""Between two sentences, two parts of one, what was found and why: each may be known as a whole."""
_WORDS: Final = frozenset({"id", "number"})
"""Values of these names are one word: `page %(id)s` is no pattern for whatever begins with "page"."""
_REASONS: Final = frozenset({"why"})
"""Values of these names are sentences of a run themselves. What a person wrote never has such a name."""
_REMEMBERED: Final = 10_000
"""Sentences whose translation is kept: a report says the same few again and again."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with values: what stands before, between and behind them, and how the other language says it."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]
    said: str

    def match(self, sentence: str, told: Callable[[str], str]) -> str | None:
        """Return the translation with the values of `sentence`, or None where the fixed words differ.

        A value that is a reason is said by `told`.
        Each piece is looked for behind the one before it, the last one at the end: linear in the sentence.
        """
        first, last = self.pieces[0], self.pieces[-1]
        end = len(sentence) - len(last)
        if not (sentence.startswith(first) and sentence.endswith(last)) or end < len(first):
            return None
        starts, at = [len(first)], len(first)
        ends: list[int] = []
        for piece in self.pieces[1:-1]:
            place = sentence.find(piece, at, end)
            if place < 0:
                return None
            ends.append(place)
            at = place + len(piece)
            starts.append(at)
        found = [sentence[start:stop] for start, stop in zip(starts, [*ends, end], strict=True)]
        values = dict(zip(self.names, found, strict=True))
        if any(" " in value for name, value in values.items() if name in _WORDS):
            return None
        return self.said % {name: told(value) if name in _REASONS else value for name, value in values.items()}


def pattern(message: str, said: str) -> Pattern:
    """Return the pattern of a message. Raises ValueError where two values touch: nothing says where one ends."""
    parts = _PLACE.split(message)
    pieces = tuple(part.replace("%%", "%") for part in parts[::2])
    if not all(pieces[1:-1]):
        raise ValueError(f"two values without a word between them: {message}")
    return Pattern(pieces, tuple(parts[1::2]), said)


class Sentences:
    """Finds the translation of a sentence, or of several in a row when all of them are known."""

    def __init__(self, exact: Mapping[str, str], with_values: Mapping[str, str]) -> None:
        self._exact = exact
        patterns = [pattern(message, said) for message, said in with_values.items()]
        # Most fixed words first: a general sentence must not catch what a special one says better.
        self._patterns = sorted(patterns, key=lambda one: -sum(map(len, one.pieces)))
        self.find = lru_cache(_REMEMBERED)(self._find)

    def _find(self, text: str, ends: tuple[re.Pattern[str], ...] = _ENDS) -> str | None:
        whole = self._one(text)
        if whole is not None or not ends:
            return whole
        first, *rest = ends
        said = [part if place % 2 else self._find(part, tuple(rest)) for place, part in enumerate(first.split(text))]
        return None if None in said else "".join(one for one in said if one is not None)

    def _told(self, text: str) -> str:
        found = self.find(text)
        return text if found is None else found

    def _one(self, text: str) -> str | None:
        if not text:
            return ""
        known = self._exact.get(text)
        if known is not None:
            return known
        return next((said for one in self._patterns if (said := one.match(text, self._told)) is not None), None)
