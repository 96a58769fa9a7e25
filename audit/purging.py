"""The end of data: what is destroyed, in which order, and the record of it.

The key of a run goes first, so that copies of its encrypted parts are unreadable as well. Each deletion is one line in
`deletions.jsonl` of the workspace: when, which run, what, how much, by which rule. No personal data stands in it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from audit.journal import drop_images
from audit.retention import JOURNAL, KEY, Holding, Part
from audit.settings import Retention
from audit.vault import shred

RECORDS: Final = "deletions.jsonl"


class What(StrEnum):
    """What was destroyed."""

    KEY = "key of the run"
    """What was encrypted with it, before-images and plans, is unreadable from then on."""
    IMAGES = "before-images and key of the run"
    RUN = "run"
    """Everything of it."""
    PSEUDONYMS = "key of the pseudonyms"
    """No earlier report can be linked to a person any more."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deletion, as it is recorded."""

    at_utc: str
    run: str
    """Empty where it was not one run."""
    what: What
    size_bytes: int
    rule: str
    """Why: who asked for it, or which setting."""

    def line(self) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)


def destroy(path: Path, what: What, rule: str, at: datetime) -> Deletion:
    """Destroy a run, its before-images or its key, and return the record. The caller holds the run for itself."""
    before = _bytes(path)
    shred(path / KEY)
    if what is What.RUN:
        shutil.rmtree(path)
    elif what is What.IMAGES and (path / JOURNAL).exists():
        drop_images(path / JOURNAL)
    return Deletion(_utc(at), path.name, what, before - _bytes(path), rule)


def sever(key: Path, rule: str, at: datetime) -> Deletion:
    """Destroy the key of the pseudonyms and return the record."""
    before = key.stat().st_size if key.exists() else 0
    shred(key)
    return Deletion(_utc(at), "", What.PSEUDONYMS, before, rule)


def due(held: Holding, retention: Retention, now: datetime) -> tuple[What, str] | None:
    """Return what of a run has to go by its age and by which rule; None where nothing has, or something blocks it."""
    if held.blocked:
        return None
    if held.ended(now):
        return What.RUN, f"findings are kept {retention.findings_days} days after the audit"
    if any(one.part is Part.BEFORE_IMAGES for one in held.overdue(now)):
        return What.IMAGES, f"before-images are kept {retention.before_images_days} days after the last verified write"
    return None


def record(workspace: Path, done: Deletion) -> Path:
    """Append a deletion to the records of a workspace, durably and readable by its owner only; return the file."""
    path = workspace / RECORDS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(f"{done.line()}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return path


def _bytes(path: Path) -> int:
    return sum(file.lstat().st_size for file in path.rglob("*") if file.is_file()) if path.exists() else 0


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
