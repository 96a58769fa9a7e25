"""Where a text holds numbers that states give to persons and to their identity cards: `rules.nationalschemes`."""

from __future__ import annotations

from rules.hits import Detector
from rules.loosenumbers import loosely
from rules.nationalschemes import LABELS, NATIONAL
from rules.numberforms import detector
from rules.subjects import SubjectKind


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of national ids."""
    return (
        detector("national-id", SubjectKind.NATIONAL_ID, NATIONAL, regions, LABELS),
        loosely("national-id", SubjectKind.NATIONAL_ID, NATIONAL, LABELS),
    )
