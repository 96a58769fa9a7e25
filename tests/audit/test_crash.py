"""The process dies at every step that leaves a trace, and the run goes on from there."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.journal import Journal, check
from audit.plan_file import write_plan
from audit.records import Check
from tests.audit.doubles import FakeSite, FileSite, KillSwitch
from tests.audit.writing import (
    CLOSED,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    planned_bodies,
    restrictions,
    site_of,
)

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
MOST_STEPS = 80


class Steps:
    """Counts the steps that leave a trace, and ends the process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.count = 0
        self.fatal = fatal

    def __call__(self, _step: str) -> None:
        self.count += 1
        if self.count == self.fatal:
            raise KillSwitch


class MortalJournal(Journal):
    """A journal whose process can die right before and right after each durable step."""

    steps: Steps

    def _write(self, *given: Any) -> None:
        self.steps("before append")
        super()._write(*given)
        self.steps("after append")


def died(error: BaseException) -> bool:
    """Return whether it was the kill switch and nothing else, bare or in the groups of asyncio."""
    if isinstance(error, BaseExceptionGroup):
        return all(died(inner) for inner in error.exceptions)
    return isinstance(error, KillSwitch)


async def attempt(scene: Scene, step: str, fatal: int, concurrency: int = 1) -> bool:
    """Run one step of the scene until it ends (True) or dies at its step number `fatal`."""
    steps = Steps(fatal)
    journal = MortalJournal.open(scene.journal_path, scene.clock)
    journal.steps = steps
    scene.site.durable = steps
    work = scene.apply if step == "apply" else scene.undo
    try:
        await work(journal=journal, concurrency=concurrency)
    except BaseException as error:
        if not died(error):
            raise
        return False
    finally:
        journal.close()
        scene.site.durable = lambda _step: None
    return True


def small_site() -> FakeSite:
    return site_of(page("101", restrictions=CLOSED), page("102"))


PLACES = (body("101"), restrictions("101"), body("102"))


def assert_applied(scene: Scene) -> None:
    assert {each.id: each.body for each in scene.site.pages.values()} == planned_bodies(scene)
    assert {each.number for each in scene.site.pages.values()} == {8}
    assert b"userKey" not in scene.site.pages["101"].restrictions
    assert scene.site.pages["101"].restriction_writes == 1


def folders(root: Path) -> Iterator[Path]:
    for fatal in range(1, MOST_STEPS):
        folder = root / str(fatal)
        folder.mkdir()
        yield folder
    pytest.fail("the run has no end")


@pytest.mark.parametrize("fault", ["", "reset before", "reset after", "409"])
async def test_an_apply_that_dies_at_any_step_goes_on_to_the_same_result(tmp_path: Path, fault: str) -> None:
    deaths = 0
    for folder in folders(tmp_path):
        scene = Scene(small_site(), folder)
        await scene.make(*PLACES)
        scene.site.faults[2] = fault
        if await attempt(scene, "apply", int(folder.name)):
            break
        deaths += 1
        assert check(scene.journal_path).first_bad is None
        check_invariants(scene)
        scene.site.faults = {}
        result = await scene.apply()
        assert {written.outcome.value for written in result.written} <= {"applied", "already-done"}
        if not fault:
            assert_applied(scene)
        check_invariants(scene)
        assert (await scene.apply()).writes == 0
    assert deaths >= 20


async def test_a_rollback_that_dies_at_any_step_goes_on_to_the_originals(tmp_path: Path) -> None:
    deaths = 0
    for folder in folders(tmp_path):
        scene = Scene(site_of(page("101"), page("102")), folder)
        await scene.make()
        await scene.apply()
        if await attempt(scene, "undo", int(folder.name)):
            break
        deaths += 1
        check_invariants(scene)
        result = await scene.undo()
        assert {written.outcome.value for written in result.written} <= {"rolled-back", "already-done"}
        assert {each.body for each in scene.site.pages.values()} == {each.body for each in scene.original.values()}
        assert {each.number for each in scene.site.pages.values()} == {9}
        check_invariants(scene)
        assert (await scene.undo()).writes == 0
    assert deaths >= 15


async def test_a_rollback_after_an_apply_that_died_at_any_step_gives_the_originals(tmp_path: Path) -> None:
    for folder in folders(tmp_path):
        scene = Scene(site_of(page("101"), page("102")), folder)
        await scene.make()
        ended = await attempt(scene, "apply", int(folder.name))
        if int(folder.name) > 2:  # before that the journal has not heard of the plan, and nothing was written
            await scene.undo()
        assert {each.body for each in scene.site.pages.values()} == {each.body for each in scene.original.values()}
        check_invariants(scene)
        if ended:
            break


@given(deaths=st.lists(st.integers(1, 20), max_size=6), concurrency=st.integers(1, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_series_of_deaths_and_resumes_ends_like_an_uninterrupted_run(
    tmp_path: Path, deaths: list[int], concurrency: int
) -> None:
    folder = tmp_path / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    async def story() -> None:
        scene = Scene(small_site(), folder)
        await scene.make(*PLACES)
        for fatal in deaths:
            await attempt(scene, "apply", fatal, concurrency)
        assert await attempt(scene, "apply", 0)
        assert_applied(scene)
        check_invariants(scene)

    with asyncio.Runner() as runner:
        runner.run(story())


def traced(folder: Path, step: str, number: int, what: str = "signal=SIGKILL") -> int:
    """Run the child under strace and return its exit code; in its sync number `number` it is killed, or `what`."""
    inject = f"inject=fsync,fdatasync:{what}:when={number}"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", inject]
    child = [sys.executable, "-m", "tests.audit.crash_child", str(folder), step]
    return subprocess.run([*command, *child], cwd=ROOT, check=False, capture_output=True, timeout=120).returncode


@pytest.fixture
def strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    probe = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True)  # noqa: S607
    if probe.returncode != 0:
        pytest.skip("this machine does not allow a process to be traced")


@pytest.mark.slow
@pytest.mark.parametrize("step", ["apply", "undo"])
async def test_a_real_process_killed_at_every_sync_leaves_a_run_that_can_be_resumed(
    tmp_path: Path, step: str, strace: None
) -> None:
    first = Scene(site_of(page("101")), tmp_path / "first")
    first.folder.mkdir()
    plan = await first.make()
    if step == "undo":
        await first.apply()
    kills = 0
    for folder in folders(tmp_path):
        shutil.copytree(first.folder, folder, dirs_exist_ok=True)
        write_plan(plan, folder / "plan.json")
        FileSite.create(folder / "state.site", first.site.pages)
        code = traced(folder, step, int(folder.name))
        scene = Scene(FileSite(folder / "state.site"), folder, plan=plan)
        scene.original = first.original
        if code == 0:
            break
        kills += 1
        found = check(scene.journal_path)
        assert found == Check(found.records)
        applied = [message for _, message, _, _ in scene.site.pages["101"].versions if message]
        result = (
            await (scene.apply() if step == "apply" else scene.undo()) if found.records or step == "apply" else None
        )
        assert result is not None
        assert set(outcomes(result)) <= {"applied", "already-done", "rolled-back"}
        expected = planned_bodies(scene) if step == "apply" else {"101": first.original["101"].body}
        assert scene.site.pages["101"].body == expected["101"]
        assert scene.site.writes + len(applied) <= (1 if step == "apply" else 2)
        check_invariants_on_disk(scene)
    assert kills >= 4


def check_invariants_on_disk(scene: Scene) -> None:
    """Assert I1 and I3 where the log of requests died with its process."""
    tokens = scene.site.tokens()
    assert len(tokens) == len(set(tokens)), "I3"
    check_invariants(scene)
