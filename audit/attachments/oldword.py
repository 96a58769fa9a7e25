"""The text of DOC files, who changed, commented on and saved them, and under which paths. Source: MS-DOC.

A document is a row of pieces, each of one or two bytes a character; headers, footnotes and comments stand behind the
text, and what was deleted in tracked changes stands in it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import olefile  # type: ignore[import-untyped]

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.package import ENCRYPTED

STREAM: Final = "WordDocument"
_MAGIC: Final = 0xA5EC
_ENCRYPTED: Final = 0x0100
_FIRST_TABLE: Final = 0x0200
_PIECES, _COMMENTERS, _REVISERS, _SAVERS = 0x1A2, 0x1BA, 0x232, 0x2D2
"""Where the header says where tables begin and how long they are."""
_PROPERTIES, _TABLE = 1, 2
_ONE_BYTE: Final = 0x40000000
_SHOWN: Final = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\x13": " ", "\x14": " ", "\x15": " ", "\x1e": "-"}
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x1f")
)
_ROW_END: Final = "\x07\x07"


def read(container: olefile.OleFileIO, out: Gathered) -> None:
    """Take what a DOC file says. Raises `Broken` where its tables lead nowhere."""
    main = container.openstream(STREAM).read()
    try:
        magic, flags = struct.unpack_from("<H8xH", main)
        if magic != _MAGIC:
            out.gap("its text is not read, only metadata: it is older than Word 97", skipped=True)
            return
        if flags & _ENCRYPTED:
            raise Broken(ENCRYPTED)
        tables = container.openstream("1Table" if flags & _FIRST_TABLE else "0Table").read()
        text = "".join(_pieces(main, _part(main, tables, _PIECES)))
        out.add("content", text.replace(_ROW_END, "\n").translate(_SHOWN))
        for name in _texts(_part(main, tables, _COMMENTERS)):
            out.author("comments", name)
        for name in _table(_part(main, tables, _REVISERS)):
            out.author("changes", name.replace("Unknown", ""))
        saved = list(_table(_part(main, tables, _SAVERS)))
    except (struct.error, OSError) as error:
        raise Broken(f"its text cannot be found: {type(error).__name__}") from None
    for name, path in zip(saved[::2], saved[1::2], strict=False):
        out.metadata("last-modified-by", "Saved by", name)
        out.metadata("path", "Saved as", path)


def _part(main: bytes, tables: bytes, at: int) -> bytes:
    start, size = struct.unpack_from("<II", main, at)
    return tables[start : start + size]


def _pieces(main: bytes, index: bytes) -> Iterator[str]:
    at = 0
    while index[at : at + 1] == bytes([_PROPERTIES]):
        at += 3 + struct.unpack_from("<H", index, at + 1)[0]
    if index[at : at + 1] != bytes([_TABLE]):
        raise Broken("its text cannot be found: it has no table of pieces")
    count = (struct.unpack_from("<I", index, at + 1)[0] - 4) // 12
    if not 0 <= count <= len(index) // 12:
        raise Broken("its text cannot be found: its table of pieces is cut")
    ends = struct.unpack_from(f"<{count + 1}I", index, at + 5)
    for number in range(count):
        place = struct.unpack_from("<I", index, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        length = max(0, ends[number + 1] - ends[number])
        if place & _ONE_BYTE:
            start = (place & ~_ONE_BYTE) // 2
            yield main[start : start + length].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * length].decode("utf-16-le", "replace")


def _texts(data: bytes) -> Iterator[str]:
    """Yield texts that stand one behind the other, each with its length before it."""
    at = 0
    while at + 2 <= len(data):
        size = 2 * struct.unpack_from("<H", data, at)[0]
        yield data[at + 2 : at + 2 + size].decode("utf-16-le", "replace")
        at += 2 + size


def _table(data: bytes) -> Iterator[str]:
    """Yield the texts of a table that begins with its form, their count, and the size of what is beside each."""
    if data[:2] == b"\xff\xff" and data[4:6] == b"\x00\x00":
        yield from _texts(data[6:])
