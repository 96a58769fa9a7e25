"""Matches in what OCR read from pictures: it mistakes letters and digits, so each is one step less sure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from rules.model import Confidence, Match, ObjectType, Part

READ_BY_OCR: Final = "read by OCR, which may mistake letters and digits"
"""What the reason of such a finding says last."""
_PATH: Final = re.compile(r"(?:member\[\d+\]/)*content/(?:page\[\d+\]/)?picture(?:\[\d+\])?")
_FILES: Final = frozenset({ObjectType.ATTACHMENT, ObjectType.FILE})


def doubted(part: Part, matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return the matches in a part as they are; those in the text of a picture one step less sure, and saying so."""
    if part.ref.type not in _FILES or _PATH.fullmatch(part.path) is None:
        return tuple(matches)
    return tuple(
        replace(
            match,
            confidence=Confidence(max(Confidence.LOW, match.confidence - 1)),
            reason=f"{match.reason}; {READ_BY_OCR}" if match.reason else READ_BY_OCR,
        )
        for match in matches
    )
