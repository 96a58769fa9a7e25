"""Where a text holds numbers of social security: `rules.socialschemes`."""

from __future__ import annotations

from rules.hits import Detector
from rules.numberforms import detector
from rules.socialschemes import LABELS, SOCIAL
from rules.subjects import SubjectKind


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of social security numbers."""
    return (detector("social-security", SubjectKind.SOCIAL_SECURITY, SOCIAL, regions, LABELS),)
