"""A site with its media service on another port, a run of one of its spaces, and files to publish."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from tests.audit.shell import Shell

TITLE = "GDPR audit 2026-11"


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with one run; its site is one that was served on port 8990 while it lasted."""
    folder = tmp_path_factory.mktemp("audited")
    sandbox = Sandbox()
    with pytest.MonkeyPatch.context() as patch, serving(sandbox.app) as url:
        for name, value in sandbox.environment(url).items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(folder))
        arguments = ["audit", "--space", "LEGAL", "--workspace", str(folder / "ws")]
        assert guarded(lambda: main.main(arguments, standalone_mode=False)) in (0, 1, 3)
    return folder / "ws"


@pytest.fixture
def shell(shell: Shell, audited: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Return a shell whose site has a media service, in a folder with a run and two files."""
    shutil.copytree(audited, shell.folder / "ws", dirs_exist_ok=True)
    run = shell.workspace().run_path(None)
    import sqlite3

    with sqlite3.connect(run / "run.db") as database:
        database.execute("UPDATE meta SET value = ? WHERE name = 'site'", (shell.url,))
    database.close()
    (shell.folder / "audit.html").write_text("<!doctype html><title>Audit</title>")
    (shell.folder / "Größe & Co.json").write_text('{"findings": []}')
    with serving(shell.sandbox.media) as media:
        shell.sandbox.state.services.media_base = media
        monkeypatch.setenv("CONFLUENCE_GDPR_MEDIA", media)
        shell.sandbox.log.clear()
        yield shell
