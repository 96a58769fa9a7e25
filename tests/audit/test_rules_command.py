"""`confluence-gdpr rules`: the tables, what one entry means, and proof by examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.cli.rules import rules
from audit.errors import UsageError
from rules.guide import ROWS
from rules.registry import load


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rules, list(arguments))


def test_without_a_command_both_tables_are_printed() -> None:
    tables = run().stdout
    assert all(rule.id in tables for rule in load())
    assert all(f"\n{row.id} " in tables for row in ROWS)


def test_a_rule_is_explained_with_its_examples() -> None:
    shown = run("show", "legacy-mention").stdout
    assert "Found: a mention by username (storage)" in shown
    assert "becomes: " in shown
    assert "Left alone: " in shown
    assert "becomes: " not in run("show", "email-address").stdout


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_row_of_the_guide_is_explained_with_its_rules(row: object) -> None:
    (known,) = [each for each in ROWS if each is row]
    shown = run("show", known.id)
    assert shown.exit_code == 0
    assert known.outcome in shown.stdout
    assert all(f"  {rule}" in shown.stdout for rule in known.rules)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("legacy-mentions", "legacy-mention"),
        ("code-user-paramter", "code-user-parameter"),
        ("relations", "relation"),
        ("LEGACY-MENTION", "legacy-mention"),
    ],
)
def test_a_typing_error_gets_the_nearest_ids_and_exit_code_2(typed: str, meant: str) -> None:
    error = run("show", typed).exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert f"Did you mean {meant}" in str(error)


def test_an_id_that_is_near_nothing_is_refused_without_a_guess() -> None:
    error = run("show", "zzzzzz").exception
    assert isinstance(error, UsageError)
    assert "Did you mean" not in str(error)
    assert isinstance(run("test", "--rule", "legacy-mentio").exception, UsageError)


def test_the_examples_of_all_rules_run() -> None:
    done = run("test")
    assert (done.exit_code, done.stdout.split(", ")[-1]) == (0, "0 failed\n")


OWN = """
[[flag]]
rule = "legacy-mention"
kind = "storage"
data = '<ri:user ri:username="tbergmann"/>'
finds = ["tbergmann"]
rewritten = '<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'

[[clean]]
rule = "legacy-user-object"
kind = "payload"
why = "ours"
data_file = "ours.json"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    (tmp_path / "ours.json").write_text('{"a":1}', encoding="utf-8")
    return path


def test_examples_of_users_run_too(own: Path) -> None:
    alone = run("test", str(own), "--rule", "legacy-mention", "--rule", "legacy-user-object")
    assert (alone.exit_code, alone.stdout.splitlines()[-1].split(", ")[-1]) == (0, "0 failed")
    for named in (own, own.parent):
        done = run("test", "--examples", str(named), "--rule", "legacy-mention", "--rule", "legacy-user-object")
        assert done.stdout == alone.stdout


def test_a_failing_example_is_named_with_its_place_and_reason_and_without_a_value(own: Path) -> None:
    (own.parent / "ours.json").write_text('{"username":"tbergmann","displayName":null}', encoding="utf-8")
    done = run("test", "--examples", str(own), "--rule", "legacy-user-object")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:2] == [
        "FAILED own.toml:9 clean 1 (legacy-user-object): ours",
        "  json, nothing to be found; 1 found where nothing is to be found: t*** at bytes 13 to 22",
    ]
    own.write_text(OWN.replace('finds = ["tbergmann"]', "finds = []"), encoding="utf-8")
    done = run("test", str(own), "--rule", "legacy-mention")
    assert "  storage, 0 to be found; 1 found instead of 0: t*** at bytes " in done.stdout


def test_an_example_for_no_rule_is_refused(own: Path) -> None:
    own.write_text(OWN.replace("legacy-mention", "legacy-mentoin"), encoding="utf-8")
    error = run("test", str(own)).exception
    assert isinstance(error, UsageError)
    assert "own.toml:2 flag 1" in str(error)
    assert "Did you mean legacy-mention" in str(error)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[flag]", "not TOML"),
        ("x = 1", "something else"),
        ("flag = 1", "no \\[\\[flag\\]\\] table"),
        ("[[flag]]\nrule = 1\nkind = 'text'\ndata = ''", "`rule` is missing"),
        ("[[flag]]\nother = 1", "its keys are"),
        ("[[flag]]\nkind = 'wiki'", "no such kind"),
        ("[[flag]]\nkind = 'text'\nrule = 'x'\ndata = ''", "`finds` is a list"),
        ("[[clean]]\nkind = 'text'\nrule = 'x'\ndata_file = 'none'", "cannot be read"),
    ],
)
def test_examples_of_another_shape_are_refused_with_their_place(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    error = run("test", str(path)).exception
    assert isinstance(error, UsageError)
    assert "own.toml" in str(error)
    with pytest.raises(UsageError, match=why):
        raise error


def test_a_missing_file_or_an_empty_folder_of_examples_is_refused(tmp_path: Path) -> None:
    error = run("test", str(tmp_path / "none.toml")).exception
    assert isinstance(error, UsageError)
    assert "No such file" in str(error)
    error = run("test", "--examples", str(tmp_path)).exception
    assert isinstance(error, UsageError)
    assert "no .toml file" in str(error)
