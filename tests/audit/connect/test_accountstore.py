"""The stores of apps: what is read from them, and what an answer changes in them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from audit.connect.accountstore import AccountStore, Layout, open_store
from audit.errors import UsageError

ANN, BOB, EVE = "712020:aaaaaaaa-0000-4000-8000-000000000001", "5d41402abc4b2a76b9719d91", "5be24ba3f91c106033269289"
OLD, NEW = "2026-03-01T08:00:00.000Z", "2026-04-01T08:00:00+02:00"
Rows = list[dict[str, str | None]]
ROWS: Rows = [
    {"id": "1", "who": ANN, "name": 'Ann, "the" Ängström', "mail": "ann@acme-optics.se", "read": NEW},
    {"id": "2", "who": BOB, "name": "Bob", "mail": "", "read": OLD},
    {"id": "3", "who": ANN, "name": "Ann", "mail": "", "read": OLD},
    {"id": "4", "who": EVE, "name": "Eve", "mail": "eve@acme-optics.se", "read": NEW},
    {"id": "5", "who": "", "name": "nobody", "mail": "", "read": ""},
    {"id": "6", "who": "unknown", "name": "", "mail": "", "read": NEW},
    {"id": "7", "who": "5d41402abc4b2a76b9719d92", "name": "", "mail": "", "read": ""},
]
LAYOUT = Layout("who", "read", ("name", "mail"), "people")


def as_csv(path: Path, rows: Rows) -> None:
    import csv

    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, ROWS[0])
        writer.writeheader()
        writer.writerows(rows)


def as_list(path: Path, rows: Rows) -> None:
    path.write_text(json.dumps(rows))


def as_object(path: Path, rows: Rows) -> None:
    path.write_text(json.dumps({"version": 3, "people": rows}))


def as_table(path: Path, rows: Rows) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE people (id TEXT, who TEXT, name TEXT, mail TEXT, read TEXT)")
        database.executemany("INSERT INTO people VALUES (:id, :who, :name, :mail, :read)", rows)


def read(path: Path) -> Rows:
    if path.suffix == ".db":
        with closing(sqlite3.connect(path)) as database:
            found = database.execute("SELECT id, who, name, mail, read FROM people ORDER BY id").fetchall()
        return [dict(zip(ROWS[0], row, strict=True)) for row in found]
    if path.suffix == ".csv":
        import csv

        return [dict(row) for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())]
    whole = json.loads(path.read_text())
    rows: Rows = whole["people"] if isinstance(whole, dict) else whole
    return rows


KINDS = [
    pytest.param("people.csv", as_csv, id="csv"),
    pytest.param("people.json", as_list, id="list"),
    pytest.param("object.json", as_object, id="object"),
    pytest.param("people.db", as_table, id="table"),
]
Written = Callable[[Path, Rows], None]


def made(folder: Path, name: str, write: Written, rows: Rows = ROWS) -> AccountStore:
    write(folder / name, rows)
    return open_store(folder / name, LAYOUT)


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_each_account_that_has_data_is_there_once_with_its_oldest_time(
    tmp_path: Path, name: str, write: Written
) -> None:
    found = made(tmp_path, name, write).held().accounts
    assert [(each.account_id, each.updated_at) for each in found] == [(EVE, NEW), (BOB, OLD), (ANN, OLD)]
    assert ANN not in repr(found)


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_closed_accounts_go_whole_and_of_changed_ones_what_is_personal(
    tmp_path: Path, name: str, write: Written
) -> None:
    store = made(tmp_path, name, write)
    store.carry_out(frozenset({ANN}), frozenset({EVE}))
    after = read(tmp_path / name)
    assert [row["id"] for row in after] == ["2", "4", "5", "6", "7"]
    eve = after[1]
    assert (eve["who"], eve["name"] or "", eve["mail"] or "", eve["read"] or "") == (EVE, "", "", "")
    assert [row for row in after if row["id"] != "4"] == [ROWS[1], *ROWS[4:]]
    assert [each.account_id for each in store.held().accounts] == [BOB]
    assert "version" not in read(tmp_path / name)[0]


def test_what_is_beside_the_rows_of_a_json_object_stays(tmp_path: Path) -> None:
    made(tmp_path, "object.json", as_object).carry_out(frozenset({ANN}), frozenset())
    assert json.loads((tmp_path / "object.json").read_text())["version"] == 3


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_nothing_is_written_where_nothing_changes(tmp_path: Path, name: str, write: Written) -> None:
    store = made(tmp_path, name, write)
    before = (tmp_path / name).read_bytes()
    store.carry_out(frozenset(), frozenset())
    assert (tmp_path / name).read_bytes() == before


def test_what_is_erased_from_a_table_is_overwritten_in_its_file(tmp_path: Path) -> None:
    store = made(tmp_path, "people.db", as_table)
    assert b"eve@acme-optics.se" in (tmp_path / "people.db").read_bytes()
    store.carry_out(frozenset({EVE}), frozenset({ANN}))
    after = (tmp_path / "people.db").read_bytes()
    assert b"eve@acme-optics.se" not in after
    assert b"ann@acme-optics.se" not in after


@pytest.mark.parametrize(("name", "write"), KINDS)
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"read": ""}, "row 2: read is no time with a zone"),
        ({"read": "2026-03-01T08:00:00"}, "row 2: read is no time with a zone"),
    ],
)
def test_a_row_that_cannot_be_reported_is_named_by_its_number_alone(
    tmp_path: Path, name: str, write: Written, changed: dict[str, str | None], why: str
) -> None:
    rows = [ROWS[0], {**ROWS[1], **changed}]
    with pytest.raises(UsageError, match=why) as refused:
        made(tmp_path, name, write, rows).held()
    assert "tilda" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, name: str, write: Written) -> None:
    write(tmp_path / name, ROWS)
    with pytest.raises(UsageError, match="has no avatar"):
        open_store(tmp_path / name, Layout("who", "read", ("avatar",), "people")).held()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", b"who,read,name,mail\n1,2\n"),
        ("x.csv", b"\xff\xfe"),
        ("x.json", b"{"),
        ("x.json", b'{"people": 7}'),
        ("x.json", b"[7]"),
        ("x.db", b"SQLite format 3\x00 and then nothing"),
        ("x.txt", b"who"),
    ],
)
def test_what_is_no_store_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match="The store of the app cannot be used"):
        open_store(tmp_path / name, LAYOUT).held()


def test_what_a_table_holds_fast_is_named_by_its_row_and_everything_else_is_erased(tmp_path: Path) -> None:
    store = made(tmp_path, "people.db", as_table)
    with closing(sqlite3.connect(tmp_path / "people.db")) as other:
        other.execute(
            f"CREATE TRIGGER no_change BEFORE UPDATE ON people WHEN old.who = '{EVE}'"
            " BEGIN SELECT RAISE(ABORT, 'kept by Tilda'); END"
        )
    (kept,) = store.carry_out(frozenset({ANN}), frozenset({EVE, BOB}))
    assert (kept.account_id, kept.why) == (EVE, "row 2: SQLite refused (SQLITE_CONSTRAINT_TRIGGER)")
    assert EVE not in repr(kept)
    bob = {**ROWS[1], "name": None, "mail": None, "read": None}
    assert read(tmp_path / "people.db") == [bob, *ROWS[3:]]


def test_columns_that_take_no_null_get_the_least_that_they_take(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE people (who TEXT NOT NULL, read TEXT NOT NULL, name TEXT NOT NULL, mail TEXT,"
            " phone INTEGER NOT NULL, share REAL NOT NULL, photo BLOB NOT NULL) STRICT"
        )
        rows = [(each, NEW, "Ann", "ann@acme-optics.se", 46, 0.5, b"png") for each in (ANN, EVE)]
        database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    store = open_store(path, Layout("who", "read", ("name", "mail", "phone", "share", "photo"), "people"))
    assert store.carry_out(frozenset(), frozenset({ANN})) == ()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT * FROM people").fetchall()[0] == (ANN, "", "", None, 0, 0.0, b"")
    assert [each.account_id for each in store.held().accounts] == [EVE]


def test_a_table_that_another_program_has_locked_is_left_whole(tmp_path: Path) -> None:
    store = made(tmp_path, "people.db", as_table)
    with closing(sqlite3.connect(tmp_path / "people.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UsageError, match="SQLite"):
            store.carry_out(frozenset({ANN}), frozenset({EVE}))
    assert read(tmp_path / "people.db") == ROWS


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_rows_without_an_account_are_counted_and_those_with_a_strange_one_are_named(
    tmp_path: Path, name: str, write: Written
) -> None:
    rows: Rows = [*ROWS, {**ROWS[0], "id": "8", "who": "557058:aa_bb.cc"}, {**ROWS[0], "id": "9", "who": "unknown"}]
    held = made(tmp_path, name, write, rows).held()
    assert [each.account_id for each in held.accounts] == [EVE, BOB, ANN]
    assert (held.nameless, held.strange) == (2, (8,))


@pytest.mark.parametrize(("name", "write"), KINDS)
def test_a_column_without_any_account_id_is_another_one(tmp_path: Path, name: str, write: Written) -> None:
    rows: Rows = [{**ROWS[0], "who": "tilda bergmann"}]
    with pytest.raises(UsageError, match="row 1: who is no account id") as refused:
        made(tmp_path, name, write, rows).held()
    assert "tilda" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"who,read\n"])
def test_a_file_without_the_columns_is_refused_even_where_it_has_no_row(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(UsageError, match="first line"):
        open_store(tmp_path / "x.csv", LAYOUT).held()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_csv_file_keeps_its_mark_and_its_ends_of_lines(tmp_path: Path, mark: bytes, newline: bytes) -> None:
    rows = [b"who,read,name,mail", f"{BOB},{OLD},Bob,".encode(), f"{EVE},{NEW},Eve,".encode()]
    path = tmp_path / "x.csv"
    path.write_bytes(mark + newline.join([*rows, b""]))
    open_store(path, LAYOUT).carry_out(frozenset({BOB}), frozenset())
    assert path.read_bytes() == mark + newline.join([rows[0], rows[2], b""])


def test_a_table_with_text_that_is_none_is_refused_without_it(tmp_path: Path) -> None:
    store = made(tmp_path, "people.db", as_table)
    with closing(sqlite3.connect(tmp_path / "people.db")) as database, database:
        database.execute("UPDATE people SET name = CAST(x'54696c6461ff' AS TEXT)")
    with pytest.raises(UsageError, match="SQLite cannot read it") as refused:
        store.held()
    assert "Tilda" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_store_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the system said"):
        open_store(tmp_path / "none.csv", LAYOUT)
