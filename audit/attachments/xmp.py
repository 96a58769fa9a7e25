"""XMP: metadata as XML in the middle of pictures and PDF files, older versions of it included. Source: ISO 16684-1."""

from __future__ import annotations

import re
from typing import Final

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.xmlread import parse

_PACKET: Final = re.compile(rb"<x:xmpmeta\b.{0,1000000}?</x:xmpmeta>", re.DOTALL)
_FIELDS: Final = {
    "creator": ("author", "Author"),
    "Author": ("author", "Author"),
    "Artist": ("author", "Artist"),
    "OwnerName": ("owner", "Camera owner"),
    "CameraOwnerName": ("owner", "Camera owner"),
    "CaptionWriter": ("last-modified-by", "Caption writer"),
    "AuthorsPosition": ("position", "Position"),
    "Manager": ("manager", "Manager"),
    "Company": ("company", "Company"),
    "rights": ("copyright", "Copyright"),
    "Credit": ("credit", "Credit"),
    "CiEmailWork": ("contact", "E-mail"),
    "CiTelWork": ("contact", "Phone"),
    "CiAdrExtadr": ("contact", "Address"),
    "PersonInImage": ("person", "Person shown"),
    "title": ("title", "Title"),
    "description": ("description", "Description"),
}
_PLACES: Final = {"GPSLatitude": "latitude", "GPSLongitude": "longitude"}
_DEGREES: Final = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,9})?)(?:,(\d{1,2}(?:\.\d{1,9})?))?([NSEW])")


class _Packet:
    """The fields of one packet, in attributes or in elements."""

    def __init__(self) -> None:
        self.values: list[tuple[str, str]] = []
        self._open: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        self.values += list(attributes.items())
        if name in _FIELDS or name in _PLACES:
            self._open.append(name)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if self._open and self._open[-1] == name:
            self._open.pop()

    def text(self, data: str) -> None:
        """Meet characters."""
        if self._open and data.strip():
            self.values.append((self._open[-1], data))


def read(data: bytes, out: Gathered) -> None:
    """Take the fields of all packets in a file."""
    for found in _PACKET.finditer(data):
        packet = _Packet()
        try:
            parse([found[0]], packet)
        except Broken as error:
            out.gap(f"a packet of metadata was not read to its end: {error}")
        for name, value in packet.values:
            if name in _FIELDS:
                out.metadata(*_FIELDS[name], value)
        places = {_PLACES[name]: _decimal(value) for name, value in packet.values if name in _PLACES}
        if places.get("latitude") and places.get("longitude"):
            out.metadata("gps", "GPS", f"{places['latitude']}, {places['longitude']}")


def _decimal(value: str) -> str:
    """Return degrees and minutes as degrees with six decimals, empty where they are none."""
    found = _DEGREES.fullmatch(value.strip())
    if found is None:
        return ""
    degrees = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return f"{-degrees if found[4] in 'SW' else degrees:.6f}"
