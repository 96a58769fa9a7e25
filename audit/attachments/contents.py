"""What reading a file comes to, and what it may take: plain data that crosses the border of a process."""

from __future__ import annotations

from dataclasses import dataclass

from rules.model import Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a file. Its path has words and numbers of our own only: names in a file may be personal."""

    path: str
    """`content`, `content/page[3]`, `metadata/author`, `comments[4]/author`, `member[2]/content`; counted from 1."""
    text: bytes
    """UTF-8. Of metadata one line, `Author: value`."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, or a page of one, in which there is no text yet."""

    path: str
    """`content/picture`, `content/page[3]/picture`: where its text belongs."""
    png: bytes
    """In grey, small enough for OCR."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A file that was read."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()
    """What a reader of the report may want to know of it, such as a page without text; nothing was missed."""
    gaps: tuple[str, ...] = ()
    """What in it was not read, and why: with one of these the file is not wholly examined."""
    pictures: tuple[Picture, ...] = ()
    """What OCR has to read, where the limits ask for it."""
    passed: int = 0
    """Pictures, and pages that are one, whose text is not read unless somebody asks for it. 0 where OCR is on."""

    @property
    def is_only_pictures(self) -> bool:
        """Return whether the file holds pictures that were passed over, and beside metadata no text at all."""
        return self.passed > 0 and all("metadata/" in piece.path for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a kind that nobody reads here. The reason has no contents."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be read: broken, encrypted, a trap, over a limit. The reason has no contents."""

    reason: str


Contents = Texts | Skipped | Failed


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take, members and members of members included."""

    file_bytes: int = 64 << 20
    memory_mib: int = 768
    """Of memory that the process may write to."""
    cpu_s: int = 30
    wall_s: float = 60
    """Until it has to be done, however busy the machine is."""
    text_bytes: int = 32 << 20
    """Of text taken from it."""
    pieces: int = 20_000
    members: int = 2_000
    """Files in archives, messages and documents."""
    unpacked_bytes: int = 512 << 20
    free_bytes: int = 1 << 20
    """What a member may unfold to, however small it is."""
    ratio: int = 200
    """Beyond the free bytes a member may unfold to this many times its size."""
    depth: int = 6
    """Levels of files in files."""
    pictures: int = 0
    """Pictures and pages without text that are handed out for OCR. 0: none is decoded."""
    pictures_bytes: int = 64 << 20
    """Of all of them."""
    decoded_pixels: int = 50_000_000
    """What has more is not decoded."""
    picture_pixels: int = 10_000_000
    """What has more is made smaller."""


LIMITS = Limits()
