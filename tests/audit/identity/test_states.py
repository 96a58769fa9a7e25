"""States of accounts, and people who may be meant."""

from __future__ import annotations

import json

import pytest

from audit.identity.names import candidates, likely_name
from audit.identity.policy import Condition
from audit.identity.route import Identifier
from audit.identity.states import states_of
from audit.sandbox.people import RESOLVABLE
from audit.sandbox.sandbox import Sandbox
from rules.model import AccountState
from tests.audit.cloud import connected
from tests.audit.identity.asking import KEY, KNOWN, OLA_ID, TILDA_ID, address, user_key, username
from tests.audit.net import net, ok, script, status

pytestmark = pytest.mark.anyio


async def test_states_are_those_of_the_site_and_who_is_not_named_is_absent() -> None:
    sandbox = Sandbox()
    people = {one.status: one for one in RESOLVABLE}
    async with connected(sandbox) as api:
        states = await states_of(api, [*(one.account_id for one in people.values()), TILDA_ID])
    found = {account: facts.condition for account, facts in states.known.items()}
    assert found == {one.account_id: Condition(one.status) for one in people.values()} | {TILDA_ID: Condition.ABSENT}


@pytest.mark.parametrize(
    ("user", "condition"),
    [
        ({"accountStatus": "active", "accountType": "app"}, Condition.APP),
        ({"accountStatus": "inactive", "accountType": "customer"}, Condition.CUSTOMER),
        ({"accountStatus": "closed", "accountType": "customer"}, Condition.CLOSED),
        ({"accountStatus": "something new"}, Condition.UNKNOWN),
        ({}, Condition.UNKNOWN),
    ],
)
async def test_kinds_of_accounts_are_told_apart(user: dict[str, str], condition: Condition) -> None:
    async with net(script(ok({"results": [{"accountId": OLA_ID, **user}]}))) as one:
        states = await states_of(one.api, [OLA_ID])
    assert states.known[OLA_ID].condition is condition


@pytest.mark.parametrize(
    ("status", "shown", "name"),
    [
        ("active", "Tilda Bergmann", "Tilda Bergmann"),
        ("inactive", "Tilda Bergmann", "Tilda Bergmann"),
        ("active", None, ""),
        ("closed", "Former user", ""),
        ("unknown", "Somebody", ""),
    ],
)
async def test_what_stands_for_the_name_of_a_closed_account_is_no_name(
    status: str, shown: str | None, name: str
) -> None:
    user = {"accountId": OLA_ID, "accountStatus": status, "displayName": shown}
    async with net(script(ok({"results": [user]}))) as one:
        states = await states_of(one.api, [OLA_ID])
    assert states.known[OLA_ID].name == name
    assert "Tilda" not in repr(states.known[OLA_ID])


async def test_states_are_asked_for_in_groups_and_a_fault_leaves_the_rest_open() -> None:
    accounts = [f"5f{number:022x}" for number in range(251)]
    first = ok({"results": [{"accountId": accounts[0], "accountStatus": "active"}]})
    async with net(script(first, status(404))) as one:
        states = await states_of(one.api, accounts)
    assert len(states.known) == 250
    assert states.known[accounts[1]].state is AccountState.ABSENT
    assert "404" in states.unavailable
    assert [len(json.loads(request.content)["accountIds"]) for request in one.requests] == [250, 1]


@pytest.mark.parametrize(
    ("asked_for", "name", "words"),
    [
        (username("tilda.bergmann2"), "", "tilda bergmann"),
        (address("ola_lindqvist@acme-optics.se"), "", "ola lindqvist"),
        (username("jv"), "", ""),
        (user_key(KEY), "", ""),
        (user_key(KEY), "Tilda Bergmann", "Tilda Bergmann"),
    ],
)
def test_a_name_is_searched_for_only_where_there_is_one(asked_for: Identifier, name: str, words: str) -> None:
    assert likely_name(asked_for, name) == words


async def test_people_of_a_like_name_are_proposed() -> None:
    async with connected(Sandbox()) as api:
        found = await candidates(api, KNOWN.display_name)
    assert [(one.account_id, one.name) for one in found] == [(KNOWN.account_id, KNOWN.display_name)]
    assert KNOWN.display_name not in repr(found[0])
