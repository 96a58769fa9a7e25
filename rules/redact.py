"""Masking personal data in a part: a splice at the places that a person chose, proved like any rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rules.context import NOTHING_KNOWN, Context
from rules.model import Edit, HeldReason, Hold, Match, Part, Span
from rules.rewrite import PROOF, Rewritten
from rules.rule import Rule
from rules.splice import apply, prove

MASKS: Final = (b"[redacted]", "\N{EN DASH}".encode(), b"")
"""What may take the place of a value, the first that passes the proof: a word would be taken for a name in the text of
a link, and anything at all in an attribute that holds one."""
MASK_PROOF: Final = PROOF[:4]


def redact(part: Part, chosen: Sequence[Match], rules: Iterable[Rule], context: Context = NOTHING_KNOWN) -> Rewritten:
    """Return `part` with the values of `chosen`, matches of `rules` in it, masked; what cannot be is held."""
    rules = tuple(rules)
    edits: list[Edit] = []
    holds: list[Hold] = []
    for span, matches in _places(chosen):
        edit, failure = _masked(part, span, matches[0].rule, rules, context)
        if edit is None:
            holds += [_hold(match, failure) for match in matches]
        else:
            edits.append(edit)
    data = apply(part.data, edits)
    together = prove(part, edits, data, rules, context) if edits else None
    if together is not None:
        return Rewritten(part.data, (), tuple(_hold(match, together) for match in chosen), ())
    return Rewritten(data, tuple(edits), tuple(holds), MASK_PROOF if edits else ())


def _places(chosen: Sequence[Match]) -> Iterator[tuple[Span, list[Match]]]:
    """Yield stretches of bytes with the matches in them; matches that share bytes are one stretch."""
    stretch: list[Match] = []
    start = end = 0
    for match in sorted(chosen, key=lambda one: one.span):
        if stretch and match.span.start >= end:
            yield Span(start, end), stretch
            stretch = []
        if not stretch:
            start, end = match.span.start, match.span.end
        stretch.append(match)
        end = max(end, match.span.end)
    if stretch:
        yield Span(start, end), stretch


def _masked(part: Part, span: Span, rule: str, rules: Sequence[Rule], context: Context) -> tuple[Edit | None, str]:
    """Return the edit that masks one stretch, or the first proof that failed."""
    failures: list[str] = []
    for mask in MASKS:
        edit = Edit(span, span.of(part.data), mask, rule)
        failure = prove(part, (edit,), apply(part.data, (edit,)), rules, context)
        if failure is None:
            return edit, ""
        failures.append(failure)
    return None, failures[0]


def _hold(match: Match, failure: str) -> Hold:
    return Hold(match.rule, match.span, match.subject, HeldReason.NOT_PROVED, failure, match.where)
