from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from rules.adf import PATH_LIMIT, mentions, nodes, settings, short_key
from rules.embedded import DEPTH_LIMIT
from rules.jsontree import Node, parse
from rules.model import Kind, Unreadable
from rules.registry import load
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"


def tree(document: object) -> Node:
    found = parse(json.dumps(document).encode())
    assert not isinstance(found, Unreadable)
    return found


def doc(*content: object) -> dict[str, object]:
    return {"type": "doc", "version": 1, "content": list(content)}


def mention(id_: str, text: str = "@x") -> dict[str, object]:
    return {"type": "mention", "attrs": {"id": id_, "text": text}}


def test_nodes_come_in_document_order_and_unknown_ones_are_passed_through() -> None:
    found = tree(doc({"type": "futureBlock", "content": [mention("a")]}, {"type": "rule"}, 7, "x", {"type": 3}))
    assert [each.path for each in nodes(found)] == ["doc", "doc/*", "doc/*/mention", "doc/rule"]


def test_a_deep_path_shows_its_innermost_steps() -> None:
    inside: object = mention("a")
    for _ in range(20):
        inside = {"type": "panel", "content": [inside]}
    assert list(nodes(tree(doc(inside))))[-1].path == "/".join(["…", *["panel"] * (PATH_LIMIT - 1), "mention"])


def test_people_are_mentions_and_roles_apps_and_broken_nodes_are_none() -> None:
    found = tree(
        doc(
            mention("ann"),
            mention("all"),
            mention("@here"),
            {"type": "mention", "attrs": {"id": "x", "userType": "SPECIAL"}},
            {"type": "mention", "attrs": {"id": "x", "userType": "APP"}},
            {"type": "mention", "attrs": {"text": "@Bob", "userType": "DEFAULT"}},
            {"type": "mention", "attrs": []},
            {"type": "mention"},
        )
    )
    assert [(each.id and each.id.value, each.name and each.name.value) for each in mentions(found)] == [
        ("ann", "@x"),
        (None, "@Bob"),
    ]


def test_settings_carry_the_name_of_the_macro_and_of_the_parameter() -> None:
    parameters = {
        "macroParams": {"user": {"value": "ann"}, "": {"value": "bob"}, "blank": {"value": " "}, "n": {"value": 3}},
        "macroMetadata": {"title": "nobody"},
        "guestParams": {"people": ["eve", {"value": "kim"}]},
        "value": "top",
    }
    found = tree(
        doc(
            {"type": "inlineExtension", "attrs": {"extensionKey": "env/static/profile", "parameters": parameters}},
            {"type": "extension", "attrs": {"parameters": "text"}},
            {"type": "extension", "attrs": {"extensionKey": "x"}},
            {"type": "blockCard", "attrs": {"datasource": {"parameters": {"jql": "a = b"}}}},
            {"type": "blockCard", "attrs": {"url": "https://x.example"}},
            {"type": "paragraph", "attrs": {"parameters": {"user": "no"}}},
        )
    )
    assert [(each.macro, each.name, each.text.value) for each in settings(found)] == [
        ("profile", "user", "ann"),
        ("profile", "", "bob"),
        ("profile", "people", "eve"),
        ("profile", "people", "kim"),
        ("profile", "value", "top"),
        ("", "", "text"),
        ("datasource", "jql", "a = b"),
    ]


def test_the_key_of_an_extension_ends_in_the_name_of_the_macro() -> None:
    assert [short_key(key) for key in ("toc", "app-key__user-card", "a/b/static/card")] == ["toc", "user-card", "card"]


def test_a_mention_that_is_not_resolved_is_held_and_another_is_rewritten() -> None:
    data = json.dumps(doc(mention(KEY), mention("eve"))).encode()
    result = rewrite(part(data, Kind.ADF), RULES, Directory({KEY: ANN}))
    assert result.data == data.replace(KEY.encode(), ANN.encode())
    assert [(hold.rule, hold.reason.value) for hold in result.holds] == [("legacy-adf-mention", "unresolved")]


def test_an_account_of_another_shape_is_not_written() -> None:
    data = json.dumps(doc(mention(KEY))).encode()
    assert rewrite(part(data, Kind.ADF), RULES, Directory({KEY: "odd one"})).data == data


def test_what_is_no_json_is_reported_and_ends_no_run() -> None:
    seen = scan(part(b'{"type":"doc","content":[{"type":"mention"', Kind.ADF), load())
    assert seen.matches == ()
    assert seen.unreadable is not None


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.integers(),
        st.text(max_size=8),
        st.sampled_from(["ann", KEY, ANN]).map(mention),
        st.sampled_from(["ann", "bob, ann", "-ann", "\u00e9ve ann"]).map(
            lambda value: {
                "type": "extension",
                "attrs": {
                    "extensionKey": "blog-posts",
                    "parameters": {"macroParams": {"author": {"value": value}, "title": {"value": value}}},
                },
            }
        ),
    ),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.lists(inside, max_size=3).map(lambda items: {"type": "panel", "content": items}),
        st.lists(inside, max_size=2).map(
            lambda items: {"type": "extension", "attrs": {"parameters": {"adf": json.dumps(doc("é", *items))}}}
        ),
    ),
    max_leaves=10,
)


def renamed(value: object) -> object:
    """Say what a document is after everybody was rewritten, by another way than the code under test."""
    if isinstance(value, list):
        return [renamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "mention":
        return {**value, "attrs": {**value["attrs"], "id": ANN}}
    author = value.get("attrs", {}).get("parameters", {}).get("macroParams", {}).get("author")
    if author is not None:
        new = author["value"]
        for name in ("bob", "\u00e9ve", "ann"):
            new = new.replace(name, "#")
        made = json.loads(json.dumps(value))
        made["attrs"]["parameters"]["macroParams"]["author"]["value"] = new.replace("#", ANN)
        return made
    nested = value.get("attrs", {}).get("parameters", {}).get("adf")
    if nested is not None:
        return {**value, "attrs": {"parameters": {"adf": json.dumps(renamed(json.loads(nested)))}}}
    return {key: renamed(each) for key, each in value.items()}


def layers(value: object) -> int:
    """Count the documents inside documents on the deepest way."""
    if isinstance(value, list):
        return max(map(layers, value), default=0)
    if not isinstance(value, dict):
        return 0
    nested = value.get("attrs", {}).get("parameters", {}).get("adf")
    return 1 + layers(json.loads(nested)) if nested is not None else max(map(layers, value.values()), default=0)


@given(st.lists(VALUES, max_size=4), st.booleans(), st.sampled_from([None, 1]))
def test_everybody_is_rewritten_wherever_they_stand_and_nothing_else_changes(
    content: list[object], ascii_only: bool, indent: int | None
) -> None:
    data = json.dumps(doc(*content), ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    rules = [rule for rule in RULES if rule.id in {"legacy-adf-mention", "legacy-macro-parameter"}]
    result = rewrite(part(data, Kind.ADF), rules, Directory({"ann": ANN, "bob": ANN, "\u00e9ve": ANN, KEY: ANN}))
    assert result.holds == ()
    if layers(json.loads(data)) <= DEPTH_LIMIT:
        assert json.loads(result.data) == renamed(json.loads(data))
    assert rewrite(part(result.data, Kind.ADF), rules, Directory({})).edits == ()
