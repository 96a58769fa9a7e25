"""The company as it came from its server: lists under user keys, which the whole way of a migration moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from audit.parts import PERMISSIONS, RELATIONS, ROLES, WATCHES
from audit.sandbox.imported import MENTOR, REVIEWER, build_imported
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.site import Wanted
from audit.verify import Standing
from reports.evidence import Outcome
from rules.model import HeldReason
from tests.audit.moving import Move, outcomes

pytestmark = pytest.mark.anyio
LISTS = (WATCHES, RELATIONS, ROLES, PERMISSIONS)
WANTED = Wanted(include=frozenset({"watches"}), relations=(REVIEWER, MENTOR))


def keys(sandbox: Sandbox, without: AbstractSet[str] = frozenset()) -> Counter[str]:
    """Return how many entries of each kind of list stand under a user key."""
    state, known = sandbox.state, {one.user_key for one in sandbox.state.everybody} - without
    found = Counter({WATCHES: sum(who in known for _, who in state.watches)})
    found[RELATIONS] = sum(one.source in known for one in state.relations)
    found[ROLES] = sum(who in known for roles in state.roles.values() for _, who in roles)
    found[PERMISSIONS] = sum(one.principal in known for space in state.spaces.values() for one in space.permissions)
    return found


@pytest.mark.parametrize("legacy", [False, True])
async def test_every_kind_of_list_is_found_moved_verified_and_stays_by_account(tmp_path: Path, legacy: bool) -> None:
    sandbox = Sandbox(keep_bodies=True, seed=build_imported, legacy_users=legacy)
    before = keys(sandbox)
    assert min(before[kind] for kind in LISTS) > 0
    move = Move(tmp_path, WANTED, sandbox)
    plan = await move.make()
    lists = [action for kind in LISTS for action in move.actions(kind)]
    assert Counter(kind for kind in LISTS for _ in move.actions(kind)) == {
        WATCHES: 5, RELATIONS: 5, ROLES: 2, PERMISSIONS: 2
    }  # fmt: skip
    stays = [item for item in plan.held if item.part.startswith(LISTS)]
    # The permissions of an archived space wait until it is restored, those that the API does not know for a person.
    reasons = {HeldReason.UNRESOLVED, HeldReason.NOT_CURRENT, HeldReason.NO_REWRITER}
    assert {item.reason for item in stays} == reasons
    unknown = [item for item in stays if item.reason is HeldReason.NO_REWRITER]
    assert {item.detail for item in unknown} == {"the person has a permission of a kind that the API cannot grant"}
    move.keep(*lists)
    assert outcomes(await move.apply()) == {Outcome.APPLIED}
    left = keys(sandbox)
    assert all(0 < left[kind] < before[kind] for kind in LISTS)
    gone = {one.user_key for one in (*LEAVERS, PEOPLE[12], PEOPLE[13])}
    assert not any(keys(sandbox, without=gone).values()), "only they are still there by a user key"
    assert await move.standings() == {Standing.VERIFIED}
    assert outcomes(await move.apply()) == {Outcome.ALREADY}
    result = await move.undo()
    assert {one.reason for one in result.written} == {HeldReason.NO_REWRITER}
    assert keys(sandbox) == left
