"""Space permissions: a person moves with all of them or with none, and nobody gains anything."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.acl import Permission, decode_permissions, encode_permissions
from rules.model import HeldReason, Kind
from rules.permissions import (
    GRANTABLE,
    READ,
    additions,
    exceeds,
    gaining,
    grant_of,
    grants,
    obstacle,
    removals,
    retired,
)
from rules.rewrite import ACCESS_PROOF, Rewritten, rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN = {"ann": ANN, KEY: ANN, "bob": BOB, "odd": "no account"}
STAFF = Permission("1", READ, "group", "staff")


def held(principal: str, *operations: str, start: int = 10, kind: str = "user") -> tuple[Permission, ...]:
    return tuple(Permission(str(start + n), name, kind, principal) for n, name in enumerate(operations))


def rewritten(*permissions: Permission, two: frozenset[str] = frozenset()) -> Rewritten:
    data = encode_permissions(permissions)
    return rewrite(part(data, Kind.PERMISSIONS), RULES, Directory(KNOWN, two))


def owners(result: Rewritten) -> list[str]:
    return [one.principal_id for one in decode_permissions(result.data)]


def test_a_person_moves_with_every_permission_and_nothing_else_changes() -> None:
    before = (STAFF, *held(KEY, READ, "create/page", "administer/space"), *held(BOB, READ, start=20))
    result = rewritten(*before)
    assert owners(result) == ["staff", ANN, ANN, ANN, BOB]
    assert [replace(one, principal_id="") for one in decode_permissions(result.data)] == [
        replace(one, principal_id="") for one in before
    ]
    assert (result.holds, result.proof) == ((), ACCESS_PROOF)


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        ((READ, "create/whiteboard"), HeldReason.NO_REWRITER),
        ((READ, "use/application"), HeldReason.NO_REWRITER),
        (("export/space",), HeldReason.WOULD_WIDEN),
    ],
)
def test_what_the_api_cannot_grant_holds_all_that_the_person_has(
    operations: tuple[str, ...], reason: HeldReason
) -> None:
    others = held("bob", READ, start=50)
    result = rewritten(*held(KEY, *operations), *others)
    assert {(hold.reason, hold.subject.reveal()) for hold in result.holds} == {(reason, KEY)}
    assert len(result.holds) == len(operations)
    assert owners(result) == [KEY] * len(operations) + [BOB]


def test_what_the_account_has_already_need_not_be_granted() -> None:
    result = rewritten(*held(ANN, READ, "create/whiteboard"), *held(KEY, "create/whiteboard", "export/space", start=20))
    assert owners(result) == [ANN] * 4


def test_two_identifiers_of_one_person_move_together_or_not_at_all() -> None:
    together = rewritten(*held(KEY, READ), *held("ann", "export/space", start=20))
    assert owners(together) == [ANN, ANN]
    apart = rewritten(*held(KEY, READ, "create/embed"), *held("ann", "export/space", start=20))
    assert owners(apart) == [KEY, KEY, "ann"]
    assert len(apart.holds) == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [("eve", HeldReason.UNRESOLVED), ("two", HeldReason.AMBIGUOUS), ("odd", HeldReason.UNRESOLVED)],
)
def test_whoever_is_not_one_account_stays_and_holds_back_nobody_else(name: str, reason: HeldReason) -> None:
    result = rewritten(*held(name, READ), *held("bob", READ, start=20), two=frozenset({"two"}))
    assert [hold.reason for hold in result.holds] == [reason]
    assert owners(result) == [name, BOB]


@pytest.mark.parametrize(("kind", "name"), [("group", KEY), ("role", "ann"), ("user", "anonymous")])
def test_groups_and_roles_are_left_alone(kind: str, name: str) -> None:
    result = rewritten(*held(name, READ, kind=kind))
    assert (result.edits, owners(result)) == ((), [name])


def test_what_the_api_cannot_grant_is_no_promise_to_rewrite_and_a_role_is_one() -> None:
    data = encode_permissions((*held(KEY, READ, "create/whiteboard"), *held(KEY, "role/r-1", start=20)))
    found = scan(part(data, Kind.PERMISSIONS), RULES).matches
    assert [match.rewritable for match in found] == [True, False, True]
    assert [match.where for match in found][2] == "permissions[2] (role)/principal/id"


def test_a_role_moves_where_the_account_has_none_or_the_same() -> None:
    assert owners(rewritten(*held(KEY, "role/r-1"))) == [ANN]
    assert owners(rewritten(*held(ANN, "role/r-1"), *held(KEY, "role/r-1", start=20))) == [ANN, ANN]
    for two in ((*held(ANN, "role/r-2"), *held(KEY, "role/r-1", start=20)), held(KEY, "role/r-1", "role/r-2")):
        result = rewritten(*two)
        assert {hold.reason for hold in result.holds} == {HeldReason.WOULD_WIDEN}
        assert owners(result) == [one.principal_id for one in two]


def test_only_people_without_an_account_id_are_retired() -> None:
    assert retired("USER", KEY)
    assert not retired("user", ANN)
    assert not retired("group", KEY)
    assert not retired("user", "unknown")


def test_every_operation_of_the_documents_can_be_granted_and_reading_comes_first() -> None:
    assert len(GRANTABLE) == 14
    assert obstacle(GRANTABLE, frozenset()) is None
    lacking = obstacle(GRANTABLE - {READ}, frozenset())
    assert lacking is not None
    assert lacking.reason is HeldReason.WOULD_WIDEN
    assert obstacle(GRANTABLE - {READ}, frozenset({READ})) is None
    planned = held(ANN, "administer/space", "create/page", READ)
    assert [one.operation for one in additions((), planned)] == [READ, "administer/space", "create/page"]
    assert [one.operation for one in removals(planned, ())] == ["administer/space", "create/page", READ]
    assert not additions(planned, planned)
    assert not removals(planned, planned)


OLD = (STAFF, *held(KEY, READ, "create/page"), *held(ANN, "export/space", start=30))
NEW = tuple(replace(one, principal_id=ANN) if one.principal_id == KEY else one for one in OLD)


def test_a_list_with_people_under_their_accounts_exceeds_nothing() -> None:
    assert exceeds(OLD, NEW) is None
    assert exceeds(OLD, OLD) is None
    assert gaining(OLD, NEW) == {ANN}
    assert gaining(OLD, OLD) == frozenset()


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (NEW[:-1], "added or dropped"),
        ((*NEW, Permission("99", "administer/space", "user", BOB)), "added or dropped"),
        ((NEW[0], replace(NEW[1], operation="administer/space"), *NEW[2:]), "another one"),
        ((NEW[0], replace(NEW[1], id="99"), *NEW[2:]), "another one"),
        ((replace(NEW[0], principal_type="user"), *NEW[1:]), "another one"),
        ((replace(NEW[0], principal_id="everybody"), *NEW[1:]), "somebody else"),
        ((*NEW[:3], replace(NEW[3], principal_id=BOB)), "somebody else"),
        ((NEW[0], *(replace(one, principal_id="tilda") for one in NEW[1:3]), NEW[3]), "somebody else"),
        ((NEW[0], NEW[1], OLD[2], NEW[3]), "some permissions only"),
        ((NEW[0], NEW[1], replace(NEW[2], principal_id=BOB), NEW[3]), "two accounts"),
    ],
)
def test_anything_else_exceeds(after: tuple[Permission, ...], words: str) -> None:
    reason = exceeds(OLD, after)
    assert reason is not None
    assert words in reason
    assert ANN not in reason


@given(st.data())
def test_no_list_that_gives_anybody_more_passes(data: st.DataObject) -> None:
    people = st.sampled_from([KEY, ANN, BOB, "ann"])
    entries = st.builds(
        Permission, st.sampled_from("123"), st.sampled_from([READ, "create/page"]), st.just("user"), people
    )
    before = tuple(data.draw(st.lists(entries, max_size=4)))
    after = tuple(replace(one, principal_id=data.draw(people)) for one in before)
    if exceeds(before, after) is None:
        for account in (ANN, BOB):
            gained = {one.operation for one in after if one.principal_id == account}
            sources = {old.principal_id for old, new in zip(before, after, strict=True) if new.principal_id == account}
            assert gained == {one.operation for one in before if one.principal_id in sources}
            assert all(retired("user", source) or source == account for source in sources)


def test_a_grant_is_the_same_whatever_its_id_and_place() -> None:
    shapes = {grants(some) for some in permutations(OLD)}
    assert len(shapes) == 1
    assert grant_of(replace(STAFF, id="7", principal_type="GROUP")) == grant_of(STAFF)
    assert "staff" not in repr(grant_of(STAFF))
