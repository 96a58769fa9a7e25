"""Whether somebody is near: a hit that says something of a person only counts beside one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from rules.hits import Hit
from rules.subjects import SubjectKind
from rules.surroundings import MENTION

REACH: Final = 200
"""Characters between the person and the hit at most."""

_PERSONS: Final = frozenset({SubjectKind.DISPLAY_NAME, SubjectKind.EMAIL, SubjectKind.USERNAME})
_FORMS: Final = (
    "Herrn?|Frau|Mr|Mrs|Ms|Miss|Dr|Prof|Mme|Mlle|Madame|Monsieur|Signora?|Sig|Señora?|Sra?|Dhr|Mevr|Mevrouw|Meneer"
)
_COLLEAGUES: Final = (
    r"M(?=\.)|Dott|Mw|Kolleg(?:e|en|in)|[Cc]ollega|[Cc]ollègue|[Cc]olleague|[Cc]ompañer[oa]|[Dd]ottoressa|señora?"
    "|signora?|mevrouw|meneer|monsieur|madame"
)
_ADDRESSED: Final = re.compile(MENTION + rf"|\b(?:{_FORMS}|{_COLLEAGUES})\b\.?(?:ra\b)? {{1,2}}[^\W\d_a-z]\w")
"""A mention, or a form of address with a name behind it."""
_MIDDLES: Final = (
    r"M\. ",
    "Dott",
    "Mw",
    "olleg",
    "ollèg",
    "olleag",
    "ompañer",
    "ottoress",
    "eñor",
    "ignor",
    "evrou",
    "eneer",
    "onsieu",
    "adame",
)
"""What every colleague and form of address of `_COLLEAGUES` holds."""
_HINT: Final = re.compile("|".join((MENTION, *sorted({*re.findall(r"(?:^|\|)(\w{1,4}(?!\?))", _FORMS), *_MIDDLES}))))
"""A mention, or how a form of address begins: much quicker to look for."""
_LOOKS: Final = 8
"""Persons that are looked at for one hit: more than those whose names it may cover itself."""


def anybody(text: str, hits: Iterable[Hit]) -> bool:
    """Return whether somebody may be named in a text at all: what tells no is certain."""
    return any(hit.kind in _PERSONS for hit in hits) or _HINT.search(text) is not None


class Company:
    """The places of a text where somebody is named. Built once, asked often."""

    __slots__ = ("_places",)

    def __init__(self, text: str, hits: Iterable[Hit]) -> None:
        """Read the persons in a text: those that detectors saw, mentions, and names behind a form of address."""
        named = {(hit.start, hit.end) for hit in hits if hit.kind in _PERSONS}
        self._places: Final = sorted(named | {found.span() for found in _ADDRESSED.finditer(text)})

    def near(self, hit: Hit, block: tuple[int, int]) -> bool:
        """Return whether somebody is named beside a hit, in the same block of the text."""
        first, last = max(block[0], hit.start - REACH), min(block[1], hit.end + REACH)
        at = bisect_left(self._places, (first, 0))
        for start, end in self._places[at : at + _LOOKS]:
            if start >= last:
                break
            if end <= hit.start or start >= hit.end:
                return True
        return False
