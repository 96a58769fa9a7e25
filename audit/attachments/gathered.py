"""The texts of one file as they are gathered, and the limits that hold for all of it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from audit.attachments.contents import Contents, Failed, Limits, Picture, Piece, Skipped, Texts
from rules.model import Kind

_NAMED: Final = 3
"""Gaps that are named in the reason where a file comes to nothing."""


class NotRead(Exception):  # noqa: N818 - says what was decided, not that something went wrong
    """A file of a kind that is not read; the text says which, without contents."""


class Broken(Exception):  # noqa: N818 - says what the file is
    """A file that is not what it claims to be, needs a password, or is a trap; the text says why, without contents."""


class Full(Exception):  # noqa: N818 - says what the limits are
    """A limit of the whole file is met: what was gathered so far counts, the rest was not read."""


def unexpected(error: BaseException) -> str:
    """Return what is said of an error that no reader knows: its class only, as its text could hold a value."""
    return f"its reader failed with {type(error).__name__}"


@dataclass(slots=True)
class Gathered:
    """What was gathered so far. Raises `Full` when a limit is met."""

    limits: Limits
    into: Callable[[str, str, bytes, Gathered], None]
    """Reads a file in the file: its name, its media type, its bytes."""
    prefix: str = ""
    """Start of the paths of what is being read: `member[2]/`."""
    depth: int = 0
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    members: int = 0
    _text_bytes: int = 0
    _unpacked_bytes: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _counted: Counter[str] = field(default_factory=Counter)
    _pictures: int = 0
    _pictures_bytes: int = 0
    _pictures_left: int = 0
    _all_skipped: bool = True

    def add(self, path: str, text: str, kind: Kind = Kind.TEXT) -> None:
        """Take a text, unless there is nothing in it."""
        if not text.strip():
            return
        if len(self.pieces) >= self.limits.pieces:
            raise Full(f"more than {self.limits.pieces:,} texts")
        data = text.encode("utf-8", "replace")
        left = self.limits.text_bytes - self._text_bytes
        self._text_bytes += len(data)
        if len(data) > left:
            kind, data = Kind.TEXT, data[:left].decode("utf-8", "ignore").encode()
        self.pieces.append(Piece(self.prefix + path, data, kind))
        if self._text_bytes > self.limits.text_bytes:
            raise Full(f"more than {self.limits.text_bytes:,} bytes of text")

    def metadata(self, name: str, label: str, value: str) -> None:
        """Take one field of the metadata as a line behind its label: `metadata/author`, `metadata/author[2]`.

        The same value again is left out.
        """
        words = " ".join(value.split())
        place = f"{self.prefix}metadata/{name}"
        if words and (place, words) not in self._seen:
            self._seen.add((place, words))
            self._counted[place] += 1
            number = f"[{self._counted[place]}]" if self._counted[place] > 1 else ""
            self.add(f"metadata/{name}{number}", f"{label}: {words}")

    def author(self, of: str, name: str) -> None:
        """Take an author of comments, changes or annotations, once for each class of them: `comments[2]/author`."""
        words = " ".join(name.split())
        place = f"{self.prefix}{of}"
        if words and (place, words) not in self._seen:
            self._seen.add((place, words))
            self._counted[place] += 1
            self.add(f"{of}[{self._counted[place]}]/author", f"Author: {words}")

    def note(self, text: str) -> None:
        """Say something about what is being read."""
        self.notes.append(f"{self.prefix.rstrip('/')}: {text}" if self.prefix else text)

    def gap(self, text: str, *, skipped: bool = False) -> None:
        """Say what was not read; `skipped` where that is because of its kind."""
        self.gaps.append(f"{self.prefix.rstrip('/')}: {text}" if self.prefix else text)
        self._all_skipped = self._all_skipped and skipped

    def unpacked(self, count: int) -> None:
        """Count bytes that came out of a member."""
        self._unpacked_bytes += count
        if self._unpacked_bytes > self.limits.unpacked_bytes:
            raise Full(f"it unfolds to more than {self.limits.unpacked_bytes:,} bytes: a trap, or too much to read")

    def member(
        self, number: int, name: str, media_type: str, load: Callable[[], bytes], *, decorates: bool = False
    ) -> None:
        """Read a file in the file, which `load` gives. See `nested`."""
        self.nested(number, lambda: self.into(name, media_type, load(), self), decorates=decorates)

    def nested(self, number: int, read: Callable[[], None], *, decorates: bool = False) -> None:
        """Have `read` gather a file in the file. What cannot be read of it is a gap, and what follows is read anyway.

        `decorates` says that it is a picture of a document: one of a kind that is not read leaves no gap.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise Full(f"more than {self.limits.members:,} files in it")
        with self._inside(f"member[{number}]/"):
            if self.depth > self.limits.depth:
                self.gap(f"files in files more than {self.limits.depth} levels deep are not read")
                return
            try:
                read()
            except NotRead as error:
                if decorates:
                    self.note(str(error))
                else:
                    self.gap(str(error), skipped=True)
            except Broken as error:
                self.gap(str(error))
            except (Full, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001 - the border of one file: whatever its reader raises is a gap
                self.gap(unexpected(error))

    @contextmanager
    def _inside(self, place: str) -> Iterator[None]:
        before = self.prefix
        self.prefix, self.depth = before + place, self.depth + 1
        try:
            yield
        finally:
            self.prefix, self.depth = before, self.depth - 1

    def picture(self, path: str, drawn: Callable[[], bytes]) -> None:
        """Meet a picture, or a page of one, in which there is no text yet: it is counted, or drawn where OCR is on.

        `drawn` returns it as PNG, empty where there is nothing to read; it may raise what readers of files raise.
        """
        if not self.limits.pictures:
            self._pictures += 1
        elif len(self.pictures) >= self.limits.pictures:
            self._pictures_left += 1
        else:
            try:
                png = drawn()
            except (NotRead, Broken) as error:
                self.gap(f"{path} is not read by OCR: {error}")
                return
            self._pictures_bytes += len(png)
            if self._pictures_bytes > self.limits.pictures_bytes:
                self._pictures_bytes -= len(png)
                self._pictures_left += 1
            elif png:
                self.pictures.append(Picture(self.prefix + path, png))

    def contents(self) -> Contents:
        """Return all that was gathered; a file of which nothing was is none that was read."""
        if self._pictures_left:
            self.gap(f"{so_many(self._pictures_left)} not read by OCR: there are too many for one file")
        if self.gaps and not self.pieces and not self.pictures:
            why = "; ".join(self.gaps[:_NAMED]) + ("; …" if len(self.gaps) > _NAMED else "")
            return Skipped(why) if self._all_skipped else Failed(why)
        return Texts(tuple(self.pieces), tuple(self.notes), tuple(self.gaps), tuple(self.pictures), self._pictures)


def so_many(count: int) -> str:
    """Return how many pictures there are, in words."""
    return "1 picture or page" if count == 1 else f"{count:,} pictures or pages"
