"""An address leads to an account where it stands there in full, and to nobody where it is hidden or shared."""

from __future__ import annotations

import httpx
import pytest

from audit.http import Api
from audit.identity.addresses import JiraSearch, SiteAddresses
from audit.identity.route import Ambiguous, Resolved, Route, Unknown
from audit.sandbox.people import PEOPLE, RESOLVABLE
from audit.sandbox.sandbox import Sandbox
from tests.audit.cloud import connected
from tests.audit.identity.asking import AT, BLIND, KNOWN, LEAVER, OLA_ID, TILDA_ID, address, asked, now
from tests.audit.net import ok, status

pytestmark = pytest.mark.anyio


def jira(api: Api) -> Route:
    return JiraSearch(api, now)


def site(api: Api) -> Route:
    return SiteAddresses(api, [TILDA_ID, OLA_ID], now)


async def test_jira_finds_the_people_that_it_knows_by_their_whole_address() -> None:
    async with connected(Sandbox()) as api:
        heard = await JiraSearch(api, now).ask([address(KNOWN.email.upper()), address(BLIND.email), address("theo")])
    assert heard.answers == {
        address(KNOWN.email): Resolved(KNOWN.account_id, "jira-search", AT),
        address(BLIND.email): Unknown("not known to jira-search"),
        address("theo"): Unknown("not known to jira-search"),
    }


async def test_an_address_that_is_hidden_longer_or_of_two_people_is_nobodys() -> None:
    def found(request: httpx.Request) -> httpx.Response:
        address = request.url.params["query"]
        people: dict[str, list[str | None]] = {
            "a@x.se": [None], "b@x.se": ["b@x.se.example"], "c@x.se": ["c@x.se", "C@x.se"]
        }  # fmt: skip
        shown = people[address]
        accounts = (TILDA_ID, OLA_ID)
        return ok([{"accountId": accounts[at], "emailAddress": one} for at, one in enumerate(shown)])

    heard = await asked(jira, found, *map(address, ("a@x.se", "b@x.se", "c@x.se")))
    assert heard.answers == {
        address("a@x.se"): Unknown("not known to jira-search"),
        address("b@x.se"): Unknown("not known to jira-search"),
        address("c@x.se"): Ambiguous("jira-search names several accounts for it"),
    }


async def test_the_site_is_asked_for_the_addresses_of_all_whom_it_lists() -> None:
    accounts = [one.account_id for one in RESOLVABLE]
    wanted = [address(one.email) for one in (PEOPLE[4], LEAVER)]
    async with connected(Sandbox()) as api:
        heard = await SiteAddresses(api, accounts, now).ask(wanted)
    assert heard.answers == {
        wanted[0]: Resolved(PEOPLE[4].account_id, "site", AT),
        wanted[1]: Unknown("not known to site"),
    }


@pytest.mark.parametrize("code", [403, 404])
async def test_a_site_that_does_not_answer_leaves_it_open(code: int) -> None:
    heard = await asked(site, lambda _: status(code), address("a@x.se"))
    assert (heard.answers, bool(heard.unavailable)) == ({}, True)
    heard = await asked(jira, lambda _: status(code), address("a@x.se"))
    assert (heard.answers, heard.lasting) == ({}, code == 404)


async def test_an_answer_of_another_shape_is_none() -> None:
    heard = await asked(jira, lambda _: ok({"users": []}), address("a@x.se"))
    assert (heard.answers, "it is no list" in heard.unavailable) == ({}, True)
