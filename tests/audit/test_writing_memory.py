"""What a later command knows of earlier ones: lost and damaged journals, open divergences, declined actions."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.guards import FORGOTTEN, UNRECORDED
from audit.parts import RESTRICTIONS, is_grants
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell
from tests.audit.writing import HUMAN_TEXT, names, outcomes, page, planned, planned_bodies, site_of

pytestmark = pytest.mark.anyio
HOUR = (("Retry-After", "3600"),)


def lose_the_journal(folder: Path) -> None:
    for name in names(folder):
        if name.startswith("journal.db"):
            (folder / name).unlink()


async def test_a_plan_without_its_journal_knows_its_own_text_again_and_blames_nobody(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await scene.apply(stopping=lambda: "enough" if scene.site.writes else "")
    scene.site.pages["102"].edit(HUMAN_TEXT)
    lose_the_journal(tmp_path)
    result = await scene.apply()
    assert outcomes(result) == ["conflict", "conflict", "applied"]
    assert result.written[0].detail == f"version 8 is ours: {UNRECORDED}"
    assert UNRECORDED not in result.written[1].detail


async def test_a_history_that_cannot_be_read_leaves_a_conflict_a_conflict(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    changed = scene.site.pages["102"]
    changed.edit(HUMAN_TEXT)

    class Mute:
        """The site without histories."""

        caller, fetch, replace = scene.site.caller, scene.site.fetch, scene.site.replace

        async def history(self, _ref: object) -> tuple[()]:
            raise failure

    from audit.errors import BadAnswer, Unreachable

    failure: BadAnswer | Unreachable = BadAnswer(what="not JSON")
    assert outcomes(await scene.apply(target=Mute())) == ["applied", "conflict", "applied"]
    failure = Unreachable(what="nobody there")
    assert (await scene.apply(target=Mute())).exit_code == 5


def test_a_rollback_without_its_journal_says_that_nothing_is_recorded_and_is_refused(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    run = shell.workspace().run_path(None)
    assert shell.run("apply", plan, "--yes") == 0
    lose_the_journal(run)
    assert shell.run("apply", plan, "--yes") == 3
    assert f"{UNRECORDED}. {FORGOTTEN}" in shell.out
    before = len(shell.sandbox.writes)
    code, text = shell.fails("rollback", "--yes")
    assert (code, "Nothing is recorded as written by this plan" in text) == (4, True)
    assert len(shell.sandbox.writes) == before


async def test_open_divergences_are_read_again_before_anything_is_written_whatever_their_place(tmp_path: Path) -> None:
    scene = await planned(
        tmp_path,
        site_of(page("101"), page("102", '<p><ri:user ri:username="ada.quill"/><br/></p>'), page("103"), page("104")),
    )
    scene.site.normalise = lambda data: data.replace(b"<br/>", b"")
    stopped = await scene.apply(concurrency=2)
    assert "diverged" in outcomes(stopped)
    open_ones = outcomes(stopped).count("planned")
    again = await scene.apply(concurrency=2)
    assert (again.writes, again.exit_code, "A-0002" in again.stopped) == (0, 3, True)
    mended = scene.site.pages["102"]
    mended.versions[-1] = (*mended.versions[-1][:3], planned_bodies(scene)["102"])
    last = await scene.apply(concurrency=2)
    assert (last.writes, last.exit_code) == (open_ones, 0)


async def test_a_pause_and_a_lost_site_hold_back_even_the_second_look(tmp_path: Path) -> None:
    from audit.errors import Unreachable

    scene = await planned(tmp_path)
    scene.site.normalise = lambda data: data.replace(b"Xylophonic", b"")
    await scene.apply(concurrency=1)
    before = scene.site.fetches
    assert (await scene.apply(stopping=lambda: "it was asked to stop")).stopped == "it was asked to stop"
    assert scene.site.fetches == before
    scene.site.fetch_faults[before + 1] = Unreachable(what="nobody there")
    assert (await scene.apply()).exit_code == 5


def test_a_site_that_asks_for_an_hour_in_a_503_is_left_alone_and_the_hour_is_named(shell: Shell) -> None:
    plan = str(shell.planned())
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, method="PUT", times=0, status=503, headers=HOUR))
    assert shell.run("apply", plan, "--yes") == 5
    assert len(shell.sandbox.writes) <= 2, "one, and what the other worker had begun"
    assert "Run again in 60 minutes." in shell.err
    shell.sandbox.faults.clear()
    assert shell.run("apply", plan, "--yes") in (0, 3)
    assert "diverged" not in shell.out
    assert "failed" not in shell.out


async def test_who_has_become_anonymous_learns_nothing_about_what_is_not_found(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    missing = scene.site.pages.pop("102")
    scene.site.callers = [scene.site.caller_id, ""]
    result = await scene.apply()
    assert outcomes(result) == ["applied", "failed", "planned"]
    assert (result.exit_code, "anonymous" in result.stopped) == (5, True)
    assert "A-0002 CONFLICT" not in scene.states()
    scene.site.pages["102"] = missing
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]


@pytest.mark.parametrize("fault", ["403", "404"])
async def test_a_write_that_is_refused_to_an_anonymous_visitor_says_nothing_about_the_object(
    tmp_path: Path, fault: str
) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    scene.site.callers = [scene.site.caller_id, ""]
    result = await scene.apply()
    assert outcomes(result) == ["applied", "failed", "planned"]
    assert result.exit_code == 5
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]


async def test_what_already_holds_the_text_from_before_is_done_and_nobody_has_to_look(tmp_path: Path) -> None:
    from audit.rollback import rolled_back

    scene = await planned(tmp_path)
    await scene.apply()
    scene.site.pages["101"].edit(scene.original["101"].body)
    result = await scene.undo()
    assert outcomes(result) == ["rolled-back", "rolled-back", "already-done"]
    assert result.exit_code == 0
    assert result.written[2].reason is None
    assert scene.plan is not None
    assert rolled_back(scene.plan, result)[1] == ()


def decided(shell: Shell, plan: str, rows: str, out: str) -> str:
    """Review a plan by some decisions and return the plan that is left."""
    (shell.folder / "said.csv").write_text(f"action,decision,by\n{rows}")
    assert shell.run("plan", "review", plan, "--decisions", "said.csv", "--out", out, "--format", "") == 1
    return out


def test_what_a_reviewer_declined_is_not_written_by_the_plan_that_was_reviewed(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    actions = len(json.loads(Path(plan).read_bytes())["actions"])
    less = decided(shell, plan, "A-0001,decline,Tilda Bergmann\n*,accept,Tilda Bergmann\n", "less.json")
    assert shell.run("apply", less, "--yes") == 0
    before = len(shell.sandbox.writes)
    code, text = shell.fails("apply", plan, "--yes")
    assert (code, len(shell.sandbox.writes)) == (4, before)
    reviewed_id = json.loads((shell.folder / less).read_bytes())["id"]
    assert "A-0001" in text
    assert "declined it on" in text
    assert reviewed_id in text
    assert "Tilda Bergmann" not in text
    assert "--override-declined" in text
    assert shell.run("apply", plan, "--yes", "--override-declined") == 0
    assert len(shell.sandbox.writes) == before + 1
    assert f"{actions - 1:>6}  already-done" in shell.out


def test_a_reviewer_who_accepts_later_has_the_last_word_and_a_review_of_a_review_counts(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    first = decided(shell, plan, "A-0001,decline,Tilda\n*,accept,Tilda\n", "first.json")
    second = decided(shell, first, "A-0002,decline,Olle\n*,accept,Olle\n", "second.json")
    assert shell.run("apply", second, "--yes") == 0
    assert "A-0001, A-0002" in shell.fails("apply", plan, "--yes")[1]
    anew = decided(shell, plan, "*,accept,Tilda\n", "anew.json")
    assert shell.run("apply", anew, "--yes") == 0


def test_after_a_stop_the_same_apply_is_named_first(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    pause = shell.workspace().path / "pause"
    pause.touch()
    assert shell.run("apply", plan, "--yes") == 3
    assert f"Next: confluence-gdpr apply {plan} goes on from here; then confluence-gdpr verify" in shell.out
    pause.unlink()
    assert shell.run("apply", plan, "--yes") == 0
    assert "Next: confluence-gdpr verify;" in shell.out


def test_an_empty_plan_names_no_watchers_and_no_next_step(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    empty = decided(shell, plan, "*,decline,Tilda\n", "empty.json")
    assert shell.run("apply", empty, "--yes") == 0
    assert "There is nothing to write." in shell.out
    assert "Watchers" not in shell.out
    first = json.loads(Path(plan).read_bytes())
    changed = {one["ref"]["id"] for one in first["actions"]}
    held = next(
        one["ref"]["id"] for one in first["held"] if one["ref"]["type"] == "page" and one["ref"]["id"] not in changed
    )
    selected = ("--only", f"page:{held}", "--format", "", "--out", "none.json")
    assert shell.run("plan", "--local", "--mapping", "users.csv", *selected) == 1
    assert ": 0 objects to change" in shell.out
    assert "Next:" not in shell.out


def test_a_draft_is_passed_over_where_the_command_says_so(shell: Shell) -> None:
    plan = shell.planned("--space", "HR")
    action = next(one for one in json.loads(plan.read_bytes())["actions"] if one["ref"]["type"] == "page")
    page_id = action["ref"]["id"]
    strike = Fault(FaultKind.DRAFT_BEFORE, method="GET", path=f"pages/{page_id}$")
    shell.sandbox.faults.add(strike)
    assert shell.run("apply", str(plan), "--yes") == 3
    assert f"{action['id']} page {page_id}: held, it has an unpublished draft" in shell.out
    assert shell.run("apply", str(plan), "--yes", "--allow-drafts") == 0


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_a_damaged_journal_is_put_back_up_to_the_damage_where_the_command_says_so(shell: Shell) -> None:
    plan = str(shell.migrated("--space", "HR"))
    journal = shell.workspace().run_path(None) / "journal.db"
    with closing(sqlite3.connect(journal)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM record").fetchone()
    change(journal, "UPDATE record SET entry = replace(entry, 'DONE', 'done') WHERE seq = ?", count)
    code, text = shell.fails("rollback", "--yes")
    assert (code, "`rollback --before-damage` puts back what" in text) == (4, True)
    code, text = shell.fails("rollback", "--before-damage", "--rehearse", "1", plan, "--yes")
    assert (code, "needs a whole journal" in text) == (2, True)
    assert shell.run("report", "--purpose", "migration", "--format", "md", "--out", "-") == 0
    why = f"the journal is damaged from record {count} on"
    assert why in shell.out
    assert why in shell.err
    assert shell.run("rollback", "--before-damage", "--yes") in {0, 3}
    assert "rolled-back" in shell.out
    first = len(shell.sandbox.writes)
    shell.run("rollback", "--before-damage", "--yes")
    assert "rolled-back" not in shell.out
    assert len(shell.sandbox.writes) == first


@pytest.mark.parametrize("role", ["before", "planned"])
def test_a_damaged_image_is_told_by_apply_and_by_verify(shell: Shell, role: str) -> None:
    plan = str(shell.migrated("--space", "HR"))
    journal = shell.workspace().run_path(None) / "journal.db"
    change(journal, "UPDATE image SET sealed = zeroblob(60) WHERE role = ? AND op LIKE '% A-0001 %'", role)
    for command in (("apply", plan, "--yes"), ("verify", "--no-residue")):
        assert shell.run(*command) == 3
        assert shell.err.count("is damaged in the journal, so `rollback` leaves it alone") == 1
        assert "A-0001 " in shell.err


def test_shredded_images_are_not_damaged_ones(shell: Shell) -> None:
    shell.migrated("--space", "HR")
    change(shell.workspace().run_path(None) / "journal.db", "DELETE FROM image")
    assert shell.run("verify", "--no-residue") == 0
    assert "damaged" not in shell.err


def test_a_rule_that_is_not_there_is_refused_with_those_that_are(shell: Shell) -> None:
    shell.audited("--space", "HR")
    code, text = shell.fails("plan", "--local", "--mapping", shell.mapping(), "--only", "rule:nope")
    assert (code, "There is no rule nope" in text) == (2, True)
    assert "user-link-username" in text or "mention" in text


def test_a_report_in_the_format_of_the_plan_has_a_name_of_its_own(shell: Shell) -> None:
    shell.audited("--space", "HR")
    assert shell.run("plan", "--local", "--mapping", shell.mapping(), "--format", "json") == 1
    plan, report = shell.folder / "plan.json", shell.folder / "plan.report.json"
    assert json.loads(plan.read_bytes())["id"] == json.loads(report.read_bytes())["plan"]["id"]


def test_accounts_that_one_route_alone_names_and_the_lists_they_enter_are_told_before_the_question(
    shell: Shell,
) -> None:
    shell.audited()
    assert shell.run("plan", "--local", "--mapping", shell.mapping(), "--format", "") == 1
    lists = [one for one in json.loads((shell.folder / "plan.json").read_bytes())["actions"] if access(one["part"])]
    assert lists
    for _ in ("plan", "apply"):
        assert re.search(
            r"^ {8}(\d+) identifiers rest on one route, which no other confirms: csv \1$", shell.out, re.MULTILINE
        )
        assert f"{len(lists):>6}  access lists let in such an account: " in shell.out
        assert f"{lists[0]['id']} {lists[0]['ref']['type']} {lists[0]['ref']['id']}" in shell.out
        shell.run("apply", "plan.json")
    shell.run("plan", "--witness", "--mapping", shell.mapping(), "--format", "", "--force")
    assert "access lists let in" not in shell.out
    assert shell.run("identities") == 1
    assert re.search(
        r"\d+ identifiers rest on one route, which no other confirms: conversion \d+, jira \d+$",
        shell.out,
        re.MULTILINE,
    )


def access(part: str) -> bool:
    return part == RESTRICTIONS or is_grants(part)
