"""The script that installs the validators: what it cannot get is named, and never fails a build."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".ci" / "validators"
TOOLS = ("cat", "find", "grep", "id", "mkdir", "paste", "sh", "sort")
pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="a source distribution has no .ci")


def run(folder: Path, *present: str) -> tuple[str, str]:
    """Run it on a machine that has nothing but a shell and the named commands, which do next to nothing; return its output."""
    tools = folder / "bin"
    tools.mkdir(parents=True)
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    for name in present:
        (tools / name).write_text("#!/bin/sh\necho jdk.compiler@21\n")
        (tools / name).chmod(0o700)
    ended = subprocess.run(
        [str(tools / "sh"), str(SCRIPT), str(folder / "there"), "python3"],
        env={"PATH": str(tools), "JAXB_FOLDER": str(folder / "jaxb")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (folder / "there" / "env").read_text() == ended.stdout
    return ended.stdout, ended.stderr


def test_a_machine_that_reaches_nothing_gets_no_validator_and_no_failure(tmp_path: Path) -> None:
    out, err = run(tmp_path)
    assert out == ""
    assert "veraPDF" in err
    assert "axe and HTML_CodeSniffer" in err


def test_what_can_be_had_is_named_in_the_variables_that_the_tests_read(tmp_path: Path) -> None:
    jar = tmp_path / "there" / "verapdf" / "lib" / "one.jar"
    jar.parent.mkdir(parents=True)
    jar.touch()
    (tmp_path / "jaxb").mkdir()
    for name in ("api", "core", "impl", "runtime"):
        (tmp_path / "jaxb" / f"jaxb-{name}.jar").touch()
    out, err = run(tmp_path, "npm", "python3", "chromium", "java")
    known = dict(line.removeprefix("export ").split("=", 1) for line in out.splitlines())
    assert known["ACCESSIBILITY_SCRIPTS"] == f'"{tmp_path}/there/node_modules"'
    assert known["VERAPDF_CLASSPATH"].endswith(f':{jar}"')
    assert f"{tmp_path}/jaxb/jaxb-api.jar:" in known["VERAPDF_CLASSPATH"]
    assert err == ""
