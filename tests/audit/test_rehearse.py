"""A rehearsal writes a sample and puts it back; the same plan is applied afterwards."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from audit.applied import to_put_back
from audit.errors import BadAnswer, GuardError, Missing, NotAllowed, SiteError, Unreachable
from audit.journal import Journal
from audit.rehearse import Rehearsal, rehearse, sample_of
from rules.model import ObjectType
from tests.audit.doubles import FakeSite, Page
from tests.audit.shell import Shell
from tests.audit.writing import (
    CLOSED,
    HUMAN_TEXT,
    KEY,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    planned,
    planned_bodies,
    restrictions,
    site_of,
)

pytestmark = pytest.mark.anyio


async def rehearsed(scene: Scene, count: int = 2, **options: Any) -> Rehearsal:
    assert scene.plan is not None
    journal = Journal.open(scene.journal_path, scene.clock)
    try:
        return await rehearse(
            scene.plan,
            scene.site,
            journal,
            scene.vault,
            count=count,
            key=KEY,
            lock=nullcontext(),
            sleep=scene.sleeps,
            **options,
        )
    finally:
        journal.close()


def originals(scene: Scene) -> bool:
    return {name: one.body for name, one in scene.site.pages.items()} == {
        name: one.body for name, one in scene.original.items()
    }


async def test_a_sample_is_written_read_back_and_put_back_and_the_versions_are_counted(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    done = await rehearsed(scene)
    assert outcomes(done.there) == ["applied"] * 2
    assert outcomes(done.back) == ["rolled-back"] * 2
    assert (done.exit_code, done.versions, len(done.sample)) == (0, 4, 2)
    assert originals(scene)
    assert [one.number for one in scene.site.pages.values()] == [9, 9, 7]
    assert ["rehearse" in token for token in scene.site.tokens()] == [True, False, True, False]
    check_invariants(scene)


async def test_after_a_rehearsal_the_same_plan_is_applied_whole_and_rolled_back_whole(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await rehearsed(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert {name: one.body for name, one in scene.site.pages.items()} == planned_bodies(scene)
    assert outcomes(await scene.undo()) == ["rolled-back"] * 3
    assert originals(scene)
    check_invariants(scene)


async def test_who_edits_after_the_rehearsal_is_not_overwritten(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await rehearsed(scene)
    scene.site.pages["101"].edit(HUMAN_TEXT)
    result = await scene.apply()
    assert outcomes(result) == ["conflict", "applied", "applied"]
    assert result.written[0].detail == (
        "version 7 was planned, the rehearsal left version 9, version 10 is there, with another text; the versions"
        " since are of others"
    )
    assert scene.site.pages["101"].body == HUMAN_TEXT


async def test_who_edits_during_the_rehearsal_is_not_overwritten_and_it_is_no_success(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.after[2] = lambda _site, edited: edited.edit(HUMAN_TEXT)
    done = await rehearsed(scene)
    assert outcomes(done.there) == ["applied", "applied-then-edited"]
    assert sorted(outcomes(done.back)) == ["conflict", "rolled-back"]
    assert done.exit_code == 3
    assert scene.site.pages["102"].body == HUMAN_TEXT
    assert outcomes(await scene.apply()) == ["applied", "conflict", "applied"]


async def test_what_a_draft_held_back_is_not_finished_until_it_is_put_back(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[3] = "reset before"

    def drafts(_site: FakeSite, edited: Page) -> None:
        edited.draft = b"<p>unfinished</p>"

    scene.site.after[3] = scene.site.hooks[3] = drafts
    done = await rehearsed(scene)
    assert sorted(outcomes(done.back)) == ["held", "rolled-back"]
    with pytest.raises(GuardError, match="not finished"):
        await scene.apply()
    for one in scene.site.pages.values():
        one.draft = None
    await scene.undo()
    assert originals(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3


async def test_a_second_rehearsal_takes_other_objects_until_none_is_left(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await rehearsed(scene)
    again = await rehearsed(scene)
    assert [action.ref.id for action in again.sample] == ["103"]
    assert len(again.back.written) == 1
    assert again.exit_code == 0
    with pytest.raises(GuardError, match="can be rehearsed") as caught:
        await rehearsed(scene)
    assert caught.value.exit_code == 4


async def test_a_sample_holds_every_kind_before_it_holds_two_of_one_and_no_access_list(tmp_path: Path) -> None:
    pages = [page("101"), page("102"), page("103", type=ObjectType.BLOGPOST), page("104", restrictions=CLOSED)]
    scene = Scene(site_of(*pages), tmp_path)
    plan = await scene.make(*(body(one.id) for one in pages[:3]), restrictions("104"))
    journal = Journal.open(scene.journal_path, scene.clock)
    assert [action.ref.id for action in sample_of(plan, journal, scene.vault, KEY, 1)] == ["101"]
    assert [action.ref.id for action in sample_of(plan, journal, scene.vault, KEY, 9)] == ["101", "103", "102"]
    journal.close()


async def test_a_rehearsal_that_died_on_the_way_is_put_back_by_rollback_before_anything_else(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 5] = Unreachable(what="no connection")
    done = await rehearsed(scene)
    assert done.exit_code == 5
    assert not originals(scene)
    for refused in (scene.apply, lambda: rehearsed(scene)):
        with pytest.raises(GuardError, match="rollback PLAN"):
            await refused()
    assert scene.plan is not None
    journal = Journal.open(scene.journal_path, scene.clock)
    assert len(to_put_back(journal, scene.plan)) == len([1 for one in scene.site.pages.values() if one.number == 8])
    journal.close()
    await scene.undo()
    assert originals(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3
    check_invariants(scene)


async def test_a_stop_on_the_way_there_still_puts_back_what_was_written(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    done = await rehearsed(scene, 3, stopping=lambda: "enough" if scene.site.writes >= 1 else "")
    assert outcomes(done.there) == ["applied", "planned", "planned"]
    assert outcomes(done.back) == ["rolled-back"]
    assert done.exit_code == 3
    assert originals(scene)


async def test_a_site_that_garbles_what_it_stores_is_found_out_by_the_rehearsal(tmp_path: Path) -> None:
    scene = Scene(FakeSite({"101": page("101", '<p><ri:user ri:username="ada.quill"/><br/></p>')}), tmp_path)
    await scene.make()
    scene.site.normalise = lambda data: data.replace(b"<br/>", b"") if b"account-id" in data else data
    done = await rehearsed(scene)
    assert outcomes(done.there) == ["diverged"]
    assert outcomes(done.back) == ["rolled-back"]
    assert done.exit_code == 3
    assert originals(scene)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotAllowed(what="The site does not let us", status=403), "held"),
        (Missing(what="The site does not find it", status=404), "conflict"),
        (BadAnswer.shape("page 101", "no version"), "failed"),
    ],
)
async def test_an_object_that_cannot_be_read_fails_the_rehearsal_and_costs_no_other_one(
    tmp_path: Path, error: SiteError, outcome: str
) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 1] = error
    done = await rehearsed(scene)
    assert outcomes(done.there) == [outcome, "applied"]
    assert outcomes(done.back) == ["rolled-back"]
    assert done.exit_code == 3
    assert originals(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3
    check_invariants(scene)


async def test_an_object_that_cannot_be_read_on_the_way_back_waits_for_a_rollback(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 5] = BadAnswer.shape("page 102", "no version")
    done = await rehearsed(scene)
    assert sorted(outcomes(done.back)) == ["failed", "rolled-back"]
    assert done.exit_code == 3
    with pytest.raises(GuardError, match="rollback PLAN"):
        await scene.apply()
    await scene.undo()
    assert originals(scene)
    assert outcomes(await scene.apply()) == ["applied"] * 3


# --- the command --------------------------------------------------------------------------------------------------


def reported(shell: Shell, *options: str) -> dict[str, Any]:
    assert shell.run("report", "--format", "json", "--out", "-", *options) == 0, shell.err
    found: dict[str, Any] = json.loads(shell.out)
    return found


def test_rollback_rehearses_before_the_bulk_run(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    before = shell.sandbox.dump()["contents"]
    (shell.folder / "ws" / "pause").touch()
    assert shell.run("apply", plan, "--yes") == 3
    (shell.folder / "ws" / "pause").unlink()
    assert reported(shell)["purpose"] == "audit"
    code, text = shell.fails("rollback", "--rehearse", "3", plan)
    assert "put them back" in text
    assert not shell.sandbox.writes
    assert shell.run("rollback", "--rehearse", "3", plan, "--yes") == 0
    assert "6  new versions" in shell.out
    assert len(shell.sandbox.writes) == 6
    rehearsed = reported(shell)
    assert (rehearsed["purpose"], rehearsed["plan"]["rehearsal"]["put_back"]) == ("dry-run", 3)
    assert {change["outcome"] for change in rehearsed["changes"]} == {"planned"}
    assert rehearsed["run"]["hosts"][-1]["purpose"].startswith("rehearsal: ")
    assert reported(shell, "--plan", rehearsed["plan"]["id"]) == rehearsed
    assert reported(shell, "--purpose", "audit")["purpose"] == "audit"
    assert shell.fails("report", "--purpose", "migration")[0] == 2
    after = shell.sandbox.dump()["contents"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {name: one["versions"][-1]["body"] for name, one in after.items()} == {
        name: one["versions"][-1]["body"] for name, one in before.items()
    }
    assert shell.run("apply", plan, "--yes") == 0
    assert shell.run("verify") == 0
    assert code == 2
    assert reported(shell)["purpose"] == "migration"
    assert reported(shell, "--purpose", "dry-run")["purpose"] == "dry-run"


def test_a_rehearsal_that_fails_names_the_object(shell: Shell) -> None:
    from audit.sandbox.faults import Fault, FaultKind

    shell.run("audit", "--space", "HR")
    plan = str(shell.plan())
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, method="PUT", path="/api/v2/", nth=2, status=400))
    assert shell.run("rollback", "--rehearse", "2", plan, "--yes") == 3
    assert "refused the write with status 400" in shell.out
    assert "did not go through" in shell.out
    assert len(reported(shell)["plan"]["rehearsal"]["left"]) == 1
    assert shell.fails("rollback", "--rehearse", "2")[0] == 2
