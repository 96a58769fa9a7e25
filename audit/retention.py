"""How long a workspace keeps what: the parts of each run, their sizes, the day on which each has served its purpose.

Before-images are there for a rollback, findings for the report. Nothing is past its day while an operation of the run
is not settled: only the journal and its images can tell what became of a write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from audit.applied import unsettled
from audit.errors import GdprError, GuardError, WorkspaceError
from audit.journal import Journal
from audit.records import State
from audit.run import RunStore
from audit.settings import Retention
from audit.workspace import Workspace

KEY: Final = "run.key"
DATABASE: Final = "run.db"
JOURNAL: Final = "journal.db"


class Part(StrEnum):
    """What a run holds."""

    FINDINGS = "findings"
    """The run database: findings, coverage, what was done. Masks and keyed hashes."""
    REPORTS = "reports"
    PLANS = "plans"
    """Copies of the plans that were applied; their raw side is encrypted with the key of the run."""
    JOURNAL = "journal"
    BEFORE_IMAGES = "before-images"
    """Texts before and after each write, encrypted with the key of the run."""


SEALED: Final = frozenset({Part.PLANS, Part.BEFORE_IMAGES})
"""Parts that are encrypted, wholly or on their raw side, with the key of the run."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One part of a run."""

    part: Part
    size_bytes: int
    until: datetime
    """When it has served its purpose."""
    shredded: bool = False
    """Whether the key is gone without which what is encrypted in it cannot be read."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one run holds."""

    id: str
    site: str
    """Empty where the run cannot be read."""
    parts: tuple[Kept, ...]
    unsettled: int
    """Operations whose outcome is not known yet, or that have not been put back."""
    blocked: str
    """Why nothing of it may be deleted by its age; empty where nothing is in the way."""

    def overdue(self, now: datetime) -> tuple[Kept, ...]:
        """Return the parts that have served their purpose, also those that something blocks."""
        return tuple(one for one in self.parts if one.until <= now)

    def ended(self, now: datetime) -> bool:
        """Return whether the run as a whole has served its purpose."""
        return bool(self.parts) and len(self.overdue(now)) == len(self.parts)


def holding(path: Path, retention: Retention, now: Callable[[], datetime]) -> Holding:
    """Return what the run in a folder holds. A run that cannot be read is blocked by that."""
    blocked: list[str] = []
    site, ended = "", _begun(path)
    try:
        with RunStore.reading(path / DATABASE) as store:
            site = store.get("site")
            ended = _moment(store.get("finished_at_utc") or store.get("started_at_utc")) or ended
    except GdprError as error:
        if (path / DATABASE).exists() and (path / DATABASE).stat().st_size:
            blocked.append(f"its database cannot be read: {error.why}")
    count, images_bytes, written = 0, 0, None
    if (path / JOURNAL).exists():
        try:
            count, images_bytes, written = _journal(path / JOURNAL, now)
        except GdprError as error:
            blocked.append(f"its journal cannot be read: {error.why}")
    if count:
        blocked.append(f"{count} of its operations are not settled, and only its journal can tell what became of them")
    findings = ended + timedelta(days=retention.findings_days)
    images = (written or ended) + timedelta(days=retention.before_images_days)
    sealed = images_bytes > 0 or (written is not None and (path / KEY).exists())
    # A rollback needs the plan, the journal and the findings as well: they go no sooner than the images.
    whole = max(findings, images) if sealed else findings
    days = dict.fromkeys(Part, whole) | ({Part.BEFORE_IMAGES: images} if sealed else {})
    sizes = _sizes(path, images_bytes)
    shredded = SEALED if not (path / KEY).exists() else frozenset()
    parts = tuple(Kept(part, sizes[part], days[part], part in shredded) for part in Part if part in sizes)
    return Holding(path.name, site, parts, count, "; ".join(blocked))


def holdings(workspace: Workspace, retention: Retention, now: Callable[[], datetime]) -> tuple[Holding, ...]:
    """Return what every run of a workspace holds, oldest first. One that is being purged is blocked by that."""
    found = []
    for run_id in workspace.run_ids():
        path = workspace.runs_path / run_id
        try:
            with workspace.using(path):
                found.append(holding(path, retention, now))
        except (GuardError, WorkspaceError) as error:
            found.append(Holding(run_id, "", (), 0, error.why))
    return tuple(found)


def keep_until(ended: datetime, retention: Retention) -> str:
    """Return the day until which the findings of an audit that ended at a moment are kept: `2027-02-19`."""
    return f"{ended + timedelta(days=retention.findings_days):%Y-%m-%d}"


def _sizes(path: Path, images_bytes: int) -> dict[Part, int]:
    """Return how many bytes each part takes; parts that are not there are left out."""
    found: dict[Part, int] = {}
    for file in _files(path):
        found[_part(file.relative_to(path))] = found.get(_part(file.relative_to(path)), 0) + file.lstat().st_size
    if images_bytes:
        found[Part.BEFORE_IMAGES] = images_bytes
        found[Part.JOURNAL] = max(0, found[Part.JOURNAL] - images_bytes)
    return found


def _files(path: Path) -> Iterator[Path]:
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        elif not entry.name.endswith(".lock") and entry.name not in {KEY, "pause"}:
            yield entry


def _part(name: Path) -> Part:
    top = name.parts[0]
    if top.startswith(DATABASE):
        return Part.FINDINGS
    if top.startswith(JOURNAL):
        return Part.JOURNAL
    return Part.PLANS if top.startswith("plan-") else Part.REPORTS


def _journal(path: Path, now: Callable[[], datetime]) -> tuple[int, int, datetime | None]:
    """Return unsettled operations, bytes of sealed images, and when the last write was verified or at least recorded.

    Raises `GuardError` or `WorkspaceError` when the journal is damaged.
    """
    journal = Journal.open(path, now)
    try:
        records = journal.records()
        done = [record.at_utc for record in records if record.entry.state is State.DONE]
        last = (done or [record.at_utc for record in records] or [""])[-1]
        return unsettled(journal), journal.images_bytes(), _moment(last)
    finally:
        journal.close()


def _begun(path: Path) -> datetime:
    """Return when a run was begun, as the name of its folder says."""
    return datetime.strptime(f"{path.name.partition('-')[0]}+0000", "%Y%m%dT%H%M%SZ%z")


def _moment(at_utc: str) -> datetime | None:
    return datetime.fromisoformat(at_utc) if at_utc else None
