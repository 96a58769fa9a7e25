"""Inputs that are made to be slow: the work grows as they do. What is counted is calls, not seconds."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Self

import pytest

from rules.context import Context
from rules.detected import found
from rules.detecting import Expressions, Finder, best
from rules.detectors import load
from rules.model import Kind
from rules.view import View
from tests.rules.parts import part

SIZE = 8_000
"""Characters of the smaller text."""
GROWTH = 2.3
"""How much more a text of twice the size may take."""
CALLS_A_CHARACTER = 60
"""At most, of all detectors together."""
PIECES = {
    "digits": "1234567890",
    "digits in pairs": "12 34 56 ",
    "at signs": "@",
    "letters and at signs": "a@",
    "the sign of international numbers": "+1 ",
    "names": "Anna Berg ",
    "blanks": " ",
    "open parentheses": "(",
    "dots": "1.",
    "colons": "fe80:",
    "hyphens": "AB-12 ",
    "capitals": "ABCDEF",
    "labels": "tel. iban: ",
    "addresses": "a.b@c.de ",
    "umlauts": "\u00fc\u00e9 ",
    "mentions": "\ufffc password: x1y2z3 ",
    "percent signs": "%40",
    "slashes": "https://",
    "numbers of accounts": "DE89 ",
    "cards": "4111 ",
    "lines": "1\n",
}
DETECTORS = load(frozenset({"DE", "FR", "GB", "US"}))


class Calls:
    """Counts the calls of functions, those of the interpreter included."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Self:
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)

    def _note(self, _frame: FrameType, event: str, _arg: object) -> None:
        if event in {"call", "c_call"}:
            self.count += 1


@pytest.fixture(scope="module")
def finder() -> Finder:
    """Return the search for all detectors with its caches filled."""
    made = Finder(DETECTORS, Expressions)
    for piece in PIECES.values():
        made.hits(piece * 20)
    return made


@pytest.mark.parametrize("name", sorted(PIECES))
def test_twice_as_much_of_anything_takes_about_twice_the_calls(name: str, finder: Finder) -> None:
    counts: list[int] = []
    for size in (SIZE, 2 * SIZE):
        text = (PIECES[name] * (size // len(PIECES[name]) + 1))[:size]
        with Calls() as calls:
            finder.hits(text)
        counts.append(calls.count)
    once, twice = counts
    assert twice <= GROWTH * once + 200
    assert once <= CALLS_A_CHARACTER * SIZE


def test_the_windows_of_a_detector_do_not_overlap_whatever_the_text() -> None:
    made = Finder(DETECTORS, best)
    for piece in PIECES.values():
        text = piece * 50
        asked: dict[int, int] = {}
        data = text.encode()
        closed = data + b"\n"
        ends = {**made._engine.ends(closed), **made._numeric_ends(closed)}
        for detector, start, end in made._windows(text, data, ends):
            asked[id(detector)] = asked.get(id(detector), 0) + end - start
        assert max(asked.values(), default=0) <= len(text)


@pytest.mark.parametrize("kind", [Kind.STORAGE, Kind.TEXT])
def test_many_values_in_one_part_are_all_told(kind: Kind) -> None:
    line = (
        "<p>tilda@acme-optics.se, +44 7700 900123</p>"
        if kind is Kind.STORAGE
        else "tilda@acme-optics.se, +44 7700 900123\n"
    )
    assert len(found(View(part((line * 200).encode(), kind), Context()))) == 400
