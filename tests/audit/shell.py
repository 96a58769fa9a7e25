"""The command line as a user has it: commands, what they print, and a sandbox site behind them."""

from __future__ import annotations

import copy
import shutil
import socket
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import State
from audit.workspace import Workspace


@dataclass(frozen=True)
class Kept:
    """What the tests of one process share, so that what many of them begin with is done once."""

    door: socket.socket
    """The sites of all tests have one address: a workspace belongs to the address of its site."""
    shelf: Path
    beginnings: dict[tuple[str, ...], tuple[Path, State | None]] = field(default_factory=dict)
    """What the last of some commands left, by its name and the options of the audit: the folder, and a changed site."""


@dataclass
class Shell:
    """A sandbox site, an environment that points at it, and a folder to work in."""

    sandbox: Sandbox
    url: str
    folder: Path
    capture: pytest.CaptureFixture[str]
    kept: Kept
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

    def audited(self, *options: str) -> None:
        """Begin where an audit has ended that found something; nothing is printed, and the log of the site is empty."""
        self._begin("audit", options)

    def planned(self, *options: str) -> Path:
        """Begin where a plan of such an audit was written, and return where it lies."""
        self._begin("plan", options)
        return self.folder / "plan.json"

    def migrated(self, *options: str) -> Path:
        """Begin where such a plan was applied, and return where it lies."""
        self._begin("apply", options)
        return self.folder / "plan.json"

    def _begin(self, last: str, options: tuple[str, ...]) -> None:
        assert not self.sandbox.log, "something came before the beginning"
        assert not any(self.folder.iterdir()), "something lies there before the beginning"
        known = self.kept.beginnings.get((last, *options))
        if known is not None:
            shutil.copytree(known[0], self.folder, dirs_exist_ok=True)
            if state := copy.deepcopy(known[1]):
                for each in fields(State):
                    setattr(self.sandbox.state, each.name, getattr(state, each.name))
            return
        if last == "audit":
            assert self.run("audit", *options) == 1, self.err
        elif last == "plan":
            self._begin("audit", options)
            self.plan()
        else:
            self._begin("plan", options)
            assert self.run("apply", "plan.json", "--yes") in {0, 3}, self.err
        state = copy.deepcopy(self.sandbox.state) if self.sandbox.writes else None
        self.sandbox.log.clear()
        self.out = self.err = ""
        folder = self.kept.shelf / str(len(self.kept.beginnings))
        shutil.copytree(self.folder, folder)
        self.kept.beginnings[last, *options] = (folder, state)

    def plan(self, out: str = "plan.json") -> Path:
        """Write a plan of the latest run and return where it lies."""
        assert self.run("plan", "--mapping", self.mapping(), "--format", "", "--out", out, "--force") == 1
        return self.folder / out
