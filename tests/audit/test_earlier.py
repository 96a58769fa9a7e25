"""Plans of one run one after the other: what one of them did, the next one neither repeats nor takes for a conflict."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from audit.errors import GuardError, Unreachable
from audit.journal import Journal
from audit.moved import BY_US, Newer
from audit.plan_file import Plan
from audit.rehearse import rehearse
from audit.review import Verdict, reviewed
from tests.audit.writing import HUMAN_TEXT, KEY, Scene, check_invariants, outcomes, planned, planned_bodies

pytestmark = pytest.mark.anyio
NO = Verdict(accepted=False, by="Tilda Bergmann")
YES = Verdict(accepted=True, by="Tilda Bergmann")


def review(scene: Scene, **said: Verdict) -> Plan:
    assert scene.plan is not None
    named = {name.replace("_", "-"): verdict for name, verdict in said.items()}
    return reviewed(scene.plan, {"*": YES, **named}, scene.vault, key=KEY, now=scene.clock())


async def partly(scene: Scene, writes: int = 1) -> None:
    """Apply the plan until some writes are done, then be asked to stop."""
    result = await scene.apply(concurrency=1, stopping=lambda: "enough" if scene.site.writes >= writes else "")
    assert outcomes(result).count("applied") == writes


def bodies(scene: Scene) -> dict[str, bytes]:
    return {name: one.body for name, one in scene.site.pages.items()}


async def test_a_plan_that_is_reviewed_after_a_part_was_applied_goes_on_from_there(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await partly(scene)
    scene.plan = review(scene, A_0003=NO)
    result = await scene.apply()
    assert outcomes(result) == ["already-done", "applied"]
    assert result.exit_code == 0
    assert [one.number for one in scene.site.pages.values()] == [8, 8, 7]
    assert [one.standing.value for one in await scene.verify()] == ["verified", "verified"]
    assert outcomes(await scene.apply()) == ["already-done"] * 2
    check_invariants(scene)


async def test_the_reviewed_plan_puts_back_all_that_it_stands_for(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    base = scene.plan
    await partly(scene)
    scene.plan = review(scene)
    await scene.apply()
    assert bodies(scene) == planned_bodies(scene)
    assert outcomes(await scene.undo()) == ["rolled-back"] * 3
    assert bodies(scene) == {name: one.body for name, one in scene.original.items()}
    scene.plan = base
    before = scene.site.writes
    left = await scene.undo()
    assert [one.detail for one in left.written] == ["it already holds the text from before"]
    assert scene.site.writes == before


async def test_two_reviews_one_after_the_other_go_on_from_there_too(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await partly(scene)
    scene.plan = review(scene)
    scene.plan = review(scene, A_0002=NO)
    assert outcomes(await scene.apply()) == ["already-done", "applied"]


async def test_what_somebody_edited_after_the_first_plan_is_left_alone_and_not_claimed(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await partly(scene)
    scene.site.pages["101"].edit(HUMAN_TEXT)
    scene.plan = review(scene)
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]
    assert [one.standing.value for one in await scene.verify()] == ["changed-since", "verified", "verified"]
    assert outcomes(await scene.undo()).count("conflict") == 1
    assert scene.site.pages["101"].body == HUMAN_TEXT


async def test_what_the_first_plan_put_back_is_not_claimed_by_the_second(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    base = scene.plan
    await partly(scene)
    await scene.undo()
    scene.plan = review(scene)
    left = await scene.apply(newer=Newer.CONFLICT)
    assert outcomes(left) == ["conflict", "applied", "applied"]
    assert left.written[0].detail.endswith(BY_US)
    assert outcomes(await scene.apply()) == ["applied", "already-done", "already-done"]
    assert scene.plan is not base
    check_invariants(scene)


@pytest.mark.parametrize(("fault", "became"), [("reset after", "already-done"), ("reset before", "applied")])
async def test_a_write_of_the_first_plan_that_is_in_doubt_is_settled_by_reading(
    tmp_path: Path, fault: str, became: str
) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[1] = fault

    scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="no connection")
    first = await scene.apply(concurrency=1)
    assert first.exit_code == 5
    scene.site.fetch_faults.clear()
    scene.plan = review(scene)
    assert outcomes(await scene.apply()) == [became, "applied", "applied"]
    assert [one.number for one in scene.site.pages.values()] == [8, 8, 8]
    check_invariants(scene)


async def test_a_rehearsal_counts_for_the_plan_that_is_reviewed_after_it(tmp_path: Path) -> None:
    scene = await planned(tmp_path)

    async def rehearsed() -> None:
        assert scene.plan is not None
        journal = Journal.open(scene.journal_path, scene.clock)
        try:
            done = await rehearse(
                scene.plan,
                scene.site,
                journal,
                scene.vault,
                count=2,
                key=KEY,
                lock=nullcontext(),
                sleep=scene.sleeps,
            )
        finally:
            journal.close()
        assert done.exit_code == 0

    await rehearsed()
    scene.plan = review(scene)
    await rehearsed()
    assert [one.number for one in scene.site.pages.values()] == [11, 11, 7]
    scene.plan = review(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert bodies(scene) == planned_bodies(scene)


async def test_a_rehearsal_that_was_not_put_back_stops_the_plan_reviewed_from_it(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    assert scene.plan is not None
    journal = Journal.open(scene.journal_path, scene.clock)
    scene.site.fetch_faults[scene.site.fetches + 5] = Unreachable(what="no connection")
    await rehearse(
        scene.plan, scene.site, journal, scene.vault, count=2, key=KEY, lock=nullcontext(), sleep=scene.sleeps
    )
    journal.close()
    scene.plan = review(scene)
    with pytest.raises(GuardError, match="rehearsed"):
        await scene.apply()
