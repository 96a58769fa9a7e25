from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.accounts import UNPROVED
from rules.acl import Principal
from rules.model import Account, Edit, HeldReason, Kind, Match, Personal, Resolution, Span, Unresolved
from rules.rewrite import ACCESS_PROOF, PROOF, _account, rewrite
from rules.rule import Category, Change
from rules.scan import scan
from rules.splice import apply
from rules.view import View
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part
from tests.rules.test_storage import BODIES

KEY_1 = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = {"ann": ANN, "bob": BOB, KEY_1: ANN, "a&b": ANN}


def storage(data: str, directory: Directory | None = None) -> tuple[str, list[HeldReason]]:
    result = rewrite(part(data.encode()), RULES, directory or Directory(KNOWN))
    return result.data.decode(), [hold.reason for hold in result.holds]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<ri:user ri:username='ann'/>", f"<ri:user ri:account-id='{ANN}'/>"),
        ('<ri:user a="1" ri:username = "a&amp;b" b="2" ></ri:user>', f'<ri:user a="1" ri:account-id = "{ANN}" b="2" ></ri:user>'),
        (f'<ri:user ri:username="ann" ri:userkey="{KEY_1}"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        (f'<ri:user ri:username="ann"\n\tri:userkey="{KEY_1}"/>', f'<ri:user ri:account-id="{ANN}"\n/>'),
        (f'<ri:user ri:account-id="{ANN}" ri:username="ann"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        (f'<ri:user ri:username="ann" ri:account-id="{ANN}"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        (f'<ri:user ri:userkey="{ANN}"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        (f'<ri:user ri:username="ann" ri:account-id="{KEY_1}"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        ('<ri:user ri:account-id="" ri:username="ann"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        ('<ri:user ri:user-key="ann"/>', f'<ri:user ri:account-id="{ANN}"/>'),
        ('<ri:user RI:UserName="ann"/>', f'<ri:user ri:account-id="{ANN}"/>'),
    ],
)  # fmt: skip
def test_a_reference_becomes_its_account_and_every_other_byte_stays(before: str, after: str) -> None:
    assert storage(f"<p>é&nbsp;{before}</p><![CDATA[{before}]]>") == (f"<p>é&nbsp;{after}</p><![CDATA[{before}]]>", [])


def test_a_rewrite_and_all_its_proofs_read_the_part_twice_before_and_after() -> None:
    rule, read = BY_ID["legacy-mention"], list[bytes]()

    def detect(view: View) -> Iterator[Match]:
        read.append(view.data)
        return iter(tuple(rule.detect(view)))

    before = b'<ri:user x="1" ri:username="ann"/><ri:user x="2" ri:username="bob"/>'
    result = rewrite(part(before), [replace(rule, detect=detect)], Directory(KNOWN))
    assert result.proof == PROOF
    assert read == [before, result.data]


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ('<ri:user ri:username="eve"/>', [HeldReason.UNRESOLVED]),
        (f'<ri:user ri:username="bob" ri:userkey="{KEY_1}"/>', [HeldReason.AMBIGUOUS] * 2),
        (f'<ri:user ri:account-id="{ANN}" ri:username="bob"/>', [HeldReason.AMBIGUOUS]),
        ('<ri:user ri:username="two"/>', [HeldReason.AMBIGUOUS]),
        (f'<ri:user ri:username="two" ri:userkey="{KEY_1}"/>', [HeldReason.AMBIGUOUS] * 2),
        (f'<ri:user ri:username="12:34" ri:userkey="{KEY_1}"/>', [HeldReason.UNRESOLVED] * 2),
        (f'<ri:user ri:account-id="{ANN}" ri:userkey="12:34"/>', [HeldReason.UNRESOLVED]),
        (f'<ri:user ri:username="{BOB}" ri:userkey="{KEY_1}"/>', [HeldReason.AMBIGUOUS] * 2),
        ('<ri:user ri:username="odd"/>', [HeldReason.UNRESOLVED]),
        ('<ri:user ri:username="@authenticated" ri:userkey="ann"/>', [HeldReason.AMBIGUOUS]),
        ('<p><ri:user ri:username="ann"/>', [HeldReason.MALFORMED]),
        ('<ri:user ri:username="ann" ri:username="ann"/>', [HeldReason.MALFORMED] * 2),
    ],
)
def test_what_is_not_safe_is_held_and_counted(body: str, reasons: list[HeldReason]) -> None:
    directory = Directory({**KNOWN, "odd": "not an account"}, frozenset({"two"}))
    assert storage(body, directory) == (body, reasons)


HEX = "5d41402abc4b2a76b9719d91"
SURE = "712020:aaaaaaaa-0000-4000-8000-000000000001"


@pytest.mark.parametrize("value", ["007:bond", "12:34", "2024:01", "557058:tilda"])
@pytest.mark.parametrize("name", ["ri:username", "ri:userkey"])
def test_a_username_shaped_like_an_account_id_is_held_until_the_mapping_names_it(value: str, name: str) -> None:
    body = f'<ri:user {name}="{value}"/>'
    assert storage(body) == (body, [HeldReason.UNRESOLVED])
    assert storage(body, Directory({value: ANN})) == (f'<ri:user ri:account-id="{ANN}"/>', [])


@pytest.mark.parametrize("value", [HEX, SURE])
def test_an_account_id_in_a_retired_attribute_moves_unless_it_is_somebodys_username(value: str) -> None:
    body = f'<ri:user ri:username="{value}"/>'
    assert storage(body) == (f'<ri:user ri:account-id="{value}"/>', [])
    assert storage(body, Directory({value: BOB})) == (f'<ri:user ri:account-id="{BOB}"/>', [])
    assert storage(body, Directory({}, frozenset({value}))) == (body, [HeldReason.AMBIGUOUS])


@pytest.mark.parametrize(("field", "value", "safe"), [("username", "007:bond", False), ("userKey", HEX, True)])
def test_an_access_list_takes_no_username_for_an_account_id(field: str, value: str, *, safe: bool) -> None:
    entry = f'{{"{field}":"{value}"}}'
    before = f'{{"read":{{"group":[],"user":[{entry}]}},"update":{{"group":[],"user":[]}}}}'
    result = rewrite(part(before.encode(), Kind.ACCESS), RULES, Directory({}))
    after = before.replace(entry, f'{{"accountId":"{value}"}}') if safe else before
    assert result.data.decode() == after
    assert [hold.reason for hold in result.holds] == ([] if safe else [HeldReason.UNRESOLVED])
    known = rewrite(part(before.encode(), Kind.ACCESS), RULES, Directory({value: ANN}))
    assert known.data.decode() == before.replace(entry, f'{{"accountId":"{ANN}"}}')


@pytest.mark.parametrize("beside", [f'ri:userkey="{KEY_1}"', f'ri:account-id="{ANN}"', f'ri:userkey="{ANN}"'])
@pytest.mark.parametrize("reason", [HeldReason.ACCOUNT_CLOSED, HeldReason.UNRESOLVED])
def test_an_identifier_beside_one_whose_account_is_held_is_held_with_it(beside: str, reason: HeldReason) -> None:
    why = Unresolved(reason, "the policy holds it", settled=True)
    directory = Directory(KNOWN)

    def resolve(subject: Personal) -> Resolution:
        return why if subject.reveal() in {"gone", BOB} else directory(subject)

    for other in ("gone", BOB):
        body = f'<ri:user ri:username="{other}" {beside}/>'
        result = rewrite(part(body.encode()), RULES, resolve)
        assert result.data.decode() == body
        assert {(hold.reason, hold.detail) for hold in result.holds} == {(reason, why.detail)}


@pytest.mark.parametrize("beside", ['ri:user-key="ann"', f'ri:userkey="{KEY_1}"', f'ri:account-id="{ANN}"'])
@pytest.mark.parametrize(
    ("other", "reason", "detail"),
    [("eve", HeldReason.UNRESOLVED, UNPROVED), ("two", HeldReason.AMBIGUOUS, "two people answer to it")],
)
def test_an_identifier_beside_one_that_leads_to_no_one_account_stays_with_it(
    beside: str, other: str, reason: HeldReason, detail: str
) -> None:
    body = f'<ri:user ri:username="{other}" {beside}/>'
    result = rewrite(part(body.encode()), RULES, Directory(KNOWN, frozenset({"two"})))
    assert result.data.decode() == body
    assert {(hold.reason, hold.detail) for hold in result.holds} == {(reason, detail)}
    assert len(result.holds) == 1 + ("account-id" not in beside)


def test_one_reference_is_rewritten_while_another_is_held() -> None:
    body = '<ri:user ri:username="ann"/><ri:user ri:username="eve"/>'
    result = rewrite(part(body.encode()), RULES, Directory(KNOWN))
    assert result.data.decode() == f'<ri:user ri:account-id="{ANN}"/><ri:user ri:username="eve"/>'
    assert result.proof == PROOF
    (hold,) = result.holds
    assert (hold.rule, hold.where, hold.span.of(body.encode())) == ("legacy-mention", "ri:user/@ri:username", b"eve")
    assert "eve" not in repr(hold)


def test_a_value_is_asked_once_however_often_it_occurs() -> None:
    directory = Directory(KNOWN)
    storage('<ri:user ri:username="ann"/>' * 5 + '<ri:user ri:username="eve"/>' * 3, directory)
    assert sorted(directory.asked) == ["ann", "eve"]


def test_personal_data_in_prose_is_neither_rewritten_nor_held() -> None:
    assert storage("<p>tilda@acme-optics.se</p>") == ("<p>tilda@acme-optics.se</p>", [])


def access(users: str, update: str = "") -> bytes:
    return f'{{"read":{{"group":[],"user":[{users}]}},"update":{{"group":[],"user":[{update}]}}}}'.encode()


A, B = f'{{"accountId":"{ANN}"}}', f'{{"accountId":"{BOB}"}}'
LA, LB = '{"username":"ann"}', '{"username":"bob"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LA, A),
        (f"{LA},{LB}", f"{A},{B}"),
        (f"{A},{LA}", A),
        (f"{LA},{A}", A),
        (f"{LA},{LA},{LB}", f"{A},{B}"),
        (f"{A},{LB},{LA},{B}", f"{A},{B}"),
        (f"{LA},{LB},{A},{B}", f"{A},{B}"),
        (f"{LA},{LA},{A}", A),
        (f"{LA},{{}},{LA}", f"{A},{{}}"),
        (f'{{"userKey":"{ANN}"}}', A),
        (f'{{"userKey":"{KEY_1}","username":"ann"}}', A),
        (f'{{"accountId":"{KEY_1}"}}', A),
    ],
)  # fmt: skip
def test_an_entry_becomes_its_account_and_nobody_stands_on_a_list_twice(before: str, after: str) -> None:
    result = rewrite(part(access(before, LA), Kind.ACCESS), RULES, Directory(KNOWN))
    assert result.data == access(after, A)
    assert (result.holds, result.proof) == ((), ACCESS_PROOF)


@pytest.mark.parametrize(
    ("users", "reasons"),
    [
        ('{"username":"eve"}', ["unresolved"]),
        (f'{LA},{{"username":"eve"}}', ["unresolved", "unresolved"]),
        ('{"username":"two"}', ["ambiguous"]),
        (f'{{"userKey":"{KEY_1}","username":"bob"}}', ["ambiguous", "ambiguous"]),
        (f'{{"userKey":"{KEY_1}","username":"two"}}', ["ambiguous", "ambiguous"]),
        (f'{{"userKey":"{KEY_1}","username":"12:34"}}', ["unresolved", "unresolved"]),
        (f'{{"userKey":"{KEY_1}","username":"eve"}}', ["unresolved", "unresolved"]),
        ('{"username":"odd"}', ["unresolved"]),
    ],
)
def test_a_list_with_somebody_unresolved_stays_as_it_is(users: str, reasons: list[str]) -> None:
    directory = Directory({**KNOWN, "odd": "not an account"}, frozenset({"two"}))
    result = rewrite(part(access(users), Kind.ACCESS), RULES, directory)
    assert [hold.reason.value for hold in result.holds] == reasons
    assert (result.data, result.edits, result.proof) == (access(users), (), ())


def test_whoever_waits_on_a_list_and_for_whom_is_said_by_masks() -> None:
    users = f'{LA},{{"username":"eve"}}'
    result = rewrite(part(access(users), Kind.ACCESS), RULES, Directory(KNOWN))
    by_value = {hold.subject.reveal(): hold.detail for hold in result.holds}
    waiting = by_value.pop(next(value for value in by_value if value != "eve"))
    assert waiting.startswith("the lists are written whole, and wait for e***: name the account")
    assert by_value["eve"].endswith("waits for it")
    many = ",".join(f'{{"username":"{name}.x"}}' for name in ("ada", "bea", "cid", "dan", "eva"))
    details = {
        hold.detail for hold in rewrite(part(access(f"{LA},{many}"), Kind.ACCESS), RULES, Directory(KNOWN)).holds
    }
    assert any("a***, b***, c*** and 2 more" in detail for detail in details)


def test_a_list_of_another_shape_is_unreadable_and_not_rewritten() -> None:
    result = rewrite(part(b'{"read":[]}', Kind.ACCESS), RULES, Directory(KNOWN))
    assert (result.data, result.edits, result.holds) == (b'{"read":[]}', (), ())
    assert scan(part(b'{"read":[]}', Kind.ACCESS), RULES).unreadable is not None


@pytest.mark.parametrize(
    ("new", "reason", "detail"),
    [
        (b"", HeldReason.WOULD_WIDEN, "everyone"),
        (B.encode(), HeldReason.WOULD_WIDEN, "let in"),
        (b"7", HeldReason.NOT_PROVED, "no list of objects"),
    ],
)
def test_an_entry_that_would_widen_access_is_held(new: bytes, reason: HeldReason, detail: str) -> None:
    rule = BY_ID["legacy-restriction-user"]
    at = access(LA).index(LA.encode())

    def careless(view: object, matches: object, resolve: object) -> Change:
        return Change((Edit(Span(at, at + len(LA)), LA.encode(), new, rule.id),))

    result = rewrite(part(access(LA), Kind.ACCESS), [replace(rule, rewrite=careless)], Directory(KNOWN))
    assert [(hold.reason, detail in hold.detail) for hold in result.holds] == [(reason, True)]
    assert result.data == access(LA)


def test_an_edit_that_fails_its_proof_holds_all_edits_of_the_part() -> None:
    rule = BY_ID["legacy-mention"]
    body = b'<ri:user ri:username="ann"/><ri:user ri:username="bob"/>'

    def careless(view: object, matches: object, resolve: object) -> Change:
        return Change((Edit(Span(22, 25), b"ann", b"bob", rule.id),))

    result = rewrite(part(body), [replace(rule, rewrite=careless)], Directory(KNOWN))
    assert [hold.reason for hold in result.holds] == [HeldReason.NOT_PROVED] * 2
    assert "still finds" in result.holds[0].detail
    assert (result.data, result.proof) == (body, ())


def test_two_edits_of_one_place_are_held() -> None:
    rule = BY_ID["legacy-mention"]
    body = b'<ri:user ri:username="ann"/>'

    def careless(view: object, matches: object, resolve: object) -> Change:
        return Change((Edit(Span(22, 25), b"ann", b"", rule.id), Edit(Span(23, 25), b"nn", b"", rule.id)))

    result = rewrite(part(body), [replace(rule, rewrite=careless)], Directory(KNOWN))
    assert [hold.reason for hold in result.holds] == [HeldReason.NOT_PROVED]
    assert "overlap" in result.holds[0].detail


def test_a_rewriter_that_is_never_done_is_not_believed() -> None:
    rule = BY_ID["legacy-mention"]
    body = b'<ri:user ri:username="ann"/><ri:user ri:username="bob"/>'

    def slow(view: object, matches: tuple[object, ...], resolve: object) -> Change:
        span = Span(9, 26) if len(matches) == 2 else Span(31 + len(ANN) + 15, 31 + len(ANN) + 32)
        old = b'ri:username="ann"' if len(matches) == 2 else b'ri:username="bob"'
        return Change((Edit(span, old, f'ri:account-id="{ANN}"'.encode(), rule.id),))

    result = rewrite(part(body), [replace(rule, rewrite=slow)], Directory(KNOWN))
    assert [(hold.reason, hold.detail) for hold in result.holds] == [
        (HeldReason.NOT_PROVED, "a second pass would change the result again")
    ] * 2


MENTIONS = st.builds(
    lambda name, quote, value, blank: f"<ri:user{blank}{name}={quote}{value}{quote}{blank}/>",
    st.sampled_from(["ri:username", "ri:userkey", "ri:account-id"]),
    st.sampled_from("\"'"),
    st.sampled_from(["ann", "bob", "eve", "two", KEY_1, ANN, "@self", "a&amp;b", ""]),
    st.sampled_from([" ", "\n  "]),
)


@settings(max_examples=150)
@given(st.lists(st.one_of(BODIES, MENTIONS), max_size=6))
def test_a_rewrite_changes_its_spans_only_and_a_second_pass_changes_nothing(pieces: list[str]) -> None:
    original = part("".join(pieces).encode())
    directory = Directory(KNOWN, frozenset({"two"}))
    result = rewrite(original, RULES, directory)
    assert apply(original.data, result.edits) == result.data
    assert HeldReason.NOT_PROVED not in {hold.reason for hold in result.holds}
    again = rewrite(replace(original, data=result.data), RULES, directory)
    assert (again.edits, again.data) == ((), result.data)
    held = {rule.id for rule in RULES if rule.category is Category.LEGACY}
    legacy = [match for match in scan(original, RULES).matches if match.rule in held]
    left = [match for match in scan(replace(original, data=result.data), RULES).matches if match.rule in held]
    assert len(left) == len(result.holds) <= len(legacy)


def test_an_account_shows_only_as_a_mask() -> None:
    assert BOB not in repr(Account(BOB, "csv"))


def test_an_entry_is_who_its_first_resolvable_identifier_says() -> None:
    directory = Directory({"tilda": ANN})
    assert _account(Principal(None, "tilda", "8a7f80826c1d4e5f016c1d4e6f70ffff"), directory) == ANN
    assert _account(Principal(None, "nobody", "8a7f80826c1d4e5f016c1d4e6f70ffff"), directory) is None
    assert directory.asked == [
        "8a7f80826c1d4e5f016c1d4e6f70ffff",
        "tilda",
        "8a7f80826c1d4e5f016c1d4e6f70ffff",
        "nobody",
    ]
