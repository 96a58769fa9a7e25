"""Which protections stand while files are read: it depends on the system, and a run says it."""

from __future__ import annotations

import sys
from enum import IntFlag

from audit.attachments import calls, fence


class Standing(IntFlag):
    """What the kernel holds a process to that reads a file; limits of time and size hold everywhere."""

    NETWORK = 1
    """It stands in a network of its own in which there is nobody."""
    CALLS = 2
    """It can call nothing that talks, writes files or starts programs, see `calls`."""
    MEMORY = 4
    """It gets no more memory than it may have."""

    @property
    def said(self) -> str:
        """Return the same in words, each protection a part of its own, joined by semicolons."""
        parts = (
            "files are read in a network namespace of their own"
            if Standing.NETWORK in self
            else "files are read without a network namespace, which this system does not grant",
            "system calls are filtered: no socket, no program, no writing"
            if Standing.CALLS in self
            else "system calls are not filtered here: only the interpreter refuses sockets, programs and writing",
            "memory, time and size are limited"
            if Standing.MEMORY in self
            else "time and size are limited, memory is not on this system",
        )
        return "; ".join(parts)


def raised() -> Standing:
    """Move this process, which must have one thread, out of the network, and return what stands here."""
    stands = Standing(0)
    if fence.apart():
        stands |= Standing.NETWORK
    if calls.is_kept_to():
        stands |= Standing.CALLS
    if sys.platform == "linux":
        stands |= Standing.MEMORY
    return stands
