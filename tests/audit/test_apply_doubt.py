"""Writes whose answer is lost, late, refused or not what it says: settled by reading, never repeated blindly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from audit.errors import Unreachable
from audit.sites.base import Current
from rules.model import HeldReason, Ref
from tests.audit.doubles import CALLER, FakeSite, Page
from tests.audit.writing import (
    HUMAN_TEXT,
    Scene,
    check_invariants,
    outcomes,
    page,
    planned,
    planned_bodies,
    site_of,
    someone_edits,
)

pytestmark = pytest.mark.anyio


async def test_an_edit_between_the_last_look_and_the_write_wins(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.hooks[1] = someone_edits
    result = await scene.apply()
    assert outcomes(result) == ["conflict", "applied", "applied"]
    assert scene.site.pages["101"].body == HUMAN_TEXT
    assert [seen.id for seen in scene.site.sent()].count("101") == 1
    check_invariants(scene, foreign={"101": [HUMAN_TEXT]})


async def test_a_conflict_without_another_version_is_tried_once_more(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[1] = "409"
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert [seen.id for seen in scene.site.sent()] == ["101", "101", "102", "103"]
    assert len(scene.sleeps.waits) == 1
    check_invariants(scene)


async def test_a_site_that_never_takes_the_write_is_given_up_and_can_be_resumed(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults = {1: "409", 2: "reset before"}
    result = await scene.apply()
    assert outcomes(result) == ["failed"]
    assert (result.writes, result.exit_code) == (2, 3)
    assert outcomes(await scene.apply()) == ["applied"]
    check_invariants(scene)


async def test_an_edit_right_after_our_write_is_reported_and_kept(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.after[1] = someone_edits
    result = await scene.apply()
    assert outcomes(result) == ["applied-then-edited", "applied", "applied"]
    assert result.exit_code == 0
    assert scene.site.pages["101"].body == HUMAN_TEXT
    check_invariants(scene, foreign={"101": [HUMAN_TEXT]})


async def test_what_the_site_only_spells_differently_is_accepted(tmp_path: Path) -> None:
    text = '<p title="x" class="y">caf&eacute; <ri:user ri:username="ada.quill" /><br></br></p>'
    scene = await planned(tmp_path, site_of(page("101", text)))
    scene.site.normalise = lambda data: (
        data.replace(b"caf&eacute;", "café".encode())
        .replace(b'title="x" class="y"', b'class="y" local-id="1f" title="x"')
        .replace(b"<br></br>", b"<br/>")
    )
    assert outcomes(await scene.apply()) == ["applied"]
    assert scene.site.pages["101"].body != planned_bodies(scene)["101"]
    check_invariants(scene)


async def test_a_site_that_drops_part_of_a_body_stops_the_run(tmp_path: Path) -> None:
    text = '<p><ri:user ri:username="ada.quill"/><ac:inline-comment-marker ac:ref="1"/></p>'
    scene = await planned(tmp_path, site_of(page("101", text), page("102")))
    scene.site.normalise = lambda data: data.replace(b'<ac:inline-comment-marker ac:ref="1"/>', b"")
    result = await scene.apply()
    assert outcomes(result) == ["diverged", "planned"]
    assert "stored something else" in result.stopped
    assert result.exit_code == 3
    again = await scene.apply()
    assert outcomes(again)[0] == "diverged"
    assert again.writes == 0
    check_invariants(scene, lossy=True)


async def garbled(folder: Path) -> Scene:
    """Apply to a site that drops an element of the first page, and mend the site afterwards."""
    scene = await planned(folder, site_of(page("101", '<p><ri:user ri:username="ada.quill"/><br/></p>'), page("102")))
    scene.site.normalise = lambda data: data.replace(b"<br/>", b"")
    assert outcomes(await scene.apply()) == ["diverged", "planned"]
    scene.site.normalise = bytes
    return scene


async def test_a_divergence_that_the_site_has_mended_itself_is_done_and_the_plan_goes_on(tmp_path: Path) -> None:
    scene = await garbled(tmp_path)
    mended = scene.site.pages["101"]
    mended.versions[-1] = (*mended.versions[-1][:3], planned_bodies(scene)["101"])
    assert outcomes(await scene.apply()) == ["applied", "applied"]
    assert [seen.id for seen in scene.site.sent()] == ["101", "102"]
    assert outcomes(await scene.apply()) == ["already-done"] * 2
    assert [one.standing.value for one in await scene.verify()] == ["verified"] * 2
    assert outcomes(await scene.undo()) == ["rolled-back"] * 2


async def test_a_divergence_that_a_person_has_mended_is_done_and_that_edit_is_never_rolled_back(tmp_path: Path) -> None:
    scene = await garbled(tmp_path)
    scene.site.pages["101"].edit(planned_bodies(scene)["101"])
    result = await scene.apply()
    assert outcomes(result) == ["applied-then-edited", "applied"]
    assert result.exit_code == 0
    assert [one.standing.value for one in await scene.verify()] == ["verified"] * 2
    assert outcomes(await scene.undo()) == ["rolled-back", "conflict"]
    assert scene.site.pages["101"].body == planned_bodies(scene)["101"]


@pytest.mark.parametrize("change", ["another text", "trashed", "gone", "no answer"])
async def test_a_divergence_that_stays_stops_the_run_again(tmp_path: Path, change: str) -> None:
    scene = await garbled(tmp_path)
    kept, states = scene.site.pages["101"], scene.states()
    if change == "trashed":
        kept.edit(planned_bodies(scene)["101"])
        kept.status = "trashed"
    elif change == "gone":
        del scene.site.pages["101"]
    elif change == "another text":
        kept.edit(HUMAN_TEXT)
    else:
        scene.site.fetch_faults[scene.site.fetches + 1] = Unreachable(what="no answer", status=503)
    result = await scene.apply()
    assert (outcomes(result), result.writes, result.exit_code) == (["diverged", "planned"], 0, 3)
    assert scene.states() == states


async def test_without_the_site_a_divergence_is_not_judged(tmp_path: Path) -> None:
    scene = await garbled(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 1] = Unreachable(what="no answer")
    result = await scene.apply()
    assert (outcomes(result), result.exit_code) == (["failed", "planned"], 5)


async def test_a_confirmed_write_that_changed_nothing_is_no_success(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[1] = "ignored"
    result = await scene.apply()
    assert outcomes(result) == ["rejected", "applied", "applied"]
    assert "changed nothing" in result.written[0].detail
    check_invariants(scene)


@pytest.mark.parametrize("fault", ["reset after", "502 after", "cut body", "unparsable after"])
async def test_a_write_whose_answer_is_lost_is_found_by_reading_and_not_repeated(tmp_path: Path, fault: str) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert len(scene.site.sent()) == 3
    check_invariants(scene)


@pytest.mark.parametrize("fault", ["reset before", "502 before"])
async def test_a_write_that_did_not_arrive_is_sent_once_more_after_a_delay(tmp_path: Path, fault: str) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert [seen.id for seen in scene.site.sent()] == ["101", "102", "102", "103"]
    assert scene.sleeps.waits == [2.0]
    check_invariants(scene)


async def test_a_lost_write_that_arrives_late_is_recognised_as_ours(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults[1] = "reset before"

    def late_twin(site: FakeSite, late: Page) -> None:
        late.edit(planned_bodies(scene)["101"], CALLER, site.sent()[0].token)

    scene.site.hooks[2] = late_twin
    assert outcomes(await scene.apply()) == ["applied"]
    assert scene.site.pages["101"].number == 8
    check_invariants(scene)


@pytest.mark.parametrize("fault", ["403", "404", "413"])
async def test_a_refusal_because_a_lost_write_arrived_late_is_told_from_a_real_one(tmp_path: Path, fault: str) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults = {1: "reset before", 2: fault}
    scene.site.hooks[2] = lambda site, late: late.edit(planned_bodies(scene)["101"], CALLER, site.sent()[0].token)
    assert outcomes(await scene.apply()) == ["applied"]
    check_invariants(scene)


async def test_a_write_that_died_with_its_process_and_arrives_after_the_resume_began_is_ours(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults = {1: "reset before", 2: "reset before"}
    assert outcomes(await scene.apply()) == ["failed"]
    fetches = scene.site.fetches

    class Late(FakeSite):
        async def fetch(self, ref: Ref, part: str) -> Current:
            if self.fetches == fetches + 1:
                self.page(ref.id).edit(planned_bodies(scene)["101"], CALLER, self.sent()[0].token)
            return await super().fetch(ref, part)

    scene.site = Late(scene.site.pages, log=scene.site.log, fetches=fetches)
    assert outcomes(await scene.apply()) == ["applied"]
    assert scene.site.writes == 0
    check_invariants(scene)


async def test_a_refused_write_without_any_doubt_is_a_refusal(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults = {1: "reset before", 2: "413"}
    assert outcomes(await scene.apply()) == ["rejected"]


async def test_a_run_that_is_cancelled_in_the_middle_of_a_write_can_be_resumed(tmp_path: Path) -> None:
    committed = asyncio.Event()

    class Hanging(FakeSite):
        async def replace(self, current: Current, data: bytes, op_token: str) -> None:
            await super().replace(current, data, op_token)
            committed.set()
            await asyncio.Event().wait()

    scene = await planned(tmp_path, Hanging({"101": page("101"), "102": page("102")}))
    task = asyncio.create_task(scene.apply())
    await committed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    scene.site = FakeSite(scene.site.pages, log=scene.site.log)
    assert outcomes(await scene.apply()) == ["applied", "applied"]
    assert scene.site.writes == 1
    check_invariants(scene)


async def test_somebody_elses_version_is_not_taken_for_a_lost_write_of_ours(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults[1] = "reset before"
    scene.site.hooks[1] = someone_edits
    assert outcomes(await scene.apply()) == ["conflict"]
    assert scene.site.pages["101"].body == HUMAN_TEXT


async def test_our_token_on_another_version_than_the_next_one_proves_nothing(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults[1] = "reset before"

    def copied_message(site: FakeSite, edited: Page) -> None:
        edited.edit(HUMAN_TEXT)
        edited.edit(HUMAN_TEXT + b"<p/>", message=site.sent()[0].token)

    scene.site.hooks[1] = copied_message
    assert outcomes(await scene.apply()) == ["conflict"]


async def test_an_object_that_is_trashed_under_a_lost_write_is_left_alone(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.faults[1] = "reset before"
    scene.site.hooks[1] = lambda _site, victim: setattr(victim, "status", "trashed")
    result = await scene.apply()
    assert (outcomes(result), result.written[0].reason) == (["conflict"], HeldReason.GONE)
    assert scene.site.pages["101"].status == "trashed"


async def test_an_object_that_vanishes_after_our_write_is_reported_as_gone(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101"), page("102")))
    scene.site.after[1] = lambda site, victim: site.pages.__delitem__(victim.id)
    result = await scene.apply()
    assert (outcomes(result), result.written[0].reason) == (["conflict", "applied"], HeldReason.GONE)


class Contested(FakeSite):
    """A site that somebody else writes to while our first request is under way."""

    rival: Callable[[], Awaitable[object]] | None = None

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        rival, self.rival = self.rival, None
        if rival is not None:
            await rival()
        await super().replace(current, data, op_token)


async def test_the_same_plan_on_two_machines_gives_one_version(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    site = Contested({"101": page("101")})
    first = await planned(tmp_path / "one", site)
    second = Scene(site, tmp_path / "two", plan=first.plan)
    site.rival = second.apply
    assert outcomes(await first.apply()) == ["applied"]
    assert outcomes(await second.apply()) == ["already-done"]
    assert site.pages["101"].number == 8
    assert len(site.tokens()) == 1
    check_invariants(first)
