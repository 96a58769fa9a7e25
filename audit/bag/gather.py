"""From a run in the workspace to the payload of its bag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from audit.applied import applied, applied_plan
from audit.bag import installed
from audit.journal import Journal
from audit.plan_file import Plan, read_any_plan
from audit.results import RunResults
from reports.audience import (
    Audience,
    decision_without_context,
    edit_without_context,
    held_without_context,
    identity_without_masks,
    level,
)
from reports.bag.chain import Link
from reports.bag.payload import NO_SEALS, Material, Payload, Render, Sealing, payload
from reports.evidence import Evidence
from reports.plain import Json
from reports.registry import formats
from rules.registry import digest, rule_digest
from rules.rule import Rule


def gathered(
    evidence: Evidence,
    store: RunResults,
    run: Path,
    rules: Sequence[Rule],
    now: Callable[[], datetime],
    render: Render,
    keep_until: str = "",
    sealing: Sealing = NO_SEALS,
) -> Payload:
    """Return everything below `data/` in the bag of a run. Equal for the same run and installation.

    Raises `GuardError` when the journal of the run is damaged and `PlanError` when its plan cannot be read.
    """
    plan = evidence.plan
    material = Material(
        journal=_journal(run, now),
        plan=None if plan is None else masked(read_any_plan(applied_plan(store, run, plan.id)), level(evidence)),
        applied=applied(store),
        environment=_environment(evidence, rules),
        tool=installed.tool_component(),
        components=installed.components(),
        keep_until=keep_until,
        sealing=sealing,
    )
    return payload(evidence, material, tuple(formats().values()), render)


def masked(plan: Plan, audience: Audience) -> Mapping[str, Json]:
    """Return a plan as `audience` may see it outside the workspace: instead of the sealed raw edits their SHA-256."""
    import msgspec

    if audience is not Audience.RESTRICTED:
        plan = _without_context(plan)
    facts: dict[str, Json] = msgspec.to_builtins(plan)
    actions: list[dict[str, Json]] = msgspec.to_builtins(plan.actions)
    for action, original in zip(actions, plan.actions, strict=True):
        del action["sealed"]
        action["sealed_sha256"] = hashlib.sha256(original.sealed.encode()).hexdigest()
    listed: list[Json] = [*actions]
    return {**facts, "actions": listed}


def _without_context(plan: Plan) -> Plan:
    return replace(
        plan,
        actions=tuple(
            replace(
                action,
                edits=tuple(replace(edit, view=edit_without_context(edit.view)) for edit in action.edits),
            )
            for action in plan.actions
        ),
        held=tuple(held_without_context(item) for item in plan.held),
        decisions=tuple(decision_without_context(one) for one in plan.decisions),
        identities=tuple(identity_without_masks(one) for one in plan.identities),
    )


def _journal(run: Path, now: Callable[[], datetime]) -> tuple[Link, ...]:
    """Return the records of the run's journal, none where nothing was ever written."""
    path = run / "journal.db"
    if not path.exists():
        return ()
    journal = Journal.open(path, now)
    try:
        return journal.links()
    finally:
        journal.close()


def _environment(evidence: Evidence, rules: Sequence[Rule]) -> Mapping[str, Json]:
    run = evidence.run
    return {
        "versions": installed.versions(),
        "tool_version_of_the_run": run.tool_version,
        "config_digest": run.config_digest,
        "rules_digest": run.rules_digest,
        "rules": {rule.id: rule_digest(rule) for rule in rules},
        # Reports explain findings with the rules of today; this says whether they are those that found them.
        "rules_are_those_of_the_run": digest(rules) == run.rules_digest,
    }
