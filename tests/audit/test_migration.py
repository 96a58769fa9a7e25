"""The main job end to end on the sandbox: audit, plan, apply, audit again, roll back."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audit.apply import apply_plan, changes
from audit.identity.csv import parse_mapping
from audit.journal import Journal
from audit.plan import make_plan
from audit.plan_file import Plan, plan_bytes
from audit.rollback import roll_back
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.target import CloudTarget
from audit.vault import Vault
from audit.verify import Standing, verify_plan
from reports.evidence import Outcome
from rules.model import HeldReason
from rules.registry import load
from rules.rule import Category
from tests.audit.cloud import KEY, ORIGIN, connected, crawled, no_sleep
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio

RULES = load()
LEGACY = [rule.id for rule in RULES if rule.category is Category.LEGACY]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
FIRST_PLAN: list[Plan] = []


@dataclass
class Migration:
    """One sandbox on its way from the first audit to the last."""

    sandbox: Sandbox
    folder: Path

    async def plan(self) -> Plan:
        """Audit the site and plan from what was found."""
        folder = self.folder / f"run-{len(self.sandbox.log)}"
        folder.mkdir()
        store = (await crawled(self.sandbox, folder)).store
        mapping = parse_mapping(self.sandbox.mapping_csv().encode(), "users.csv")
        async with connected(self.sandbox) as api:
            return await make_plan(
                CloudTarget(api, ORIGIN),
                store.places(rule.id for rule in RULES if rule.rewrite),
                mapping.resolve,
                RULES,
                VAULT,
                now=NOW,
                run_id="run",
                site=ORIGIN,
                key=KEY,
                tool_version="1",
                facts=store.objects(),
                recorded=store.recorded(LEGACY),
            )

    async def first_plan(self) -> Plan:
        """Return the plan of a site that nobody has touched. It is the same for each, so it is made once."""
        assert not self.sandbox.log
        if not FIRST_PLAN:
            FIRST_PLAN.append(await self.plan())
        return FIRST_PLAN[0]

    def journal(self) -> Journal:
        """Open the journal of this migration."""
        return Journal.open(self.folder / "journal.db", lambda: NOW)

    async def apply(self, plan: Plan) -> dict[Outcome, int]:
        """Apply the plan and return how often each outcome came."""
        journal = self.journal()
        async with connected(self.sandbox) as api:
            result = await apply_plan(
                plan, CloudTarget(api, ORIGIN), journal, VAULT, key=KEY, lock=nullcontext(), sleep=no_sleep
            )
        journal.close()
        outcomes = [change.outcome for change in changes(plan, result)]
        return {outcome: outcomes.count(outcome) for outcome in outcomes}


def dump_of(sandbox: Sandbox) -> Any:
    """Return the whole state of the site as JSON."""
    return sandbox.dump()


def lists(sandbox: Sandbox) -> dict[str, Any]:
    """Return every restriction that restricts somebody."""
    found: dict[str, Any] = dump_of(sandbox)["restrictions"]
    return {name: one for name, one in found.items() if one["users"] or one["groups"]}


def texts(dump: Any) -> object:
    """Return the current text of everything, without version numbers."""
    contents = {
        name: (one["status"], one["versions"][-1]["title"], one["versions"][-1]["body"])
        for name, one in dump["contents"].items()
    }
    return contents, dump["templates"], dump["properties"]


async def test_after_a_migration_every_legacy_identifier_that_is_left_is_held(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    plan = await migration.plan()
    assert len(plan.actions) >= 50
    assert not migration.sandbox.writes
    assert await migration.apply(plan) == {Outcome.APPLIED: len(plan.actions)}
    again = await migration.plan()
    assert again.actions == ()
    assert len(again.held) == len(plan.held) == again.counts["found"]
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    assert {item.reason for item in again.held} >= {
        HeldReason.UNRESOLVED,
        HeldReason.NO_VERSION,
        HeldReason.NOT_CURRENT,
    }


async def test_only_what_was_planned_changes_and_rollback_puts_it_back(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    before = dump_of(migration.sandbox)
    plan = await migration.first_plan()
    await migration.apply(plan)
    after = dump_of(migration.sandbox)
    planned = {action.ref.id for action in plan.actions if action.part == "body"}
    changed = {
        name
        for name, one in after["contents"].items()
        if one["versions"][-1]["body"] != before["contents"][name]["versions"][-1]["body"]
    }
    assert changed == planned
    async with connected(migration.sandbox) as api:
        target = CloudTarget(api, ORIGIN)
        standings = await verify_plan(plan, target, migration.journal(), VAULT, RULES, key=KEY)
        assert {one.standing for one in standings} == {Standing.VERIFIED}
        result = await roll_back(plan, target, migration.journal(), VAULT, key=KEY, lock=nullcontext(), sleep=no_sleep)
    # The site takes no retired identifiers any more: lists of people stay as they are, with the same people in them.
    assert {one.op.part for one in result.written if one.outcome is not Outcome.REVERTED} == {"restrictions"}
    assert texts(dump_of(migration.sandbox)) == texts(before)


async def test_applying_twice_writes_once(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    plan = await migration.first_plan()
    await migration.apply(plan)
    writes = len(migration.sandbox.writes)
    assert set(await migration.apply(plan)) == {Outcome.ALREADY}
    assert len(migration.sandbox.writes) == writes == len(plan.actions)


async def test_nobody_gains_access_by_a_migration(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    before = lists(migration.sandbox)
    await migration.apply(await migration.first_plan())
    after = lists(migration.sandbox)
    assert before.keys() == after.keys()
    assert before != after
    for name, old in before.items():
        assert len(after[name]["users"]) <= len(old["users"])
        assert after[name]["groups"] == old["groups"]
        assert bool(after[name]["users"]) == bool(old["users"])


async def test_a_plan_holds_no_identifier_in_clear(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    stored = plan_bytes(await migration.first_plan()).decode()
    for person in migration.sandbox.people:
        for value in (person.user_key, person.account_id, person.email):
            assert not value or value not in stored
        assert f'"{person.username}"' not in stored


async def test_a_site_that_fails_now_and_then_is_migrated_all_the_same(tmp_path: Path) -> None:
    migration = Migration(Sandbox(), tmp_path)
    plan = await migration.first_plan()
    migration.sandbox.faults.add(
        Fault(FaultKind.STATUS, method="PUT", every=5, status=503),
        Fault(FaultKind.STATUS_AFTER, method="PUT", every=7, status=502),
        Fault(FaultKind.NORMALISE_ON_SAVE, method="PUT", path="/api/v2/", every=2),
    )
    assert set(await migration.apply(plan)) == {Outcome.APPLIED}
    versions = [
        [one["message"] for one in content["versions"] if " apply A-" in one["message"]]
        for content in dump_of(migration.sandbox)["contents"].values()
    ]
    assert all(len(set(messages)) == len(messages) for messages in versions)


async def test_every_request_of_a_migration_keeps_to_the_documents(tmp_path: Path, shared: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    migration = Migration(sandbox, tmp_path)
    plan = await migration.plan()
    await migration.apply(plan)
    async with connected(sandbox) as api:
        await roll_back(
            plan, CloudTarget(api, ORIGIN), migration.journal(), VAULT, key=KEY, lock=nullcontext(), sleep=no_sleep
        )
    assert len(sandbox.writes) >= 100
    assert Contract(shared).check(sandbox.log) == []
