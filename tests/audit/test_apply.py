from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.apply import changes, held
from audit.errors import BadAnswer, GuardError, NotAllowed, NotAuthenticated, Unreachable, WorkspaceError
from audit.guards import Limits
from audit.journal import Journal
from audit.records import State
from audit.sites.base import Current
from audit.vault import Vault
from audit.workspace import Workspace
from rules.model import HeldReason, Ref
from tests.audit.doubles import CALLER, Clock, FakeSite, Page
from tests.audit.writing import (
    ADA,
    BEN,
    CLOSED,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    planned_bodies,
    restrictions,
    site_of,
    three,
    wipe,
)

pytestmark = pytest.mark.anyio

HUMAN_TEXT = b"<p>A person wrote this</p>"


def someone_edits(site: FakeSite, edited: Page) -> None:
    edited.edit(HUMAN_TEXT)


async def planned(folder: Path, site: FakeSite | None = None) -> Scene:
    scene = Scene(site or three(), folder)
    await scene.make()
    return scene


async def test_a_plan_is_applied_once_and_a_second_run_writes_nothing(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    first = await scene.apply()
    assert outcomes(first) == ["applied"] * 3
    assert (first.exit_code, first.stopped) == (0, "")
    assert {each.id: each.body for each in scene.site.pages.values()} == planned_bodies(scene)
    records = scene.states()
    second = await scene.apply()
    assert outcomes(second) == ["already-done"] * 3
    assert (second.writes, second.exit_code) == (0, 0)
    assert len(scene.site.sent()) == 3
    assert scene.states() == records
    check_invariants(scene)


async def test_every_write_passes_through_its_states_in_order(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    expected = ["PLANNED", "INTENT", "SENT", "ACKED", "VERIFIED", "DONE"]
    assert scene.states() == [" PLANNED", *(f"A-0001 {state}" for state in expected)]


async def test_the_version_message_names_the_action_and_nobody(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    (token,) = scene.site.tokens()
    assert token.startswith("confluence-gdpr A-0001 ")
    assert len(token.rpartition(" ")[2]) == 12


async def test_reports_show_what_was_done_and_what_it_leaves_behind(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.pages["102"].edit(HUMAN_TEXT)
    result = await scene.apply()
    assert scene.plan is not None
    done, conflict, _ = changes(scene.plan, result)
    assert (done.outcome.value, done.new_version, done.proof) == ("applied", 8, "read back, equal to the plan")
    assert done.effects[0] == "Versions up to 7 still hold the old identifier."
    assert (conflict.outcome.value, conflict.new_version) == ("conflict", None)
    (item,) = held(scene.plan, result)
    assert item.reason is HeldReason.CHANGED
    assert "make a new plan" in item.next_step
    assert item.rule == "legacy-mention"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.edit(HUMAN_TEXT), HeldReason.CHANGED),
        (lambda p: p.versions.__setitem__(-1, (p.number, "", "", HUMAN_TEXT)), HeldReason.CHANGED),
        (lambda p: p.edit(p.body), HeldReason.CHANGED),
        (lambda p: setattr(p, "status", "trashed"), HeldReason.NOT_CURRENT),
        (lambda p: setattr(p, "status", "archived"), HeldReason.NOT_CURRENT),
        (lambda p: setattr(p, "draft", b"<p>unfinished</p>"), HeldReason.DRAFT),
    ],
    ids=[
        "edited (F1)",
        "other text, same version (F4)",
        "only the title (F5)",
        "trashed (F8)",
        "archived (F9)",
        "draft (F11)",
    ],
)
async def test_what_changed_after_the_plan_is_left_alone_and_the_others_proceed(
    tmp_path: Path, change: Callable[[Page], None], reason: HeldReason
) -> None:
    scene = await planned(tmp_path)
    touched = scene.site.pages["102"]
    change(touched)
    before = (touched.number, touched.body, touched.status, touched.draft)
    result = await scene.apply()
    assert result.written[1].reason is reason
    assert result.exit_code == 3
    assert (touched.number, touched.body, touched.status, touched.draft) == before
    assert outcomes(result)[::2] == ["applied", "applied"]
    assert [seen.id for seen in scene.site.sent()] == ["101", "103"]
    records = scene.states()
    again = await scene.apply()
    assert again.writes == 0
    assert again.written[1].reason is reason
    assert scene.states() == records
    check_invariants(scene, foreign={"102": [touched.body]})


async def test_a_draft_may_be_passed_over_on_demand_and_stays_untouched(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.pages["101"].draft = b"<p>unfinished</p>"
    result = await scene.apply(allow_drafts=True)
    assert outcomes(result) == ["applied"] * 3
    assert scene.site.pages["101"].draft == b"<p>unfinished</p>"


async def test_a_title_that_somebody_moved_without_a_version_is_sent_back_as_it_is_now(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.pages["101"].title = "Renamed meanwhile"
    await scene.apply()
    assert scene.site.pages["101"].title == "Renamed meanwhile"


async def test_a_deleted_object_is_gone_and_never_created_again(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    del scene.site.pages["102"]
    scene.site.pages["202"] = page("202")
    result = await scene.apply()
    assert result.written[1].reason is HeldReason.GONE
    assert "102" not in scene.site.pages
    assert scene.site.pages["202"].number == 7


async def test_an_object_that_the_account_no_longer_sees_is_held(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 1] = NotAllowed(what="403", status=403)
    result = await scene.apply()
    assert (result.written[0].outcome.value, result.written[0].reason) == ("held", HeldReason.NO_PERMISSION)


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


async def test_a_second_process_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    (tmp_path / "run").mkdir()
    scene = await planned(tmp_path / "run")
    with workspace.writer("https://acme.example"), pytest.raises(GuardError, match="process") as caught:
        await scene.apply(lock=workspace.writer("https://acme.example"))
    assert caught.value.exit_code == 4
    assert scene.site.sent() == []
    assert outcomes(await scene.apply(lock=workspace.writer("https://acme.example"))) == ["applied"] * 3


@pytest.mark.parametrize(
    ("fault", "reason"), [("403", HeldReason.NO_PERMISSION), ("404", HeldReason.GONE), ("413", None)]
)
async def test_a_refused_write_is_reported_and_the_others_proceed(
    tmp_path: Path, fault: str, reason: HeldReason | None
) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    result = await scene.apply()
    assert outcomes(result) == ["applied", "rejected", "applied"]
    assert result.written[1].reason is reason
    assert result.exit_code == 3
    check_invariants(scene)


async def test_a_refused_write_may_be_tried_again_when_the_permission_is_there(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = "403"
    await scene.apply()
    assert outcomes(await scene.apply()) == ["already-done", "applied", "already-done"]
    check_invariants(scene)


async def test_an_account_that_is_refused_again_and_again_stops(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    scene.site.faults = dict.fromkeys(range(1, 11), "403")
    result = await scene.apply()
    assert outcomes(result) == ["rejected"] * 5 + ["planned"] * 5
    assert "refused 5 times" in result.stopped


async def test_a_permission_in_between_starts_the_count_again(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    scene.site.faults = {number: "403" for number in range(1, 11) if number != 5}
    assert outcomes(await scene.apply()).count("rejected") == 9


async def test_a_plan_beyond_the_limit_is_refused_before_the_first_write_and_names_the_option(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    with pytest.raises(GuardError, match="--max-actions 3") as caught:
        await scene.apply(limits=Limits(actions=2))
    assert caught.value.exit_code == 4
    assert scene.site.sent() == []


async def test_after_apply_a_new_plan_finds_nothing_left_to_do(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await scene.apply()
    again = await scene.make()
    assert again.actions == ()


@pytest.mark.parametrize("fault", ["401", "429"])
async def test_a_site_that_no_longer_lets_us_in_stops_all_writes_at_once(tmp_path: Path, fault: str) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    result = await scene.apply()
    assert outcomes(result) == ["applied", "failed", "planned"]
    assert result.exit_code == 5
    assert len(scene.site.sent()) == 2
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]
    check_invariants(scene)


async def test_a_site_that_goes_away_under_a_write_is_settled_when_it_is_back(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[1] = "reset after"
    scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="no connection")
    result = await scene.apply()
    assert outcomes(result) == ["failed", "planned", "planned"]
    assert result.exit_code == 5
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert len(scene.site.sent()) == 3
    check_invariants(scene)


async def test_one_unreadable_object_fails_alone(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 1] = BadAnswer(what="another shape")
    result = await scene.apply()
    assert outcomes(result) == ["failed", "applied", "applied"]
    assert (result.exit_code, result.stopped) == (3, "")


async def test_anonymous_credentials_are_refused_before_the_first_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.callers = [""]
    with pytest.raises(NotAuthenticated):
        await scene.apply()
    assert scene.site.sent() == []


async def test_credentials_that_turn_anonymous_are_noticed_at_the_end(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.callers = [CALLER, ""]
    result = await scene.apply()
    assert outcomes(result) == ["applied"] * 3
    assert result.exit_code == 5


async def test_credentials_that_turn_into_others_are_noticed_after_fifty_writes(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 161))))
    scene.site.callers = [CALLER, "712020:another-account"]
    result = await scene.apply()
    assert outcomes(result) == ["applied"] * 50 + ["planned"] * 10
    assert "another account" in result.stopped
    assert result.exit_code == 3


async def test_another_account_must_be_accepted_before_it_goes_on(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = "401"
    await scene.apply()
    scene.site.caller_id = "712020:5ec0nd00-1111-4222-8333-444455556666"
    with pytest.raises(GuardError, match="another account"):
        await scene.apply()
    assert len(scene.site.sent()) == 2
    assert outcomes(await scene.apply(accept_caller=True)) == ["already-done", "applied", "applied"]
    assert scene.states().count(" PLANNED") == 2
    check_invariants(scene)


async def test_a_request_to_stop_lets_the_write_under_way_finish(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    result = await scene.apply(stopping=lambda: scene.site.writes >= 1)
    assert outcomes(result) == ["applied", "planned", "planned"]
    assert result.stopped == "it was asked to stop"
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]
    check_invariants(scene)


async def test_a_request_to_stop_comes_between_two_parts_of_one_object(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    result = await scene.apply(stopping=lambda: scene.site.writes >= 1)
    assert outcomes(result) == ["applied", "planned"]


async def test_several_workers_write_side_by_side_and_never_twice_to_one_object(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(str(number), restrictions=CLOSED) for number in range(101, 113))), tmp_path)
    await scene.make(*(place for page_id in scene.site.pages for place in (body(page_id), restrictions(page_id))))
    result = await scene.apply(concurrency=9)
    assert outcomes(result) == ["applied"] * 24
    assert scene.site.most_in_flight == 4
    check_invariants(scene)


async def test_one_worker_that_cannot_write_its_journal_stops_the_others_at_safe_points(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = 12
    with pytest.raises(WorkspaceError):
        await scene.apply(journal=journal, concurrency=3)
    journal.close()
    assert len(scene.site.sent()) < 10
    assert set(outcomes(await scene.apply())) == {"applied", "already-done"}
    check_invariants(scene)


class FullDisk(Journal):
    """A journal whose disk takes only so many steps."""

    room = 0

    def _write(self, *given: object) -> None:
        self.room -= 1
        if self.room < 0:
            raise sqlite3.OperationalError("database or disk is full")
        super()._write(*given)  # type: ignore[arg-type]


async def test_a_full_disk_before_the_intent_means_that_nothing_is_sent(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = 2
    with pytest.raises(WorkspaceError, match="disk is full"):
        await scene.apply(journal=journal)
    journal.close()
    assert scene.site.sent() == []
    assert outcomes(await scene.apply()) == ["applied"] * 3


@pytest.mark.parametrize("room", [3, 4, 5])
async def test_a_full_disk_around_the_write_means_no_second_write_later(tmp_path: Path, room: int) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = room
    with pytest.raises(WorkspaceError):
        await scene.apply(journal=journal)
    journal.close()
    assert outcomes(await scene.apply()) == ["applied"]
    assert len(scene.site.sent()) == 1
    check_invariants(scene)


async def test_the_key_of_another_run_is_refused_before_the_first_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.vault = Vault(bytes(32))
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        await scene.apply()
    assert scene.site.sent() == []


async def test_edits_that_do_not_give_the_planned_text_are_not_written(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    assert scene.plan is not None
    (action,) = scene.plan.actions
    scene.plan = replace(scene.plan, actions=(replace(action, after_hash="0" * 64),))
    result = await scene.apply()
    assert (outcomes(result), result.written[0].reason) == (["held"], HeldReason.NOT_PROVED)


async def test_edits_that_do_not_fit_are_not_written(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    other = Scene(
        site_of(page("101", '<p>longer text before the mention <ri:user ri:username="ada.quill"/></p>')), tmp_path
    )
    assert scene.plan is not None
    plan = await other.make()
    (action,) = plan.actions
    now = scene.plan.actions[0]
    scene.plan = replace(plan, actions=(replace(action, before_hash=now.before_hash),))
    result = await scene.apply()
    assert (outcomes(result), result.written[0].reason) == (["held"], HeldReason.NOT_PROVED)
    assert scene.site.sent() == []


async def test_an_access_list_is_written_with_the_same_people_and_groups(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    result = await scene.apply()
    assert outcomes(result) == ["applied", "applied"]
    assert scene.site.pages["101"].restrictions == CLOSED.replace(
        f'"userKey":"{BEN[1]}","username":"{BEN[0]}"'.encode(), f'"accountId":"{BEN[3]}"'.encode()
    )
    assert outcomes(await scene.apply()) == ["already-done"] * 2
    check_invariants(scene)


@pytest.mark.parametrize(("fault", "writes"), [("reset after", 1), ("reset before", 2), ("409", 2), ("ignored", 1)])
async def test_a_doubtful_write_of_an_access_list_is_settled_by_its_contents(
    tmp_path: Path, fault: str, writes: int
) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.faults[1] = fault
    assert outcomes(await scene.apply()) == (["rejected"] if fault == "ignored" else ["applied"])
    assert len(scene.site.sent()) == writes


async def test_an_access_list_that_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    theirs = CLOSED.replace(b'"name":"staff"', b'"name":"board"')
    scene.site.pages["101"].restrictions = theirs
    result = await scene.apply()
    assert result.written[0].reason is HeldReason.CHANGED
    assert scene.site.pages["101"].restrictions == theirs


async def test_a_doubtful_access_list_that_somebody_changed_is_a_conflict(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.faults[1] = "reset before"
    scene.site.hooks[1] = lambda _site, p: setattr(p, "restrictions", p.restrictions.replace(b"g-1", b"g-2"))
    assert outcomes(await scene.apply()) == ["conflict"]


async def test_an_access_list_that_the_site_empties_stops_the_run(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.normalise = lambda data: data.replace(b"g-1", b"g-9")
    result = await scene.apply()
    assert outcomes(result) == ["diverged"]
    assert result.stopped


async def test_a_lost_journal_does_not_lead_to_a_second_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    wipe(tmp_path)
    assert outcomes(await scene.apply()) == ["conflict"]
    assert scene.site.pages["101"].number == 8


async def test_a_damaged_journal_refuses_to_apply(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await scene.apply()
    with sqlite3.connect(scene.journal_path) as connection:
        connection.execute("UPDATE record SET entry = replace(entry, 'ACKED', 'SENT') WHERE seq = 7")
    connection.close()
    with pytest.raises(GuardError, match="record 7"):
        await scene.apply()


async def test_the_journal_records_when_and_keeps_the_planned_text_sealed(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    journal = Journal.open(scene.journal_path, Clock())
    intent = next(record for record in journal.records() if record.entry.state is State.INTENT)
    sealed = journal.image(intent.entry.op.token, "planned")
    journal.close()
    assert sealed is not None
    assert scene.vault.open(sealed, f"{intent.entry.op.token}/planned") == planned_bodies(scene)["101"]
    assert datetime.fromisoformat(intent.at_utc).tzinfo is UTC
    assert ADA[0].encode() not in sealed
