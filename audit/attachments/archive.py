"""ZIP files: documents that are packed that way, and archives, whose files are read one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from audit.attachments import odf, ooxml
from audit.attachments.gathered import Gathered, NotRead
from audit.attachments.kinds import Format
from audit.attachments.package import Package

_APPLE: Final = (".iwa", "Index.zip", "index.apxl", "index.xml.gz")
_OFFICE: Final = "[Content_Types].xml"
Read = Callable[[Package, bytes, Gathered], None]
_MAIN: Final[Mapping[str, Read]] = {
    "word": ooxml.read_word,
    "xl": ooxml.read_excel,
    "ppt": ooxml.read_powerpoint,
    "visio": ooxml.read_visio,
}
"""Readers by the folder that holds the main part."""


def read(data: bytes, out: Gathered) -> None:
    """Take what is in a ZIP file."""
    package = Package(data, out)
    _reader(package)(package, data, out)


def _reader(package: Package) -> Read:
    """Return who reads a ZIP file, by the files in it."""
    names = package.names
    if _OFFICE in package:
        folders = {name.partition("/")[0] for name in names}
        return next((read for folder, read in _MAIN.items() if folder in folders), ooxml.read_other)
    if odf.is_document(package):
        return odf.read
    return _apple if any(name.endswith(_APPLE) for name in names) else _members


def _apple(_package: Package, _data: bytes, _out: Gathered) -> None:
    raise NotRead(f"{Format.APPLE.value}: this kind of file is not read")


def _members(package: Package, _data: bytes, out: Gathered) -> None:
    names = package.names
    out.add("content/names", "\n".join(names))
    for number, name in enumerate(names, 1):
        out.member(number, name.rpartition("/")[2], "", partial(package.read, name))
