"""Rewriting a stream: storage bodies, documents, queries and payloads through the same rules and proofs as a site.

What cannot be rewritten comes out byte for byte as it went in, with a record that says why and shows no value.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rules.context import NOTHING_KNOWN, Context
from rules.model import HeldReason, Hold, Kind, ObjectType, Part, Ref
from rules.rewrite import rewrite
from rules.rule import Resolver, Rule
from rules.scan import scan

_STREAM: Final = Ref(ObjectType.FILE, "-")


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that stays as it is. Offsets count in the whole stream."""

    line: int
    """From 1; the line on which the document begins."""
    rule: str
    """Empty where the document as a whole could not be judged."""
    start: int
    end: int
    reason: HeldReason
    detail: str
    subject_kind: str = ""
    mask: str = ""

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
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Filtered:
    """What comes out."""

    data: bytes
    edits: int
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

    Ends of lines stay as they are.
    """
    out: list[bytes] = []
    kept: list[Kept] = []
    edits = offset = 0
    for number, line in enumerate(data.split(b"\n") if by_line else [data], 1):
        text = line.removesuffix(b"\r") if by_line else line
        if text.strip():
            result = _document(text, kind, rules, resolve, context)
            out.append(result.data + line[len(text) :])
            kept += [_moved(each, number, offset) for each in result.kept]
            edits += result.edits
        else:
            out.append(line)
        offset += len(line) + 1
    return Filtered(b"\n".join(out), edits, tuple(kept))


def _document(data: bytes, kind: Kind, rules: Sequence[Rule], resolve: Resolver, context: Context) -> Filtered:
    part = Part(_STREAM, "", kind, data)
    result = rewrite(part, rules, resolve, context)
    kept = [_kept(hold) for hold in result.holds]
    unreadable = None if result.edits else scan(part, rules, context).unreadable
    if unreadable is not None:
        place = min(unreadable.offset, len(data))
        kept.append(Kept(1, "", place, place, HeldReason.MALFORMED, unreadable.reason))
    return Filtered(result.data, len(result.edits), tuple(kept))


def _kept(hold: Hold) -> Kept:
    subject = hold.subject
    return Kept(
        1, hold.rule, hold.span.start, hold.span.end, hold.reason, hold.detail, subject.kind.value, subject.mask
    )


def _moved(kept: Kept, line: int, offset: int) -> Kept:
    return Kept(
        line,
        kept.rule,
        kept.start + offset,
        kept.end + offset,
        kept.reason,
        kept.detail,
        kept.subject_kind,
        kept.mask,
    )
