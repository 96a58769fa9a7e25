"""One value at many places is one group: who it is, where it stands, how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reports.evidence import Evidence
from rules.model import Severity, Subject


@dataclass(frozen=True, slots=True)
class Group:
    """One value that stands at more than one place."""

    subject: Subject
    places: tuple[int, ...]
    """Positions of its findings in the evidence, in their order: worst first."""
    objects: int
    severity: Severity
    """Of the worst of them."""
    rules: Mapping[str, int]
    """Rule -> findings, the most frequent first."""
    spaces: Mapping[str, int]
    """Space -> findings, the most frequent first; empty for what is in no space."""
    accepted: int
    """Of the findings, those that somebody accepted."""


def groups(evidence: Evidence) -> tuple[Group, ...]:
    """Return every value that stands at more than one place, the most frequent first. Cost: linear in the findings."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, finding in enumerate(evidence.findings):
        places.setdefault((finding.subject.kind.value, finding.subject.hmac), []).append(place)
    accepted = [mark.accepted is not None for _, mark in evidence.marked()]
    found = [_group(evidence, those, accepted) for those in places.values() if len(those) > 1]
    return tuple(sorted(found, key=lambda one: (-len(one.places), one.subject.kind.value, one.subject.hmac)))


def _group(evidence: Evidence, places: list[int], accepted: list[bool]) -> Group:
    findings = [evidence.findings[place] for place in places]
    return Group(
        subject=findings[0].subject,
        places=tuple(places),
        objects=len({(finding.ref.type, finding.ref.id) for finding in findings}),
        severity=max(finding.severity for finding in findings),
        rules=_counted(Counter(finding.rule for finding in findings)),
        spaces=_counted(Counter(finding.ref.space for finding in findings)),
        accepted=sum(accepted[place] for place in places),
    )


def _counted(counts: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
