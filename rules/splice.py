"""Applying edits to bytes, and the proof that nothing else changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.context import NOTHING_KNOWN, Context
from rules.model import Edit, Kind, Part, Span
from rules.rule import Rule
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


def prove(
    part: Part, edits: Sequence[Edit], new: bytes, rules: Iterable[Rule], context: Context = NOTHING_KNOWN
) -> str | None:
    """Return None when `new` is a safe rewrite of `part`, else the first thing that is wrong, without contents.

    Proved are: outside the edits every byte is the same; what was readable still is; no rule finds anything at the
    rewritten places, and everywhere else exactly what it found before; macro ids, inline-comment anchors and CDATA
    sections are the same in the same order.
    """
    try:
        if apply(part.data, edits) != new:
            return "bytes outside the edits changed"
    except ValueError as error:
        return str(error)
    rules = tuple(rules)
    before, after = View(part, context), View(replace(part, data=new), context)
    old, found = look(before, rules), look(after, rules)
    if old.unreadable is not None:
        return f"the original cannot be judged: {old.unreadable.reason}"
    if found.unreadable is not None:
        return f"the result cannot be judged: {found.unreadable.reason}"
    return _matches(edits, old, found) or _structure(before, after)


def _matches(edits: Sequence[Edit], old: Scan, found: Scan) -> str | None:
    rewritten, original = moved(edits), sorted(edit.span for edit in edits)
    if any(_touches(match.span, rewritten) for match in found.matches):
        return "a rule still finds something at a rewritten place"
    left = Counter((match.rule, match.subject) for match in old.matches if not _touches(match.span, original))
    if left != Counter((match.rule, match.subject) for match in found.matches):
        return "the findings outside the rewritten places changed"
    return None


def _touches(span: Span, places: Sequence[Span]) -> bool:
    """Return whether `span` shares a byte with one of `places`, which are sorted and do not overlap."""
    index = bisect_left(places, span.end, key=lambda place: place.start)
    return index > 0 and places[index - 1].end > span.start


def _structure(before: View, after: View) -> str | None:
    if before.part.kind is not Kind.STORAGE:
        return None  # access lists: their shape was proved by reading them
    if [each.id for each in before.storage.macros()] != [each.id for each in after.storage.macros()]:
        return "the ids of macros changed"
    if before.storage.anchors() != after.storage.anchors():
        return "the anchors of inline comments changed"
    if before.storage.cdata() != after.storage.cdata():
        return "CDATA sections changed"
    return None
