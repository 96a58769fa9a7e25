"""What a process that reads files of strangers cannot do: reach a network, write a file, start a program.

The kernel sets the limits of memory, computing time and file size; on Linux, where it permits it, the process also
stands in a network of its own in which there is nobody, and a filter refuses its system calls, see `calls`. The
interpreter refuses the calls itself, everywhere. macOS knows neither namespaces nor filters and does not keep to limits
of memory: the time limits and the refusals of the interpreter remain. `standing` tells which of these hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import sysconfig
from pathlib import Path
from typing import Final

from audit.attachments import calls
from audit.attachments.contents import Limits
from audit.confined import bound, confine

FILES: Final = 32
"""Files that the process may hold open: its pipe, and modules that are loaded late."""
_ADDRESSES_BYTES: Final = 3 << 30
"""Of addresses beyond the memory limit: libraries reserve more than they use."""
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
_DIE_WITH_PARENT: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED: Final = (
    "ctypes.dlopen",
    "ftplib.",
    "http.",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.putenv",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "os.truncate",
    "os.utime",
    "pty.",
    "shutil.",
    "signal.pthread_kill",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "tempfile.",
    "urllib.",
    "webbrowser.",
)
"""Beginnings of the names of audit events, see the table in Python's documentation."""


class Forbidden(RuntimeError):  # noqa: N818 - says what was decided
    """A reader tried what no reader needs."""


def apart() -> bool:
    """Move this process, which must have one thread, into a network without anybody; return whether that worked."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))


def die_with_parent() -> None:
    """Have the kernel end this process with the one that started it, and let it gain no rights. Linux only."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def enclose(limits: Limits, roots: tuple[str, ...], *, with_calls: bool) -> None:
    """Set the limits of this process for good, and refuse what no reader needs. `roots`: see there.

    `with_calls` says that the kernel can filter system calls: raises `Forbidden` where it then does not.
    """
    confine(limits.memory_mib, limits.cpu_s)
    addresses = (limits.memory_mib << 20) + _ADDRESSES_BYTES
    bound(resource.RLIMIT_AS, addresses, addresses)
    bound(resource.RLIMIT_FSIZE, 0, 0)
    bound(resource.RLIMIT_NOFILE, FILES, FILES)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)
    if with_calls and not calls.restrict():
        raise Forbidden("reading without the filter of system calls")

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _check_open(arguments, roots)
        elif event.startswith(_REFUSED):
            raise Forbidden(event)

    sys.addaudithook(refuse)


def roots() -> tuple[str, ...]:
    """Return the folders that modules are loaded from: nothing else may be opened, and only for reading."""
    ours = Path(__file__).resolve().parents[2]
    named = [*sysconfig.get_paths().values(), *sys.path, str(ours)]
    return tuple({f"{Path(each).resolve()}{os.sep}" for each in named if each})


def _check_open(arguments: tuple[object, ...], roots: tuple[str, ...]) -> None:
    path, mode, flags = (*arguments, None, None, None)[:3]
    if isinstance(path, int):
        return  # a descriptor that is open already
    writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & _WRITES)
    if writes or not isinstance(path, str) or not os.path.realpath(path).startswith(roots):
        raise Forbidden("open")
