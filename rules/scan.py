"""What the rules see in one part, and the findings that may be written down about it."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rules.allowed import is_allowed
from rules.context import NOTHING_KNOWN, Context
from rules.embedded import DEPTH_LIMIT, TRACES, Embedded, all_parts
from rules.gates import JSON_KINDS
from rules.macros import registry
from rules.model import Finding, Kind, Match, ObjectType, Part, Unreadable
from rules.pictures import doubted
from rules.prefilter import Active, Prefilter
from rules.rule import Rule
from rules.view import SIZE_LIMIT, View

TOO_DEEP: Final = Unreadable(f"it holds texts in texts more than {DEPTH_LIMIT} levels deep", 0)
"""What stands deeper was not looked into."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The matches of all rules in one part, in document order, and why the part could not be judged, if so."""

    matches: tuple[Match, ...]
    unreadable: Unreadable | None
    own: tuple[Match, ...] = ()
    """Those of `matches` that are not in a part inside the part."""
    inner: tuple[Inner, ...] = ()
    allowed: int = 0
    """How many matches were left out because the configuration allows their addresses."""


@dataclass(frozen=True, slots=True)
class Inner:
    """What the rules see in a part inside a part, in places of the inner one."""

    part: Embedded
    scan: Scan


_NOTHING: Final = Scan((), None)


def scan(part: Part, rules: Iterable[Rule], context: Context = NOTHING_KNOWN) -> Scan:
    """Return what `rules` see in `part`, which is parsed once at most.

    A part in which no rule's byte strings occur is clean without being parsed, unless it is a file's. A part that is
    not well-formed is reported as unreadable; what the tolerant reading still shows in it is matched, but not
    rewritable.
    """
    seen = look(View(part, context), tuple(rules))
    if seen.matches:
        seen = replace(seen, matches=doubted(part, seen.matches))
    return _spared(seen, context.allowed)


def look(view: View, rules: Sequence[Rule], depth: int = 0) -> Scan:
    """Return what `rules` see in a part that may have been parsed already, and in the parts inside it."""
    part = view.part
    loose = bool(view.context.known) or view.context.macros is not registry()
    active = _PREFILTERS.of(tuple(rules), loose=loose).active(part.kind, part.data)
    if len(part.data) > SIZE_LIMIT:
        return Scan((), view.unreadable)
    parts: tuple[Embedded, ...] = view.once(all_parts) if active.inside else ()
    deeper: Unreadable | None = None
    if depth == DEPTH_LIMIT and parts:
        deeper, parts = replace(TOO_DEEP, offset=parts[0].offset), ()
    judged = _is_foreign(part) or _is_handed_over(part)
    if not active.rules and not parts and not judged and deeper is None:
        return _NOTHING
    own = _sorted(_detected(view, active))
    inner = tuple(Inner(each, _new(each, look(each.view, rules, depth + 1), own)) for each in parts)
    outer = [match for each in inner if each.scan.matches for match in each.part.outside(each.scan.matches)]
    matches = _sorted((*own, *outer)) if outer else own
    # Where no rule had to look into a part of a site, its form is not judged: that would cost more than the rules.
    unreadable = (view.unreadable if view.touched or matches or judged else None) or deeper or _broken(inner)
    if unreadable is not None:
        matches = tuple(replace(match, rewritable=False) for match in matches)
    return Scan(matches, unreadable, own, inner)


def _detected(view: View, active: Active) -> Iterator[Match]:
    """Yield what the rules see. Where one answer tells that many of them see nothing, none of these is asked."""
    for answer, rules in active.asked:
        seen = answer and answer(view)
        if seen is None or seen:
            for rule in rules:
                if seen is None or rule.id in seen:
                    yield from rule.detect(view)


def _spared(seen: Scan, known: frozenset[str]) -> Scan:
    """Return what was seen without the addresses of the house, and how many those were."""
    left = tuple(match for match in seen.matches if not is_allowed(match, known)) if known else seen.matches
    out = len(seen.matches) - len(left)
    return replace(seen, matches=left, allowed=out) if out else seen


@lru_cache(maxsize=32)
def _prefilter(rules: tuple[Rule, ...], *, loose: bool = False) -> Prefilter:
    """Return the search for a set of rules, made once."""
    return Prefilter(rules, TRACES, loose=loose)


class _Prefilters:
    """The searches by their rules. The one that was asked for last is known by identity: hashing rules takes longer."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: tuple[tuple[Rule, ...], bool, Prefilter] = ((), False, _prefilter((), loose=False))

    def of(self, rules: tuple[Rule, ...], *, loose: bool) -> Prefilter:
        """Return the search for a set of rules."""
        known, known_loose, found = self._last
        if known is not rules or known_loose is not loose:
            found = _prefilter(rules, loose=loose)
            self._last = (rules, loose, found)
        return found


_PREFILTERS: Final = _Prefilters()


def _broken(inner: Iterable[Inner]) -> Unreadable | None:
    """Return why a body inside cannot be judged; queries have a rule of their own."""
    for each in inner:
        why = each.scan.unreadable
        if why is not None and (each.part.view.part.kind not in {Kind.CQL, Kind.JQL} or why.reason == TOO_DEEP.reason):
            return replace(why, offset=each.part.outer(why.offset))
    return None


def _sorted(matches: Iterable[Match]) -> tuple[Match, ...]:
    found = list(matches)
    return tuple(sorted(found, key=_order)) if found else ()


def _order(match: Match) -> tuple[int, int, str]:
    return match.span.start, match.span.end, match.rule


def _new(part: Embedded, seen: Scan, known: Sequence[Match]) -> Scan:
    """Return what was seen inside without what the same rule found in the same bytes from outside."""
    if not seen.matches:
        return seen
    places = {(match.rule, at) for match in known for at in (match.span.start, match.span.end - 1)}
    stale = {
        match
        for match, out in zip(seen.matches, part.outside(seen.matches), strict=True)
        if not places.isdisjoint({(out.rule, out.span.start), (out.rule, out.span.end - 1)})
    }
    left = tuple(match for match in seen.matches if match not in stale)
    return replace(seen, matches=left, own=tuple(match for match in seen.own if match not in stale))


def _is_foreign(part: Part) -> bool:
    """Return whether the byte search proves nothing: NUL bytes mean another encoding."""
    return (part.kind is Kind.STORAGE or part.kind in JSON_KINDS) and b"\x00" in part.data


def _is_handed_over(part: Part) -> bool:
    """Return whether the part is a file's: whoever names a file wants to know that it can be read."""
    return part.ref.type is ObjectType.FILE and part.kind in {Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.DESCRIPTOR}


def fingerprint(rule: str, ref_type: ObjectType, ref_id: str, path: str, subject_hmac: str, ordinal: int) -> str:
    """Return 32 hex digits that name a finding: the same in every run, version and order of findings.

    `ordinal` counts, from 0, the findings of one rule and subject in one part, in document order.
    """
    parts = (rule, ref_type.value, ref_id, path, subject_hmac, str(ordinal))
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


_CONTINUED: Final = frozenset(bytes((byte,)) for byte in range(0x80, 0xC0))
"""Bytes inside a character."""


class Lines:
    """Where the lines of a part begin. Built once for all findings of the part."""

    __slots__ = ("_data", "_known", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = array("i", (0,))
        self._known = (0, 0)
        """The last byte that was asked for and the characters before it in its line."""
        at = data.find(b"\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = data.find(b"\n", at + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column (in characters) of a byte, both from 1. Linear in all for bytes in rising order."""
        line = bisect_right(self._starts, offset)
        start, count = self._starts[line - 1], 0
        before, known = self._known
        if start < before <= offset and self._data[before : before + 1] not in _CONTINUED:
            start, count = before, known
        count += len(self._data[start:offset].decode("utf-8", "replace"))
        self._known = (offset, count)
        return line, count + 1


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
