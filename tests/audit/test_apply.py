"""Applying a plan: each action once, and what changed since the plan is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.apply import changes, held
from audit.errors import NotAllowed
from audit.journal import Journal
from audit.plan_file import OLD_VERSIONS_STAY
from audit.records import State
from rules.model import HeldReason
from tests.audit.doubles import Clock, Page
from tests.audit.writing import (
    ADA,
    HUMAN_TEXT,
    Scene,
    check_invariants,
    outcomes,
    page,
    planned,
    planned_bodies,
    site_of,
)

pytestmark = pytest.mark.anyio


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


async def test_the_version_message_names_the_run_the_operation_and_the_action_and_nobody(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    (token,) = scene.site.tokens()
    assert token.startswith("confluence-gdpr 20261120T120000Z-abcdef apply A-0001 ")
    assert len(token.rpartition(" ")[2]) == 12


async def test_reports_show_what_was_done_and_what_it_leaves_behind(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.pages["102"].edit(HUMAN_TEXT)
    result = await scene.apply()
    assert scene.plan is not None
    done, conflict, _ = changes(scene.plan, result)
    assert (done.outcome.value, done.new_version, done.proof) == ("applied", 8, "read back, equal to the plan")
    assert done.effects[0] == OLD_VERSIONS_STAY
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
        (lambda p: setattr(p, "status", "trashed"), HeldReason.NOT_CURRENT),
        (lambda p: setattr(p, "status", "archived"), HeldReason.NOT_CURRENT),
        (lambda p: setattr(p, "draft", b"<p>unfinished</p>"), HeldReason.DRAFT),
    ],
    ids=[
        "edited (F1)",
        "other text, same version (F4)",
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


async def test_after_apply_a_new_plan_finds_nothing_left_to_do(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await scene.apply()
    again = await scene.make()
    assert again.actions == ()


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
