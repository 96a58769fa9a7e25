"""Evidence as plain JSON: the master from which every other format must agree, and the digest over its data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from reports.actions import actions
from reports.addresses import address
from reports.annexes import annexes_json
from reports.audience import level
from reports.evidence import (
    AFTER_EVENTS,
    RIGHTS,
    Change,
    CoverageRow,
    EditView,
    Evidence,
    HeldItem,
    IdentityFacts,
    ObjectFacts,
    Outcome,
    RuleFacts,
)
from reports.groups import groups
from reports.migrated_json import plan_json, residue_json
from reports.persons import data_subject, of_person
from reports.plain import Json, object_json, subject_json
from reports.radius import radius
from reports.standing import UNMARKED, Mark
from reports.standing_json import accepted_json, comparison_json, group_json, mark_json, standing_totals
from reports.terms import term
from reports.text import site_link, sound
from reports.treatment import treatments, untouched
from rules.model import Article, Confidence, Finding, Ref, Subject

SCHEMA_VERSION: Final = "1.5"
"""From 1.5 on findings have their `dpv`, a plan names the `others` of its run and what it means for each finding."""
DATA: Final = (
    "accepted", "changes", "comparison", "coverage", "findings", "groups", "held", "identities", "plan", "residue"
)  # fmt: skip
"""The parts that `run.data_sha256` covers."""
FINDINGS: Final = "findings"
"""The part that is written finding by finding."""


def canonical(value: Json) -> str:
    """Return the one JSON text of a value: keys sorted, no blanks, UTF-8 characters as they are."""
    return sound(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def data_sha256(evidence: Evidence) -> str:
    """Return the SHA-256, in hex, over the canonical JSON of the parts that `DATA` names."""
    return _digest(_data(evidence), evidence)


def summary(evidence: Evidence) -> dict[str, Json]:
    """Return everything a report says but its findings, as `schema/report.schema.json` describes it.

    The findings are the one part that may be too large to stand in memory as JSON; `pages` writes them too.
    """
    data = _data(evidence)
    return {
        "schema_version": SCHEMA_VERSION,
        "purpose": evidence.purpose.value,
        "run": _run(evidence, _digest(data, evidence)),
        "totals": totals(evidence),
        "annexes": annexes_json(evidence),
        "rules": _catalogue(evidence),
        **data,
    }


def totals(evidence: Evidence) -> dict[str, Json]:
    """Return the figures that every format prints, so that they can be compared with each other."""
    confidence = Counter(finding.confidence for finding in evidence.findings)
    outcomes = Counter(change.outcome for change in evidence.changes)
    reach = radius(evidence.changes, evidence.objects)
    return {
        "findings": len(evidence.findings),
        "by_severity": {severity.label: count for severity, count in evidence.by_severity().items()},
        "by_confidence": {level.label: confidence[level] for level in Confidence},
        "needs_review": evidence.low_confidence(),
        "rewritable": sum(1 for finding in evidence.findings if finding.rewritable),
        "objects": len({(finding.ref.type, finding.ref.id) for finding in evidence.findings}),
        "subjects": len({(one.kind, one.hmac) for one in _people(evidence)}),
        "changes": len(evidence.changes),
        "replacements": sum(len(change.edits) for change in evidence.changes),
        "changed_objects": reach.objects,
        "changed_spaces": len(reach.spaces),
        "changed_authors": reach.authors,
        "changed_unattributed": reach.unattributed,
        "largest_change": len(reach.largest.edits) if reach.largest else 0,
        "declined": sum(not one.accepted for one in evidence.plan.decisions) if evidence.plan else 0,
        "residue": len(evidence.residue.holding()) if evidence.residue else 0,
        "by_outcome": {outcome.value: outcomes[outcome] for outcome in Outcome if outcomes[outcome]},
        "held": len(evidence.held),
        "untouched": untouched(evidence),
        "by_treatment": {one.value: count for one, count in treatments(evidence).items()},
        "identities": len(evidence.identities()),
        "resolved": sum(1 for one in evidence.identities() if one.account is not None),
        "groups": len(groups(evidence)),
        **standing_totals(evidence),
    }


def _people(evidence: Evidence) -> Iterator[Subject]:
    return (finding.subject for finding in evidence.findings if of_person(finding.subject.kind))


def finding_json(finding: Finding, evidence: Evidence, mark: Mark = UNMARKED) -> dict[str, Json]:
    """Return one finding with what its rule and its object add to it, and how it stands."""
    rule = evidence.rules.get(finding.rule)
    facts = facts_of(finding.ref, evidence)
    link = site_link(facts.url, evidence.run.site)
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "articles": [article.number for article in rule.articles] if rule else [],
        "object": object_json(finding.ref),
        "status": finding.ref.status,
        "parent": facts.parent,
        "title": facts.title,
        "url": link,
        "address": address(finding.ref, link, level(evidence)),
        "path": finding.path,
        "span": {"start": finding.span.start, "end": finding.span.end},
        "line": finding.line,
        "column": finding.column,
        "subject": subject_json(finding.subject),
        "data_subject": data_subject(finding.subject.kind),
        "dpv": term(finding.subject.kind, rule.dpv if rule else ""),
        "excerpt": finding.excerpt,
        "reason": finding.reason,
        "rewritable": finding.rewritable,
        "fingerprint": finding.fingerprint,
        "remedy": rule.remedy if rule else "",
        **mark_json(mark),
    }


def facts_of(ref: Ref, evidence: Evidence) -> ObjectFacts:
    """Return what is known of an object, or facts without title and link where the run kept none."""
    return evidence.objects.get((ref.type.value, ref.id)) or ObjectFacts(ref, "", "")


def after_events(evidence: Evidence) -> dict[str, Json]:
    """Return of which moment a run is that events changed after its audit, for formats without its other options."""
    said = evidence.run.options.get(AFTER_EVENTS)
    return {AFTER_EVENTS: said} if said else {}


def pages(evidence: Evidence) -> Iterator[bytes]:
    """Yield everything a report says, piece by piece, as one JSON object in UTF-8 that the schema describes.

    Keys are sorted, and each item of a top-level list stands on a line of its own: a line-based tool can still read,
    search and compare it. No more than one finding at a time is held as JSON.
    """
    lines = summary(evidence)
    yield b"{\n"
    for position, key in enumerate(sorted((*lines, FINDINGS))):
        yield f"{',' + chr(10) if position else ''}{json.dumps(key)}: ".encode()
        value = _rows(evidence) if key == FINDINGS else lines[key]
        if isinstance(value, Iterator | list):
            yield from _listed(value, "\n")
        else:
            yield canonical(value).encode()
    yield b"\n}\n"


def _listed(items: Iterable[Json], apart: str) -> Iterator[bytes]:
    """Yield a JSON list; `apart` stands between its items and its brackets, where it has any items."""
    begun = False
    for item in items:
        yield f"{',' if begun else '['}{apart}{canonical(item)}".encode()
        begun = True
    yield f"{apart}]".encode() if begun else b"[]"


def _digest(data: Mapping[str, Json], evidence: Evidence) -> str:
    """Return the SHA-256 over the canonical JSON of `data` and the findings, without holding that text."""
    digest = hashlib.sha256()
    for position, key in enumerate(sorted((*data, FINDINGS))):
        digest.update(f"{',' if position else '{'}{json.dumps(key)}:".encode())
        for piece in _listed(_rows(evidence), "") if key == FINDINGS else (canonical(data[key]).encode(),):
            digest.update(piece)
    digest.update(b"}")
    return digest.hexdigest()


def _rows(evidence: Evidence) -> Iterator[Json]:
    rows = zip(evidence.marked(), actions(evidence), strict=True)
    return ({**finding_json(finding, evidence, mark), "action": action} for (finding, mark), action in rows)


def _data(evidence: Evidence) -> dict[str, Json]:
    return {
        "coverage": [_coverage(row) for row in evidence.coverage],
        "groups": [group_json(one) for one in groups(evidence)],
        "accepted": [accepted_json(one) for one in evidence.accepted],
        "comparison": comparison_json(evidence),
        "changes": [_change(change, evidence) for change in evidence.changes],
        "held": [_held(item, evidence) for item in evidence.held],
        "identities": [_identity(one) for one in evidence.identities()],
        "plan": plan_json(evidence.plan),
        "residue": residue_json(evidence.residue, evidence.run.site),
    }


def _run(evidence: Evidence, digest: str) -> dict[str, Json]:
    run = evidence.run
    return {
        "id": run.id,
        "site": run.site,
        "edition": run.edition,
        "status": run.status.value,
        "incomplete": list(run.incomplete),
        "account": run.account,
        "auth": run.auth,
        "rights": RIGHTS,
        "started_at_utc": run.started_at_utc,
        "finished_at_utc": run.finished_at_utc,
        "tool_version": run.tool_version,
        "rules_digest": run.rules_digest,
        "config_digest": run.config_digest,
        "options": dict(run.options),
        "masking": run.masking,
        **({"keep_until": run.keep_until} if run.keep_until else {}),
        **({} if run.rules_kept else {"rules_kept": False}),
        "data_sha256": digest,
        "hosts": [
            {
                "origin": host.origin,
                "purpose": host.purpose,
                "requests": host.requests,
                "received_bytes": host.received_bytes,
                "sent_bytes": host.sent_bytes,
            }
            for host in evidence.hosts()
        ],
    }


def _catalogue(evidence: Evidence) -> list[Json]:
    examined = evidence.examined()
    return [_rule(rule, examined=name in examined) for name, rule in sorted(evidence.rules.items())]


def _rule(rule: RuleFacts, *, examined: bool) -> Json:
    return {
        "examined": examined,
        "id": rule.id,
        "title": rule.title,
        "category": rule.category,
        "severity": rule.severity.label,
        "why": rule.why,
        "remedy": rule.remedy,
        "articles": [_article(article) for article in rule.articles],
        "source": rule.source,
        "rewrites": rule.rewrites,
        "dpv": rule.dpv,
        "measured": None if rule.measured is None else asdict(rule.measured),
    }


def _article(article: Article) -> Json:
    return {"number": article.number, "title": article.title, "summary": article.summary}


def _coverage(row: CoverageRow) -> Json:
    return {
        "object_class": row.object_class,
        "state": row.state,
        "seen": row.seen,
        "read": row.read,
        "skipped": dict(row.skipped),
        "failed": dict(row.failed),
        "assessed": row.assessed,
        "note": row.note,
    }


def _edit(edit: EditView) -> Json:
    return {
        "rule": edit.rule,
        "path": edit.path,
        "subject": subject_json(edit.subject),
        "before": edit.before,
        "after": edit.after,
        "line": edit.line,
    }


def _change(change: Change, evidence: Evidence) -> Json:
    return {
        "action": change.action,
        "object": object_json(change.ref),
        "part": change.part,
        "title": change.title,
        "url": site_link(change.url, evidence.run.site),
        "edits": [_edit(edit) for edit in change.edits],
        "base_version": change.base_version,
        "new_version": change.new_version,
        "before_hash": change.before_hash,
        "after_hash": change.after_hash,
        "bytes_before": change.bytes_before,
        "bytes_after": change.bytes_after,
        "outcome": change.outcome.value,
        "proof": change.proof,
        "effects": list(change.effects),
    }


def _identity(one: IdentityFacts) -> Json:
    return {
        "subject": subject_json(one.subject),
        "places": one.places,
        "account": subject_json(one.account) if one.account else None,
        "state": one.state.value if one.state else "",
        "route": one.route,
        "witnessed_at_utc": one.witnessed_at_utc,
        "confidence": "" if one.confidence is None else one.confidence.label,
        "witnesses": list(one.witnesses),
        "reason": one.reason.value if one.reason else "",
        "detail": one.detail,
    }


def _held(item: HeldItem, evidence: Evidence) -> Json:
    return {
        "object": object_json(item.ref),
        "part": item.part,
        "path": item.path,
        "rule": item.rule,
        "subject": subject_json(item.subject) if item.subject else None,
        "reason": item.reason.value,
        "detail": item.detail,
        "next_step": item.next_step,
        "title": item.title,
        "url": site_link(item.url, evidence.run.site),
    }
