"""What the commands must not do to each other, to files of the user, and to what was applied before."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.disk import full, reason
from audit.errors import WorkspaceError
from audit.journal import Journal
from audit.records import Entry, Op, Purpose, State
from audit.run import RunStore
from audit.sandbox.faults import Fault, FaultKind
from rules.model import ObjectType, Ref
from tests.audit.shell import Shell

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def latest(shell: Shell) -> Path:
    """Return the folder of the latest run."""
    return shell.workspace().run_path(None)


# --- one command at a time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--resume"), ("plan", "--mapping", "users.csv", "--out", "other.json"), ("apply", "plan.json", "--yes"),
        ("verify",), ("rollback", "--yes"), ("purge", "--yes", "--force"), ("purge", "--all", "--yes", "--force"),
    ],
)  # fmt: skip
def test_a_run_that_another_command_works_on_is_refused_by_name(shell: Shell, command: tuple[str, ...]) -> None:
    shell.planned("--space", "HR")
    run = latest(shell)
    before = {path.name: path.stat().st_size for path in run.iterdir()}
    with shell.workspace().working(run):
        code, text = shell.fails(*command)
    assert code == 4
    assert "in use" in text
    assert f"process {os.getpid()}" in text
    assert run.name in text
    assert {path.name: path.stat().st_size for path in run.iterdir()} == before
    assert not shell.sandbox.writes


def test_a_run_is_not_purged_while_somebody_reads_it_or_writes_to_its_site(shell: Shell) -> None:
    shell.audited("--space", "HR")
    run = latest(shell)
    with shell.workspace().using(run):
        assert run.name in shell.fails("purge", "--yes")[1]
        assert shell.run("report", "--format", "json") == 0
        assert shell.run("runs") == 0
    with shell.workspace().writer(shell.url):
        code, text = shell.fails("purge", "--yes")
    assert code == 4
    assert "writing to" in text
    assert (run / "run.key").exists()
    assert shell.run("purge", "--yes") == 0
    assert not run.exists()


def journal_with(run: Path, *states: State) -> None:
    """Write a journal of one op that went through the given states."""
    op = Op("confluence-gdpr A-0001 0f3c9a5be214", Purpose.APPLY, "plan", "A-0001", Ref(ObjectType.PAGE, "1"), "body")
    journal = Journal.open(run / "journal.db", lambda: NOW)
    journal.append(*(Entry(op, state) for state in states))
    journal.close()


@pytest.mark.parametrize(
    "states", [(State.INTENT, State.SENT), (State.INTENT, State.SENT, State.AMBIGUOUS), (State.INTENT, State.SENT, State.ACKED)]
)  # fmt: skip
def test_a_run_with_writes_of_unknown_outcome_is_purged_only_with_force(
    shell: Shell, states: tuple[State, ...]
) -> None:
    run = shell.workspace().new_run(NOW)
    journal_with(run, *states)
    for command in (("purge", "--yes"), ("purge", "--force")):
        code, text = shell.fails(*command)
        assert code == 4
        assert "1 of its writes" in text
        assert run.name in text
        assert (run / "run.key").exists()
    assert shell.run("purge", "--yes", "--force") == 0
    assert not run.exists()


def test_a_run_whose_writes_are_settled_is_purged(shell: Shell) -> None:
    run = shell.workspace().new_run(NOW)
    journal_with(run, State.INTENT, State.SENT, State.ACKED, State.VERIFIED, State.DONE)
    assert shell.run("purge", "--yes") == 0
    assert not run.exists()


def test_purge_without_a_terminal_names_the_runs_it_would_destroy(shell: Shell) -> None:
    names = {shell.workspace().new_run(NOW).name for _ in range(2)}
    _, text = shell.fails("purge", "--all")
    assert all(name in text for name in names)


# --- files of the user --------------------------------------------------------------------------------------------


def test_a_report_never_takes_the_name_of_the_plan_or_of_the_mapping(shell: Shell) -> None:
    shell.audited("--space", "HR")
    mapping, requests = shell.mapping(), len(shell.sandbox.log)
    (shell.folder / "plan.report.json").touch()
    _, text = shell.fails("plan", "--mapping", mapping, "--format", "json")
    assert "plan.report.json" in text
    _, text = shell.fails("plan", "--mapping", mapping, "--format", "csv", "--out", "users.json", "--force")
    assert "users.csv" in text
    assert "account_id" in Path(mapping).read_text()
    assert len(shell.sandbox.log) == requests


def test_a_file_beside_the_plan_is_replaced_only_with_force(shell: Shell) -> None:
    shell.audited("--space", "HR")
    foreign, requests = shell.folder / "plan.html", len(shell.sandbox.log)
    foreign.write_text("mine")
    _, text = shell.fails("plan", "--mapping", shell.mapping(), "--format", "html")
    assert "plan.html" in text
    assert "--force" in text
    assert foreign.read_text() == "mine"
    assert len(shell.sandbox.log) == requests
    assert not (shell.folder / "plan.json").exists()
    assert shell.run("plan", "--mapping", shell.mapping(), "--format", "html", "--force") == 1
    assert foreign.read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("plan", "--mapping", "absent.csv", "--format", "bogus"), "no report format bogus"),
        (("plan", "--mapping", "absent.csv", "--out", "nowhere/plan.json"), "nowhere"),
        (("report", "--out", "users.csv"), "users.csv"),
        (("verify", "absent.json"), "absent.json"),
        (("rollback", "absent.json", "--yes"), "absent.json"),
    ],
)
def test_what_cannot_end_well_is_told_before_anything_begins(
    shell: Shell, arguments: tuple[str, ...], says: str
) -> None:
    shell.mapping()
    code, text = shell.fails(*arguments)
    assert code == 2
    assert says in text
    assert not shell.sandbox.log
    assert not (shell.folder / "ws").exists()


def test_a_plan_that_cannot_be_used_is_named(shell: Shell) -> None:
    shell.audited("--space", "HR")
    (shell.folder / "broken.json").write_text("{")
    assert "broken.json" in shell.fails("apply", "broken.json", "--yes")[1]


# --- what was applied ---------------------------------------------------------------------------------------------


def test_an_apply_that_is_refused_leaves_the_applied_plan_as_it_is(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audited("--space", "HR")
    first = shell.plan("first.json")
    assert shell.run("apply", str(first), "--yes") == 0
    kept = {path.name: path.read_bytes() for path in latest(shell).glob("plan-*.json")}
    assert len(kept) == 1
    second = mapped_otherwise(shell)
    assert shell.fails("apply", str(second), "--yes", "--max-actions", "1")[0] == 4
    with shell.workspace().writer(shell.url):
        assert shell.fails("apply", str(second), "--yes")[0] == 4
    assert {path.name: path.read_bytes() for path in latest(shell).glob("plan-*.json")} == kept
    assert shell.run("verify") == 0
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    assert json.loads(shell.out)["plan"]["id"] == json.loads(first.read_bytes())["id"]


def mapped_otherwise(shell: Shell) -> Path:
    """Make what was applied retired again and plan it anew from the same run, so that there are two plans."""
    code = shell.run("rollback", "--yes")
    assert code in (0, 3)
    plan = shell.plan("second.json")
    assert json.loads(plan.read_bytes())["actions"]
    return plan


def test_a_second_plan_of_a_run_does_not_hide_the_first(shell: Shell) -> None:
    shell.audited("--space", "HR")
    first = shell.plan("first.json")
    assert shell.run("apply", str(first), "--yes") == 0
    second = mapped_otherwise(shell)
    assert shell.run("apply", str(second), "--yes") == 0
    ids = [json.loads(path.read_bytes())["id"] for path in (first, second)]
    assert len(set(ids)) == 2
    for plan_id, outcomes in zip(ids, ({"rolled-back"}, {"applied"}), strict=True):
        assert shell.run("report", "--plan", plan_id, "--format", "json", "--out", "-") == 0
        report = json.loads(shell.out)
        assert report["plan"]["id"] == plan_id
        assert outcomes <= {change["outcome"] for change in report["changes"]}
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    assert json.loads(shell.out)["plan"]["id"] == ids[1]
    assert shell.run("verify", ids[0]) in (0, 1)
    assert shell.run("verify") == 0
    assert "was not applied" in shell.fails("verify", "P-000000000000")[1]
    assert "was not applied" in shell.fails("report", "--plan", "P-000000000000")[1]


def test_a_plan_that_was_rolled_back_is_not_applied_again(shell: Shell) -> None:
    plan = shell.planned("--space", "ENG")
    assert shell.run("apply", str(plan), "--yes") == 0
    assert shell.run("rollback", "--yes") in (0, 3)
    assert "Plan P-" in shell.out
    assert "page body in ENG" in shell.out
    writes = len(shell.sandbox.writes)
    code, text = shell.fails("apply", str(plan), "--yes")
    assert code == 4
    assert "was rolled back" in text
    assert "new plan" in text
    assert len(shell.sandbox.writes) == writes


def test_rollback_shows_what_it_would_put_back_before_it_asks(shell: Shell) -> None:
    assert shell.run("apply", str(shell.planned("--space", "ENG")), "--yes") == 0
    applied, writes = shell.out, len(shell.sandbox.writes)
    _, text = shell.fails("rollback")
    assert f"Put back up to {writes} objects" in text
    counts = [line for line in applied.splitlines() if line.endswith(" in ENG")]
    assert counts
    shell.run("rollback", "--yes")
    assert [line for line in shell.out.splitlines() if line.endswith(" in ENG")] == counts


def test_apply_says_which_lists_a_rollback_cannot_restore(shell: Shell) -> None:
    shell.planned()
    shell.fails("apply", "plan.json")
    actions = json.loads((shell.folder / "plan.json").read_bytes())["actions"]
    assert sum(action["part"] == "restrictions" for action in actions) > 0
    shell.run("apply", "plan.json", "--yes")
    lists = sum(action["part"] == "restrictions" for action in actions)
    assert f"{lists}  lists of people cannot be rolled back to retired identifiers" in shell.out


def test_apply_names_what_it_left_alone_and_what_to_do(shell: Shell) -> None:
    shell.planned()
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, method="PUT", path="/api/v2/", times=0, status=400))
    config = shell.folder / "config.toml"
    config.write_text("[limits]\nstop_after = 1000\nstop_percent = 100\n")
    assert shell.run("apply", "plan.json", "--yes", "--config", str(config)) == 3
    named = [line for line in shell.out.splitlines() if line.startswith("A-")]
    assert len(named) == 20
    assert all(": rejected, " in line and line.endswith(".") for line in named)
    assert "more in the report" in shell.out


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("--token", "canary", "audit"), ("audit", "--tok", "canary"), ("audit", "--api-token", "canary"), ("--tok=canary",)],
)  # fmt: skip
def test_a_token_as_an_option_is_refused_however_it_is_spelt(shell: Shell, arguments: tuple[str, ...]) -> None:
    code, text = shell.fails(*arguments)
    assert code == 2
    assert "revoke this one" in text
    assert "canary" not in shell.err


def test_a_hidden_option_is_not_suggested(shell: Shell) -> None:
    assert shell.run("audit", "--toen", "x") == 2
    assert "--token" not in shell.err


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/wiki/spaces/HR/overview", "--space HR"), ("/wiki/spaces/~jane.roe", "--space KEY"), ("/wiki/home", "Give http"),
        ("/wiki?atl=1", "Give http"), ("/#top", "Give http"),
    ],
)  # fmt: skip
def test_an_address_inside_the_site_is_refused_with_advice(shell: Shell, path: str, says: str) -> None:
    code, text = shell.fails("audit", shell.url + path)
    assert code == 2
    assert says in text
    assert "jane" not in text
    assert not shell.sandbox.log


def test_the_root_of_the_wiki_is_an_address(shell: Shell) -> None:
    assert shell.run("audit", f"{shell.url}/wiki/", "--space", "HR") == 1


def test_the_key_of_a_personal_space_is_masked_in_errors(shell: Shell) -> None:
    code, text = shell.fails("audit", "--space", "~nobody.secret")
    assert code == 2
    assert "~n***" in text
    assert "nobody.secret" not in text


def test_a_site_that_nobody_answers_for_is_named_after_two_attempts(shell: Shell) -> None:
    config = shell.folder / "config.toml"
    config.write_text("[limits]\nfirst_delay_s = 0.01\n")
    code, text = shell.fails("audit", "http://127.0.0.1:9", "--config", str(config))
    assert code == 5
    assert "http://127.0.0.1:9" in text
    assert "in 2 attempts" in text


def test_an_audit_that_breaks_off_says_how_to_go_on(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, nth=20, times=0))
    code, text = shell.fails("audit", "--space", "HR", "--space", "ENG")
    assert code == 5
    assert "`confluence-gdpr audit --resume` goes on" in text


# --- the disk -----------------------------------------------------------------------------------------------------


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Take away the right to make files in a folder; root is not stopped by it, other users are."""
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


def test_a_finished_run_is_read_without_writing_beside_it(shell: Shell) -> None:
    shell.audited("--space", "HR")
    run = latest(shell)
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in run.iterdir()}
    assert not any(name.endswith(("-wal", "-shm")) for name in before)
    with unwritable(run):
        assert shell.run("runs") == 0
        assert shell.run("report", "--format", "json", "--out", "-") == 0
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in run.iterdir()} == before


def test_a_database_that_is_open_for_reading_takes_no_write(tmp_path: Path) -> None:
    RunStore(tmp_path / "run.db").close()
    with RunStore.reading(tmp_path / "run.db") as store, pytest.raises(WorkspaceError):
        store.set({"a": "b"})
    with pytest.raises(WorkspaceError, match="holds nothing"):
        RunStore.reading(tmp_path / "absent.db")
    assert not (tmp_path / "absent.db").exists()


def test_what_sqlite_puts_beside_a_database_is_private(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        with RunStore(tmp_path / "run.db") as store:
            store.set({"a": "b"})
            journal = Journal.open(tmp_path / "journal.db", lambda: NOW)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
            journal.close()
    finally:
        os.umask(old)
    assert {"run.db", "run.db-wal", "run.db-shm", "journal.db", "journal.db-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_full_disk_is_told_as_a_full_disk(tmp_path: Path) -> None:
    assert not full(tmp_path)
    assert reason(tmp_path, OSError(28, "No space left on device")) == "the disk is full"
    assert reason(tmp_path, sqlite3.OperationalError("database or disk is full")) == "the disk is full"
    assert reason(tmp_path, OSError(30, "Read-only file system")) == "the file system is read-only"
    assert reason(tmp_path / "gone", PermissionError(13, "Permission denied")) == "Permission denied"
    # Linux mounts these without any room: what lies there cannot be written, whatever the error says.
    assert reason(Path("/proc/self"), sqlite3.OperationalError("disk I/O error")) == "the disk is full"
