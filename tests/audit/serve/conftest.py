"""A workspace with runs and a plan, made once, and the pages over a copy of it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from audit.cli.common import Setup, guarded
from audit.cli.main import main
from audit.cli.readers import Readers
from audit.cli.serve import application
from audit.plan_file import Plan, read_any_plan
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from audit.serve.gate import Secrets
from reports.audience import Audience
from reports.registry import formats
from tests.audit.serve.client import Client

PATIENCE_S = 60
AUTHORITY = "127.0.0.1:8123"
ORIGIN = {"origin": f"http://{AUTHORITY}"}
BROKEN = "20261101T100000Z-000001"
"""A run that is not complete."""
EMPTY = "20261101T100000Z-000002"
"""A run that never began."""


@dataclass
class Served:
    """The pages over a workspace of their own, and a client that was let in."""

    folder: Path
    secrets: Secrets = field(default_factory=Secrets)

    formats: tuple[str, ...] = ()
    """Of the reports beside a reviewed plan."""

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start anew and let the client in."""
        self.client = self.stranger()
        assert self.client.get(f"/enter/{self.secrets.token}").status_code == 200

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def plan(self) -> Plan:
        return read_any_plan(self.file)

    @property
    def review(self) -> Path:
        return self.folder / "plan-reviewed.json"

    def stranger(
        self,
        *,
        plans: tuple[str, ...] = ("plan.json",),
        level: Audience = Audience.RESTRICTED,
        language: str = "en",
        accepted: Path | None = None,
    ) -> Client:
        """Return a client that nobody let in yet."""
        files = tuple(self.folder / name for name in plans)
        forms = {name: formats()[name] for name in self.formats}
        setup = Setup(self.folder / "ws", None, verbose=False)
        readers = Readers.of(setup, level, language, accepted)
        app = application(setup, files, forms, readers, self.secrets, AUTHORITY)
        return Client(app, f"http://{AUTHORITY}")

    def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return self.client.get(self.secrets.root + path)

    def until(self, said: str) -> str:
        """Return the page about the review as soon as it says something about its reports."""
        ends = time.monotonic() + PATIENCE_S
        while said not in (text := words(self.get("/plans/0/reviewed"))):
            assert time.monotonic() < ends, text
            time.sleep(0.05)
        return text

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form about the plan that is shown what there is now, but for what `fields` say."""
        return self.send_from(self.hidden(), path, **fields)

    def hidden(self) -> dict[str, str]:
        """Return what a form that is shown now carries; that of the last step has all that the others have."""
        return dict(
            re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.get("/plans/0/finish").text)
        )

    def send_from(self, hidden: dict[str, str], path: str, **fields: str) -> httpx.Response:
        """Send a form that was shown before: `hidden` is what it carries."""
        given = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.client.post(self.secrets.root + path, data={**hidden, **given}, headers=ORIGIN)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Sandbox]]:
    """Make two audits and a plan, a run that is not complete, and one that never began."""
    folder = tmp_path_factory.mktemp("served")
    sandbox = Sandbox()
    with pytest.MonkeyPatch.context() as patch, serving(sandbox.app) as url:
        for name in [name for name in os.environ if name.startswith("CONFLUENCE_GDPR_")]:
            patch.delenv(name)
        for name, value in sandbox.environment(url).items():
            patch.setenv(name, value)
        patch.setenv("CONFLUENCE_GDPR_WORKSPACE", str(folder / "ws"))
        patch.setenv("HOME", str(folder))
        patch.chdir(folder)
        (folder / "users.csv").write_text(sandbox.mapping_csv(), encoding="utf-8")
        for command in (
            ["audit", "--space", "OPS"],
            ["audit", "--space", "HR"],
            ["plan", "--mapping", "users.csv", "--format", ""],
        ):
            assert guarded(lambda words=command: main.main(words, standalone_mode=False)) == 1  # type: ignore[misc]
        runs = folder / "ws" / "runs"
        last = max(runs.iterdir())
        shutil.copytree(last, runs / BROKEN)
        with sqlite3.connect(runs / BROKEN / "run.db") as db:
            db.execute("UPDATE meta SET value = ? WHERE name = 'run_id'", (BROKEN,))
            db.execute("UPDATE units SET state = 'failed', error = 'the site went away' WHERE position = 0")
        db.close()
        (runs / EMPTY).mkdir(mode=0o700)
        yield folder, sandbox


@pytest.fixture
def served(made: tuple[Path, Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copytree(made[0], tmp_path / "place")
    return Served(tmp_path / "place")


def words(answer: httpx.Response) -> str:
    """Return the text of a page with single blanks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())
