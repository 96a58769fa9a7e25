"""`confluence-gdpr parse`: one answer for each query, and nothing of the query in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.cli.parse import parse


def run(kind: str, data: bytes, *options: str) -> tuple[int, list[object]]:
    result = CliRunner().invoke(parse, ["--kind", kind, *options], input=data)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_gets_one_answer_in_order() -> None:
    assert run("cql", b"creator = tilda\r\n\ncreator =\nspace = '\xff'", "--lines") == (
        1,
        [
            {"ok": True},
            {"ok": True},
            {"ok": False, "at": 9, "expected": "a value"},
            {"ok": False, "at": 9, "expected": "text in UTF-8"},
        ],
    )


@pytest.mark.parametrize("kind", ["cql", "jql"])
def test_without_lines_the_whole_input_is_one_query(kind: str) -> None:
    assert run(kind, b"creator = tilda\nand\ntype = x\n") == (0, [{"ok": True}])


def test_the_two_languages_differ() -> None:
    assert run("jql", b"assignee was tilda by nils", "--lines") == (0, [{"ok": True}])
    assert run("cql", b"assignee was tilda by nils", "--lines")[0] == 1


def test_a_query_can_be_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "query.txt"
    path.write_bytes(b"type = page")
    assert CliRunner().invoke(parse, ["--kind", "cql", str(path)]).stdout == '{"ok":true}\n'


def test_no_answer_repeats_the_query() -> None:
    result = CliRunner().invoke(parse, ["--kind", "jql", "--lines"], input=b"assignee = tilda tbergmann\n")
    assert "tbergmann" not in result.output
