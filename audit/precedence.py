"""Which row of an object is kept that several chains of one crawl bring: the same one, whichever answer came first."""

from __future__ import annotations

import sqlite3
from typing import Final

_READ: Final = "read"


def outranked(
    database: sqlite3.Connection, unit: str, key: tuple[str, str, str, str], coverage: str, version: int | None
) -> bool:
    """Return whether a run has an object from another of its chains, and that row is the one to keep.

    What was read comes before what was not, then the newer version, then the chain that the crawl names first. A row
    of the same chain, or of something that is no chain of the crawl, is always replaced. `key`: class, type, id, state.
    """
    row = database.execute(
        "SELECT o.coverage, o.version, old.position, new.position FROM objects o"
        " JOIN units old ON old.name = o.unit JOIN units new ON new.name = ?"
        " WHERE o.class = ? AND o.type = ? AND o.id = ? AND o.status = ? AND o.unit <> ?",
        (unit, *key, unit),
    ).fetchone()
    return row is not None and _rank(row[0], row[1], row[2]) > _rank(coverage, version, row[3])


def _rank(coverage: str, version: int | None, position: int) -> tuple[bool, int, int]:
    return coverage == _READ, version or 0, -position
