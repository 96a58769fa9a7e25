"""Why the disk did not take something: SQLite says `disk I/O error` for a full disk as for a broken one."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

NEEDED_BYTES: Final = 64 * 1024
"""Below this much space SQLite cannot even make the index of its log (32 KiB) beside a database."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def full(path: Path, error: Exception | None = None) -> bool:
    """Return whether there is no room where `path` lies, or the error itself says so."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    if error is not None and "disk is full" in str(error):
        return True
    facts = _facts(path)
    return facts is not None and facts.f_bavail * facts.f_frsize < NEEDED_BYTES


def read_only(path: Path, error: Exception | None = None) -> bool:
    """Return whether the file system of `path` takes no writes at all."""
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return True
    facts = _facts(path)
    return facts is not None and bool(facts.f_flag & os.ST_RDONLY)


def reason(path: Path, error: Exception) -> str:
    """Return in plain words why `path` could not be written, or what the error says."""
    if full(path, error):
        return "the disk is full"
    if read_only(path, error):
        return "the file system is read-only"
    return (error.strerror or "the system refused") if isinstance(error, OSError) else str(error)


def _facts(path: Path) -> os.statvfs_result | None:
    """Return the facts of the file system that holds `path`, or would hold it."""
    for place in (path, *path.absolute().parents):
        try:
            return os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
