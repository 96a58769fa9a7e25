"""Roles in spaces: the account takes over the role of its person, and nobody gains another one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import ADMIN, LEAVERS, PEOPLE
from audit.sandbox.role_writes import COLLABORATOR, MANAGER, VIEWER, assigned
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.site import Wanted
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.moving import Move, outcomes
from tests.audit.spacerights import space
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
OLD, SECOND, LEAVER = PEOPLE[12], PEOPLE[13], LEAVERS[0]
WRITES = "/role-assignments"
Roles = dict[str, str]


def roles(sandbox: Sandbox) -> Roles:
    return {one.principal: one.role for one in assigned(sandbox.state, space(sandbox))}


def give(sandbox: Sandbox, principal: str, role: str) -> None:
    """Give somebody a role in HR, as an import does."""
    here = space(sandbox)
    assigned(sandbox.state, here)
    sandbox.state.roles[here.id]["USER", principal] = role


def site() -> Sandbox:
    sandbox = Sandbox(keep_bodies=True)
    give(sandbox, OLD.user_key, COLLABORATOR)
    give(sandbox, SECOND.user_key, VIEWER)
    give(sandbox, LEAVER.user_key, VIEWER)
    return sandbox


@dataclass
class Case:
    move: Move
    before: Roles

    @property
    def now(self) -> Roles:
        return roles(self.move.sandbox)

    @property
    def planned(self) -> Roles:
        accounts = {one.user_key: one.account_id for one in (OLD, SECOND)}
        return {accounts.get(principal, principal): role for principal, role in self.before.items()}

    @property
    def sent(self) -> list[tuple[bool, int]]:
        """Return of every write whether it assigns, and how many roles."""
        bodies = [json.loads(one.request_body) for one in self.move.sandbox.writes]
        return [("roleId" in body[0], len(body)) for body in bodies]


async def planned_for(folder: Path, sandbox: Sandbox | None = None) -> Case:
    move = Move(folder, Wanted(), sandbox or site())
    here = space(move.sandbox)
    await move.plan_for([(Ref(ObjectType.SPACE, here.id, None, "HR"), "role-assignments")])
    return Case(move, roles(move.sandbox))


async def test_an_audit_finds_them_and_everything_found_is_changed_or_held(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted(), site())
    plan = await move.make()
    (action,) = move.actions("role-assignments")
    assert {edit.view.path.partition(" ")[2] for edit in action.edits} == {"(role)/principal/id"}
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    assert [item.reason for item in plan.held if item.part == "role-assignments"] == [HeldReason.UNRESOLVED]
    assert move.names_nobody()


async def test_each_account_takes_over_the_role_of_its_person_in_two_requests(tmp_path: Path, shared: Path) -> None:
    case = await planned_for(tmp_path)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == case.planned
    assert case.sent == [(True, 2), (False, 2)]
    assert await case.move.standings() == {Standing.VERIFIED}
    assert outcomes(await case.move.apply()) == {Outcome.ALREADY}
    assert len(case.sent) == 2
    assert Contract(shared).check(case.move.sandbox.log) == []
    assert case.move.names_nobody()


async def test_an_account_that_has_the_role_already_is_not_given_it_again(tmp_path: Path) -> None:
    sandbox = site()
    give(sandbox, OLD.account_id, COLLABORATOR)
    case = await planned_for(tmp_path, sandbox)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == case.planned
    assert case.sent == [(True, 1), (False, 2)]


async def test_a_role_never_replaces_another_one_of_the_account(tmp_path: Path) -> None:
    sandbox = site()
    give(sandbox, OLD.account_id, VIEWER)
    case = await planned_for(tmp_path, sandbox)
    assert {item.reason for item in case.move.plan.held} == {HeldReason.WOULD_WIDEN, HeldReason.UNRESOLVED}
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert (case.now[OLD.account_id], case.now[OLD.user_key]) == (VIEWER, COLLABORATOR)
    assert case.now[SECOND.account_id] == VIEWER


async def test_the_account_that_writes_keeps_its_own_role_where_it_is(tmp_path: Path) -> None:
    sandbox = site()
    give(sandbox, ADMIN.user_key, VIEWER)
    case = await planned_for(tmp_path, sandbox)
    assert HeldReason.WOULD_LOCK_OUT in {item.reason for item in case.move.plan.held}
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert ADMIN.user_key in case.now


async def test_nobody_is_put_back_under_a_retired_identifier(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    await case.move.apply()
    now = case.now
    assert {one.reason for one in (await case.move.undo()).written} == {HeldReason.NO_REWRITER}
    assert case.now == now


async def test_roles_that_somebody_changed_are_left_alone(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    give(case.move.sandbox, SECOND.user_key, MANAGER)
    result = await case.move.apply()
    assert {(one.outcome, one.reason) for one in result.written} == {(Outcome.CONFLICT, HeldReason.CHANGED)}
    assert case.sent == []


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (FaultKind.STATUS, 400, Outcome.REJECTED),
        (FaultKind.STATUS, 404, Outcome.REJECTED),
        (FaultKind.STATUS, 413, Outcome.REJECTED),
        (FaultKind.STATUS, 502, Outcome.APPLIED),
        (FaultKind.STATUS_AFTER, 502, Outcome.APPLIED),
    ],
)
async def test_the_roles_are_as_planned_or_as_before_whatever_request_fails(
    tmp_path: Path, nth: int, fault: FaultKind, status: int, outcome: Outcome
) -> None:
    case = await planned_for(tmp_path)
    case.move.sandbox.faults.add(Fault(fault, "POST", WRITES, nth=nth, status=status))
    assert outcomes(await case.move.apply()) == {outcome}
    assert case.now == (case.planned if outcome is Outcome.APPLIED else case.before)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_died_goes_on_without_a_second_write(tmp_path: Path, when: str) -> None:
    case = await planned_for(tmp_path)
    await case.move.die(when)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == case.planned
    assert len(case.sent) == 2


async def test_what_cannot_be_taken_back_stays_open_and_goes_on_later(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    case.move.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", WRITES, nth=2, times=3, status=403))
    (left,) = (await case.move.apply()).written
    assert (left.outcome, "part of it" in left.detail) == (Outcome.FAILED, True)
    assert case.now == case.before | case.planned, "nobody is missing"
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == case.planned


async def test_a_site_that_takes_both_entries_for_one_person_costs_nobody_a_role(tmp_path: Path) -> None:
    sandbox = site()
    sandbox.state.one_person = True
    case = await planned_for(tmp_path, sandbox)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == case.planned
    assert case.sent == [(True, 2), (False, 2), (True, 2)]


async def test_an_old_entry_that_stays_although_its_removal_was_confirmed_is_no_success(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    case.move.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", WRITES, nth=2, status=200, body='{"results":[]}'))
    assert outcomes(await case.move.apply()) == {Outcome.REJECTED}
    assert case.now == case.before


async def test_a_site_without_roles_has_none_to_plan(tmp_path: Path) -> None:
    sandbox = site()
    sandbox.faults.add(Fault(FaultKind.STATUS, "GET", WRITES, times=0, status=404))
    case = await planned_for(tmp_path, sandbox)
    assert not case.move.plan.actions
    assert [item.reason for item in case.move.plan.held] == [HeldReason.GONE]
