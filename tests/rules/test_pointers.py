from __future__ import annotations

import json

from rules.jsontree import Array, Object, Scalar, Text, parse
from rules.model import Kind, ObjectType, Part, Ref
from rules.pointers import Pointer, pointers
from rules.registry import load
from rules.scan import scan

RULES = load()


def text(value: str, **more: object) -> dict[str, object]:
    return {"type": "text", "text": value, **more}


def located(*content: object, raw: bytes = b"") -> tuple[Pointer, ...] | None:
    document = {"type": "doc", "version": 1, "content": list(content)}
    data = raw or json.dumps(document, ensure_ascii=False).encode()
    part = Part(Ref(ObjectType.PAGE, "101"), "body", Kind.ADF, data)
    matches = [match for match in scan(part, RULES).matches if match.rule == "email-address"]
    assert matches
    tree = parse(data)
    assert isinstance(tree, (Object, Array, Text, Scalar))
    return pointers(data, tree, matches)


def test_a_match_is_a_pointer_to_its_text_node_and_characters_in_it() -> None:
    paragraph = {"type": "paragraph", "content": [text("Hej, "), text("fråga tilda@acme-optics.se nu")]}
    (found,) = located({"type": "paragraph"}, paragraph) or ()
    assert found == Pointer("/content/1/content/1/text", 6, 26)
    assert "fråga tilda@acme-optics.se nu"[found.first : found.last] == "tilda@acme-optics.se"


def test_escapes_count_as_the_character_that_they_are() -> None:
    raw = rb'{"type":"doc","content":[{"type":"text","text":"fr\u00e5ga \"tilda@acme-optics.se\""}]}'
    assert located(raw=raw) == (Pointer("/content/0/text", 7, 27),)


def test_several_matches_have_several_places() -> None:
    found = located(text("tilda@acme-optics.se and ola@acme-optics.se"), text(" tilda@acme-optics.se"), 7)
    assert [one.pointer for one in found or ()] == ["/content/0/text", "/content/0/text", "/content/1/text"]


def test_what_stands_elsewhere_than_in_a_text_has_no_pointer() -> None:
    mark = {"type": "link", "attrs": {"href": "mailto:tilda@acme-optics.se"}}
    assert located(text("write", marks=[mark])) is None
    assert located({"type": "mystery", "text": "tilda@acme-optics.se"}) is None


def test_where_characters_may_be_counted_in_two_ways_there_is_no_pointer() -> None:
    assert located(text("\N{WAVING HAND SIGN} tilda@acme-optics.se")) is None
