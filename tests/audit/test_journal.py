from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audit.errors import GuardError, WorkspaceError
from audit.journal import Journal, check
from audit.records import Check, Entry, Op, Purpose, State
from rules.model import ObjectType, Ref
from tests.audit.doubles import Clock

OP = Op(
    "confluence-gdpr A-0001 000000000001", Purpose.APPLY, "d" * 64, "A-0001", Ref(ObjectType.PAGE, "101", 7), "body"
)


def filled(path: Path) -> Path:
    images = {"before": b"sealed before", "planned": b"sealed planned"}
    before, planned = (hashlib.sha256(data).hexdigest() for data in images.values())
    with closing(Journal.open(path, Clock())) as journal:
        journal.append(Entry(OP, State.PLANNED))
        journal.append(Entry(OP, State.INTENT, base_version=7, before=before, planned=planned), images=images)
        journal.append(Entry(OP, State.SENT), Entry(OP, State.ACKED))
    return path


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_what_was_appended_is_there_after_opening_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db")
    with closing(Journal.open(path, Clock())) as journal:
        assert [record.entry.state.value for record in journal.records()] == ["PLANNED", "INTENT", "SENT", "ACKED"]
        assert journal.last(OP.token) == Entry(OP, State.ACKED)
        assert [intent.base_version for intent in journal.intents(Purpose.APPLY)] == [7]
        assert journal.intents(Purpose.ROLLBACK) == ()
        assert journal.image(OP.token, "before") == b"sealed before"
        assert journal.image(OP.token, "planned") == b"sealed planned"
        assert journal.image("another token", "before") is None
    assert check(path) == Check(4)


def test_the_journal_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(Journal.open(path, Clock())) as journal:
        journal.append(Entry(OP, State.PLANNED))
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_record_is_on_the_disk_before_append_returns(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path / "journal.db", Clock())) as journal:
        assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize(
    ("statement", "first_bad", "words"),
    [
        ("UPDATE record SET entry = replace(entry, 'INTENT', 'INTENS') WHERE seq = 2", 2, "do not match its hash"),
        ("UPDATE record SET at_utc = '2026-01-01T00:00:00Z' WHERE seq = 3", 3, "do not match its hash"),
        ("UPDATE record SET prev = hash WHERE seq = 3", 3, "does not follow"),
        ("UPDATE record SET hash = prev WHERE seq = 1", 1, "do not match its hash"),
        ("UPDATE record SET entry = x'00' WHERE seq = 2", 2, "another type"),
        ("DELETE FROM record WHERE seq = 2", 2, "record 2 is missing"),
        ("DELETE FROM record WHERE seq = 4", 4, "missing at the end"),
        ("UPDATE head SET seq = 3", 5, "missing at the end"),
        ("DELETE FROM head", 5, "missing at the end"),
    ],
)
def test_a_changed_record_is_found_and_refused(tmp_path: Path, statement: str, first_bad: int, words: str) -> None:
    path = filled(tmp_path / "journal.db")
    change(path, statement)
    found = check(path)
    assert (found.first_bad, found.records) == (first_bad, first_bad - 1)
    assert words in found.why
    with pytest.raises(GuardError, match=f"record {first_bad}") as caught:
        Journal.open(path, Clock())
    assert caught.value.exit_code == 4


def test_with_consent_the_intact_part_is_trusted_and_the_rest_passed_over(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db")
    change(path, "UPDATE record SET entry = replace(entry, 'SENT', 'DONE') WHERE seq = 3")
    with closing(Journal.open(path, Clock(), intact_part=True)) as journal:
        last = journal.last(OP.token)
        assert last is not None
        assert last.state is State.INTENT
        journal.append(Entry(OP, State.DONE))
    assert check(path).first_bad == 3


def test_an_entry_of_another_version_of_this_tool_is_named_as_such(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db")
    from reports.bag.chain import digest

    with closing(sqlite3.connect(path)) as connection, connection:
        ((at_utc, prev),) = connection.execute("SELECT at_utc, prev FROM record WHERE seq = 4")
        text = '{"op":"?"}'
        connection.execute("UPDATE record SET entry = ?, hash = ? WHERE seq = 4", (text, digest(4, at_utc, text, prev)))
    assert "another version" in check(path).why


@pytest.mark.parametrize("statement", ["UPDATE image SET sealed = x'00'", "DELETE FROM image"])
def test_an_image_that_is_not_the_recorded_one_is_not_given_out(tmp_path: Path, statement: str) -> None:
    path = filled(tmp_path / "journal.db")
    change(path, statement)
    with closing(Journal.open(path, Clock())) as journal:
        assert journal.image(OP.token, "before") is None


@example(offset=3906, bit=7)  # hits the text of the schema, which the driver then quotes in an error it cannot decode
@given(offset=st.integers(0, 100_000), bit=st.integers(0, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_a_flipped_bit_changes_nothing_that_counts_or_is_noticed(tmp_path: Path, offset: int, bit: int) -> None:
    path = tmp_path / "journal.db"
    for file in tmp_path.iterdir():
        file.unlink()
    filled(path)
    with closing(Journal.open(path, Clock())) as journal:
        expected = journal.records()
    data = bytearray(path.read_bytes())
    data[offset % len(data)] ^= 1 << bit
    path.write_bytes(data)
    try:
        with closing(Journal.open(path, Clock())) as journal:
            found, message = journal.records(), ""
    except (GuardError, WorkspaceError) as error:
        found, message = (), str(error)
    assert found == expected or "journal" in message


@pytest.mark.parametrize("kept", [0, 1, 100, 4096, 5000, 9000])
def test_a_truncated_file_is_an_error_or_shows_whole_records_only(tmp_path: Path, kept: int) -> None:
    path = filled(tmp_path / "journal.db")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:kept])
    assert kept < size
    if kept <= 1:  # SQLite takes it for a new file: there is nothing left that could be trusted or doubted
        assert check(path) == Check(0)
        return
    with pytest.raises((GuardError, WorkspaceError)):
        Journal.open(path, Clock())


def test_a_journal_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(WorkspaceError, match=r"link\.db"):
        Journal.open(tmp_path / "link.db", Clock())
    assert not (tmp_path / "elsewhere.db").exists()
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Journal.open(tmp_path / "no folder" / "journal.db", Clock())
    (tmp_path / "text.db").write_text("this is no database, and it is long enough to be looked at" * 20)
    with pytest.raises(WorkspaceError, match="not a database"):
        check(tmp_path / "text.db")


@pytest.mark.parametrize("way", ["ABORT", "ROLLBACK"])
def test_an_append_is_all_or_nothing(tmp_path: Path, way: str) -> None:
    path = filled(tmp_path / "journal.db")
    with closing(Journal.open(path, Clock())) as journal:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                f"CREATE TRIGGER full BEFORE INSERT ON record WHEN NEW.seq = 6 BEGIN SELECT RAISE({way}, 'full'); END"
            )
        with pytest.raises(WorkspaceError, match="full") as caught:
            journal.append(Entry(OP, State.VERIFIED), Entry(OP, State.DONE))
        assert "A-0001" in str(caught.value)
        assert journal.last(OP.token) == Entry(OP, State.ACKED)
    assert check(path) == Check(4)
