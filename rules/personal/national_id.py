"""Where a text holds numbers that states give to persons and to their identity cards: `rules.nationalschemes`.

The letters of Greek identity cards are those that both alphabets have, and mostly typed as Greek ones: these forms are
read here, as the shapes of schemes hold Latin letters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.loosenumbers import loosely
from rules.model import Confidence
from rules.nationalschemes import GREEK_CARD, LABELS, NATIONAL
from rules.numberforms import FORM, detector
from rules.spotting import spots
from rules.subjects import SubjectKind

_REACH: Final = 12
_GREEK: Final = re.compile(r"(?<![\w/-])(?P<letters>[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{1,2})[ \u00a0-]?(?P<digits>[0-9]{6})(?![\w/-])")
_ANCHOR: Final = Anchor(rb"\xce[\x91-\xa7](?: |\xc2\xa0|-)?[0-9]{6}\b", before=14)
_LATIN: Final = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of national ids."""
    return (
        detector("national-id", SubjectKind.NATIONAL_ID, NATIONAL, regions, LABELS),
        loosely("national-id", SubjectKind.NATIONAL_ID, NATIONAL, LABELS),
        Detector("national-id", (_ANCHOR,), _greek, GREEK_CARD),
    )


def _greek(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the numbers of Greek identity cards with Greek letters; the value has the Latin ones of the same form."""
    for found in spots(_GREEK, text, start, end, _REACH):
        yield Hit(
            found.start(),
            found.end(),
            found["letters"].translate(_LATIN) + found["digits"],
            SubjectKind.NATIONAL_ID,
            "identity card number of Greece",
            alone=None,
            labelled=Confidence.MEDIUM,
            reason=FORM,
        )
