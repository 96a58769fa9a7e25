"""Permissions of spaces: each person keeps exactly what it has, under its account, and nobody else gains anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from audit.canonical import keyed_hash
from audit.errors import GuardError
from audit.plan_file import open_edits, seal_edits, with_digest
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import ADMIN, STAFF, UNKNOWN_KEYS, group_id
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target import CloudTarget
from audit.sites.cloud.target_permissions import BY_ROLES
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import Edit, HeldReason, Span
from rules.splice import apply
from tests.audit.cloud import KEY, ORIGIN, connected
from tests.audit.moving import Move, outcomes
from tests.audit.spacerights import OLD, SECOND, THIRD, grant, planned, planned_for, site, space, withdraw
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio


async def test_an_audit_finds_them_and_everything_found_is_changed_or_held(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted(), site())
    plan = await move.make()
    (action,) = move.actions("permissions")
    assert (action.ref.space, len(action.edits), action.base_version) == ("HR", 4, None)
    assert {edit.view.path.partition(" ")[2] for edit in action.edits} == {
        f"({name})/principal/id" for name in ("create/page", "read/space", "administer/space")
    }
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    nobody = [item for item in plan.held if item.part == "permissions"]
    assert {item.ref.space for item in nobody} == {"HR", "ARCH", "OPS"}
    assert {item.reason for item in nobody} == {HeldReason.UNRESOLVED, HeldReason.NOT_CURRENT}
    assert move.names_nobody()
    assert not any(key.encode() in (tmp_path / "run-0" / "run.db").read_bytes() for key in UNKNOWN_KEYS)


async def test_each_person_keeps_exactly_what_it_has_under_its_account(tmp_path: Path, shared: Path) -> None:
    case = await planned_for(tmp_path)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)
    assert case.sent[0] == ("POST", "read")
    assert [method for method, _ in case.sent] == ["POST"] * 4 + ["DELETE"] * 4
    assert await case.move.standings() == {Standing.VERIFIED}
    assert outcomes(await case.move.apply()) == {Outcome.ALREADY}
    assert len(case.sent) == 8
    assert Contract(shared).check(case.move.sandbox.log) == []
    assert case.move.names_nobody()


async def test_reading_is_granted_first_and_removed_last_of_each_person(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    key = OLD.user_key
    reading = next(
        one.id for one in space(case.move.sandbox).permissions if one.principal == key and one.operation == "read"
    )
    others = [one.id for one in space(case.move.sandbox).permissions if one.principal == key and one.id != reading]
    await case.move.apply()
    gone = [one.path.rpartition("/")[2] for one in case.move.sandbox.writes if one.method == "DELETE"]
    assert max(map(gone.index, others)) < gone.index(reading)


async def test_what_the_account_has_already_is_not_granted_again(tmp_path: Path) -> None:
    sandbox = site()
    grant(sandbox, OLD.account_id, "read/space", "export/space")
    case = await planned_for(tmp_path, sandbox)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)
    assert [method for method, _ in case.sent].count("POST") == 3


async def test_nobody_is_put_back_under_a_retired_identifier(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    await case.move.apply()
    now = case.now
    result = await case.move.undo()
    assert {one.reason for one in result.written} == {HeldReason.NO_REWRITER}
    assert case.now == now


async def test_a_site_that_goes_by_roles_is_left_alone(tmp_path: Path) -> None:
    sandbox = site()
    sandbox.state.role_mode = "ROLES"
    case = await planned_for(tmp_path, sandbox)
    assert not case.move.plan.actions
    assert {(item.reason, item.detail) for item in case.move.plan.held} == {(HeldReason.NO_REWRITER, BY_ROLES)}


async def test_a_site_that_changes_over_to_roles_after_the_plan_is_left_alone(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    case.move.sandbox.state.role_mode = "ROLES"
    result = await case.move.apply()
    assert {(one.outcome, one.reason) for one in result.written} == {(Outcome.HELD, HeldReason.NO_REWRITER)}
    assert case.sent == []


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_site_that_knows_no_roles_goes_by_permissions(tmp_path: Path, status: int) -> None:
    sandbox = site()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/space-role-mode", times=0, status=status))
    case = await planned_for(tmp_path, sandbox)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}


async def test_the_account_that_writes_does_not_move_its_own_permissions_and_moves_those_of_others(
    tmp_path: Path,
) -> None:
    sandbox = site()
    grant(sandbox, ADMIN.user_key, "read/space", "administer/space")
    case = await planned_for(tmp_path, sandbox)
    own = [item for item in case.move.plan.held if item.reason is HeldReason.WOULD_LOCK_OUT]
    assert {item.path.partition(" ")[2] for item in own} == {
        "(read/space)/principal/id",
        "(administer/space)/principal/id",
    }
    assert case.move.plan.counts["found"] == case.move.plan.counts["changed"] + case.move.plan.counts["held"]
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)
    assert {name for name, _ in case.now if name in {ADMIN.user_key, OLD.user_key}} == {ADMIN.user_key}
    assert await case.move.standings() == {Standing.VERIFIED}


async def test_permissions_that_somebody_changed_are_left_alone(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    withdraw(case.move.sandbox, SECOND.user_key)
    result = await case.move.apply()
    assert {(one.outcome, one.reason) for one in result.written} == {(Outcome.CONFLICT, HeldReason.CHANGED)}
    assert case.sent == []


async def forge(move: Move, change: Callable[[bytes, tuple[Edit, ...]], tuple[Edit, ...]]) -> None:
    """Give the one action of a plan other edits, as somebody with the key of the run could."""
    action = move.plan.actions[0]
    async with connected(move.sandbox) as api:
        before = (await CloudTarget(api, ORIGIN).fetch(action.ref, action.part)).data
    forged = change(before, open_edits(move.plan, action, move.vault))
    sealed = seal_edits(forged, move.vault, action.context(move.plan.id))
    action = replace(action, after_hash=keyed_hash(KEY, apply(before, forged)), sealed=sealed)
    move.made = with_digest(replace(move.plan, actions=(action,)))


def from_a_group(before: bytes, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return edits that also give the permission of a group to somebody."""
    group = group_id(STAFF).encode()
    at = before.index(group)
    extra = Edit(Span(at, at + len(group)), group, THIRD.account_id.encode(), "legacy-space-permission")
    return tuple(sorted((*edits, extra), key=lambda edit: edit.span))


@pytest.mark.parametrize("change", [from_a_group, lambda _, edits: edits[1:]])
async def test_a_plan_that_gives_anybody_another_permission_is_refused_as_a_whole(
    tmp_path: Path, change: Callable[[bytes, tuple[Edit, ...]], tuple[Edit, ...]]
) -> None:
    case = await planned_for(tmp_path)
    await forge(case.move, change)
    with pytest.raises(GuardError, match="would widen access") as caught:
        await case.move.apply()
    assert caught.value.exit_code == 4
    assert "permissions" in caught.value.where
    assert (case.sent, case.now) == ([], case.before)


async def test_an_archived_space_is_held(tmp_path: Path) -> None:
    sandbox = site()
    here = space(sandbox)
    sandbox.state.spaces[here.id] = replace(here, status="archived")
    case = await planned_for(tmp_path, sandbox)
    assert not case.move.plan.actions
    assert HeldReason.NOT_CURRENT in {item.reason for item in case.move.plan.held}
