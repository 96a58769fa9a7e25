"""What a file is: told by its first bytes, then by its name."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from rules.webpages import is_page


class Format(StrEnum):
    """The kinds of files that are told apart. The words go into reasons and counts."""

    PDF = "PDF"
    WORD = "Word document"
    EXCEL = "Excel workbook"
    POWERPOINT = "PowerPoint presentation"
    ODF = "OpenDocument file"
    RTF = "RTF"
    CSV = "table of text"
    TEXT = "text"
    JSON = "JSON"
    HTML = "HTML"
    MAIL = "mail"
    MAILBOX = "mailbox"
    CARDS = "contacts or calendar"
    OUTLOOK = "Outlook message"
    IMAGE = "image"
    HEIC = "HEIC image"
    OLE = "Office file of the old format"
    ZIP = "ZIP archive"
    APPLE = "Apple iWork document"
    ARCHIVE = "archive that is no ZIP"
    MEDIA = "audio or video"
    DRAWING = "picture without readable metadata"
    SIGNED = "signed or encrypted message (S/MIME)"
    PROGRAM = "program, font or compiled code"
    OTHER = "unknown kind"


_MAGIC: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"{\\rtf", Format.RTF),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"II*\x00", Format.IMAGE),
    (b"MM\x00*", Format.IMAGE),
    (b"GIF8", Format.IMAGE),
    (b"\xd7\xcd\xc6\x9a", Format.DRAWING),
    (b"\x01\x00\x00\x00", Format.DRAWING),
    (b"\x1f\x8b", Format.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Format.ARCHIVE),
    (b"Rar!", Format.ARCHIVE),
    (b"BZh", Format.ARCHIVE),
    (b"\xfd7zXZ", Format.ARCHIVE),
    (b"ID3", Format.MEDIA),
    (b"\xff\xfb", Format.MEDIA),
    (b"\xff\xf3", Format.MEDIA),
    (b"OggS", Format.MEDIA),
    (b"fLaC", Format.MEDIA),
    (b"\x1a\x45\xdf\xa3", Format.MEDIA),
    (b"MZ", Format.PROGRAM),
    (b"\x7fELF", Format.PROGRAM),
    (b"\xca\xfe\xba\xbe", Format.PROGRAM),
    (b"wOF", Format.PROGRAM),
)
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BRANDS: Final = {b"heic": Format.HEIC, b"heix": Format.HEIC, b"mif1": Format.HEIC, b"avif": Format.HEIC}
_TAR: Final = slice(257, 262)
"""Where a TAR archive names itself: behind the header of its first file."""
_PDF_WITHIN: Final = 1024
"""Readers of PDF look for its first line within so many bytes."""
_SUFFIXES: Final = {
    **dict.fromkeys("docx docm dotx dotm".split(), Format.WORD),  # noqa: SIM905 - a table of words
    **dict.fromkeys("xlsx xlsm xltx xltm xlsb".split(), Format.EXCEL),  # noqa: SIM905 - the same
    **dict.fromkeys("pptx pptm potx ppsx".split(), Format.POWERPOINT),  # noqa: SIM905 - the same
    **dict.fromkeys("odt ods odp ott ots otp odg".split(), Format.ODF),  # noqa: SIM905 - the same
    **dict.fromkeys("jpg jpeg png tif tiff gif webp".split(), Format.IMAGE),  # noqa: SIM905 - the same
    **dict.fromkeys("heic heif avif".split(), Format.HEIC),  # noqa: SIM905 - the same
    **dict.fromkeys("doc xls ppt dot pps".split(), Format.OLE),  # noqa: SIM905 - the same
    **dict.fromkeys("csv tsv".split(), Format.CSV),  # noqa: SIM905 - the same
    **dict.fromkeys("htm html xhtml".split(), Format.HTML),  # noqa: SIM905 - the same
    **dict.fromkeys("p7m p7s".split(), Format.SIGNED),  # noqa: SIM905 - the same
    "pdf": Format.PDF,
    "rtf": Format.RTF,
    "json": Format.JSON,
    "eml": Format.MAIL,
    "mbox": Format.MAILBOX,
    "vcf": Format.CARDS,
    "ics": Format.CARDS,
    "msg": Format.OUTLOOK,
    "zip": Format.ZIP,
}
_DOCUMENTS: Final = frozenset(
    {
        Format.PDF,
        Format.OLE,
        Format.ZIP,
        Format.RTF,
        Format.IMAGE,
        Format.HEIC,
    }
)
"""What a scan of files hands over; texts are read there, so that every place in them stays known."""
_OFFICE: Final = frozenset({Format.WORD, Format.EXCEL, Format.OLE, Format.RTF})
"""What programs like to name files of HTML or mail that an office program is to open."""
_CONTAINERS: Final = {
    Format.WORD: Format.ZIP,
    Format.EXCEL: Format.ZIP,
    Format.POWERPOINT: Format.ZIP,
    Format.ODF: Format.ZIP,
    Format.OUTLOOK: Format.OLE,
}
_MESSAGES: Final = frozenset({Format.MAIL, Format.MAILBOX, Format.CARDS})
_AS_TEXT: Final = {Format.SIGNED: Format.OTHER}
_MEDIA_TYPES: Final = {
    "application/pdf": "pdf",
    "message/rfc822": "eml",
    "text/html": "html",
    "text/csv": "csv",
    "application/json": "json",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
}
_HEADERS: Final = re.compile(
    rb"(?:(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]{1,40}): [^\n]*\n"
    rb"(?:[ \t][^\n]*\n)*){2}",
    re.IGNORECASE,
)
_WEB: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:head|meta|style|body|table|div|p)\b[^<]{0,2000}>", re.IGNORECASE)
"""How HTML without its first element begins: taken for such only where an office program is to open it."""
_MACROS: Final = re.compile(rb"<(?:ac|ri|at):[a-z]")
"""What a storage body holds that no reader of pages knows: as a text, nothing of it is left out."""
_CARDS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:(?:VCARD|VCALENDAR)\b", re.IGNORECASE)
_FIRST: Final = 8192
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_PRINTED: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_ZEROS: Final = 0.3
"""Share of zero bytes, all in every second place, from which on a text has two bytes a character."""
_ODD: Final = 0.02
"""Share of control characters from which on bytes are no text."""


def suffix_of(name: str, media_type: str = "") -> str:
    """Return the ending of a name in lower case, or the one that goes with the media type where there is none."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return ending or _MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower(), "")


def kind_of(name: str, media_type: str, data: bytes) -> Format:
    """Return what a file is. ZIP stands for everything packed that way, OLE for all files of that container."""
    suffix = suffix_of(name, media_type)
    found = _by_bytes(data)
    if found is not None:
        return found
    if not is_text(data[:_FIRST]):
        return Format.OTHER if suffix != "p7m" else Format.SIGNED
    named = _SUFFIXES.get(suffix)
    if named in {Format.CSV, Format.JSON, Format.HTML, Format.MAIL, Format.MAILBOX, Format.SIGNED, Format.CARDS}:
        return named
    found = _by_words(named, data[:_FIRST])
    is_markup = found is Format.TEXT and is_page(suffix, data) and _MACROS.search(data) is None
    return Format.HTML if is_markup else found


def is_document(name: str, data: bytes) -> bool:
    """Return whether a file is read by what is in it rather than byte by byte: a document, a mail, a picture, a ZIP.

    So are contacts and calendars, and HTML or a mail under the name of a document.
    """
    found, named = _by_bytes(data), claimed(name)
    if found is not None:
        return found in _DOCUMENTS
    words = _by_words(named, data[:_FIRST])
    return named in _MESSAGES or words is Format.CARDS or (named in _OFFICE and words is not Format.TEXT)


def is_tar(data: bytes) -> bool:
    """Return whether a file is a TAR archive."""
    return data[_TAR] == b"ustar"


def claimed(name: str) -> Format | None:
    """Return what the name of a file says that it is, None where it says nothing."""
    return _SUFFIXES.get(suffix_of(name))


def fits(said: Format, found: Format) -> bool:
    """Return whether a file whose name says one thing may be another: a container does not say what it holds."""
    return found in {said, _CONTAINERS.get(said), _AS_TEXT.get(said)}


def _by_words(named: Format | None, first: bytes) -> Format:
    """Return what a text is by how it begins; `named` is what its name says."""
    if _CARDS.match(first):
        return Format.CARDS
    if _HEADERS.match(first):
        return Format.MAIL
    return Format.HTML if _WEB.match(first) or (named in _OFFICE and _MARKUP.match(first)) else Format.TEXT


def _by_bytes(data: bytes) -> Format | None:
    if b"%PDF-" in data[:_PDF_WITHIN] and not data.startswith(ZIP_MAGICS):
        return Format.PDF
    if data.startswith(OLE_MAGIC):
        return Format.OLE
    if data.startswith(ZIP_MAGICS):
        return Format.ZIP
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], Format.MEDIA)
    if data[:4] == b"RIFF":
        return Format.IMAGE if data[8:12] == b"WEBP" else Format.MEDIA
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), Format.ARCHIVE if is_tar(data) else None)


def wide(first: bytes) -> str:
    """Return the encoding of a text of two bytes a character without a mark, empty where it is none."""
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = first[start::2].count(0), first[1 - start :: 2].count(0)
        if not others and zeros > _ZEROS * len(first):
            return name
    return ""


def is_text(first: bytes) -> bool:
    """Return whether bytes look like a text in some encoding."""
    if first.startswith(_WIDE) or wide(first):
        return True
    odd = len(first) - len(first.translate(None, _PRINTED))
    return odd <= _ODD * len(first)
