"""The process is killed, or asked to stop, while the site has its request; and at every sync of a plan or rehearsal.

F26, F35, F67, F68, F69, F73. The harness without tracing: the sandbox holds one request, before or after carrying it out,
until the client is dead.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.plan_file import read_any_plan, write_plan
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.serve import serving
from tests.audit.doubles import FileSite
from tests.audit.faults.site import Small, outcomes
from tests.audit.shell import Shell
from tests.audit.test_crash import ROOT, check_invariants_on_disk, folders, strace, traced
from tests.audit.writing import Scene, page, planned_bodies, site_of

__all__ = ["strace"]  # a fixture
pytestmark = pytest.mark.anyio
PATIENCE_S = 60


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    site = Small(tmp_path)
    with serving(site.sandbox.app) as url:
        site.url = url
        yield site


def wait(seen: Callable[[], bool]) -> None:
    """Return as soon as something was seen, or after a time that is long for any machine."""
    deadline = time.monotonic() + PATIENCE_S
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert seen()


def killed(small: Small, step: str, fault: Fault) -> None:
    """Run one step in a process of its own and kill it while the site holds a request."""
    small.sandbox.faults.add(fault)
    command = [sys.executable, "-m", "tests.audit.crash_child", str(small.folder), step, small.url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as child:
        try:
            wait(lambda: any(entry.fault for entry in small.sandbox.log) or child.poll() is not None)
            assert child.poll() is None, child.stderr.read() if child.stderr else b""
        finally:
            child.kill()
    small.sandbox.faults.clear()


HELD = {"before the commit": FaultKind.HOLD_BEFORE, "after the commit": FaultKind.HOLD_AFTER}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HELD.values(), ids=HELD)
@pytest.mark.parametrize("number", [1, 2])
async def test_an_apply_that_is_killed_under_a_write_ends_like_an_undisturbed_one(
    small: Small, kind: FaultKind, number: int
) -> None:
    write_plan(await small.make(), small.folder / "plan.json")
    killed(small, "apply", Fault(kind, "PUT", nth=number))
    small.check()
    assert set(outcomes(await small.apply()).split()) <= {"applied", "already-done"}
    small.check()
    assert all(small.pages()[page_id].now.body == small.planned(page_id) for page_id in small.ids)
    assert {one.now.number for one in small.pages().values()} == {2}
    assert (await small.apply()).writes == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", HELD.values(), ids=HELD)
async def test_a_rollback_that_is_killed_under_a_write_ends_with_the_originals(small: Small, kind: FaultKind) -> None:
    write_plan(await small.make(), small.folder / "plan.json")
    await small.apply()
    killed(small, "undo", Fault(kind, "PUT", nth=2))
    small.check()
    assert set(outcomes(await small.undo()).split()) <= {"rolled-back", "already-done"}
    assert all(small.pages()[page_id].now.body == small.original[page_id] for page_id in small.ids)
    assert {one.now.number for one in small.pages().values()} == {3}
    small.check()


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2], ids=["on the way there", "on the way back"])
async def test_a_rehearsal_that_is_killed_is_put_back_and_the_plan_is_applied(small: Small, number: int) -> None:
    write_plan(await small.make(), small.folder / "plan.json")
    killed(small, "rehearse", Fault(FaultKind.HOLD_AFTER, "PUT", nth=number))
    small.check()
    await small.undo()
    assert all(small.pages()[page_id].now.body == small.original[page_id] for page_id in small.ids)
    assert outcomes(await small.apply()) == "applied applied applied"
    small.check()


# --- at every sync -------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_plan_that_is_killed_at_any_sync_is_whole_or_not_there(tmp_path: Path, strace: None) -> None:
    kills = 0
    site = site_of(page("101"))
    for folder in folders(tmp_path):
        FileSite.create(folder / "state.site", site.pages)
        code = traced(folder, "plan", int(folder.name))
        stored = folder / "plan.json"
        if stored.exists():
            assert len(read_any_plan(stored).actions) == 1
        assert FileSite(folder / "state.site").writes_before == 0
        if code == 0:
            assert stored.exists()
            break
        kills += 1
    assert kills >= 2


@pytest.mark.slow
async def test_a_rehearsal_that_is_killed_at_any_sync_leaves_nothing_behind(tmp_path: Path, strace: None) -> None:
    first = Scene(site_of(page("101")), tmp_path / "first")
    first.folder.mkdir()
    plan = await first.make()
    kills = 0
    for folder in folders(tmp_path):
        write_plan(plan, folder / "plan.json")
        FileSite.create(folder / "state.site", first.site.pages)
        code = traced(folder, "rehearse", int(folder.name))
        scene = Scene(FileSite(folder / "state.site"), folder, plan=plan)
        scene.original = first.original
        check_invariants_on_disk(scene)
        if b"PLANNED" in (folder / "journal.db").read_bytes() + wal(folder):
            await scene.undo()
        assert scene.site.pages["101"].body == first.original["101"].body
        assert [one.outcome.value for one in (await scene.apply()).written] == ["applied"]
        assert scene.site.pages["101"].body == planned_bodies(scene)["101"]
        if code == 0:
            break
        kills += 1
    assert kills >= 6


def wal(folder: Path) -> bytes:
    """Return what SQLite has not yet folded into the journal."""
    log = folder / "journal.db-wal"
    return log.read_bytes() if log.exists() else b""


@pytest.mark.slow
async def test_a_disk_that_fails_at_any_sync_never_leads_to_a_second_write(tmp_path: Path, strace: None) -> None:
    first = Scene(site_of(page("101")), tmp_path / "first")
    first.folder.mkdir()
    plan = await first.make()
    failures = 0
    for folder in folders(tmp_path):
        shutil.copytree(first.folder, folder, dirs_exist_ok=True)
        write_plan(plan, folder / "plan.json")
        FileSite.create(folder / "state.site", first.site.pages)
        code = traced(folder, "apply", int(folder.name), "error=EIO")
        scene = Scene(FileSite(folder / "state.site"), folder, plan=plan)
        scene.original = first.original
        await scene.apply()
        assert scene.site.pages["101"].body == planned_bodies(scene)["101"]
        assert scene.site.pages["101"].number == 8
        check_invariants_on_disk(scene)
        failures += code != 0
        if int(folder.name) >= 8:
            break
    assert failures >= 3


# --- asked to stop --------------------------------------------------------------------------------------------------


def writing(shell: Shell, fault: Fault, *signals: int) -> tuple[int, str]:
    """Apply the plan in a process of its own, send it signals while a write is answered, and return its code and words."""
    shell.sandbox.faults.add(fault)
    command = [sys.executable, "-m", "audit", "apply", "plan.json", "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=shell.folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        wait(lambda: any(entry.fault for entry in shell.sandbox.log) or child.poll() is not None)
        for number in signals:
            child.send_signal(number)
            time.sleep(0.3)
        _, err = child.communicate(timeout=PATIENCE_S)
    shell.sandbox.faults.clear()
    return child.returncode, err


@pytest.mark.slow
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_for_an_end_gets_it_after_the_write_under_way(shell: Shell, first: int) -> None:
    shell.planned("--space", "HR")
    code, err = writing(shell, Fault(FaultKind.DRIP, "PUT", seconds=0.002), first)
    assert code == 3, err
    assert "Stopped early: it was asked to stop" in err
    assert len(shell.sandbox.writes) <= 2, "one for each worker"
    assert shell.run("apply", "plan.json", "--yes") == 0
    assert shell.run("verify") == 0


@pytest.mark.slow
def test_who_asks_twice_gets_it_at_once_and_the_run_goes_on_later(shell: Shell) -> None:
    shell.planned("--space", "HR")
    # Every write from the second on is held: otherwise the other worker goes on until the signals come.
    held = Fault(FaultKind.HOLD_AFTER, "PUT", nth=2, times=0)
    code, err = writing(shell, held, signal.SIGINT, signal.SIGINT)
    assert code == 3, err
    assert "Traceback" not in err
    assert len(shell.sandbox.writes) <= 3
    assert shell.run("apply", "plan.json", "--yes") == 0
    assert shell.run("verify") == 0
