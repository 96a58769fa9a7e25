"""The workspace: a private folder that holds runs, their databases and their keys.

WORKSPACE/              mode 0700
workspace.key         key of all pseudonyms; destroying it severs every link between runs and people
workspace.lock        shared by everybody who uses it, exclusive for the purge of everything
writer-<site>.lock    held by the one process that may write to a site
runs/<run id>/        run.db, run.key (before-images and plans), reports/
    run.lock          shared by everybody who uses the run, exclusive for its purge
    work.lock         held by the one process that works on it: audit, plan, apply, verify, rollback
    dossier           marks the run behind a dossier that was interrupted: no audit, never the latest run
    pause             made by hand, here or beside workspace.key: no further write begins while it is there
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from audit.config import SERVICE
from audit.disk import reason
from audit.errors import GuardError, WorkspaceError
from audit.locks import Busy, Unlockable, holder, locked
from audit.vault import Vault
from audit.wrapping import ENTRY, Wrap, Wrapping, entry_of, lies_bare, wrap_of

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
SUFFIX_DIGITS = 6
LARGEST_SUFFIX = 16**SUFFIX_DIGITS - 1
WORKSPACE_KEY, RUN_KEY = "workspace.key", "run.key"
WORKSPACE_LOCK, RUN_LOCK, WORK_LOCK = "workspace.lock", "run.lock", "work.lock"
PAUSE = "pause"
DOSSIER = "dossier"
NO_LOCKS = "its file system keeps no locks, so a second writer could not be kept out"


class Workspace:
    """A folder of runs. Everything in it is readable by its owner only."""

    def __init__(self, path: Path, wrapping: Wrapping) -> None:
        self.path = path
        self.runs_path = path / "runs"
        self._wrapping = wrapping

    @classmethod
    def open(cls, path: Path, wrapping: Wrapping | None = None) -> Workspace:
        """Return the workspace at `path`, made on first use. Without `wrapping` new keys are kept as they are.

        No wrapped key is opened or made here: what needs none needs no passphrase either.
        Raises `WorkspaceError` when the folder cannot be made, belongs to somebody else or is open to others.
        """
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            facts = path.stat()
            if facts.st_uid != os.getuid():
                raise _refused(path, "it belongs to another user", "Name a folder of your own with --workspace.")
            if facts.st_mode & 0o077:
                raise _refused(path, f"its mode is {facts.st_mode & 0o777:03o}, so others can look in", "chmod 700 it.")
            workspace = cls(path, wrapping or Wrapping())
            workspace.runs_path.mkdir(mode=0o700, exist_ok=True)
            if workspace._wrapping.wrap is Wrap.FILE:
                workspace._make_key()
                wrap_of(path / WORKSPACE_KEY)
            if not (path / WORKSPACE_LOCK).exists():
                (path / WORKSPACE_LOCK).touch(mode=0o600)
        except OSError as error:
            raise _refused(path, reason(path, error), "Name a writable folder with --workspace.") from error
        return workspace

    def key(self) -> bytes:
        """Return the key of all pseudonyms in this workspace. Raises as `Wrapping.read` does."""
        self._make_key()
        return self._wrapping.read(self.path / WORKSPACE_KEY, WORKSPACE_KEY)

    def bare_keys(self) -> tuple[str, ...]:
        """Return the key files that lie as they are although new keys are wrapped: `workspace.key`, `RUN/run.key`."""
        if self._wrapping.wrap is Wrap.FILE:
            return ()
        return tuple(name for name, path in self._keys().items() if lies_bare(path))

    def wrap_keys(self) -> Iterator[tuple[str, bool | WorkspaceError]]:
        """Yield each key file by name: whether it was put under what new keys lie under now, or why it cannot be.

        Nobody may use the workspace meanwhile. Raises `GuardError` when somebody does, and `ConfigError` or
        `WorkspaceError` when the key of the pseudonyms cannot be opened: then nothing was changed.
        """
        with ExitStack() as held:
            self._hold(held, self.path / WORKSPACE_LOCK, self.path, exclusive=True)
            self.key()
            for name, path in self._keys().items():
                if not path.exists():
                    continue
                try:
                    yield name, self._wrapping.again(path, name, self.path / WORKSPACE_KEY)
                except WorkspaceError as error:
                    yield name, error

    @property
    def wrap(self) -> Wrap:
        """What new keys lie under."""
        return self._wrapping.wrap

    def ring_entries(self) -> frozenset[str]:
        """Return the ids of the wrapping keys in the keyring that the key files lie under."""
        return frozenset(map(entry_of, self._keys().values())) - {""}

    def forget_entries(self, before: frozenset[str]) -> Iterator[tuple[str, bool]]:
        """Remove those wrapping keys of `before` that no key file lies under any more; yield whether each is gone."""
        for entry in sorted(before - self.ring_entries()):
            yield entry, self._wrapping.forget(entry)

    @staticmethod
    def left_in_keyring(entry: str) -> str:
        """Return what to do about a wrapping key that could not be removed."""
        return (
            f"The keyring did not let go of a wrapping key that nothing lies under any more, or had lost it before:"
            f" `keyring del {SERVICE} '{ENTRY} {entry}'` removes it."
        )

    def _keys(self) -> dict[str, Path]:
        """Return where each key is, by its name; that of the pseudonyms first."""
        runs = {_run_key(self.runs_path / one): self.runs_path / one / RUN_KEY for one in self.run_ids()}
        return {WORKSPACE_KEY: self.path / WORKSPACE_KEY, **runs}

    def _make_key(self) -> None:
        self._wrapping.make(self.path / WORKSPACE_KEY, WORKSPACE_KEY)

    def new_run(self, now: datetime) -> Path:
        """Return the folder of a new run. Its name is the UTC time and a suffix that grows within a second.

        The suffix is the microsecond and one digit of chance, and never below that of an earlier run of the same
        second: the order of the names is the order in which the runs were begun. Raises as `key` does, before there
        is a folder: a passphrase with a slip in it wraps nothing.
        """
        self.key()
        second = f"{now:%Y%m%dT%H%M%SZ}"
        while True:
            taken = [int(name[-SUFFIX_DIGITS:], 16) for name in self.run_ids() if name.startswith(second)]
            suffix = max([now.microsecond * 16 + secrets.randbelow(16), *(one + 1 for one in taken)])
            if suffix > LARGEST_SUFFIX:
                return self.new_run(now + timedelta(seconds=1))
            path = self.runs_path / f"{second}-{suffix:0{SUFFIX_DIGITS}x}"
            try:
                path.mkdir(mode=0o700)
            except FileExistsError:
                continue  # another process took the name first
            break
        try:
            self._wrapping.make(path / RUN_KEY, _run_key(path), like=self.path / WORKSPACE_KEY)
            for name in (RUN_LOCK, WORK_LOCK):
                (path / name).touch(mode=0o600)
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise _refused(path, reason(path, error), "Make room, or name another folder with --workspace.") from error
        return path

    def run_ids(self) -> tuple[str, ...]:
        """Return the ids of all runs, oldest first."""
        return tuple(sorted(entry.name for entry in self.runs_path.iterdir() if RUN_ID.fullmatch(entry.name)))

    def run_path(self, run_id: str | None) -> Path:
        """Return the folder of a run, of the latest where none is named. Raises `WorkspaceError` when there is none.

        The latest is that of an audit: what an interrupted dossier left is named, or gone on with.
        """
        ids = self.run_ids()
        if run_id is None:
            ids = tuple(one for one in ids if not (self.runs_path / one / DOSSIER).exists())
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

    def new_dossier(self, now: datetime) -> Path:
        """Return the folder of a new run behind a dossier. Raises as `new_run` does."""
        path = self.new_run(now)
        (path / DOSSIER).touch(mode=0o600)
        return path

    def dossier(self) -> Path | None:
        """Return the folder of the latest run of a dossier that was interrupted, None where there is none."""
        found = (self.runs_path / one for one in reversed(self.run_ids()))
        return next((path for path in found if (path / DOSSIER).exists()), None)

    def vault(self, run: Path) -> Vault:
        """Return the vault of one run. Raises as `Wrapping.read` does."""
        return Vault(self._wrapping.read(run / RUN_KEY, _run_key(run)))

    @contextmanager
    def using(self, run: Path) -> Iterator[None]:
        """Keep a run from being purged while it is read. Any number of processes may read it at a time.

        Raises `GuardError` while it is being purged, `WorkspaceError` when it is gone.
        """
        with ExitStack() as held:
            self._hold(held, self.path / WORKSPACE_LOCK, run, exclusive=False)
            self._hold(held, run / RUN_LOCK, run, exclusive=False)
            yield

    @contextmanager
    def working(self, run: Path) -> Iterator[None]:
        """Hold a run for the one process that works on it: audit, plan, apply, verify, rollback.

        Raises `GuardError` when another process works on it or purges it, `WorkspaceError` when it is gone.
        """
        with self.using(run), ExitStack() as held:
            self._hold(held, run / WORK_LOCK, run, exclusive=True)
            yield

    @contextmanager
    def purging(self, runs: Iterable[Path], *, everything: bool) -> Iterator[None]:
        """Hold runs for their destruction, and with `everything` the whole workspace.

        Raises `GuardError` naming the first run that is in use; then none of them is held.
        """
        with ExitStack() as held:
            for run in runs:  # first, so that a run that is in use is named
                self._hold(held, run / RUN_LOCK, run, exclusive=True)
            self._hold(held, self.path / WORKSPACE_LOCK, self.path, exclusive=everything)
            yield

    def _hold(self, held: ExitStack, lock: Path, what: Path, *, exclusive: bool) -> None:
        """Take one lock until `held` is closed."""
        named = "The workspace" if what == self.path else f"The run {what.name}"
        try:
            held.enter_context(locked(lock, exclusive=exclusive))
        except Busy as error:
            by = holder(what / WORK_LOCK) or error.holder or "a process that reads it"
            raise GuardError(
                what=f"{named} is in use by another command",
                where=str(what),
                why=f"it is held by {by}",
                fix="Wait until that has finished, or stop it. Nothing was changed.",
            ) from error
        except Unlockable as error:
            raise _refused(lock.parent, NO_LOCKS, "Name a folder on a local disk with --workspace.") from error
        except FileNotFoundError as error:
            raise WorkspaceError(
                what=f"{named} is gone",
                where=str(what),
                why="it was purged in the meantime",
                fix="`confluence-gdpr runs` lists what is there.",
            ) from error

    @contextmanager
    def writer(self, site: str) -> Iterator[None]:
        """Hold the lock of the one process that may write to `site` from this workspace.

        Raises `GuardError` naming the holder when another process has it. The lock dies with its process.
        """
        name = re.sub(r"[^a-z0-9.-]+", "_", site.lower())
        try:
            with locked(self.path / f"writer-{name}.lock", exclusive=True):
                yield
        except Busy as error:
            raise GuardError(
                what=f"Another process is writing to {site}",
                where=str(self.path),
                why=f"it holds the writer's lock: {error.holder or 'unknown'}",
                fix="Wait until it has finished, or stop it. The system frees the lock when that process ends, in"
                " whatever way; there is nothing to remove by hand.",
            ) from error
        except Unlockable as error:
            raise _refused(self.path, NO_LOCKS, "Name a folder on a local disk with --workspace.") from error

    def paused(self, run: Path) -> Path | None:
        """Return the file that asks writers to pause, of the run or of the workspace; None where there is none."""
        return next((path for path in (run / PAUSE, self.path / PAUSE) if path.exists()), None)


def _run_key(run: Path) -> str:
    """Return the name of the key of a run. It is authenticated where the key is wrapped."""
    return f"{run.name}/{RUN_KEY}"


def _refused(path: Path, why: str, fix: str) -> WorkspaceError:
    return WorkspaceError(what="The workspace folder cannot be used", where=str(path), why=why, fix=fix)
