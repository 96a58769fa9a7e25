"""Whom the run has met: identifiers in fields that nothing is known of are reported with low confidence and stay."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rules import cql, jql
from rules.context import Context
from rules.model import Confidence, HeldReason, Kind, ObjectType, Part, Unreadable
from rules.queries import Query, Unparsed, met
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = Context(known=frozenset({"tilda", "o.lindqvist", "user", KEY}))
PEOPLE = Directory({"tilda": ANN, KEY: ANN})


def file(value: object, kind: Kind = Kind.JSON) -> Part:
    made = part(value.encode() if isinstance(value, str) else json.dumps(value).encode(), kind)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def found(made: Part, context: Context = KNOWN) -> list[tuple[str, str]]:
    """Return what is found with low confidence, by rule; anything surer fails."""
    matches = scan(made, RULES, context).matches
    assert {match.confidence for match in matches} <= {Confidence.LOW}
    return [(match.rule, match.subject.reveal()) for match in matches]


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        (Kind.CQL, "type = page and lead = tilda"),
        (Kind.CQL, "lead in (x, 'tilda')"),
        (Kind.CQL, "content.property[app.x].lead != tilda"),
        (Kind.CQL, "creator[x].y = tilda"),
        (Kind.JQL, "cf[10100] = tilda order by created"),
        (Kind.JQL, '"Team Lead" in (x, "tilda")'),
        (Kind.JQL, "lead was tilda"),
        (Kind.JQL, "lead changed to tilda"),
        (Kind.JQL, 'assignee.property["login"] = tilda'),
    ],
)
def test_the_value_of_an_unknown_field_is_a_person_where_the_run_has_met_one(kind: Kind, query: str) -> None:
    made = file(query, kind)
    rule = f"legacy-{kind.value}-user"
    assert found(made) == [(rule, "tilda")]
    assert found(made, Context()) == []
    result = rewrite(made, RULES, PEOPLE, KNOWN)
    assert result.data == made.data
    assert [(hold.reason, hold.rule) for hold in result.holds] == [(HeldReason.NO_REWRITER, rule)]
    assert all("nothing but its value" in hold.detail for hold in result.holds)


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        (Kind.CQL, "lead ~ tilda or (lead >= tilda) or lead = tilda2"),
        (Kind.CQL, "(label = tilda) and text ~ tilda and lead = f(tilda) and creator.fullname ~ currentUser()"),
        (Kind.CQL, "lead = x order by tilda"),
        (Kind.JQL, "lead ~ tilda or (lead >= tilda) or lead = tilda2 or lead is empty"),
        (Kind.JQL, "(project = tilda) and summary ~ tilda and reporter in membersOf(tilda)"),
    ],
)
def test_other_operators_documented_fields_and_functions_name_nobody(kind: Kind, query: str) -> None:
    seen = scan(file(query, kind), RULES, KNOWN)
    assert (seen.matches, seen.unreadable) == ((), None)


def test_who_is_met_in_an_unknown_field_stands_in_order_with_the_others() -> None:
    for read, text in ((cql.parse, "creator = a and lead = tilda and creator = b"),
                       (jql.parse, "creator = a and lead = tilda and creator = b")):  # fmt: skip
        query = read(text)
        assert isinstance(query, Query)
        assert [term.value for term in met(query, KNOWN.known).users] == ["a", "tilda", "b"]
        assert met(query, frozenset()) is query
    assert isinstance(cql.parse("="), Unparsed)


def test_an_identifier_in_an_unknown_field_of_a_known_one_changes_beside_it() -> None:
    made = file("creator = tilda and lead = tilda", Kind.CQL)
    result = rewrite(made, RULES, PEOPLE, KNOWN)
    assert result.data == f'creator = "{ANN}" and lead = tilda'.encode()
    assert [hold.rule for hold in result.holds] == ["legacy-cql-user"]


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ({"zorp": "tilda"}, ["tilda"]),
        ({"zorp": " Tilda "}, ["Tilda"]),
        ({"a": {"b": [{"c": "o.lindqvist"}]}}, ["o.lindqvist"]),
        ({"a": ["x", ["tilda"], [["o.lindqvist"]]]}, ["tilda", "o.lindqvist"]),
        ({"tilda": {"votes": 3}, "x": 1}, ["tilda"]),
        (["tilda", "x", ["o.lindqvist"]], ["tilda", "o.lindqvist"]),
        ("tilda", ["tilda"]),
        ({"id": KEY}, [KEY]),
        ({"displayName": "tilda", "zorp": "user", "b": "tilda!", "c": 7}, []),
        ({"type": "group", "name": "tilda"}, []),
        ([1, None, {}], []),
    ],
)
def test_a_value_that_is_somebody_met_is_reported_whatever_the_field(value: object, people: list[str]) -> None:
    made = file(json.dumps(value))
    assert found(made) == [("legacy-user-object", each) for each in people]
    result = rewrite(made, RULES, PEOPLE, KNOWN)
    assert result.data == made.data
    assert {hold.reason for hold in result.holds} <= {HeldReason.NO_REWRITER}
    assert len(result.holds) == len(people)


def test_who_is_sure_without_being_met_is_no_less_sure_and_told_once() -> None:
    made = file({"reviewer": {"username": "tilda", "displayName": "x"}, "zorp": "tilda"})
    seen = scan(made, RULES, KNOWN)
    told = [(match.subject.reveal(), match.confidence) for match in seen.matches if match.rule == "legacy-user-object"]
    assert told == [("tilda", Confidence.HIGH), ("tilda", Confidence.LOW)]


def test_a_group_of_a_restriction_is_nobody_whoever_is_met() -> None:
    made = file({"restrictions": {"user": [], "group": [{"type": "group", "name": "tilda"}, {"id": "tilda"}]}})
    assert found(made) == []


@pytest.mark.parametrize("value", [[KEY], [[KEY]], KEY, {"a": [["x", [KEY]]]}])
def test_a_user_key_is_found_in_a_document_that_is_one_list_or_one_text_and_in_lists_of_lists(value: object) -> None:
    made = file(json.dumps(value))
    seen = scan(made, RULES)
    (match,) = seen.matches
    assert (match.rule, match.subject.reveal(), match.confidence) == ("legacy-user-object", KEY, Confidence.LOW)
    assert match.span.of(made.data) == KEY.encode()
    assert not isinstance(seen.unreadable, Unreadable)
    result = rewrite(made, RULES, PEOPLE)
    assert (result.data, [hold.reason for hold in result.holds]) == (made.data, [HeldReason.NO_REWRITER])


@pytest.mark.parametrize("word", ["anonymous", "Unassigned", "unassigned", '"empty"', "none", "'None'"])
def test_words_for_nobody_are_nobody_in_queries_of_either_language(word: str) -> None:
    for kind, field in ((Kind.CQL, "creator"), (Kind.JQL, "assignee")):
        seen = scan(file(f"{field} in ({word}, tilda)", kind), RULES)
        assert [match.subject.reveal() for match in seen.matches] == ["tilda"]
        result = rewrite(file(f"{field} = {word}", kind), RULES, PEOPLE)
        assert (result.data.decode(), result.holds) == (f"{field} = {word}", ())
    (match,) = scan(file("assignee = unknown", Kind.JQL), RULES).matches
    assert match.subject.reveal() == "unknown"
