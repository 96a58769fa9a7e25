"""The administrator's guide is true: its commands run as they are written, and it names every reason for holding."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit.cli.demo import write_people
from reports.bag import names
from reports.bag.problems import Fault
from rules.model import HeldReason
from tests.audit.conftest import kept, shell
from tests.audit.shell import Shell

__all__ = ["kept", "shell"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
EVIDENCE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
GOOD = (0, 1)
"""Done, and done with something to read. Every other code means that a command did not do what the page says."""
LEFT_OVER = 3
"""Of a rollback: a list of people stays under account ids, as the page says."""


class Terminal(io.StringIO):
    """A standard input at which somebody types."""

    def isatty(self) -> bool:
        return True


def commands(page: str = PAGE) -> list[str]:
    blocks: list[str] = re.findall(r"^ *```sh\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines()]


@pytest.fixture
def office(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a folder with everything that the page names, and a site of which one space is looked at."""
    folder = shell.folder
    write_people(folder, shell.sandbox.people)
    known = [person for person in shell.sandbox.people if person.account_id]
    rows = [f"{one.account_id},{one.display_name},{one.email}" for one in known]
    (folder / "users-export.csv").write_text("\n".join(["User id,User name,email", *rows]) + "\n")
    old = [f"{one.username},{one.email}" for one in shell.sandbox.people]
    (folder / "old-users.csv").write_text("\n".join(["username,email", *old]) + "\n")
    (folder / "queries.txt").write_text(f"creator = {known[0].username}\ntype = page\n")
    for name in ("src", "exports"):
        (folder / name).mkdir()
    (folder / "src" / "call.py").write_text('get("/rest/api/user", params={"username": name})\n')
    (folder / "exports" / "page.xml").write_text("<p>Nobody is named here.</p>")
    (folder / "atlassian-connect.json").write_text(json.dumps({"key": "acme", "baseUrl": "https://acme-optics.se"}))
    call = {"request": {"method": "GET", "url": f"{shell.url}/wiki/rest/api/user/current", "headers": []}}
    (folder / "recording.har").write_text(json.dumps({"log": {"version": "1.2", "creator": {}, "entries": [call]}}))
    config = folder / "config.toml"
    config.write_text('spaces = ["LEGAL"]\n')
    config.chmod(0o600)
    monkeypatch.setenv("CONFLUENCE_GDPR_CONFIG", str(config))
    return shell


def typed(shell: Shell, words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a person types when a command asks; a digest is one that the command has shown."""
    if words[:2] == ["plan", "review"]:
        return "A\n"
    if "--delete-versions" in words:
        monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
        assert shell.run(*words) == 0
        assert "Nothing was changed" in shell.err
        (digest,) = re.findall(r"Type ([0-9a-f]{12})", shell.err)
        return f"{digest}\n"
    return "y\n"


def decide(folder: Path) -> None:
    """Accept each action of the plan of redactions by its own id."""
    plan = json.loads((folder / "redactions.json").read_bytes())
    rows = [f"{action['id']},accept,Tilda Bergmann," for action in plan["actions"]]
    (folder / "decisions.csv").write_text("\n".join(["action,decision,by,why", *rows]) + "\n")


def test_every_command_of_the_guide_runs_as_it_is_written(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(commands()) > 20
    for line in commands():
        words = shlex.split(line)
        assert words[0] == "confluence-gdpr"
        if "decisions.csv" in words:
            decide(office.folder)
        if {"<", ">"} & set(words):
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            ended = subprocess.run(
                ["/bin/sh", "-c", line],
                cwd=office.folder,
                env={**os.environ, "PATH": path},
                capture_output=True,
                check=False,
            )
            assert ended.returncode in GOOD, (line, ended.stderr)
            continue
        monkeypatch.setattr(sys, "stdin", Terminal(typed(office, words[1:], monkeypatch)))
        code = office.run(*words[1:])
        allowed = (LEFT_OVER,) if words[1] == "rollback" and "--rehearse" not in words else GOOD
        assert code in allowed, f"{line}: {code}\n{office.out}{office.err}"
    assert (office.folder / "new.txt").read_bytes() != (office.folder / "queries.txt").read_bytes()


def test_every_command_of_the_page_about_evidence_runs_as_it_is_written(
    office: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = commands(EVIDENCE)
    assert len(lines) > 6
    for line in lines:
        words = [found for word in shlex.split(line) for found in sorted(map(str, Path().glob(word))) or [word]]
        monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
        code = office.run(*words[1:])
        assert code in ((0,) if words[1] == "evidence" else GOOD), f"{line}: {code}\n{office.out}{office.err}"
        if "keygen" in words:
            shutil.copy(office.folder / "ws" / "signing-key.pub.pem", office.folder / "auditor.pem")
    assert "(the expected key)" in office.out


def test_the_page_about_evidence_names_every_fault_and_every_file_of_a_bag(shell: Shell) -> None:
    table = EVIDENCE.partition("## Check it")[2].partition("\n## ")[0]
    assert {fault.value for fault in Fault} == set(
        re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\|.*$", table, re.MULTILINE)))
    )
    contents = EVIDENCE.partition("## What is in it")[2].partition("\n## ")[0]
    known = {value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)}
    assert {path for path in known - {names.PAYLOAD} if path.rpartition("/")[2] not in contents} == set()


def test_the_guide_names_every_reason_for_holding() -> None:
    table = PAGE.partition("## What is held, and why")[2].partition("\n## ")[0]
    assert {reason.value for reason in HeldReason} == set(
        re.findall(r"`([a-z-]+)`", "\n".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)))
    )


def test_the_links_of_the_guide_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, anchor = target.partition("#")
        assert (ROOT / "docs" / path).exists() if path else anchor in headings, target
