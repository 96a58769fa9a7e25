"""All findings as one compact text for the page's own script: packed JSON, columns of codes into distinct values."""

from __future__ import annotations

import base64
import gzip
import json

from reports.document import facts_of
from reports.evidence import Evidence
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


def island(evidence: Evidence) -> str:
    """Return the findings as JSON, compressed with gzip (RFC 1952) and written in base64.

    No character of it can end an element or start a comment. 100,000 findings are some 4 MB; a browser unpacks them in
    a fraction of a second and draws rows only on demand. Equal evidence gives equal text with the same zlib.
    """
    text = json.dumps(_table(evidence), separators=(",", ":"), sort_keys=True)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _table(evidence: Evidence) -> dict[str, object]:
    names = ("rule", "space", "object", "path", "subject", "excerpt", "reason")
    codes = {name: _Codes() for name in names}
    columns: dict[str, list[object]] = {name: [] for name in (*names, "severity", "confidence", "place", "fingerprint")}
    columns["rewritable"] = []
    objects: dict[Ref, tuple[object, ...]] = {}
    for finding in evidence.findings:
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
    return {
        "count": len(evidence.findings),
        "run": evidence.run.id,
        "levels": [severity.label for severity in Severity],
        "sureness": [confidence.label for confidence in Confidence],
        "values": {name: code.values for name, code in codes.items()},
        "columns": columns,
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


def _object(finding: Finding, evidence: Evidence) -> tuple[object, ...]:
    ref, facts = finding.ref, facts_of(finding.ref, evidence)
    link = site_link(facts.url, evidence.run.site)
    return (ref.type.value, ref.id, ref.version, ref.status, facts.title, link, facts.parent)
