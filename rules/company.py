"""Whether somebody is near: a hit that says something of a person only counts beside one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from rules.hits import Hit
from rules.spotting import spots
from rules.subjects import SubjectKind
from rules.surroundings import MENTION

REACH: Final = 200
"""Characters between the person and the hit at most."""

_PERSONS: Final = frozenset({SubjectKind.DISPLAY_NAME, SubjectKind.EMAIL, SubjectKind.USERNAME})
_FORMS: Final = (
    "Herrn?|Frau|Mr|Mrs|Ms|Miss|Dr|Prof|Mme|Mlle|Madame|Monsieur|Signora?|Sig|Señora?|Sra?|Dhr|Mevr|Mevrouw|Meneer"
)
_COLLEAGUES: Final = (
    r"M(?=\.)|Hr(?=\.)|[Dd]ott|[Mm]w|sig|mevr|dhr|Kolleg(?:e|en|in)|[Cc]ollega|[Cc]ollègue|[Cc]olleague|[Cc]ompañer[oa]|[Dd]ottoressa|señora?"
    "|signora?|mevrouw|meneer|monsieur|madame"
)
_ADDRESSED: Final = re.compile(
    MENTION + rf"|\b(?:{_FORMS}|{_COLLEAGUES})\b\.?(?:(?:ra|na|ssa)\b)? {{1,2}}[^\W\d_a-z]\w"
)
"""A mention, or a form of address with a name behind it."""
_LONGEST: Final = 40
"""Characters of a form of address with the beginning of a name at most, and one more."""
_STRETCH: Final = 512
"""Characters in which names behind a form of address are looked for at once."""


class Company:
    """The places of a text where somebody is named. What nobody asks about is not read."""

    __slots__ = ("_addressed", "_named", "_text")

    def __init__(self, text: str, hits: Iterable[Hit]) -> None:
        """Prepare the persons of a text: those that detectors saw, mentions, and names behind a form of address."""
        self._text: Final = text
        self._named: Final = sorted({(hit.start, hit.end) for hit in hits if hit.kind in _PERSONS})
        self._addressed: Final[dict[int, list[tuple[int, int]]]] = {}

    def near(self, hit: Hit, block: tuple[int, int]) -> bool:
        """Return whether somebody is named beside a hit, in the same block of the text."""
        places = self._between(max(block[0], hit.start - REACH), min(block[1], hit.end + REACH))
        return any(end <= hit.start or start >= hit.end for start, end in places)

    def _between(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the places that begin in the characters [first, last)."""
        named = self._named
        yield from (named[at] for at in range(bisect_left(named, (first, 0)), bisect_left(named, (last, 0))))
        for number in range(first // _STRETCH, (last - 1) // _STRETCH + 1):
            if number not in self._addressed:
                found = spots(_ADDRESSED, self._text, number * _STRETCH, (number + 1) * _STRETCH, _LONGEST)
                self._addressed[number] = [each.span() for each in found]
            yield from (each for each in self._addressed[number] if first <= each[0] < last)
