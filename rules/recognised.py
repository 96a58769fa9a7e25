"""Names that a model of language takes for names: a guess, never more than that, so each is for a person to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from rules.hits import Detector, Hit
from rules.model import Confidence
from rules.subjects import SubjectKind

RULE_ID: Final = "recognised-name"
WHAT: Final = "name"
REASON: Final = "a model took this for a name: for review"

Guess = Callable[[str], Iterable[tuple[int, int]]]
"""Yields the characters [start, end) of a text that a model takes for somebody's name, in order, none of them twice."""


def recognised(guess: Guess) -> Detector:
    """Return what a model guesses as a detector: without letters it is no name, and code is not read."""

    def whole(text: str) -> Iterator[Hit]:
        for start, end in guess(text):
            name = text[start:end]
            if any(map(str.isalpha, name)):
                value = " ".join(name.split())
                yield Hit(start, end, value, SubjectKind.DISPLAY_NAME, WHAT, Confidence.LOW, Confidence.LOW, REASON)

    return Detector(RULE_ID, (), _nothing, in_code=False, whole=whole)


def _nothing(_text: str, _start: int, _end: int) -> Iterator[Hit]:
    """Yield nothing: the whole text is read at once."""
    return iter(())
