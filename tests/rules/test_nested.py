"""Documents and queries in strings of stored JSON are judged like those that come alone, at the bytes they stand in."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.embedded import DEPTH_LIMIT
from rules.model import HeldReason, Kind, ObjectType, Part
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
USER = json.dumps({"type": "known", "username": "tbergmann", "userKey": KEY})
PEOPLE = Directory({"tbergmann": ANN, KEY: ANN, "jvega": BOB})


def file(value: object) -> Part:
    made = part(value if isinstance(value, bytes) else json.dumps(value).encode(), Kind.JSON)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def rules_in(value: object) -> list[str]:
    return [match.rule for match in scan(file(value), RULES).matches]


@pytest.mark.parametrize(
    "wrapped",
    [USER, f" \n{USER}", f"[{USER}]", quote(USER), quote_plus(USER), quote(USER, safe="{}:,")],
)
def test_json_in_a_string_is_rewritten_in_place_in_the_way_it_is_encoded(wrapped: str) -> None:
    value = {"settings": [wrapped], "z": "é"}
    assert rules_in(value) == ["legacy-user-object"] * 2
    result = rewrite(file(value), RULES, PEOPLE)
    assert result.proof
    after = json.loads(result.data)["settings"][0]
    undone = after.replace("%22", '"').replace("%3A", ":")
    assert f'"{ANN}"' in undone
    assert "tbergmann" not in after
    assert KEY not in after
    assert rules_in(json.loads(result.data)) == []


def test_json_in_json_in_json_is_one_edit_of_exact_bytes_up_to_the_limit() -> None:
    inner = json.dumps({"ownerId": KEY})
    for depth in range(1, DEPTH_LIMIT + 2):
        inner = json.dumps({"value": inner})
        result = rewrite(file(inner.encode()), RULES, PEOPLE)
        if depth <= DEPTH_LIMIT:
            assert result.data == inner.encode().replace(KEY.encode(), ANN.encode())
        else:
            assert (result.data, rules_in(inner.encode())) == (inner.encode(), [])


@pytest.mark.parametrize("text", [USER, quote(USER), quote_plus(USER), f"[{USER}]"])
@pytest.mark.parametrize("padded", [True, False])
def test_what_base64_hides_is_reported_at_the_whole_string_and_held_with_the_reason(text: str, *, padded: bool) -> None:
    code = b64encode(text.encode()).decode()
    value = {"params": code if padded else code.rstrip("=")}
    one = file(value)
    seen = scan(one, RULES)
    assert [match.rule for match in seen.matches] == ["legacy-user-object"] * 2
    assert {match.span.of(one.data).decode() for match in seen.matches} == {value["params"]}
    result = rewrite(one, RULES, PEOPLE)
    assert result.data == one.data
    assert {(hold.reason, "Base64" in hold.detail) for hold in result.holds} == {(HeldReason.NO_REWRITER, True)}


@pytest.mark.parametrize(
    "value",
    [
        {"token": f"eyJhbGciOiJIUzI1NiJ9.{b64encode(USER.encode()).decode()}.x"},
        {"x": "ey" + "A" * 15, "y": "eyJ" + "A" * 14},
        {"x": b64encode(b'{"\xff\xfe":"abcdefghijk"}').decode()},
        {"x": "{id} of tbergmann", "y": "[tbergmann]", "z": "%7Bid%7D", "w": "%7B%22username"},
        {"x": "[1, 2]", "y": "{}", "z": "{", "representation": "json", "value": USER},
        {"x": "eyJ", "\\u0063ql": ""},
        7,
    ],
)
def test_what_only_begins_like_json_is_a_string(value: object) -> None:
    assert rules_in(value) == []


def test_a_document_in_a_string_is_read_as_one() -> None:
    doc = json.dumps({"type": "doc", "version": 1, "content": [{"type": "mention", "attrs": {"id": KEY}}]})
    assert rules_in({"draft": doc}) == ["legacy-adf-mention"]
    assert json.loads(rewrite(file({"draft": doc}), RULES, PEOPLE).data) == {"draft": doc.replace(KEY, ANN)}


@pytest.mark.parametrize(
    ("name", "query", "rule"),
    [
        ("cql", 'creator = "tbergmann" and type = page', "legacy-cql-user"),
        ("cqlQuery", "mention in (tbergmann)", "legacy-cql-user"),
        ("cql_filter", "contributor.userkey = tbergmann", "legacy-cql-userkey-field"),
        ("jql", "assignee = tbergmann order by created", "legacy-jql-user"),
        ("jqlQuery", "reporter was tbergmann", "legacy-jql-user"),
        ("query", "creator = tbergmann", "legacy-cql-user"),
        ("query", "project = OPT and assignee = tbergmann", "legacy-jql-user"),
        ("filter", "assignee in (tbergmann)", "legacy-jql-user"),
        ("queryString", "watcher = tbergmann", "legacy-cql-user"),
    ],
)
def test_a_query_in_a_field_is_read_by_its_grammar_and_rewritten(name: str, query: str, rule: str) -> None:
    assert rule in rules_in({"search": {name: query}})
    result = rewrite(file({"search": {name: query}}), RULES, PEOPLE)
    assert result.proof
    assert json.loads(result.data)["search"][name].count(ANN) == 1


@pytest.mark.parametrize(
    "value",
    [
        {"query": 'query { user(name: "tbergmann") { id } }'},
        {"query": "SELECT a FROM b WHERE creator = 'tbergmann'"},
        {"query": "who is tbergmann", "filter": "creator", "cql": "string", "jql": ""},
        {"filter": "creator == tbergmann || x", "description": "creator = tbergmann"},
        {"cql": "https://acme-optics.se/?x=creator = 1", "jql": "/rest/api/search?x=y"},
        {"cql": f'creator = "{ANN}"', "jql": f'assignee = "{BOB}"', "query": "creator = currentUser()"},
        {"cql": {"type": "creator = tbergmann"}},
    ],
)
def test_text_of_another_language_and_queries_of_today_are_left_alone(value: object) -> None:
    assert rules_in(value) == []


def test_a_broken_query_is_reported_only_where_the_field_holds_nothing_else() -> None:
    assert rules_in({"cql": "creator = = tbergmann"}) == ["unreadable-query"]
    assert rules_in({"query": "creator = = tbergmann"}) == []


def test_what_a_site_stores_in_strings_is_held_with_the_reason() -> None:
    stored = part(json.dumps({"jql": "assignee = tbergmann", "x": USER}).encode(), Kind.JSON)
    result = rewrite(stored, RULES, PEOPLE)
    assert result.edits == ()
    assert {hold.detail for hold in result.holds} == {"stored values are not rewritten on a site"}
    assert len(result.holds) == 3


def test_lines_of_json_with_a_byte_order_mark_are_one_file() -> None:
    data = b'\xef\xbb\xbf{"userKey":"%s"}\r\n\r\n[{"ownerId":"%s"}]\n' % (KEY.encode(), KEY.encode())
    assert rules_in(data) == ["legacy-user-object"] * 2
    result = rewrite(file(data), RULES, PEOPLE)
    assert result.data == data.replace(b"userKey", b"accountId").replace(KEY.encode(), ANN.encode())


@given(st.text(max_size=20), st.booleans(), st.sampled_from(["json", "percent", "plus"]))
def test_whatever_stands_beside_it_only_the_identifier_changes(text: str, ascii_only: bool, way: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    inner = json.dumps({"note": text, "ownerId": KEY}, ensure_ascii=ascii_only)
    inner = inner if way == "json" else quote(inner) if way == "percent" else quote_plus(inner, safe="")
    data = json.dumps({"x": inner}, ensure_ascii=ascii_only).encode()
    only = [rule for rule in RULES if rule.id == "legacy-user-object"]
    result = rewrite(file(data), only, PEOPLE)
    new = ANN if way == "json" else quote(ANN)
    assert result.data == data.replace(KEY.encode(), new.encode())
