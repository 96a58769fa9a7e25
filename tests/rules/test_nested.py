"""Documents and queries in strings of stored JSON are judged like those that come alone, at the bytes they stand in."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
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


def broken(code: str, width: int, separator: str) -> str:
    return separator.join(code[at : at + width] for at in range(0, len(code), width))


WRITTEN = [
    lambda code: code,
    lambda code: code.rstrip("="),
    lambda code: f" {code}\n",
    lambda code: broken(code, 76, "\r\n"),
    lambda code: broken(code, 60, "\n") + "\n",
    lambda code: broken(code.rstrip("="), 33, "\r"),
    lambda code: broken(code, 4, "\n"),
    lambda code: broken(code, 1, "\t"),
    lambda code: "\n    " + broken(code, 64, "\n    ") + "\n  ",
]


@pytest.mark.parametrize(
    "text",
    [
        *(blank + USER for blank in ("  ", "\n", "\r\n", "\t")),
        f" [{USER}]",
        "\r\n" + quote(USER),
        USER,
        quote(USER),
        quote_plus(USER),
        f"[{USER}]",
        json.dumps(json.loads(USER), indent=2),
    ],
)
@pytest.mark.parametrize("write", WRITTEN)
def test_json_in_base64_is_found_where_it_is_encoded_and_written_again_as_it_was(
    text: str, write: Callable[[str], str]
) -> None:
    def document(text: str) -> bytes:
        return json.dumps({"a": "é", "params": write(b64encode(text.encode()).decode()), "z": [1]}).encode()

    seen = scan(file(document(text)), RULES)
    assert [match.rule for match in seen.matches] == ["legacy-user-object"] * 2
    places = [match.span.of(document(text)).decode() for match in seen.matches]
    assert all(len(place) < len(document(text)) / 2 for place in places)
    result = rewrite(file(document(text)), RULES, PEOPLE)
    plain = rewrite(file(f'{{"params":{json.dumps(text)}}}'.encode()), RULES, PEOPLE)
    assert result.data == document(json.loads(plain.data)["params"])
    assert (len(result.edits), result.holds) == (1, ())
    assert result.proof
    assert scan(file(result.data), RULES).matches == ()


@pytest.mark.parametrize(("beside", "mark"), [(">", "+"), ("?", "/"), ("é", "w")])
def test_the_alphabet_that_the_writer_used_stays(beside: str, mark: str) -> None:
    def document(text: str, *, safe: bool) -> bytes:
        code = b64encode(text.encode()).decode()
        assert mark in code
        return json.dumps([code.replace("+", "-").replace("/", "_") if safe else code]).encode()

    text = json.dumps({"x": beside * 12, "ownerId": KEY, "y": beside * 12}, ensure_ascii=False)
    for safe in (False, True):
        text += " " * (len(text.encode()) % 3 == 0)
        result = rewrite(file(document(text, safe=safe)), RULES, PEOPLE)
        assert result.data == document(text.replace(KEY, ANN), safe=safe)


@pytest.mark.parametrize("data", ['{"body":"%s"}', '["x", {"html": "<p>x</p>%s"}]', '"%s"'])
def test_markup_in_a_string_that_refers_to_somebody_is_judged_like_any_body(data: str) -> None:
    def document(person: str) -> bytes:
        return (data % f"<ac:link><ri:user {person} /></ac:link>".replace('"', '\\"')).encode()

    before = document('ri:username="tbergmann"')
    result = rewrite(file(before), RULES, PEOPLE)
    assert (result.data, result.holds) == (document(f'ri:account-id="{ANN}"'), ())
    kept = rewrite(part(before, Kind.JSON), RULES, PEOPLE)
    assert (kept.data, [hold.reason for hold in kept.holds]) == (before, [HeldReason.NO_REWRITER])
    broken = document('ri:username="tbergmann"').replace(b"</ac:link>", b"")
    seen = scan(file(broken), RULES)
    assert [(match.rule, match.rewritable) for match in seen.matches] == [("legacy-mention", False)]
    assert seen.unreadable is not None
    assert seen.unreadable.offset == broken.index(b"/>") + 2
    assert rewrite(file(broken), RULES, PEOPLE).data == broken


@pytest.mark.parametrize(
    "note",
    [
        "write <ri:user ri:username='x'> & the rest",
        "write `<p><ri:user ri:username='x'/></p>` & the rest",
        "one & another: <p><ri:user ri:username='x'/></p>",
        "write <p><ri:user/></p> & the rest",
    ],
)
def test_prose_that_mentions_a_reference_is_no_broken_body(note: str) -> None:
    data = json.dumps({"username": "jvega", "note": note}).encode()
    seen = scan(file(data), RULES)
    assert (seen.unreadable, [match.rule for match in seen.matches]) == (None, ["legacy-user-object"])


def test_a_body_that_can_be_read_need_not_begin_with_a_tag() -> None:
    data = json.dumps({"note": "Ask `me` or <ac:link><ri:user ri:username='tbergmann'/></ac:link>"}).encode()
    seen = scan(file(data), RULES)
    assert (seen.unreadable, [match.rule for match in seen.matches]) == (None, ["legacy-mention"])


@pytest.mark.parametrize(
    "body",
    [
        "Hello <p>see <ri:user ri:username='tbergmann'/> <b></p>",
        "Ask <ac:link><ri:user x='1' ri:username = \"tbergmann\" /></ac:lin",
    ],
)
def test_a_broken_body_need_not_begin_with_a_tag(body: str) -> None:
    data = json.dumps({"note": body}).encode()
    seen = scan(file(data), RULES)
    assert seen.unreadable is not None
    assert [match.rule for match in seen.matches] == ["legacy-mention"]
    assert rewrite(file(data), RULES, PEOPLE).data == data


def test_a_broken_body_is_told_at_its_byte_through_every_layer_of_escapes() -> None:
    body = "<p>\u00e9\n<b><ri:user ri:username='tbergmann'/></p>"
    data = json.dumps({"a": json.dumps({"b": body})}).encode()
    seen = scan(file(data), RULES)
    assert seen.unreadable is not None
    assert seen.unreadable.offset == data.index(b"</p>") + 2
    assert [match.rule for match in seen.matches] == ["legacy-mention"]


def hidden(text: str, change: Callable[[str], str] = str) -> bytes:
    return json.dumps({"x": change(b64encode(text.encode()).decode())}).encode()


NAMED = '{"ownerId":"%s","x":"%s"}'


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (hidden(NAMED % (KEY, "")).replace(b"In0=", b"In1="), "not what encoding gives again"),
        (hidden(NAMED % (KEY, "")).replace(b"=", b"\\u003d"), "not what encoding gives again"),
        (hidden(NAMED % (KEY, "?" * 9)).replace(b"/", b"\\/"), "not what encoding gives again"),
        (hidden(NAMED % (KEY, ""), lambda code: f"{code[:40]}\n{code[40:50]}\n{code[50:]}"), "not what encoding gives"),
        (hidden(NAMED % (KEY, "?-")), "which of the two alphabets"),
        (
            hidden(NAMED % (KEY, "????"), lambda code: code.replace("/", "_")),
            "whether the Base64 it stands in is padded",
        ),
    ],
)
def test_what_nobody_knows_how_to_encode_again_is_found_and_held(data: bytes, detail: str) -> None:
    assert [match.rule for match in scan(file(data), RULES).matches] == ["legacy-user-object"]
    result = rewrite(file(data), RULES, PEOPLE)
    assert result.data == data
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER]
    assert detail in result.holds[0].detail


def test_one_person_who_stays_keeps_the_others_of_the_same_base64_and_no_one_else() -> None:
    settings = json.dumps({"ownerId": KEY, "approvers": [{"userKey": KEY[::-1]}]})
    data = json.dumps([b64encode(settings.encode()).decode(), {"ownerId": KEY}]).encode()
    result = rewrite(file(data), RULES, PEOPLE)
    assert result.data == data.replace(KEY.encode(), ANN.encode())
    assert [hold.reason for hold in result.holds] == [HeldReason.UNRESOLVED] * 2
    assert len({hold.span for hold in result.holds}) == 2


def test_personal_data_beside_a_person_in_base64_stays_and_stops_nothing() -> None:
    settings = json.dumps({"x": "a@acme-optics.se", "ownerId": KEY, "mail": "tilda@acme-optics.se"})
    one = file(hidden(settings))
    assert sorted(match.rule for match in scan(one, RULES).matches) == ["email-address"] * 2 + ["legacy-user-object"]
    result = rewrite(one, RULES, PEOPLE)
    assert result.data == hidden(settings.replace(KEY, ANN))
    assert [match.rule for match in scan(file(result.data), RULES).matches] == ["email-address"] * 2


def test_base64_in_base64_and_a_query_in_it_are_one_edit() -> None:
    def document(user: str) -> bytes:
        inner = hidden(json.dumps({"cql": f"creator = {user}"})).decode()
        return hidden(inner)

    result = rewrite(file(document("tbergmann")), RULES, PEOPLE)
    assert (result.data, len(result.edits)) == (document(f'"{ANN}"'), 1)


@given(st.text(max_size=9), st.text(max_size=9), st.integers(16, 80), st.sampled_from(["", "\n", "\r\n"]))
def test_base64_with_any_text_in_it_changes_at_the_identifier_or_is_held(
    before: str, after: str, width: int, separator: str
) -> None:
    def document(key: str) -> bytes:
        text = json.dumps({"x": before, "ownerId": key, "z": after}, ensure_ascii=False)
        return hidden(text.encode("utf-8", "replace").decode(), lambda code: broken(code, width, separator))

    only = [rule for rule in RULES if rule.id == "legacy-user-object"]
    result = rewrite(file(document(KEY)), only, PEOPLE)
    assert result.data == document(KEY if result.holds else ANN)


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
    assert set(rules_in(value)) <= {"credential"}  # a token is reported as one, and not read


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


CQL, JQL = "creator = tbergmann", "assignee = tbergmann"


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ({"queries": [CQL, JQL, "type = page"]}, ["legacy-cql-user", "legacy-jql-user"]),
        ({"cql": [CQL, [CQL]], "jqls": [JQL]}, ["legacy-cql-user"] * 2 + ["legacy-jql-user"]),
        ({"jqlQueries": [{"query": JQL}, {"jql": JQL, "query": "a"}]}, ["legacy-jql-user"] * 2),
        ({"filters": [{"name": "x", "value": CQL}, {"cql": {"value": CQL}}]}, ["legacy-cql-user"] * 2),
        (
            {"savedSearches": [{"expression": CQL}], "board-filter": {"text": JQL}},
            ["legacy-cql-user", "legacy-jql-user"],
        ),
        ({"query_strings": [JQL], "customJql": "watcher = tbergmann"}, ["legacy-jql-user"] * 2),
        ([CQL, JQL], ["legacy-cql-user", "legacy-jql-user"]),
        ([f" {CQL}"], ["legacy-cql-user"]),
        ({"cql": [CQL, "creator = = x"]}, ["legacy-cql-user", "unreadable-query"]),
    ],
)
def test_queries_in_lists_and_in_objects_of_lists_are_read_and_rewritten(value: object, rules: list[str]) -> None:
    assert rules_in(value) == rules
    result = rewrite(file(value), [rule for rule in RULES if rule.id != "unreadable-query"], PEOPLE)
    assert result.data.decode() == json.dumps(value).replace("tbergmann", json.dumps(f'"{ANN}"')[1:-1])
    assert result.proof


@pytest.mark.parametrize(
    "value",
    [
        {"names": [CQL], "value": CQL, "text": [{"value": CQL}]},
        {"ldapFilter": "(owner=tbergmann)", "searches": ["tbergmann"], "queries": ["creator = = x"]},
        [CQL, 7],
        [["creator = tbergmann"]],
        {"queries": [{"name": CQL, "representation": "x", "value": CQL}]},
    ],
)
def test_a_text_that_only_looks_like_a_query_where_none_is_kept_is_left_alone(value: object) -> None:
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
