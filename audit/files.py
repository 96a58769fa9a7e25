"""Files that are either whole or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from audit.errors import UsageError


def write_whole(path: Path, data: bytes, *, force: bool) -> None:
    """Write `data` to `path` with mode 0600 through a temporary name in the same folder, fsync and rename.

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
