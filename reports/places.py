"""Findings on paper: what those of one rule share is printed once, and those in one object share a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.view import Shown

MOST: Final = 6
"""Findings of one row."""
LONGEST: Final = 800
"""Characters of the findings of one row: it has to fit on a page. A finding that is longer has a row of its own."""


@dataclass(frozen=True, slots=True)
class Section:
    """Findings that agree in rule, severity, confidence, category of persons and reason."""

    first: Shown
    """Stands for all of them in what they share."""
    rows: tuple[tuple[Shown, ...], ...]
    """The findings of one object, or some of them where it has many."""


def sections(findings: Sequence[Shown]) -> tuple[Section, ...]:
    """Return `findings` in sections, each of them once; sections and rows stand in the order of their first finding."""
    found: dict[object, list[Shown]] = {}
    for one in findings:
        found.setdefault(_shared(one), []).append(one)
    return tuple(Section(some[0], _rows(some)) for some in found.values())


def _shared(one: Shown) -> object:
    found = one.finding
    return found.rule, found.severity, found.confidence, one.person, found.reason


def _rows(findings: Sequence[Shown]) -> tuple[tuple[Shown, ...], ...]:
    rows: list[list[Shown]] = []
    length = 0
    for one in findings:
        long = len(one.finding.path) + len(one.finding.excerpt)
        if not rows or rows[-1][0].finding.ref != one.finding.ref or len(rows[-1]) == MOST or length + long > LONGEST:
            rows.append([])
            length = 0
        rows[-1].append(one)
        length += long
    return tuple(map(tuple, rows))
