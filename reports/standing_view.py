"""What HTML and PDF show of values that stand at several places. No markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.audience import Audience, level
from reports.document import facts_of
from reports.evidence import Evidence, ObjectFacts
from reports.groups import Group, groups
from reports.text import site_link
from rules.model import Finding

VALUES_CAP: Final = 50
"""Values that are listed with their places; the page says how many there are."""
PLACES_CAP: Final = 10
"""Places of a value that are listed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a value."""

    finding: Finding
    facts: ObjectFacts
    link: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """One value with the first of its places."""

    masked: bool
    """Shown by its mask and the beginning of its keyed hash; False in an internal report, which has the hash alone."""
    group: Group
    spots: tuple[Spot, ...]


def repeated(evidence: Evidence) -> tuple[Repeated, ...]:
    """Return the first values that stand at several places, the most frequent first; a public report lists none."""
    audience = level(evidence)
    if audience is Audience.PUBLIC:
        return ()
    return tuple(
        Repeated(
            masked=audience is Audience.RESTRICTED,
            group=one,
            spots=tuple(_spot(evidence.findings[place], evidence) for place in one.places[:PLACES_CAP]),
        )
        for one in groups(evidence)[:VALUES_CAP]
    )


def _spot(finding: Finding, evidence: Evidence) -> Spot:
    facts = facts_of(finding.ref, evidence)
    return Spot(finding, facts, site_link(facts.url, evidence.run.site))
