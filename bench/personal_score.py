"""How findings of personal data are held against labels: what counts as found, and how sure the figures are."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

COVERED: Final = 0.8
"""This share of a labelled span must be in the finding."""
FILLED: Final = 0.5
"""This share of a finding must be in the labelled span: a finding of the whole line proves nothing."""
ROUNDS: Final = 1000
SEED: Final = 20261122
Z: Final = 1.959964
"""Quantile of the normal distribution for intervals of 95 %."""
STATE: Final = "state_number"
NAME: Final = "name"
CLASSES: Final = {
    "national_id": STATE,
    "tax_id": STATE,
    "social_security": STATE,
    "display_name": NAME,
    "username": NAME,
}
"""Kinds that are one where they are counted: many states use one number for all three purposes."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One value in a text, labelled or found: the characters [start, end) and its kind as it is counted."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled text."""

    text: str
    language: str
    spots: tuple[Spot, ...]
    free: tuple[tuple[int, int], ...] = ()
    """Characters where a finding is neither right nor wrong, such as an address of a department."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one kind in one text or in many."""

    right: int = 0
    """Labelled spans that were found."""
    wrong: int = 0
    """Findings without a labelled span."""
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Return the share of right ones among the findings; NaN without findings."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Return the share of the labelled ones that were found; NaN without labels."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both, 0 where nothing was found; NaN without labels and findings."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one text: counts by kind, the labelled spans that were missed, the findings that were wrong."""

    tallies: Mapping[str, Tally]
    missed: tuple[Spot, ...]
    wrong: tuple[Spot, ...]


def counted(kind: str) -> str:
    """Return the kind under which a kind is counted."""
    return CLASSES.get(kind, kind)


def judge(sample: Sample, found: Iterable[Spot], kinds: frozenset[str]) -> Judged:
    """Hold findings against the labels of a text; only `kinds`, as they are counted, are judged."""
    labelled = [spot for spot in sample.spots if spot.kind in kinds]
    spots = sorted({spot for spot in found if spot.kind in kinds}, key=lambda spot: (spot.start, spot.end, spot.kind))
    missed = tuple(label for label in labelled if not any(_fits(label, spot) for spot in spots))
    wrong = tuple(
        spot
        for spot in spots
        if not any(_fits(label, spot) for label in labelled)
        and not any(spot.start < end and start < spot.end for start, end in sample.free)
    )
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for label in labelled:
        tallies[label.kind] += Tally(missed=1) if label in missed else Tally(right=1)
    for spot in wrong:
        tallies[spot.kind] += Tally(wrong=1)
    return Judged(dict(tallies), missed, wrong)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the interval of 95 % of a share by Wilson's score method; (0, 1) without tries."""
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = Z * math.sqrt(share * (1 - share) / tries + square / (4 * tries * tries)) / (1 + square / tries)
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(tallies: Sequence[Tally]) -> tuple[float, float]:
    """Return the interval of 95 % of F1, by drawing the texts that hold something anew with a fixed seed."""
    if not tallies:
        return 0.0, 1.0
    # Not for secrets: the same draw in every run is what makes the figures repeatable.
    draw = random.Random(SEED)
    scores = sorted(sum(draw.choices(tallies, k=len(tallies)), Tally()).f1 for _ in range(ROUNDS))
    return scores[int(ROUNDS * 0.025)], scores[int(ROUNDS * 0.975) - 1]


def _fits(label: Spot, spot: Spot) -> bool:
    shared = min(label.end, spot.end) - max(label.start, spot.start)
    return (
        label.kind == spot.kind
        and shared >= COVERED * (label.end - label.start)
        and shared >= FILLED * (spot.end - spot.start)
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
