"""Numbers as detectors see them, and made-up numbers of a form, for the tests of numbers with check digits."""

from __future__ import annotations

import random
from collections.abc import Iterator

from rules.detecting import Expressions, Finder
from rules.detectors import load
from rules.hits import Hit

NUMBERS = ("iban", "payment-card", "vat-number", "national-id", "tax-id", "social-security", "passport")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def finder(*regions: str, rules: tuple[str, ...] = NUMBERS) -> Finder:
    """Return the search for the detectors of some rules, with the engine that needs no library."""
    return Finder([each for each in load(frozenset(regions)) if each.rule in rules], Expressions)


FINDER = finder()


def hits(text: str, *regions: str) -> list[Hit]:
    return [hit for _, hit in (finder(*regions) if regions else FINDER).hits(text)]


def filled(shape: str, count: int) -> Iterator[str]:
    """Yield numbers of a shape whose digits and letters are drawn, always the same ones."""
    draw = random.Random(shape)
    for _ in range(count):
        yield "".join(
            draw.choice("0123456789") if sign == "9" else draw.choice(LETTERS) if sign == "A" else sign
            for sign in shape
        )
