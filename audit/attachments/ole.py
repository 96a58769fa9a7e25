"""Office files of the old format (DOC, XLS, PPT): who reads which, and their metadata. Source: MS-OLEPS, MS-CFB.

Of other files in this container only the metadata is read, and that is said.
"""

from __future__ import annotations

import io
import struct
from functools import partial
from typing import Final

import olefile  # type: ignore[import-untyped]

from audit.attachments import oldslides, oldword, outlook, sheets, spread, spreadbinary
from audit.attachments.gathered import Broken, Gathered
from audit.attachments.package import ENCRYPTED
from audit.attachments.plain import decoded

_FIELDS: Final = {
    "author": ("author", "Author"),
    "last_saved_by": ("last-modified-by", "Last modified by"),
    "manager": ("manager", "Manager"),
    "company": ("company", "Company"),
    "title": ("title", "Title"),
    "subject": ("subject", "Subject"),
    "keywords": ("keywords", "Keywords"),
    "comments": ("description", "Description"),
    "category": ("category", "Category"),
    "template": ("template", "Template"),
}
_WORKBOOKS: Final = ("Workbook", "Book")
_RECORD: Final = struct.Struct("<HH")
_PASSWORD: Final = 0x2F
_FIRST: Final = 8192
_WRAPPED: Final = ("Package", "CONTENTS")
_NATIVE: Final = "\x01Ole10Native"
_NATIVE_HEADER: Final = 6
_UTF_8: Final = 65001
_CANNOT: Final = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError)


def read(data: bytes, out: Gathered) -> None:
    """Take what is in a file of the old format."""
    try:
        container = olefile.OleFileIO(io.BytesIO(data))
    except _CANNOT as error:
        raise Broken(f"the file of the old format cannot be opened: {type(error).__name__}") from None
    with container:
        if container.exists("EncryptedPackage"):
            raise Broken(ENCRYPTED)
        if outlook.is_message(container):
            outlook.read(container, out)
            return
        _metadata(container, out)
        if container.exists(oldword.STREAM):
            oldword.read(container, out)
        elif container.exists(oldslides.STREAM):
            oldslides.read(container, out)
        elif any(container.exists(name) for name in _WORKBOOKS):
            if any(_is_locked(container, name) for name in _WORKBOOKS):
                raise Broken(ENCRYPTED)
            sheets.read_cells(_near(data, container, out), out)
        elif not _packed(container, out):
            out.gap("a kind of Office file whose text is not read, only its metadata", skipped=True)


def _metadata(container: olefile.OleFileIO, out: Gathered) -> None:
    try:
        found = container.get_metadata()
    except _CANNOT:
        out.gap("its metadata cannot be read")
        return
    for key, (name, label) in _FIELDS.items():
        out.metadata(name, label, _text(getattr(found, key), found.codepage))


def _is_locked(container: olefile.OleFileIO, name: str) -> bool:
    """Return whether a workbook needs a password: a record at its beginning says so."""
    data = container.openstream(name).read(_FIRST) if container.exists(name) else b""
    at = 0
    while at + _RECORD.size <= len(data):
        kind, size = _RECORD.unpack_from(data, at)
        if kind == _PASSWORD:
            return True
        at += _RECORD.size + size
    return False


def _near(data: bytes, container: olefile.OleFileIO, out: Gathered) -> bytes:
    """Return a workbook with the cells of its sheets close together where they lie too far apart."""
    for name in filter(container.exists, _WORKBOOKS):
        stream = container.openstream(name).read()
        near, left = spreadbinary.near_all(stream)
        for _ in range(left):
            out.gap(spread.TOO_FAR)
        if near != stream:
            file = io.BytesIO(data)
            with olefile.OleFileIO(file, write_mode=True) as changed:
                changed.write_stream(name, near)
            data = file.getvalue()
    return data


def _packed(container: olefile.OleFileIO, out: Gathered) -> bool:
    """Take the file that an embedded object wraps; return whether there is one."""
    for number, name in enumerate(_WRAPPED, 1):
        if container.exists(name):
            out.member(number, "", "", container.openstream(name).read)
            return True
    if not container.exists(_NATIVE):
        return False
    data = container.openstream(_NATIVE).read()
    label, _, rest = data[_NATIVE_HEADER:].partition(b"\x00")
    path, _, rest = rest.partition(b"\x00")
    out.add("content/names", f"{decoded(label, 'cp1252')}\n{decoded(path, 'cp1252')}")
    size, kept = rest[4:8], rest[8:]
    kept = kept[int.from_bytes(size, "little") :]
    length = int.from_bytes(kept[:4], "little")
    out.member(1, decoded(label, "cp1252"), "", partial(bytes, kept[4 : 4 + length]))
    return True


def _text(value: object, codepage: int | None) -> str:
    if not isinstance(value, bytes):
        return str(value) if isinstance(value, str) else ""
    value = value.rstrip(b"\x00")
    for name in ("utf-8", "" if codepage in {None, _UTF_8} else f"cp{codepage}"):
        try:
            return value.decode(name)
        except (UnicodeError, LookupError):
            continue
    return value.decode("latin-1")
