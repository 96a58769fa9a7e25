"""What a reviewer declined: an action that was taken out of an applied plan is not written by another plan of the run.

Only plans that were applied are known here: a review that was written and never applied is a file of its owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from audit.applied import applied, applied_plan
from audit.errors import GuardError
from audit.plan_file import Action, Plan, read_own_plan
from audit.results import RunResults
from reports.migrated import Decision
from rules.model import HeldReason

NAMED: Final = 5
"""Most actions that a message names."""


def require_not_declined(plan: Plan, store: RunResults, folder: Path, *, key: bytes) -> None:
    """Raise `GuardError` when `plan` would write what a reviewer declined in a plan that was applied from the run.

    Whoever reviews the plan anew and accepts the action has the last word. Raises `PlanError` when the copy of an
    applied plan cannot be read.
    """
    others = [one for one in reversed(applied(store)) if one != plan.id]
    for other in (read_own_plan(applied_plan(store, folder, one), key=key, site=plan.site) for one in others):
        against = _against(plan, other)
        if against:
            raise GuardError(
                what="The plan would write what a reviewer declined",
                where=f"plan {plan.id}, {_some(against)}",
                why=f"{against[0].by.mask} declined it on {against[0].at_utc}, as the applied plan {other.id} has it",
                fix="Apply the reviewed plan, or review this one with whoever declined; --override-declined writes it"
                " all the same. Nothing was written.",
            )


def _against(plan: Plan, other: Plan) -> list[Decision]:
    """Return the decisions of `other` against actions of `plan` that its own review did not accept later."""
    accepted = {one.action: one.at_utc for one in plan.decisions if one.accepted}
    declined = {one.action: one for one in other.decisions if not one.accepted}
    held = {
        (item.ref.type, item.ref.id, item.part, item.detail.partition(":")[0])
        for item in other.held
        if item.reason is HeldReason.DECLINED
    }
    return [
        declined[action.id]
        for action in plan.actions
        if action.id in declined and _spot(action) in held and accepted.get(action.id, "") < declined[action.id].at_utc
    ]


def _spot(action: Action) -> tuple[object, str, str, str]:
    return action.ref.type, action.ref.id, action.part, action.id


def _some(decisions: Sequence[Decision]) -> str:
    more = f" and {len(decisions) - NAMED} more" if len(decisions) > NAMED else ""
    return ", ".join(one.action for one in decisions[:NAMED]) + more
