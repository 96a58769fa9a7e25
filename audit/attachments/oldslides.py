"""The text of PPT files, records in records, with comments and who saved it last. Source: MS-PPT.

A file that was saved often keeps older slides behind the newer ones: they are read as well.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import olefile  # type: ignore[import-untyped]

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.package import ENCRYPTED

STREAM: Final = "PowerPoint Document"
_USER: Final = "Current User"
_USER_HEADER: Final = struct.Struct("<8x4xIIH6x")
_PROTECTED: Final = 0xF3D1C4DF
_HEADER: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
_CHARACTERS, _BYTES, _STRING, _COMMENT = 0x0FA0, 0x0FA8, 0x0FBA, 0x2EE0
_TAGGED: Final = 0x138B
"""Holds records of newer versions, comments among them, although it does not say so."""
_TAG: Final = "___PPT"
_AUTHOR, _SAID = 0, 1
"""Which of the strings of a comment is which."""


def read(container: olefile.OleFileIO, out: Gathered) -> None:
    """Take what a PPT file says."""
    texts: list[str] = []
    comments = 0
    try:
        _user(container, out)
        for kind, instance, inside, data in _records(container.openstream(STREAM).read()):
            if kind == _CHARACTERS or (kind == _STRING and inside != _COMMENT):
                text = data.decode("utf-16-le", "replace")
                texts += [] if text.startswith(_TAG) else [text]
            elif kind == _BYTES:
                texts.append(data.decode("latin-1"))
            elif kind == _STRING and instance == _AUTHOR:
                out.author("comments", data.decode("utf-16-le", "replace"))
            elif kind == _STRING and instance == _SAID:
                comments += 1
                out.add(f"comments[{comments}]", data.decode("utf-16-le", "replace"))
    except OSError as error:
        raise Broken(f"its text cannot be found: {type(error).__name__}") from None
    out.add("content", "\n".join(texts).replace("\r", "\n").replace("\x0b", "\n"))


def _user(container: olefile.OleFileIO, out: Gathered) -> None:
    data = container.openstream(_USER).read() if container.exists(_USER) else b""
    if len(data) < _USER_HEADER.size:
        return
    token, _, length = _USER_HEADER.unpack_from(data)
    if token == _PROTECTED:
        raise Broken(ENCRYPTED)
    name = data[_USER_HEADER.size : _USER_HEADER.size + length]
    out.metadata("last-modified-by", "Last modified by", name.decode("latin-1").strip("\x00"))


def _records(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield kind, instance, the kind of the record around, and contents of all records that hold no others."""
    open_until: list[tuple[int, int]] = []
    at = 0
    while at + _HEADER.size <= len(data):
        while open_until and at >= open_until[-1][0]:
            open_until.pop()
        form, kind, size = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        if form & _CONTAINER == _CONTAINER or kind == _TAGGED:
            open_until.append((at + size, kind))
            continue
        if kind in {_CHARACTERS, _BYTES, _STRING}:
            yield kind, form >> 4, open_until[-1][1] if open_until else 0, data[at : at + size]
        at += size
