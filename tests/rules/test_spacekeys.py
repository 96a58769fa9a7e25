"""Keys of personal spaces as values of stored JSON: found where a field holds a key, left alone elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rules.context import Context
from rules.linkrules import NO_KEY
from rules.model import HeldReason, Kind, ObjectType, Part
from rules.rewrite import Rewritten, rewrite
from rules.scan import scan
from tests.rules.parts import BOB, RULES, Directory, part

NEW = "~712020deed000000000000000000000000000000"
MOVED = Context(spaces={"~tilda": NEW})


def file(value: object) -> Part:
    made = part(json.dumps(value).encode(), Kind.JSON)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def became(value: object, context: Context = MOVED) -> Rewritten:
    return rewrite(file(value), RULES, Directory({}), context)


@pytest.mark.parametrize(
    "value",
    [
        {"spaceKey": "~tilda"},
        {"space": {"key": "~tilda"}},
        {"id": 1, "key": "~tilda", "name": "Optics", "type": "personal"},
        {"cqlcontext": {"space_key": "~tilda"}},
        {"spaces": ["DEV", "~tilda"]},
        {"spaces": [{"key": "~tilda"}, {"key": "DEV"}]},
        {"key": "~tilda", "permissions": []},
        {"currentActiveAlias": "~tilda", "homepageId": "7", "alias": "~tilda"},
        [{"fromSpaceKey": "~Tilda", "toSpaceKey": "DEV"}],
    ],
)
def test_the_key_of_a_personal_space_becomes_the_one_it_has_now(value: object) -> None:
    result = became(value)
    text = json.dumps(value)
    assert result.data.decode() == text.replace("~tilda", NEW).replace("~Tilda", NEW) != text
    assert (result.holds, bool(result.proof)) == ((), True)


def test_a_key_whose_successor_nobody_named_is_held() -> None:
    result = became({"space": {"key": "~tilda"}}, Context())
    assert (result.edits, [hold.detail for hold in result.holds]) == ((), [NO_KEY])


def test_what_an_app_stores_on_a_site_is_held() -> None:
    stored = part(b'{"spaceKey":"~tilda"}', Kind.JSON, "properties/x")
    result = rewrite(stored, RULES, Directory({}), MOVED)
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER]


@pytest.mark.parametrize(
    "value",
    [
        {"space": {"key": f"~{BOB}"}, "spaceKey": "~"},
        {"spaceKey": "~7120204e1f7c025b1d4f6a9c0e2a7d3b8f6e10"},
        {"space": "~/src", "path": "~tilda", "key": "~tilda"},
        {"spaceKey": "~tilda bergmann", "spaces": "~a,~b"},
        {"key": "~tilda", "type": "widget"},
        {"type": "personal", "key": "DEV", "nested": {"key": "~tilda"}},
        ["~tilda"],
        "~tilda",
        7,
    ],
)
def test_keys_of_today_and_what_is_no_key_name_nobody(value: object) -> None:
    assert scan(file(value), RULES).matches == ()
