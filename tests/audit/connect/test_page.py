"""The page about apps is true: its commands run, and its tables are those of the code."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from audit.config import ENVIRONMENT
from audit.connect.credentials import APP_KINDS, KEY_HOST
from audit.connect.grants import ACT_AS_HOST, TOKEN_HOST
from audit.connect.modules import MOST
from audit.connect.refusals import TokenRefused
from tests.audit.connect.conftest import Become
from tests.audit.shell import Shell

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "connect.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| `")]


def test_every_command_of_the_page_runs_as_it_is_written(shell: Shell, as_app: Become) -> None:
    as_app("connect")
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (shell.folder / "modules.json").write_text(example)
    (shell.folder / "atlassian-connect.json").write_text(json.dumps({"key": "x", "modules": {}}))
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines():
        assert shell.run(*shlex.split(line)[1:]) == 0, line
    assert len(shell.sandbox.writes) == 2


def test_the_tables_name_every_kind_setting_host_and_error() -> None:
    kinds = PAGE.partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", kinds, re.MULTILINE)) - {"auth"} == set(APP_KINDS)
    hosts = " ".join(rows("Where credentials go"))
    for host in (TOKEN_HOST, ACT_AS_HOST, KEY_HOST):
        assert f"`{host}`" in hosts
    named = set(re.findall(r"`([a-z_]+)`", f"{kinds} {hosts}"))
    assert named - {"connect", "oauth", "auth"} <= set(ENVIRONMENT)
    errors = set(re.findall(r"`([A-Z]\w+)`", " ".join(line for line in rows("Tokens that arrive at an app"))))
    assert {kind.__name__ for kind in TokenRefused.__subclasses__()} <= errors
    assert f"more than {MOST} modules" in PAGE
