"""A site that sends its events to a receiver, and a run that is kept up to date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from audit.cli.common import Setup
from audit.cli.watch import APP_KEY, Desk
from audit.loopback import HOST, listener
from audit.sandbox.hooks import Hooks, Told
from audit.serve.server import beside
from audit.watch.queue import Queue, Standing
from tests.audit.shell import Shell

T = TypeVar("T")
SPACE = "HR"
"""The space that the run is about where a test says nothing else."""


@dataclass
class Watched:
    """A shell whose site tells a receiver what changes."""

    shell: Shell
    base_url: str = ""
    arrived: list[None] = field(default_factory=list)

    @property
    def hooks(self) -> Hooks:
        return self.shell.sandbox.app.hooks

    def desk(self, most: int = 10_000) -> Desk:
        """Return what a watch of the latest run is made from."""
        setup = Setup(None, None, verbose=False)
        workspace = setup.workspace()
        return Desk(setup, setup.config(), workspace, workspace.run_path(None), most, None)

    @contextmanager
    def receiving(self, most: int = 10_000, *, install: bool = True) -> Iterator[None]:
        """Receive events while the block runs, as the command does in its thread."""
        connection, desk = listener(), self.desk(most)
        self.base_url = f"http://{HOST}:{connection.getsockname()[1]}/gdpr"
        with desk.queue() as queue:
            receiver = desk.receiver(queue, self.base_url, APP_KEY, lambda: self.arrived.append(None))
            with beside(receiver, connection):
                if install:
                    assert self.installed() == 204
                yield
                self.hooks.receiver = ""

    def installed(self) -> int:
        """Install the app, and return the receiver's answer."""
        answer = httpx.post(f"{self.shell.url}/__sandbox__/receiver", content=self.base_url, timeout=20)
        return int(answer.json()["status"])

    def write(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Change something at the site, as a person."""
        person = self.shell.sandbox.accounts["admin"]
        answer = httpx.request(
            method, f"{self.shell.url}/wiki{path}", json=body, auth=(person.email, person.token), timeout=20
        )
        assert answer.status_code < 300, answer.text
        return answer

    def edit(self, title: str, body: str) -> str:
        """Put a new text into a page, and return its id."""
        page = self.shell.sandbox.state.contents[self.shell.sandbox.find(title)]
        self.write(
            "PUT",
            f"/api/v2/pages/{page.id}",
            {
                "id": page.id, "status": "current", "title": page.title, "version": {"number": page.now.number + 1},
                "body": {"representation": "storage", "value": body},
            },
        )  # fmt: skip
        return page.id

    def send(self, event: str, body: Mapping[str, object]) -> Told:
        """Have the site send an event."""
        return run(self.hooks.send(event, dict(body)))

    def again(self, told: Told) -> int:
        """Have the site repeat a request, and return the receiver's answer."""
        self.hooks.receiver = self.base_url
        return run(self.hooks.again(told))

    def standing(self) -> Standing:
        """Return how the queue stands."""
        with Queue.of(self.desk().workspace.path, self.shell.url) as queue:
            return queue.standing()

    def report(self, *options: str) -> dict[str, Any]:
        """Return the JSON report of the run."""
        assert self.shell.run("report", "--format", "json", "--out", "out", "--force", *options) == 0, self.shell.err
        found: dict[str, Any] = json.loads(max((self.shell.folder / "out").glob("*.json")).read_text())
        return found

    def found_in(self, identifier: str) -> list[str]:
        """Return the rules that the run has findings of in one object."""
        findings = self.report()["findings"]
        return sorted(one["rule"] for one in findings if one["object"]["id"] == identifier)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one piece of asynchronous work."""
    return asyncio.run(work)


@pytest.fixture
def watched(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Return a site whose space SPACE was audited a moment ago."""
    monkeypatch.setenv("CONFLUENCE_GDPR_INSTALL_KEYS", shell.url)
    shell.audited("--space", SPACE)
    return Watched(shell)


def private(folder: Path) -> list[str]:
    """Return the files below a folder that others may read."""
    return [path.name for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
