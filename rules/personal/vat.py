"""Where a text holds numbers for value added tax: `rules.vatschemes`."""

from __future__ import annotations

from rules.hits import Detector
from rules.numberforms import detector
from rules.subjects import SubjectKind
from rules.vatschemes import LABELS, VAT


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of VAT ids."""
    return (detector("vat-number", SubjectKind.VAT_ID, VAT, regions, LABELS),)
