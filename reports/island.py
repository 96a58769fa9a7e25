"""All findings as one compact text for the page's own script: packed JSON, columns of codes into distinct values."""

from __future__ import annotations

import base64
import gzip
import json

from reports.actions import actions
from reports.addresses import TEXTS, address
from reports.audience import level
from reports.document import facts_of
from reports.evidence import Evidence
from reports.language import ENGLISH, Language
from reports.persons import data_subject
from reports.text import site_link
from rules.model import Confidence, Finding, Ref, Severity


class _Codes:
    """Distinct values in the order of their first appearance, each with its number."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._codes: dict[object, int] = {}

    def of(self, value: object) -> int:
        """Return the number of a value, which is new or known."""
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self.values)
            self.values.append(value)
        return code


def island(evidence: Evidence, language: Language = ENGLISH) -> str:
    """Return the findings as JSON, compressed with gzip (RFC 1952) and written in base64.

    No character of it can end an element or start a comment. 100,000 findings are some 4 MB; a browser unpacks them in
    a fraction of a second and draws rows only on demand. Equal evidence gives equal text with the same zlib. What a
    reader may save is in English; `said` has its sentences and words in `language`, null for those it does not know.
    """
    text = json.dumps(_table(evidence) | {"said": _said(evidence, language)}, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _table(evidence: Evidence) -> dict[str, object]:
    names = ("rule", "space", "object", "path", "subject", "excerpt", "reason")
    codes = {name: _Codes() for name in (*names, "standing", "action")}
    columns: dict[str, list[object]] = {name: [] for name in (*names, "severity", "confidence", "place", "fingerprint")}
    columns |= {name: [] for name in ("rewritable", "standing", "accepted", "action")}
    objects: dict[Ref, tuple[object, ...]] = {}
    for (finding, mark), action in zip(evidence.marked(), actions(evidence), strict=True):
        if finding.ref not in objects:
            objects[finding.ref] = _object(finding, evidence)
        subject = finding.subject
        columns["rule"].append(codes["rule"].of(finding.rule))
        columns["space"].append(codes["space"].of(finding.ref.space))
        columns["object"].append(codes["object"].of(objects[finding.ref]))
        columns["path"].append(codes["path"].of(finding.path))
        columns["subject"].append(codes["subject"].of((subject.kind.value, subject.mask, subject.hmac)))
        columns["excerpt"].append(codes["excerpt"].of(finding.excerpt))
        columns["reason"].append(codes["reason"].of(finding.reason))
        columns["severity"].append(int(finding.severity))
        columns["confidence"].append(int(finding.confidence))
        columns["place"].append((finding.span.start, finding.span.end, finding.line, finding.column))
        columns["fingerprint"].append(finding.fingerprint)
        columns["rewritable"].append(int(finding.rewritable))
        columns["action"].append(codes["action"].of(action))
        columns["standing"].append(codes["standing"].of(mark.standing.value if mark.standing else ""))
        columns["accepted"].append(-1 if mark.accepted is None else mark.accepted)
    return {
        "count": len(evidence.findings),
        "persons": {kind.value: data_subject(kind) for kind in {one.subject.kind for one in evidence.findings}},
        "run": evidence.run.id,
        "status": evidence.run.status.value,
        "levels": [severity.label for severity in Severity],
        "sureness": [confidence.label for confidence in Confidence],
        "values": {name: code.values for name, code in codes.items()},
        "columns": columns,
        "accepted": [(entry.until, entry.owner.mask, entry.reason) for entry in evidence.accepted],
        "rules": {
            facts.id: {
                "title": facts.title,
                "why": facts.why,
                "remedy": facts.remedy,
                "articles": [article.number for article in facts.articles],
            }
            for facts in evidence.rules.values()
        },
    }


def _said(evidence: Evidence, language: Language) -> dict[str, str | None]:
    if language is ENGLISH:
        return {}
    texts = {label.label for label in (*Severity, *Confidence)} | {*TEXTS}
    for facts in evidence.rules.values():
        texts |= {facts.title, facts.why, facts.remedy, *(article.number for article in facts.articles)}
    for finding in evidence.findings:
        kind = finding.subject.kind.value.replace("_", " ")
        parent = facts_of(finding.ref, evidence).parent
        texts |= {
            data_subject(finding.subject.kind),
            finding.ref.type.value,
            finding.ref.status,
            kind,
            parent,
            finding.reason,
        } - {""}
    days = {entry.until: language.day(entry.until) for entry in evidence.accepted}
    return days | {text: language.known(text) for text in texts}


def _object(finding: Finding, evidence: Evidence) -> tuple[object, ...]:
    ref, facts = finding.ref, facts_of(finding.ref, evidence)
    link = site_link(facts.url, evidence.run.site)
    where = address(ref, link, level(evidence))
    return (ref.type.value, ref.id, ref.version, ref.status, facts.title, link, facts.parent, where)
