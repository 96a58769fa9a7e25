"""Applying edits to bytes, and the proof that nothing else changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from rules.adf import anchors
from rules.context import NOTHING_KNOWN, Context
from rules.detected import resting_on_names
from rules.model import Edit, Kind, Part, Personal, Span, Unreadable
from rules.plainnames import staying
from rules.rule import Category, Rule
from rules.scan import Scan, look
from rules.view import View


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with `edits` applied from right to left.

    Raises ValueError, naming offsets only, when two edits overlap or the bytes under one are not its `old`.
    """
    ordered = sorted(edits, key=lambda edit: edit.span)
    limit = 0
    for edit in ordered:
        if edit.span.start < limit:
            raise ValueError(f"two edits overlap at byte {edit.span.start}")
        if edit.span.of(data) != edit.old or edit.span.end > len(data):
            raise ValueError(f"the bytes at {edit.span.start} are not those that the edit was made for")
        limit = edit.span.end
    pieces: list[bytes] = []
    end = len(data)
    for edit in reversed(ordered):
        pieces += (data[edit.span.end : end], edit.new)
        end = edit.span.start
    return b"".join(reversed([*pieces, data[:end]]))


def moved(edits: Iterable[Edit]) -> tuple[Span, ...]:
    """Return where the new bytes of each edit lie after all of them are applied, in order."""
    shift = 0
    spans: list[Span] = []
    for edit in sorted(edits, key=lambda each: each.span):
        start = edit.span.start + shift
        spans.append(Span(start, start + len(edit.new)))
        shift += len(edit.new) - len(edit.old)
    return tuple(spans)


def shifted(others: Iterable[Edit], edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits that were not applied as edits of what `edits` make of the same bytes."""
    ordered = sorted(edits, key=lambda edit: edit.span)
    starts = [edit.span.start for edit in ordered]
    shifts = [0, *accumulate(len(edit.new) - len(edit.old) for edit in ordered)]
    return tuple(
        replace(each, span=Span(each.span.start + by, each.span.end + by))
        for each in others
        for by in (shifts[bisect_left(starts, each.span.start)],)
    )


def prove(
    part: Part, edits: Sequence[Edit], new: bytes, rules: Iterable[Rule], context: Context = NOTHING_KNOWN
) -> str | None:
    """Return None when `new` is a safe rewrite of `part`, else the first thing that is wrong, without contents.

    Proved are: outside the edits every byte is the same; what was readable still is; at the rewritten places no rule
    finds anything but personal data that stood there before, everywhere else exactly what it found before, but for
    what counts only with somebody named near it; macro ids,
    inline-comment anchors and CDATA sections are the same in the same order. Of CDATA sections one kind may go: the
    text of a link to a person that is replaced whole, when its words stand in what replaces the link or may be a login.
    """
    before = View(part, context)
    rules = tuple(rules)
    proved = prove_view(before, look(before, rules), edits, new, rules)
    return proved if isinstance(proved, str) else None


def prove_view(
    before: View, old: Scan, edits: Sequence[Edit], new: bytes, rules: Sequence[Rule]
) -> tuple[View, Scan] | str:
    """Return `new` as it was read for the proof and what the rules see in it, or the first thing that is wrong.

    `old` is what `rules` see in the original. What is proved is what `prove` says.
    """
    try:
        if apply(before.data, edits) != new:
            return "bytes outside the edits changed"
    except ValueError as error:
        return str(error)
    if old.unreadable is not None:
        return f"the original cannot be judged: {old.unreadable.reason}"
    after = View(replace(before.part, data=new), before.context)
    found = look(after, rules)
    unreadable = found.unreadable or after.unreadable  # where nothing is found any more, no rule had to parse it
    if unreadable is not None:
        return f"the result cannot be judged: {unreadable.reason}"
    return _matches(edits, old, found, rules, before.context) or _structure(before, after, edits) or (after, found)


def _matches(edits: Sequence[Edit], old: Scan, found: Scan, rules: Iterable[Rule], context: Context) -> str | None:
    personal = {rule.id for rule in rules if rule.category is Category.PERSONAL}
    resting = resting_on_names(context)
    was, inside_before = _sorted_out(old, sorted(edit.span for edit in edits), resting)
    now, inside = _sorted_out(found, moved(edits), resting)
    if any(rule not in personal for _, rule, _ in inside) or inside - inside_before:
        return "a rule still finds something at a rewritten place"
    return None if was == now else "the findings outside the rewritten places changed"


_Seen = tuple[int, str, Personal]
"""The number of a place, -1 outside all of them; a rule and what it found there."""


def _sorted_out(seen: Scan, places: Sequence[Span], resting: frozenset[str]) -> tuple[Counter[_Seen], Counter[_Seen]]:
    """Return what was seen outside the places, and what in which of them. They are sorted and do not overlap.

    Findings of the rules in `resting` come and go outside with the names at the places.
    """
    counts: tuple[Counter[_Seen], Counter[_Seen]] = (Counter(), Counter())
    for match in seen.matches:
        index = bisect_left(places, match.span.end, key=lambda place: place.start) - 1
        touches = index >= 0 and places[index].end > match.span.start
        if touches or match.rule not in resting:
            counts[touches][(index if touches else -1, match.rule, match.subject)] += 1
    return counts


def _structure(before: View, after: View, edits: Sequence[Edit]) -> str | None:
    if before.part.kind is Kind.ADF:
        return None if _anchors(before) == _anchors(after) else "the anchors of inline comments changed"
    if before.part.kind is not Kind.STORAGE:
        return None  # access lists: their shape was proved by reading them
    if [each.id for each in before.storage.macros()] != [each.id for each in after.storage.macros()]:
        return "the ids of macros changed"
    if before.storage.anchors() != after.storage.anchors():
        return "the anchors of inline comments changed"
    sections = after.storage.cdata()
    if before.storage.cdata() != sections and staying(before.storage, edits, before.context.known) != sections:
        return "CDATA sections changed"
    return None


def _anchors(view: View) -> tuple[str, ...]:
    return () if isinstance(view.tree, Unreadable) else anchors(view.tree)
