from __future__ import annotations

import json

import pytest

from rules.context import Context
from rules.macros import registry
from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = Directory({KEY: ANN})


def document(**parameters: object) -> bytes:
    attrs = {"extensionKey": "app/env/static/card", "parameters": {"guestParams": parameters}}
    return json.dumps({"type": "doc", "content": [{"type": "extension", "attrs": attrs}]}).encode()


def found(data: bytes) -> list[str]:
    return [match.rule for match in scan(part(data, Kind.ADF), RULES).matches]


@pytest.mark.parametrize(
    "name",
    ["user", "users", "userKey", "user_id", "pageOwner", "approvers", "signers", "assignedBy", "reporter", "people", "Contact-Person", "leads", "authorName"],
)  # fmt: skip
def test_a_user_key_under_a_name_for_people_is_reported_and_held(name: str) -> None:
    data = document(**{name: KEY})
    assert found(data) == ["app-user-key"]
    result = rewrite(part(data, Kind.ADF), RULES, KNOWN)
    assert (result.data, [hold.reason for hold in result.holds]) == (data, [HeldReason.NO_REWRITER])


@pytest.mark.parametrize("name", ["accountId", "account-id", "contributor_account_ids", "ownerAccountId"])
def test_a_user_key_under_a_name_for_account_ids_is_rewritten(name: str) -> None:
    data = document(**{name: [KEY, ANN]})
    assert rewrite(part(data, Kind.ADF), RULES, KNOWN).data == data.replace(KEY.encode(), ANN.encode())


def test_an_account_that_is_not_known_and_text_that_markup_interrupts_are_held() -> None:
    body = (
        f'<ac:structured-macro ac:name="card"><ac:parameter ac:name="account-id">{KEY}<b/></ac:parameter>'
        '<ac:parameter ac:name="accountId">8a7f80826c1d4e5f016c1d4e6f700002</ac:parameter></ac:structured-macro>'
    ).encode()
    result = rewrite(part(body), RULES, KNOWN)
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER, HeldReason.UNRESOLVED]


@pytest.mark.parametrize(
    "parameters",
    [
        {"owner": ANN}, {"owner": "tbergmann"}, {"diagram": KEY}, {"thread": KEY}, {"userInterface": KEY}, {"peopleCount": KEY},
        {"owner": f"{KEY}0"}, {"owner": "8a7f8082-6c1d-4e5f-016c-1d4e6f700001"}, {"owner": "", "x": KEY},
    ],
)  # fmt: skip
def test_other_shapes_and_other_names_are_clean(parameters: dict[str, object]) -> None:
    assert found(document(**parameters)) == []


def test_a_parameter_of_the_registry_is_reported_once_and_by_its_own_rule() -> None:
    known = Context(
        known=frozenset({KEY}),
        macros=registry('row = [{macro="card", parameter="lead", forms="user", source="intranet"}]'),
    )
    assert [match.rule for match in scan(part(document(lead=KEY), Kind.ADF), RULES, known).matches] == [
        "legacy-macro-parameter"
    ]
    bare = Context(known=frozenset({KEY}))
    assert [match.rule for match in scan(part(document(lead=KEY, note=KEY), Kind.ADF), RULES, bare).matches] == [
        "app-user-key",
        "unknown-macro-user",
    ]


def test_a_broken_document_names_nobody() -> None:
    seen = scan(part(document(owner=KEY)[:-1], Kind.ADF), RULES)
    assert (seen.matches, seen.unreadable is not None) == ((), True)


@pytest.mark.parametrize("end", ["", "]]></ac:parameter><b>", "&", '"</ac:parameter>', "</ac:parameter></p>"])
def test_a_body_that_breaks_off_behind_a_key_is_not_taken_for_a_clean_one(end: str) -> None:
    opener = "<![CDATA[" if end.startswith("]]>") else '"' if end.startswith('"') else ""
    data = f'<p><ac:structured-macro ac:name="x"><ac:parameter ac:name="approver">{opener}{KEY}{end}'
    seen = scan(part(data.encode()), RULES)
    assert seen.unreadable is not None
    assert [match.rewritable for match in seen.matches] in ([False], [])


def test_a_key_in_a_section_is_seen_and_stays() -> None:
    data = (
        f'<ac:macro ac:name="x"><ac:parameter ac:name="approverAccountId"><![CDATA[{KEY}]]></ac:parameter></ac:macro>'
    )
    result = rewrite(part(data.encode()), RULES, Directory({KEY: ANN}))
    assert (result.edits, [hold.rule for hold in result.holds]) == ((), ["app-user-key"])


@pytest.mark.parametrize("run", [f"0{KEY}", f"{KEY}0", KEY[:-1]])
def test_digits_of_another_length_are_no_key(run: str) -> None:
    data = f'<ac:macro ac:name="x"><ac:parameter ac:name="approver">{run}</ac:parameter></ac:macro>'
    assert scan(part(data.encode()), RULES).matches == ()
