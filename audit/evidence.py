"""From a run database to the one input of all reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from audit import remains
from audit.contacted import noted_hosts, published_hosts
from audit.errors import UsageError
from audit.results import RunResults
from reports.evidence import (
    AFTER_EVENTS,
    ALLOWED_OUT,
    Change,
    Evidence,
    HeldItem,
    ObjectFacts,
    Outcome,
    PlanFacts,
    Purpose,
    RuleFacts,
    RunFacts,
    RunStatus,
)
from reports.migrated import Doings, OtherPlan
from rules.articles import ARTICLES
from rules.measured import MEASURED
from rules.model import ObjectType
from rules.registry import digest
from rules.rule import Rule

if TYPE_CHECKING:
    from audit.run import RunStore

RULES: Final = "rules"
"""Name of the fact that holds the catalogue of a run's rules."""
PLAN_NAMED: Final = "Shown here is the plan that was asked for by its id."
PLAN_WRITTEN: Final = "Shown here is the plan that was applied or rolled back last."
PLAN_REHEARSED: Final = "Shown here is the plan that was rehearsed last, and none that was applied."
"""Why a report is about this plan and not about another one of its run."""


def audit_evidence(store: RunResults, rules: Sequence[Rule]) -> Evidence:
    """Return what an audit report is made from."""
    findings = store.findings()
    objects = store.objects()
    for finding in findings:
        # A finding in an old version belongs to the object whose history it stands in.
        if finding.ref.type is ObjectType.VERSION:
            for owner in (ObjectType.PAGE, ObjectType.BLOGPOST):
                facts = objects.get((owner.value, finding.ref.id))
                if facts is not None:
                    objects[ObjectType.VERSION.value, finding.ref.id] = facts
    catalogue = _catalogue(store, rules)
    found = {finding.rule for finding in findings}
    return Evidence(
        purpose=Purpose.AUDIT,
        run=replace(run_facts(store), rules_kept=catalogue is not None),
        coverage=store.coverage(json.loads(store.get("notes", "{}"))),
        findings=findings,
        objects=objects,
        rules=rule_facts(rule for rule in rules if rule.id in found) if catalogue is None else catalogue,
    )


def kept_rules(rules: Iterable[Rule]) -> str:
    """Return what a run keeps of its rules, so that a later version of this tool reports them as they were."""
    return msgspec.json.encode(rule_facts(rules)).decode()


def _catalogue(store: RunResults, rules: Sequence[Rule]) -> dict[str, RuleFacts] | None:
    """Return the rules that a run had, None where it kept none and they are not those of today."""
    kept = store.get(RULES)
    if kept:
        return msgspec.json.decode(kept, type=dict[str, RuleFacts])
    return rule_facts(rules) if store.get("rules_digest") in {"", digest(rules)} else None


def change_evidence(
    store: RunResults,
    rules: Sequence[Rule],
    purpose: Purpose,
    plan: PlanFacts,
    changes: Iterable[Change],
    held: Iterable[HeldItem],
) -> Evidence:
    """Return what a dry-run or migration report is made from: the audit it rests on, and the changes."""
    base = audit_evidence(store, rules)
    changes, held = tuple(changes), tuple(held)
    objects: dict[tuple[str, str], ObjectFacts] = dict(base.objects)
    named = [(one.ref, one.title, one.url) for one in changes] + [(one.ref, one.title, one.url) for one in held]
    for ref, title, url in named:
        objects.setdefault((ref.type.value, ref.id), ObjectFacts(ref, title, url))
    return Evidence(
        purpose=purpose,
        run=base.run,
        coverage=base.coverage,
        findings=base.findings,
        objects=objects,
        rules=base.rules,
        changes=changes,
        held=held,
        plan=plan,
    )


def keep_migration(store: RunStore, plan: PlanFacts, changes: Iterable[Change], held: Iterable[HeldItem]) -> None:
    """Store what a migration did, so that `report` can render it: masked, as everything in a run database.

    Each plan has its own record: a second plan of the same run does not hide what the first one did.
    """
    kept = _Migration(plan, tuple(changes), tuple(held))
    # What was left before this write is known of another state of the site.
    store.set({_record(plan.id): msgspec.json.encode(kept).decode(), "migration": plan.id, remains.record(plan.id): ""})


def keep_rehearsal(store: RunStore, plan: PlanFacts, changes: Iterable[Change], held: Iterable[HeldItem]) -> None:
    """Store what a plan would do, with the rehearsal that it had, so that `report` can render both together.

    Where part of the plan was applied before, the report on that tells of the rehearsal too.
    """
    kept = _Migration(plan, tuple(changes), tuple(held))
    records = {_rehearsal(plan.id): msgspec.json.encode(kept).decode(), "rehearsal": plan.id}
    stored = store.get(_record(plan.id))
    if stored:
        applied = msgspec.json.decode(stored, type=_Migration)
        told = replace(applied, plan=replace(applied.plan, rehearsal=plan.rehearsal))
        records[_record(plan.id)] = msgspec.json.encode(told).decode()
    store.set(records)


def latest_evidence(
    store: RunResults,
    rules: Sequence[Rule],
    purpose: Purpose | None = None,
    plan_id: str | None = None,
    *,
    rehearsed: bool = False,
) -> Evidence:
    """Return what the report of a run is made from: the migration when one was applied, the audit otherwise.

    Of several migrations it is that of `plan_id`, by default the one that was carried out or rolled back last. Where
    there is none and `rehearsed` is set, it is the dry run of the plan that was rehearsed last, with its rehearsal.
    Raises `UsageError` when a report on a plan is asked for and there is none, or a plan for one on the audit alone.
    """
    if purpose is Purpose.AUDIT and plan_id is not None:
        raise UsageError(
            what="The purpose audit and a plan contradict each other",
            where=f"--plan {plan_id}",
            why="an audit is about no plan",
            fix="Leave one of the two options away.",
        )
    applied = "" if purpose is Purpose.DRY_RUN else store.get(_record(plan_id or store.get("migration")))
    stored = applied
    if not applied and (purpose is Purpose.DRY_RUN or (rehearsed and purpose is None)):
        stored = store.get(_rehearsal(plan_id or store.get("rehearsal")))
    if purpose is Purpose.AUDIT or (purpose is None and plan_id is None and not stored):
        return audit_evidence(store, rules)
    if not stored:
        done = "rehearsed" if purpose is Purpose.DRY_RUN else "applied"
        raise UsageError(
            what=f"Nothing was {done} from this run" if plan_id is None else f"That plan was not {done} from this run",
            where=store.get("run_id"),
            fix="Run `confluence-gdpr apply PLAN` or rehearse it first, or leave --purpose and --plan away.",
        )
    kept = msgspec.json.decode(stored, type=_Migration)
    others = _others(store, kept.plan.id)
    plan = replace(
        kept.plan,
        others=others,
        chosen=_chosen(applied=bool(applied), named=plan_id is not None) if others else "",
        hosts=(*kept.plan.hosts, *noted_hosts(store, kept.plan.id)),
    )
    shown = Purpose.MIGRATION if applied else Purpose.DRY_RUN
    evidence = change_evidence(store, rules, shown, plan, kept.changes, kept.held)
    return replace(evidence, residue=remains.kept_residue(store, kept.plan.id) if applied else None)


def _others(store: RunResults, shown: str) -> tuple[OtherPlan, ...]:
    """Return the plans of a run that were rehearsed or applied, all but the one that is shown, the oldest first."""
    found = {kept.plan.id: _other(kept, applied=False) for kept in _kept(store, "rehearsal")}
    found |= {kept.plan.id: _other(kept, applied=True) for kept in _kept(store, "migration")}
    found.pop(shown, None)
    return tuple(sorted(found.values(), key=lambda one: (one.created_at_utc, one.id)))


def _kept(store: RunResults, kind: str) -> Iterator[_Migration]:
    return (msgspec.json.decode(text, type=_Migration) for text in store.kept(kind))


def _other(kept: _Migration, *, applied: bool) -> OtherPlan:
    back = kept.changes and all(change.outcome is Outcome.REVERTED for change in kept.changes)
    state = Doings.REHEARSED if not applied else Doings.ROLLED_BACK if back else Doings.APPLIED
    return OtherPlan(kept.plan.id, kept.plan.digest, kept.plan.created_at_utc, state)


def _chosen(*, applied: bool, named: bool) -> str:
    if named:
        return PLAN_NAMED
    return PLAN_WRITTEN if applied else PLAN_REHEARSED


def _record(plan_id: str) -> str:
    return f"migration {plan_id}"


def _rehearsal(plan_id: str) -> str:
    return f"rehearsal {plan_id}"


@dataclass(frozen=True, slots=True)
class _Migration:
    """What is stored of a migration or of a plan that was rehearsed."""

    plan: PlanFacts
    changes: tuple[Change, ...]
    held: tuple[HeldItem, ...]


def run_facts(store: RunResults) -> RunFacts:
    """Return the conditions under which a run was made."""
    failures = store.failures()
    finished = store.get("finished_at_utc")
    if not finished:
        failures = ("The audit was interrupted; `confluence-gdpr audit --resume` goes on with it.", *failures)
    options: Mapping[str, str] = json.loads(store.get("options", "{}")) | _allowed_out(store) | _after_events(store)
    return RunFacts(
        id=store.get("run_id"),
        site=store.get("site"),
        edition=store.get("edition"),
        status=RunStatus.INCOMPLETE if failures else RunStatus.COMPLETE,
        incomplete=failures,
        account=store.get("account"),
        auth=store.get("auth"),
        started_at_utc=store.get("started_at_utc"),
        finished_at_utc=finished,
        tool_version=store.get("tool_version"),
        rules_digest=store.get("rules_digest"),
        config_digest=store.get("config_digest"),
        options=options,
        hosts=(*store.hosts(), *published_hosts(store)),
        keep_until=store.get("keep_until"),
        before_images_days=int(store.get("before_images_days", "0")),
    )


def _allowed_out(store: RunResults) -> dict[str, str]:
    """Return how many addresses the configuration kept from being findings."""
    count = store.allowed()
    return {ALLOWED_OUT: f"{count} e-mail address{'' if count == 1 else 'es'} of `allow`"} if count else {}


def _after_events(store: RunResults) -> dict[str, str]:
    """Return of which moment the figures of a run are, where events changed some of them after the audit."""
    looks, waiting = store.again(), store.get("events_waiting", "0")
    if not looks and waiting == "0":
        return {}
    last = f", last {looks[0].at_utc}" if looks else ""
    more = f"; {waiting} waited" if waiting != "0" else ""
    said = f"{len(looks)} objects looked at again after events{last}{more}"
    return {AFTER_EVENTS: f"audit of {store.get('finished_at_utc')}; {said}"}


def rule_facts(rules: Iterable[Rule]) -> dict[str, RuleFacts]:
    """Return what reports say about each rule."""
    return {
        rule.id: RuleFacts(
            id=rule.id,
            title=rule.title,
            category=rule.category,
            severity=rule.severity,
            why=rule.why,
            remedy=rule.remedy,
            articles=tuple(ARTICLES[number] for number in rule.articles),
            source=rule.source,
            rewrites=rule.rewrite is not None,
            dpv=rule.dpv,
            measured=MEASURED.get(rule.id),
            looks_at=tuple(sorted(rule.looked_for_in())),
        )
        for rule in rules
    }
