"""The process that renders: a job on standard input, limits as arguments, the file on standard output.

What it imports is what it may fail with, so it imports little. On an error it says the name of the error's class and
nothing else, on standard output: the text of an error could hold a value that the job holds.
"""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Final

from audit.confined import confine
from reports.format import Unavailable
from reports.registry import formats

UNAVAILABLE: Final = 69
"""Exit code, as EX_UNAVAILABLE of sysexits.h, for a missing system library; standard output says what to install."""


def main(name: str, memory_mib: int, cpu_s: int) -> int:
    """Render what standard input holds in one format; return the exit code."""
    confine(memory_mib, cpu_s)
    logging.disable()
    apart = formats()[name].apart
    if apart is None:
        raise LookupError(name)
    try:
        result = apart.finish(sys.stdin.buffer.read())
    except Unavailable as error:
        sys.stdout.write(str(error))
        return UNAVAILABLE
    sys.stdout.buffer.write(result)
    return 0


def _name_only(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    sys.stdout.write(kind.__name__)


if __name__ == "__main__":
    sys.excepthook = _name_only
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
