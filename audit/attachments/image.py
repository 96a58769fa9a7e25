"""Pictures: who took them, with whose device, and where. Pixels are decoded for OCR only, where it is on.

Source: CIPA DC-008 (Exif), IPTC IIM, Adobe XMP.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageFile, IptcImagePlugin
from PIL.ExifTags import IFD, Base

from audit.attachments import drawing, xmp
from audit.attachments.drawing import CANNOT
from audit.attachments.gathered import Broken, Gathered, NotRead
from audit.attachments.plain import decoded

_TAGS: Final[Mapping[int, tuple[str, str]]] = {
    Base.Artist: ("author", "Artist"),
    Base.XPAuthor: ("author", "Artist"),
    Base.Copyright: ("copyright", "Copyright"),
    Base.CameraOwnerName: ("owner", "Camera owner"),
    Base.BodySerialNumber: ("serial-number", "Camera serial number"),
    Base.HostComputer: ("computer", "Computer"),
    Base.ImageDescription: ("description", "Description"),
    Base.XPTitle: ("title", "Title"),
    Base.XPSubject: ("subject", "Subject"),
    Base.XPComment: ("description", "Description"),
    Base.XPKeywords: ("keywords", "Keywords"),
    Base.UserComment: ("description", "Description"),
}
_WIDE: Final = frozenset({Base.XPAuthor, Base.XPTitle, Base.XPSubject, Base.XPComment, Base.XPKeywords})
"""Fields of Windows, in two bytes a character."""
_COMMENT_CODE: Final = 8
"""Bytes before a comment that name its encoding."""
_IPTC: Final = {
    (2, 80): ("author", "By-line"),
    (2, 85): ("position", "Position"),
    (2, 110): ("credit", "Credit"),
    (2, 116): ("copyright", "Copyright"),
    (2, 118): ("contact", "Contact"),
    (2, 120): ("description", "Caption"),
    (2, 122): ("last-modified-by", "Caption writer"),
    (2, 5): ("title", "Title"),
    (2, 105): ("title", "Headline"),
    (2, 25): ("keywords", "Keywords"),
}
_WORDS: Final = {
    "author": ("author", "Author"),
    "artist": ("author", "Artist"),
    "copyright": ("copyright", "Copyright"),
    "comment": ("description", "Comment"),
    "description": ("description", "Description"),
    "title": ("title", "Title"),
    "source": ("source", "Source"),
}
"""Words under which PNG, JPEG and GIF keep texts."""
_EXIF: Final = b"Exif\x00\x00"
_ORDERS: Final = (b"II*\x00", b"MM\x00*")
_PARTS: Final = 3
"""Degrees, minutes, seconds."""
_NO_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


def read(data: bytes, out: Gathered) -> None:
    """Take the metadata of a picture. What it shows is left to OCR; where that is off, it is noted."""
    Image.MAX_IMAGE_PIXELS = None  # what is decoded has a limit of ours
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # libraries that draw pages allow it for the whole process
    try:
        with _telling(out), Image.open(io.BytesIO(data)) as picture:
            _exif(picture.getexif(), out)
            for key, value in picture.info.items():
                if str(key).lower() in _WORDS and isinstance(value, str | bytes):
                    out.metadata(*_WORDS[str(key).lower()], _text(value))
            _iptc(picture, out)
    except CANNOT as error:
        if not out.pieces:
            raise Broken(f"the picture cannot be opened: {type(error).__name__}") from None
        out.gap(f"its metadata was not read to its end: {type(error).__name__}")
    xmp.read(data, out)
    for path, drawn in drawing.frames(data, out.limits):
        out.picture(path, drawn)


def read_heic(data: bytes, out: Gathered) -> None:
    """Take the metadata of a HEIC or AVIF picture where its block can be found; no library decodes these here."""
    start = data.find(_EXIF)
    block = data[start:] if start >= 0 else b""
    if not block[len(_EXIF) :].startswith(_ORDERS) and b"<x:xmpmeta" not in data:
        raise NotRead("HEIC image: no block of metadata was found that can be read")
    if block:
        exif = Image.Exif()
        try:
            with _telling(out):
                exif.load(block)
                _exif(exif, out)
        except CANNOT as error:
            out.gap(f"its metadata was not read to its end: {type(error).__name__}")
    xmp.read(data, out)
    out.picture("content/picture", _undecoded)


def _undecoded() -> bytes:
    raise NotRead("HEIC image: this kind of picture is not decoded")


@contextmanager
def _telling(out: Gathered) -> Iterator[None]:
    """Take the warnings of Pillow, which says so where it leaves out what is damaged."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    if told:
        out.gap("its metadata is damaged: part of it was not read")


def _exif(exif: Image.Exif, out: Gathered) -> None:
    for tags in (exif, exif.get_ifd(IFD.Exif)):
        for tag, value in tags.items():
            if tag in _TAGS:
                out.metadata(*_TAGS[tag], _exif_text(tag, value))
    place = _place(exif.get_ifd(IFD.GPSInfo))
    if place:
        out.metadata("gps", "GPS", place)


def _exif_text(tag: int, value: object) -> str:
    if isinstance(value, tuple):
        value = bytes(each for each in value if isinstance(each, int) and 0 <= each < 256)  # noqa: PLR2004 - bytes
    if isinstance(value, bytes) and tag in _WIDE:
        return _tidy(value.decode("utf-16-le", "replace"))
    if isinstance(value, bytes) and tag == Base.UserComment:
        code, value = value[:_COMMENT_CODE], value[_COMMENT_CODE:]
        return _tidy(value.decode("utf-16", "replace") if code.startswith(b"UNICODE") else decoded(value))
    return _text(value) if isinstance(value, str | bytes) else ""


def _text(value: str | bytes) -> str:
    return _tidy(value if isinstance(value, str) else decoded(value))


def _tidy(text: str) -> str:
    return _NO_CONTROL.sub(" ", text).strip()


def _place(gps: Mapping[int, object]) -> str:
    """Return latitude and longitude in degrees with six decimals, empty where there are none."""
    latitude = _degrees(gps.get(2), gps.get(1), "S", 90)
    longitude = _degrees(gps.get(4), gps.get(3), "W", 180)
    return "" if latitude is None or longitude is None else f"{latitude:.6f}, {longitude:.6f}"


def _degrees(parts: object, side: object, negative: str, most: float) -> float | None:
    if not isinstance(parts, Iterable) or isinstance(parts, str | bytes):
        return None
    figures = list(_figures(parts))
    if len(figures) != _PARTS:
        return None
    value = figures[0] + figures[1] / 60 + figures[2] / 3600
    if not 0 <= value <= most:  # also refuses what is no number
        return None
    return -value if isinstance(side, str) and side.strip("\x00 ").upper() == negative else value


def _figures(parts: Iterable[object]) -> Iterator[float]:
    for part in parts:
        try:
            yield float(part)  # type: ignore[arg-type] # fractions of Pillow, and whatever else stands there
        except (TypeError, ValueError, ZeroDivisionError):
            return


def _iptc(picture: ImageFile.ImageFile, out: Gathered) -> None:
    found = IptcImagePlugin.getiptcinfo(picture) or {}
    for key, value in found.items():
        if key in _IPTC:
            for each in value if isinstance(value, list) else [value]:
                out.metadata(*_IPTC[key], _text(each))
