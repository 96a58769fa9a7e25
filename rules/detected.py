"""Matches of the rules about personal data: what the detectors saw in a part, weighed by its surroundings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Final

from rules.company import Company
from rules.context import Context
from rules.detecting import Finder
from rules.detectors import load
from rules.hits import Detector, Hit
from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Span
from rules.payload import profile_spans
from rules.reading import reading
from rules.rule import Rule
from rules.settling import Settled, settle
from rules.surroundings import Reading, Surroundings, block
from rules.view import View
from rules.weighing import Weighed, heading_words, weigh

KINDS: Final = (Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.TEXT)
"""Kinds of parts that detectors read."""

NAMED: Final = frozenset({"directory-name", "profile-field-table", "recognised-name"})
"""Rules whose findings are the names of the run's people, or what else stands in a cell without one."""

Placed = tuple[Settled, Span, str]


def detect(view: View, rule: Rule, name: str = "") -> Iterator[Match]:
    """Yield what the detectors of a rule see in a part, in document order. A part is read once for all rules.

    `name` is what the detectors call their rule where it is not its id: a rule may read some forms by itself.
    """
    for found, span, where in view.once(_placed).get(name or rule.id, ()):
        subject = Personal(found.hit.kind, found.hit.value)
        yield rule.match(
            span,
            subject,
            where=where,
            excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
            confidence=found.weighed.confidence,
            reason=f"{found.what}: {found.weighed.reason}" if found.weighed.reason else found.what,
        )


def resting_on_names(context: Context) -> frozenset[str]:
    """Return the rules whose findings change with who else is named in the same text."""
    detectors = (*load(context.regions), *context.detectors)
    return NAMED | {each.rule for each in detectors if each.beside}


def found(view: View) -> tuple[Span, ...]:
    """Return the bytes of everything that the detectors see in a part, in the order in which they begin."""
    return tuple(sorted(span for placed in view.once(_placed).values() for _, span, _ in placed))


def answer(view: View) -> Mapping[str, object]:
    """Return what the detectors see in a part by what they call their rule, nothing of a rule that sees nothing."""
    return view.once(_placed)


def _placed(view: View) -> dict[str, list[Placed]]:
    """Return the findings of all detectors in a part by rule."""
    placed: dict[str, list[Placed]] = {}
    read = reading(view)
    around = _Around(read)
    finder = _finder(view.context.regions, view.context.detectors)
    seen = finder.hits(read.text, lambda at: heading_words(around[at].header))
    if not seen:
        return placed
    company: Company | None = None
    candidates: list[tuple[Detector, Hit, Weighed]] = []
    for detector, hit in seen:
        if detector.beside:
            company = company or Company(read.text, (each for _, each in seen))
            if not company.near(hit, block(read.text, hit.start)):
                continue
        weighed = weigh(read.text, detector, hit, around[hit.start])
        if weighed is not None:
            candidates.append((detector, hit, weighed))
    starts, ends = _profiles(view)
    for found in settle(candidates):
        hit = found.hit
        span = read.span(hit.start, hit.end)
        at = bisect_right(starts, span.start) - 1
        if at < 0 or ends[at] < span.end:
            placed.setdefault(found.detector.rule, []).append((found, span, around[hit.start].where))
    return placed


class _Around(dict[int, Surroundings]):
    """Where the characters of a text stand, each worked out once."""

    def __init__(self, read: Reading) -> None:
        super().__init__()
        self._read: Final = read

    def __missing__(self, start: int) -> Surroundings:
        known = self[start] = self._read.around(start)
        return known


def _profiles(view: View) -> tuple[list[int], list[int]]:
    """Return where the fields of user objects begin and end, in order: rules of their own report these."""
    spans = profile_spans(view)
    return [each.start for each in spans], [each.end for each in spans]


@lru_cache(maxsize=16)
def _finder(regions: frozenset[str], more: tuple[Detector, ...]) -> Finder:
    """Return the search for the detectors of a run, made once."""
    return Finder((*load(regions), *more))
