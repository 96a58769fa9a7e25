"""A bag as one zip file: written the same way everywhere, and read without trust.

Nothing in it is compressed: two machines with different compression libraries write the same bytes. An archive that
another program packed is read as well, within bounds, as long as every byte of it belongs to a file.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
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
REPACKED: Final = "packed anew by another program: every byte of it belongs to a file, and these were checked"
"""Of an archive that an export did not write, and whose entries are as plain as those of one."""
_GROWTH: Final = 60
"""How many times its own size an archive may grow when it is unpacked."""
_STAMPS: Final = frozenset({0x5455, 0x7875})
"""Extra fields that other programs add: times and owners of a file."""
_STAMP: Final = struct.Struct("<2H")
_STAMP_BYTES: Final = 16
_REPACK: Final = "unpack it with a program that you trust and verify the folder"


@dataclass(frozen=True, slots=True)
class Opened:
    """A bag as it was found: its files by their path in it, and what was wrong with how they were kept."""

    name: str
    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
    note: str = ""
    """What is unusual about how they were kept, and no fault."""


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
    if problems or archive(name, files) == data:
        return Opened(name, files, tuple(problems))
    if _plain(data, entries) and all(zlib.crc32(files[_path(one)]) == one.CRC for one in entries):
        return Opened(name, files, note=REPACKED)
    why = f"it has bytes that belong to no file, or headers that contradict each other: {_REPACK}"
    return Opened(name, files, (Problem(Fault.ARCHIVE, "", why),))


def _refused(entries: list[zipfile.ZipInfo], size_bytes: int) -> Problem | None:
    """Return why an archive is not looked into any further."""
    if not entries:
        return Problem(Fault.NO_BAG, "", "the archive is empty")
    if len(entries) > FILES_LIMIT:
        return Problem(Fault.TOO_LARGE, "", f"it has {len(entries)} files, more than {FILES_LIMIT}")
    methods = {entry.compress_type for entry in entries}
    if methods - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or any(one.flag_bits & _ENCRYPTED for one in entries):
        return Problem(Fault.ARCHIVE, "", f"its files are encrypted, or compressed in a rare way: {_REPACK}")
    unpacked_bytes, deflated = sum(entry.file_size for entry in entries), zipfile.ZIP_DEFLATED in methods
    if deflated and unpacked_bytes > _GROWTH * size_bytes:
        return Problem(Fault.ARCHIVE, "", f"it would grow more than {_GROWTH} times when it is unpacked")
    if unpacked_bytes > min(size_bytes * (_GROWTH if deflated else 1), SIZE_LIMIT_BYTES):
        return Problem(Fault.TOO_LARGE, "", "its files have more bytes than the archive, or than any bag may have")
    return None


def _plain(data: bytes, entries: list[zipfile.ZipInfo]) -> bool:
    """Return whether every byte belongs to a file, and every header says of it what the others say.

    So an archive of another program passes. One of ours in which anything was changed does not: its headers differ.
    """
    kinds = {
        (one.create_version, one.create_system, one.extract_version, one.external_attr, one.internal_attr & ~1)
        for one in entries
    }
    marked = any(one.internal_attr & 1 and one.date_time == _EPOCH for one in entries)
    if len(kinds) > 1 or marked or any(one.volume or one.comment for one in entries):
        return False
    at = listed = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        header = _header(data, entry)
        if entry.header_offset != at or header is None:
            return False
        at += header + entry.compress_size
        listed += 46 + len(entry.orig_filename.encode()) + len(entry.extra)
    count = len(entries)
    return data[at + listed :] == struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, listed, at, 0)


def _header(data: bytes, entry: zipfile.ZipInfo) -> int | None:
    """Return the bytes of the header before a file, None where it is not what the list at the end says."""
    name = entry.orig_filename.encode()
    size, at = len(name), entry.header_offset
    year, month, day, hour, minute, second = entry.date_time
    stamp = ((year - 1980) << 9 | month << 5 | day) << 16 | hour << 11 | minute << 5 | second // 2
    said = (entry.extract_version, entry.flag_bits, entry.compress_type, stamp, entry.CRC)
    sizes = (entry.compress_size, entry.file_size, size)
    try:
        sign, *found, extra = struct.unpack_from("<4s3H4L2H", data, at)
    except struct.error:
        return None
    fields = data[at + 30 + size : at + 30 + size + extra]
    same = sign == b"PK\3\4" and (*said, *sizes) == tuple(found) and data[at + 30 : at + 30 + size] == name
    return 30 + size + extra if same and _stamps(fields) and _stamps(entry.extra) else None


def _path(entry: zipfile.ZipInfo) -> str:
    return entry.filename.partition("/")[2]


def _stamps(extra: bytes) -> bool:
    """Return whether extra fields hold nothing but times and owners."""
    at = 0
    while at < len(extra):
        if len(extra) < at + _STAMP.size:
            return False
        kind, size = _STAMP.unpack_from(extra, at)
        at += _STAMP.size + size
        if kind not in _STAMPS or size > _STAMP_BYTES:
            return False
    return at == len(extra)


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
    """Return the bytes of a file, None where they are not as many as they should be.

    The checksum of a file is asked only where it was compressed: of others the manifest knows better.
    """
    try:
        name_bytes, extra_bytes = struct.unpack_from("<26x2H", data, entry.header_offset)
    except struct.error:
        return None
    start = entry.header_offset + 30 + name_bytes + extra_bytes
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        return _inflated(data[start : start + entry.compress_size], entry)
    content = data[start : start + entry.file_size]
    return content if len(content) == entry.file_size == entry.compress_size else None


def _inflated(packed: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    flow = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = flow.decompress(packed, entry.file_size + 1)
    except zlib.error:
        return None
    whole = flow.eof and not flow.unused_data and len(content) == entry.file_size
    return content if whole and zlib.crc32(content) == entry.CRC else None
