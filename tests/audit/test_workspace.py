"""The workspace is private, knows its runs, and lets one process write to a site at a time."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.errors import GuardError, WorkspaceError
from audit.locks import locked
from audit.workspace import RUN_ID, Workspace

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_a_workspace_and_its_runs_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    run = workspace.new_run(NOW)
    for path in (workspace.path, workspace.runs_path, run):
        assert path.stat().st_mode & 0o777 == 0o700
    assert RUN_ID.fullmatch(run.name)
    assert run.name.startswith("20261120T093000Z-")


def test_opening_again_keeps_the_key(tmp_path: Path) -> None:
    assert Workspace.open(tmp_path / "ws").key() == Workspace.open(tmp_path / "ws").key()


def test_the_latest_run_is_the_default(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    first = workspace.new_run(NOW)
    second = workspace.new_run(NOW.replace(hour=10))
    assert workspace.run_path(None) == second
    assert workspace.run_path(first.name) == first
    assert workspace.run_ids() == (first.name, second.name)


def test_the_latest_of_many_runs_of_one_second_is_the_one_begun_last(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    begun = [workspace.new_run(NOW.replace(microsecond=moment)).name for moment in (5, 5, 4, 900_000, 5, 999_999, 0)]
    assert workspace.run_ids() == tuple(begun)
    assert all(RUN_ID.fullmatch(name) for name in begun)
    assert workspace.run_path(None).name == begun[-1]


def test_a_second_without_free_names_gives_way_to_the_next(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    last = workspace.runs_path / "20261120T093000Z-ffffff"
    last.mkdir()
    assert workspace.new_run(NOW).name.startswith("20261120T093001Z-")


def test_a_run_is_worked_on_by_one_process_and_read_by_many(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    run, other = workspace.new_run(NOW), workspace.new_run(NOW)
    with workspace.working(run), workspace.using(run), workspace.using(run), workspace.working(other):
        with pytest.raises(GuardError, match=run.name), workspace.working(run):
            raise AssertionError("two workers")
        with pytest.raises(GuardError, match=run.name), workspace.purging([run], everything=False):
            raise AssertionError("purged under the worker")
    with workspace.purging([run], everything=False):
        with pytest.raises(GuardError, match=run.name), workspace.using(run):
            raise AssertionError("read while it is purged")
        with workspace.using(other):
            pass
    with workspace.purging([run, other], everything=True), pytest.raises(GuardError), workspace.using(other):
        raise AssertionError("used while everything is purged")


def test_a_run_that_was_purged_meanwhile_is_gone_and_not_made_again(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    run = workspace.new_run(NOW)
    with workspace.purging([run], everything=False):
        shutil.rmtree(run)
    with pytest.raises(WorkspaceError, match="is gone"), workspace.working(run):
        raise AssertionError("worked on nothing")
    assert not run.exists()


def test_a_lock_on_a_file_that_was_removed_is_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    path.touch()

    def removed(descriptor: int, operation: int) -> None:
        path.unlink()
        path.touch()

    with pytest.raises(FileNotFoundError), locked(path, exclusive=True, take=removed):
        raise AssertionError("held a lock that nobody else sees")


@pytest.mark.parametrize("name", ["../../etc", "20261120T093000Z-zzzzzz", ""])
def test_a_run_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    workspace.new_run(NOW)
    with pytest.raises(WorkspaceError, match="There is no run"):
        workspace.run_path(name)


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="confluence-gdpr audit"):
        Workspace.open(tmp_path / "ws").run_path(None)


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    path.mkdir()
    path.chmod(0o755)
    with pytest.raises(WorkspaceError, match="755"):
        Workspace.open(path)


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="writable folder"):
        Workspace.open(tmp_path / "file" / "ws")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    path.mkdir(mode=0o700)
    os.chown(path, 12345, 12345)
    with pytest.raises(WorkspaceError, match="another user"):
        Workspace.open(path)


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    with workspace.writer("https://acme.example"):
        with pytest.raises(GuardError, match=f"process {os.getpid()}"), workspace.writer("https://acme.example"):
            raise AssertionError("two writers")
        with workspace.writer("https://other.example"):
            pass
    with workspace.writer("https://acme.example"):
        pass


def test_a_vault_belongs_to_its_run(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    one, two = workspace.new_run(NOW), workspace.new_run(NOW)
    sealed = workspace.vault(one).seal(b"data", "A-1")
    assert workspace.vault(one).open(sealed, "A-1") == b"data"
    with pytest.raises(WorkspaceError):
        workspace.vault(two).open(sealed, "A-1")


def test_who_waits_for_a_lock_is_told_the_process_the_machine_and_since_when(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    with workspace.writer("https://acme.example"):
        (lock,) = workspace.path.glob("writer-*.lock")
        os.utime(lock, (NOW.timestamp(), NOW.timestamp()))
        with pytest.raises(GuardError) as caught, workspace.writer("https://acme.example"):
            pass
    assert f"process {os.getpid()} on {os.uname().nodename} since 2026-11-20T09:30:00Z" in caught.value.why
    assert "nothing to remove by hand" in caught.value.fix
    with workspace.writer("https://acme.example"):
        pass  # what the last holder wrote keeps nobody out


def test_a_file_system_without_locks_is_refused_with_advice(tmp_path: Path) -> None:
    import errno

    from audit.locks import Unlockable

    def share(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    def broken(_descriptor: int, _how: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(Unlockable), locked(tmp_path / "a.lock", exclusive=True, take=share):
        pass
    with pytest.raises(OSError, match="Input/output"), locked(tmp_path / "a.lock", exclusive=True, take=broken):
        pass
    with Workspace.open(tmp_path / "ws").writer("https://acme.example"):
        pass


def test_a_pause_is_asked_for_in_a_run_or_in_the_whole_workspace(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws")
    run = workspace.new_run(NOW)
    assert workspace.paused(run) is None
    (workspace.path / "pause").touch()
    assert workspace.paused(run) == workspace.path / "pause"
    (run / "pause").touch()
    assert workspace.paused(run) == run / "pause"
