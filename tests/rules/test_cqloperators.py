"""Operators that Confluence documents as none of a field are refused where a query is checked, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules import cql
from rules.queries import Unparsed


@pytest.mark.parametrize(
    ("query", "at", "expected"),
    [
        ("creator ~ tbergmann", 8, "=, !=, IN or NOT IN"),
        ("type = page and (Creator.accountId>=x or id = 1)", 34, "=, !=, IN or NOT IN"),
        ("contributor.userkey !~ x", 20, "=, !=, IN or NOT IN"),
        ("label ~ a", 6, "=, !=, IN or NOT IN"),
        ('text = "x"', 5, "~ or !~"),
        ("text in (x)", 9, "~ or !~"),
        ("title > x", 6, "=, !=, ~, !~, IN or NOT IN"),
        ("lastModified in (now())", 17, "=, !=, >, >=, < or <="),
        ("created ~ 2020", 8, "=, !=, >, >=, < or <="),
        ("user != x", 5, "= or IN"),
    ],
)
def test_an_operator_that_the_field_does_not_take_is_refused_and_the_people_are_found_all_the_same(
    query: str, at: int, expected: str
) -> None:
    assert cql.refused(query) == Unparsed(at, expected)
    assert not isinstance(cql.parse(query), Unparsed)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "order by created",
        "creator = a and mention != b and watcher in (c, currentUser()) and contributor not in (d)",
        "creator.fullname ~ a or favourite IN favouriteSpaces()",
        "created >= now('-4w') and lastmodified < 2026/01/01",
        "title ~ a or title = b or title in (c) or text !~ d",
        "priority > 3 and summary ~ x and content.property[creator].x ~ y and space.title ~ z",
        "user in (a) and user = b",
    ],
)
def test_an_operator_that_fits_or_a_field_that_nobody_documents_is_taken(query: str) -> None:
    assert cql.refused(query) is None


def test_what_does_not_parse_is_refused_where_it_does_not() -> None:
    assert cql.refused("creator =") == cql.parse("creator =")


def test_no_query_of_the_collection_that_parses_is_refused(shared: Path) -> None:
    path = shared / "corpus" / "queries" / "cql" / "given.jsonl"
    queries = [json.loads(line)["query"] for line in path.read_text(encoding="utf-8").splitlines()]
    parsed = [query for query in queries if not isinstance(cql.parse(query), Unparsed)]
    assert len(parsed) > 100
    assert [query for query in parsed if cql.refused(query) is not None] == []
