"""Where a text holds tax numbers of persons: `rules.taxschemes`."""

from __future__ import annotations

from rules.hits import Detector
from rules.numberforms import detector
from rules.subjects import SubjectKind
from rules.taxschemes import LABELS, TAX


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of tax numbers."""
    return (detector("tax-id", SubjectKind.TAX_ID, TAX, regions, LABELS),)
