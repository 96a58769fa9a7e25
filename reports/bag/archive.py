"""A bag as one zip file: written the same way everywhere, and read without trust.

Nothing in it is compressed: two machines with different compression libraries write the same bytes, and an archive
of this kind cannot grow when it is unpacked.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reports.bag.names import escapes
from reports.bag.problems import Fault, Problem

SIZE_LIMIT_BYTES: Final = 2_000_000_000
"""Of all files together, and of the archive."""
FILES_LIMIT: Final = 1_000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = (stat.S_IFREG | 0o644) << 16
_ENCRYPTED: Final = 1
_UNIX: Final = 3
_REPACK: Final = "unpack it with a program that you trust and verify the folder"


@dataclass(frozen=True, slots=True)
class Opened:
    """A bag as it was found: its files by their path in it, and what was wrong with how they were kept."""

    name: str
    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def archive(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return the bag `name` as a zip file: sorted, stored, with the same date and mode for every file."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as into:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{name}/{path}", _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            into.writestr(entry, files[path])
    return target.getvalue()


def unpacked(data: bytes) -> Opened:
    """Return what a zip file holds, in memory. What an export would not have written is a problem, never an error."""
    try:
        entries = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, OSError):
        return Opened("", {}, (Problem(Fault.ARCHIVE, "", "it cannot be read as a zip file"),))
    refused = _refused(entries, len(data))
    if refused is not None:
        return Opened("", {}, (refused,))
    name = entries[0].filename.partition("/")[0]
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for entry in entries:
        base, _, path = entry.filename.partition("/")
        problem = _problem(entry, path if base == name else "", files)
        content = _content(data, entry)
        if problem is None and content is None:
            problem = Problem(Fault.ARCHIVE, path, "its place in the archive is damaged")
        if problem is not None or content is None:
            problems += [problem] if problem else []
            continue
        files[path] = content
    if not problems and archive(name, files) != data:
        why = f"it has bytes that belong to no file, or was packed by another program: {_REPACK}"
        problems.append(Problem(Fault.ARCHIVE, "", why))
    return Opened(name, files, tuple(problems))


def _refused(entries: list[zipfile.ZipInfo], size_bytes: int) -> Problem | None:
    """Return why an archive is not looked into any further."""
    if not entries:
        return Problem(Fault.NO_BAG, "", "the archive is empty")
    if len(entries) > FILES_LIMIT:
        return Problem(Fault.TOO_LARGE, "", f"it has {len(entries)} files, more than {FILES_LIMIT}")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & _ENCRYPTED for entry in entries):
        return Problem(
            Fault.ARCHIVE, "", f"its files are compressed or encrypted, which an export never does: {_REPACK}"
        )
    if sum(entry.file_size for entry in entries) > min(size_bytes, SIZE_LIMIT_BYTES):
        return Problem(Fault.TOO_LARGE, "", "its files have more bytes than the archive, or than any bag may have")
    return None


def _problem(entry: zipfile.ZipInfo, path: str, files: Mapping[str, bytes]) -> Problem | None:
    if entry.is_dir():
        return Problem(Fault.ARCHIVE, entry.filename, "it is an entry for a folder, which an export never writes")
    if escapes(entry.orig_filename) or not path:
        return Problem(Fault.ESCAPES, entry.filename, "it would be unpacked outside of the folder of the bag")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Problem(Fault.SYMLINK, path, "it is a symbolic link")
    if path in files:
        return Problem(Fault.DUPLICATE, path, "the archive holds it twice")
    return None


def _content(data: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    """Return the bytes of a stored file as they stand. Its checksum is not asked: the manifest knows better."""
    try:
        name_bytes, extra_bytes = struct.unpack_from("<26x2H", data, entry.header_offset)
    except struct.error:
        return None
    start = entry.header_offset + 30 + name_bytes + extra_bytes
    content = data[start : start + entry.file_size]
    return content if len(content) == entry.file_size == entry.compress_size else None
