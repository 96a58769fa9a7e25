from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.jsontree import DEPTH_LIMIT, Array, Node, Object, Scalar, Text, _opened, parse, passage, walk
from rules.model import Span, Unreadable

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
    ),
    lambda inside: st.one_of(st.lists(inside, max_size=4), st.dictionaries(st.text(max_size=5), inside, max_size=4)),
    max_leaves=15,
)


def value(node: Node, data: bytes) -> object:
    match node:
        case Text():
            return node.value
        case Array():
            return [value(each, data) for each in node.items]
        case Object():
            return {key.value: value(each, data) for key, each in node.members}
        case Scalar():
            return json.loads(node.span.of(data))


def safe(node: object) -> object:
    text = json.dumps(node)
    return json.loads(text.encode("utf-8", "replace"))


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_the_tree_says_what_the_decoder_says(given_value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(given_value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    tree = parse(data)
    assert not isinstance(tree, Unreadable)
    assert value(tree, data) == json.loads(data)
    for _, node in walk(tree):
        if isinstance(node, Text):
            assert json.loads(b'"' + node.span.of(data) + b'"') == node.value


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        (b"{", "syntax", 1),
        ("\u00e9{".encode(), "syntax", 0),
        (b'["\xc3\xa9" x]', "syntax", 6),
        (b"\xff", "UTF-8", 0),
        (b"[NaN]", "number", 1),
        (b'{"NaN": "-Infinity\\"", "a": -Infinity}', "number", 28),
        (b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1), "deeper", DEPTH_LIMIT),
        (b"[" * 100_000, "deeper", DEPTH_LIMIT),
        (b'\xef\xbb\xbf[{}, {"[":' + b"[" * 100_000, "deeper", DEPTH_LIMIT + 11),
        (b"", "syntax", 0),
    ],
)
def test_what_is_no_json_says_why_and_where(data: bytes, reason: str, offset: int) -> None:
    found = parse(data)
    assert isinstance(found, Unreadable)
    assert reason in found.reason
    assert found.offset == offset


def test_the_depth_of_each_object_and_list_is_told_with_its_place() -> None:
    assert list(_opened(b'{"[": [1, []], "x": {}}')) == [(1, 0), (2, 6), (3, 10), (2, 20)]


def test_a_very_long_number_is_no_obstacle() -> None:
    assert isinstance(parse(b"9" * 5000), Scalar)


def test_the_last_of_repeated_names_counts_and_only_strings_that_say_something_are_texts() -> None:
    tree = parse(b'{"a":"x","a":"y","b":" ","c":1}')
    assert isinstance(tree, Object)
    found = tree.text("a")
    assert found is not None
    assert (found.value, found.span) == ("y", Span(14, 15))
    assert tree.text("b") is None
    assert tree.text("c") is None
    assert tree.get("d") is None
    assert "'y'" not in repr(tree)


def test_the_path_of_a_node_shows_field_labels_and_hides_other_names() -> None:
    tree = parse(b'{"user":{"jo@acme-optics.se":["x"]}}')
    assert not isinstance(tree, Unreadable)
    assert [path for path, _ in walk(tree)] == ["", "user/key", "user", "user.*/key", "user.*", "user.*[0]"]


def test_a_string_is_a_passage_whose_characters_know_their_bytes() -> None:
    data = rb'["a\u0040b"]'
    tree = parse(data)
    assert isinstance(tree, Array)
    (text,) = tree.items
    assert isinstance(text, Text)
    assert passage(data, text).span(1, 2) == Span(3, 9)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b'{"a":1}\n{"b":2}', 2),
        (b'\xef\xbb\xbf{"a":1}\r\n\r\n["b"]\n{}\n', 3),
        (b"[1]\n[2]\n", 2),
    ],
)
def test_objects_and_lists_one_on_a_line_are_a_list_of_them(data: bytes, count: int) -> None:
    tree = parse(data)
    assert isinstance(tree, Array)
    assert len(tree.items) == count
    lines = [json.loads(line) for line in data.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
    assert value(tree, data) == lines


@pytest.mark.parametrize(
    "data",
    [b'{"a":1} {"b":2}', b"1\n2", b'{"a":1}\nx', b'{"a":1}\n{"b":}', b'{"a":\n1}\n{"b":2}', b'{}\n"x"', b"[1]\n[NaN]"],
)
def test_anything_else_behind_a_document_is_broken_syntax(data: bytes) -> None:
    found = parse(data)
    assert isinstance(found, Unreadable)
    assert "syntax" in found.reason


def test_a_byte_order_mark_counts_in_places_and_is_no_text() -> None:
    tree = parse(b'\xef\xbb\xbf{"a":"x"}')
    assert isinstance(tree, Object)
    found = tree.text("a")
    assert found is not None
    assert found.span == Span(9, 10)
    broken = parse(b'\xef\xbb\xbf["\xff"]')
    assert isinstance(broken, Unreadable)
    assert broken.offset == 5
