"""Watches and relations: one call for each person who comes, one for each who goes, and never the wrong person."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.guards import safe_access
from audit.members import Member, members
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Relation
from audit.sites.cloud.members import listed as listed_by_site
from audit.sites.cloud.members import members_part
from audit.sites.cloud.site import Wanted
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.cloud import connected
from tests.audit.moving import Move, outcomes
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
ADMIN, OLD, SECOND = PEOPLE[0], PEOPLE[12], PEOPLE[13]
PARTS = ["watches", "relations/reviewer"]


def site() -> Sandbox:
    """Return a site on which people watch and review under the user keys that they had on a server."""
    sandbox = Sandbox(keep_bodies=True)
    state = sandbox.state
    page = sandbox.find("Lens design rules")
    for target in (f"content:{page}", "space:HR"):
        for person in (OLD, LEAVERS[0]):
            state.watches[target, person.user_key] = None
    state.relations += [
        Relation("reviewer", "user", OLD.user_key, "content", page),
        Relation("reviewer", "user", SECOND.user_key, "space", "HR"),
    ]
    return sandbox


def places(sandbox: Sandbox, part: str) -> list[tuple[Ref, str]]:
    space = next(one.id for one in sandbox.state.spaces.values() if one.key == "HR")
    page = sandbox.find("Lens design rules")
    return [(Ref(ObjectType.PAGE, page), part), (Ref(ObjectType.SPACE, space, None, "HR"), part)]


async def moving(folder: Path, part: str) -> Move:
    move = Move(folder, Wanted(), site())
    await move.plan_for(places(move.sandbox, part))
    assert len(move.plan.actions) == 2
    return move


def listed(move: Move) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    state = move.sandbox.state
    return set(state.watches), {(one.target, one.source) for one in state.relations}


def planned(before: tuple[set[tuple[str, str]], set[tuple[str, str]]]) -> list[set[tuple[str, str]]]:
    accounts = {person.user_key: person.account_id for person in (OLD, SECOND)}
    return [{(target, accounts.get(user, user)) for target, user in some} for some in before]


async def test_an_audit_finds_them_and_everything_found_is_changed_or_held(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted((), frozenset({"watches"}), relations=("reviewer",)), site())
    plan = await move.make()
    assert [len(move.actions(part)) for part in PARTS] == [2, 2]
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]


async def test_what_the_site_repeats_beside_an_account_id_is_neither_found_nor_planned(tmp_path: Path) -> None:
    sandbox = Sandbox(keep_bodies=True, legacy_users=True)
    target = f"content:{sandbox.find('Lens design rules')}"
    key = LEAVERS[0].user_key
    for person in (OLD.account_id, key):
        sandbox.state.watches[target, person] = None
    move = Move(tmp_path, Wanted((), frozenset({"watches"})), sandbox)
    async with connected(sandbox) as api:
        users = (await listed_by_site(api, "watches", target.replace(":", "/")))[-2:]
        seen = members_part(Ref(ObjectType.PAGE, "1"), "watches", users).data
    assert users[0].user_key == OLD.user_key, "the site repeats it"
    assert members(seen) == {Member("accountId", OLD.account_id), Member("key", key)}
    assert OLD.user_key.encode() not in seen
    plan = await move.make()
    assert move.actions("watches") == []
    assert {item.ref.id for item in plan.held if item.part == "watches"} == {target.partition(":")[2]}


@pytest.mark.parametrize("part", PARTS)
async def test_a_list_is_written_by_account_and_nothing_else_in_it_changes(
    tmp_path: Path, shared: Path, part: str
) -> None:
    move = await moving(tmp_path, part)
    before = listed(move)
    held = [item for item in move.plan.held if item.part == part]
    assert {item.reason for item in held} <= {HeldReason.UNRESOLVED}
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    now = listed(move)[PARTS.index(part)]
    assert now == planned(before)[PARTS.index(part)]
    assert await move.standings() == {Standing.VERIFIED}
    assert outcomes(await move.apply()) == {Outcome.ALREADY}
    assert len(move.sandbox.writes) == 4
    assert Contract(shared).check(move.sandbox.log) == []
    assert move.names_nobody()


@pytest.mark.parametrize("part", PARTS)
async def test_nobody_is_put_back_under_a_retired_identifier(tmp_path: Path, part: str) -> None:
    move = await moving(tmp_path, part)
    await move.apply()
    now = listed(move)
    result = await move.undo()
    assert {one.reason for one in result.written} == {HeldReason.NO_REWRITER}
    assert listed(move) == now


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_died_goes_on_without_a_second_write(tmp_path: Path, part: str, when: str) -> None:
    move = await moving(tmp_path, part)
    await move.die(when)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert len(move.sandbox.writes) == 4


ADD, REMOVE = "POST|PUT", "DELETE"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("method", "fault", "status", "outcome"),
    [
        ("add", FaultKind.STATUS, 403, Outcome.REJECTED),
        ("add", FaultKind.STATUS, 404, Outcome.REJECTED),
        ("add", FaultKind.STATUS, 409, Outcome.APPLIED),
        ("add", FaultKind.STATUS, 502, Outcome.APPLIED),
        ("add", FaultKind.STATUS_AFTER, 502, Outcome.APPLIED),
        ("DELETE", FaultKind.STATUS, 403, Outcome.REJECTED),
        ("DELETE", FaultKind.STATUS, 502, Outcome.APPLIED),
        ("DELETE", FaultKind.STATUS_AFTER, 502, Outcome.APPLIED),
    ],
)
async def test_a_list_is_as_planned_or_as_before_whatever_request_fails(
    tmp_path: Path, part: str, method: str, fault: FaultKind, status: int, outcome: Outcome
) -> None:
    move = await moving(tmp_path, part)
    before = listed(move)
    move.keep(move.plan.actions[0])
    verb = {"watches": "POST", "relations/reviewer": "PUT"}[part] if method == "add" else method
    move.sandbox.faults.add(Fault(fault, method=verb, path="/user/watch/|/relation/", status=status))
    assert outcomes(await move.apply()) == {outcome}
    if outcome is Outcome.REJECTED:
        assert listed(move) == before
    move.folder = tmp_path / "again"
    move.folder.mkdir()
    await move.plan_for(places(move.sandbox, part))
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert listed(move)[PARTS.index(part)] == planned(before)[PARTS.index(part)]


async def test_an_account_that_watches_itself_does_not_remove_others_by_key(tmp_path: Path) -> None:
    sandbox = site()
    sandbox.state.watches["space:HR", ADMIN.account_id] = None
    move = Move(tmp_path, Wanted(), sandbox)
    plan = await move.plan_for(places(sandbox, "watches"))
    assert len(plan.actions) == 1
    assert any(item.part == "watches" and "could be removed" in item.detail for item in plan.held)


async def test_a_site_that_ignores_the_retired_identifier_loses_nobody(tmp_path: Path) -> None:
    move = await moving(tmp_path, "watches")
    before = listed(move)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, method="DELETE", path="/user/watch/", status=204, times=1))
    move.keep(move.plan.actions[0])
    assert outcomes(await move.apply()) == {Outcome.REJECTED}
    assert listed(move) == before


def test_a_list_names_each_person_by_what_counts() -> None:
    data = b'{"users":[{"accountId":"%s"},{"accountId":"8a7f80826c1d4e5f016c1d4e6f700001"},{"username":"tbergmann"}]}'
    found = members(data % ADMIN.account_id.encode())
    assert {one.parameter for one in found} == {"accountId", "key", "username"}
    assert "tbergmann" not in repr(found)
    for other in (b"[]", b"{}", b"no", b'{"users":[3]}', b'{"users":[{}]}'):
        with pytest.raises(ValueError, match="not a list of people"):
            members(other)


def test_nobody_comes_to_a_list_under_a_retired_identifier() -> None:
    old = b'{"users":[{"accountId":"%s"}]}' % ADMIN.account_id.encode()
    new = b'{"users":[{"username":"tbergmann"}]}'
    assert Member("username", "tbergmann").retired
    assert safe_access("watches", old, new, "somebody") is not None
    assert safe_access("watches", old, old, ADMIN.account_id) is None
