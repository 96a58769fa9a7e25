"""From a run database to the one input of all reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from audit import remains
from audit.contacted import noted_hosts
from audit.errors import UsageError
from audit.results import RunResults
from audit.run import RunStore
from reports.evidence import (
    Change,
    Evidence,
    HeldItem,
    ObjectFacts,
    PlanFacts,
    Purpose,
    RuleFacts,
    RunFacts,
    RunStatus,
)
from rules.articles import ARTICLES
from rules.model import ObjectType
from rules.rule import Rule


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
    return Evidence(
        purpose=Purpose.AUDIT,
        run=run_facts(store),
        coverage=store.coverage(json.loads(store.get("notes", "{}"))),
        findings=findings,
        objects=objects,
        rules=rule_facts(rules),
    )


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


def latest_evidence(
    store: RunResults, rules: Sequence[Rule], purpose: Purpose | None = None, plan_id: str | None = None
) -> Evidence:
    """Return what the report of a run is made from: the migration when one was applied, the audit otherwise.

    Of several migrations it is that of `plan_id`, by default the one that was carried out or rolled back last.
    Raises `UsageError` when a migration report is asked for and there is none.
    """
    stored = store.get(_record(plan_id or store.get("migration")))
    if purpose is Purpose.AUDIT or (purpose is None and plan_id is None and not stored):
        return audit_evidence(store, rules)
    if not stored:
        raise UsageError(
            what="Nothing was applied from this run" if plan_id is None else "That plan was not applied from this run",
            where=store.get("run_id"),
            fix="Run `confluence-gdpr apply PLAN` first, or leave --purpose and --plan away.",
        )
    kept = msgspec.json.decode(stored, type=_Migration)
    plan = replace(kept.plan, hosts=(*kept.plan.hosts, *noted_hosts(store, kept.plan.id)))
    evidence = change_evidence(store, rules, Purpose.MIGRATION, plan, kept.changes, kept.held)
    return replace(evidence, residue=remains.kept_residue(store, kept.plan.id))


def _record(plan_id: str) -> str:
    return f"migration {plan_id}"


@dataclass(frozen=True, slots=True)
class _Migration:
    """What is stored of a migration."""

    plan: PlanFacts
    changes: tuple[Change, ...]
    held: tuple[HeldItem, ...]


def run_facts(store: RunResults) -> RunFacts:
    """Return the conditions under which a run was made."""
    failures = store.failures()
    finished = store.get("finished_at_utc")
    if not finished:
        failures = ("The audit was interrupted; `confluence-gdpr audit --resume` goes on with it.", *failures)
    options: Mapping[str, str] = json.loads(store.get("options", "{}"))
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
        hosts=store.hosts(),
    )


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
        )
        for rule in rules
    }
