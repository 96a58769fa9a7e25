"""Where a text holds numbers for value added tax: `rules.vatschemes`."""

from __future__ import annotations

import re
from typing import Final

from rules.hits import Detector
from rules.loosenumbers import loosely
from rules.notbehind import not_behind
from rules.numberforms import detector
from rules.subjects import SubjectKind
from rules.vatschemes import LABELS, VAT

_REGISTER: Final = re.compile(
    r"(?i:(?<![^\W_])(?:company[ -]reg(?:istration)?\.?|companies house|(?:commercial|trade) register)"
    r"(?:[ -]?(?:no|nr|number)\.?)?\W{0,4})\Z"
)
"""What names a number of a register of companies, which may stand behind a number for tax."""


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of VAT ids."""
    return (
        not_behind(detector("vat-number", SubjectKind.VAT_ID, VAT, regions, LABELS), _REGISTER),
        loosely("vat-number", SubjectKind.VAT_ID, VAT, LABELS),
    )
