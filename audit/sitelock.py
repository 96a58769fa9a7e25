"""One writer a site on one machine: two workspaces of a user share a lock that lies in the user's state folder.

The folder is `$XDG_STATE_HOME/confluence-gdpr`, else `~/.local/state/confluence-gdpr` (0700, each lock 0600). Writers
on another machine, or of another user, are not seen: there the version check of the site is what remains.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from audit.disk import reason
from audit.errors import GuardError, WorkspaceError
from audit.locks import Busy, Unlockable, locked


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the user for what is about this machine and no workspace."""
    named = environ.get("XDG_STATE_HOME", "")
    base = Path(named) if Path(named).is_absolute() else Path(environ.get("HOME", "")) / ".local" / "state"
    return base / "confluence-gdpr"


@contextmanager
def site_writer(site: str, folder: Path) -> Iterator[None]:
    """Hold the lock of the one process of this user on this machine that may write to `site`.

    Raises `GuardError` naming the holder when another process has it, and `WorkspaceError` when the folder cannot be
    used for it. The lock dies with its process.
    """
    name = re.sub(r"[^a-z0-9.-]+", "_", site.lower())
    with ExitStack() as held:
        try:
            _make(folder)
            held.enter_context(locked(folder / f"writer-{name}.lock", exclusive=True))
        except Busy as error:
            raise GuardError(
                what=f"Another process is writing to {site} from another workspace",
                where=str(folder),
                why=f"it holds the writer's lock of the site: {error.holder or 'unknown'}",
                fix="Wait until it has finished, or stop it. The lock goes with its process. Nothing was written.",
            ) from error
        except Unlockable as error:
            raise _refused(folder, "its file system keeps no locks") from error
        except OSError as error:
            raise _refused(folder, reason(folder, error)) from error
        yield


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = folder.stat()
    if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise _refused(folder, "it belongs to another user or is open to others")


def _refused(folder: Path, why: str) -> WorkspaceError:
    return WorkspaceError(
        what="The folder of the writers' locks cannot be used",
        where=str(folder),
        why=why,
        fix="Make it yours alone (chmod 700), or name another one on a local disk with XDG_STATE_HOME.",
    )
