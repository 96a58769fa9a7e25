"""One way to write several rows to SQLite: all of them, or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one transaction of a connection in autocommit mode (`isolation_level=None`).

    Whatever ends the block early, Ctrl-C included, and a commit that fails, takes everything back and goes on to the
    caller. Raises `sqlite3.Error` when the file cannot take it.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:  # taken back, then raised again: nothing is swallowed
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
