"""What a workspace keeps, until when, and how it ends: nothing too early, nothing without a record."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.cli.status import SHREDDED
from audit.config import retention
from audit.errors import ConfigError
from audit.journal import Journal, check, drop_images
from audit.purging import RECORDS, What, destroy, due, record
from audit.records import Entry, Op, Purpose, State
from audit.retention import Holding, Part, holding, keep_until
from audit.run import RunStore
from audit.settings import Retention
from audit.workspace import Workspace
from rules.model import ObjectType, Ref
from tests.audit.shell import Shell

START = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
DAYS = Retention(before_images_days=30, findings_days=90)
SETTLED = (State.INTENT, State.SENT, State.ACKED, State.VERIFIED, State.DONE)
SECRET = b"a text with jane.canary@example.org in it"


def after(days: float) -> datetime:
    return START + timedelta(days=days)


def run_with(folder: Path, *states: State, written: float = 10, purpose: Purpose = Purpose.APPLY) -> Path:
    """Make a run that was finished on day 0 and, with states, wrote on a later day."""
    workspace = Workspace.open(folder)
    path = workspace.new_run(START)
    with RunStore(path / "run.db") as store:
        store.set({"run_id": path.name, "site": "https://wiki.example", "finished_at_utc": "2026-08-01T12:00:00Z"})
    if states:
        vault = workspace.vault(path)
        op = Op("confluence-gdpr A-0001 0f3c9a5be214", purpose, "d" * 64, "A-0001", Ref(ObjectType.PAGE, "1"), "body")
        journal = Journal.open(path / "journal.db", lambda: after(written))
        images = {"before": vault.seal(SECRET * 40, op.token), "planned": vault.seal(SECRET, op.token)}
        journal.append(Entry(op, states[0]), images=images)
        if states[1:]:
            journal.append(*(Entry(op, state) for state in states[1:]))
        journal.close()
        (path / "plan-P-0123456789ab.json").write_text("{}")
    return path


def held(path: Path) -> Holding:
    return holding(path, DAYS, lambda: START)


def test_what_the_key_of_a_run_sealed_is_called_shredded_without_it(tmp_path: Path) -> None:
    run = run_with(tmp_path, *SETTLED)
    assert not any(one.shredded for one in held(run).parts)
    destroy(run, What.KEY, "asked for", START)
    shredded = {one.part for one in held(run).parts if one.shredded}
    assert shredded == {Part.PLANS, Part.BEFORE_IMAGES} == set(SHREDDED)


def test_a_run_without_writes_is_kept_as_long_as_its_findings(tmp_path: Path) -> None:
    run = held(run_with(tmp_path))
    assert {one.part for one in run.parts} == {Part.FINDINGS}
    assert run.site == "https://wiki.example"
    assert not run.overdue(after(89.9))
    assert due(run, DAYS, after(89.9)) is None
    assert due(run, DAYS, after(90)) == (What.RUN, "findings are kept 90 days after the audit")


def test_before_images_go_first_and_alone(tmp_path: Path) -> None:
    run = held(run_with(tmp_path, *SETTLED))
    assert {one.part for one in run.parts} == {Part.FINDINGS, Part.PLANS, Part.JOURNAL, Part.BEFORE_IMAGES}
    assert due(run, DAYS, after(39.9)) is None
    assert due(run, DAYS, after(40)) == (What.IMAGES, "before-images are kept 30 days after the last verified write")
    assert [one.part for one in run.overdue(after(40))] == [Part.BEFORE_IMAGES]


def test_a_run_stays_whole_as_long_as_it_can_be_rolled_back(tmp_path: Path) -> None:
    run = held(run_with(tmp_path, *SETTLED, written=80))
    assert due(run, DAYS, after(109.9)) is None
    assert due(run, DAYS, after(110)) == (What.RUN, "findings are kept 90 days after the audit")


@pytest.mark.parametrize(
    ("states", "purpose"),
    [
        (SETTLED[:2], Purpose.APPLY),
        (SETTLED[:3], Purpose.ROLLBACK),
        ((State.INTENT, State.SENT, State.AMBIGUOUS), Purpose.APPLY),
        (SETTLED, Purpose.REHEARSE),
    ],
)
def test_nothing_is_deleted_that_an_unsettled_operation_needs(
    states: tuple[State, ...], purpose: Purpose, tmp_path: Path
) -> None:
    run = held(run_with(tmp_path, *states, purpose=purpose))
    assert run.unsettled == 1
    assert "not settled" in run.blocked
    assert run.overdue(after(1_000))
    assert due(run, DAYS, after(1_000)) is None


def test_a_run_whose_journal_or_database_is_damaged_is_blocked(tmp_path: Path) -> None:
    path = run_with(tmp_path, *SETTLED)
    with closing(sqlite3.connect(path / "journal.db")) as connection:
        connection.execute("UPDATE record SET at_utc = '2020-01-01T00:00:00.000000Z' WHERE seq = 2")
        connection.commit()
    assert "journal cannot be read" in held(path).blocked
    (path / "run.db").write_bytes(b"no database" * 100)
    assert "database cannot be read" in held(path).blocked
    assert due(held(path), DAYS, after(1_000)) is None


def test_a_run_that_never_began_is_kept_from_the_day_in_its_name(tmp_path: Path) -> None:
    path = Workspace.open(tmp_path).new_run(START)
    (path / "run.db").touch()
    (path / "reports").mkdir()
    (path / "reports" / "report.html").write_text("x")
    run = held(path)
    assert {one.part for one in run.parts} == {Part.FINDINGS, Part.REPORTS}
    assert not run.blocked
    assert due(run, DAYS, after(91)) is not None


def test_deleted_images_leave_no_byte_and_an_intact_chain(tmp_path: Path) -> None:
    path = run_with(tmp_path, *SETTLED)
    with closing(Journal.open(path / "journal.db", lambda: START)) as journal:
        sealed = journal.image("confluence-gdpr A-0001 0f3c9a5be214", "before") or b""
        with closing(sqlite3.connect(path / "journal.db")) as connection:
            rows = [bytes(row[0]) for row in connection.execute("SELECT sealed FROM image")]
    assert len(rows) == 2
    assert sealed == b""  # the intent of this test names no digest
    assert any(rows[0][:64] in file.read_bytes() for file in path.glob("journal.db*"))
    drop_images(path / "journal.db")
    assert not [row for row in rows for file in path.glob("journal.db*") if row[:64] in file.read_bytes()]
    assert check(path / "journal.db").first_bad is None
    assert Part.BEFORE_IMAGES not in {one.part for one in held(path).parts}


def test_what_is_due_is_destroyed_key_first_and_recorded_without_a_name(tmp_path: Path) -> None:
    path = run_with(tmp_path, *SETTLED)
    done = destroy(path, What.IMAGES, "a rule", after(41))
    assert not (path / "run.key").exists()
    assert (path / "run.db").exists()
    assert due(held(path), DAYS, after(89)) is None
    gone = destroy(path, What.RUN, "another rule", after(95))
    assert not path.exists()
    place = record(tmp_path, done)
    assert record(tmp_path, gone) == place
    assert place.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in place.read_text().splitlines()]
    assert len(lines) == 2
    assert lines[0]["at_utc"] == "2026-09-11T12:00:00Z"
    assert (lines[0]["run"], lines[0]["what"], lines[0]["rule"]) == (path.name, What.IMAGES.value, "a rule")
    assert lines[1]["size_bytes"] > 0
    assert set(lines[0]) == {"at_utc", "run", "what", "rule", "size_bytes"}


def test_the_day_that_artefacts_carry_is_that_of_the_findings() -> None:
    assert keep_until(START, DAYS) == "2026-10-30"


# --- settings ---------------------------------------------------------------------------------------------------------


def test_retention_is_read_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[retention]\nfindings_days = 7\n")
    assert retention({}, path) == Retention(before_images_days=30, findings_days=7)
    for bad in (
        "findings_days = 0",
        "findings_days = true",
        "findings_days = '7'",
        "findings_days = 99999",
        "days = 1",
    ):
        path.write_text(f"[retention]\n{bad}\n")
        with pytest.raises(ConfigError, match="line 2"):
            retention({}, path)


# --- commands ---------------------------------------------------------------------------------------------------------


def old(shell: Shell, *states: State) -> Path:
    """Make a run in the workspace of the commands that is long past its day."""
    return run_with(shell.folder / "ws", *states)


def test_status_names_what_is_overdue_and_what_is_blocked(shell: Shell) -> None:
    assert shell.run("status") == 0
    assert shell.out.endswith("0 runs, 0 bytes; 0 with overdue parts, 0 blocked\n")
    settled, doubtful = old(shell, *SETTLED), old(shell, State.INTENT, State.SENT)
    config = shell.folder / "config.toml"
    config.write_text("[retention]\nbefore_images_days = 1\nfindings_days = 2\n")
    assert shell.run("status", "--config", str(config)) == 0
    assert "Findings are kept 2 days" in shell.out
    assert settled.name in shell.out
    assert shell.out.count("OVERDUE") == 8
    assert "BLOCKED: 1 of its operations are not settled" in shell.out
    assert "1 with overdue parts, 1 blocked" in shell.out
    assert "purge --expired" in shell.err
    assert doubtful.exists()


def test_purge_of_the_expired_deletes_just_that_and_leaves_a_record(shell: Shell) -> None:
    config = shell.folder / "config.toml"
    config.write_text("[retention]\nbefore_images_days = 1\nfindings_days = 30000\n")
    path, doubtful = old(shell, *SETTLED), old(shell, State.INTENT, State.SENT)
    before = (path / "run.db").read_bytes()
    code, text = shell.fails("purge", "--expired", "--config", str(config))
    assert code == 2
    assert path.name in text
    assert doubtful.name not in text
    assert shell.run("purge", "--expired", "--yes", "--config", str(config)) == 0
    assert "before-images and key of the run destroyed" in shell.out
    assert not (path / "run.key").exists()
    assert (path / "run.db").read_bytes() == before
    assert (doubtful / "run.key").exists()
    config.write_text("[retention]\nbefore_images_days = 1\nfindings_days = 2\n")
    with shell.workspace().using(path):
        assert shell.run("purge", "--expired", "--yes", "--config", str(config)) == 0
        assert "left alone" in shell.err
        assert path.exists()
    assert shell.run("purge", "--expired", "--yes", "--config", str(config)) == 0
    assert not path.exists()
    assert doubtful.exists()
    assert shell.run("purge", "--expired", "--yes", "--config", str(config)) == 0
    assert "Nothing is kept longer" in shell.err
    lines = [json.loads(line) for line in (shell.folder / "ws" / RECORDS).read_text().splitlines()]
    assert [(line["run"], line["what"]) for line in lines] == [
        (path.name, What.IMAGES.value),
        (path.name, What.RUN.value),
    ]


def test_every_purge_leaves_a_record(shell: Shell) -> None:
    first, second = old(shell), old(shell)
    assert shell.run("purge", "--run", first.name, "--keep-findings", "--yes") == 0
    assert "key of the run destroyed" in shell.out
    assert shell.run("purge", "--all", "--yes") == 0
    assert not second.exists()
    place = shell.folder / "ws" / RECORDS
    lines = [json.loads(line) for line in place.read_text().splitlines()]
    assert [line["what"] for line in lines] == [What.KEY, What.RUN, What.RUN, What.PSEUDONYMS, What.REST]
    assert {line["rule"] for line in lines} == {"asked for"}
    place.unlink()
    place.symlink_to(os.devnull)
    third = old(shell)
    assert shell.run("purge", "--yes") == 0
    assert "could not be written" in shell.err
    assert not third.exists()


@pytest.mark.parametrize("option", [("--all",), ("--keep-findings",), ("--force",), ("--run", "x")])
def test_the_age_alone_chooses_what_is_expired(option: tuple[str, ...], shell: Shell) -> None:
    code, text = shell.fails("purge", "--expired", "--yes", *option)
    assert code == 2
    assert "by age alone" in text
