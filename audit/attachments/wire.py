"""What goes over the pipe between the process that wants a file read and the one that reads it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, assert_never

import msgspec

from audit.attachments.contents import Contents, Failed, Limits, Picture, Piece, Skipped, Texts

LENGTH: Final = struct.Struct("<Q")
"""Before the job, and before the answer: how many bytes follow."""
ENDED: Final = struct.Struct("<iqd")
"""How a reader ended: exit code (negative: a signal), most memory in bytes, computing time in seconds."""
PIECE_BYTES: Final = 256
"""What a text costs in an answer beside its bytes, at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a reader is told before the bytes of the file."""

    name: str
    media_type: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Answer:
    """The three outcomes in one shape."""

    pieces: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    passed: int = 0
    skipped: str = ""
    failed: str = ""


def packed_job(job: Job) -> bytes:
    """Return a job with its length before it."""
    data = msgspec.msgpack.encode(job)
    return LENGTH.pack(len(data)) + data


def unpacked_job(data: bytes) -> Job:
    """Return the job in `data`."""
    return msgspec.msgpack.decode(data, type=Job)


def packed(contents: Contents) -> bytes:
    """Return an answer with its length before it."""
    match contents:
        case Texts():
            answer = _Answer(contents.pieces, contents.notes, contents.gaps, contents.pictures, contents.passed)
        case Skipped():
            answer = _Answer(skipped=contents.reason)
        case Failed():
            answer = _Answer(failed=contents.reason)
        case _:
            assert_never(contents)
    data = msgspec.msgpack.encode(answer)
    return LENGTH.pack(len(data)) + data


def unpacked(data: bytes) -> Contents | None:
    """Return the contents in an answer, None where it is cut or no answer."""
    if len(data) < LENGTH.size or LENGTH.unpack_from(data)[0] != len(data) - LENGTH.size:
        return None
    try:
        answer = msgspec.msgpack.decode(memoryview(data)[LENGTH.size :], type=_Answer)
    except msgspec.DecodeError:
        return None
    if answer.failed:
        return Failed(answer.failed)
    if answer.skipped:
        return Skipped(answer.skipped)
    return Texts(answer.pieces, answer.notes, answer.gaps, answer.pictures, answer.passed)


def most(limits: Limits) -> int:
    """Return how long an answer may be."""
    drawn = limits.pictures_bytes + PIECE_BYTES * limits.pictures if limits.pictures else 0
    return limits.text_bytes + PIECE_BYTES * (limits.pieces + limits.members + 1000) + drawn
