"""Messages as Outlook saves them (MSG): who wrote to whom, text, and the files in it. Source: MS-OXMSG, MS-OXPROPS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

import olefile  # type: ignore[import-untyped]

from audit.attachments import html, packedrtf, rtf
from audit.attachments.gathered import Broken, Gathered
from audit.attachments.plain import decoded

_STREAM: Final = "__substg1.0_"
_WIDE, _NARROW, _BINARY, _STORAGE = "001F", "001E", "0102", "000D"
_FIELDS: Final = {
    "0037": "Subject",
    "0C1A": "From",
    "0C1F": "From",
    "5D01": "From",
    "0042": "Sent for",
    "0E04": "To",
    "0E03": "Cc",
    "0E02": "Bcc",
    "3FFA": "Last modified by",
    "007D": "Headers",
}
_OF_RECIPIENTS: Final = ("3001", "3003", "39FE")
_TEXT, _HTML, _RTF = "1000", "1013", "1009"
_NAMES: Final = ("3707", "3704", "3001")
_DATA: Final = "3701"

Place = tuple[str, ...]


class _Message:
    """The streams of a message that lies at one place of a container."""

    def __init__(self, container: olefile.OleFileIO, place: Place) -> None:
        self._container: Final = container
        self._place: Final = place

    def text(self, tag: str, below: str = "") -> str:
        """Return a property as text, empty where it is not there."""
        wide, narrow = self.data(tag + _WIDE, below), self.data(tag + _NARROW, below)
        return wide.decode("utf-16-le", "replace") if wide else decoded(narrow, "cp1252")

    def data(self, tag: str, below: str = "") -> bytes:
        """Return a property as it is stored, empty where it is not there."""
        path = [*self._place, *([below] if below else []), _STREAM + tag]
        return self._container.openstream(path).read() if self._container.exists(path) else b""

    def folders(self, start: str) -> list[str]:
        """Return the names of the storages right here that begin so, in order."""
        here, count = self._container.listdir(streams=False, storages=True), len(self._place)
        return sorted(
            {path[count] for path in here if path[:count] == list(self._place) and path[count:][:1]
             and path[count].startswith(start)}
        )  # fmt: skip

    def nested(self, folder: str) -> Place | None:
        """Return where a message in the message lies, None where there is none."""
        place = (*self._place, folder, _STREAM + _DATA + _STORAGE)
        return place if self._container.exists(list(place)) else None


def is_message(container: olefile.OleFileIO) -> bool:
    """Return whether a container holds a message."""
    return bool(container.exists("__properties_version1.0")) and not container.exists("WordDocument")


def read(container: olefile.OleFileIO, out: Gathered) -> None:
    """Take what a message says."""
    _read(container, (), out)


def _read(container: olefile.OleFileIO, place: Place, out: Gathered) -> None:
    message = _Message(container, place)
    out.add("headers", "\n".join(_headers(message)))
    text, page = message.text(_TEXT), message.data(_HTML + _BINARY) or message.text(_HTML).encode()
    out.add("content", text)
    if page and not text:
        html.take(decoded(page), "content", out)
    elif not text and (packed := message.data(_RTF + _BINARY)):
        _take_packed(packed, out)
    names = []
    for number, folder in enumerate(message.folders("__attach"), 1):
        name = next(filter(None, (message.text(tag, folder) for tag in _NAMES)), "")
        names.append(name)
        inner = message.nested(folder)
        if inner is not None:
            out.nested(number, partial(_read, container, inner, out))
        elif data := message.data(_DATA + _BINARY, folder):
            out.member(number, name, message.text("370E", folder), partial(bytes, data))
    out.add("content/names", "\n".join(names))


def _take_packed(packed: bytes, out: Gathered) -> None:
    try:
        rtf.read(packedrtf.unpacked(packed, out), out)
    except Broken as error:
        out.gap(str(error))


def _headers(message: _Message) -> Iterator[str]:
    yield from _lines((label, message.text(tag)) for tag, label in _FIELDS.items())
    for folder in message.folders("__recip"):
        yield from _lines(("To", message.text(tag, folder)) for tag in _OF_RECIPIENTS)


def _lines(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    for label, value in fields:
        value = value.strip("\x00 \r\n")  # noqa: PLW2901 - the same value without what surrounds it
        if value:
            yield value if label == "Headers" else f"{label}: {value}"
