"""OCSF events, one JSON object a line, for a SIEM or a data lake: one event a finding, and nothing else.

Personal data becomes a Data Security Finding (class 2006), a retired identifier a Compliance Finding (class 2003).
A run that is not complete says so in the `status_detail` of each event, and `unmapped.run.status` says it of every run.
Source: Open Cybersecurity Schema Framework 1.9.0 (https://schema.ocsf.io/1.9.0/), classes `data_security_finding` and
`compliance_finding`, objects `finding_info`, `compliance`, `data_security`, `remediation`, `resource_details`.
"""

from __future__ import annotations

from typing import Final

from reports.document import after_events, canonical, facts_of, finding_json
from reports.evidence import Evidence, Purpose, RuleFacts, RunStatus
from reports.format import Format
from reports.plain import Json, shown
from reports.standing import Mark
from reports.standing_json import accepted_json
from reports.text import moment, site_link
from rules.model import Confidence, Finding, Severity
from rules.rule import Category

VERSION: Final = "1.9.0"
"""Of the schema."""
CATEGORY: Final = 2
COMPLIANCE: Final = 2003
DATA_SECURITY: Final = 2006
CREATE: Final = 1
SEVERITIES: Final = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
CONFIDENCES: Final = {Confidence.LOW: (1, "Low"), Confidence.MEDIUM: (2, "Medium"), Confidence.HIGH: (3, "High")}
NEW: Final = (1, "New")
IN_PROGRESS: Final = (2, "In Progress")
"""Of every finding once there is a plan. What became of each place is in the JSON report: one event cannot say it."""
SUPPRESSED: Final = (3, "Suppressed")
"""Of what somebody accepted: the schema means that a benign finding is left as it is."""
UNKNOWN: Final = "what was not read is unknown, not clean."
REASONS_CAP: Final = 3
"""Reasons of an incomplete run that each event repeats; the JSON report has all of them."""
STANDARD: Final = "Regulation (EU) 2016/679 (GDPR)"

_MAPPED: Final = frozenset({"confidence", "fingerprint", "object", "rule", "severity", "title", "url"})
"""Fields of a finding that have an attribute in both classes; all others go to `unmapped`."""
_COMPLIANCE_MAPPED: Final = _MAPPED | {"articles", "remedy"}


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with LF line ends, in the order of the findings; nothing at all where nothing was found."""
    return "".join(canonical(shown(_event(*marked, evidence))) + "\n" for marked in evidence.marked()).encode()


def _event(finding: Finding, mark: Mark, evidence: Evidence) -> dict[str, Json]:
    rule = evidence.rules.get(finding.rule)
    retired = rule if rule and rule.category == Category.LEGACY else None
    kind, name = (COMPLIANCE, "Compliance Finding") if retired else (DATA_SECURITY, "Data Security Finding")
    severity_id, severity = SEVERITIES[finding.severity]
    confidence_id, confidence = CONFIDENCES[finding.confidence]
    status_id, status = NEW if evidence.purpose is Purpose.AUDIT else IN_PROGRESS
    if mark.accepted is not None:
        status_id, status = SUPPRESSED
    title = rule.title if rule else finding.rule
    ended = _ms(evidence.run.finished_at_utc)
    event: dict[str, Json] = {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": kind,
        "class_name": name,
        "type_uid": kind * 100 + CREATE,
        "type_name": f"{name}: Create",
        "severity_id": severity_id,
        "severity": severity,
        "confidence_id": confidence_id,
        "confidence": confidence,
        "status_id": status_id,
        "status": status,
        **_gaps(evidence),
        "time": ended,
        "start_time": _ms(evidence.run.started_at_utc),
        "end_time": ended,
        "message": f"{title}: {finding.subject.mask} in {finding.path}",
        "metadata": _metadata(evidence),
        "finding_info": _info(finding, rule, title, ended, evidence),
        "resources": [_resource(finding, evidence)],
        "unmapped": _unmapped(finding, mark, evidence, _COMPLIANCE_MAPPED if retired else _MAPPED),
    }
    if retired:
        return event | {"compliance": _compliance(finding, retired), "remediation": _remediation(retired)}
    return event | {"data_security": _data_security(finding, title)}


def _gaps(evidence: Evidence) -> dict[str, Json]:
    """Return what every event of a run says that did not read everything; nothing for a complete one."""
    run = evidence.run
    if run.status is RunStatus.COMPLETE:
        return {}
    return {"status_detail": " ".join((f"The run is {run.status.value}: {UNKNOWN}", *run.incomplete[:REASONS_CAP]))}


def _metadata(evidence: Evidence) -> Json:
    return {
        "version": VERSION,
        "product": {
            "name": "confluence-gdpr",
            "vendor_name": "confluence-gdpr",
            "version": evidence.run.tool_version,
        },
        "log_name": evidence.purpose.value,
        "correlation_uid": evidence.run.id,
        "original_time": evidence.run.finished_at_utc,
    }


def _info(finding: Finding, rule: RuleFacts | None, title: str, ended: int, evidence: Evidence) -> Json:
    info: dict[str, Json] = {
        "uid": finding.fingerprint,
        "title": title,
        "types": [rule.category if rule else Category.PERSONAL.value],
        "created_time": ended,
        "analytic": {
            "type_id": 1,
            "type": "Rule",
            "uid": finding.rule,
            "name": title,
            "version": evidence.run.rules_digest,
        },
        "data_sources": [evidence.run.site],
    }
    if rule:
        info["desc"] = rule.why
    link = site_link(facts_of(finding.ref, evidence).url, evidence.run.site)
    return info | ({"src_url": link} if link else {})


def _resource(finding: Finding, evidence: Evidence) -> Json:
    ref, facts = finding.ref, facts_of(finding.ref, evidence)
    resource: dict[str, Json] = {"uid": f"{ref.type.value}/{ref.id}", "type": ref.type.value}
    words = {
        "name": facts.title,
        "namespace": ref.space,
        "version": "" if ref.version is None else str(ref.version),
    }
    return resource | {name: word for name, word in words.items() if word}


def _compliance(finding: Finding, rule: RuleFacts) -> Json:
    # A guess has not failed a check: somebody has to look at it.
    status_id, status = (2, "Warning") if finding.confidence is Confidence.LOW else (3, "Fail")
    articles: list[Json] = [f"Article {article.number}" for article in rule.articles]
    return {
        "standards": [STANDARD],
        "requirements": articles,
        "control": finding.rule,
        "status_id": status_id,
        "status": status,
    }


def _remediation(rule: RuleFacts) -> Json:
    return {"desc": rule.remedy, "references": [rule.source]}


def _data_security(finding: Finding, title: str) -> Json:
    return {
        "category_id": 1,
        "category": "Personal",
        "data_lifecycle_state_id": 1,
        "data_lifecycle_state": "Data at-Rest",
        "detection_system_id": 4,
        "detection_system": "Data Discovery & Classification",
        "detection_pattern": finding.rule,
        "policy": {"uid": finding.rule, "name": title},
    }


def _unmapped(finding: Finding, mark: Mark, evidence: Evidence, mapped: frozenset[str]) -> Json:
    facts = {name: value for name, value in finding_json(finding, evidence, mark).items() if name not in mapped}
    if mark.accepted is not None:
        facts["accepted"] = accepted_json(evidence.accepted[mark.accepted])
    run: dict[str, Json] = {"id": evidence.run.id, "status": evidence.run.status.value}
    return {"finding": facts, "run": {**run, "audience": evidence.run.masking, **after_events(evidence)}}


def _ms(at_utc: str) -> int:
    return int(moment(at_utc).timestamp() * 1000)


FORMAT: Final = Format(name="ocsf", suffix=".ocsf.jsonl", media_type="application/x-ndjson", render=render)
