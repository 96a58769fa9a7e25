from __future__ import annotations

import json

import pytest

from rules.jsontree import parse
from rules.model import Confidence, Kind, SubjectKind, Unreadable
from rules.payload import profile_fields
from rules.scan import scan
from tests.rules.parts import BY_ID, part


def fields(value: object) -> list[tuple[str, SubjectKind, bool, Confidence]]:
    tree = parse(json.dumps(value).encode())
    assert not isinstance(tree, Unreadable)
    return [(each.path, each.kind, each.retired, each.confidence) for each in profile_fields(tree)]


def test_the_fields_of_a_user_object_are_told_apart_by_what_became_of_them() -> None:
    user = {
        "accountId": "5d41402abc4b2a76b9719d91",
        "displayName": "Tilda Bergmann",
        "phone": "1",
        "details": {"personal": {"email": "t@acme-optics.se", "im": "t"}, "business": {"location": "Lund"}},
        "profilePicture": {"path": "/avatar/t"},
    }
    assert fields({"user": user}) == [
        ("user.phone", SubjectKind.PHONE, True, Confidence.HIGH),
        ("user.details.personal.im", SubjectKind.IM, True, Confidence.HIGH),
        ("user.details.personal.email", SubjectKind.EMAIL, True, Confidence.HIGH),
        ("user.details.business.location", SubjectKind.LOCATION, True, Confidence.HIGH),
        ("user.displayName", SubjectKind.DISPLAY_NAME, False, Confidence.HIGH),
        ("user.profilePicture.path", SubjectKind.PROFILE_PICTURE, False, Confidence.HIGH),
    ]


@pytest.mark.parametrize(
    ("value", "confidence"),
    [
        ({"userKey": "k", "phone": "1"}, Confidence.MEDIUM),
        ({"username": "t", "phone": "1"}, Confidence.MEDIUM),
        ({"details": {"business": {"position": "optician"}}}, Confidence.MEDIUM),
        ({"timeZone": "CET", "accountType": "app", "phone": "1"}, Confidence.MEDIUM),
        ({"name": "t", "displayName": "Tilda", "avatarUrls": {}, "emailAddress": "x"}, Confidence.MEDIUM),
        ({"assignee": {"name": "t", "displayName": "Tilda"}}, Confidence.MEDIUM),
        ({"type": "known", "name": "t", "phone": "1"}, Confidence.MEDIUM),
        ({"type": "user", "key": "8a7f80826c1d4e5f016c1d4e6f700001", "displayName": "x"}, Confidence.MEDIUM),
        ({"timeZone": "CET", "details": {"personal": {"im": "x"}}}, Confidence.HIGH),
        ({"accountId": "a", "profilePicture": "/avatar/t"}, Confidence.HIGH),
    ],
)
def test_a_user_is_recognised_by_shape_more_or_less_surely(value: object, confidence: Confidence) -> None:
    assert {each[3] for each in fields(value)} == {confidence}


def test_each_of_the_two_rules_reports_its_own_fields_only() -> None:
    data = b'{"accountId":"a","email":"t@acme-optics.se","phone":"1"}'
    for rule, count in (("retired-profile-field", 1), ("stored-profile-field", 1), ("email-address", 0)):
        assert len(scan(part(data, Kind.JSON), [BY_ID[rule]]).matches) == count


def test_a_field_of_a_user_object_is_not_reported_once_more_by_a_detector() -> None:
    for data, count in ((b'{"accountId":"a","phone":"+46 8 555 010 17"}', 0), (b'{"phone":"+46 8 555 010 17"}', 1)):
        assert len(scan(part(data, Kind.JSON), [BY_ID["phone-number"]]).matches) == count
    broken = b'{"accountId":"a","phone":"+46 8 555 010 17"'
    assert len(scan(part(broken, Kind.JSON), [BY_ID["phone-number"]]).matches) == 1
    both = b'{"a":[{"accountId":"a","phone":"1"},"phone +46 8 555 010 17"]}'
    assert len(scan(part(both, Kind.JSON), [BY_ID["phone-number"]]).matches) == 1


def test_other_names_of_the_fields_count_beside_an_account_and_a_title_beside_a_job() -> None:
    user = {"accountId": "a", "title": "Dr", "jobTitle": "optician", "mobile": "1", "avatarUrl": "/faces/t.png"}
    assert [each[0] for each in fields(user)] == ["mobile", "jobTitle", "title", "avatarUrl"]
    assert fields({"accountId": "a", "title": "A page"}) == []
    assert fields({"jobTitle": "optician", "mobile": "1"}) == []


@pytest.mark.parametrize(
    "value",
    [
        {"displayName": "Board", "location": "Lund"},
        {"type": "anonymous", "displayName": "Anonymous", "username": "x"},
        {"accountId": "a", "profilePicture": {"path": "/images/default.png"}, "phone": None, "im": 7, "website": " "},
        {"accountId": "a", "details": "none"},
        {"details": {"other": {"phone": "1"}}},
        ["phone", 1, None],
    ],
)
def test_what_is_no_user_or_says_nothing_is_passed_over(value: object) -> None:
    assert fields(value) == []


def test_a_field_that_stands_twice_is_read_twice() -> None:
    data = b'{"accountId":"a","phone":"1","phone":"2","email":"t@acme-optics.se","email":null}'
    tree = parse(data)
    assert not isinstance(tree, Unreadable)
    assert [each.text.value for each in profile_fields(tree)] == ["1", "2", "t@acme-optics.se"]


@pytest.mark.parametrize("rule", ["retired-profile-field", "stored-profile-field", "legacy-space-permission"])
def test_what_is_no_json_has_no_fields(rule: str) -> None:
    kind = Kind.PERMISSIONS if rule == "legacy-space-permission" else Kind.JSON
    seen = scan(part(b'{"phone" "email"', kind), [BY_ID[rule]])
    assert seen.matches == ()
    assert seen.unreadable is not None
