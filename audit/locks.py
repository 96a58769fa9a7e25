"""Locks between processes: advisory ones (flock) on small files, which the system frees when their holder ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

HOLDER_BYTES: Final = 300
NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL})
"""What a file system says that keeps no locks, as some network shares do."""


class Busy(Exception):  # noqa: N818 - says what the lock is
    """Another process has the lock. `holder` is what it wrote into the file, empty where it wrote nothing."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class Unlockable(Exception):  # noqa: N818 - says what the file system is
    """The file system keeps no locks: nobody could be kept out."""


@contextmanager
def locked(path: Path, *, exclusive: bool, take: Callable[[int, int], None] = fcntl.flock) -> Iterator[None]:
    """Hold the lock of the file `path`, made where it is missing; an exclusive holder writes into it who it is.

    Raises `Busy` when another process is in the way, `Unlockable` where there are no locks, and `FileNotFoundError`
    when the file or its folder is gone, also when it went between opening and locking: a lock on a removed file
    keeps nobody out.
    """
    descriptor = _opened(path, exclusive=exclusive)
    try:
        try:
            take(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(holder(path)) from error
        except OSError as error:
            if error.errno in NO_LOCKS:
                raise Unlockable(path.name) from error
            raise
        there, held = path.stat(), os.fstat(descriptor)
        if (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            raise FileNotFoundError(path)
        if exclusive:
            with suppress(OSError):  # a full disk: the lock holds without the note
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Return who holds a lock and since when, as its file says; empty where nothing can be read."""
    try:
        with path.open("rb") as file:
            text = file.read(HOLDER_BYTES).decode("ascii", "replace").strip()
            since = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except OSError:
        return ""
    return f"{text} since {since:%Y-%m-%dT%H:%M:%SZ}" if text else ""


def _opened(path: Path, *, exclusive: bool) -> int:
    """Return the file, opened. Whoever shares it needs no right to write: a reader works on a full disk as well."""
    if not exclusive:
        with suppress(FileNotFoundError):
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
