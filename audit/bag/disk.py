"""Bags on the disk: written whole, read without following anything."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from audit.errors import PackageError, UsageError
from audit.files import named
from reports.bag.archive import FILES_LIMIT, SIZE_LIMIT_BYTES, Opened, unpacked
from reports.bag.names import BAGIT
from reports.bag.problems import Fault, Problem

_ZIP: Final = b"PK"
"""How a zip file begins. One that was damaged is judged, not refused."""


def check_folder(path: Path, *, force: bool) -> None:
    """Return when a bag may be written to the folder `path`.

    Raises `UsageError` when something is there that is no bag, or is one and `force` is not given.
    """
    if path.is_symlink() or (path.exists() and not (path / BAGIT).is_file()):
        raise UsageError(
            what="The bag cannot be written",
            where=str(path),
            why="something that is no bag has that name",
            fix="Name another folder with --out.",
        )
    if path.exists() and not force:
        raise UsageError(
            what="The bag exists already", where=str(path), fix="Name another folder, or give --force to replace it."
        )


def write_folder(path: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Write a bag as a folder, readable by its owner only, whole or not at all. Raises as `check_folder` does."""
    check_folder(path, force=force)
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    temporary.mkdir(mode=0o700)
    try:
        for name, data in files.items():
            target = temporary / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(target, data)
        if path.exists():
            shutil.rmtree(path)
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_bag(path: Path) -> Opened:
    """Return a bag from a folder or a zip file. Raises `PackageError` when it cannot be read, or is neither."""
    try:
        if path.is_dir():
            return _folder(path.resolve())
        # Opened without waiting, so that a pipe that nobody writes to does not hold us up.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(SIZE_LIMIT_BYTES + 1) if plain else b""
    except OSError as error:
        raise _unreadable(str(error.filename or path), f"the system said: {error.strerror}") from error
    if not plain:
        raise _unreadable(str(path), "it is neither a file nor a folder")
    if len(data) > SIZE_LIMIT_BYTES:
        return Opened("", {}, (Problem(Fault.TOO_LARGE, "", f"it has more than {SIZE_LIMIT_BYTES} bytes"),))
    if not data.startswith(_ZIP) and not zipfile.is_zipfile(BytesIO(data)):
        raise _unreadable(str(path), "it is neither a folder nor a zip file")
    return unpacked(data)


def _unreadable(where: str, why: str) -> PackageError:
    return PackageError(
        what="The evidence package cannot be read",
        where=where,
        why=why,
        fix="Name a folder or a zip file that `confluence-gdpr evidence export` wrote.",
    )


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with named(path), os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _folder(root: Path) -> Opened:
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    room = SIZE_LIMIT_BYTES
    for path, why in _entries(root, ""):
        if isinstance(why, Problem):
            problems.append(why)
            continue
        room -= why.st_size
        if room < 0 or len(files) >= FILES_LIMIT:
            return Opened(root.name, {}, (Problem(Fault.TOO_LARGE, path, "more files or bytes than any bag has"),))
        with os.fdopen(os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            files[path] = file.read(why.st_size + 1)
    return Opened(root.name, files, tuple(problems))


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, os.stat_result | Problem]]:
    """Yield every file below a folder with its facts; what is no plain file comes with the problem that it is."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not found:
        yield prefix, Problem(Fault.EXTRA, prefix, "it is an empty folder")
    for entry in found:
        # A name that is no text is shown with its bytes escaped, and is no name of ours.
        path = prefix + entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        facts = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(facts.st_mode):
            yield path, Problem(Fault.SYMLINK, path, "it is a symbolic link")
        elif path != prefix + entry.name or not (stat.S_ISDIR(facts.st_mode) or stat.S_ISREG(facts.st_mode)):
            yield path, Problem(Fault.EXTRA, path, "it is neither a file nor a folder, or its name is no text")
        elif stat.S_ISDIR(facts.st_mode):
            yield from _entries(folder / entry.name, f"{path}/")
        else:
            yield path, facts
