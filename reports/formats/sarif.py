"""SARIF 2.1.0, for code scanning and whatever else reads results of static analysis."""

from __future__ import annotations

from typing import Final

from reports.document import after_events, facts_of
from reports.evidence import Evidence, RunStatus
from reports.format import Format
from reports.sarif import Result, Unread, sarif
from reports.standing import Mark, Standing
from reports.text import site_link
from rules.model import Finding


def render(evidence: Evidence) -> bytes:
    """Return the findings of a run; an incomplete run is one whose execution failed, with the reasons."""
    reasons = evidence.run.incomplete or ("the run is not complete",)
    examined = evidence.examined()
    return sarif(
        (rule for name, rule in evidence.rules.items() if name in examined),
        [_result(finding, mark, evidence) for finding, mark in evidence.marked()],
        tool_version=evidence.run.tool_version,
        unread=[Unread("", reason) for reason in reasons] if evidence.run.status is not RunStatus.COMPLETE else [],
        properties={
            "run": evidence.run.id,
            "site": evidence.run.site,
            "status": evidence.run.status.value,
            "audience": evidence.run.masking,
            **after_events(evidence),
        },
        baseline=evidence.comparison.run if evidence.comparison else "",
    )


def _result(finding: Finding, mark: Mark, evidence: Evidence) -> Result:
    rule = evidence.rules.get(finding.rule)
    link = site_link(facts_of(finding.ref, evidence).url, evidence.run.site)
    title = rule.title if rule else finding.rule
    return Result(
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        message=f"{title}: {finding.subject.mask} in {finding.path}"
        + (f"; {finding.reason}" if finding.reason else ""),
        uri=link or f"{finding.ref.type.value}/{finding.ref.id}",
        line=finding.line,
        column=finding.column,
        start=finding.span.start,
        end=finding.span.end,
        fingerprint=finding.fingerprint,
        subject=f"{finding.subject.kind.value} {finding.subject.mask}",
        # SARIF knows no third state: what is back is not in the baseline.
        baseline={None: "", Standing.UNCHANGED: "unchanged"}.get(mark.standing, "new"),
        suppressions=_suppressions(mark, evidence) if evidence.accepted else None,
    )


def _suppressions(mark: Mark, evidence: Evidence) -> tuple[str, ...]:
    if mark.accepted is None:
        return ()
    entry = evidence.accepted[mark.accepted]
    return (f"{entry.reason} (accepted until {entry.until} by {entry.owner.mask})",)


FORMAT: Final = Format(name="sarif", suffix=".sarif", media_type="application/sarif+json", render=render)
