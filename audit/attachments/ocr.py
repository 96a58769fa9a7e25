"""Text in pictures and scanned pages, read by the program tesseract: only where somebody asks for it.

Each picture is a process of its own with limits. The picture goes to its standard input, the text comes from its
standard output; no file is written. Source: tesseract(1).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from audit.attachments.contents import Contents, Limits, Piece, Texts
from audit.attachments.pipes import Late, left_s, received
from audit.confined import ended, surroundings
from audit.errors import UsageError
from rules.model import Kind

PROGRAM: Final = "tesseract"
_LANGUAGES: Final = re.compile(r"[A-Za-z][A-Za-z0-9_/]*(?:\+[A-Za-z][A-Za-z0-9_/]*)*")
_VERSION: Final = re.compile(r"tesseract v?(\d[\w.-]{0,30})")
_DATA: Final = "TESSDATA_PREFIX"
_OPTION: Final = "--ocr"
_PICTURES: Final = 50
"""Of one file."""
_DRAWING_CPU_S: Final = 120
_DRAWING_WALL_S: Final = 240.0
"""What the reader of a file may take while it also draws pictures."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one picture, and all of one file, may take."""

    memory_mib: int = 1024
    """Of memory that the program may write to."""
    cpu_s: int = 60
    wall_s: float = 90
    file_wall_s: float = 600
    """For all pictures of one file."""
    text_bytes: int = 1 << 20


class Unread(Exception):  # noqa: N818 - says what came of it
    """A picture that was not read; the text says why, without contents."""


class Ocr:
    """Reads pictures with a program that was found and tried. May be used from several threads."""

    def __init__(self, command: Sequence[str], languages: str, bounds: Bounds) -> None:
        self._command: Final = tuple(command)
        self._bounds: Final = bounds
        self._running: Final[set[subprocess.Popen[bytes]]] = set()
        self._lock: Final = threading.Lock()
        self._closed = False
        self.languages: Final = languages
        self.version: Final = self._tried()

    @classmethod
    def opened(cls, languages: str, command: Sequence[str] = (PROGRAM,), bounds: Bounds | None = None) -> Self:
        """Return what reads pictures in languages such as `eng+deu`.

        Raises `UsageError` where the program or a language is missing.
        """
        if _LANGUAGES.fullmatch(languages) is None:
            raise UsageError(
                what="These are no languages for OCR",
                where=_OPTION,
                why="they are named by codes of tesseract, joined by a plus",
                fix=f"Write {_OPTION} eng+deu, for example; `tesseract --list-langs` names those that are there.",
            )
        program = shutil.which(command[0])
        if program is None:
            raise UsageError(
                what="OCR needs the program tesseract, which is not there",
                where=_OPTION,
                why=f"no folder of PATH has a program {command[0]}",
                fix="Install it (Debian, Ubuntu: apt-get install tesseract-ocr; macOS: brew install tesseract),"
                f" or leave {_OPTION} away.",
            )
        return cls((program, *command[1:]), languages, bounds or Bounds())

    @property
    def shown(self) -> str:
        """Return what the conditions of a run state."""
        return f"{self.languages} (tesseract {self.version})"

    def limits(self, limits: Limits) -> Limits:
        """Return the limits of a reader that hands out pictures as well."""
        cpu_s, wall_s = max(limits.cpu_s, _DRAWING_CPU_S), max(limits.wall_s, _DRAWING_WALL_S)
        return replace(limits, pictures=_PICTURES, cpu_s=cpu_s, wall_s=wall_s)

    def read(self, found: Texts) -> Contents:
        """Return the texts of a file with those of its pictures. A picture that could not be read is a gap."""
        pieces, gaps = list(found.pieces), list(found.gaps)
        deadline = time.monotonic() + self._bounds.file_wall_s
        for picture in found.pictures:
            try:
                text = self._text(picture.png, deadline)
            except Unread as error:
                gaps.append(f"{picture.path} is not read by OCR: {error}")
                continue
            if text.strip():
                pieces.append(Piece(picture.path, text.encode(), Kind.TEXT))
        return Texts(tuple(pieces), found.notes, tuple(gaps), passed=found.passed)

    def _text(self, png: bytes, deadline: float) -> str:
        wall_s = min(self._bounds.wall_s, deadline - time.monotonic())
        if wall_s <= 0:
            raise Unread(f"the pictures of this file took more than {self._bounds.file_wall_s:g} s")
        data = self._run(["stdin", "stdout", "-l", self.languages], png, wall_s)
        return data.decode("utf-8", "replace").replace("\f", "\n")

    def _tried(self) -> str:
        """Return the version of the program, which has to know the languages."""
        wall_s = self._bounds.wall_s
        try:
            version = _VERSION.search(self._run(["--version"], b"", wall_s).decode("utf-8", "replace"))
            known = self._run(["--list-langs"], b"", wall_s).decode("utf-8", "replace").split("\n")[1:]
        except Unread as error:
            raise self._unusable(str(error)) from None
        if version is None:
            raise self._unusable("it does not say its version")
        missing = sorted(set(self.languages.split("+")) - {name.strip() for name in known})
        if missing:
            raise UsageError(
                what=f"tesseract does not know the language {', '.join(missing)}",
                where=_OPTION,
                why="its data for it is not installed",
                fix="Install it (Debian, Ubuntu: apt-get install tesseract-ocr-deu for deu), or name one of"
                " `tesseract --list-langs`.",
            )
        return version[1]

    def _unusable(self, why: str) -> UsageError:
        return UsageError(
            what="The program tesseract cannot be used",
            where=self._command[0],
            why=why,
            fix=f"See whether `tesseract --version` answers; version 4 or later is needed. Or leave {_OPTION} away.",
        )

    def _run(self, arguments: Sequence[str], given: bytes, wall_s: float) -> bytes:
        """Return what the program answers. Raises `Unread` where it fails, or meets a limit."""
        deadline = time.monotonic() + wall_s
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours, theirs, self._started(arguments, theirs) as process:
            theirs.close()
            answer = self._told(ours, given, deadline, wall_s)
            try:
                code = process.wait(left_s(deadline))
            except (subprocess.TimeoutExpired, Late):
                raise Unread(f"it took more than {wall_s:g} s") from None
        if len(answer) > self._bounds.text_bytes:
            raise Unread(f"it has more than {self._bounds.text_bytes:,} bytes of text")
        if code:
            raise Unread(ended(code, self._bounds.cpu_s) or f"tesseract ended with exit code {code}")
        return answer

    def _told(self, pipe: socket.socket, given: bytes, deadline: float, wall_s: float) -> bytes:
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                pipe.settimeout(left_s(deadline))
                pipe.sendall(given)
                pipe.shutdown(socket.SHUT_WR)
            return received(pipe, self._bounds.text_bytes, deadline)
        except (TimeoutError, Late):
            raise Unread(f"it took more than {wall_s:g} s") from None

    @contextlib.contextmanager
    def _started(self, arguments: Sequence[str], pipe: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
        limits = (str(self._bounds.memory_mib), str(self._bounds.cpu_s))
        with self._lock:
            if self._closed:
                raise Unread("it was stopped")
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-P", "-m", "audit.attachments.confined_program", *limits, *self._command, *arguments],
                stdin=pipe.fileno(),
                stdout=pipe.fileno(),
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._running.discard(process)
            _kill(process)
            process.wait()

    def close(self) -> None:
        """End what runs; pictures that are being read come out as gaps."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:  # else its number may be somebody else's by now
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Return the environment of the program: where its data lies, and one thread, as files are read side by side."""
    data = {_DATA: os.environ[_DATA]} if _DATA in os.environ else {}
    return {**surroundings(os.environ), **data, "OMP_THREAD_LIMIT": "1"}
