"""Pictures beside the text of files that count as read: a run counts those whose text nobody looked for."""

from __future__ import annotations

import sqlite3
from typing import Final

from rules.model import ObjectType

_FLAG: Final = "pictures-"


def flags_of(pictures: int) -> tuple[str, ...]:
    """Return what is stored with a file in which so many pictures were not looked into."""
    return (f"{_FLAG}{pictures}",) if pictures else ()


def left_out(database: sqlite3.Connection) -> list[str]:
    """Return how many pictures of all files of a run were not looked into, in words; nothing where there are none."""
    rows = database.execute(
        "SELECT flags FROM objects WHERE class = ? AND flags LIKE ?",
        (ObjectType.ATTACHMENT_CONTENT.value, f"%{_FLAG}%"),
    )
    count = sum(int(each.removeprefix(_FLAG)) for row in rows for each in row[0].split() if each.startswith(_FLAG))
    if count == 1:
        return ["1 picture or page beside text was not looked into, as OCR is off"]
    return [f"{count:,} pictures or pages beside text were not looked into, as OCR is off"] if count else []
