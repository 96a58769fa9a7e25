"""Scanning files: every place that the rules see, as lines for people, for programs and for code scanning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from audit.evidence import rule_facts
from audit.sites.files import Piece, Refused
from reports.sarif import Result, Unread, path_uri, sarif
from reports.text import one_line, sound
from rules import cql, jql
from rules.context import NOTHING_KNOWN, Context
from rules.detected import KINDS as PERSONAL
from rules.masking import mask_text
from rules.model import Confidence, Kind, Match, ObjectType, Part, Severity, SubjectKind
from rules.queries import Unparsed
from rules.rule import Rule
from rules.scan import Lines, fingerprint, scan
from rules.veiled import veiled

BESIDE: Final = frozenset(
    {
        "email-address",
        "legacy-profile-link",
        "legacy-rest-link",
        "people-link-email",
        "personal-space-link",
        "search-link-name",
        "search-link-query",
        "url-credentials",
    }
)
"""Rules about links and e-mail addresses that are looked for in pages beside the programs in them."""
FORMATS: Final = ("text", "jsonl", "sarif")
_TEXTS: Final = frozenset({Kind.STORAGE, Kind.TEXT})
_Place = tuple[str, int, int]
"""A rule with where a finding of it begins or ends, -1 for the other; or no rule and both."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One finding in a file. Nothing in it is a value of a person."""

    file: str
    """As it was found; what is written of it is masked."""
    rule: str
    start: int
    """Byte of the file, as are all offsets here."""
    end: int
    line: int
    column: int
    ends: tuple[int, int]
    """Line and column behind it."""
    severity: Severity
    confidence: Confidence
    kind: SubjectKind
    mask: str
    message: str
    fingerprint: str
    inside: str = ""
    """Which text of a document it stands in; places are those of that text then."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file, or a document in it, that could not be judged."""

    file: str
    reason: str
    start: int | None = None
    gap: bool = True
    """False where nothing was missed: a picture, a link."""
    place: tuple[int, int] | None = None
    """Line and character from 1 of `start`, where one is known."""
    is_read: bool = False
    """True for what is said of a file that was read."""


def look_at(
    pieces: Iterable[Piece | Refused], rules: Sequence[Rule], context: Context = NOTHING_KNOWN
) -> Iterator[Sight | Unseen]:
    """Yield what the rules see, file by file, in the order of each, and what could not be judged."""
    titles = {rule.id: rule.title for rule in rules}
    file, equal, told, lines = "", Counter[tuple[str, str]](), set[_Place](), Lines(b"")
    for piece in pieces:
        if isinstance(piece, Refused):
            yield Unseen(piece.file, piece.reason, piece.start, gap=piece.gap, is_read=piece.is_read)
            continue
        if piece.file != file:
            file, equal = piece.file, Counter()
        seen = scan(piece.part, tuple(filter(_is_beside, rules)) if piece.again else rules, context)
        lines = lines if piece.again else Lines(piece.part.data)
        known = told if piece.again else set()
        told = known.union(*map(_places, seen.matches))
        if seen.unreadable is not None and not (piece.again and piece.part.kind is Kind.STORAGE):
            line, column = lines.position(min(seen.unreadable.offset, len(piece.part.data)))
            place = (piece.line + line, column)
            reason = seen.unreadable.reason + _by_line(piece.part)
            yield Unseen(piece.file, reason, piece.offset + seen.unreadable.offset, place=place)
        if seen.allowed:
            out = "1 e-mail address is" if seen.allowed == 1 else f"{seen.allowed} e-mail addresses are"
            yield Unseen(piece.file, f"{out} allowed and left out", gap=False)
        for match in seen.matches:
            if not known.isdisjoint(_places(match)):
                continue
            same = (match.rule, match.subject.mask)
            yield _sight(piece, match, lines, titles[match.rule], equal[same])
            equal[same] += 1


def _places(match: Match) -> frozenset[_Place]:
    """Return by what a finding is known where the same bytes are read again.

    The same rule may see a little more or less of them then, and another one the same value.
    """
    start, end = match.span.start, match.span.end
    return frozenset({(match.rule, start, -1), (match.rule, -1, end), ("", start, end)})


def _is_beside(rule: Rule) -> bool:
    """Return whether a rule counts beside programs: those that read texts of people in every form do."""
    return rule.id in BESIDE or _TEXTS <= frozenset(rule.kinds) <= frozenset(PERSONAL)


def _by_line(part: Part) -> str:
    """Return the advice to read a part line by line where each line is a query although the whole is none."""
    parse = {Kind.CQL: cql.parse, Kind.JQL: jql.parse}.get(part.kind)
    lines = [line for line in part.data.decode("utf-8", "replace").splitlines() if line.strip()] if parse else []
    if parse is None or not lines[1:] or any(isinstance(parse(line), Unparsed) for line in lines):
        return ""
    return "; each line is a query of its own: --lines"


def _sight(piece: Piece, match: Match, lines: Lines, title: str, ordinal: int) -> Sight:
    line, column = lines.position(match.span.start)
    end_line, end_column = lines.position(match.span.end)
    mask = match.subject.mask
    # Without a key there is no keyed hash: the mask says nothing that the report does not say.
    where = f"{piece.inside} > {match.where}" if piece.inside else match.where
    print_ = fingerprint(match.rule, ObjectType.FILE, sound(piece.file), where, mask, ordinal)
    return Sight(
        file=piece.file,
        rule=match.rule,
        start=piece.offset + match.span.start,
        end=piece.offset + match.span.end,
        line=piece.line + line,
        column=column,
        ends=(piece.line + end_line, end_column),
        severity=match.severity,
        confidence=match.confidence,
        kind=match.subject.kind,
        mask=mask,
        message=f"{title}: {mask}" + (f" ({match.reason})" if match.reason else ""),
        fingerprint=print_,
        inside=piece.inside,
    )


def as_text(sight: Sight) -> str:
    """Return one line for people, in the notation that editors follow."""
    place = f"{_named(sight.file)}:{sight.inside or f'{sight.line}:{sight.column}'}"
    worth = f"{sight.severity.label} severity, {sight.confidence.label} confidence"
    return one_line(f"{place}: {worth}: {sight.message} [{sight.rule}]")


def as_json(sight: Sight) -> str:
    """Return one line for programs; its keys are a contract."""
    return json.dumps(sight_json(sight), ensure_ascii=False)


def sight_json(sight: Sight) -> dict[str, object]:
    """Return what programs are told of a finding in a file."""
    return {
        "file": sound(_named(sight.file)),
        "rule": sight.rule,
        **({"part": sight.inside} if sight.inside else {}),
        "start": sight.start,
        "end": sight.end,
        "severity": sight.severity.label,
        "confidence": sight.confidence.label,
        "subject": {"kind": sight.kind.value, "mask": sight.mask},
        "message": sight.message,
    }


def as_sarif(sights: Iterable[Sight], unseen: Iterable[Unseen], rules: Sequence[Rule], tool_version: str) -> bytes:
    """Return a log for code scanning; what could not be judged makes it a failed execution."""
    return sarif(
        rule_facts(rules).values(),
        [
            Result(
                rule=sight.rule,
                severity=sight.severity,
                confidence=sight.confidence,
                message=sight.message,
                uri=path_uri(_from_here(sight.file)),
                line=sight.line,
                column=sight.column,
                start=sight.start,
                end=sight.end,
                fingerprint=sight.fingerprint,
                subject=f"{sight.kind.value} {sight.mask}",
                ends=sight.ends,
                inside=sight.inside,
            )
            for sight in sights
        ],
        tool_version=tool_version,
        unread=[Unread(path_uri(_from_here(each.file)), each.reason, each.place) for each in unseen],
    )


@lru_cache(maxsize=256)
def _named(file: str) -> str:
    """Return a path with the personal data in it masked, each of its names by itself."""
    return "/".join(map(veiled, mask_text(file).split("/")))


def _from_here(file: str) -> str:
    """Return the path as code scanning wants it: relative to the folder that one is in, where the file lies in it.

    Personal data in it is masked, as everywhere.
    """
    path, here = Path(file), Path.cwd()
    inside = path.is_absolute() and path.is_relative_to(here)
    return _named(path.relative_to(here).as_posix() if inside else file)


def complaint(unseen: Unseen) -> str:
    """Return one line about what could not be judged."""
    place = "" if unseen.start is None else f" at byte {unseen.start}"
    if unseen.place is not None:
        place += f" (line {unseen.place[0]}, character {unseen.place[1]})"
    verdict = "not assessed" if unseen.gap else "read" if unseen.is_read else "passed over"
    return one_line(f"{_named(unseen.file)}: {verdict}{place}: {unseen.reason}")
