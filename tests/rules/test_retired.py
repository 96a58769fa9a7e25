"""Which texts in stored JSON are retired identifiers, and what becomes of each."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rules.context import Context
from rules.jsontree import parse
from rules.model import Confidence, HeldReason, Kind, ObjectType, Part, Ref, SubjectKind
from rules.retired import identifiers
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, Directory, part
from tests.rules.parts import RULES as ALL

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
OTHER = "8a7f80826c1d4e5f016c1d4e6f700002"
HASH = "9e107d9d372bb6826bd81d3542a419d6"
RULES = [
    BY_ID[name]
    for name in ("legacy-restriction-body", "legacy-space-body", "legacy-user-object", "webhook-legacy-user")
]
PEOPLE = Directory({"tbergmann": ANN, "jvega": BOB, KEY: ANN, OTHER: BOB})


def file(value: object) -> Part:
    made = part(value if isinstance(value, bytes) else json.dumps(value).encode(), Kind.JSON)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def found(value: object) -> list[tuple[str, Confidence, bool]]:
    seen = scan(file(value), RULES)
    assert seen.unreadable is None
    return [(match.subject.reveal(), match.confidence, match.rewritable) for match in seen.matches]


@pytest.mark.parametrize(
    "value",
    [
        {"accountId": KEY},
        {"account_id": KEY},
        {"creator": KEY},
        {"owner": KEY},
        {"author": "JIRAUSER10100"},
        {"lastModifier": KEY},
        {"assignee": KEY},
        {"reviewed_by": KEY},
        {"subjectId": KEY},
        {"type": "user", "id": KEY},
        {"owner": {"id": KEY}},
        {"approvers": [{"id": KEY}]},
        {"users": [KEY, ANN]},
        {"watchers": [BOB, KEY]},
        {"accountIds": [KEY]},
        {"cards": [{"user": KEY}]},
        {"deep": [[{"x": {"voterId": KEY}}]]},
        {"type": "user", "key": KEY},
        {"displayName": "x", "key": KEY, "name": "Tilda B"},
    ],
)
def test_a_user_key_in_a_field_or_list_of_people_is_one_wherever_it_stands(value: object) -> None:
    ((_, confidence, rewritable),) = found(value)
    assert (confidence, rewritable) == (Confidence.HIGH, True)
    text = json.dumps(value)
    assert ANN in rewrite(file(value), RULES, Directory({KEY: ANN, "JIRAUSER10100": ANN})).data.decode()
    modern = json.loads(text.replace(KEY, ANN).replace("JIRAUSER10100", BOB))
    assert found(modern) == []


@pytest.mark.parametrize(
    "value",
    [
        {"accountId": HASH, "id": KEY, "key": KEY, "hash": KEY, "ids": [KEY]},
        {"account_id": HASH, "owner": HASH, "users": [HASH], "accounts": [HASH], HASH: 1},
        {"owner": "optics", "author": "Tilda Bergmann", "creator": "admin", "value": "admin", "lastModifier": "x"},
        {"type": "group", "id": KEY},
        {"accountId": "123456789012", "type": "user"},
        {"accountId": "b3f1c2d4-5b1d-4f6a-9c0e-2a7d3b8f6e10", "displayName": "x"},
        {"accountId": "unknown", "displayName": "x"},
        {"accountId": "tbergmann", "displayName": "x", "accountType": "atlassian"},
        {"accountId": "tbergmann"},
        {"principal": {"type": "group", "id": "optics"}},
        {"subject": {"type": "user"}},
        {"x": {"type": "user", "id": "tbergmann"}},
        {"reporter": "spec", "files": ["a.js"]},
        {"assignee": "automatic"},
        {"assignee": {"id": 7, "name": "tbergmann"}},
        {"assignee": {"name": "Tilda Bergmann"}},
        {"users": ["everyone", "Tilda Bergmann", 7, "logo.png"], "usernames": "none"},
        {"users": ["tbergmann"], "password": "x"},
        {"cards": [{"user": "Tilda Bergmann"}]},
        {"cards": [{"name": "tbergmann"}]},
        {"restrictions": {"user": {"results": []}, "group": {"results": ["optics"]}}},
    ],
)
def test_what_is_no_user_key_and_stands_in_no_field_for_usernames_is_left_alone(value: object) -> None:
    assert found(value) == []


@pytest.mark.parametrize(
    ("value", "confidence", "rewritable"),
    [
        ({"accountId": "tbergmann", "type": "known"}, Confidence.MEDIUM, True),
        ({"accountId": "tbergmann", "displayName": "x"}, Confidence.MEDIUM, True),
        ({"accountId": HASH, "type": "user"}, Confidence.MEDIUM, True),
        ({"principal": {"type": "user", "id": "tbergmann"}}, Confidence.MEDIUM, True),
        ({"subject": {"type": "USER", "identifier": "tbergmann"}}, Confidence.MEDIUM, True),
        ({"principalType": "USER", "principalId": "tbergmann"}, Confidence.MEDIUM, True),
        ({"cards": [{"user": "tbergmann"}]}, Confidence.MEDIUM, True),
        ({"type": "known", "name": "tbergmann"}, Confidence.HIGH, True),
        ({"assignee": {"name": "tbergmann"}}, Confidence.HIGH, True),
        ({"user_name": "tbergmann", "email": "x"}, Confidence.HIGH, True),
        ({"name": "tbergmann", "displayName": "x", "avatarUrls": {}}, Confidence.HIGH, True),
        ({"assignee": {"name": "tbergmann", "displayName": "x"}}, Confidence.HIGH, True),
        ({"fields": {"reporter": {"key": "tbergmann", "active": True}}}, Confidence.HIGH, True),
        ({"createdBy": HASH}, Confidence.HIGH, True),
        ({"assignee": "tbergmann"}, Confidence.LOW, False),
        ({"reporter": "tbergmann", "issuetype": 1}, Confidence.LOW, False),
        ({"username": ["tbergmann"]}, Confidence.LOW, False),
        ({"usernames": ["tbergmann"]}, Confidence.LOW, False),
        ({"users": ["tbergmann"]}, Confidence.LOW, False),
        ({"watchers": ["tbergmann"]}, Confidence.LOW, False),
        ({"value": KEY}, Confidence.MEDIUM, False),
        ({"ownerKey": KEY}, Confidence.HIGH, False),
        ({"userKeys": [HASH]}, Confidence.HIGH, False),
        ({"watcherKeys": [KEY]}, Confidence.HIGH, False),
        ({"restrictions": {"user": ["tbergmann"]}}, Confidence.HIGH, False),
        ({"restrictions": {"user": {"results": ["tbergmann"]}}}, Confidence.HIGH, False),
        ({KEY: {"visits": 3}}, Confidence.MEDIUM, True),
    ],
)
def test_the_less_a_field_says_the_less_is_changed(value: object, confidence: Confidence, rewritable: bool) -> None:
    assert [each[1:] for each in found(value)] == [(confidence, rewritable)]
    result = rewrite(file(value), RULES, Directory({"tbergmann": ANN, KEY: ANN, HASH: ANN}))
    assert HeldReason.NOT_PROVED not in {hold.reason for hold in rewrite(file(value), ALL, PEOPLE).holds}
    assert bool(result.edits) == bool(result.proof) == rewritable
    assert [hold.reason for hold in result.holds] == ([] if rewritable else [HeldReason.NO_REWRITER])


def test_an_object_whose_field_for_the_account_id_holds_something_else_becomes_that_account() -> None:
    for value, after in (
        ({"accountId": KEY, "username": "tbergmann", "x": 1}, {"accountId": ANN, "x": 1}),
        ({"username": "tbergmann", "accountId": KEY, "userKey": KEY}, {"accountId": ANN}),
        ({"accountId": KEY, "account_id": ANN, "x": 1}, {"account_id": ANN, "x": 1}),
    ):
        assert json.loads(rewrite(file(value), RULES, PEOPLE).data) == after
    value = {"accountId": OTHER, "username": "tbergmann"}
    assert {hold.reason for hold in rewrite(file(value), RULES, PEOPLE).holds} == {HeldReason.AMBIGUOUS}


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b'{"username":"tbergmann","username":"jvega","email":"x"}', ["tbergmann", "jvega"]),
        (b'{"accountId":"%s","accountId":"%s"}' % (KEY.encode(), ANN.encode()), [KEY]),
        (b'{"userKey":"%s","accountId":"","accountId":null}' % KEY.encode(), [KEY]),
    ],
)
def test_a_field_that_stands_twice_is_read_twice_and_holds_its_object(data: bytes, values: list[str]) -> None:
    assert [each[0] for each in found(data)] == values
    result = rewrite(file(data), RULES, PEOPLE)
    assert result.data == data
    assert {(hold.reason, "stands twice" in hold.detail) for hold in result.holds} == {(HeldReason.AMBIGUOUS, True)}


def test_user_keys_as_names_change_only_while_every_name_stays_one_of_a_kind() -> None:
    assert json.loads(rewrite(file({KEY: 1, OTHER: {KEY: 2}}), RULES, PEOPLE).data) == {ANN: 1, BOB: {ANN: 2}}
    same = Directory({KEY: ANN, OTHER: ANN})
    for value in ({KEY: 1, OTHER: 2}, {KEY: 1, ANN: 2}):
        result = rewrite(file(value), RULES, same)
        assert result.edits == ()
        assert {hold.reason for hold in result.holds} == {HeldReason.AMBIGUOUS}
    left = rewrite(file({KEY: 1, OTHER: 2}), RULES, Directory({KEY: ANN}))
    assert json.loads(left.data) == {ANN: 1, OTHER: 2}
    assert [hold.reason for hold in left.holds] == [HeldReason.UNRESOLVED]


def test_a_body_of_a_call_on_a_site_changes_in_its_user_objects_only() -> None:
    value = {
        "subject": {"type": "user", "identifier": "tbergmann"},
        "subjects": {"user": {"results": [{"username": "jvega"}]}},
    }
    stored = part(json.dumps(value).encode(), Kind.JSON)
    result = rewrite(stored, RULES, PEOPLE)
    assert result.data == stored.data.replace(b'"username": "jvega"', f'"accountId": "{BOB}"'.encode())
    assert [(hold.rule, hold.reason) for hold in result.holds] == [("legacy-space-body", HeldReason.NO_REWRITER)]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ([{"operation": "read", "restrictions": {"user": [{"accountId": KEY}]}}], "legacy-restriction-body"),
        ({"read": {"restrictions": {"user": {"results": [{"userKey": KEY}]}}}}, "legacy-restriction-body"),
        ({"permissions": [{"subjects": {"user": {"results": [{"accountId": KEY}]}}}]}, "legacy-space-body"),
        ({"permissions": [{"principal": {"type": "user", "id": KEY}}]}, "legacy-space-body"),
        ({"source": {"type": "known", "userKey": KEY}, "relationData": {}}, "legacy-user-object"),
        ({"relationData": {"createdBy": KEY}}, "legacy-user-object"),
        ({"results": [{"type": "watch", "watcher": {"type": "known", "userKey": KEY}}]}, "legacy-user-object"),
        ({"type": "known", "userKey": KEY, "profilePicture": {}}, "legacy-user-object"),
        ({"timestamp": 1, "event": "user_created", "user": {"userKey": KEY}}, "webhook-legacy-user"),
        ({"events": [{"timestamp": 1, "user": "@self", "userKey": KEY}]}, "webhook-legacy-user"),
        ({"timestamp": 1, "userKey": KEY}, "legacy-user-object"),
        ({"timestamp": 1, "event": "x", "userKey": KEY}, "webhook-legacy-user"),
        ({"webhookEvent": "page_created", "page": {"creatorKey": KEY}}, "webhook-legacy-user"),
    ],
)
def test_every_body_of_the_guide_has_a_rule_for_its_old_shape_and_none_for_its_new_one(
    value: object, rule: str
) -> None:
    assert [match.rule for match in scan(file(value), RULES).matches] == [rule]
    modern = json.dumps(value).replace(KEY, ANN).replace("userKey", "accountId").replace("creatorKey", "creatorId")
    assert scan(file(modern.encode()), RULES).matches == ()


def test_events_are_known_in_lists_and_envelopes_by_their_accounts_without_a_type() -> None:
    rule = [BY_ID["webhook-account-type"]]
    event = {"webhookEvent": "page_created", "user": {"accountId": BOB}}
    for value, where in ((event, "user.accountId"), ([event], "[0].user.accountId"), ({"body": event}, "body.user.*")):
        (match,) = scan(file(value), rule).matches
        assert match.where == where.replace("*", "accountId")
        assert match.subject.kind is SubjectKind.ACCOUNT_ID


def test_the_people_of_an_audit_record_are_reported_and_held_as_evidence() -> None:
    record = {
        "author": {"username": "jvega", "displayName": "x"},
        "affectedObject": {"name": "tbergmann", "objectType": "User"},
        "changedValues": [{"name": "user", "oldValue": "kito", "newValue": "tbergmann"}],
        "associatedObjects": [{"name": "kito", "objectType": "User"}],
    }
    known = Context(known=frozenset({"tbergmann"}))
    data = file({"results": [record]})
    seen = scan(data, RULES, known)
    assert [(match.subject.reveal(), match.rewritable) for match in seen.matches] == [
        ("jvega", False),
        ("tbergmann", False),
        ("tbergmann", False),
        ("kito", False),
    ]
    result = rewrite(data, RULES, PEOPLE, known)
    assert (result.data, len(result.holds)) == (data.data, 4)
    assert {("evidence" in hold.detail, hold.reason) for hold in result.holds} == {(True, HeldReason.NO_REWRITER)}


@pytest.mark.parametrize(
    "value",
    [
        {"affectedObject": {"name": "tbergmann", "objectType": "Space"}},
        {"affectedObject": {"name": "Tilda Bergmann", "objectType": "User"}},
        {"affectedObject": {"name": "tbergmann"}, "changedValues": [{"newValue": "tbergmann"}]},
        {"name": "fav", "owner": "tbergmann"},
        {"prefix": "global", "name": "fav", "owner": "tbergmann"},
        {"prefix": "my", "name": "fav", "owner": "everyone"},
    ],
)
def test_other_objects_of_a_record_and_other_owners_are_nobody(value: object) -> None:
    assert found(value) == []


def test_the_owner_of_a_personal_label_and_a_list_of_approvers_are_people() -> None:
    assert found({"prefix": "my", "name": "fav", "owner": "tbergmann"}) == [("tbergmann", Confidence.MEDIUM, True)]
    assert found({"approvers": ["tbergmann", "everyone"]}) == [("tbergmann", Confidence.LOW, False)]


def low(value: object) -> list[tuple[str, str]]:
    seen = scan(
        Part(Ref(ObjectType.CONTENT_PROPERTY, "1"), "properties/x", Kind.JSON, json.dumps(value).encode()), RULES
    )
    assert all(match.confidence is Confidence.LOW and not match.rewritable for match in seen.matches)
    return [(match.subject.reveal(), match.where) for match in seen.matches]


def test_the_build_of_a_user_key_in_any_value_is_reported_with_low_confidence() -> None:
    assert low({"build": KEY, "x": {"votes": ["a", KEY]}}) == [(KEY, "*"), (KEY, "*.*[1]")]


@pytest.mark.parametrize(
    "field",
    [
        "aaid",
        "contact",
        "delegate",
        "fromUser",
        "importedBy",
        "lead",
        "manager",
        "member",
        "responsible",
        "signedBy",
        "submitter",
        "substitute",
        "targetUser",
        "uploadedBy",
    ],
)
def test_a_user_key_in_a_field_for_a_person_is_one(field: str) -> None:
    assert [one.text.value for one in identifiers(parse(json.dumps({field: KEY}).encode()))] == [KEY]  # type: ignore[arg-type] # it parses


@pytest.mark.parametrize(
    "value", [{"users": [{"key": KEY}]}, {"moderators": [KEY]}, {"key": "admin", "name": "admin", "emailAddress": None}]
)
def test_people_of_data_center_are_known_by_the_list_or_the_fields_that_they_have(value: object) -> None:
    assert {one.text.value for one in identifiers(parse(json.dumps(value).encode()))} in ({KEY}, {"admin"})  # type: ignore[arg-type] # it parses


def test_a_username_in_an_assignee_is_rewritten_and_one_that_anything_may_have_is_held() -> None:
    value = {"task": {"assignee": {"username": "tbergmann"}}, "login": {"username": "jvega"}}
    stored = replace(part(json.dumps(value).encode(), Kind.JSON), ref=Ref(ObjectType.CUSTOM_CONTENT, "1"), path="raw/x")
    done = rewrite(stored, RULES, PEOPLE, Context(released=frozenset({"raw/x"})))
    assert json.loads(done.data) == {"task": {"assignee": {"accountId": ANN}}, "login": {"username": "jvega"}}
    assert [hold.reason for hold in done.holds] == [HeldReason.NO_REWRITER]
