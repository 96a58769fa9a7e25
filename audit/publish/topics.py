"""What becomes an issue: the findings of a page, or those of a rule. Counts, ids and links only, no value of anybody.

A topic is known again by a digest of the site, of what it is about and of nothing else, so that the next run finds its
issue. What the text of the issue says has a digest of its own: an issue whose text is the same is left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from audit.results import Looked
from reports.evidence import Evidence, RunStatus
from reports.text import site_link, visible
from rules.model import Finding, ObjectType

MARK: Final = "confluence-gdpr"
"""Label of every issue, and the key of the property that an issue carries."""
ROWS: Final = 50
"""Rows of one issue at most: descriptions have a limit, and the report has them all."""
TREE: Final = frozenset(
    {
        ObjectType.PAGE,
        ObjectType.BLOGPOST,
        ObjectType.WHITEBOARD,
        ObjectType.DATABASE,
        ObjectType.FOLDER,
        ObjectType.SMART_LINK,
    }
)
"""What stands in the tree of pages: its parent is another topic. What hangs on them belongs to theirs."""
TRASHED: Final = "It is in the trash, which still holds what was found: empty it there."
LAST: Final = "The report of the run shows each place. This issue is closed when a later run finds nothing."
_HEX: Final = 16
Json = dict[str, object]


class By(StrEnum):
    """What one issue is about."""

    PAGE = "page"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Topic:
    """One issue as it is to be."""

    key: str
    """`page 123`, or the id of a rule."""
    fingerprint: str
    """Label by which the issue is found again."""
    summary: str
    description: Json = field(repr=False)
    """A document of the Atlassian Document Format."""

    @property
    def digest(self) -> str:
        """Return what tells one text of the issue from another."""
        text = json.dumps([self.summary, self.description], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_HEX]


def set_label(site: str, by: By) -> str:
    """Return the label that all issues of one site and sort have: the next run looks for it."""
    return f"{MARK}-{by.value}-{digest_of(site)}"


def topics(evidence: Evidence, by: By) -> dict[str, Topic]:
    """Return what is open in a run, by fingerprint, the worst first. What somebody accepted makes no issue."""
    groups: dict[str, list[Finding]] = {}
    for finding in evidence.open_findings():
        groups.setdefault(_key(evidence, finding, by), []).append(finding)
    found = (_topic(evidence, by, key, those) for key, those in groups.items())
    return {topic.fingerprint: topic for topic in found}


def included(evidence: Evidence) -> frozenset[str]:
    """Return the classes of objects that a run read because it was told to."""
    return frozenset(one.strip() for one in evidence.run.options.get("include", "").split(",") if one.strip())


def is_settled(
    evidence: Evidence,
    looked: Mapping[tuple[str, str, str], tuple[Looked, ...]],
    by: By,
    key: str,
    include: frozenset[str],
) -> bool:
    """Return whether a run shows that nothing is left of a topic that it has no finding of.

    Only a complete run shows it that read the classes that earlier ones were told to `include`: of a page when the page
    was read, of a rule when the rule ran over the whole site.
    """
    if evidence.run.status is not RunStatus.COMPLETE or not include <= included(evidence):
        return False
    if by is By.RULE:
        return key in evidence.rules and not evidence.run.options.get("space")
    kind, _, name = key.partition(" ")
    states = [one for (_, type_, id_), those in looked.items() if (type_, id_) == (kind, name) for one in those]
    return bool(states) and all(one.coverage == "read" for one in states)


def _key(evidence: Evidence, finding: Finding, by: By) -> str:
    if by is By.RULE:
        return finding.rule
    facts = evidence.objects.get((finding.ref.type.value, finding.ref.id))
    if facts is None:
        return f"{finding.ref.type.value} {finding.ref.id}"
    own = f"{facts.ref.type.value} {facts.ref.id}"
    return own if facts.ref.type in TREE else facts.parent or own


def _topic(evidence: Evidence, by: By, key: str, findings: list[Finding]) -> Topic:
    count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    rule = evidence.rules.get(key)
    about = f"{rule.title if rule else key} ({key})" if by is By.RULE else f"{key} in {_spaces(findings)}"
    worst = max(finding.severity for finding in findings)
    rows = [f"{_title(evidence, name)} ({name}): {number}" for name, number in _rules(findings)]
    if by is By.RULE:
        rows = [f"{_key(evidence, one, By.PAGE)}: {number}" for one, number in _objects(evidence, findings)]
    rows = [*rows[:ROWS], f"… and {len(rows) - ROWS} more"] if len(rows) > ROWS else rows
    parts: list[Json] = [
        _paragraph(f"Found by confluence-gdpr on {evidence.run.site}: {count}, the worst of severity {worst.label}."),
        _list(rows),
    ]
    if by is By.RULE and rule is not None:
        parts.insert(1, _paragraph(f"{rule.why} {rule.remedy}"))
    if by is By.PAGE and all(finding.ref.status == "trashed" for finding in findings):
        parts.append(_paragraph(TRASHED))
    link = _link(evidence, findings[0]) if by is By.PAGE else ""
    if link:
        parts.append(_paragraph("Open the object", link))
    parts.append(_paragraph(LAST))
    return Topic(
        key,
        f"{MARK}-{digest_of(f'{evidence.run.site} {by.value} {key}')}",
        visible(f"GDPR: {count}, {about}")[:250],
        {"type": "doc", "version": 1, "content": parts},
    )


def _rules(findings: Iterable[Finding]) -> list[tuple[str, int]]:
    return sorted(Counter(finding.rule for finding in findings).items(), key=lambda one: (-one[1], one[0]))


def _objects(evidence: Evidence, findings: Iterable[Finding]) -> list[tuple[Finding, int]]:
    """Return one finding of each object, and how many it has."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(evidence, finding, By.PAGE), []).append(finding)
    return sorted(((those[0], len(those)) for those in groups.values()), key=lambda one: (-one[1], one[0].ref.id))


def _title(evidence: Evidence, rule: str) -> str:
    return evidence.rules[rule].title if rule in evidence.rules else rule


def _spaces(findings: Iterable[Finding]) -> str:
    return ", ".join(sorted({finding.ref.space for finding in findings if finding.ref.space})) or "the site"


def _link(evidence: Evidence, finding: Finding) -> str:
    facts = evidence.objects.get((finding.ref.type.value, finding.ref.id))
    return site_link(facts.url, evidence.run.site) if facts else ""


def digest_of(text: str) -> str:
    """Return what tells one site, or one topic of it, from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:_HEX]


def _paragraph(text: str, link: str = "") -> Json:
    node: Json = {"type": "text", "text": visible(text)}
    if link:
        node["marks"] = [{"type": "link", "attrs": {"href": link}}]
    return {"type": "paragraph", "content": [node]}


def _list(rows: Iterable[str]) -> Json:
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [_paragraph(row)]} for row in rows]}
