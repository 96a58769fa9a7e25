"""Faults of the machine that the tool runs on: F72, F75, F76, F79 and the paths of what it writes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from audit.errors import GdprError, UsageError, WorkspaceError
from audit.files import write_whole
from audit.plan_file import read_any_plan, write_plan
from audit.workspace import Workspace
from tests.audit.shell import Shell
from tests.audit.writing import Scene, check_invariants, names, outcomes, page, planned, site_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "name", ["with blanks.json", "Übersicht für Ölberg.json", "-rf.json", "n" * 250 + ".json", "a\nb.json", "%s.json"]
)
async def test_a_plan_takes_any_name_that_the_system_takes_f76(tmp_path: Path, name: str) -> None:
    (tmp_path / "run").mkdir()
    scene = await planned(tmp_path / "run")
    assert scene.plan is not None
    write_plan(scene.plan, tmp_path / name)
    assert read_any_plan(tmp_path / name) == scene.plan
    assert names(tmp_path) == sorted(["run", name])


def test_a_name_that_the_system_does_not_take_leaves_nothing_f76(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        write_whole(tmp_path / ("n" * 300), b"x", force=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "link to a folder"])
def test_what_is_no_file_is_never_written_through_f76(tmp_path: Path, kind: str) -> None:
    place, other = tmp_path / "plan.json", tmp_path / "other"
    if kind == "folder":
        place.mkdir()
    else:
        if kind == "link":
            other.write_text("mine")
        elif kind == "link to a folder":
            other.mkdir()
        place.symlink_to(other)
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(place, b"ours", force=True)
    assert not other.is_file() or other.read_text() == "mine"


def test_a_workspace_that_is_no_folder_is_refused_f72(tmp_path: Path) -> None:
    (tmp_path / "ws").write_text("a file")
    with pytest.raises(WorkspaceError):
        Workspace.open(tmp_path / "ws")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_run_that_cannot_be_written_is_refused_before_the_first_write_f72(shell: Shell) -> None:
    plan = shell.planned("--space", "HR")
    run = shell.workspace().run_path(None)
    run.chmod(0o500)
    try:
        assert shell.fails("apply", str(plan), "--yes")[0] == 2
    finally:
        run.chmod(0o700)
    assert not shell.sandbox.writes


async def test_memory_that_runs_out_ends_the_run_and_leaves_the_journal_whole_f75(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(str(number)) for number in range(101, 105))), tmp_path)
    await scene.make()
    scene.site.fetch_faults[scene.site.fetches + 3] = MemoryError()
    with pytest.raises(MemoryError):
        await scene.apply()
    assert set(outcomes(await scene.apply())) <= {"applied", "already-done"}
    check_invariants(scene)


@pytest.mark.parametrize("worker", [1, 2, 3])
async def test_one_worker_that_fails_leaves_right_figures_and_no_half_write_f79(tmp_path: Path, worker: int) -> None:
    scene = Scene(site_of(*(page(str(number)) for number in range(101, 109))), tmp_path)
    await scene.make()
    scene.site.fetch_faults[scene.site.fetches + worker] = RuntimeError("a defect")
    with pytest.raises(RuntimeError):
        await scene.apply(concurrency=3)
    check_invariants(scene)
    again = await scene.apply(concurrency=3)
    assert set(outcomes(again)) <= {"applied", "already-done"}
    assert {one.number for one in scene.site.pages.values()} == {8}


async def test_nothing_that_is_cancelled_at_any_moment_leaves_more_than_can_be_resumed_f73(tmp_path: Path) -> None:
    for ticks in range(1, 40, 3):
        folder = tmp_path / str(ticks)
        folder.mkdir()
        scene = await planned(folder)
        task = asyncio.create_task(scene.apply())
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except (asyncio.CancelledError, GdprError):
            check_invariants(scene)
        assert set(outcomes(await scene.apply())) <= {"applied", "already-done"}
        check_invariants(scene)


def test_a_report_that_cannot_be_made_leaves_the_plan_and_the_others_f77(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from audit.cli.writing import render_beside
    from reports.format import Format, Unavailable
    from tests.reports.samples import dry_run

    def broken(_evidence: object) -> bytes:
        raise Unavailable("pdf cannot be made here")

    forms = {"pdf": Format("pdf", ".pdf", "", broken), "text": Format("text", ".txt", "", lambda _: b"whole")}
    render_beside(tmp_path / "plan.json", dry_run(), forms, force=False)
    shown = capsys.readouterr()
    assert "pdf cannot be made here" in shown.err
    assert (tmp_path / "plan.txt").read_bytes() == b"whole"
    assert not (tmp_path / "plan.pdf").exists()
