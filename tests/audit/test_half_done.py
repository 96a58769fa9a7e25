"""Lists that several requests write, broken off in between: seen, gone on with or put back, and nobody is lost."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from audit.applied import to_put_back, unsettled
from audit.journal import Journal
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Property, Relation
from audit.sites.cloud.site import Wanted
from audit.workers import Result
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.moving import NOW, Move, outcomes

pytestmark = pytest.mark.anyio
OLD, SECOND, OTHER = PEOPLE[12], PEOPLE[13], PEOPLE[14]
PARTS = ["watches", "relations/reviewer"]
PATH = "/user/watch/|/relation/"


async def moving(folder: Path, part: str) -> Move:
    """Return a page that two people watch or review under the user keys that they had on a server, and a plan."""
    sandbox = Sandbox(keep_bodies=True)
    page = sandbox.find("Lens design rules")
    for person in (OLD, SECOND):
        sandbox.state.watches[f"content:{page}", person.user_key] = None
        sandbox.state.relations.append(Relation("reviewer", "user", person.user_key, "content", page))
    move = Move(folder, Wanted(), sandbox)
    await move.plan_for([(Ref(ObjectType.PAGE, page), part)])
    assert len(move.plan.actions) == 1
    return move


def present(move: Move, part: str) -> set[str]:
    """Return who is on the list of the page, by account id or user key."""
    page = move.sandbox.find("Lens design rules")
    state = move.sandbox.state
    if part == "watches":
        return {user for target, user in state.watches if target == f"content:{page}"} & KNOWN
    return {one.source for one in state.relations if one.target == page and one.name == "reviewer"} & KNOWN


KNOWN = {value for person in (OLD, SECOND, OTHER) for value in (person.user_key, person.account_id)}
BEFORE = {OLD.user_key, SECOND.user_key}
PLANNED = {OLD.account_id, SECOND.account_id}


def doubts(move: Move) -> tuple[int, int]:
    """Return how many writes are unsettled, and how many actions a rollback would look at."""
    with closing(Journal.open(move.folder / "journal.db", lambda: NOW)) as journal:
        return unsettled(journal), len(to_put_back(journal, move.plan))


def one(result: Result) -> tuple[Outcome, str]:
    (written,) = result.written
    return written.outcome, written.detail


@pytest.mark.parametrize("part", PARTS)
async def test_a_list_that_cannot_be_taken_back_stays_open_and_the_next_run_goes_on(tmp_path: Path, part: str) -> None:
    move = await moving(tmp_path, part)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", PATH, status=403, times=0))
    outcome, detail = one(await move.apply())
    assert outcome is Outcome.FAILED
    assert "only a part of it stands" in detail
    assert present(move, part) == BEFORE | PLANNED
    assert doubts(move) == (1, 1)
    move.sandbox.faults.clear()
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert present(move, part) == PLANNED
    assert doubts(move) == (0, 1)
    assert outcomes(await move.apply()) == {Outcome.ALREADY}


@pytest.mark.parametrize("part", PARTS)
async def test_a_list_that_was_only_added_to_is_put_back_by_a_rollback(tmp_path: Path, part: str) -> None:
    move = await moving(tmp_path, part)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", PATH, status=403, times=0))
    await move.apply()
    move.sandbox.faults.clear()
    assert outcomes(await move.undo()) == {Outcome.REVERTED}
    assert present(move, part) == BEFORE
    assert doubts(move) == (0, 0)
    assert outcomes(await move.undo()) == {Outcome.ALREADY}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("status", [403, 404, 400])
async def test_nobody_is_lost_when_the_site_removes_one_and_refuses_another(
    tmp_path: Path, part: str, status: int
) -> None:
    move = await moving(tmp_path, part)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", PATH, nth=2, status=status, times=0))
    outcome, _ = one(await move.apply())
    assert outcome is Outcome.FAILED
    assert present(move, part) > PLANNED
    undone = (await move.undo()).written
    assert [one.reason for one in undone] == [HeldReason.NO_REWRITER]
    assert present(move, part) > PLANNED


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("status", [401, 429])
async def test_credentials_that_end_in_between_leave_the_write_open(tmp_path: Path, part: str, status: int) -> None:
    move = await moving(tmp_path, part)
    late = (("Retry-After", "99999"),)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", PATH, status=status, times=0, headers=late))
    result = await move.apply()
    assert result.exit_code == 5
    assert present(move, part) == BEFORE | PLANNED
    assert doubts(move) == (1, 1)
    move.sandbox.faults.clear()
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert present(move, part) == PLANNED


@pytest.mark.parametrize("part", PARTS)
async def test_somebody_who_joins_a_half_written_list_is_neither_lost_nor_taken_for_ours(
    tmp_path: Path, part: str
) -> None:
    move = await moving(tmp_path, part)
    move.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", PATH, status=403, times=0))
    await move.apply()
    move.sandbox.faults.clear()
    page = move.sandbox.find("Lens design rules")
    move.sandbox.state.watches[f"content:{page}", OTHER.account_id] = None
    move.sandbox.state.relations.append(Relation("reviewer", "user", OTHER.account_id, "content", page))
    assert outcomes(await move.apply()) == {Outcome.DIVERGED}
    assert outcomes(await move.undo()) == {Outcome.CONFLICT}
    assert present(move, part) == BEFORE | PLANNED | {OTHER.account_id}


@pytest.mark.parametrize("part", [*PARTS, "properties/acme-owner"])
@pytest.mark.parametrize("status", ["trashed", "archived"])
async def test_what_hangs_on_an_object_in_the_trash_is_left_alone_like_the_object(
    tmp_path: Path, part: str, status: str
) -> None:
    move = await moving(tmp_path, PARTS[0])
    state = move.sandbox.state
    page = move.sandbox.find("Lens design rules")
    if part.startswith("properties/"):
        first = next(iter(state.properties.values()))
        value = {"owner": {"type": "known", "userKey": OLD.user_key}}
        entry: Property = replace(first, id="990001", owner=f"content:{page}", key="acme-owner", value=value)
        state.properties[entry.id] = entry
    await move.plan_for([(Ref(ObjectType.PAGE, page), part)])
    assert len(move.plan.actions) == 1
    state.put(replace(state.contents[page], status=status))
    result = await move.apply()
    assert [(one.outcome, one.reason) for one in result.written] == [(Outcome.CONFLICT, HeldReason.NOT_CURRENT)]
    assert move.sandbox.writes == []


async def test_a_list_with_somebody_without_an_identifier_is_held_and_the_plan_is_made(tmp_path: Path) -> None:
    move = await moving(tmp_path, "watches")
    page = move.sandbox.find("Lens design rules")
    nameless = Fault(FaultKind.WRONG_SHAPE, "GET", "/notification/child-created", body="nameless", times=0)
    move.sandbox.faults.add(nameless)
    plan = await move.plan_for([(Ref(ObjectType.PAGE, page), "watches")])
    assert plan.actions == ()
    assert {(item.reason, "no identifier" in item.detail) for item in plan.held} == {(HeldReason.NO_REWRITER, True)}


async def test_a_list_that_becomes_unreadable_under_a_write_is_undecided(tmp_path: Path) -> None:
    move = await moving(tmp_path, "watches")
    nameless = Fault(FaultKind.WRONG_SHAPE, "GET", "/notification/child-created", body="nameless", nth=2, times=0)
    move.sandbox.faults.add(nameless)
    outcome, detail = one(await move.apply())
    assert outcome is Outcome.FAILED
    assert "BadAnswer" in detail
    assert present(move, "watches") == BEFORE | PLANNED
    move.sandbox.faults.clear()
    assert outcomes(await move.apply()) == {Outcome.APPLIED}


async def test_custom_content_without_a_title_is_held_and_costs_nothing_else(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted())
    move.sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, "GET", "/custom-content/\\d+$", body="title-null", times=0))
    ids = [one.id for one in move.sandbox.state.contents.values() if one.kind.value == "custom-content"]
    assert ids
    plan = await move.plan_for([(Ref(ObjectType.CUSTOM_CONTENT, number), "body") for number in ids])
    assert plan.actions == ()
    assert any("title" in item.detail for item in plan.held)
