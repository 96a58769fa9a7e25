"""The README says what the program does: its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit import errors
from audit.cli.main import COMMANDS
from rules.guide import ROWS
from rules.registry import load

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README, re.DOTALL)
    assert found, f"the README has no block {name}"
    return found[1].strip()


def rule_table() -> str:
    rows = ["| rule | finds | severity | GDPR | rewritten |", "|---|---|---|---|---|"]
    rows += [
        f"| `{rule.id}` | {rule.title} | {rule.severity.label} | {', '.join(rule.articles)} |"
        f" {'yes' if rule.rewrite else 'no'} |"
        for rule in load()
    ]
    return "\n".join(rows)


def guide_table() -> str:
    rows = ["| row | retired or changed | what happens to it here | rules |", "|---|---|---|---|"]
    rows += [
        f"| {row.section}: {row.subject} | {row.change} | {row.outcome} | {', '.join(f'`{rule}`' for rule in row.rules)} |"
        for row in ROWS
    ]
    return "\n".join(rows)


def command_table() -> str:
    return "\n".join(
        ["| command | what it does |", "|---|---|", *(f"| `{name}` | {line} |" for name, (_, line) in COMMANDS.items())]
    )


def test_the_rule_table_is_the_registry() -> None:
    assert block("rules") == rule_table()


def test_the_guide_table_is_that_of_the_rules() -> None:
    assert block("guide") == guide_table()
    assert {rule for row in ROWS for rule in row.rules} <= {rule.id for rule in load()}


def test_the_command_table_is_the_command_line() -> None:
    assert block("commands") == command_table()


@pytest.mark.parametrize(
    ("kind", "code"),
    [(errors.UsageError, 2), (errors.IncompleteError, 3), (errors.GuardError, 4), (errors.SiteError, 5)],
)
def test_each_exit_code_of_an_error_stands_in_the_table(kind: type[errors.GdprError], code: int) -> None:
    assert kind.exit_code == code
    assert f"| {code} |" in block("exit-codes")
