"""Waiting for what another process says, until a moment and up to a length."""

from __future__ import annotations

import socket
import time
from typing import Final

_CHUNK: Final = 1 << 20


class Late(Exception):  # noqa: N818 - says what happened
    """The other side did not answer in time."""


def left_s(deadline: float) -> float:
    """Return the time left until a moment of `time.monotonic`. Raises `Late` when there is none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Late
    return left


def received(pipe: socket.socket, limit: int, deadline: float) -> bytes:
    """Return what comes over a pipe until its other end is closed; an answer that is too long is cut.

    It is empty where the other side went without taking all that it was given. Raises `Late`.
    """
    pieces, count = [], 0
    try:
        while count <= limit:
            pipe.settimeout(left_s(deadline))
            piece = pipe.recv(_CHUNK)
            if not piece:
                break
            pieces.append(piece)
            count += len(piece)
    except ConnectionResetError:
        return b""
    except TimeoutError as error:
        raise Late from error
    return b"".join(pieces)
