"""Queries in the files of settings that programs come with: values of YAML, on one line and on several."""

from __future__ import annotations

import pytest

from rules.literals import queries_in_lines
from rules.model import Kind
from rules.scan import scan
from tests.rules.parts import BY_ID, part


def people(text: str) -> list[str]:
    data = text.encode()
    seen = scan(part(data, Kind.CODE), [BY_ID["code-user-query"]])
    assert all(match.span.of(data).decode().strip("\"'") == match.subject.reveal() for match in seen.matches)
    return [match.subject.reveal() for match in seen.matches]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("steps:\n  - cql: creator = tilda\n    jql: \"assignee = 'tilda'\"\n", ["tilda", "tilda"]),
        ("jql: 'assignee = tilda'\ncql: mention = o.l # who", ["tilda", "o.l"]),
        ("cql: >-\n  type = page and\n  creator = tilda\nnext: creator = eve\n", ["tilda"]),
        ('x:\n  teamJql: |2 # why\n    project = X AND\n\n    assignee = "tilda"\n  CQL: creator=eve', ["tilda", "eve"]),
        ("cql_query: type = page\r\n  and creator = tilda\r\n", ["tilda"]),
        ("cql: type = page\n  and creator = tilda", ["tilda"]),
        ("cql: creator = tilda\n\n", ["tilda"]),
    ],
)  # fmt: skip
def test_people_in_values_are_found_once(text: str, found: list[str]) -> None:
    assert people(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "cql: >-\nname: creator = tilda\n",
        "cql: |\n  creator = currentUser()\n",
        "cql: creator = {{ user }}\n  and type = page\n",
        "sql: |\n  select a from b where\n  owner = 'tilda'\ncql: x\n",
        "def f(cql: str, creator): return creator == tilda\n",
        "cql: >\n  ${CQL}\n# creator = tilda\n",
    ],
)
def test_other_values_name_nobody(text: str) -> None:
    assert people(text) == []


def test_blocks_take_time_in_proportion_to_their_length() -> None:
    data = b"cql: |\n" + b"  x\n" * 200_000 + b"cql:\n" * 200_000
    assert sum(len(each.text) for each in queries_in_lines(data)) <= len(data)
