"""Permissions of spaces: each person keeps exactly what it has, under its account, and nobody else gains anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from audit.between import between
from audit.canonical import canonical, keyed_hash
from audit.drafting import Place
from audit.errors import GuardError
from audit.guards import safe_access
from audit.plan_file import open_edits, seal_edits, with_digest
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import ADMIN, LEAVERS, PEOPLE, STAFF, UNKNOWN_KEYS, group_id
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Permission, Space
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target import CloudTarget
from audit.sites.cloud.target_permissions import BY_ROLES
from audit.verify import Standing
from reports.evidence import Outcome
from rules import acl
from rules.model import Edit, HeldReason, ObjectType, Ref, Span
from rules.permissions import additions, removals
from rules.splice import apply
from tests.audit.cloud import KEY, ORIGIN, connected
from tests.audit.doubles import KillSwitch
from tests.audit.moving import Move, outcomes
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
OLD, SECOND, THIRD = PEOPLE[12], PEOPLE[13], PEOPLE[14]
WRITES = "/space/HR/permission"
Held = set[tuple[str, str]]


def space(sandbox: Sandbox) -> Space:
    found = sandbox.state.space_by_key("HR")
    assert found is not None
    return found


def grant(sandbox: Sandbox, principal: str, *operations: str) -> None:
    """Give somebody permissions in HR, as an import does."""
    here = space(sandbox)
    made = [Permission(sandbox.state.new_id(), "user", principal, *name.split("/")) for name in operations]
    sandbox.state.spaces[here.id] = replace(here, permissions=(*here.permissions, *made))


def withdraw(sandbox: Sandbox, principal: str) -> None:
    here = space(sandbox)
    left = tuple(one for one in here.permissions if one.principal != principal)
    sandbox.state.spaces[here.id] = replace(here, permissions=left)


def held(sandbox: Sandbox) -> Held:
    return {(one.principal, f"{one.operation}/{one.target}") for one in space(sandbox).permissions}


def site() -> Sandbox:
    """Return a site on which two people hold permissions of HR under the user keys that they had on a server."""
    sandbox = Sandbox(keep_bodies=True)
    grant(sandbox, OLD.user_key, "create/page", "read/space", "administer/space")
    grant(sandbox, SECOND.user_key, "read/space")
    grant(sandbox, LEAVERS[0].user_key, "read/space", "create/page")
    return sandbox


def place(sandbox: Sandbox) -> Place:
    return Ref(ObjectType.SPACE, space(sandbox).id, None, "HR"), "permissions"


def planned(before: Held) -> Held:
    accounts = {person.user_key: person.account_id for person in (OLD, SECOND)}
    return {(accounts.get(principal, principal), operation) for principal, operation in before}


@dataclass
class Case:
    """A plan for the permissions of HR, and what stood before it."""

    move: Move
    before: Held

    @property
    def now(self) -> Held:
        return held(self.move.sandbox)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Return method and operation of every write, deletions without one."""
        return [
            (one.method, one.request_body.decode().partition('"key":"')[2].partition('"')[0])
            for one in self.move.sandbox.writes
        ]


async def planned_for(folder: Path, sandbox: Sandbox | None = None) -> Case:
    move = Move(folder, Wanted(), sandbox or site())
    await move.plan_for([place(move.sandbox)])
    return Case(move, held(move.sandbox))


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


async def test_the_account_that_writes_does_not_move_its_own_permissions(tmp_path: Path) -> None:
    sandbox = site()
    grant(sandbox, ADMIN.user_key, "read/space", "administer/space")
    case = await planned_for(tmp_path, sandbox)
    assert not case.move.plan.actions
    assert HeldReason.WOULD_LOCK_OUT in {item.reason for item in case.move.plan.held}


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


@dataclass
class Mortal:
    """The client dies right before or right after the site has carried out one of the writes."""

    app: Any
    fatal: int
    after: bool
    writes: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.writes += scope["method"] != "GET"
        now = scope["method"] != "GET" and self.writes == self.fatal
        if now and not self.after:
            raise KillSwitch
        await self.app(scope, receive, send)
        if now:
            raise KillSwitch


async def die(case: Case, number: int, *, after: bool) -> None:
    """Apply the plan in a process that dies at one of its writes."""
    with pytest.raises(KillSwitch):
        await case.move.apply(app=Mortal(case.move.sandbox.app, number, after))


def nobody_lost_or_gained(case: Case) -> bool:
    """Return whether each person has all it had, by key or by account, and nobody anything that was not planned."""
    return planned(case.before) <= planned(case.now) and case.now <= case.before | planned(case.before)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 9))
async def test_a_run_that_died_between_two_requests_goes_on_where_it_was(
    tmp_path: Path, number: int, *, after: bool
) -> None:
    case = await planned_for(tmp_path)
    await die(case, number, after=after)
    assert nobody_lost_or_gained(case)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)
    assert len(case.sent) == 8
    assert await case.move.standings() == {Standing.VERIFIED}


async def test_a_run_may_die_at_every_single_request(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    for _ in range(7):
        await die(case, 1, after=True)
        assert nobody_lost_or_gained(case)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)
    assert len(case.sent) == 8


@pytest.mark.parametrize("number", [2, 4, 5])
async def test_what_was_only_granted_is_taken_back_by_a_rollback(tmp_path: Path, number: int) -> None:
    case = await planned_for(tmp_path)
    await die(case, number, after=False)
    assert outcomes(await case.move.undo()) == {Outcome.REVERTED}
    assert case.now == case.before


async def test_what_was_removed_in_part_stays_under_the_account_when_it_is_rolled_back(tmp_path: Path) -> None:
    case = await planned_for(tmp_path)
    await die(case, 6, after=True)
    now = case.now
    result = await case.move.undo()
    assert {one.reason for one in result.written} == {HeldReason.NO_REWRITER}
    assert case.now == now
    assert nobody_lost_or_gained(case)


@pytest.mark.parametrize(
    ("number", "names", "outcome"),
    [
        (1, (OLD.user_key,), Outcome.CONFLICT),
        (2, (OLD.user_key, OLD.account_id), Outcome.CONFLICT),
        (2, (OLD.user_key,), Outcome.DIVERGED),
        (6, (OLD.user_key, OLD.account_id), Outcome.DIVERGED),
    ],
)
async def test_whoever_was_withdrawn_meanwhile_is_not_let_in_again(
    tmp_path: Path, number: int, names: tuple[str, ...], outcome: Outcome
) -> None:
    case = await planned_for(tmp_path)
    await die(case, number, after=False)
    for name in names:
        withdraw(case.move.sandbox, name)
    left, sent = case.now, len(case.sent)
    assert outcomes(await case.move.apply()) == {outcome}
    assert (case.now, len(case.sent)) == (left, sent)


@pytest.mark.parametrize(
    ("method", "nth", "kind", "status", "outcome"),
    [
        ("POST", 1, FaultKind.STATUS, 403, Outcome.REJECTED),
        ("POST", 3, FaultKind.STATUS, 403, Outcome.REJECTED),
        ("POST", 4, FaultKind.STATUS, 404, Outcome.REJECTED),
        ("POST", 2, FaultKind.STATUS, 400, Outcome.REJECTED),
        ("POST", 2, FaultKind.STATUS, 200, Outcome.REJECTED),
        ("POST", 2, FaultKind.STATUS_AFTER, 400, Outcome.APPLIED),
        ("POST", 2, FaultKind.STATUS, 409, Outcome.APPLIED),
        ("POST", 1, FaultKind.STATUS, 502, Outcome.APPLIED),
        ("POST", 3, FaultKind.STATUS_AFTER, 502, Outcome.APPLIED),
        ("POST", 4, FaultKind.STATUS_AFTER, 504, Outcome.APPLIED),
        ("DELETE", 1, FaultKind.STATUS, 403, Outcome.REJECTED),
        ("DELETE", 1, FaultKind.STATUS, 204, Outcome.REJECTED),
        ("DELETE", 2, FaultKind.STATUS, 403, Outcome.APPLIED),
        ("DELETE", 2, FaultKind.STATUS_AFTER, 404, Outcome.APPLIED),
        ("DELETE", 3, FaultKind.STATUS, 502, Outcome.APPLIED),
        ("DELETE", 4, FaultKind.STATUS, 503, Outcome.APPLIED),
    ],
)
async def test_the_list_is_as_planned_or_as_it_was(
    tmp_path: Path, method: str, nth: int, kind: FaultKind, status: int, outcome: Outcome
) -> None:
    case = await planned_for(tmp_path)
    body = "{}" if status == 200 else ""
    case.move.sandbox.faults.add(Fault(kind, method=method, path=WRITES, nth=nth, status=status, body=body))
    assert outcomes(await case.move.apply()) == {outcome}
    assert case.now == (planned(case.before) if outcome is Outcome.APPLIED else case.before)


@pytest.mark.parametrize(
    "faults",
    [
        (("DELETE", 2, 403),),
        (("DELETE", 2, 502),),
        (("POST", 3, 403), ("DELETE", 1, 403)),
        (("DELETE", 3, 401),),
    ],
)
async def test_what_stays_in_part_takes_nothing_from_anybody_and_is_finished_by_the_next_run(
    tmp_path: Path, faults: tuple[tuple[str, int, int], ...]
) -> None:
    case = await planned_for(tmp_path)
    for method, nth, status in faults:
        case.move.sandbox.faults.add(
            Fault(FaultKind.STATUS, method=method, path=WRITES, nth=nth, times=0, status=status)
        )
    result = await case.move.apply()
    assert outcomes(result) == {Outcome.FAILED}
    assert case.before != case.now != planned(case.before)
    assert nobody_lost_or_gained(case)
    case.move.sandbox.faults.clear()
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)


async def test_a_site_that_takes_key_and_account_for_one_person_costs_nobody_anything(tmp_path: Path) -> None:
    sandbox = site()
    sandbox.state.one_person = True
    case = await planned_for(tmp_path, sandbox)
    assert outcomes(await case.move.apply()) == {Outcome.APPLIED}
    assert case.now == planned(case.before)


async def test_an_archived_space_is_held(tmp_path: Path) -> None:
    sandbox = site()
    here = space(sandbox)
    sandbox.state.spaces[here.id] = replace(here, status="archived")
    case = await planned_for(tmp_path, sandbox)
    assert not case.move.plan.actions
    assert HeldReason.NOT_CURRENT in {item.reason for item in case.move.plan.held}


def test_permissions_are_compared_without_their_ids_and_places() -> None:
    one = b'{"permissions":[{"id":"1","operation":"a/b","principal":{"id":"x","type":"user"}},'
    one += b'{"id":"2","operation":"c/d","principal":{"id":"y","type":"group"}}]}'
    other = b'{"permissions":[{"id":"9","operation":"c/d","principal":{"id":"y","type":"group"}},'
    other += b'{"id":"8","operation":"a/b","principal":{"id":"x","type":"user"}}]}'
    assert canonical("permissions", one) == canonical("permissions", other)
    assert canonical("permissions", one) != canonical("permissions", one.replace(b'"y"', b'"z"'))
    assert canonical("permissions", b"{}") != canonical("permissions", b"[]")


BEFORE = (
    acl.Permission("1", "read/space", "group", "staff"),
    acl.Permission("2", "read/space", "user", OLD.user_key),
    acl.Permission("3", "create/page", "user", OLD.user_key),
)
AFTER = tuple(replace(one, principal_id=OLD.account_id) if one.principal_id == OLD.user_key else one for one in BEFORE)


def on_the_way(*now: acl.Permission) -> bool:
    images = map(acl.encode_permissions, (BEFORE, AFTER, now))
    return between("permissions", *images)


def test_every_step_of_a_write_lies_on_the_way_from_before_to_planned() -> None:
    steps = list(BEFORE)
    for number, one in enumerate(additions(BEFORE, AFTER)):
        steps.append(acl.Permission(f"9{number}", one.operation, one.principal_type, one.principal_id))
        assert on_the_way(*steps)
    for permission in removals(steps, AFTER):
        steps.remove(permission)
        assert on_the_way(*steps)


def test_a_list_that_somebody_changed_is_not_on_the_way() -> None:
    granted = acl.Permission("9", "read/space", "user", OLD.account_id)
    assert on_the_way(*BEFORE, granted)
    assert not on_the_way(*BEFORE, granted, acl.Permission("10", "administer/space", "user", OLD.account_id))
    assert not on_the_way(*BEFORE[1:], granted)
    assert not on_the_way(*BEFORE[:2], granted)
    assert not on_the_way(BEFORE[0])
    images = [acl.encode_permissions(some) for some in (BEFORE, AFTER, (*BEFORE, granted))]
    assert not between("permissions", None, *images[1:])
    assert not between("permissions", images[0], None, images[2])


def test_nobody_comes_under_a_retired_identifier_and_the_writer_keeps_its_own() -> None:
    old = acl.encode_permissions((acl.Permission("1", "read/space", "user", OLD.user_key),))
    new = old.replace(OLD.user_key.encode(), OLD.account_id.encode())
    back, own = safe_access("permissions", new, old, "somebody"), safe_access("permissions", old, new, OLD.account_id)
    assert back is not None
    assert own is not None
    assert (back.reason, own.reason) == (HeldReason.NO_REWRITER, HeldReason.WOULD_LOCK_OUT)
    assert safe_access("permissions", old, new, "somebody") is None
    fewer = safe_access(
        "permissions", old.replace(OLD.user_key.encode(), b"caller:1"), b'{"permissions":[]}', "caller:1"
    )
    assert fewer is not None
    assert fewer.reason is HeldReason.WOULD_LOCK_OUT
    assert safe_access("permissions", old, b'{"permissions":[]}', "somebody") is None
    grown = old.replace(b"read/space", b"administer/space")
    wider = safe_access("permissions", old, grown, "somebody")
    assert wider is not None
    assert wider.reason is HeldReason.NO_REWRITER
