"""Several rows are written all or none, however the block ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from audit.transactions import transaction


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("CREATE TABLE a (n INTEGER PRIMARY KEY)")
        opened.execute("CREATE TABLE b (n INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
        yield opened


def rows(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)").fetchone()[0])


def test_what_was_written_stays(database: sqlite3.Connection) -> None:
    with transaction(database):
        database.execute("INSERT INTO a VALUES (1), (2)")
    assert (rows(database), database.in_transaction) == (2, False)


@pytest.mark.parametrize("ending", [ValueError, KeyboardInterrupt])
def test_a_block_that_breaks_off_leaves_nothing_and_says_so(
    database: sqlite3.Connection, ending: type[BaseException]
) -> None:
    def broken_off() -> None:
        with transaction(database):
            database.execute("INSERT INTO a VALUES (1)")
            raise ending

    with pytest.raises(ending):
        broken_off()
    assert (rows(database), database.in_transaction) == (0, False)


def test_a_commit_that_fails_is_taken_back(database: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(database):
        database.execute("INSERT INTO b VALUES (9)")
    assert (rows(database), database.in_transaction) == (0, False)
    with transaction(database):
        database.execute("INSERT INTO a VALUES (1)")
    assert rows(database) == 1
