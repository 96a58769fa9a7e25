"""Legacy identifiers that no plan changes: each becomes a held item, from what the audit stored.

A plan reads again only what it could rewrite. Everything else that the audit found, in titles, permissions, stored
JSON, old versions or bodies that are not well-formed, is told from the run database: masks and keyed hashes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from audit.guards import NEXT_STEP, status_step
from audit.parts import is_property, is_raw
from audit.results import WRITTEN_PARTS, Recorded
from reports.evidence import HeldItem, ObjectFacts
from rules.model import HeldReason, ObjectType
from rules.rule import Rule

OWNED: Final = "reported only: it belongs to an app, and only its owner knows what depends on it"
PROPERTY_STEP: Final = (
    "Update the app that wrote it. If its values are yours to change, plan again with --property and its key;"
    " properties of users also need --unversioned."
)
RAW_STEP: Final = (
    "Update the app that wrote it. If its content is yours to change, plan again with --raw and the content's type."
)
Facts = Mapping[tuple[str, str], ObjectFacts]


def kept(one: Recorded, reason: HeldReason, detail: str, next_step: str, facts: Facts) -> HeldItem:
    """Return a recorded finding as something that is held."""
    found = one.finding
    about = facts.get((found.ref.type.value, found.ref.id))
    return HeldItem(
        ref=found.ref,
        part=one.part,
        path=found.path.removeprefix(one.part).removeprefix(" > "),
        rule=found.rule,
        subject=found.subject,
        reason=reason,
        detail=detail,
        next_step=next_step,
        title=about.title if about else "",
        url=about.url if about else "",
    )


def reported(findings: Sequence[Recorded], rules: Sequence[Rule], facts: Facts) -> tuple[HeldItem, ...]:
    """Return why each of `findings` is reported and not changed, in their order."""
    known = {rule.id: rule for rule in rules}
    return tuple(kept(one, *_why(one, known[one.finding.rule]), facts) for one in findings if one.finding.rule in known)


def _why(one: Recorded, rule: Rule) -> tuple[HeldReason, str, str]:
    """Return reason, detail and next step: what stands in the way of any change first."""
    ref = one.finding.ref
    if ref.type is ObjectType.VERSION or ref.status == "historical":
        return HeldReason.NOT_CURRENT, "reported only: an old version cannot be changed", status_step("historical")
    if ref.status != "current":
        return HeldReason.NOT_CURRENT, f"reported only: it is {ref.status}", status_step(ref.status)
    if rule.rewrite is None:
        return HeldReason.NO_REWRITER, "reported only: no program can decide what takes its place", rule.remedy
    if one.part not in WRITTEN_PARTS:
        return HeldReason.NO_REWRITER, *_unwritten(one.part, rule)
    if one.failure:
        detail = f"reported only: {one.failure}"
        return HeldReason.MALFORMED, detail, NEXT_STEP[HeldReason.MALFORMED]
    return HeldReason.NO_REWRITER, "reported only: it cannot be changed where it stands", rule.remedy


def _unwritten(part: str, rule: Rule) -> tuple[str, str]:
    """Return why a part is not written without being told so, and the next step."""
    if is_property(part) or is_raw(part):
        return OWNED, PROPERTY_STEP if is_property(part) else RAW_STEP
    return "reported only: this tool does not write this part", rule.remedy
