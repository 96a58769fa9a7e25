"""The hook that `.pre-commit-hooks.yaml` offers: its entry runs, and stops what it should."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEYS = {"id", "name", "description", "entry", "language", "types", "require_serial"}
"""Keys of pre-commit that the file uses; its other keys would have to be looked up first."""


def hook() -> dict[str, str]:
    """Return the one hook of the file, which is a flat list of plain values."""
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines()
    pairs = [re.fullmatch(r"(?:- |  )(\w+): (.+)", line) for line in lines]
    assert None not in pairs, "a line is no `key: value`"
    assert [line.startswith("- ") for line in lines] == [True] + [False] * (len(lines) - 1)
    return {pair[1]: pair[2] for pair in pairs if pair is not None}


def test_the_hook_has_the_keys_that_pre_commit_wants() -> None:
    assert set(hook()) == KEYS
    assert hook()["language"] == "python"
    assert hook()["types"] == "[text]"


def test_the_entry_is_the_command_that_the_package_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert hook()["entry"].split()[0] in project["project"]["scripts"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("# confluence\nget(base + '/rest/api/user?username=' + n)\n", 1),
        ("# confluence\nget(base + '/rest/api/user?accountId=' + a)\n", 0),
        ("# Confluence, in Latin-1: \xe9\n", 0),
    ],
)
def test_the_entry_stops_a_commit_with_a_finding_and_no_other(tmp_path: Path, body: str, code: int) -> None:
    (tmp_path / "client.py").write_text(body, encoding="latin-1")
    (tmp_path / "empty file.py").write_text("", encoding="utf-8")
    command = Path(sys.executable).with_name(hook()["entry"].split()[0])
    done = subprocess.run(
        [command, *hook()["entry"].split()[1:], "client.py", "empty file.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith("client.py:2:28: high severity, high confidence: ") is (code == 1)
