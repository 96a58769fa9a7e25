"""Files that are either whole or not there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.errors import UsageError


def write_whole(path: Path, data: bytes, *, force: bool) -> None:
    """Write `data` to `path` with mode 0600 through a temporary name in the same folder, fsync and rename.

    Raises `UsageError` as `check_target` does, and `OSError` with the path when the system refuses.
    """
    check_target(path, force=force)
    with named(path):  # the name of the temporary file helps nobody
        _write(path, data)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Say which file it is in what the system refuses meanwhile: an error of a write on a descriptor knows no name."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_target(path: Path, *, force: bool) -> None:
    """Return when a file may be written to `path`: nothing is computed for hours that has no place to go.

    Raises `UsageError` when the path is a folder or a symbolic link, or exists and `force` is not given.
    """
    if path.is_symlink() or path.is_dir():
        raise UsageError(
            what="The file cannot be written",
            where=str(path),
            why="a symbolic link or a folder has that name",
            fix="Name another file.",
        )
    if path.exists() and not force:
        raise UsageError(
            what="The file exists already", where=str(path), fix="Name another one, or give --force to replace it."
        )


def check_apart(path: Path, *inputs: Path | None) -> None:
    """Return when `path` is none of the files that are read. Raises `UsageError`: it would be overwritten."""
    for each in inputs:
        if each is not None and path.exists() and each.exists() and path.samefile(each):
            raise UsageError(
                what="A file that is read would be overwritten",
                where=str(path),
                why=f"it is the same file as {each}",
                fix="Name another file for the result.",
            )


def check_folder(path: Path) -> None:
    """Return when the folder for the file `path` is there. Raises `UsageError` naming it when it is not."""
    if not path.parent.is_dir():
        raise UsageError(
            what="The folder for the file is missing" if not path.parent.exists() else "The folder is no folder",
            where=str(path.parent),
            fix="Make it first, or name another place.",
        )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
