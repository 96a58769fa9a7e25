"""What the rules see in one part, and the findings that may be written down about it."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.model import Finding, Kind, Match, ObjectType, Part, Unreadable
from rules.rule import Rule
from rules.view import JSON_KINDS, SIZE_LIMIT, View


@dataclass(frozen=True, slots=True)
class Scan:
    """The matches of all rules in one part, in document order, and why the part could not be judged, if so."""

    matches: tuple[Match, ...]
    unreadable: Unreadable | None


def scan(part: Part, rules: Iterable[Rule]) -> Scan:
    """Return what `rules` see in `part`, which is parsed once at most.

    A part in which no rule's byte strings occur is clean without being parsed. A part that is not well-formed is
    reported as unreadable; what the tolerant reading still shows in it is matched, but not rewritable.
    """
    return look(View(part), rules)


def look(view: View, rules: Iterable[Rule]) -> Scan:
    """Return what `rules` see in a part that may have been parsed already."""
    part = view.part
    active = [rule for rule in rules if rule.applies(part.kind, part.data)]
    if len(part.data) > SIZE_LIMIT:
        return Scan((), view.unreadable)
    if not active and not _is_foreign(part):
        return Scan((), None)
    matches = [match for rule in active for match in rule.detect(view)]
    unreadable = view.unreadable
    if unreadable is not None:
        matches = [replace(match, rewritable=False) for match in matches]
    return Scan(tuple(sorted(matches, key=lambda match: (match.span, match.rule))), unreadable)


def _is_foreign(part: Part) -> bool:
    """Return whether the byte search proves nothing: NUL bytes mean another encoding."""
    return (part.kind is Kind.STORAGE or part.kind in JSON_KINDS) and b"\x00" in part.data


def fingerprint(rule: str, ref_type: ObjectType, ref_id: str, path: str, subject_hmac: str, ordinal: int) -> str:
    """Return 32 hex digits that name a finding: the same in every run, version and order of findings.

    `ordinal` counts, from 0, the findings of one rule and subject in one part, in document order.
    """
    parts = (rule, ref_type.value, ref_id, path, subject_hmac, str(ordinal))
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


class Lines:
    """Where the lines of a part begin. Built once for all findings of the part."""

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = data.find(b"\n", at + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column (in characters) of a byte, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, len(self._data[self._starts[line - 1] : offset].decode("utf-8", "replace")) + 1


def finding(part: Part, match: Match, key: bytes, ordinal: int, lines: Lines | None = None) -> Finding:
    """Return `match` as it may be stored: the value as mask and keyed hash only."""
    line, column = (lines or Lines(part.data)).position(match.span.start)
    subject = match.subject.subject(key)
    return Finding(
        rule=match.rule,
        severity=match.severity,
        confidence=match.confidence,
        ref=part.ref,
        path=f"{part.path} > {match.where}" if match.where else part.path,
        span=match.span,
        line=line,
        column=column,
        subject=subject,
        excerpt=match.excerpt,
        reason=match.reason,
        rewritable=match.rewritable,
        fingerprint=fingerprint(match.rule, part.ref.type, part.ref.id, part.path, subject.hmac, ordinal),
    )


def findings(part: Part, seen: Scan, key: bytes) -> tuple[Finding, ...]:
    """Return the findings of one scan in document order."""
    lines = Lines(part.data)
    equal: Counter[tuple[str, str]] = Counter()
    result: list[Finding] = []
    for match in seen.matches:
        same = (match.rule, match.subject.pseudonym(key))
        result.append(finding(part, match, key, equal[same], lines))
        equal[same] += 1
    return tuple(result)
