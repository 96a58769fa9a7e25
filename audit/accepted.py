"""Findings that somebody accepted: a TOML file that names each of them, why, who answers for it and until when.

```toml
[[accepted]]
fingerprint = "…"        # or: rule, object ("page 123456") and subject (mask or keyed hash, as reports show them)
reason = "…"
owner = "…"
until = 2027-06-30       # the last day; from the next one on the finding counts again
since = 2026-11-20       # the first day; may be left out
```

An accepted finding is not hidden: it is listed, counted apart, and not what the exit code is about. Entries are judged
on the day on which the run ended, so that the same run and list always give the same report.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from audit.errors import AcceptedError
from audit.tables import begins, line_of
from reports.standing import Accepted, Validity
from rules.masking import STARS, mask, mask_text
from rules.model import Finding, ObjectType, Personal, Subject, SubjectKind
from rules.remarks import mask_remark

TABLE: Final = "accepted"
NAMED: Final = ("rule", "object", "subject")
"""What names findings where there is no fingerprint."""
KEYS: Final = ("fingerprint", *NAMED, "reason", "owner", "since", "until")
NEEDED: Final = ("reason", "owner", "until")
DAYS: Final = frozenset({"since", "until"})
LARGEST_BYTES: Final = 10_000_000

_HASH: Final = re.compile(r"[0-9a-f]{32}")
_RULE: Final = re.compile(r"[a-z][a-z0-9-]*")
_OBJECT: Final = re.compile(rf"({'|'.join(sorted(kind.value for kind in ObjectType))}) (\S{{1,200}})")
_PLACE: Final = re.compile(r"\(at ([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the file. Who answers for it and why may name people: neither is ever shown raw."""

    fingerprint: str
    rule: str
    object: str
    subject: str = field(repr=False)
    reason: str = field(repr=False)
    owner: str = field(repr=False)
    since: str
    until: str
    line: int
    role: bool = False
    """The owner is an office that the configuration names, and no person."""

    def names(self, finding: Finding) -> bool:
        """Return whether the entry is about a finding."""
        if self.fingerprint:
            return self.fingerprint == finding.fingerprint
        return (
            self.rule == finding.rule
            and self.object == f"{finding.ref.type.value} {finding.ref.id}"
            and self.subject in {finding.subject.mask, finding.subject.hmac}
        )


def read_accepted(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a list in their order.

    Raises `AcceptedError` naming line and key for what is missing, unknown or of another form, and for an entry that
    names the same as one above it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _wrong(path, 0, f"the system said: {error.strerror}", "Check --accepted or `accepted`.") from error
    if len(data) > LARGEST_BYTES:
        raise _wrong(path, 0, f"it has more than {LARGEST_BYTES:,} bytes", "Name a list of accepted findings.")
    text, rows = _rows(path, data)
    lines = begins(text, TABLE, len(rows))
    entries: list[Entry] = []
    first: dict[tuple[str, ...], int] = {}
    for number, (row, line) in enumerate(zip(rows, lines, strict=True), 1):
        entry = _Row(path, text, number, line).read(row)
        key = (entry.fingerprint, entry.rule, entry.object, entry.subject)
        if key in first:
            why = f"entry {number} names the same as entry {first[key]}"
            raise _wrong(path, line, why, "Keep one of the two.")
        first[key] = number
        entries.append(entry)
    return tuple(entries)


def accept(
    findings: Sequence[Finding], entries: Sequence[Entry], day: str, key: bytes
) -> tuple[tuple[Accepted, ...], tuple[int | None, ...]]:
    """Return the entries as reports show them, and for each finding the position of the entry that accepts it.

    `day` is the day of the run, `2026-11-20`; `key` that of the pseudonyms. Of two entries that name a finding the
    first one in force counts. A mask that fits several values accepts none: nobody looked at them together. Cost:
    linear in findings and entries.
    """
    named = _named(findings, entries)
    validities = [
        _validity(entry, {findings[place].subject.hmac for place in those}, day)
        for entry, those in zip(entries, named, strict=True)
    ]
    places: list[int | None] = [None] * len(findings)
    counts = []
    for number, those in enumerate(named):
        free = [place for place in those if places[place] is None]
        if validities[number] is Validity.IN_FORCE:
            for place in free:
                places[place] = number
        counts.append(len(free))
    people = frozenset(finding.subject for finding in findings)
    words = {reason: mask_remark(reason, people, key) for reason in {entry.reason for entry in entries}}
    shown = tuple(
        _shown(entry, validities[number], counts[number], words[entry.reason], key)
        for number, entry in enumerate(entries)
    )
    return shown, tuple(places)


def answerable(name: str, key: bytes, *, role: bool) -> Subject:
    """Return whoever answers for something, as reports may show them: a person masked, an office as it is called."""
    if not role:
        return Personal(SubjectKind.DISPLAY_NAME, name).subject(key)
    return replace(Personal(SubjectKind.ROLE, name).subject(key), mask=mask_text(name))


def _named(findings: Sequence[Finding], entries: Sequence[Entry]) -> list[list[int]]:
    """Return, for each entry, the positions of the findings that it names."""
    by_print: dict[str, list[int]] = {}
    by_object: dict[tuple[str, str], list[int]] = {}
    for place, finding in enumerate(findings):
        by_print.setdefault(finding.fingerprint, []).append(place)
        by_object.setdefault((finding.rule, f"{finding.ref.type.value} {finding.ref.id}"), []).append(place)
    return [
        by_print.get(entry.fingerprint, [])
        if entry.fingerprint
        else [place for place in by_object.get((entry.rule, entry.object), []) if entry.names(findings[place])]
        for entry in entries
    ]


def _validity(entry: Entry, values: Collection[str], day: str) -> Validity:
    """Return what an entry is worth that names the findings of `values`, keyed hashes."""
    if not values:
        return Validity.STALE
    if entry.until < day:
        return Validity.EXPIRED
    if not entry.fingerprint and len(values) > 1:
        return Validity.AMBIGUOUS
    return Validity.NOT_YET if entry.since > day else Validity.IN_FORCE


def _shown(entry: Entry, validity: Validity, findings: int, reason: str, key: bytes) -> Accepted:
    stale = validity is Validity.STALE
    return Accepted(
        fingerprint=entry.fingerprint,
        rule=entry.rule,
        object=mask_text(entry.object) if stale else entry.object,
        subject=_unknown(entry.subject) if stale else entry.subject,
        reason=reason,
        owner=answerable(entry.owner, key, role=entry.role),
        since=entry.since,
        until=entry.until,
        line=entry.line,
        validity=validity,
        findings=findings,
    )


def _unknown(subject: str) -> str:
    """Return a subject that no finding has: 32 hex digits may as well be a user key."""
    return mask(SubjectKind.USER_KEY, subject) if _HASH.fullmatch(subject) else mask_text(subject)


def _rows(path: Path, data: bytes) -> tuple[str, Sequence[Mapping[str, object]]]:
    fix = "Mend it; every entry begins with a line [[accepted]]."
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        text, table, reason = "", {}, "it is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        text, table, reason = "", {}, f"it is not TOML at {place[1]}" if place else "it is not TOML"
    else:
        reason = ""
    if reason:
        # Raised here and not above: the originals carry the text of the file.
        raise _wrong(path, 0, reason, fix)
    unknown = next((key for key in table if key != TABLE), None)
    if unknown is not None:
        raise _wrong(path, line_of(text, unknown), f"`{_cut(unknown)}` is unknown", fix)
    rows = table.get(TABLE, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong(path, line_of(text, TABLE), f"`{TABLE}` is no list of entries", fix)
    return text, rows


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry on its way in, and where it stands."""

    path: Path
    text: str
    number: int
    line: int
    words: dict[str, str] = field(default_factory=dict, repr=False)

    def refused(self, key: str, why: str, fix: str) -> AcceptedError:
        """Return the error about one key of the entry."""
        line = line_of(self.text, key, self.line) if self.line else 0
        return _wrong(self.path, line, f"entry {self.number}: {why}", fix)

    def read(self, given: Mapping[str, object]) -> Entry:
        """Return the entry. Raises `AcceptedError`."""
        for key, value in given.items():
            self.words[key] = self._word(key, value)
        missing = next((key for key in NEEDED if key not in self.words), None)
        if missing is not None:
            raise self.refused("", f"`{missing}` is missing", f"Every entry says {', '.join(NEEDED)}.")
        if self.words.get("since", "") > self.words["until"]:
            raise self.refused("since", "`since` lies after `until`", "Give the first and the last day, in this order.")
        wrong, fix = _nameless(self.words)
        if wrong:
            raise self.refused(wrong, f"`{wrong}` does not name a finding", fix)
        return Entry(**{key: self.words.get(key, "") for key in KEYS}, line=self.line, role=False)

    def _word(self, key: str, value: object) -> str:
        if key not in KEYS:
            raise self.refused(key, f"`{_cut(key)}` is unknown", f"Known are {', '.join(KEYS)}.")
        if key in DAYS:
            if not (day := _day(value)):
                raise self.refused(key, f"`{key}` is no day", "Write it like 2027-06-30.")
            return day
        if not isinstance(value, str) or not value.strip():
            raise self.refused(key, f"`{key}` has to be a text", "Put it into double quotes.")
        return value.strip()


def _nameless(words: Mapping[str, str]) -> tuple[str, str]:
    """Return the key because of which an entry names no finding, and what to do; two empty texts where it names one."""
    if "fingerprint" in words:
        wrong = not _HASH.fullmatch(words["fingerprint"]) or any(key in words for key in NAMED)
        fix = "Copy the 32 digits from a report, and leave rule, object and subject away."
        return ("fingerprint", fix) if wrong else ("", "")
    if not _RULE.fullmatch(words.get("rule", "")):
        return "rule", "Give a fingerprint, or the id of a rule with object and subject."
    if not _OBJECT.fullmatch(words.get("object", "")):
        return "object", "Write it like `page 123456`."
    subject = words.get("subject", "")
    if not _HASH.fullmatch(subject) and STARS not in subject:
        return "subject", "Give mask or keyed hash as a report shows it, never the value itself."
    return "", ""


def _day(value: object) -> str:
    """Return a day of TOML, or one that stands in a text, as `2027-06-30`; empty where it is none."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return ""
    return day.isoformat() if type(day) is date else ""


def _cut(key: str) -> str:
    """Return a key that is not ours as an error may show it."""
    return mask_text(key[:40])


def _wrong(path: Path, line: int, why: str, fix: str) -> AcceptedError:
    place = f"{path}, line {line}" if line else str(path)
    return AcceptedError(what="The list of accepted findings cannot be used", where=place, why=why, fix=fix)
