"""Matches of the rules about personal data: what the detectors saw in a part, weighed by its surroundings."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Kind, Match
from rules.rule import Rule
from rules.view import View

KINDS = (Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.TEXT)
"""Kinds of parts that detectors read."""


def detect(view: View, rule: Rule) -> Iterator[Match]:
    """Yield what the detectors of a rule see in a part, in document order."""
    raise NotImplementedError
