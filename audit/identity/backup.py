"""The route of a backup of the site: a zip file, a folder or a single file of it, read without asking anybody.

XML backups have `entities.xml` with a `ConfluenceUserImpl` for each person: key, name and, in exports that Cloud made,
the account id beside them. The newer backups of Cloud have `user_mapping.csv`, sometimes compressed under any name:
what a file is, its first bytes tell. Files are read in pieces and never as a whole; only rows of people are kept.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from audit.errors import MappingError
from audit.identity.entities import Broken, entities_rows
from audit.identity.ledger import Ledger, Row
from audit.identity.users import Person, mapping_rows

NAME: Final = "backup"
MEMBERS: Final = frozenset({"entities.xml", "user_mapping.csv", "user_mapping.csv.gz", "entities.xml.gz"})
PEOPLE_LIMIT: Final = 5_000_000
FREE_BYTES: Final = 1 << 30
"""What a file may unfold to, however small it is."""
RATIO_LIMIT: Final = 200
"""Beyond the free bytes a file may unfold to this many times its size; XML of pages comes to about twenty."""
CHUNK_BYTES: Final = 1 << 20
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
NO_ZIP: Final = "it is no zip archive, although its name says so"


@dataclass(frozen=True, slots=True)
class Backup:
    """The people of a backup."""

    rows: tuple[Row, ...]
    files: tuple[str, ...]
    """Names of the files in it that were read, without their folders."""
    with_account: int
    implausible: int
    """People whose account has not the shape of one, or contradicts their key."""

    def ledger(self, read_at: str) -> Ledger:
        """Return the rows as a route; `read_at` is when they were read, in UTC."""
        return Ledger(NAME, self.rows, read_at)

    def __repr__(self) -> str:
        return f"Backup(<{len(self.rows)} people>, {self.files})"


class _Pieces:
    """The pieces of one file of a backup, as long as it does not unfold beyond measure."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, limit_bytes: int) -> None:
        self._stream = stream
        self._left = limit_bytes

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(CHUNK_BYTES):
            self._left -= len(piece)
            if self._left < 0:
                raise Broken("it unfolds to far more than its size: it is no backup, or a trap")
            yield piece


def read_backup(path: Path, *, free_bytes: int = FREE_BYTES) -> Backup:
    """Return the people of the backup at `path`: a zip file, a folder, `entities.xml` or `user_mapping.csv`.

    Raises `MappingError` when there is none, when it is damaged, declares a document type, or unfolds beyond measure.
    """
    people: list[Person] = []
    names: list[str] = []
    try:
        with ExitStack() as stack:
            for name, stream, packed_bytes in _files(path, stack):
                names.append(name)
                limit = max(free_bytes, packed_bytes * RATIO_LIMIT)
                _collect(people, name, _Pieces(_unpacked(stream, stack), limit))
    except Broken as error:
        raise _refused(path, NO_ZIP if _claims_zip(path) else str(error)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, gzip.BadGzipFile) as error:
        raise _refused(path, f"it cannot be unpacked: {type(error).__name__}") from None
    except OSError as error:
        raise _refused(path, f"the system said: {error.strerror or type(error).__name__}") from None
    if not people and _claims_zip(path):
        raise _refused(path, NO_ZIP)
    if not names:
        raise _refused(path, "it holds neither entities.xml nor user_mapping.csv")
    return Backup(
        rows=tuple(person.row for person in people if any(person.row.identifiers())),
        files=tuple(names),
        with_account=sum(1 for person in people if person.row.account_id),
        implausible=sum(1 for person in people if person.implausible),
    )


def _collect(people: list[Person], name: str, pieces: _Pieces) -> None:
    """Add the people in one file. Raises `Broken` with its name."""
    try:
        people.extend(islice(_people(iter(pieces)), PEOPLE_LIMIT - len(people) + 1))
    except Broken as error:
        raise Broken(f"{name}: {error}") from None
    if len(people) > PEOPLE_LIMIT:
        raise Broken(f"{name}: it names more than {PEOPLE_LIMIT} people")


def _files(path: Path, stack: ExitStack) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield name, stream and packed size of each file that names people."""
    if path.is_dir():
        found = (each for pattern in ("*", "*/*") for each in path.glob(pattern))
        for each in sorted(one for one in found if one.name.lower() in MEMBERS and one.is_file()):
            yield each.name, stack.enter_context(each.open("rb")), each.stat().st_size
        return
    stream = stack.enter_context(path.open("rb"))
    if stream.read(len(ZIP)) != ZIP:
        stream.seek(0)
        yield path.name, stream, path.stat().st_size
        return
    archive = stack.enter_context(zipfile.ZipFile(stream))
    for member in archive.infolist():
        name = member.filename.replace("\\", "/").rpartition("/")[2]
        if name.lower() in MEMBERS:
            yield name, stack.enter_context(archive.open(member)), member.compress_size


def _claims_zip(path: Path) -> bool:
    """Return whether a file has the name of a zip archive and does not begin as one."""
    if path.suffix.lower() != ".zip" or not path.is_file() or zipfile.is_zipfile(path):
        return False
    with path.open("rb") as stream:
        return stream.read(len(ZIP)) != ZIP


def _unpacked(stream: IO[bytes], stack: ExitStack) -> IO[bytes] | gzip.GzipFile:
    """Return the contents of a file, unpacked when its first bytes say that it is packed."""
    first = stream.read(len(GZIP))
    stream.seek(0)
    return stack.enter_context(gzip.GzipFile(fileobj=stream)) if first == GZIP else stream


def _people(pieces: Iterator[bytes]) -> Iterator[Person]:
    """Yield the people in a file, which is XML when it begins as such, a table otherwise."""
    first = b""
    for piece in pieces:
        first += piece
        if first.strip():
            break
    rest = _chained(first, pieces)
    if first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" or first[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        yield from entities_rows(rest)
    elif first.strip():
        yield from mapping_rows(rest)


def _chained(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _refused(path: Path, why: str) -> MappingError:
    return MappingError(
        what="The backup cannot be used",
        where=path.name,
        why=why,
        fix="Name the zip file of a backup of this site, the folder it was unpacked to, or its entities.xml.",
    )
