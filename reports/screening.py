"""The nine criteria by which an impact assessment is screened: what a run can say to each, and what only people can.

Source: Article 29 Working Party, Guidelines on Data Protection Impact Assessment, WP 248 rev.01, part III.B.a,
endorsed by the European Data Protection Board. No criterion is called met or not met here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.evidence import Evidence
from reports.text import grouped
from rules.model import SubjectKind

SOURCE: Final = "Article 29 Working Party, WP 248 rev.01, endorsed by the European Data Protection Board"
SPECIAL: Final = ("9", "10")
"""Articles about special categories of data and about criminal convictions."""
_WORK: Final = frozenset({SubjectKind.POSITION, SubjectKind.DEPARTMENT})
_WATCHING: Final = frozenset({"audit-record", "like", "watch"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the nine."""

    number: int
    name: str
    run: str
    """What the run says to it, in whole sentences."""
    person: str
    """What it cannot know: a question for a person."""


def screening(evidence: Evidence) -> tuple[Criterion, ...]:
    """Return the nine criteria in their order. Cost: linear in the findings."""
    said = (
        _scoring(evidence),
        "Nothing. Severity and confidence rate places in texts; this tool decides nothing about people.",
        _monitoring(evidence),
        _sensitive(evidence),
        _scale(evidence),
        _matching(evidence),
        "Nothing. No rule knows who a person is beyond the kind of the value.",
        "Nothing about the site. This tool itself works with fixed rules and check digits, without learned models.",
        _hindering(evidence),
    )
    return tuple(
        Criterion(number, name, run, person)
        for number, ((name, person), run) in enumerate(zip(_CRITERIA, said, strict=True), 1)
    )


_CRITERIA: Final = (
    ("Evaluation or scoring", "Does anybody rate people by what these pages say about them?"),
    (
        "Automated decisions with legal or similarly significant effect",
        "Does anything decide about people on the strength of this content without a person in between?",
    ),
    ("Systematic monitoring", "Does anybody observe people through the site, its logs or its watches?"),
    (
        "Sensitive data or data of a highly personal nature",
        "Do pages, comments or files hold data about health, belief, origin, convictions, or private life?",
    ),
    ("Data processed on a large scale", "How many people, for how long, and how far around the world?"),
    (
        "Matching or combining datasets",
        "Is the content joined with data that were collected for something else, beyond what people expect?",
    ),
    (
        "Data concerning vulnerable data subjects",
        "Are there employees, children, patients or others who cannot easily object?",
    ),
    (
        "Innovative use or new technological or organisational solutions",
        "Is something new about how the site or its apps use the data?",
    ),
    (
        "Processing that keeps people from a right, a service or a contract",
        "Does anybody lose a right, a service or a contract through what stands here or is missing?",
    ),
)


def _scoring(evidence: Evidence) -> str:
    number = sum(finding.subject.kind in _WORK for finding in evidence.findings)
    return (
        f"Positions or departments of people were found at {_places(number)}. What they are used for is not looked at."
    )


def _monitoring(evidence: Evidence) -> str:
    read = sum(row.read for row in evidence.coverage if row.object_class in _WATCHING)
    return f"Records of what people do (audit log, likes, watches): {grouped(read)} read."


def _sensitive(evidence: Evidence) -> str:
    special = {rule.id for rule in evidence.rules.values() if any(one.number in SPECIAL for one in rule.articles)}
    if not special:
        return "No rule of this run looks for such data, so that none was found says nothing."
    return (
        f"Found by rules that rest on Art. 9 or 10: {_places(sum(one.rule in special for one in evidence.findings))}."
    )


def _scale(evidence: Evidence) -> str:
    values = len({(finding.subject.kind, finding.subject.hmac) for finding in evidence.findings})
    read = sum(row.read for row in evidence.coverage if row.assessed)
    return f"{grouped(read)} objects were read; {grouped(values)} different values of people stand in them."


def _matching(evidence: Evidence) -> str:
    known = evidence.identities()
    if not known:
        return "This run matched nothing with other data."
    resolved = sum(one.account is not None for one in known)
    return (
        f"The plan looked up {grouped(len(known))} retired identifiers and matched {grouped(resolved)} with accounts."
    )


def _hindering(evidence: Evidence) -> str:
    security = {rule.id for rule in evidence.rules.values() if any(one.number == "32" for one in rule.articles)}
    number = sum(finding.rule in security for finding in evidence.findings)
    return f"Found by rules that rest on Art. 32, such as access that names retired identifiers: {_places(number)}."


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{grouped(number)} places"
