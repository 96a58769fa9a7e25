"""When a run that writes gives up, and how fast it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.breaker import Breaker, Rate
from audit.records import Op, Purpose
from audit.write import Written
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.writing import Scene, check_invariants, outcomes, page, site_of

pytestmark = pytest.mark.anyio

OP = Op("t", Purpose.APPLY, "d", "A-0001", Ref(ObjectType.PAGE, "1"), "body")


def counted(breaker: Breaker, *results: Outcome, reason: HeldReason | None = None) -> list[str]:
    return [breaker.count(Written(OP, one, reason=reason)) for one in results]


def test_failures_in_a_row_end_a_run_and_a_success_starts_the_count_again() -> None:
    bad, good = Outcome.REJECTED, Outcome.APPLIED
    found = counted(Breaker(3), bad, bad, good, bad, Outcome.FAILED, bad)
    assert found[:-1] == [""] * 5
    assert found[-1] == "3 writes in a row failed"


def test_what_others_changed_and_what_was_done_before_is_no_failure() -> None:
    assert set(counted(Breaker(1), *[Outcome.CONFLICT, Outcome.ALREADY, Outcome.HELD] * 20)) == {""}
    breaker = Breaker(2)
    assert counted(breaker, Outcome.FAILED, Outcome.ALREADY, Outcome.FAILED)[-1]


def test_missing_permissions_are_told_from_other_failures() -> None:
    found = counted(Breaker(2), Outcome.HELD, Outcome.REJECTED, reason=HeldReason.NO_PERMISSION)
    assert found == ["", "the account was refused 2 times in a row"]


def test_a_share_of_failures_ends_a_run_once_there_are_enough_writes() -> None:
    breaker = Breaker(in_a_row=9, percent=25)
    pattern = [Outcome.FAILED, Outcome.APPLIED, Outcome.APPLIED] * 7
    found = counted(breaker, *pattern)
    assert found[:19] == [""] * 19
    assert found[19] == "7 of 20 writes failed, more than 25 %"


async def test_turns_come_at_even_distances_for_everybody_together() -> None:
    waits: list[float] = []
    clock = [100.0]

    async def sleep(wait_s: float) -> None:
        waits.append(wait_s)

    rate = Rate(30, lambda: clock[0], sleep)
    for _ in range(3):
        await rate.turn()
    assert waits == [2.0, 4.0]
    clock[0] = 200.0
    await rate.turn()
    assert len(waits) == 2


async def test_a_run_ends_after_as_many_failures_as_were_allowed_and_can_be_resumed(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(str(number)) for number in range(101, 111))), tmp_path)
    await scene.make()
    scene.site.faults = dict.fromkeys(range(1, 4), "413")
    result = await scene.apply(breaker=Breaker(3))
    assert outcomes(result) == ["rejected"] * 3 + ["planned"] * 7
    assert result.exit_code == 3
    scene.site.faults = {}
    assert set(outcomes(await scene.apply(breaker=Breaker(3)))) == {"applied"}
    check_invariants(scene)


async def test_every_attempt_waits_for_its_turn_and_what_is_done_needs_none(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101"), page("102")), tmp_path)
    await scene.make()
    scene.site.faults[1] = "reset before"
    turns: list[int] = []

    async def turn() -> None:
        turns.append(len(scene.site.sent()))

    assert outcomes(await scene.apply(turn=turn)) == ["applied"] * 2
    assert turns == [0, 1, 2]
    await scene.apply(turn=turn)
    assert len(turns) == 3
    await scene.undo(turn=turn)
    assert len(turns) == 5


async def test_who_asks_for_a_stop_while_a_turn_is_awaited_gets_it(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101")), tmp_path)
    await scene.make()
    asked: list[str] = []

    async def turn() -> None:
        asked.append("a pause was asked for")

    result = await scene.apply(turn=turn, stopping=lambda: "".join(asked))
    assert outcomes(result) == ["planned"]
    assert result.stopped == "a pause was asked for"
    assert scene.site.sent() == []
