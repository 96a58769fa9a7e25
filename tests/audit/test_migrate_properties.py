"""Properties of content and spaces: rewritten by the word of their owner, with their version, and put back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.reported import OWNED
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE
from audit.sites.cloud.options import DEEP
from audit.sites.cloud.site import Wanted
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.moving import Move, outcomes, state_of
from tests.contract.documents import Contract

pytestmark = pytest.mark.anyio
WANTED = Wanted((), frozenset({"properties", "tree"}))


async def moving(folder: Path) -> Move:
    """Return a site whose plan changes nothing but the properties of content and spaces."""
    move = Move(folder, WANTED)
    state = move.sandbox.state
    places = []
    for entry in state.properties.values():
        owner, _, number = entry.owner.partition(":")
        if owner != "user" and entry.key in {"acme-approval", "acme-duty", "acme-origin"}:
            kind = ObjectType.SPACE if owner == "space" else ObjectType(state.contents[number].kind.value)
            places.append((Ref(kind, number), f"properties/{entry.key}"))
    await move.plan_for(places)
    assert move.plan.actions
    return move


def values(move: Move) -> dict[str, object]:
    return {number: one["value"] for number, one in state_of(move.sandbox, "properties").items()}


async def test_nobody_rewrites_a_property_whose_owner_has_not_spoken(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED)
    plan = await move.make()
    assert not move.actions("properties/")
    held = [item for item in plan.held if item.part.startswith("properties/")]
    assert held
    assert {item.detail for item in held} == {OWNED}
    assert all("--property" in item.next_step for item in held)


async def test_a_property_whose_key_names_somebody_is_planned_under_its_mask_and_written_back(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED)
    stored = move.sandbox.state.properties
    entry = next(one for one in stored.values() if one.key == "acme-approval" and one.owner.startswith("content:"))
    value = {"made": {"userKey": PEOPLE[7].user_key, "displayName": "x"}}
    stored[entry.id] = replace(entry, key="bob@realcorp.com", value=value)
    plan = await move.make(["b****"])
    part = f"properties/b***@r***.com #{entry.id}"
    assert {action.part for action in move.actions("properties/")} == {part}
    assert "bob@realcorp.com" not in repr(plan)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert stored[entry.id].key == "bob@realcorp.com"
    assert stored[entry.id].value != value


async def test_properties_are_planned_by_their_keys_and_everything_found_is_changed_or_held(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED)
    plan = await move.make(["acme-approval"])
    assert {action.part for action in move.actions("properties/")} == {"properties/acme-approval"}
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    imported = {
        "made": {"userKey": PEOPLE[7].user_key, "displayName": "x"},
        "importedBy": {"userKey": PEOPLE[6].user_key, "displayName": "x"},
    }
    for entry in list(move.sandbox.state.properties.values()):
        if entry.key in {"acme-origin", "acme-board"}:
            move.sandbox.state.properties[entry.id] = replace(entry, value=imported)
    plan = await move.make(["acme-*"])
    assert {action.ref.type for action in move.actions("properties/")} >= {
        ObjectType.PAGE,
        ObjectType.BLOGPOST,
        ObjectType.SPACE,
        ObjectType.FOOTER_COMMENT,
        ObjectType.ATTACHMENT,
        ObjectType.CUSTOM_CONTENT,
        ObjectType.WHITEBOARD,
    }
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]
    assert move.names_nobody()


async def test_a_property_is_written_with_its_version_and_put_back_to_the_value(tmp_path: Path, shared: Path) -> None:
    move = await moving(tmp_path)
    before = values(move)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert await move.standings() == {Standing.VERIFIED}
    changed = {number for number, value in values(move).items() if value != before[number]}
    assert len(changed) == len(move.plan.actions)
    for entry in move.sandbox.state.properties.values():
        text = json.dumps(entry.value)
        if entry.id in changed and entry.key == "acme-duty":
            assert PEOPLE[13].account_id in text
            assert PEOPLE[13].user_key not in text
        if entry.id in changed:
            assert entry.number == 2
            assert entry.message.startswith("confluence-gdpr ")
    assert outcomes(await move.apply()) == {Outcome.ALREADY}
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert values(move) == before
    assert [json.dumps(value) for value in values(move).values()] == [json.dumps(value) for value in before.values()]
    assert Contract(shared).check(move.sandbox.log) == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_run_that_died_at_a_property_goes_on_without_a_second_write(tmp_path: Path, when: str) -> None:
    move = await moving(tmp_path)
    await move.die(when)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert len(move.sandbox.writes) == len(move.plan.actions)
    assert {e.number for e in move.sandbox.state.properties.values()} == {1, 2}
    assert outcomes(await move.undo()) == {Outcome.REVERTED}


@pytest.mark.parametrize("kind", [FaultKind.STATUS_AFTER, FaultKind.STATUS])
async def test_a_lost_answer_about_a_property_is_settled_by_its_version_message(
    tmp_path: Path, kind: FaultKind
) -> None:
    move = await moving(tmp_path)
    move.sandbox.faults.add(Fault(kind, method="PUT", path="/properties/", status=502))
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert {e.number for e in move.sandbox.state.properties.values()} == {1, 2}


@pytest.mark.parametrize(
    ("status", "outcome"), [(403, Outcome.REJECTED), (404, Outcome.REJECTED), (409, Outcome.APPLIED)]
)
async def test_a_refused_property_is_named_and_the_rest_goes_on(tmp_path: Path, status: int, outcome: Outcome) -> None:
    move = await moving(tmp_path)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, method="PUT", path="/properties/", status=status))
    result = await move.apply()
    assert result.written[0].outcome is outcome
    assert outcomes(result) == {outcome, Outcome.APPLIED}


async def test_a_property_that_its_app_wrote_since_is_left_alone_both_ways(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    state = move.sandbox.state
    page = next(action.ref.id for action in move.plan.actions if action.part == "properties/acme-approval")
    owned = [one for one in state.properties.values() if one.owner == f"content:{page}"]
    entry = next(one for one in owned if one.key == "acme-approval")
    state.properties[entry.id] = replace(entry, value={"state": "open"}, number=2)
    result = await move.apply()
    assert {one.reason for one in result.written if one.outcome is Outcome.CONFLICT} == {HeldReason.CHANGED}
    assert state.properties[entry.id].value == {"state": "open"}
    duty = next(one for one in state.properties.values() if one.key == "acme-duty")
    state.properties[duty.id] = replace(duty, value={"next": "nobody"}, number=3)
    assert outcomes(await move.undo()) == {Outcome.REVERTED, Outcome.CONFLICT}
    assert state.properties[duty.id].value == {"next": "nobody"}


async def test_a_property_with_a_number_that_would_lose_digits_is_held(tmp_path: Path) -> None:
    move = Move(tmp_path, WANTED)
    state = move.sandbox.state
    entry = next(one for one in state.properties.values() if one.key == "acme-duty")
    more = {"share": [0.1234567890123456], "half": 0.5, "lead": {"userKey": PEOPLE[12].user_key, "displayName": "x"}}
    state.properties[entry.id] = replace(entry, value=more)
    plan = await move.make(["acme-duty"])
    assert not move.actions("properties/acme-duty")
    assert any("digits" in item.detail for item in plan.held)
    assert plan.counts["found"] == plan.counts["changed"] + plan.counts["held"]


async def test_a_property_that_is_gone_is_held(tmp_path: Path) -> None:
    move = await moving(tmp_path)
    state = move.sandbox.state
    duty = next(one for one in state.properties.values() if one.key == "acme-duty")
    del state.properties[duty.id]
    result = await move.apply()
    assert HeldReason.GONE in {one.reason for one in result.written}


async def test_what_is_read_on_request_holds_properties_too() -> None:
    assert {"properties", "user-properties", "tree"} <= DEEP
