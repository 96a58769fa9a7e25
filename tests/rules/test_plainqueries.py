"""What is recognised without the grammar is what the grammar says: blanks behind a query make it read by the grammar."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import cql, jql
from rules.plainqueries import LENGTH_LIMIT, Plain
from rules.queries import Query

PLAIN = Plain("label type", {"creator"}, "and or not in order by", r"|\s++is\s++empty")
BEHIND = " " * (LENGTH_LIMIT + 1)

FIELDS = (
    *("label", "type", "space", "space.key", "text", "project", "status", "summary", "creator", "assignee", "reporter"),
    *("creator.userkey", "mention", "created", "key", "and", "was", "cf[10]", '"epic link"', "content.creator"),
)
VALUES = (
    *(
        "a",
        "10",
        "-7d",
        "x.y",
        '"a b"',
        "'c'",
        '"~ann"',
        "~ann",
        '"a\\"b"',
        "currentUser()",
        'now("-4w")',
        "order",
        "in",
    ),
    *(
        'updatedBy("ann")',
        "membersOf(x)",
        "empty",
        "EMPTY",
        "\u201ca\u201d",
        "(a, b)",
        "('a',b )",
        "()",
        "(a",
        "x(",
        "",
    ),
)
PIECES = st.sampled_from(
    (
        *FIELDS,
        *VALUES,
        *(" = ", "=", "!=", " ~ ", "!~", ">=", " < ", " in ", " not in ", " IN", " is empty", " is not null", " was "),
        *(
            " and ",
            " OR ",
            " and not ",
            "not ",
            " ",
            "\n",
            ",",
            "(",
            ")",
            " order by ",
            " ORDER BY created desc",
            " asc",
        ),
    )
)
CLAUSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(FIELDS),
    st.sampled_from((" = ", "=", " != ", "~", ">=", " in ", " not in ", " is ")),
    st.sampled_from(VALUES),
)
QUERIES = st.one_of(
    st.lists(PIECES, max_size=9).map("".join),
    st.builds(
        "{}{}".format,
        st.lists(CLAUSES, min_size=1, max_size=3).map(" and ".join),
        st.sampled_from(("", " ", " order by created", " order by type desc, label", ",", ")")),
    ),
)


@settings(max_examples=600)
@given(QUERIES)
def test_the_grammar_says_the_same_of_every_query(query: str) -> None:
    assert cql.parse(query) == cql.parse(query + BEHIND) or not _reads(cql, query)
    assert jql.parse(query) == jql.parse(query + BEHIND) or not _reads(jql, query)


def _reads(language: ModuleType, query: str) -> bool:
    """Return whether a query parses: what is expected behind a broken one depends on the blanks."""
    parse: Callable[[str], object] = language.parse
    return isinstance(parse(query), Query) or isinstance(parse(query + BEHIND), Query)


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("label = a", True),
        (' Label in ("a b", c)\tand NOT type != x() or label is empty ORDER BY type desc, label ', True),
        ("creator = currentUser()", True),
        ('type >= now("-4w") or type <= startOfDay("-1d") and type > endofweek()', True),
        ("creator = ann", False),
        ("label = ~ann", False),
        ("label = '~ann'", False),
        ('label = "a\\"b"', False),
        ("label = and", False),
        ("label = order-by", True),
        ("labels = a", False),
        ("label = a order by creator", False),
        ("label = a)", False),
        ('label = people("ann")', False),
        ("", False),
        ("label = a" + BEHIND, False),
    ],
)
def test_only_clauses_over_fields_without_people_are_plain(query: str, *, plain: bool) -> None:
    assert PLAIN.holds(query) is plain


def test_a_field_that_holds_people_on_this_site_is_never_plain() -> None:
    assert jql.parse("category = ann") == Query()
    query = jql.parse("category = ann", frozenset({"category"}))
    assert isinstance(query, Query)
    assert [term.value for term in query.users] == ["ann"]


def test_a_plain_query_with_very_many_values_is_left_to_the_grammar_and_reads_the_same() -> None:
    query = "label in (" + ", ".join(["a"] * LENGTH_LIMIT) + ")"
    assert cql.parse(query) == Query()
