"""Limits of a process that works on what may be hostile or too large, and what it gets of our environment."""

from __future__ import annotations

import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_KEPT: Final = ("PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
"""Variables that such a process gets from ours: how to find its libraries and fonts."""
_ROOT: Final = Path(__file__).resolve().parents[1]
_GRACE_S: Final = 5
"""Between the signal that names the limit and the one that cannot be caught."""


def surroundings(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of such a process: nothing of ours that is not named here, and the same for everybody."""
    given = {key: ours[key] for key in _KEPT if key in ours}
    return {**given, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def bound(kind: int, soft: int, hard: int) -> None:
    """Set one limit of this process, never above the one that it was started with."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


def confine(memory_mib: int, cpu_s: int) -> None:
    """Limit this process: so much memory that it may write to, so much computing time, no core dump."""
    memory_bytes = memory_mib << 20
    bound(resource.RLIMIT_CORE, 0, 0)
    bound(resource.RLIMIT_DATA, memory_bytes, memory_bytes)
    bound(resource.RLIMIT_CPU, cpu_s, cpu_s + _GRACE_S)


def ended(code: int, cpu_s: int) -> str | None:
    """Return what ended a process by its exit code, in words that continue a sentence; None where it ended by itself.

    `code` is negative for signals, as in `subprocess`.
    """
    if code == -signal.SIGXCPU:
        return f"it took more than {cpu_s} s of computing time"
    if code < 0:
        return f"its process was ended by signal {-code}, which mostly means that memory ran out"
    return None


def needed_more(memory_mib: int) -> str:
    """Return what is said of a process that could get no more memory."""
    return f"it needed more than {memory_mib:,} MiB of memory"
