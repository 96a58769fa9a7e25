"""The process that stands ready: everything is loaded, and each file is read in a copy of it that ends with the file.

    python -m audit.attachments.warm DESCRIPTOR [MODULE]

Over the socket it is handed one end of a pipe a file, and it answers how the copy ended. MODULE exports `contents` in
the place of our own readers.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from audit.attachments import fence
from audit.attachments.contents import Contents, Failed, Limits
from audit.attachments.gathered import unexpected
from audit.attachments.standing import Standing, raised
from audit.attachments.wire import ENDED, LENGTH, packed, unpacked_job
from audit.confined import needed_more

READERS: Final = "audit.attachments.reading"
_CHUNK: Final = 1 << 20
_KIB: Final = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit in which the system counts memory."""

Read = Callable[[str, str, bytes, Limits], Contents]


def serve(control: socket.socket, read: Read, stands: Standing) -> None:
    """Read files as long as somebody asks for it. Says first which protections stand."""
    roots = fence.roots()
    control.sendall(bytes([stands]))
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not asked or not descriptors:
            return
        pipe = descriptors[0]
        child = os.fork()
        if child == 0:
            control.close()
            _read_one(pipe, read, roots, stands)
        os.close(pipe)
        _, status, usage = os.wait4(child, 0)
        took_s = usage.ru_utime + usage.ru_stime
        control.sendall(ENDED.pack(os.waitstatus_to_exitcode(status), usage.ru_maxrss * _KIB, took_s))


def _read_one(pipe: int, read: Read, roots: tuple[str, ...], stands: Standing) -> NoReturn:
    """Read the file that comes over a pipe, answer, and end. Whatever happens, this process does not go on."""
    limits = Limits()
    try:
        fence.die_with_parent()
        job = unpacked_job(_taken(pipe, LENGTH.unpack(_taken(pipe, LENGTH.size))[0]))
        limits = job.limits
        fence.enclose(limits, roots, with_calls=Standing.CALLS in stands)
        contents = read(job.name, job.media_type, _rest(pipe), limits)
        _give(pipe, packed(contents))
    except MemoryError:
        _give(pipe, packed(Failed(needed_more(limits.memory_mib))))
    except BaseException as error:  # noqa: BLE001 - the outermost handler: libraries raise errors of their own kind
        _give(pipe, packed(Failed(unexpected(error))))
    os._exit(0)


def _taken(pipe: int, count: int) -> bytes:
    pieces = []
    while count:
        piece = os.read(pipe, min(count, _CHUNK))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _rest(pipe: int) -> bytes:
    pieces = []
    while piece := os.read(pipe, _CHUNK):
        pieces.append(piece)
    return b"".join(pieces)


def _give(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest[:_CHUNK]) :]


def main(descriptor: int, module: str) -> None:
    """Load the readers and serve the socket."""
    stands = raised()
    fence.die_with_parent()
    logging.disable()
    with socket.socket(fileno=descriptor) as control:
        serve(control, importlib.import_module(module).contents, stands)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else READERS)  # noqa: PLR2004 - the module is optional
