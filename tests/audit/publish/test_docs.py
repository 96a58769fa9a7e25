"""The page about publishing is true: its commands run as they are written, and its tables name what the code knows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from audit.publish.explained import CREDENTIALS, LINK, MEDIA, UPLOAD
from tests.audit.shell import Shell

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "publishing.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_runs_as_it_is_written(shell: Shell) -> None:
    lines = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    assert len(lines) >= 5
    for line in lines:
        assert shell.run(*shlex.split(line)[1:]) == 0, f"{line}\n{shell.out}{shell.err}"


def test_the_page_explains_every_status_that_the_code_explains() -> None:
    table = PAGE.partition("## When it is refused")[2]
    assert {str(status) for one in (UPLOAD, MEDIA, CREDENTIALS, LINK) for status in one} <= set(
        re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
    )


def test_every_option_that_the_page_names_is_there(shell: Shell) -> None:
    known = ""
    for name in ("page", "assets", "jira"):
        assert shell.run("publish", name, "--help") == 0
        known += shell.out
    for name in ("report", "audit"):
        assert shell.run(name, "--help") == 0
        known += shell.out
    for option in set(re.findall(r"--[a-z][a-z-]+", PAGE)):
        assert option in known, option
