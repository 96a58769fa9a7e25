"""The only importer of pandas: findings as columns and a frame, totals by rule, space and person, and the CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reports.actions import actions
from reports.document import facts_of, totals
from reports.evidence import Evidence, IdentityFacts
from reports.persons import data_subject, of_person
from reports.text import site_link, sound
from rules.model import Confidence, Finding, Severity

if TYPE_CHECKING:
    import pandas as pd

    Frame: TypeAlias = pd.DataFrame

NUMBERS: Final = frozenset({"object_version", "line", "column", "start_byte", "end_byte"})
"""Columns of whole numbers, with gaps where an object has no version."""
TRUTHS: Final = frozenset({"rewritable"})
LEVELS: Final[Mapping[str, list[str]]] = {
    "severity": [level.label for level in Severity],
    "confidence": [level.label for level in Confidence],
}
"""Columns of ordered words, the lowest first."""

# A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"): one of these signs, in ASCII or full
# width, first or after blanks, because some programs trim before they look.
_FORMULA: Final = re.compile(r"[\s\ufeff\u200b-\u200f\u2060\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings one group has."""

    key: str
    total: int
    objects: int
    severities: tuple[int, ...]
    """Counts per severity, worst first."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """Totals over all findings, each list with the largest group first."""

    by_rule: tuple[Tally, ...]
    by_space: tuple[Tally, ...]
    by_type: tuple[Tally, ...]
    by_subject: tuple[Tally, ...]
    """The key is `kind mask`; one group is one person's value, however many places hold it."""


def tallies(evidence: Evidence) -> Tallies:
    """Return the totals of the findings. Cost: linear in their number."""
    frame = _frame(evidence)
    return Tallies(
        by_rule=_tally(frame, "rule"),
        by_space=_tally(frame, "space"),
        by_type=_tally(frame, "type"),
        by_subject=_tally(frame[frame["person"]], "subject"),
    )


def figures(evidence: Evidence) -> dict[str, int]:
    """Return those totals of the JSON that are one number each."""
    return {name: number for name, number in totals(evidence).items() if isinstance(number, int)}


def findings_csv(evidence: Evidence) -> bytes:
    """Return one row a finding, every cell quoted, no cell that a spreadsheet runs as a formula.

    Each row says in `run_status` whether the run is complete. A file without rows cannot say it, and a row that is no
    finding would be counted as one: that an empty file comes from a complete run, the JSON and the exit code say.
    It starts with a byte-order mark, because the readers of this file use spreadsheets, and the most common one takes
    a file without it for the system's code page and garbles every umlaut. Programs should read the JSON.
    """
    frame = _csv_frame(evidence)
    text = frame.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
    return ("\ufeff" + text).encode()


def findings_frame(evidence: Evidence) -> pd.DataFrame:
    """Return one row a finding with typed columns, worst first: what `audit.run` documents for analysts."""
    import pandas as pd

    cells = columns(evidence)
    typed: dict[str, pd.Series[Any]] = {}
    for name, texts in cells.items():
        if name in NUMBERS:
            typed[name] = pd.Series([int(text) if text else None for text in texts], dtype="Int64")
        elif name in TRUTHS:
            typed[name] = pd.Series([text == "yes" for text in texts], dtype="bool")
        elif name in LEVELS:
            typed[name] = pd.Series(pd.Categorical(texts, LEVELS[name], ordered=True))
        else:
            typed[name] = pd.Series(texts, dtype="string")
    return pd.DataFrame(typed)


def inert(cell: str) -> str:
    """Return the cell with an apostrophe before it where a spreadsheet might run it; no lone surrogates."""
    cell = sound(cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _frame(evidence: Evidence) -> pd.DataFrame:
    import pandas as pd

    findings = evidence.findings
    return pd.DataFrame(
        {
            "rule": [sound(finding.rule) for finding in findings],
            "space": [sound(finding.ref.space) for finding in findings],
            "type": [finding.ref.type.value for finding in findings],
            "subject": [
                sound(f"{finding.subject.hmac} {finding.subject.kind.value} {finding.subject.mask}")
                for finding in findings
            ],
            "person": [of_person(finding.subject.kind) for finding in findings],
            "object": [sound(f"{finding.ref.type.value} {finding.ref.id}") for finding in findings],
            "severity": [int(finding.severity) for finding in findings],
        }
    )


def _tally(frame: pd.DataFrame, column: str) -> tuple[Tally, ...]:
    if frame.empty:
        return ()
    groups = frame.groupby(column, sort=True)
    objects = [int(number) for number in groups["object"].nunique().to_numpy()]
    levels = frame.groupby([column, "severity"], sort=True).size().unstack(fill_value=0)  # noqa: PD010 - wanted wide
    worst_first = [int(severity) for severity in sorted(Severity, reverse=True)]
    counts = levels.reindex(columns=worst_first, fill_value=0).to_numpy().tolist()
    result = [
        Tally(str(key), sum(row), number, tuple(row))
        for key, number, row in zip(levels.index, objects, counts, strict=True)
    ]
    return tuple(sorted(result, key=lambda tally: (-tally.total, tally.key)))


def _identity_columns(findings: Sequence[Finding], evidence: Evidence) -> dict[str, list[str]]:
    """Return what the plan knows about the person of each finding; empty where it did not have to resolve anybody."""
    known = {one.subject.hmac: one for one in evidence.identities()}
    people = [known.get(finding.subject.hmac) for finding in findings]

    def column(cell: Callable[[IdentityFacts], str]) -> list[str]:
        return ["" if one is None else cell(one) for one in people]

    return {
        "account_mask": column(lambda one: one.account.mask if one.account else ""),
        "account_hmac": column(lambda one: one.account.hmac if one.account else ""),
        "account_state": column(lambda one: one.state.value if one.state else ""),
        "route": column(lambda one: one.route),
        "witnessed_at_utc": column(lambda one: one.witnessed_at_utc),
        "route_confidence": column(lambda one: "" if one.confidence is None else one.confidence.label),
        "witnesses": column(lambda one: ", ".join(one.witnesses)),
        "not_resolved": column(lambda one: f"{one.reason.value}: {one.detail}" if one.reason else ""),
    }


def _standing_columns(evidence: Evidence) -> dict[str, list[str]]:
    """Return how each finding stands: against the earlier run, and by whom it is accepted; empty where neither."""
    marks = [mark for _, mark in evidence.marked()]
    entries = [None if mark.accepted is None else evidence.accepted[mark.accepted] for mark in marks]
    return {
        "standing": [mark.standing.value if mark.standing else "" for mark in marks],
        "accepted_until": [entry.until if entry else "" for entry in entries],
        "accepted_by": [entry.owner.mask if entry else "" for entry in entries],
        "accepted_reason": [entry.reason if entry else "" for entry in entries],
    }


def columns(evidence: Evidence) -> dict[str, list[str]]:
    """Return one list a column with one text a finding, for every format that is a table. Cost: linear.

    The texts are as they are in the JSON: no spreadsheet and no terminal has been thought of yet.
    """
    findings = evidence.findings
    facts = [facts_of(finding.ref, evidence) for finding in findings]
    rules = [evidence.rules.get(finding.rule) for finding in findings]
    site = evidence.run.site
    words: dict[str, list[str]] = {
        "fingerprint": [finding.fingerprint for finding in findings],
        "severity": [finding.severity.label for finding in findings],
        "confidence": [finding.confidence.label for finding in findings],
        "rule": [finding.rule for finding in findings],
        "rule_title": [rule.title if rule else "" for rule in rules],
        "articles": [", ".join(article.number for article in rule.articles) if rule else "" for rule in rules],
        "space": [finding.ref.space for finding in findings],
        "object_type": [finding.ref.type.value for finding in findings],
        "object_id": [finding.ref.id for finding in findings],
        "object_version": ["" if finding.ref.version is None else str(finding.ref.version) for finding in findings],
        "object_status": [finding.ref.status for finding in findings],
        "title": [fact.title for fact in facts],
        "url": [site_link(fact.url, site) for fact in facts],
        "path": [finding.path for finding in findings],
        "line": [str(finding.line) for finding in findings],
        "column": [str(finding.column) for finding in findings],
        "start_byte": [str(finding.span.start) for finding in findings],
        "end_byte": [str(finding.span.end) for finding in findings],
        "subject_kind": [finding.subject.kind.value for finding in findings],
        "subject_mask": [finding.subject.mask for finding in findings],
        "subject_hmac": [finding.subject.hmac for finding in findings],
        "data_subject": [data_subject(finding.subject.kind) for finding in findings],
        "excerpt": [finding.excerpt for finding in findings],
        "reason": [finding.reason for finding in findings],
        "rewritable": ["yes" if finding.rewritable else "no" for finding in findings],
        "remedy": [rule.remedy if rule else "" for rule in rules],
        "action": list(actions(evidence)),
        "audience": [evidence.run.masking] * len(findings),
        "run_status": [evidence.run.status.value] * len(findings),
        **_standing_columns(evidence),
    }
    if evidence.plan is not None:
        words |= _identity_columns(findings, evidence)
    return words


def _csv_frame(evidence: Evidence) -> pd.DataFrame:
    import pandas as pd

    words = columns(evidence)
    return pd.DataFrame({name: [inert(cell) for cell in cells] for name, cells in words.items()}, dtype=object)
