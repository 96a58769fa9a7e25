from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.descriptor import is_descriptor, without_comments
from rules.jsontree import parse
from rules.model import Kind, Unreadable
from rules.scan import scan
from rules.sniff import sniff
from tests.rules.parts import BY_ID, RULES, part

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "descriptors"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


def descriptor(text: str) -> bool:
    tree = parse(text.encode())
    assert not isinstance(tree, Unreadable)
    return is_descriptor(tree)


def test_comments_and_trailing_commas_become_blanks_of_the_same_length() -> None:
    data = b'\xef\xbb\xbf{"a": 1, // one, }\n /* two, ] */ "b": ["//", "/* x */", ",]",], }'
    blank = without_comments(data)
    assert len(blank) == len(data)
    assert blank.count(b"\n") == data.count(b"\n")
    assert json.loads(blank) == {"a": 1, "b": ["//", "/* x */", ",]"]}


@pytest.mark.parametrize("data", [b'{"a": "never', b'{"a": 1 /* never', b"// only", b""])
def test_what_never_ends_is_unreadable_and_ends(data: bytes) -> None:
    assert isinstance(parse(without_comments(data)), Unreadable)


@given(JSON)
def test_json_without_comments_means_the_same_afterwards(value: object) -> None:
    text = json.dumps(value).encode()
    assert json.loads(without_comments(text)) == value


def test_a_descriptor_has_a_key_and_two_things_that_only_apps_have() -> None:
    assert descriptor('{"key":"x","baseUrl":"https://a.example","modules":{}}')
    assert not descriptor('{"key":"x","modules":{}}')
    assert not descriptor('{"baseUrl":"https://a.example","modules":{}}')
    assert not descriptor("[]")


def test_a_place_in_a_descriptor_with_comments_is_exact() -> None:
    data = b'{"key":"x", // {user_key}\n"baseUrl":"https://a.example/?k={user_key}", "modules":{},}'
    seen = scan(part(data, Kind.DESCRIPTOR), [BY_ID["descriptor-user-parameter"]])
    assert [match.span.of(data) for match in seen.matches] == [b"{user_key}"]
    assert seen.matches[0].span.start > data.index(b"\n")
    assert seen.unreadable is None


def test_a_broken_descriptor_is_said_to_be_unreadable() -> None:
    seen = scan(part(b'{"key": {user_key}', Kind.DESCRIPTOR), RULES)
    assert (seen.matches, seen.unreadable is not None) == ((), True)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")
def test_every_descriptor_of_the_corpus_is_scanned_or_said_to_be_unreadable() -> None:
    figures = {"read": 0, "unreadable": 0, "descriptors": 0}
    for path in sorted(CORPUS.rglob("*.json")):
        data = path.read_bytes()
        kind = sniff(path.name, data)
        seen = scan(part(data, kind), RULES)
        figures["descriptors"] += kind is Kind.DESCRIPTOR
        figures["unreadable" if seen.unreadable else "read"] += 1
    assert figures["read"] > 70
    assert figures["descriptors"] > 30
    assert figures["unreadable"] <= 3
