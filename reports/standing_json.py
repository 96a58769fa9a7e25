"""How findings stand, as plain JSON: accepted entries, the comparison and the groups."""

from __future__ import annotations

from collections import Counter

from reports.evidence import Evidence
from reports.groups import Group
from reports.plain import Json, object_json, subject_json
from reports.standing import Accepted, Fate, Gone, Mark, Standing
from reports.text import site_link


def mark_json(mark: Mark) -> dict[str, Json]:
    """Return what a finding says of how it stands: empty and null where nothing was compared and nobody accepted it."""
    return {"standing": mark.standing.value if mark.standing else "", "accepted": mark.accepted}


def standing_totals(evidence: Evidence) -> dict[str, Json]:
    """Return the figures about how findings stand; zeros where nothing was compared and nothing accepted."""
    marks = [mark for _, mark in evidence.marked()]
    standings = Counter(mark.standing for mark in marks)
    fates = evidence.comparison.fates() if evidence.comparison else dict.fromkeys(Fate, 0)
    return {
        "accepted": sum(mark.accepted is not None for mark in marks),
        **{standing.value: standings[standing] for standing in Standing},
        "fixed": fates[Fate.FIXED],
        "not_examined": fates[Fate.NOT_EXAMINED],
    }


def accepted_json(entry: Accepted) -> Json:
    """Return one entry of the list of accepted findings."""
    return {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "object": entry.object,
        "subject": entry.subject,
        "reason": entry.reason,
        "owner": subject_json(entry.owner),
        "since": entry.since,
        "until": entry.until,
        "line": entry.line,
        "validity": entry.validity.value,
        "findings": entry.findings,
    }


def comparison_json(evidence: Evidence) -> Json:
    """Return the comparison with an earlier run, null where there was none."""
    found = evidence.comparison
    if found is None:
        return None
    return {
        "run": found.run,
        "finished_at_utc": found.finished_at_utc,
        "runs": found.runs,
        "same_scope": found.same_scope,
        "same_rules": found.same_rules,
        "complete": found.complete,
        "unread_before": found.unread_before,
        "gone": [_gone(one, evidence.run.site) for one in found.gone],
    }


def group_json(group: Group) -> Json:
    """Return one value that stands at several places."""
    return {
        "subject": subject_json(group.subject),
        "findings": len(group.places),
        "objects": group.objects,
        "accepted": group.accepted,
        "severity": group.severity.label,
        "rules": dict(group.rules),
        "spaces": dict(group.spaces),
        "places": list(group.places),
    }


def _gone(one: Gone, site: str) -> Json:
    return {
        "fate": one.fate.value,
        "why": one.why,
        "rule": one.finding.rule,
        "severity": one.finding.severity.label,
        "object": object_json(one.finding.ref),
        "status": one.finding.ref.status,
        "title": one.title,
        "url": site_link(one.url, site),
        "path": one.finding.path,
        "subject": subject_json(one.finding.subject),
        "fingerprint": one.finding.fingerprint,
    }
