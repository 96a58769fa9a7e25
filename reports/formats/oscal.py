"""OSCAL assessment results, for auditors whose tools carry findings, controls, evidence and remediation together.

One observation a rule that found something, with one piece of evidence an object; one risk with the remedy, and one
finding against the control of that rule. A rule that found nothing has a finding too: satisfied when the run is
complete and read what the rule looks at, else not satisfied, because what was not read is not clean. Source: NIST,
Open Security Controls Assessment Language 1.2.1, assessment-results model (https://pages.nist.gov/OSCAL/). Every UUID
is made from the run's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

from reports.document import canonical, data_sha256, facts_of
from reports.evidence import Evidence, RuleFacts, RunStatus
from reports.format import Format
from reports.plain import Json, shown
from reports.standing_json import standing_totals
from reports.text import moment, site_link
from reports.verdict import verdict
from reports.words import ENGLISH
from rules.model import Confidence, Finding, Ref

VERSION: Final = "1.2.1"
NAMESPACE: Final = UUID("3f0c5bd0-6c51-5d0e-9f0b-6a3c1c0b7f11")
"""Ours: a name below it is a run, an item and its key, apart from each other by blanks."""
EXTENSION: Final = "https://confluence-gdpr.invalid/ns/oscal"
"""Marks the properties that OSCAL itself does not name; nothing can be fetched from it."""


def render(evidence: Evidence) -> bytes:
    """Return UTF-8 with LF line ends."""
    return (canonical(shown({"assessment-results": _results(evidence)})) + "\n").encode()


def _results(evidence: Evidence) -> Json:
    run = evidence.run
    return {
        "uuid": _uuid(evidence, "assessment-results"),
        "metadata": {
            "title": f"{ENGLISH.titles[evidence.purpose]}: {run.site}",
            "last-modified": _time(run.finished_at_utc),
            "version": run.id,
            "oscal-version": VERSION,
            "props": _props({"tool-version": run.tool_version, "masking": run.masking}),
        },
        "import-ap": {"href": f"#{_uuid(evidence, 'plan')}"},
        "results": [_result(evidence)],
        "back-matter": {
            "resources": [
                {
                    "uuid": _uuid(evidence, "plan"),
                    "title": "Scope and rules of the run",
                    "description": "There is no assessment plan in OSCAL: the rules and options of the run stand here.",
                    "props": _props(
                        {"rules-digest": run.rules_digest, "config-digest": run.config_digest}
                        | {"data-sha256": data_sha256(evidence)}
                    ),
                    "remarks": canonical({"options": dict(run.options)}),
                }
            ]
        },
    }


def _result(evidence: Evidence) -> Json:
    run, found = evidence.run, _by_rule(evidence)
    rules = [evidence.rules.get(name) or _unknown(name, found[name]) for name in sorted({*evidence.rules, *found})]
    broken = [rule for rule in rules if rule.id in found]
    said = verdict(evidence, ENGLISH).headline
    result: dict[str, Json] = {
        "uuid": _uuid(evidence, "result"),
        "title": f"{said}: {len(evidence.findings)} findings",
        "description": " ".join([f"{said}. Run {run.id} of {run.site}, {run.status.value}.", *run.incomplete]),
        "start": _time(run.started_at_utc),
        "end": _time(run.finished_at_utc),
        "props": _props(
            {"status": run.status.value, "findings": str(len(evidence.findings))}
            | {f"findings-{severity.label}": str(count) for severity, count in evidence.by_severity().items()}
            | {name.replace("_", "-"): str(count) for name, count in standing_totals(evidence).items()}
        ),
        "local-definitions": _tool(evidence),
        "reviewed-controls": _controls(rules),
        "observations": [
            *(_observation(rule, found[rule.id], evidence) for rule in broken),
            _coverage(evidence),
        ],
        "findings": [_finding(rule, found.get(rule.id, []), evidence) for rule in rules],
    }
    if broken:
        left = {finding.rule for finding in evidence.open_findings()}
        result["risks"] = [_risk(rule, found[rule.id], evidence, accepted=rule.id not in left) for rule in broken]
    if not rules:
        del result["findings"]
    return result


def _tool(evidence: Evidence) -> Json:
    tool: Json = {
        "uuid": _uuid(evidence, "tool"),
        "type": "software",
        "title": "confluence-gdpr",
        "description": "Reads a Confluence site and reports retired identifiers and personal data in it.",
        "props": _props({"version": evidence.run.tool_version}, ours=False),
        "status": {"state": "operational"},
    }
    platform: Json = {
        "uuid": _uuid(evidence, "platform"),
        "uses-components": [{"component-uuid": _uuid(evidence, "tool")}],
    }
    return {"assessment-assets": {"components": [tool], "assessment-platforms": [platform]}}


def _controls(rules: Sequence[RuleFacts]) -> Json:
    controls = sorted({_control(article.number) for rule in rules for article in rule.articles})
    chosen: Json = {"include-controls": [{"control-id": one} for one in controls]} if controls else {"include-all": {}}
    return {
        "description": "Articles of Regulation (EU) 2016/679 that the rules rest on. A legal reading is the reader's.",
        "control-selections": [chosen],
    }


def _observation(rule: RuleFacts, findings: Sequence[Finding], evidence: Evidence) -> Json:
    places: dict[Ref, list[Finding]] = {}
    for finding in findings:
        places.setdefault(finding.ref, []).append(finding)
    return {
        "uuid": _uuid(evidence, "observation", rule.id),
        "title": rule.title,
        "description": f"{len(findings)} findings of rule {rule.id} in {len(places)} objects.",
        "props": _props({"rule": rule.id, "findings": str(len(findings))}),
        "methods": ["TEST"],
        "types": ["finding"],
        "origins": [_origin(evidence)],
        "relevant-evidence": [_proof(ref, some, evidence) for ref, some in places.items()],
        "collected": _time(evidence.run.finished_at_utc),
    }


def _proof(ref: Ref, findings: Sequence[Finding], evidence: Evidence) -> Json:
    facts = facts_of(ref, evidence)
    address = f"{ref.type.value} {ref.id}" + ("" if ref.version is None else f", version {ref.version}")
    proof: dict[str, Json] = {
        "description": " ".join(f"{address} {facts.title}".split()),
        "props": [
            *_props({"findings": str(len(findings)), "space": ref.space}),
            *(_prop("fingerprint", finding.fingerprint) for finding in findings),
        ],
    }
    link = site_link(facts.url, evidence.run.site)
    return proof | ({"href": link} if link else {})


def _coverage(evidence: Evidence) -> Json:
    """Return what was read and what was not: the population that every other observation is about."""
    rows: list[Json] = [
        {
            "description": f"{row.object_class} {row.state}".strip(),
            "props": _props(
                {
                    "assessed": "yes" if row.assessed else "no",
                    "seen": str(row.seen),
                    "read": str(row.read),
                    "skipped": str(sum(row.skipped.values())),
                    "failed": str(sum(row.failed.values())),
                }
            ),
            "remarks": row.note or "Nothing to remark.",
        }
        for row in evidence.coverage
    ]
    observation: dict[str, Json] = {
        "uuid": _uuid(evidence, "observation", "", "coverage"),
        "title": "Coverage",
        "description": "Objects of each class that were seen, read, skipped and failed.",
        "methods": ["EXAMINE"],
        "types": ["discovery"],
        "origins": [_origin(evidence)],
        "collected": _time(evidence.run.finished_at_utc),
    }
    return observation | ({"relevant-evidence": rows} if rows else {})


def _risk(rule: RuleFacts, findings: Sequence[Finding], evidence: Evidence, *, accepted: bool) -> Json:
    """Return what a rule's findings mean; `accepted` when somebody accepted every one of them."""
    return {
        "uuid": _uuid(evidence, "risk", rule.id),
        "title": rule.title,
        "description": rule.why,
        "statement": f"{len(findings)} places hold what rule {rule.id} looks for.",
        "props": _props({"severity": max(finding.severity for finding in findings).label}),
        "status": "deviation-approved" if accepted else "open",
        "origins": [_origin(evidence)],
        "remediations": [
            {
                "uuid": _uuid(evidence, "remediation", rule.id),
                "lifecycle": "recommendation",
                "title": f"What to do about: {rule.title}",
                "description": rule.remedy,
            }
        ],
        "related-observations": [{"observation-uuid": _uuid(evidence, "observation", rule.id)}],
    }


def _finding(rule: RuleFacts, findings: Sequence[Finding], evidence: Evidence) -> Json:
    complete = evidence.run.status is RunStatus.COMPLETE
    if findings:
        state, reason, said = "not-satisfied", "fail", f"{len(findings)} findings"
    elif rule.id not in evidence.examined():
        state, reason = "not-satisfied", "other"
        said = f"not examined: nothing of {', '.join(rule.looks_at)} was read in this run"
    else:
        state, reason = ("satisfied", "pass") if complete else ("not-satisfied", "other")
        said = "nothing found" if complete else "nothing found in what was read; the run is not complete"
    unsure = sum(finding.confidence is Confidence.LOW for finding in findings)
    finding: dict[str, Json] = {
        "uuid": _uuid(evidence, "finding", rule.id),
        "title": rule.title,
        "description": f"{rule.why} Result: {said}.",
        "props": _props({"rule": rule.id, "category": rule.category, "needs-review": str(unsure), "dpv": rule.dpv}),
        "origins": [_origin(evidence)],
        "target": {
            "type": "objective-id",
            "target-id": rule.id,
            "title": ", ".join(_control(article.number) for article in rule.articles) or "no article",
            "status": {"state": state, "reason": reason},
        },
    }
    if not findings:
        return finding
    return finding | {
        "related-observations": [{"observation-uuid": _uuid(evidence, "observation", rule.id)}],
        "related-risks": [{"risk-uuid": _uuid(evidence, "risk", rule.id)}],
    }


def _by_rule(evidence: Evidence) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in evidence.findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def _unknown(name: str, findings: Sequence[Finding]) -> RuleFacts:
    """Return what can be said of a rule that this installation does not have."""
    return RuleFacts(
        id=name,
        title=name,
        category="unknown",
        severity=max(finding.severity for finding in findings),
        why="This installation does not have the rule.",
        remedy="Look at the places with the version of the tool that found them.",
        articles=(),
        source="",
        rewrites=False,
    )


def _origin(evidence: Evidence) -> Json:
    return {"actors": [{"type": "tool", "actor-uuid": _uuid(evidence, "tool")}]}


def _control(number: str) -> str:
    """Return an article as the id of a control: `5(1)(c)` is `gdpr-art-5.1.c`."""
    return "gdpr-art-" + number.replace(")(", ".").replace("(", ".").replace(")", "").replace(" ", "")


def _props(values: dict[str, str], *, ours: bool = True) -> list[Json]:
    """Return properties; OSCAL has no empty ones, so an empty value is left out."""
    return [_prop(name, value, ours=ours) for name, value in values.items() if value.strip()]


def _prop(name: str, value: str, *, ours: bool = True) -> Json:
    # A value is one line without blanks around it.
    line = " ".join(value.split())
    return {"name": name, "value": line} | ({"ns": EXTENSION} if ours else {})


def _uuid(evidence: Evidence, *name: str) -> str:
    return str(uuid5(NAMESPACE, " ".join((evidence.purpose.value, evidence.run.id, *name))))


def _time(at_utc: str) -> str:
    return moment(at_utc).isoformat().replace("+00:00", "Z")


FORMAT: Final = Format(name="oscal", suffix=".oscal.json", media_type="application/json", render=render)
