"""What a site says of an account when it is asked, and what it may not be asked."""

from __future__ import annotations

import pytest

from audit.errors import NotAuthenticated
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import ENGINEERS, PEOPLE, STAFF, group_id
from audit.sandbox.sandbox import Sandbox
from audit.subjectindex import indexed, memberships, profile, roles
from reports.language import language
from rules.model import AccountState
from tests.audit.cloud import connected

pytestmark = pytest.mark.anyio

KEEPER = next(one for one in PEOPLE if one.username == "mkeeper")
CLOSED = next(one for one in PEOPLE if one.username == "lpetrov")


async def test_groups_come_once_and_by_id() -> None:
    async with connected(Sandbox()) as api:
        groups, gaps = await memberships(api, [KEEPER.account_id, PEOPLE[1].account_id])
    assert [one.id for one in groups] == sorted(map(group_id, (ENGINEERS, STAFF)))
    assert gaps == ()


async def test_a_profile_of_a_closed_account_names_nobody() -> None:
    async with connected(Sandbox()) as api:
        shown, hidden = await profile(api, [KEEPER.account_id, CLOSED.account_id])
        assert await profile(api, []) == ((), "")
    assert [one.state for one in shown] == [AccountState.ACTIVE, AccountState.CLOSED]
    assert [one.name for one in shown] == [KEEPER.display_name, ""]
    assert hidden == ""


async def test_watched_labels_are_asked_for_one_by_one_where_the_whole_site_is_read() -> None:
    sandbox = Sandbox()
    label = next(label for one in sandbox.state.contents.values() for label in one.labels)
    sandbox.state.watches[f"label:{label.name}", KEEPER.account_id] = None
    async with connected(sandbox) as api:
        whole = await indexed(api, [KEEPER.account_id])
        assert [one.ref.id for one in whole.watched] == [label.id]
        assert whole.contributed
        assert (whole.gaps, whole.unasked) == ((), ())
        assert (await indexed(api, [KEEPER.account_id], ("HR",))).watched == ()
        assert (await indexed(api, [KEEPER.account_id], quick=True)).watched == ()


async def test_what_may_not_be_asked_is_said_and_ends_nothing() -> None:
    sandbox = Sandbox()
    async with connected(sandbox, "reader") as api:
        found = await indexed(api, [KEEPER.account_id])
    assert len(found.unasked) == 1
    sandbox.faults.add(*(Fault(FaultKind.STATUS, path=path, status=403, times=0) for path in ("/search$", "memberof$")))
    async with connected(sandbox) as api:
        gaps = (await indexed(api, [KEEPER.account_id], quick=True)).gaps
        groups, more = await memberships(api, [KEEPER.account_id])
        assert await roles(api)
        sandbox.faults.add(Fault(FaultKind.STATUS, path="space-roles$", status=403, times=0))
        assert await roles(api) == ()
    assert (len(gaps), groups, len(more)) == (2, (), 1)
    german = language("de")
    assert all(german.told(sentence) != sentence for sentence in (*found.unasked, *gaps, *more))


async def test_credentials_that_end_are_no_gap() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/rest/api/|/labels|/space-roles", status=401, times=0))
    async with connected(sandbox) as api:
        with pytest.raises(NotAuthenticated):
            await indexed(api, [KEEPER.account_id])
        with pytest.raises(NotAuthenticated):
            await memberships(api, [KEEPER.account_id])
        with pytest.raises(NotAuthenticated):
            await roles(api)
