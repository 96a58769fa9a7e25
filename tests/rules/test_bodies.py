from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.accounts import UNPROVED
from rules.context import Context
from rules.model import (
    Confidence,
    HeldReason,
    Kind,
    Named,
    ObjectType,
    Part,
    Personal,
    Ref,
    Resolution,
    SubjectKind,
    Unresolved,
)
from rules.registry import load
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
OTHER = "2c9680839d34aaaa019d34aaaa019999"
BODIES = ["legacy-restriction-body", "legacy-space-body", "legacy-user-object", "webhook-legacy-user"]
RULES = [BY_ID[name] for name in BODIES]
PEOPLE = Directory({"tilda": ANN, KEY: ANN, "o.l": BOB})


def file(data: bytes) -> Part:
    made = part(data, Kind.JSON)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def found(value: object) -> list[tuple[str, str]]:
    seen = scan(part(json.dumps(value).encode(), Kind.JSON), RULES)
    return [(match.rule, match.subject.reveal()) for match in seen.matches]


def test_each_identifier_is_reported_by_the_rule_of_the_body_it_stands_in() -> None:
    user = {"type": "known", "username": "tilda"}
    assert found([{"operation": "read", "restrictions": {"user": [user]}}]) == [("legacy-restriction-body", "tilda")]
    assert found({"permissions": [{"subjects": {"user": {"results": [user]}}}]}) == [("legacy-space-body", "tilda")]
    assert found({"restrictions": {"group": [user]}}) == [("legacy-user-object", "tilda")]
    assert found({"source": user, "relationData": {"createdBy": user}}) == [("legacy-user-object", "tilda")] * 2
    assert found({"timestamp": 1, "userKey": KEY, "page": {"version": {"by": user}}}) == [
        ("webhook-legacy-user", KEY),
        ("webhook-legacy-user", "tilda"),
    ]


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ({"name": "tilda", "key": "JIRAUSER10100", "displayName": "x", "emailAddress": "x"}, 2),
        ({"name": "Optics", "key": "OPT", "displayName": "x"}, 0),
        ({"name": "Optics", "key": "OPT", "emailAddress": "x"}, 0),
        ({"type": "known", "userkey": KEY}, 1),
        ({"webhookEvent": "jira:issue_updated", "user": {"name": "tilda", "displayName": "x", "timeZone": "CET"}}, 1),
        ({"timestamp": 1, "event": "page_created", "user": "tilda"}, 1),
        ({"timestamp": 1, "event": "page_created", "userName": "tilda"}, 0),
        ({"event": "page_created", "user": "tilda"}, 0),
    ],
)
def test_users_are_told_from_other_things_that_have_names_and_keys(value: object, count: int) -> None:
    assert len(found(value)) == count


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"username":"tilda","email":""}', '{"accountId":"A","email":""}'),
        ('{"userKey":"K","username":"tilda","type":"known"}', '{"accountId":"A","type":"known"}'),
        ('{ "type" : "known" , "username" : "tilda" , "userKey" : "K" }', '{ "type" : "known" , "accountId" : "A" }'),
        ('{"userKey":"K","username":"tilda","accountId":"A"}', '{"accountId":"A"}'),
        ('{"accountId":"A","x":1,"userKey":"K","username":"tilda"}', '{"accountId":"A","x":1}'),
        ('{"accountId":"","username":"tilda"}', '{"accountId":"A"}'),
        ('{"username":"tilda","accountId":null,"x":{}}', '{"accountId":"A","x":{}}'),
        (
            '{"a":{"type":"user","username":"nobody"},"b":{"type":"user","username":"tilda"}}',
            '{"a":{"type":"user","username":"nobody"},"b":{"type":"user","accountId":"A"}}',
        ),
        ('{"username":"nobody","x":{"userKey":"K"}}', '{"username":"nobody","x":{"accountId":"A"}}'),
        ('{"assignedTo":"K","createdBy":"K"}', '{"assignedTo":"A","createdBy":"A"}'),
        ('{"user\\u006eame":"til\\u0064a","email":""}', '{"accountId":"A","email":""}'),
    ],
)
def test_a_user_object_becomes_its_account_and_every_other_byte_stays(old: str, new: str) -> None:
    before = old.replace('"K"', f'"{KEY}"').replace('"A"', f'"{ANN}"').encode()
    result = rewrite(file(before), RULES, PEOPLE)
    assert result.data == new.replace('"A"', f'"{ANN}"').encode()
    assert result.proof


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"username": "nobody", "type": "known"}, HeldReason.UNRESOLVED),
        ({"username": "tilda"}, HeldReason.NO_REWRITER),
        ({"username": "tilda", "userKey": "o.l"}, HeldReason.AMBIGUOUS),
        ({"username": "tilda", "accountId": BOB}, HeldReason.AMBIGUOUS),
        ({"username": "odd", "type": "unknown"}, HeldReason.UNRESOLVED),
        ({"username": "nobody", "userKey": KEY}, HeldReason.UNRESOLVED),
        ({"username": "tilda", "accountId": ANN, "userKey": OTHER}, HeldReason.UNRESOLVED),
        ({"username": "two", "userKey": KEY}, HeldReason.AMBIGUOUS),
        ({"username": "gone", "userKey": KEY}, HeldReason.ACCOUNT_CLOSED),
        ({"username": "gone", "accountId": ANN}, HeldReason.ACCOUNT_CLOSED),
        ({"username": "named", "userKey": KEY}, HeldReason.ACCOUNT_CLOSED),
        ({"username": "named", "userKey": "o.l"}, HeldReason.AMBIGUOUS),
        ({"username": "named", "accountId": BOB}, HeldReason.AMBIGUOUS),
    ],
)
def test_an_object_that_leads_to_no_or_to_two_accounts_is_held(value: object, reason: HeldReason) -> None:
    data = json.dumps(value).encode()
    result = rewrite(file(data), RULES, held)
    assert result.data == data
    assert {hold.reason for hold in result.holds} == {reason}


def held(subject: Personal) -> Resolution:
    name = subject.reveal()
    if name == "gone":
        return Unresolved(HeldReason.ACCOUNT_CLOSED, "the policy holds it", settled=True)
    if name == "named":
        shown = Personal(SubjectKind.DISPLAY_NAME, "Tilda Bergmann")
        return Named(HeldReason.ACCOUNT_CLOSED, "the policy wants the name", name=shown, account_id=ANN)
    return Directory({"tilda": ANN, KEY: ANN, "o.l": BOB, "odd": "odd"}, ambiguous=frozenset({"two"}))(subject)


def test_the_name_of_somebody_whose_account_id_stands_there_goes_whatever_the_policy_makes_of_mentions() -> None:
    data = f'{{"accountId":"{ANN}","username":"named"}}'.encode()
    assert rewrite(file(data), RULES, held).data == f'{{"accountId":"{ANN}"}}'.encode()


def test_what_is_no_json_has_no_user_objects() -> None:
    seen = scan(part(b'{"username":"tilda"', Kind.JSON), RULES)
    assert seen.matches == ()
    assert seen.unreadable is not None


def test_what_an_app_keeps_changes_where_its_owner_has_released_it() -> None:
    address, query = "/rest/api/user?username=tilda", "creator = tilda"
    held = json.dumps({"assignee": {"username": "tilda", "displayName": "x"}})
    value = {"reviewer": {"username": "tilda", "displayName": "x"}, "link": address, "cql": query, "held": held}
    kept = replace(part(json.dumps(value).encode(), Kind.JSON), path="properties/acme")
    for released, edits in ((frozenset({"properties/other"}), False), (frozenset({"properties/acme"}), True)):
        made = rewrite(kept, tuple(BY_ID.values()), PEOPLE, Context(released=released))
        assert bool(made.edits) is edits
        assert (b"tilda" in made.data) is not edits


def test_what_an_app_keeps_on_a_site_is_held_and_the_body_of_a_request_is_not() -> None:
    stored = rewrite(part(b'{"username":"tilda"}', Kind.JSON), RULES, PEOPLE)
    assert [hold.reason for hold in stored.holds] == [HeldReason.NO_REWRITER]
    assert stored.edits == ()
    event = rewrite(file(b'{"timestamp":1,"event":"x","userKey":"%s"}' % KEY.encode()), RULES, PEOPLE)
    assert [hold.reason for hold in event.holds] == [HeldReason.NO_REWRITER]
    body = b'{"restrictions":{"user":[{"username":"tilda"}]}}'
    assert rewrite(part(body, Kind.JSON), RULES, PEOPLE).edits != ()


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "username": st.sampled_from(["tilda", "o.l", "nobody", ""]),
        "userKey": st.sampled_from([KEY, None]),
        "accountId": st.sampled_from([ANN, BOB, "", None]),
        "displayName": st.just("x"),
        "nested": st.just({"username": "tilda"}),
        "list": st.just([1, {"x": [True]}]),
    },
)


@given(
    FIELDS,
    st.sampled_from([None, 1]),
    st.permutations(["username", "userKey", "accountId", "displayName", "nested", "list"]),
)
def test_whatever_stands_in_an_object_the_result_is_json_and_settled(
    fields: dict[str, object], indent: int | None, order: list[str]
) -> None:
    value = {name: fields[name] for name in order if name in fields}
    one = file(json.dumps([value, value], indent=indent).encode())
    result = rewrite(one, RULES, PEOPLE)
    after = json.loads(result.data)
    assert all(hold.reason is not HeldReason.NOT_PROVED for hold in result.holds)
    kept = {"displayName", "list"}
    assert [{name: each[name] for name in kept & each.keys()} for each in after] == [
        {name: value[name] for name in kept & value.keys()}
    ] * 2
    assert rewrite(replace(one, data=result.data), RULES, PEOPLE).edits == ()


def labels(data: bytes, kind: Kind, one: Part | None = None) -> list[tuple[SubjectKind, str]]:
    seen = scan(one or part(data, kind), [BY_ID["personal-label"]])
    return [(match.subject.kind, match.subject.reveal()) for match in seen.matches]


def test_a_personal_label_is_known_by_its_namespace_or_by_the_object_it_is() -> None:
    assert labels(b"my:kidney", Kind.TEXT) == [(SubjectKind.LABEL, "kidney")]
    assert labels(b"~tilda:kidney", Kind.TEXT) == [(SubjectKind.USERNAME, "tilda")]
    made = part(b"kidney", Kind.TEXT, "my label")
    assert labels(b"", Kind.TEXT, made) == []
    label = replace(made, ref=replace(made.ref, type=ObjectType.LABEL))
    assert labels(b"", Kind.TEXT, label) == [(SubjectKind.LABEL, "kidney")]
    assert labels(b"", Kind.TEXT, replace(label, path="global label")) == []
    assert labels(b'[{"prefix":"my"},{"prefix":7,"name":"x"},{"name":"my"}]', Kind.JSON) == []
    assert labels(b'{"my"', Kind.JSON) == []


def test_a_selection_kept_as_a_property_of_its_own_is_read_too() -> None:
    rule = [BY_ID["selection-display-name"]]
    data = b'"ask @Tilda \\u00c5berg"'
    selection = part(data, Kind.JSON, "properties/inline-original-selection")
    (match,) = scan(selection, rule).matches
    assert match.subject.reveal() == "Tilda Åberg"
    assert scan(part(data, Kind.JSON, "properties/my-election"), rule).matches == ()
    assert scan(part(b'{"@election', Kind.JSON), rule).matches == ()
    assert scan(part(b'{"x":{"original-selection":"@Tilda Berg","textSelection":7}}', Kind.JSON), rule).matches != ()


@pytest.mark.parametrize(
    ("data", "kind", "count"),
    [
        (b'{"actor":{},"records":[{"author":1,"ip_address":"999.1.1.1 198.51.100.7"}]}', Kind.JSON, 1),
        (b'{"host":"x","ipAddress":"198.51.100.7"}', Kind.JSON, 0),
        (b'{"author":1,"source":7,"remoteAddress":"::1 0.0.0.0"}', Kind.JSON, 0),
        (b'{"ip', Kind.JSON, 0),
        (b"User;IP\nx;198.51.100.7\ny;2001:db8::1\n", Kind.TEXT, 2),
        (b"see 198.51.100.7 for the IP of the user", Kind.TEXT, 0),
    ],
)
def test_network_addresses_are_found_in_records_about_people_only(data: bytes, kind: Kind, count: int) -> None:
    assert len(scan(part(data, kind), [BY_ID["audit-log-address"]]).matches) == count


@pytest.mark.parametrize("data", [b'{"timestamp"', b'["timestamp"]', b'{"timestamp":1,"userKey":"x","page":{}}'])
def test_accounts_without_a_type_are_looked_for_in_events_only(data: bytes) -> None:
    assert scan(part(data, Kind.JSON), [BY_ID["webhook-account-type"]]).matches == ()


@pytest.mark.parametrize(
    "value",
    [
        {"username": "tilda", "password": "s3cret", "host": "db"},
        {"scheme": "basic", "username": "tilda", "token": "x"},
        {"type": "group", "name": "tilda", "username": "tilda"},
        {"apiVersion": "v1", "kind": "Secret", "username": "tilda"},
        {"jdbcUrl": "x", "username": "tilda"},
        {"webhookEvent": "page_created", "target": {"URL": "x", "username": "tilda"}},
    ],
)
def test_the_login_of_another_system_is_nothing_at_all(value: object) -> None:
    data = json.dumps(value).encode()
    assert found(value) == []
    assert rewrite(file(data), RULES, PEOPLE).data == data


@pytest.mark.parametrize(
    "value",
    [
        {"username": "tilda"},
        {"username": "tilda", "type": "robot"},
        {"username": "tilda", "timeZone": "CET"},
        {"webhookEvent": "page_created", "target": {"username": "tilda"}},
    ],
)
def test_a_username_without_another_sign_of_a_user_is_reported_at_low_confidence_and_stays(value: object) -> None:
    data = json.dumps(value).encode()
    (match,) = scan(file(data), RULES).matches
    assert (match.confidence, match.rewritable) == (Confidence.LOW, False)
    result = rewrite(file(data), RULES, PEOPLE)
    assert result.data == data
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER]
    assert "it may be a login of anything" in match.reason


def test_the_username_of_an_event_or_of_a_restriction_needs_no_other_sign() -> None:
    for value in (
        {"timestamp": 1, "event": "page_created", "userKey": KEY, "username": "tilda"},
        {"webhookEvent": "page_created", "username": "tilda"},
        {"restrictions": {"user": [{"username": "tilda"}]}},
    ):
        assert {match.confidence for match in scan(file(json.dumps(value).encode()), RULES).matches} == {
            Confidence.HIGH
        }


def test_a_list_of_restrictions_changes_as_a_whole_or_not_at_all() -> None:
    def entry(operation: str, *names: str) -> object:
        users = [{"type": "known", "username": name} for name in names]
        return {"operation": operation, "restrictions": {"user": users, "group": []}}

    data = file(json.dumps([entry("read", "tilda", "nobody"), entry("update", "tilda")]).encode())
    result = rewrite(data, RULES, PEOPLE)
    changed = json.loads(result.data)
    assert changed[0] == entry("read", "tilda", "nobody")
    assert changed[1]["restrictions"]["user"] == [{"type": "known", "accountId": ANN}]
    assert [(hold.reason, "another person" in hold.detail) for hold in result.holds] == [
        (HeldReason.UNRESOLVED, True),
        (HeldReason.UNRESOLVED, False),
    ]


def test_a_reused_username_is_not_let_in_by_the_key_of_whoever_left() -> None:
    users = [{"type": "known", "username": "tilda", "userKey": OTHER}]
    data = json.dumps([{"operation": "read", "restrictions": {"user": users}}]).encode()
    result = rewrite(file(data), RULES, PEOPLE)
    assert (result.data, {hold.detail for hold in result.holds}) == (data, {UNPROVED})
    assert {hold.reason for hold in result.holds} == {HeldReason.UNRESOLVED}


@pytest.mark.parametrize(
    ("kind", "confidence"),
    [(ObjectType.FILE, Confidence.MEDIUM), (ObjectType.CONTENT_PROPERTY, Confidence.HIGH)],
)
def test_a_copy_of_what_answers_hold_today_is_less_certain_in_a_file_than_in_a_store(
    kind: ObjectType, confidence: Confidence
) -> None:
    data = json.dumps({"accountId": ANN, "accountType": "atlassian", "displayName": "Tilda Bergmann"}).encode()
    seen = scan(Part(Ref(kind, "1"), "x", Kind.JSON, data), load())
    assert [(match.rule, match.confidence) for match in seen.matches] == [("stored-profile-field", confidence)]
