"""Webhook events that carry neither a name nor a time are known by what only events say of content."""

from __future__ import annotations

import json

import pytest

from rules.jsontree import parse
from rules.model import Kind, Unreadable
from rules.scan import scan
from rules.spots import spots
from tests.rules.parts import BOB, BY_ID, RULES, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"


def is_event(value: object) -> bool:
    tree = parse(json.dumps(value).encode())
    assert not isinstance(tree, Unreadable)
    return next(spots(tree)).event


@pytest.mark.parametrize(
    "value",
    [
        {"userKey": KEY, "page": {"id": 7, "creatorName": "o.lindqvist"}},
        {"user": "tilda", "comment": {"creatorKey": KEY}},
        {"userAccountId": BOB, "blog": {"creatorAccountId": BOB}},
        {"timestamp": 1, "attachment": {"lastModifierName": "o.lindqvist"}},
        {"timestamp": 1, "page": {}, "userKey": KEY},
    ],
)
def test_who_made_something_tells_an_event(value: object) -> None:
    assert is_event(value)


@pytest.mark.parametrize(
    "value",
    [
        {"page": {"id": 7, "creatorName": "o.lindqvist"}},
        {"user": "tilda", "page": {"id": 7}},
        {"user": "tilda", "creatorName": "nightly build"},
        {"userKey": KEY, "page": [{"creatorName": "o.lindqvist"}]},
        {"user": {"username": "tilda"}, "page": {"creatorName": "o.lindqvist"}},
        {"timestamp": 1, "page": {"creatorName": 7}},
        [{"creatorName": "o.lindqvist"}],
    ],
)
def test_content_alone_and_records_of_programs_are_no_events(value: object) -> None:
    assert not is_event(value)


def test_the_people_of_such_an_event_are_found_without_a_name_and_a_time() -> None:
    data = json.dumps({"userKey": KEY, "page": {"creatorName": "o.lindqvist", "lastModifierName": "jvega"}}).encode()
    seen = scan(part(data, Kind.JSON), RULES)
    assert [(match.rule, match.subject.reveal()) for match in seen.matches] == [
        ("webhook-legacy-user", KEY),
        ("webhook-legacy-user", "o.lindqvist"),
        ("webhook-legacy-user", "jvega"),
    ]
    modern = json.dumps({"userAccountId": BOB, "page": {"id": 7, "lastModifierAccountId": BOB}}).encode()
    rules = [BY_ID["webhook-account-type"], BY_ID["webhook-legacy-user"]]
    assert {match.rule for match in scan(part(modern, Kind.JSON), rules).matches} == {"webhook-account-type"}
