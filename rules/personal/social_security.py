"""Where a text holds numbers of social security: `rules.socialschemes`."""

from __future__ import annotations

import re
from typing import Final

from rules.hits import Detector
from rules.loosenumbers import loosely
from rules.notbehind import not_behind
from rules.numberforms import detector
from rules.socialschemes import LABELS, SOCIAL
from rules.subjects import SubjectKind

_DOOR: Final = re.compile(r"(?i:(?<![^\W_])(?:suite|ste|apt|apartment|unit|room|floor)\.?[ \u00a0]?#?)\Z")
"""What names a door in an address, before its number and that of the street."""


def detectors(regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of social security numbers."""
    return (
        not_behind(detector("social-security", SubjectKind.SOCIAL_SECURITY, SOCIAL, regions, LABELS), _DOOR),
        loosely("social-security", SubjectKind.SOCIAL_SECURITY, SOCIAL, LABELS),
    )
