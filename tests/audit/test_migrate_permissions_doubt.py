"""Permissions of spaces when the client dies, the site fails, or somebody changes them in between."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason
from tests.audit.doubles import KillSwitch
from tests.audit.moving import outcomes
from tests.audit.spacerights import OLD, WRITES, Case, planned, planned_for, site, withdraw

pytestmark = pytest.mark.anyio


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
