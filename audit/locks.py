"""Locks between processes: advisory ones (flock) on small files, which the system frees when their holder ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

HOLDER_BYTES: Final = 60


class Busy(Exception):  # noqa: N818 - says what the lock is
    """Another process has the lock. `holder` is what it wrote into the file, empty where it wrote nothing."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def locked(path: Path, *, exclusive: bool, take: Callable[[int, int], None] = fcntl.flock) -> Iterator[None]:
    """Hold the lock of the file `path`, made where it is missing; an exclusive holder writes its number into it.

    Raises `Busy` when another process is in the way, and `FileNotFoundError` when the file or its folder is gone, also
    when it went between opening and locking: a lock on a removed file keeps nobody out.
    """
    descriptor = _opened(path, exclusive=exclusive)
    try:
        try:
            take(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(holder(path)) from error
        there, held = path.stat(), os.fstat(descriptor)
        if (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            raise FileNotFoundError(path)
        if exclusive:
            with suppress(OSError):  # a full disk: the lock holds without the note
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"process {os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Return what the holder of a lock wrote into its file, empty where nothing can be read."""
    try:
        with path.open("rb") as file:
            return file.read(HOLDER_BYTES).decode("ascii", "replace").strip()
    except OSError:
        return ""


def _opened(path: Path, *, exclusive: bool) -> int:
    """Return the file, opened. Whoever shares it needs no right to write: a reader works on a full disk as well."""
    if not exclusive:
        with suppress(FileNotFoundError):
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
