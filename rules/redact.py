"""Masking personal data in a part: a splice at the places that a person chose, proved like any rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rules.context import NOTHING_KNOWN, Context
from rules.detected import NAMED
from rules.model import Edit, HeldReason, Hold, Match, Part, Span, SubjectKind
from rules.plainnames import NAMELESS
from rules.rewrite import PROOF, Rewritten
from rules.rule import Category, Rule
from rules.scan import scan
from rules.splice import apply, prove

MASKS: Final = (b"[redacted]", NAMELESS)
"""What may take the place of a value, the first that passes the proof: a word would be taken for a name in the text of
a link."""
EMPTIED: Final = "/@ri:display-name"
"""Ends the place of the one value that may become empty: an attribute beside the account, which any text would fill
with a name."""
IDENTIFIER: Final = "it is the identifier of a person there: migrate it first"
_LOGINS: Final = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY})
MASK_PROOF: Final = PROOF[:4]


def redact(part: Part, chosen: Sequence[Match], rules: Iterable[Rule], context: Context = NOTHING_KNOWN) -> Rewritten:
    """Return `part` with the values of `chosen`, matches of `rules` in it, masked; what cannot be is held.

    An address by which something names a person is held as well: masked, a query, a macro or a link would name nobody.
    """
    rules = tuple(rules)
    edits: list[Edit] = []
    holds: list[Hold] = []
    named = _identifiers(part, rules, context)
    for span, matches in _places(chosen):
        if any(one.start < span.end and span.start < one.end for one in named):
            holds += [_hold(match, IDENTIFIER, HeldReason.NOT_SELECTED) for match in matches]
            continue
        edit, failure = _masked(part, span, matches[0], rules, context)
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


def _identifiers(part: Part, rules: Sequence[Rule], context: Context) -> list[Span]:
    """Return where something names a person by an identifier, retired or not. Nothing depends on one in a sentence."""
    legacy = {rule.id for rule in rules if rule.category is Category.LEGACY}
    matches = scan(part, rules, context).matches
    logins = (match for match in matches if match.subject.kind in _LOGINS and match.rule not in NAMED)
    return [match.span for match in (*(match for match in matches if match.rule in legacy), *logins)]


def _masked(part: Part, span: Span, match: Match, rules: Sequence[Rule], context: Context) -> tuple[Edit | None, str]:
    """Return the edit that masks one stretch, which begins with `match`, or the first proof that failed."""
    failures: list[str] = []
    for mask in (*MASKS, b"") if match.where.endswith(EMPTIED) else MASKS:
        edit = Edit(span, span.of(part.data), mask, match.rule)
        failure = prove(part, (edit,), apply(part.data, (edit,)), rules, context)
        if failure is None:
            return edit, ""
        failures.append(failure)
    return None, failures[0]


def _hold(match: Match, failure: str, reason: HeldReason = HeldReason.NOT_PROVED) -> Hold:
    return Hold(match.rule, match.span, match.subject, reason, failure, match.where)
