"""What a plan and its application mean for each finding of the audit: every finding is in exactly one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Final

from reports.actions import actions
from reports.evidence import Evidence, Purpose, Treatment
from reports.words import GROUPS
from rules.model import Finding

PERSONAL: Final = "personal data"
"""Category of the rules whose findings `plan redact` takes."""
STEPS: Final[Mapping[Treatment, str]] = {
    Treatment.NOT_MADE: "Look at what became of the change, then audit and plan again.",
    Treatment.HELD: "Settle what each held item names, then plan again.",
    Treatment.PERSONAL: "Decide whether it may stay; confluence-gdpr plan redact masks what may not.",
    Treatment.NO_REWRITER: "No program can decide what takes its place: follow the remedy of its rule by hand.",
    Treatment.NO_PLAN: "It is in no change and not held: audit and plan again.",
}
"""What a person can do about the findings of a group that stay."""
NAMES: Final[Mapping[Treatment, str]] = {
    Treatment.CHANGED: "replaced",
    Treatment.NOT_MADE: "in a change that was not made, or was undone",
    Treatment.HELD: "held back",
    Treatment.ACCEPTED: "accepted by somebody",
    Treatment.PERSONAL: "left: personal data, which this plan does not touch",
    Treatment.NO_REWRITER: "left: evidence only, their rules change nothing",
    Treatment.NO_PLAN: "left: in no change of this plan",
}
"""How reports name the groups."""
TO_REPLACE: Final = "to be replaced"
"""The name of the first group while nothing is written yet."""
UNTOUCHED: Final = (Treatment.PERSONAL, Treatment.NO_REWRITER, Treatment.NO_PLAN)
"""Groups of which the plan says nothing: neither changed nor held."""


def treatments(evidence: Evidence) -> Mapping[Treatment, int]:
    """Return how many findings are in each group, all groups included; their sum is the number of findings.

    Empty in an audit. Cost: linear in findings, replacements and held items.
    """
    if evidence.purpose is Purpose.AUDIT:
        return {}
    if evidence.treated is not None:
        return evidence.treated
    found = Counter(_each(evidence))
    return {one: found[one] for one in Treatment}


def untouched(evidence: Evidence) -> int:
    """Return how many findings a plan neither changes nor holds."""
    counts = treatments(evidence)
    return sum(counts.get(one, 0) for one in UNTOUCHED)


def groups_of(evidence: Evidence) -> tuple[tuple[str, int, str], ...]:
    """Return the name of each group that has findings, with their number and what can be done where they stay."""
    planned = evidence.purpose is Purpose.DRY_RUN
    return tuple(
        (TO_REPLACE if planned and one is Treatment.CHANGED else NAMES[one], count, STEPS.get(one, ""))
        for one, count in treatments(evidence).items()
        if count
    )


def _each(evidence: Evidence) -> list[Treatment]:
    outcomes = {change.action: change.outcome for change in evidence.changes}
    good = {"good", "waiting"} if evidence.purpose is Purpose.DRY_RUN else {"good"}
    held = Counter((one.ref.type, one.ref.id, one.part, one.rule, _hmac(one.subject)) for one in evidence.held)
    places = Counter(
        (one.ref.type, one.ref.id, one.part, one.rule, _hmac(one.subject), one.path.removeprefix(f"{one.part} > "))
        for one in evidence.held
    )
    result: list[Treatment] = []
    for (finding, mark), action in zip(evidence.marked(), actions(evidence), strict=True):
        part, _, path = finding.path.partition(" > ")
        key = (finding.ref.type, finding.ref.id, part, finding.rule, finding.subject.hmac)
        if places[*key, path] > 0:
            places[*key, path] -= 1
            result.append(Treatment.HELD)
        elif action:
            done = GROUPS[outcomes[action]] in good
            result.append(Treatment.CHANGED if done else Treatment.NOT_MADE)
        elif held[key]:
            result.append(Treatment.HELD)
        else:
            result.append(Treatment.ACCEPTED if mark.accepted is not None else _left(finding, evidence))
    return result


def _hmac(subject: object) -> Hashable:
    return getattr(subject, "hmac", "")


def _left(finding: Finding, evidence: Evidence) -> Treatment:
    rule = evidence.rules.get(finding.rule)
    if rule is not None and rule.category == PERSONAL:
        return Treatment.PERSONAL
    return Treatment.NO_PLAN if rule is not None and rule.rewrites else Treatment.NO_REWRITER
