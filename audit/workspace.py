"""The workspace: a private folder that holds runs, their databases and their keys.

WORKSPACE/              mode 0700
workspace.key         key of all pseudonyms; destroying it severs every link between runs and people
runs/<run id>/        run.db, run.key (before-images and plans), reports/
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from audit.errors import GuardError, WorkspaceError
from audit.vault import Vault, read_key, read_or_create_key

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class Workspace:
    """A folder of runs. Everything in it is readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs_path = path / "runs"

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Return the workspace at `path`, made on first use.

        Raises `WorkspaceError` when the folder cannot be made, belongs to somebody else or is open to others.
        """
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            facts = path.stat()
            if facts.st_uid != os.getuid():
                raise _refused(path, "it belongs to another user", "Name a folder of your own with --workspace.")
            if facts.st_mode & 0o077:
                raise _refused(path, f"its mode is {facts.st_mode & 0o777:03o}, so others can look in", "chmod 700 it.")
            workspace = cls(path)
            workspace.runs_path.mkdir(mode=0o700, exist_ok=True)
            read_or_create_key(path / "workspace.key")
        except OSError as error:
            raise _refused(
                path, f"the system said: {error.strerror}", "Name a writable folder with --workspace."
            ) from error
        return workspace

    def key(self) -> bytes:
        """Return the key of all pseudonyms in this workspace."""
        return read_key(self.path / "workspace.key")

    def new_run(self, now: datetime) -> Path:
        """Return the folder of a new run, named by UTC time and a random suffix."""
        name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        path = self.runs_path / name
        path.mkdir(mode=0o700)
        read_or_create_key(path / "run.key")
        return path

    def run_ids(self) -> tuple[str, ...]:
        """Return the ids of all runs, oldest first."""
        return tuple(sorted(entry.name for entry in self.runs_path.iterdir() if RUN_ID.fullmatch(entry.name)))

    def run_path(self, run_id: str | None) -> Path:
        """Return the folder of a run, of the latest where none is named. Raises `WorkspaceError` when there is none."""
        ids = self.run_ids()
        if run_id is None:
            if not ids:
                raise WorkspaceError(
                    what="There is no run yet",
                    where=str(self.path),
                    why="nothing was audited with this workspace",
                    fix="Run `confluence-gdpr audit` first, or name another folder with --workspace.",
                )
            return self.runs_path / ids[-1]
        if run_id not in ids:
            raise WorkspaceError(
                what=f"There is no run {run_id[:40]!r}",
                where=str(self.path),
                why=f"the workspace holds {len(ids)} other runs",
                fix="`confluence-gdpr runs` lists them.",
            )
        return self.runs_path / run_id

    def vault(self, run: Path) -> Vault:
        """Return the vault of one run."""
        return Vault(read_key(run / "run.key"))

    @contextmanager
    def writer(self, site: str) -> Iterator[None]:
        """Hold the lock of the one process that may write to `site` from this workspace.

        Raises `GuardError` naming the holder when another process has it. The lock dies with its process.
        """
        name = re.sub(r"[^a-z0-9.-]+", "_", site.lower())
        descriptor = os.open(self.path / f"writer-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = file.read(60).strip() or "unknown"
                raise GuardError(
                    what=f"Another process is writing to {site}",
                    where=str(self.path),
                    why=f"it holds the writer's lock: {holder}",
                    fix="Wait until it has finished, or stop it. The lock is freed when that process ends.",
                ) from error
            file.seek(0)
            file.truncate()
            file.write(f"process {os.getpid()}\n")
            file.flush()
            yield


def _refused(path: Path, why: str, fix: str) -> WorkspaceError:
    return WorkspaceError(what="The workspace folder cannot be used", where=str(path), why=why, fix=fix)
