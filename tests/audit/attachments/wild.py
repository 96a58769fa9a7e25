"""Readers that misbehave in the ways of parsers that meet a hostile file; the name of the file says how."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audit.attachments.contents import Contents, Limits, Piece, Texts
from rules.model import Kind

_LIBC = ctypes.CDLL(None, use_errno=True)


def contents(name: str, _media_type: str, data: bytes, _limits: Limits) -> Contents:
    """Do what the name says, and return what came of it."""
    return Texts((Piece("content", _DEEDS[name](data.decode()).encode(), Kind.TEXT),))


def _spin(_: str) -> str:
    while True:
        pass


def _sleep(_: str) -> str:
    while True:
        time.sleep(60)


def _grow(_: str) -> str:
    held = []
    while True:
        held.append(bytearray(b"x" * (1 << 20)))


def _crash(_: str) -> str:
    return str(ctypes.string_at(0))


def _leave(_: str) -> str:
    os._exit(7)


def _raise(data: str) -> str:
    raise LookupError(data)


def _talk(_: str) -> str:
    return "x" * (64 << 20)


def _refused(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test wants to see
        return type(error).__name__
    return "done"


def _write_natively(path: str) -> str:
    """Write as a library would that asks the interpreter for nothing."""
    opened = _LIBC.open(path.encode(), os.O_WRONLY | os.O_CREAT, 0o600)
    _LIBC.write(opened, b"x", 1)
    return str(opened >= 0)


def _called(name: str, *given: object) -> str:
    """Call the C library, which asks nobody. Raises `OSError` where the kernel refuses."""
    answer = getattr(_LIBC, name)(*given)
    if answer < 0:
        raise OSError(ctypes.get_errno(), name)
    return str(answer)


def _connect_natively(port: str) -> str:
    one = int(_called("socket", socket.AF_INET, socket.SOCK_STREAM, 0))
    address = (
        int(socket.AF_INET).to_bytes(2, sys.byteorder) + int(port).to_bytes(2, "big") + b"\x7f\x00\x00\x01" + bytes(8)
    )
    return _called("connect", one, address, len(address))


_DEEDS: dict[str, Callable[[str], str]] = {
    "spin": _spin,
    "sleep": _sleep,
    "grow": _grow,
    "crash": _crash,
    "leave": _leave,
    "raise": _raise,
    "talk": _talk,
    "echo": str,
    "connect": lambda port: _refused(lambda: socket.create_connection(("127.0.0.1", int(port)), 1)),
    "resolve": lambda name: _refused(lambda: socket.getaddrinfo(name, 80)),
    "write": lambda path: _refused(lambda: Path(path).write_text("x", encoding="utf-8")),
    "open": lambda path: _refused(lambda: os.open(path, os.O_WRONLY | os.O_CREAT)),
    "read": lambda path: _refused(lambda: Path(path).read_text(encoding="utf-8")),
    "remove": lambda path: _refused(lambda: Path(path).unlink()),
    "keep": lambda _: _refused(tempfile.TemporaryFile),
    "run": lambda _: _refused(lambda: subprocess.run(["true"], check=False)),  # noqa: S607 - never found
    "system": lambda _: _refused(lambda: os.system("true")),  # noqa: S605, S607 - refused
    "write natively": _write_natively,
    "connect natively": _connect_natively,
    "socket natively": lambda _: _called("socket", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "socketpair natively": lambda _: _called("socketpair", socket.AF_UNIX, socket.SOCK_STREAM, 0, bytes(8)),
    "execv natively": lambda _: _called("execv", sys.executable.encode(), None),
    "fork natively": lambda _: _called("fork"),
    "kill natively": lambda _: _called("kill", os.getppid(), 0),
    "ptrace natively": lambda _: _called("ptrace", 16, os.getppid(), None, None),
    "memfd_create natively": lambda _: _called("memfd_create", b"x", 0),
    "timer natively": lambda _: _called("setitimer", 0, bytes(32), None),
    "create natively": lambda path: _called("open", path.encode(), os.O_WRONLY | os.O_CREAT, 0o600),
    "change natively": lambda path: _called("open", path.encode(), os.O_RDWR),
    "cut natively": lambda path: _called("truncate", path.encode(), 0),
    "unlink natively": lambda path: _called("unlink", path.encode()),
    "variables": lambda _: " ".join(sorted(os.environ)),
}
