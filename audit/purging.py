"""The end of data: what is destroyed, in which order, and the record of it.

The key of a run goes first, so that copies of its encrypted parts are unreadable as well. Each deletion is one line in
`deletions.jsonl` of the workspace: when, which run, what, how much, by which rule. No personal data stands in it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from audit.files import named
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
    WRAPPING = "wrapping key in the keyring"
    """What the key files lay under; no other key file lies under it."""
    TOKENS = "stored tokens of grants"
    QUEUE = "queue of events"
    LEDGER = "ledger of reported accounts"
    ISSUES = "list of issues that were made"
    SIGNING = "key that signs evidence"
    """What it signed can still be verified with the public key."""
    REST = "locks and temporary files"


OURS: Final[Mapping[What, tuple[str, ...]]] = {
    What.TOKENS: ("oauth/*.sealed", "oauth/*.lock", "oauth/.*.part"),
    What.QUEUE: ("watch/*.queue*", "watch/*.sealed", "watch/*.lock", "watch/.*.part"),
    What.LEDGER: ("app-accounts/ledger.db*", "app-accounts/cycle-*.json", "app-accounts/lock", "app-accounts/.*.part"),
    What.ISSUES: ("publish-jira-*.json",),
    What.SIGNING: ("signing-key.pem", "signing-key.pub.pem"),
    What.REST: ("writer-*.lock", ".open-*.html", ".*.part", "pause"),
}
"""What lies in a workspace beside runs and keys -> patterns of its files. A folder may be somebody else's."""
FOLDERS: Final = ("oauth", "watch", "app-accounts")
"""Where some of them lie, with locks of their own."""
STAYING: Final = frozenset({RECORDS, "runs", "workspace.lock", "workspace.key"})


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


def unwrapped(rule: str, at: datetime) -> Deletion:
    """Return the record of a wrapping key that was removed from the keyring."""
    return Deletion(_utc(at), "", What.WRAPPING, 0, rule)


def sweep(workspace: Path, rule: str, at: datetime) -> Iterator[Deletion]:
    """Destroy what a workspace holds of ours beside runs and keys, kind by kind, and yield the records.

    Links are removed and not followed. What this tool did not make stays, and so do the records of deletions. The
    caller holds the workspace for itself.
    """
    for what, patterns in OURS.items():
        found = sorted({path for pattern in patterns for path in workspace.glob(pattern)})
        size = sum(_bytes(path) for path in found)
        for path in found:
            if path.is_symlink() or what is not What.SIGNING:
                path.unlink()
            else:
                shred(path)
        if found:
            yield Deletion(_utc(at), "", what, size, rule)
    for folder in (workspace / name for name in FOLDERS):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def strange(workspace: Path) -> tuple[str, ...]:
    """Return the names in a workspace that was swept which this tool did not make."""
    return tuple(sorted({path.name for path in workspace.iterdir()} - STAYING))


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
    with named(path), os.fdopen(descriptor, "ab") as file:
        file.write(f"{done.line()}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return path


def _bytes(path: Path) -> int:
    """Return how large a file is, or everything in a folder. A link has no size of its own here."""
    if path.is_symlink() or not path.exists():
        return 0
    if path.is_file():
        return path.lstat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if file.is_file())


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
