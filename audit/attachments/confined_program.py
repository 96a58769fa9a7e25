"""Becomes a program of others that may do little: so much memory and time, no file, no network, no new rights.

    python -m audit.attachments.confined_program MEMORY_MIB CPU_S PROGRAM ARGUMENT...

It ends with the process that started it. Where the kernel lets us, the network is out of its reach, and its system
calls are filtered: see `fence.apart` and `calls`.
"""

from __future__ import annotations

import os
import resource
import sys

from audit.attachments import calls, fence
from audit.confined import bound, confine

FILES = 64
"""Files that the program may hold open: its libraries and its data."""


def main(memory_mib: int, cpu_s: int, command: list[str]) -> None:
    """Set the limits for good and become the program. Raises `OSError` where it cannot be started."""
    fence.apart()
    fence.die_with_parent()
    confine(memory_mib, cpu_s)
    bound(resource.RLIMIT_FSIZE, 0, 0)
    bound(resource.RLIMIT_NOFILE, FILES, FILES)
    calls.restrict(starting=True)
    os.execv(command[0], command)  # noqa: S606 - a path without a shell is what is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
