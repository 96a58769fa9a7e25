"""Fixtures of the tests of the shell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.loopback import listener
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from tests.audit.shell import Kept, Shell


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Return what all shells of this process share."""
    with listener() as door:
        yield Kept(door, tmp_path_factory.mktemp("kept"))


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept: Kept
) -> Iterator[Shell]:
    sandbox = Sandbox()
    with serving(sandbox.app, kept.door) as url:
        for name in [name for name in os.environ if name.startswith("CONFLUENCE_GDPR_")]:
            monkeypatch.delenv(name)
        for name, value in sandbox.environment(url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CONFLUENCE_GDPR_WORKSPACE", str(tmp_path / "ws"))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        yield Shell(sandbox, url, tmp_path, capsys, kept)
