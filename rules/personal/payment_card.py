"""Where a text holds numbers of payment cards: `rules.cardschemes`."""

from __future__ import annotations

from dataclasses import replace

from rules.cardschemes import CARDS, LABELS
from rules.hits import Detector
from rules.loosenumbers import loosely
from rules.numberforms import detector
from rules.subjects import SubjectKind


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of payment cards, whose numbers are of no region."""
    return (
        replace(detector("payment-card", SubjectKind.PAYMENT_CARD, CARDS, regions, LABELS), first=True),
        loosely("payment-card", SubjectKind.PAYMENT_CARD, CARDS),
    )
