"""A ZIP file in memory: its members in pieces, within the limits of the whole file."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.xmlread import Handler, parse

CHUNK: Final = 1 << 16
ENCRYPTED: Final = "encrypted: it needs a password"
_ENCRYPTED_FLAG: Final = 1
_CANNOT: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, LookupError)


class Package:
    """The members of a ZIP file. Raises `Broken` where it cannot be unpacked or needs a password."""

    def __init__(self, data: bytes, out: Gathered) -> None:
        self._out = out
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _CANNOT as error:
            raise Broken(f"the ZIP file cannot be opened: {type(error).__name__}") from None
        self._members = {info.filename.lstrip("/").replace("\\", "/"): info for info in self._archive.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the files in it, in order."""
        return tuple(name for name, info in self._members.items() if not info.is_dir())

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member in pieces."""
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Broken(ENCRYPTED)
        limits = self._out.limits
        left = max(limits.free_bytes, info.compress_size * limits.ratio)
        try:
            with self._archive.open(info) as stream:
                while piece := stream.read(CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise Broken(f"a member unfolds to more than {limits.ratio} times its size: a trap")
                    self._out.unpacked(len(piece))
                    yield piece
        except _CANNOT as error:
            raise Broken(f"a member cannot be unpacked: {type(error).__name__}") from None

    def read(self, name: str) -> bytes:
        """Return a member whole."""
        return b"".join(self.pieces(name))


def tell(package: Package, name: str, handler: Handler, out: Gathered) -> None:
    """Tell `handler` what is in a part of a document. One that is broken is a gap: the others are read all the same."""
    try:
        parse(package.pieces(name), handler)
    except Broken as error:
        out.gap(f"a part of it was not read to its end: {error}")
