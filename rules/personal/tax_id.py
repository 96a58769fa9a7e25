"""Where a text holds tax numbers of persons: `rules.taxschemes`.

An Italian tax code that two people would share gets letters in the place of some of its digits, from the right on
(omocodia: decree of the Ministry of Finance of 23 December 1976, article 6). These are looked for by themselves, as
there are too many forms of them; those that keep no digit of the day or the place but the year's are still found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum.it import codicefiscale

from rules.hits import Anchor, Detector, Hit
from rules.loosenumbers import loosely
from rules.model import Confidence
from rules.numberforms import RIGHT, detector
from rules.spotting import spots
from rules.subjects import SubjectKind
from rules.taxschemes import ITALIAN, LABELS, TAX

_REACH: Final = 20
_REPLACED: Final = re.compile(
    r"(?<![0-9A-Za-z_./-])[A-Z]{6}[0-9]{2}[ABCDEHLMPRST](?![0-9]{2}[A-Z][0-9]{3})[0-7LMNP-V][0-9LMNP-V][A-Z]"
    r"[0-9LMNP-V]{3}[A-Z](?![0-9A-Za-z_])"
)
_ANCHOR: Final = Anchor(rb"\b[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]\b", before=16)


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detectors of tax numbers."""
    return (
        detector("tax-id", SubjectKind.TAX_ID, TAX, regions, LABELS),
        loosely("tax-id", SubjectKind.TAX_ID, TAX, LABELS),
        Detector("tax-id", (_ANCHOR,), _replaced, ITALIAN),
    )


def _replaced(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield Italian tax codes with letters in the place of digits."""
    for found in spots(_REPLACED, text, start, end, _REACH):
        if codicefiscale.is_valid(found[0]):
            yield Hit(
                found.start(),
                found.end(),
                found[0],
                SubjectKind.TAX_ID,
                "tax code of Italy",
                alone=Confidence.MEDIUM,
                reason=RIGHT,
            )
