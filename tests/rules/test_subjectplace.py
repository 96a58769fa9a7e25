"""Every place of an account id is found in every kind of part, and told as what it is."""

from __future__ import annotations

import json

import pytest

from rules import acl
from rules.model import Kind, Personal, SubjectKind
from rules.scan import scan
from rules.subjectplace import rule_for
from tests.rules.parts import ANN, BOB, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
RULE = rule_for(
    [
        Personal(SubjectKind.ACCOUNT_ID, ANN),
        Personal(SubjectKind.ACCOUNT_ID, BOB),
        Personal(SubjectKind.USER_KEY, KEY),
        Personal(SubjectKind.EMAIL, "ann@acme-optics.se"),
    ]
)
MENTION = {"type": "mention", "attrs": {"id": ANN, "text": "@Ann"}}
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [MENTION, {"type": "text", "text": f"of {BOB}"}]}],
}


def found(data: bytes, kind: Kind) -> list[tuple[str, str]]:
    seen = scan(part(data, kind), [RULE])
    assert all(match.span.of(data) not in match.excerpt.encode() for match in seen.matches)
    return [(match.subject.reveal(), match.where) for match in seen.matches]


@pytest.mark.parametrize(
    ("data", "kind", "places"),
    [
        (f'<p><ac:link><ri:user ri:account-id="{ANN}"/></ac:link></p>', Kind.STORAGE, [(ANN, "ri:user/mention")]),
        (f'<p><ac:link><ri:user x="" ri:userkey="{KEY}"/></ac:link></p>', Kind.STORAGE, [(KEY, "ri:user/mention")]),
        (f'<a href="/wiki/people/{ANN.replace(":", "%3A")}">x</a> {BOB}', Kind.STORAGE, [(ANN, ""), (BOB, "")]),
        (f'<a href="/wiki/people/{ANN.replace(":", "&#58;")}">x</a>', Kind.STORAGE, [(ANN, "")]),
        ("/spaces/~" + ANN.replace(":", "").replace("-", ""), Kind.TEXT, [(ANN, "")]),
        (json.dumps(DOCUMENT), Kind.ADF, [(ANN, "mention"), (BOB, "content[0].content[1].*")]),
        (json.dumps({"assignedTo": ANN}), Kind.JSON, [(ANN, "assignedTo")]),
        (json.dumps({ANN: 1}), Kind.JSON, [(ANN, "*/key")]),
        ('{"a": "712020\\u003a' + ANN.partition(":")[2] + '"}', Kind.JSON, [(ANN, "*")]),
        (f'{{"broken": "{ANN}', Kind.JSON, [(ANN, "")]),
        (f"assignee = {ANN}", Kind.JQL, [(ANN, "")]),
        (f'creator = "{BOB}"', Kind.CQL, [(BOB, "")]),
        (f'get("{KEY}")', Kind.CODE, [(KEY, "")]),
    ],
)
def test_a_place_is_found_and_named_by_its_part(data: str, kind: Kind, places: list[tuple[str, str]]) -> None:
    assert found(data.encode(), kind) == places


@pytest.mark.parametrize(
    "data", [f"1{ANN}", f"{ANN}0", f"{BOB}a", f"x{KEY}", ANN.upper(), "ann@acme-optics.se", f"712020{ANN[7:-1]}"]
)
def test_what_is_longer_shorter_or_of_another_kind_is_not_theirs(data: str) -> None:
    assert found(data.encode(), Kind.TEXT) == []


def test_without_an_account_nothing_is_found() -> None:
    rule = rule_for([Personal(SubjectKind.EMAIL, "ann@acme-optics.se")])
    assert scan(part(b"ann@acme-optics.se", Kind.TEXT), [rule]).matches == ()


GROUPS = {
    "11f6c5e2-0000-4000-8000-0000000000a1": Personal(SubjectKind.ACCOUNT_ID, ANN),
    "g-2": Personal(SubjectKind.ACCOUNT_ID, BOB),
}
STAFF, EDITORS = GROUPS
BY_GROUP = rule_for([Personal(SubjectKind.ACCOUNT_ID, ANN)], GROUPS)


def rights(data: bytes, kind: Kind) -> list[tuple[str, str]]:
    return [(match.subject.reveal(), match.where) for match in scan(part(data, kind), [BY_GROUP]).matches]


def test_a_right_is_named_and_so_is_the_group_that_gives_it() -> None:
    permissions = acl.encode_permissions(
        (
            acl.Permission("1", "read/space", "user", ANN),
            acl.Permission("2", "create/page", "group", EDITORS),
            acl.Permission("3", "read/space", "group", STAFF),
            acl.Permission("4", "read/space", "group", "another"),
        )
    )
    expected = [(ANN, "read/space"), (BOB, "create/page/group/2"), (ANN, "read/space/group/1")]
    assert rights(permissions, Kind.PERMISSIONS) == expected
    reading = acl.Access((acl.Principal(ANN),), (acl.Group("another", STAFF[:-1]), acl.Group(EDITORS, "g")))
    restricted = acl.encode(acl.Restrictions(reading, acl.Access((), (acl.Group(STAFF, "Staff"),))))
    assert set(rights(restricted, Kind.ACCESS)) == {(ANN, "read"), (ANN, "update/group/1"), (BOB, "read/group/2")}


def test_a_group_is_nobody_elsewhere_and_a_list_of_another_shape_has_places_without_names() -> None:
    assert rights(json.dumps({"group": STAFF}).encode(), Kind.JSON) == []
    assert rights(json.dumps({"users": [ANN, EDITORS]}).encode(), Kind.ACCESS) == [(ANN, ""), (BOB, "")]
    assert rights(json.dumps({"permissions": [{"principal": {}, "operation": "x"}]}).encode(), Kind.PERMISSIONS) == []
    nameless = {"permissions": [{"principal": {"user": ANN}, "operation": "read/space"}]}
    assert rights(json.dumps(nameless).encode(), Kind.PERMISSIONS) == [(ANN, "read/space")]
