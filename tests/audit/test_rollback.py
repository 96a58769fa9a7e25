from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from audit.canonical import canonical
from audit.errors import GuardError
from audit.guards import Refusal
from audit.journal import Journal
from audit.records import Purpose
from audit.rollback import RollbackJob, rolled_back
from audit.vault import Vault
from audit.workers import Result
from rules.model import HeldReason
from tests.audit.doubles import FakeSite, Page
from tests.audit.writing import (
    CLOSED,
    KEY,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    restrictions,
    site_of,
    three,
    wipe,
)

pytestmark = pytest.mark.anyio

HUMAN_TEXT = b"<p>A person wrote this</p>"


async def applied(folder: Path, site: FakeSite | None = None) -> Scene:
    scene = Scene(site or three(), folder)
    await scene.make()
    await scene.apply()
    return scene


def assert_original(scene: Scene, *but: str) -> None:
    """Assert I4."""
    for page_id, now in scene.site.pages.items():
        if page_id not in but:
            assert canonical("body", now.body) == canonical("body", scene.original[page_id].body), "I4"


def change(scene: Scene, statement: str) -> None:
    with closing(sqlite3.connect(scene.journal_path)) as connection, connection:
        connection.execute(statement)


async def test_a_rollback_puts_back_every_text_and_a_second_one_writes_nothing(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back"] * 3
    assert [written.op.action for written in result.written] == ["A-0003", "A-0002", "A-0001"]
    assert result.exit_code == 0
    assert_original(scene)
    again = await scene.undo()
    assert outcomes(again) == ["already-done"] * 3
    assert again.writes == 0
    assert {each.number for each in scene.site.pages.values()} == {9}
    check_invariants(scene)


async def test_a_plan_that_was_rolled_back_is_not_applied_again(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    await scene.undo()
    result = await scene.apply()
    assert outcomes(result) == ["rolled-back"] * 3
    assert result.writes == 0
    assert_original(scene)


async def test_what_somebody_edited_after_us_is_reported_and_left_alone(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["102"].edit(HUMAN_TEXT)
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back", "conflict", "rolled-back"]
    assert result.exit_code == 3
    assert scene.site.pages["102"].body == HUMAN_TEXT
    assert_original(scene, "102")
    assert scene.plan is not None
    changed, kept = rolled_back(scene.plan, result)
    assert [(item.ref.id, item.reason, item.detail) for item in kept] == [
        ("102", HeldReason.CHANGED, "A-0002: somebody edited it after us")
    ]
    assert [change.outcome.value for change in changed] == ["rolled-back", "applied-not-taken-back", "rolled-back"]
    with closing(Journal.open(scene.journal_path, scene.clock)) as journal:
        written = {entry.op.action: entry.version for entry in journal.latest(Purpose.APPLY)}
    assert changed[1].new_version == written["A-0002"], "the change stands, with the version that holds it"
    assert changed[1].proof.endswith("not taken back: somebody edited it after us")
    check_invariants(scene, foreign={"102": [HUMAN_TEXT]})


async def test_an_edit_that_apply_saw_is_left_alone_as_well(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    scene.site.after[1] = lambda _site, edited: edited.edit(HUMAN_TEXT)
    await scene.apply()
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back", "rolled-back", "conflict"]
    assert scene.site.pages["101"].body == HUMAN_TEXT


async def test_a_new_title_over_our_text_stays_while_the_text_goes_back(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    renamed = scene.site.pages["101"]
    renamed.title = "Renamed"
    renamed.edit(renamed.body)
    assert outcomes(await scene.undo()) == ["rolled-back"] * 3
    assert renamed.title == "Renamed"
    assert_original(scene)


async def test_what_a_person_already_put_back_is_not_written_again(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["101"].edit(scene.original["101"].body)
    result = await scene.undo()
    assert result.written[2].detail == "it already holds the text from before"
    assert scene.site.pages["101"].number == 9


@pytest.mark.parametrize("status", ["trashed", "archived"])
async def test_a_trashed_or_archived_object_stays_so(tmp_path: Path, status: str) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["101"].status = status
    result = await scene.undo()
    assert result.written[2].reason is HeldReason.NOT_CURRENT
    assert scene.site.pages["101"].status == status


async def test_a_draft_is_not_written_over_by_a_rollback(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.pages["101"].draft = b"<p>unfinished</p>"
    assert (await scene.undo()).written[2].reason is HeldReason.DRAFT


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM image WHERE op LIKE '%A-0002%'", "UPDATE image SET sealed = zeroblob(60) WHERE op LIKE '%A-0002%'"],
)
async def test_a_missing_or_damaged_image_keeps_its_object_and_names_the_sites_history(
    tmp_path: Path, statement: str
) -> None:
    scene = await applied(tmp_path)
    change(scene, statement)
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back", "held", "rolled-back"]
    assert "version 7 in the site's history" in result.written[1].detail
    assert_original(scene, "102")


async def test_what_is_left_alone_is_told_with_the_next_step_of_a_rollback(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(name) for name in ("101", "102", "103", "104", "105"))), tmp_path)
    await scene.make()
    await scene.apply()
    scene.site.pages["101"].edit(HUMAN_TEXT)
    scene.site.pages["102"].status = "trashed"
    scene.site.pages["103"].edit(scene.original["103"].body)
    scene.site.pages["104"].draft = HUMAN_TEXT
    change(scene, "DELETE FROM image WHERE op LIKE '%A-0005%'")
    result = await scene.undo()
    assert scene.plan is not None
    steps = {item.ref.id: item.next_step for item in rolled_back(scene.plan, result)[1]}
    there = "the text from before is in version 7 of its history on the site."
    assert steps["101"] == f"It was edited since: {there}"
    assert steps["102"] == "Restore it on the site and run `rollback` again."
    assert "103" not in steps
    assert steps["105"] == f"Put it back by hand: {there}"
    assert "`rollback` again" in steps["104"]
    scene.site.pages["102"].status = "current"
    assert "rolled-back" in outcomes(await scene.undo())


async def test_a_list_that_was_edited_since_has_no_history_to_look_into(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    await scene.apply()
    scene.site.pages["101"].restrictions = b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[]}}'
    assert scene.plan is not None
    (item,) = rolled_back(scene.plan, await scene.undo())[1]
    assert "keeps no earlier version" in item.next_step
    assert "plan" not in item.next_step


async def test_without_the_key_nothing_is_rolled_back(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.vault = Vault(bytes(32))
    result = await scene.undo()
    assert outcomes(result) == ["held"] * 3
    assert result.writes == 0


async def test_what_the_site_garbled_can_be_rolled_back(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", '<p><ri:user ri:username="ada.quill"/><br/></p>')), tmp_path)
    await scene.make()
    scene.site.normalise = lambda data: data.replace(b"<br/>", b"")
    assert outcomes(await scene.apply()) == ["diverged"]
    scene.site.normalise = bytes
    assert outcomes(await scene.undo()) == ["rolled-back"]
    assert_original(scene)


@pytest.mark.parametrize("fault", ["401", "reset after"])
async def test_a_write_that_is_still_open_is_settled_before_it_is_undone(tmp_path: Path, fault: str) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    scene.site.faults[2] = fault
    if fault == "reset after":
        from audit.errors import Unreachable

        scene.site.fetch_faults[scene.site.fetches + 4] = Unreachable(what="gone")
    assert (await scene.apply()).exit_code == 5
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back"] * (1 if fault == "401" else 2)
    assert_original(scene)
    check_invariants(scene)


async def test_an_open_write_whose_object_was_trashed_is_reported(tmp_path: Path) -> None:
    from audit.errors import Unreachable

    scene = Scene(site_of(page("101")), tmp_path)
    await scene.make()
    scene.site.faults[1] = "reset after"
    scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="gone")
    await scene.apply()
    scene.site.pages["101"].status = "trashed"
    result = await scene.undo()
    assert (outcomes(result), result.written[0].reason) == (["conflict"], HeldReason.GONE)


async def test_a_conflict_of_apply_leaves_nothing_to_undo(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    scene.site.hooks[2] = lambda _site, edited: edited.edit(HUMAN_TEXT)
    await scene.apply()
    result = await scene.undo()
    assert [written.op.action for written in result.written] == ["A-0003", "A-0001"]
    assert scene.site.pages["102"].body == HUMAN_TEXT


@pytest.mark.parametrize("fault", ["reset before", "reset after", "409"])
async def test_a_doubtful_write_of_a_rollback_is_settled_by_reading(tmp_path: Path, fault: str) -> None:
    scene = await applied(tmp_path)
    scene.site.faults[4] = fault
    assert outcomes(await scene.undo()) == ["rolled-back"] * 3
    assert_original(scene)
    check_invariants(scene)


async def test_a_late_twin_of_a_rollback_is_recognised_as_ours(tmp_path: Path) -> None:
    scene = await applied(tmp_path, site_of(page("101")))
    scene.site.faults[2] = "reset before"

    def late_twin(site: FakeSite, late: Page) -> None:
        late.edit(scene.original["101"].body, site.caller_id, site.sent()[1].token)

    scene.site.hooks[3] = late_twin
    assert outcomes(await scene.undo()) == ["rolled-back"]
    assert scene.site.pages["101"].number == 9
    check_invariants(scene)


async def test_an_interrupted_rollback_goes_on(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    first = await scene.undo(stopping=lambda: "it was asked to stop" if scene.site.writes >= 4 else "")
    assert outcomes(first) == ["rolled-back", "planned", "planned"]
    assert outcomes(await scene.undo()) == ["already-done", "rolled-back", "rolled-back"]
    assert_original(scene)


async def test_a_damaged_journal_rolls_back_its_intact_part_only_with_consent(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    # records: the plan, three PLANNED, then five for each action
    change(scene, "UPDATE record SET entry = replace(entry, 'INTENT', 'intent') WHERE seq = 15")
    with pytest.raises(GuardError, match="record 15"):
        await scene.undo()
    result = await scene.undo(intact_part=True)
    assert outcomes(result) == ["rolled-back", "rolled-back"]
    assert_original(scene, "103")


async def test_a_journal_that_never_heard_of_the_plan_is_refused(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    wipe(tmp_path)
    with pytest.raises(GuardError, match="knows nothing of this plan"):
        await scene.undo()


async def test_another_account_must_be_accepted_for_a_rollback(tmp_path: Path) -> None:
    scene = await applied(tmp_path)
    scene.site.caller_id = "712020:5ec0nd00-1111-4222-8333-444455556666"
    with pytest.raises(GuardError, match="another account"):
        await scene.undo()
    assert outcomes(await scene.undo(accept_caller=True)) == ["rolled-back"] * 3


async def test_an_access_list_with_retired_identifiers_cannot_go_back_and_says_so(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    await scene.apply()
    now = scene.site.pages["101"].restrictions
    result = await scene.undo()
    assert outcomes(result) == ["held", "rolled-back"]
    assert "retired identifiers" in result.written[0].detail
    assert scene.site.pages["101"].restrictions == now
    assert_original(scene)


async def test_an_image_of_an_access_list_that_is_gone_names_no_version(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    await scene.apply()
    change(scene, "DELETE FROM image")
    result: Result = await scene.undo()
    assert result.written[0].detail == "what was there before is missing or damaged here"


async def test_an_image_that_is_not_the_text_that_was_recorded_is_never_written(tmp_path: Path) -> None:
    scene = await applied(tmp_path, site_of(page("101")))
    with closing(Journal.open(scene.journal_path, scene.clock)) as journal:
        (intent,) = journal.intents(Purpose.APPLY)
        left = journal.last(intent.op.token)
        assert left is not None
        current = await scene.site.fetch(*body("101"))
        job = RollbackJob(intent.op, intent, left, journal, scene.vault, KEY, scene.site.caller_id)
        assert job.decide(current) == scene.original["101"].body
        doubtful = replace(job, intent=replace(intent, base_hash="0" * 64)).decide(current)
    assert isinstance(doubtful, Refusal)
    assert doubtful.reason is HeldReason.NOT_PROVED
