"""Files on disk as parts: no site is needed to look at a repository, an export or a recorded answer.

Folders are walked in the order of names; what version control and package tools keep is passed over, symbolic links
are not followed. What cannot be read is said, never left out. Bytes that are no UTF-8 in a program or a text are read
on: the patterns are about ASCII, and a file in Latin-1 keeps every place.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from audit.attachments.contents import Contents, Texts
from audit.attachments.gathered import so_many
from audit.attachments.html import people_of
from audit.attachments.kinds import is_document, is_tar
from rules import webpages
from rules.descriptor import without_comments
from rules.model import Kind, ObjectType, Part, Ref
from rules.sniff import LINES, beside_code, broken, sniff
from rules.view import SIZE_LIMIT
from rules.webpages import is_page

PASSED_OVER: Final = frozenset(
    {".git", ".hg", ".svn", ".idea", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache"}
)
"""Folders that hold other people's files or copies."""
STANDARD_INPUT: Final = "-"
_OPENED: Final = "/dev"
"""Where a shell names pipes that somebody writes into: `<(...)`. Nobody has to write into any other."""
_EXPORT: Final = b"<hibernate-generic"
_BODY: Final = re.compile(rb"<property name=\"body\"><!\[CDATA\[(?P<body>.*?)\]\]></property>", re.DOTALL)
_SPLIT: Final = b"]]]]><![CDATA[>"
"""How some exports write the end of a section inside the section that holds the body."""
_WHOLE: Final = b"]]>".rjust(len(_SPLIT))
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_FIRST: Final = 8192
_NO_WORDS: Final = frozenset(
    """
    a avi avif bmp class dll dylib eot exe flac gif heic icc ico icns jpeg jpg lib m4a m4v mo mov mp3 mp4 o obj ogg otf
    png psd pyc pyd pyo so tif tiff ttf wasm wav webm webp woff woff2
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Suffixes of pictures, sounds, fonts and compiled programs: these rules have nothing to read in them."""
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"wOFF", b"wOF2")
_PACKED: Final = (b"PK\x03\x04", b"%PDF-", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_WEB: Final = frozenset({"htm", "html", "xhtml"})
_NO_WORD: Final = "it is no text, or UTF-16 without a mark: save that as UTF-8"
_RECODED: Final = "content"
_WIDE: Final = 0.4
"""Share of zero bytes in every second place from which on a file is text of two bytes a character."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a file, and where in the file it begins."""

    file: str
    part: Part
    offset: int
    """Bytes of the file before the part."""
    line: int
    """Lines of the file before the part."""
    again: bool = False
    """The same bytes as the piece before, or some of them with all others blank, for what is said beside a program.

    They need not be well-formed.
    """
    inside: str = ""
    """Which text of a document it is: `content/page[3]`. Places count from its beginning then, not from the file's."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was named, or found, and not read."""

    file: str
    reason: str
    """Plain words without contents."""
    gap: bool = True
    """False for what no rule could read anything in, and for links: it is said, and the scan is complete without it."""
    start: int | None = None
    """The byte from which on it could not be read, where one is known."""
    is_read: bool = False
    """True for what is said of a file that was read: nothing of it was left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How files are to be read."""

    kind: Kind | None = None
    """None: told from each file."""
    by_line: bool = False
    """Each line is a document of its own."""
    exclude: tuple[str, ...] = ()
    """Patterns of names or paths that are passed over."""
    limit_bytes: int = SIZE_LIMIT
    documents: Callable[[str, str, bytes], Contents] | None = None
    """Reads documents, mails, archives and pictures by name, media type and bytes; None: they are not read."""


def read(paths: Sequence[Path], wanted: Wanted) -> Iterator[Piece | Refused]:
    """Yield the parts of all files under `paths`, in order; `-` is the standard input."""
    for path in paths:
        if str(path) == STANDARD_INPUT:
            yield from pieces(STANDARD_INPUT, sys.stdin.buffer.read(wanted.limit_bytes + 1), wanted)
        else:
            yield from _below(path, wanted)


def _below(top: Path, wanted: Wanted) -> Iterator[Piece | Refused]:
    """Yield what is in a file, or in the files of a folder however deep, and last which folders were passed over."""
    waiting, passed = [top], Counter[str]()
    while waiting:
        path = waiting.pop()
        named = path is top
        if any(fnmatch(path.name, pattern) or fnmatch(path.as_posix(), pattern) for pattern in wanted.exclude):
            continue
        if not named and path.is_symlink():
            where = "not followed" if path.exists() else "it leads nowhere or in a circle"
            yield Refused(str(path), f"a symbolic link: {where}", gap=False)
            continue
        try:
            if path.is_dir():
                if named or path.name not in PASSED_OVER:
                    waiting += sorted(path.iterdir(), reverse=True)
                else:
                    passed[path.name] += 1
                continue
            if (path.is_fifo() and not path.is_relative_to(_OPENED)) if named else not path.is_file():
                yield Refused(str(path), "no ordinary file", gap=named)
                continue
            with path.open("rb") as file:
                data = file.read(wanted.limit_bytes + 1)
        except OSError as error:
            yield Refused(str(path), f"the system said: {error.strerror}")
            continue
        yield from pieces(str(path), data, wanted, named=named)
    if passed:
        count = "1 folder" if passed.total() == 1 else f"{passed.total()} folders"
        names = ", ".join(sorted(passed))
        yield Refused(str(top), f"{count} of version control or tools ({names}): name one to scan it", gap=False)


def pieces(file: str, data: bytes, wanted: Wanted, *, named: bool = True) -> Iterator[Piece | Refused]:
    """Yield the parts of one file: itself, or each of its lines that is not blank.

    Markup and texts about programs come a second time for what they say and link to beside the programs in them.
    """
    first, suffix = data[:_FIRST], Path(file).suffix.lower().removeprefix(".")
    if wanted.documents is not None and wanted.kind is None and is_document(Path(file).name, data):
        yield from _document(file, wanted.documents(Path(file).name, "", data))
    elif b"\x00" in first and (suffix in _NO_WORDS or first.startswith(_PICTURES)):
        yield Refused(file, "it is no text", gap=named)
    elif len(data) > wanted.limit_bytes:
        yield Refused(file, f"larger than {wanted.limit_bytes} bytes")
    elif data.startswith(_PACKED) or is_tar(data):
        yield Refused(file, "a document or archive: what is in it is not read")
    elif data.startswith(_MARKS):
        yield from _recoded(file, data, wanted, named=named)
    elif _is_wide(first):
        yield Refused(file, _NO_WORD)
    elif b"\x00" in first:
        yield Refused(file, "it is no text")
    else:
        yield from _texts(file, data, wanted, named=named)


def _document(file: str, contents: Contents) -> Iterator[Piece | Refused]:
    """Yield the texts of a document, then what was not read of it and what else there is to say."""
    if not isinstance(contents, Texts):
        yield Refused(file, contents.reason)
        return
    for each in contents.pieces:
        part = Part(Ref(ObjectType.FILE, file), each.path, each.kind, each.text)
        yield Piece(file, part, 0, 0, inside=each.path)
    yield from (Refused(file, gap) for gap in contents.gaps)
    yield from (Refused(file, note, gap=False, is_read=True) for note in contents.notes)
    if contents.passed:
        yield Refused(file, f"{so_many(contents.passed)} without text: text in pictures is not read", gap=False)


def _texts(file: str, data: bytes, wanted: Wanted, *, named: bool) -> Iterator[Piece | Refused]:
    begin = len(_BOM) if data.startswith(_BOM) else 0
    name = Path(file).name
    if wanted.by_line or (wanted.kind is None and name.rpartition(".")[2].lower() in LINES):
        yield from _lines(file, data, begin, wanted.kind)
    elif wanted.kind is None and _EXPORT in data[:_FIRST]:
        yield from _export(file, data)
    else:
        piece = _piece(file, data[begin:], wanted.kind, begin, 0)
        yield piece
        beside = beside_code(name, piece.part.data) if wanted.kind is None else None
        if beside is not None:
            yield from _beside(name, piece, beside)
        if wanted.kind is None and name.rpartition(".")[2].lower() in _WEB:
            yield from _head(file, data)
        # Of folders, programs hold parts of pages that need not be well-formed: only who names a file means a body.
        why = broken(name, data[begin:]) if named and wanted.kind is None else None
        if why is not None:
            yield Refused(file, f"taken for a body: {why.reason}", start=begin + why.offset)


def _beside(name: str, piece: Piece, kind: Kind) -> Iterator[Piece]:
    """Yield what a file says beside the programs in it; of a page first what a reader sees, then the rest."""
    data = piece.part.data
    texts = {kind: data}
    if is_page(name.rpartition(".")[2].lower(), data):
        texts = {Kind.STORAGE: webpages.seen(data), Kind.TEXT: webpages.unseen(data)}
    for each, text in texts.items():
        yield replace(piece, part=replace(piece.part, kind=each, data=text), again=True)


def _head(file: str, data: bytes) -> Iterator[Piece]:
    """Yield what the head of a web page says of people, as the metadata of a document."""
    for number, (name, label, value) in enumerate(people_of(data), 1):
        path = f"metadata/{name}[{number}]"
        said = f"{label}: {' '.join(value.split())}".encode()
        yield Piece(file, Part(Ref(ObjectType.FILE, file), path, Kind.TEXT, said), 0, 0, inside=path)


def _recoded(file: str, data: bytes, wanted: Wanted, *, named: bool) -> Iterator[Piece | Refused]:
    """Yield the parts of a text in UTF-16: their places are those of the text in UTF-8, not bytes of the file."""
    text = data.decode("utf-16", "replace")
    if "\x00" in text:
        yield Refused(file, _NO_WORD)
        return
    for each in _texts(file, text.encode(), wanted, named=named):
        yield replace(each, inside=_RECODED) if isinstance(each, Piece) else replace(each, start=None)


def _is_wide(first: bytes) -> bool:
    """Return whether text of two bytes a character is likely: no byte order mark says so."""
    most = max(first[0::2].count(0), first[1::2].count(0))
    return most > _WIDE * len(first) / 2


def _lines(file: str, data: bytes, begin: int, kind: Kind | None) -> Iterator[Piece]:
    offset = begin
    kind = sniff(Path(file).name, data) if kind is None and Path(file).suffix.lower() in {".cql", ".jql"} else kind
    for number, line in enumerate(data[begin:].split(b"\n")):
        if line.strip():
            yield _piece(file, line.removesuffix(b"\r"), kind, offset, number)
        offset += len(line) + 1


def _export(file: str, data: bytes) -> Iterator[Piece | Refused]:
    """Yield the bodies of an XML export; the rest of it has no rules here, and that is said."""
    line = done = 0
    for found in _BODY.finditer(data):
        start, body = found.start("body"), found["body"].replace(_SPLIT, _WHOLE)  # of the same length
        line += data.count(b"\n", done, start)
        done = start
        if body.strip():
            yield _piece(file, body, Kind.STORAGE if b"<" in body else Kind.TEXT, start, line)
    yield Refused(file, "an XML export: its bodies were read, its users, permissions and tables were not")


def _piece(file: str, data: bytes, kind: Kind | None, offset: int, line: int) -> Piece:
    found = sniff(Path(file).name, data) if kind is None else kind
    if kind is None and found is Kind.JSON:
        data = without_comments(data)  # of the same length: settings of tools are full of comments
    return Piece(file, Part(Ref(ObjectType.FILE, file), "", found, data), offset, line)
