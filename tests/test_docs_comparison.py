"""The pages about comparison and analysis are true: their commands, list and code run as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from audit.accepted import read_accepted
from reports.standing import Fate, Standing
from tests.audit.conftest import kept, shell
from tests.audit.shell import Shell

__all__ = ["kept", "shell"]

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "comparison.md").read_text(encoding="utf-8")
ANALYSIS = (DOCS / "analysis.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


@pytest.fixture
def office(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a folder with the list of the page, and a site of which one space is looked at."""
    (shell.folder / "accepted.toml").write_text("".join(blocks(PAGE, "toml")))
    config = shell.folder / "config.toml"
    config.write_text('spaces = ["LEGAL"]\n')
    config.chmod(0o600)
    monkeypatch.setenv("CONFLUENCE_GDPR_CONFIG", str(config))
    return shell


def test_every_command_of_the_page_about_comparison_runs_as_it_is_written(office: Shell) -> None:
    lines = [line for block in blocks(PAGE, "sh") for line in block.splitlines()]
    assert len(lines) == 5
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "confluence-gdpr"
        assert office.run(*words[1:]) == (1 if words[1] == "audit" else 0), f"{line}\n{office.out}{office.err}"


def test_the_list_of_the_page_is_one_that_is_read(office: Shell) -> None:
    first, second = read_accepted(office.folder / "accepted.toml")
    assert (first.line, first.since, first.until) == (2, "2026-11-20", "2027-06-30")
    assert (second.rule, second.object, second.fingerprint) == ("email-address", "page 123456", "")


def test_the_page_explains_every_state() -> None:
    table = PAGE.partition("| state |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE)) == {*Standing, *Fate}


def test_the_code_of_the_page_about_analysis_runs_and_its_results_agree(office: Shell) -> None:
    for _ in range(2):
        assert office.run("audit") == 1, office.err
    known: dict[str, Any] = {}
    for block in blocks(ANALYSIS, "python"):
        exec(compile(block, "analysis.md", "exec"), known)  # noqa: S102 - the page's own code
    findings = known["findings"]
    assert len(findings) > 0
    assert known["by_value"]["places"].sum() == len(findings)
    assert known["by_space"].sum() == len(known["urgent"])
    assert set(known["urgent"]["severity"]) <= {"high", "critical"}
    assert (known["arrived"], known["gone"]) == (0, 0)
    assert (known["crowded"] > 1).all()


def test_the_links_of_both_pages_lead_somewhere() -> None:
    for page in (PAGE, ANALYSIS):
        for target in re.findall(r"\]\(([^)]+)\)", page):
            assert target.startswith("https://") or (DOCS / target).exists(), target
