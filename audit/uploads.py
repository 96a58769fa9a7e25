"""Bodies that are streamed from the disk: one file as multipart/form-data, in constant memory.

Sources: RFC 7578 (multipart/form-data) and https://html.spec.whatwg.org/multipage/form-control-infrastructure.html
for how a file name is written into its header.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import Final, Protocol

from audit.errors import UsageError
from reports.text import one_line
from rules.masking import mask_text

PIECE_BYTES: Final = 64 * 1024
"""What is read and sent at a time."""
UNKNOWN_TYPE: Final = "application/octet-stream"
TYPES: Final = {
    ".gz": "application/gzip",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".sarif": "application/sarif+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""Types of reports and packages that not every system knows, or that systems name in several ways."""

Told = Callable[[int], None]
"""Called with the number of bytes of the file that were handed to the network so far."""


class Upload(Protocol):
    """A body that can be sent again from its beginning."""

    sent_bytes: int
    """Handed to the network in the latest attempt."""

    @property
    def content_type(self) -> str:
        """Return the media type of the whole body."""
        ...

    @property
    def size_bytes(self) -> int:
        """Return the length of the whole body."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Return the body from its beginning."""
        ...


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that somebody named, as it was when it was looked at."""

    path: Path
    name: str
    """Without folders."""
    size_bytes: int
    sha256: str
    media_type: str

    @property
    def shown(self) -> str:
        """Return the name as a person may read it on one line, masked where it holds what is personal."""
        return one_line(mask_text(self.name))


def local_file(path: Path) -> LocalFile:
    """Return the facts of a file. Cost: it is read once.

    Raises `UsageError` for what is no plain file: a folder, a symbolic link, a device, or nothing.
    """
    digest, size = hashlib.sha256(), 0
    with os.fdopen(_opened(path), "rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
    return LocalFile(path, path.name, size, digest.hexdigest(), media_type(path.name))


def media_type(name: str) -> str:
    """Return the media type of a file by its name; packed files have that of their packing."""
    return TYPES.get(Path(name).suffix.lower()) or guess_type(name)[0] or UNKNOWN_TYPE


def _opened(path: Path) -> int:
    """Return the file, opened for reading without following a link in its last step."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        link = path.is_symlink()
        why = "it is a symbolic link, which may lead anywhere" if link else f"the system said: {error.strerror}"
        raise _refused(path, why) from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    raise _refused(path, "it is a folder" if stat.S_ISDIR(mode) else "it is no plain file")


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The file is not published",
        where=str(path),
        why=why,
        fix="Name plain files; of an evidence package name the zip file.",
    )


def quiet(_sent_bytes: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Multipart:
    """One file, and fields before it, as multipart/form-data.

    The boundary comes from the digest of the file, so that the same upload is the same bytes each time.
    """

    file: LocalFile
    fields: Mapping[str, str] = field(default_factory=dict)
    told: Told = quiet
    sent_bytes: int = 0

    @property
    def boundary(self) -> str:
        """Return what stands between the parts."""
        return f"confluence-gdpr-{self.file.sha256[:32]}"

    @property
    def content_type(self) -> str:
        """Return the media type of the whole body."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def size_bytes(self) -> int:
        """Return the length of the whole body."""
        return len(self._head()) + self.file.size_bytes + len(self._tail())

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body from its beginning.

        Raises `UsageError` when the file is not the one that was looked at any more; then the last bytes of the body
        are not sent, and the other side has nothing to store.
        """
        self.sent_bytes = 0
        yield self._counted(self._head())
        digest, read_bytes = hashlib.sha256(), 0
        with os.fdopen(_opened(self.file.path), "rb") as stream:
            while piece := stream.read(PIECE_BYTES):
                digest.update(piece)
                read_bytes += len(piece)
                if read_bytes > self.file.size_bytes:
                    break
                yield self._counted(piece)
                self.told(read_bytes)
        if digest.hexdigest() != self.file.sha256:
            raise UsageError(
                what="The file changed while it was sent",
                where=str(self.file.path),
                why="its bytes are not those that were looked at before",
                fix="The upload was broken off before its end. Run the command again when nobody writes to the file.",
            )
        yield self._counted(self._tail())

    def _counted(self, piece: bytes) -> bytes:
        self.sent_bytes += len(piece)
        return piece

    def _head(self) -> bytes:
        parts = [
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n'
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{value}\r\n"
            for name, value in self.fields.items()
        ]
        parts.append(
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted(self.file.name)}"\r\n'
            f"Content-Type: {self.file.media_type}\r\n\r\n"
        )
        return "".join(parts).encode("utf-8", "surrogateescape")

    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


def quoted(name: str) -> str:
    """Return a file name as it may stand between the quotes of its header, in UTF-8 as browsers write it.

    Servers take what stands there as the name and turn no `%22` back into a quote: who reads names back refuses such
    names before (`audit.publish.attachments.require_sendable`).
    """
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
