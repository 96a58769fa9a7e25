"""Restrictions above and below: whoever writes keeps its access to a page, to those above it and to those below."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.sandbox.people import LEAVERS, PEOPLE, SIGN_INS, STAFF
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Kind, RestrictedUser, Restriction
from audit.sites.cloud.site import Wanted
from reports.evidence import Outcome
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.cloud import connected
from tests.audit.moving import Move, outcomes

pytestmark = pytest.mark.anyio
ROLE = "editor"
CALLER, OLD, SECOND, LEAVER = SIGN_INS[ROLE], PEOPLE[12], PEOPLE[13], LEAVERS[0]


def account(user_id: str) -> RestrictedUser:
    return RestrictedUser(account_id=user_id)


def key(user_key: str) -> RestrictedUser:
    return RestrictedUser(user_key=user_key)


def family(sandbox: Sandbox) -> tuple[str, str, str]:
    """Return three pages one below the other in a space in which the caller writes."""
    state = sandbox.state
    for content in state.contents.values():
        above = state.contents.get(content.parent)
        top = state.contents.get(above.parent) if above else None
        if top and above and content.kind is Kind.PAGE and state.spaces[content.space].key == "ENG":
            return top.id, above.id, content.id
    raise AssertionError("the sandbox has no three pages one below the other")


def restrict(sandbox: Sandbox, page: str, operation: str, *users: RestrictedUser, groups: tuple[str, ...] = ()) -> None:
    sandbox.state.restrictions[page, operation] = Restriction(users, groups)


async def planned(folder: Path, sandbox: Sandbox, *pages: str) -> Move:
    move = Move(folder, Wanted(), sandbox, role=ROLE)
    await move.plan_for([(Ref(ObjectType.PAGE, page), "restrictions") for page in pages])
    return move


async def test_lists_above_and_below_keep_the_account_that_writes(tmp_path: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    top, middle, leaf = family(sandbox)
    restrict(sandbox, top, "read", key(OLD.user_key), account(CALLER.account_id))
    restrict(sandbox, middle, "read", account(CALLER.account_id), key(SECOND.user_key), groups=(STAFF,))
    restrict(sandbox, middle, "update", key(SECOND.user_key), account(CALLER.account_id))
    restrict(sandbox, leaf, "update", key(OLD.user_key), groups=CALLER.groups[-1:])
    move = await planned(tmp_path, sandbox, top, middle, leaf)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    async with connected(sandbox, ROLE) as api:
        for page in (top, middle, leaf):
            assert (await api.get(f"/api/v2/pages/{page}")).status == 200
    users = {place: [one.account_id for one in entry.users] for place, entry in sandbox.state.restrictions.items()}
    assert users[top, "read"] == [OLD.account_id, CALLER.account_id]
    assert users[middle, "update"] == [SECOND.account_id, CALLER.account_id]
    assert users[leaf, "update"] == [OLD.account_id]


async def test_a_list_above_that_is_held_holds_nothing_below_and_opens_nothing(tmp_path: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    top, _, leaf = family(sandbox)
    restrict(sandbox, top, "read", key(LEAVER.user_key), key(OLD.user_key), account(CALLER.account_id))
    restrict(sandbox, leaf, "read", key(OLD.user_key), account(CALLER.account_id))
    before = sandbox.state.restrictions[top, "read"]
    move = await planned(tmp_path, sandbox, top, leaf)
    assert [action.ref.id for action in move.plan.actions] == [leaf]
    held = {item.subject.mask if item.subject else "": item.detail for item in move.plan.held}
    assert {item.reason for item in move.plan.held} == {HeldReason.UNRESOLVED}
    assert any("wait for" in detail for detail in held.values())
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    assert sandbox.state.restrictions[top, "read"] == before


async def test_what_a_list_above_hides_from_the_account_is_not_planned(tmp_path: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    top, _, leaf = family(sandbox)
    restrict(sandbox, top, "read", key(OLD.user_key))
    restrict(sandbox, leaf, "read", key(OLD.user_key), account(CALLER.account_id))
    move = await planned(tmp_path, sandbox, top, leaf)
    assert not move.plan.actions
    assert {item.reason for item in move.plan.held} <= {HeldReason.GONE, HeldReason.NO_PERMISSION}


async def test_an_account_that_is_shut_out_above_after_the_plan_writes_nothing_below(tmp_path: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    top, _, leaf = family(sandbox)
    restrict(sandbox, leaf, "read", key(OLD.user_key), account(CALLER.account_id))
    move = await planned(tmp_path, sandbox, leaf)
    restrict(sandbox, top, "read", account(SECOND.account_id))
    result = await move.apply()
    assert {one.reason for one in result.written} <= {HeldReason.GONE, HeldReason.NO_PERMISSION}
    assert not sandbox.writes
