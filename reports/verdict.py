"""The verdict: one of a few words, reached by a rule that the report prints beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import assert_never

from reports.evidence import Evidence, Outcome, Purpose, RunStatus
from reports.treatment import untouched
from reports.words import GROUPS, Words
from rules.model import Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the first line of a report says."""

    name: str
    """Key of the catalogue: `incomplete`, `act`, `review`, `clear`, `planned` ..."""
    tone: str
    """Colour class: `bad`, `held`, `good` or `waiting`."""
    headline: str


def verdict(evidence: Evidence, words: Words) -> Verdict:
    """Return the verdict. An unfinished run is never clean: its state wins over everything else."""
    name, tone = _name(evidence)
    return Verdict(name, tone, words.verdicts[name])


def _name(evidence: Evidence) -> tuple[str, str]:
    if evidence.run.status is RunStatus.RUNNING:
        return "running", "held"
    if evidence.run.status is RunStatus.INCOMPLETE:
        return "incomplete", "bad"
    match evidence.purpose:
        case Purpose.AUDIT:
            return _audit(evidence)
        case Purpose.DRY_RUN:
            return _dry_run(evidence)
        case Purpose.MIGRATION:
            return _migration(evidence)
        case _ as other:
            assert_never(other)


def _audit(evidence: Evidence) -> tuple[str, str]:
    left = evidence.open_findings()
    if any(finding.severity >= Severity.HIGH for finding in left):
        return "act", "bad"
    if left:
        return "review", "held"
    return ("accepted", "waiting") if evidence.findings else ("clear", "good")


def _dry_run(evidence: Evidence) -> tuple[str, str]:
    if not evidence.changes:
        return "planned-none", "held" if evidence.held or untouched(evidence) else "good"
    return ("planned-part", "held") if evidence.held else ("planned", "waiting")


def _migration(evidence: Evidence) -> tuple[str, str]:
    groups = Counter(GROUPS[change.outcome] for change in evidence.changes)
    if groups["bad"]:
        return "failed", "bad"
    if evidence.changes and all(change.outcome is Outcome.REVERTED for change in evidence.changes):
        return "reverted", "waiting"
    if groups["waiting"] or groups["held"] or evidence.held or not evidence.changes:
        return "done-part", "held"
    if untouched(evidence) or (evidence.residue and evidence.residue.holding()):
        return "done-left", "held"
    return "done", "good"
