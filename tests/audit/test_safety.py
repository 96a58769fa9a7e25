"""What must not go wrong when a write is in doubt, half done or answered with nonsense: all against the sandbox."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit.journal import Journal
from audit.records import State
from audit.sandbox.faults import Fault, FaultKind
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud.target import CloudTarget
from rules.model import Ref
from tests.audit.doubles import KillSwitch, Sleeps
from tests.audit.faults.site import NOW, Small, outcomes

pytestmark = pytest.mark.anyio
LOST = Fault(FaultKind.STATUS, "PUT", path="/pages/", status=502)
REFUSED = Fault(FaultKind.STATUS, "PUT", path="/pages/", status=403)
HISTORY = Fault(FaultKind.WRONG_SHAPE, "GET", path="/versions$", body="no-entries", times=0)


async def small(folder: Path, count: int = 1) -> Small:
    site = Small(folder, count)
    await site.make()
    return site


def arrive(site: Small, page_id: str) -> None:
    """Let the first request that was lost arrive now."""
    page = site.pages()[page_id]
    site.sandbox.state.revise(
        page, site.sandbox.accounts["admin"].account_id, site.planned(page_id), message=token(site)
    )


def token(site: Small) -> str:
    with closing(Journal.open(site.journal_path, lambda: NOW)) as journal:
        return next(one.entry.op.token for one in journal.records() if one.entry.state is State.SENT)


def states(site: Small) -> list[str]:
    with closing(Journal.open(site.journal_path, lambda: NOW)) as journal:
        return [one.entry.state.value for one in journal.records() if one.entry.op.action]


# Rollback


async def test_a_refused_write_whose_lost_twin_arrived_later_is_rolled_back(tmp_path: Path) -> None:
    site = await small(tmp_path)
    site.sandbox.faults.add(LOST, replace(REFUSED, nth=2))
    assert outcomes(await site.apply()) == "rejected"
    (page_id,) = site.ids
    arrive(site, page_id)
    assert outcomes(await site.undo()) == "rolled-back"
    assert site.pages()[page_id].now.body == site.original[page_id]
    site.check()


async def test_a_write_that_came_back_with_its_page_from_the_trash_is_rolled_back(tmp_path: Path) -> None:
    site = await small(tmp_path)
    site.sandbox.faults.add(Fault(FaultKind.STATUS_AFTER, "PUT", path="/pages/", status=502))
    (page_id,) = site.ids
    site.sandbox.faults.add(Fault(FaultKind.TRASH_BEFORE, "GET", path=f"/pages/{page_id}$", nth=3))
    assert outcomes(await site.apply()) == "conflict"
    assert outcomes(await site.undo()) == "conflict"
    site.sandbox.state.put(replace(site.pages()[page_id], status="current"))
    assert outcomes(await site.undo()) == "rolled-back"
    assert site.pages()[page_id].now.body == site.original[page_id]


async def test_what_cannot_be_settled_leaves_the_rest_of_a_rollback_alone(tmp_path: Path) -> None:
    site = await small(tmp_path, 2)
    site.sandbox.faults.add(Fault(FaultKind.STATUS_AFTER, "PUT", path="/pages/", status=502))
    site.sandbox.faults.add(HISTORY)
    first = await site.apply()
    assert outcomes(first) == "failed applied"
    result = await site.undo()
    assert outcomes(result) == "rolled-back failed"
    assert result.exit_code == 3
    site.sandbox.faults.clear()
    assert outcomes(await site.undo()) == "already-done rolled-back"
    site.check()


# An empty or late list of versions


@pytest.mark.parametrize("kind", ["no-entries", "late"])
async def test_a_list_of_versions_without_ours_decides_nothing(tmp_path: Path, kind: str) -> None:
    site = await small(tmp_path)
    site.sandbox.faults.add(Fault(FaultKind.STATUS_AFTER, "PUT", path="/pages/", status=502))

    class Late:
        """A target whose lists of versions lack the newest one, or everything."""

        def __init__(self, target: CloudTarget) -> None:
            self.target = target

        async def caller(self) -> str:
            return await self.target.caller()

        async def fetch(self, ref: Ref, part: str) -> Current:
            return await self.target.fetch(ref, part)

        async def replace(self, current: Current, data: bytes, op_token: str) -> None:
            await self.target.replace(current, data, op_token)

        async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
            return (await self.target.history(ref))[1:] if kind == "late" else ()

    async with site.target() as target:
        assert outcomes(await site.apply(Late(target))) == "failed"
    assert states(site)[-1] == "AMBIGUOUS"
    assert outcomes(await site.apply()) == "applied"
    assert len(site.tokens()) == 1
    site.check()


# Several writes side by side


@dataclass(frozen=True)
class Crooked:
    """A target on which one write meets a defect of this tool while another one is under way."""

    target: CloudTarget
    bad: str
    begun: asyncio.Event
    raised: asyncio.Event

    async def caller(self) -> str:
        return await self.target.caller()

    async def fetch(self, ref: Ref, part: str) -> Current:
        return await self.target.fetch(ref, part)

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        return await self.target.history(ref)

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        if current.ref.id == self.bad:
            await self.begun.wait()
            self.raised.set()
            raise ZeroDivisionError
        self.begun.set()
        await self.raised.wait()
        await asyncio.sleep(0.05)
        await self.target.replace(current, data, op_token)


async def test_a_defect_in_one_write_lets_the_others_under_way_finish_and_begins_no_more(tmp_path: Path) -> None:
    site = await small(tmp_path, 4)
    async with site.target() as target:
        crooked = Crooked(target, site.ids[0], asyncio.Event(), asyncio.Event())
        with pytest.raises(ZeroDivisionError):
            await site.apply(crooked, concurrency=2)
    assert [page_id for page_id in site.ids if site.pages()[page_id].now.number == 2] == [site.ids[1]]
    assert states(site)[-2:] == ["VERIFIED", "DONE"]
    assert outcomes(await site.apply()) == "applied already-done applied applied"
    site.check()


async def test_an_answer_without_sense_costs_its_own_object_only(tmp_path: Path) -> None:
    site = await small(tmp_path, 3)
    bad = site.ids[1]
    site.sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, "GET", path=f"/pages/{bad}$", body="version-null", times=0))
    result = await site.apply(concurrency=3)
    assert outcomes(result) == "applied failed applied"
    assert "BadAnswer" in result.written[1].detail
    site.sandbox.faults.clear()
    assert outcomes(await site.apply()) == "already-done applied already-done"


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_site_that_points_elsewhere_stops_the_run(tmp_path: Path, method: str) -> None:
    site = await small(tmp_path, 3)
    site.sandbox.faults.add(Fault(FaultKind.REDIRECT, method, path="/pages/", link="https://id.example", times=0))
    result = await site.apply()
    assert outcomes(result) == "failed planned planned"
    assert result.exit_code == 5
    site.sandbox.faults.clear()
    assert outcomes(await site.apply()) == "applied applied applied"
    site.check()


# Resuming


@pytest.mark.parametrize("arrives", [False, True])
async def test_a_resumed_write_gives_the_lost_request_time_to_arrive(tmp_path: Path, *, arrives: bool) -> None:
    site = await small(tmp_path)
    (page_id,) = site.ids

    class Dying(CloudTarget):
        async def replace(self, current: Current, data: bytes, op_token: str) -> None:
            raise KillSwitch

    async with site.target() as target:
        with pytest.raises(KillSwitch):
            await site.apply(Dying(target.api, target.origin))
    sleeps = Sleeps()

    async def sleep(wait_s: float) -> None:
        await sleeps(wait_s)
        if arrives:
            arrive(site, page_id)

    assert outcomes(await site.apply(sleep=sleep)) == "applied"
    assert sleeps.waits == [2.0]
    assert len(site.sandbox.writes) == (0 if arrives else 1)
    assert states(site)[2] == "SENT"
    assert "AMBIGUOUS" in states(site)
    site.check()
