"""Files on disk as parts: no site is needed to look at a repository, an export or a recorded answer.

Folders are walked in the order of names; what version control and package tools keep is passed over, symbolic links
are not followed. What cannot be read is said, never left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from rules.descriptor import without_comments
from rules.model import Kind, ObjectType, Part, Ref
from rules.sniff import LINES, sniff
from rules.view import SIZE_LIMIT

PASSED_OVER: Final = frozenset(
    {".git", ".hg", ".svn", ".idea", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache"}
)
"""Folders that hold other people's files or copies."""
STANDARD_INPUT: Final = "-"
_EXPORT: Final = b"<hibernate-generic"
_BODY: Final = re.compile(rb"<property name=\"body\"><!\[CDATA\[(?P<body>.*?)\]\]></property>", re.DOTALL)
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_FIRST: Final = 8192


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a file, and where in the file it begins."""

    file: str
    part: Part
    offset: int
    """Bytes of the file before the part."""
    line: int
    """Lines of the file before the part."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was named, or found, and not read."""

    file: str
    reason: str
    """Plain words without contents."""


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


def read(paths: Sequence[Path], wanted: Wanted) -> Iterator[Piece | Refused]:
    """Yield the parts of all files under `paths`, in order; `-` is the standard input."""
    for path in paths:
        if str(path) == STANDARD_INPUT:
            yield from pieces(STANDARD_INPUT, sys.stdin.buffer.read(wanted.limit_bytes + 1), wanted)
        else:
            yield from _below(path, wanted, named=True)


def _below(path: Path, wanted: Wanted, *, named: bool) -> Iterator[Piece | Refused]:
    if not named and (path.is_symlink() or path.name in PASSED_OVER):
        return
    if any(fnmatch(path.name, pattern) or fnmatch(path.as_posix(), pattern) for pattern in wanted.exclude):
        return
    try:
        if path.is_dir():
            for child in sorted(path.iterdir()):
                yield from _below(child, wanted, named=False)
            return
        if not path.is_file() and not named:
            return  # sockets and the like hold no text
        with path.open("rb") as file:
            data = file.read(wanted.limit_bytes + 1)
    except OSError as error:
        yield Refused(str(path), f"the system said: {error.strerror}")
        return
    if not named and wanted.kind is None and b"\x00" in data[:_FIRST] and not data.startswith(_MARKS):
        return  # a picture, an archive, a program: nothing that these rules read
    yield from pieces(str(path), data, wanted)


def pieces(file: str, data: bytes, wanted: Wanted) -> Iterator[Piece | Refused]:
    """Yield the parts of one file: itself, or each of its lines that is not blank."""
    if len(data) > wanted.limit_bytes:
        yield Refused(file, f"larger than {wanted.limit_bytes} bytes")
    elif data.startswith(_MARKS):
        yield Refused(file, "the text is UTF-16: save it as UTF-8")
    elif b"\x00" in data[:_FIRST]:
        yield Refused(file, "it is no text")
    else:
        begin = len(_BOM) if data.startswith(_BOM) else 0
        name = Path(file).name
        if wanted.by_line or (wanted.kind is None and name.rpartition(".")[2].lower() in LINES):
            yield from _lines(file, data, begin, wanted.kind)
        elif wanted.kind is None and _EXPORT in data[:_FIRST]:
            yield from _export(file, data)
        else:
            yield _piece(file, data[begin:], wanted.kind, begin, 0)


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
        start, body = found.start("body"), found["body"]
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
