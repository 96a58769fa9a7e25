"""Templates and properties of users: nothing counts their versions, so they are written only when the plan was told so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target_templates import BLUEPRINT, PARTIAL
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.moving import Move, outcomes, state_of
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
SUBSTITUTE = {"substitute": {"type": "known", "userKey": PEOPLE[7].user_key, "displayName": "x"}, "since": "2019"}


async def moving(folder: Path, kind: ObjectType) -> Move:
    """Return a site whose plan changes nothing but templates, or nothing but properties of users."""
    move = Move(folder, Wanted())
    state = move.sandbox.state
    entry = next(one for one in state.properties.values() if one.key == "acme-substitute")
    state.properties[entry.id] = replace(entry, value=SUBSTITUTE)
    templates = [(Ref(ObjectType.TEMPLATE, number), "body") for number in state.templates]
    mine = [(Ref(ObjectType.USER_PROPERTY, entry.id), f"properties/{entry.key}")]
    await move.plan_for(templates if kind is ObjectType.TEMPLATE else mine, unversioned=True)
    assert move.plan.actions
    return move


def stored(move: Move) -> object:
    return state_of(move.sandbox, "templates"), state_of(move.sandbox, "properties")


async def test_without_the_option_they_are_held_with_the_option_as_next_step(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted((), frozenset({"user-properties"})))
    plan = await move.make()
    assert not [action for action in plan.actions if action.ref.type is ObjectType.TEMPLATE]
    held = [item for item in plan.held if item.reason is HeldReason.NO_VERSION]
    assert {item.ref.type for item in held} == {ObjectType.TEMPLATE}
    assert all("--unversioned" in item.next_step for item in held)
    mine = [item for item in plan.held if item.ref.type is ObjectType.USER_PROPERTY]
    assert all("--property" in item.next_step and "--unversioned" in item.next_step for item in mine)


async def test_templates_of_blueprints_are_held_because_the_api_refuses_them(tmp_path: Path) -> None:
    move = await moving(tmp_path, ObjectType.TEMPLATE)
    state = move.sandbox.state
    blueprints = {number for number, one in state.templates.items() if one.blueprint}
    assert blueprints.isdisjoint(action.ref.id for action in move.plan.actions)
    held = {item.ref.id: item.detail for item in move.plan.held if item.ref.type is ObjectType.TEMPLATE}
    assert {held[number] for number in blueprints & held.keys()} == {BLUEPRINT}
    assert blueprints & held.keys()


@pytest.mark.parametrize("kind", [ObjectType.TEMPLATE, ObjectType.USER_PROPERTY])
async def test_they_are_written_read_back_and_put_back(tmp_path: Path, shared: Path, kind: ObjectType) -> None:
    move = await moving(tmp_path, kind)
    before = stored(move)
    assert {action.base_version for action in move.plan.actions} == {None}
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert stored(move) != before
    assert await move.standings() == {Standing.VERIFIED}
    assert outcomes(await move.apply()) == {Outcome.ALREADY}
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert stored(move) == before
    assert Contract(shared).check(move.sandbox.log) == []
    assert move.names_nobody()


@pytest.mark.parametrize("kind", [ObjectType.TEMPLATE, ObjectType.USER_PROPERTY])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_died_goes_on_without_a_second_write(tmp_path: Path, kind: ObjectType, when: str) -> None:
    move = await moving(tmp_path, kind)
    before = stored(move)
    await move.die(when)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert len(move.sandbox.writes) == len(move.plan.actions)
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert stored(move) == before


@pytest.mark.parametrize("kind", [ObjectType.TEMPLATE, ObjectType.USER_PROPERTY])
@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (FaultKind.STATUS_AFTER, 502, Outcome.APPLIED),
        (FaultKind.STATUS, 502, Outcome.APPLIED),
        (FaultKind.STATUS, 409, Outcome.APPLIED),
        (FaultKind.STATUS, 403, Outcome.REJECTED),
        (FaultKind.STATUS, 404, Outcome.REJECTED),
    ],
)
async def test_what_became_of_a_write_is_told_by_the_contents(
    tmp_path: Path, kind: ObjectType, fault: FaultKind, status: int, outcome: Outcome
) -> None:
    move = await moving(tmp_path, kind)
    move.keep(move.plan.actions[0])
    move.sandbox.faults.add(Fault(fault, method="PUT", path="/template$|/property/", status=status))
    assert outcomes(await move.apply()) == {outcome}


async def test_what_somebody_wrote_since_is_left_alone_both_ways(tmp_path: Path) -> None:
    move = await moving(tmp_path, ObjectType.TEMPLATE)
    state = move.sandbox.state
    first, second = (action.ref.id for action in move.plan.actions[:2])
    theirs = replace(state.templates[first], body="<p>theirs</p>")
    state.templates[first] = theirs
    result = await move.apply()
    assert {one.reason for one in result.written if one.outcome is Outcome.CONFLICT} == {HeldReason.CHANGED}
    state.templates[second] = replace(state.templates[second], body="<p>theirs too</p>")
    assert Outcome.CONFLICT in outcomes(await move.undo())
    assert (state.templates[first], state.templates[second].body) == (theirs, "<p>theirs too</p>")


async def test_a_template_keeps_its_name_labels_space_and_description(tmp_path: Path) -> None:
    move = await moving(tmp_path, ObjectType.TEMPLATE)
    before = {number: replace(one, body="") for number, one in move.sandbox.state.templates.items()}
    await move.apply()
    assert {number: replace(one, body="") for number, one in move.sandbox.state.templates.items()} == before


@pytest.mark.parametrize("shape", ["labels-expandable", "space-null"])
async def test_a_template_that_comes_without_what_a_change_would_clear_is_held(tmp_path: Path, shape: str) -> None:
    move = Move(tmp_path, Wanted())
    inside = next(one for one in move.sandbox.state.templates.values() if one.space and not one.blueprint)
    move.sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, "GET", "/template/", body=shape, times=0))
    plan = await move.plan_for([(Ref(ObjectType.TEMPLATE, inside.id, None, inside.space), "body")], unversioned=True)
    assert plan.actions == ()
    assert {item.detail for item in plan.held} == {PARTIAL}


async def test_a_property_of_a_user_that_was_made_anew_is_gone(tmp_path: Path) -> None:
    move = await moving(tmp_path, ObjectType.USER_PROPERTY)
    state = move.sandbox.state
    (action,) = move.plan.actions
    entry = state.properties.pop(action.ref.id)
    assert {one.reason for one in (await move.apply()).written} == {HeldReason.GONE}
    state.properties["999"] = replace(entry, id="999")
    assert {one.reason for one in (await move.apply()).written} == {HeldReason.GONE}
    assert state.properties["999"].value == SUBSTITUTE
