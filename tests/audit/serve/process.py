"""`confluence-gdpr serve` as a process of its own, as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Process:
    """A server that runs, and after the block what it said."""

    address: str
    child: subprocess.Popen[str]
    out: str = ""
    err: str = ""

    @property
    def origin(self) -> str:
        return self.address.partition("/enter/")[0]


@contextmanager
def serving(folder: Path, *arguments: str, end: int = signal.SIGINT, **variables: str) -> Iterator[Process]:
    """Serve the workspace in `folder` while the block runs, then end it with a signal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFLUENCE_GDPR_", "DISPLAY"))}
    kept.pop("WAYLAND_DISPLAY", None)
    command = [sys.executable, "-m", "audit", "serve", "--workspace", str(folder / "ws"), *arguments]
    surroundings = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "HOME": str(folder), **variables}
    with subprocess.Popen(
        command, cwd=folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        found = Process(child.stdout.readline().strip(), child)
        try:
            yield found
        finally:
            child.send_signal(end)
            found.out, found.err = child.communicate(timeout=60)
