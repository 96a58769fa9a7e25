"""Rewriting a stream: storage bodies, documents, queries and payloads through the same rules and proofs as a site.

What cannot be rewritten comes out byte for byte as it went in, with a record that says why and shows no value.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rules.context import NOTHING_KNOWN, Context
from rules.gates import JSON_KINDS
from rules.model import HeldReason, Hold, Kind, Match, ObjectType, Part, Ref, Span
from rules.rewrite import Rewritten, rewrite_view
from rules.rule import Category, Resolver, Rule
from rules.scan import Lines, look
from rules.view import View

_STREAM: Final = Ref(ObjectType.FILE, "-")
_BOM: Final = b"\xef\xbb\xbf"
_LOGIN: Final = "url-credentials"
"""Personal data that no account id replaces and that must not pass for settled: whoever reads it can log in."""
_STAYS: Final = "this tool reports it and leaves it as it is"


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that stays as it is. Offsets count in the whole stream."""

    line: int
    """From 1; the line of the stream on which it begins."""
    rule: str
    """Empty where the document as a whole could not be judged."""
    start: int
    end: int
    reason: HeldReason
    detail: str
    subject_kind: str = ""
    mask: str = ""
    count: int = 1
    """Identifiers that stay: more than one where a query stays as a whole, and then without a subject."""

    def as_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(
            {
                "line": self.line,
                "rule": self.rule,
                "start": self.start,
                "end": self.end,
                "subject": {"kind": self.subject_kind, "mask": self.mask} if self.subject_kind else None,
                "reason": self.reason.value,
                "detail": self.detail,
                "count": self.count,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Filtered:
    """What comes out."""

    data: bytes
    replaced: int
    """Findings that are gone, however many places had to change for them."""
    kept: tuple[Kept, ...]


def rewritten(
    data: bytes,
    kind: Kind,
    rules: Sequence[Rule],
    resolve: Resolver,
    *,
    by_line: bool = False,
    context: Context = NOTHING_KNOWN,
) -> Filtered:
    """Return `data` with every identifier rewritten that can be; with `by_line` each line is a document of its own.

    Ends of lines and a byte order mark stay as they are.
    """
    mark = _BOM if data.startswith(_BOM) else b""
    text = data[len(mark) :]
    out: list[bytes] = []
    kept: list[Kept] = []
    replaced, offset = 0, len(mark)
    for number, line in enumerate(text.split(b"\n") if by_line else [text], 1):
        document = line.removesuffix(b"\r") if by_line else line
        if document.strip() or (not by_line and kind in JSON_KINDS):  # no JSON at all cannot be read
            result = _document(document, kind, rules, resolve, context)
            out.append(result.data + line[len(document) :])
            lines = Lines(document)
            kept += [
                replace(
                    each,
                    line=number - 1 + lines.position(each.start)[0],
                    start=each.start + offset,
                    end=each.end + offset,
                )
                for each in result.kept
            ]
            replaced += result.replaced
        else:
            out.append(line)
        offset += len(line) + 1
    return Filtered(mark + b"\n".join(out), replaced, tuple(kept))


def _document(data: bytes, kind: Kind, rules: Sequence[Rule], resolve: Resolver, context: Context) -> Filtered:
    view = View(Part(_STREAM, "", kind, data), context)
    seen = look(view, rules)
    result = rewrite_view(view, seen, rules, resolve)
    left = tuple(_left(seen.matches, result, rules))
    kept = [_kept(holds) for holds in _as_wholes((*result.holds, *left))]
    if seen.unreadable is not None:
        place = min(seen.unreadable.offset, len(data))
        kept.append(Kept(1, "", place, place, HeldReason.MALFORMED, seen.unreadable.reason))
    stays = {hold.span for hold in (*result.holds, *left)}
    replaced = {match.span for match in _under(seen.matches, result) if match.span not in stays}
    return Filtered(result.data, _apart(replaced), tuple(sorted(kept, key=lambda each: (each.start, each.rule))))


def _apart(spans: Iterable[Span]) -> int:
    """Return how many places there are, those inside others left out: one value may be seen by several rules."""
    count = end = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.end > end:
            count, end = count + 1, span.end
    return count


def _left(matches: Sequence[Match], result: Rewritten, rules: Sequence[Rule]) -> Iterator[Hold]:
    """Yield a hold for every retired identifier and login that was neither replaced nor held."""
    settled = {rule.id for rule in rules if rule.category is not Category.LEGACY and rule.id != _LOGIN}
    held = {(hold.rule, hold.span) for hold in result.holds}
    changed = set(_under(matches, result))
    for match in matches:
        if match.rule not in settled and (match.rule, match.span) not in held and match not in changed:
            yield Hold(match.rule, match.span, match.subject, HeldReason.NO_REWRITER, _STAYS, match.where)


def _under(matches: Sequence[Match], result: Rewritten) -> Iterator[Match]:
    """Yield the matches that an edit meets."""
    ends = [edit.span.end for edit in result.edits]
    for match in matches:
        at = bisect_right(ends, match.span.start)
        if at < len(ends) and result.edits[at].span.start < match.span.end:
            yield match


def _as_wholes(holds: Iterable[Hold]) -> Iterator[list[Hold]]:
    """Yield the holds, those of a query that stays because of its length together: there may be any number of them."""
    wholes: dict[tuple[str, Span], list[Hold]] = {}
    for hold in holds:
        if hold.whole is not None:
            wholes.setdefault((hold.rule, hold.whole), []).append(hold)
        else:
            yield [hold]
    yield from wholes.values()


def _kept(holds: list[Hold]) -> Kept:
    """Return the record of one hold, or of all those of a query."""
    first = holds[0]
    kept = Kept(1, first.rule, first.span.start, holds[-1].span.end, first.reason, first.detail, count=len(holds))
    if len(holds) > 1:
        return kept
    return replace(kept, subject_kind=first.subject.kind.value, mask=first.subject.mask)
