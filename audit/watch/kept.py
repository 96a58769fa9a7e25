"""A run that goes on after its audit: objects that were read again take the place of what it held of them.

TABLE read_again, one row an object: the event and the moment of its last look, and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from audit.results import READ_AGAIN
from audit.run import RunStore, Scanned
from audit.sites.base import Failed, NotAssessed
from rules.model import ObjectType, Ref

UNIT: Final = "read again"
GONE: Final = "gone when it was looked at again after an event"
HIDDEN: Final = (
    "an event said that it changed, and the site does not show it: it was removed, or this account may not see it any"
    " more"
)
OUT: Final = "moved out of the scope of the run when it was looked at again after an event"
NOT_READ: Final = "not read"
HANGING: Final = tuple(
    one.value
    for one in (
        ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT, ObjectType.ATTACHMENT, ObjectType.CUSTOM_CONTENT,
        ObjectType.TASK,
    )
)  # fmt: skip
"""What goes with the page that it hangs on; pages below it do not."""


class WatchedRun(RunStore):
    """The database of a run that events are added to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._transaction():
            self._db.execute(READ_AGAIN)

    def unassessed(self, rows: Iterable[NotAssessed]) -> None:
        """Store what could not be looked for when objects were read again, until the run is audited anew."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO not_assessed VALUES (?, ?)",
                [(row.object_class.value, row.note) for row in rows],
            )

    def read_again(self, objects: Sequence[Scanned], event: str, at_utc: str, *, judged: bool = False) -> None:
        """Store objects as they are now in place of what was known of them, with their findings.

        One that could not be read keeps its findings, and counts as failed from now on. Drafts are other objects.
        With `judged` they are events, of which nothing was read.
        """
        with self._transaction():
            for one in objects:
                ref, name = one.found.ref, (one.found.counted_as or one.found.ref.type).value
                if isinstance(one.found.coverage, Failed):
                    self._failed(one, name, one.found.coverage.reason)
                else:
                    self._forget(name, ref.type.value, ref.id)
                    self._save_object(UNIT, one)
            for one in reversed(objects):
                outcome = NOT_READ if isinstance(one.found.coverage, Failed) else "judged" if judged else "read"
                self._looked(one.found.ref.type.value, one.found.ref.id, event, at_utc, outcome)

    def held(self, kind: ObjectType, identifier: str) -> Ref | None:
        """Return a page or blog post as the run has it; None where it has not read it, or closed it since."""
        row = self._db.execute(
            "SELECT version, space, status FROM objects WHERE class = ? AND type = ? AND id = ? AND status <> 'draft'"
            " AND coverage = 'read'",
            (kind.value, kind.value, identifier),
        ).fetchone()
        return None if row is None else Ref(kind, identifier, *row)

    def present(self) -> dict[str, Ref]:
        """Return what `content` does without what was closed."""
        closed = {row[0] for row in self._db.execute("SELECT id FROM objects WHERE reason IN (?, ?)", (GONE, OUT))}
        return {one: ref for one, ref in self.content().items() if one not in closed}

    def gone(self, kinds: Iterable[ObjectType], identifier: str, event: str, at_utc: str) -> int:
        """Close everything that the run holds of an object, and of what hangs on it. Return how many rows were there.

        It stays in the coverage, as skipped because it is gone.
        """
        return self._close(kinds, identifier, (event, at_utc, "gone"), GONE)

    def moved_out(self, kinds: Iterable[ObjectType], identifier: str, event: str, at_utc: str) -> int:
        """Close an object as `gone` does, because it stands where the run does not look."""
        return self._close(kinds, identifier, (event, at_utc, "moved out"), OUT)

    def _close(self, kinds: Iterable[ObjectType], identifier: str, look: tuple[str, str, str], reason: str) -> int:
        closed = 0
        with self._transaction():
            todo = [(kind.value, identifier) for kind in kinds if self._known(kind.value, identifier)]
            for kind, one in todo:
                todo += [each for each in self._hanging(kind, one) if each not in todo]
                closed += self._closed(kind, one, reason)
                self._looked(kind, one, *look)
        return closed

    def hidden(self, kinds: Iterable[ObjectType], identifier: str, event: str, at_utc: str) -> None:
        """Count an object as failed that the site does not show although no event removed it; findings stay.

        One that is known to be gone or elsewhere stays so: events may arrive in any order.
        """
        with self._transaction():
            for kind in kinds:
                rows = self._db.execute(
                    "UPDATE objects SET coverage = 'failed', reason = ? WHERE class = ? AND type = ? AND id = ?"
                    " AND status <> 'draft' AND reason NOT IN (?, ?)",
                    (HIDDEN, kind.value, kind.value, identifier, GONE, OUT),
                ).rowcount
                if rows:
                    self._looked(kind.value, identifier, event, at_utc, "not shown")

    def _known(self, kind: str, identifier: str) -> bool:
        query = "SELECT 1 FROM objects WHERE type = ? AND id = ?"
        return self._db.execute(query, (kind, identifier)).fetchone() is not None

    def _failed(self, one: Scanned, name: str, reason: str) -> None:
        rows = self._db.execute(
            "UPDATE objects SET coverage = 'failed', reason = ? WHERE class = ? AND type = ? AND id = ?"
            " AND status <> 'draft'",
            (reason, name, one.found.ref.type.value, one.found.ref.id),
        ).rowcount
        if not rows:
            self._save_object(UNIT, one)

    def _forget(self, name: str, kind: str, identifier: str) -> None:
        values = (name, kind, identifier)
        self._db.execute("DELETE FROM objects WHERE class = ? AND type = ? AND id = ? AND status <> 'draft'", values)
        self._db.execute(
            "DELETE FROM findings WHERE class = ? AND owner_type = ? AND id = ? AND owner_status <> 'draft'", values
        )

    def _closed(self, kind: str, identifier: str, reason: str) -> int:
        self._db.execute("DELETE FROM findings WHERE owner_type = ? AND id = ?", (kind, identifier))
        return self._db.execute(
            "UPDATE objects SET coverage = 'skipped', reason = ?, title = '', flags = '' WHERE type = ? AND id = ?",
            (reason, kind, identifier),
        ).rowcount

    def _hanging(self, kind: str, identifier: str) -> list[tuple[str, str]]:
        """Return (type, id) of what hangs on an object. A file and custom content are called `content` there."""
        named = (f"{kind} {identifier}", f"content {identifier}")
        rows = self._db.execute(
            "SELECT DISTINCT type, id FROM objects WHERE parent IN (?, ?)"  # noqa: S608 - placeholders only
            f" AND type IN ({', '.join('?' * len(HANGING))}) ORDER BY type, id",
            (*named, *HANGING),
        )
        return [(row[0], row[1]) for row in rows]

    def _looked(self, kind: str, identifier: str, event: str, at_utc: str, outcome: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO read_again VALUES (?, ?, ?, ?, ?)", (kind, identifier, event, at_utc, outcome)
        )
