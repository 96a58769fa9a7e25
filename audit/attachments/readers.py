"""Reading attached files: one process for each, with limits, no network and nothing but a pipe to write to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Final, Self

from audit.attachments.contents import LIMITS, Contents, Failed, Limits, Skipped, Texts
from audit.attachments.ocr import Ocr
from audit.attachments.pipes import Late, left_s, received
from audit.attachments.standing import Standing
from audit.attachments.warm import READERS
from audit.attachments.wire import ENDED, Job, most, packed_job, unpacked
from audit.confined import ended, surroundings

_GRACE_S: Final = 5.0
"""Beyond the time that a reader has, until the process that started it is ended from here."""
_START_S: Final = 60.0
_LOST: Final = "the process that reads files ended before it answered"


class _Lost(Exception):  # noqa: N818 - caught here, and names what the process did
    """The process that stands ready does not answer in time, or is gone."""


class _Warm:
    """One process that stands ready. It reads one file at a time."""

    def __init__(self, module: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-P", "-m", "audit.attachments.warm", str(theirs.fileno()), module],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=surroundings(os.environ),
                cwd="/",
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._control = ours
        self.standing = Standing(self._said(1, time.monotonic() + _START_S)[0])

    def read(self, job: Job, data: bytes) -> tuple[bytes, int, int]:
        """Return what a reader answered, how it ended, and the most memory that it had, in bytes."""
        deadline = time.monotonic() + job.limits.wall_s + _GRACE_S
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours:
            with theirs:
                try:
                    socket.send_fds(self._control, [b"\x00"], [theirs.fileno()])
                except OSError as error:
                    raise _Lost from error
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                ours.settimeout(left_s(deadline))
                ours.sendall(packed_job(job))
                ours.sendall(data)
                ours.shutdown(socket.SHUT_WR)
            answer = received(ours, most(job.limits), deadline)
        code, peak_bytes, _ = ENDED.unpack(self._said(ENDED.size, deadline))
        return answer, code, peak_bytes

    def _said(self, count: int, deadline: float) -> bytes:
        said = b""
        while len(said) < count:
            try:
                self._control.settimeout(left_s(deadline))
                piece = self._control.recv(count - len(said))
            except OSError as error:
                raise _Lost from error
            if not piece:
                raise _Lost
            said += piece
        return said

    def close(self) -> None:
        """End the process and what it started."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Readers:
    """Processes that read files, `count` at a time at most; they start when they are needed and end with `close`.

    May be used from several threads. A reader that crashes, hangs or asks for too much costs its file only.
    """

    def __init__(self, count: int = 0, module: str = READERS, ocr: Ocr | None = None) -> None:
        self._count: Final = count or max(1, len(os.sched_getaffinity(0)) if sys.platform == "linux" else 2)
        self._module: Final = module
        self._ocr: Final = ocr
        self._idle: Final[queue.LifoQueue[_Warm | None]] = queue.LifoQueue()
        for _ in range(self._count):
            self._idle.put(None)
        self._slots: Final = asyncio.Semaphore(self._count)
        self._running: Final[set[_Warm]] = set()
        self._lock: Final = threading.Lock()
        self._closed = False
        self.peak_bytes = 0
        """Most memory that any reader had so far."""
        self.standing: Standing | None = None
        """Which protections stand while files are read; None before the first one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def read_attachment(self, name: str, media_type: str, data: bytes, limits: Limits = LIMITS) -> Contents:
        """Return the texts and metadata of a file, or why there are none. Never raises for what is in the file.

        `name` and `media_type` count only where the bytes do not tell what the file is.
        """
        async with self._slots:
            return await asyncio.to_thread(self.read, name, media_type, data, limits)

    def read(self, name: str, media_type: str, data: bytes, limits: Limits = LIMITS) -> Contents:
        """Return the same; blocks until it is done."""
        if len(data) > limits.file_bytes:
            return Skipped(f"larger than {limits.file_bytes:,} bytes")
        if self._ocr is not None:
            limits = self._ocr.limits(limits)
        warm = self._idle.get()
        try:
            if warm is None:
                warm = self._started()
            answer, code, peak_bytes = warm.read(Job(name, media_type, limits), data)
        except (_Lost, Late):
            if warm is not None:
                self._end(warm)
                warm = None
            return Failed(_LOST)
        finally:
            self._idle.put(warm)
        self.peak_bytes = max(self.peak_bytes, peak_bytes)
        found = unpacked(answer) or Failed(_why(code, len(answer), limits))
        return self._ocr.read(found) if self._ocr is not None and isinstance(found, Texts) else found

    def _started(self) -> _Warm:
        warm = _Warm(self._module)
        with self._lock:
            self._running.add(warm)
            closed = self._closed
        self.standing = warm.standing
        if closed:
            self._end(warm)
            raise _Lost
        return warm

    def _end(self, warm: _Warm) -> None:
        with self._lock:
            self._running.discard(warm)
        warm.close()

    def close(self) -> None:
        """End all processes, OCR included; files that are being read come out as failed."""
        if self._ocr is not None:
            self._ocr.close()
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for warm in running:
            self._end(warm)


def _why(code: int, answered_bytes: int, limits: Limits) -> str:
    """Return why there is no answer from a reader that ended with this code."""
    if answered_bytes > most(limits):
        return f"its reader answered more than {most(limits):,} bytes"
    if code == -signal.SIGALRM:
        return f"it took more than {limits.wall_s:g} s"
    if code in _CRASHES:
        return f"its reader crashed with signal {-code}"
    return ended(code, limits.cpu_s) or f"its reader ended with exit code {code}"


_CRASHES: Final = frozenset(
    -each for each in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)
)
