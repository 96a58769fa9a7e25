"""The command line as a user has it: commands, what they print, and a sandbox site behind them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.sandbox.sandbox import Sandbox
from audit.workspace import Workspace


@dataclass
class Shell:
    """A sandbox site, an environment that points at it, and a folder to work in."""

    sandbox: Sandbox
    url: str
    folder: Path
    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def run(self, *arguments: str) -> int:
        """Run one command and keep what it printed."""
        code = guarded(lambda: main.main(list(arguments), standalone_mode=False))
        self.out, self.err = self.capture.readouterr()
        return code

    def fails(self, *arguments: str) -> tuple[int, str]:
        """Run a command that must fail with one paragraph, and return its code and that paragraph."""
        code = self.run(*arguments)
        lines = [line for line in self.err.splitlines() if line]
        assert [line for line in lines if line.startswith("Error: ")] == lines[-1:], self.err
        assert "Traceback" not in self.err
        return code, lines[-1]

    def mapping(self) -> str:
        """Write the mapping of the site and return its path."""
        path = self.folder / "users.csv"
        path.write_text(self.sandbox.mapping_csv(), encoding="utf-8")
        return str(path)

    def files(self) -> dict[str, bytes]:
        """Return everything that was written."""
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def workspace(self) -> Workspace:
        """Open the workspace beside the commands."""
        return Workspace.open(self.folder / "ws")

    def plan(self, out: str = "plan.json") -> Path:
        """Write a plan of the latest run and return where it lies."""
        assert self.run("plan", "--mapping", self.mapping(), "--format", "", "--out", out, "--force") == 1
        return self.folder / out
