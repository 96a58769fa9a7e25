"""Routes that ask a site: what they learn from it, what they refuse to conclude, and how they say that it is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from audit.http import Api
from audit.identity.datacenter import DataCenterUsers
from audit.identity.jira import BATCH, JiraUsers, batches
from audit.identity.organisation import OrganisationDirectory
from audit.identity.route import KEY_OF_NOBODY, Ambiguous, Answer, Resolved, Route, Unknown
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.identities import ORGANISATION
from audit.sandbox.people import PEOPLE, RESOLVABLE, UNKNOWN_KEYS
from audit.sandbox.sandbox import Sandbox
from tests.audit.cloud import connected
from tests.audit.identity.asking import (
    AT,
    BLIND,
    KEY,
    KNOWN,
    LEAVER,
    OLA_ID,
    TILDA_ID,
    address,
    asked,
    conversion,
    elsewhere,
    jira,
    now,
    old_site,
    organisation,
    search,
    twin,
    user_key,
    username,
)
from tests.audit.net import ok, script, status

pytestmark = pytest.mark.anyio

# Jira


async def test_jira_names_the_accounts_that_it_knows() -> None:
    sandbox = Sandbox()
    async with connected(sandbox) as api:
        heard = await JiraUsers(api, now).ask(
            [username(KNOWN.username), username(BLIND.username), username(LEAVER.username), user_key("JIRAUSER10104")]
        )
    assert heard.answers == {
        username(KNOWN.username): Resolved(KNOWN.account_id, "jira", AT),
        username(BLIND.username): Unknown("not known to jira"),
        username(LEAVER.username): Unknown("not known to jira"),
        user_key("JIRAUSER10104"): Resolved(PEOPLE[4].account_id, "jira", AT),
    }
    assert not heard.unavailable


async def test_jira_is_asked_in_groups_of_one_kind_and_read_to_the_end() -> None:
    requests: list[httpx.QueryParams] = []

    def ten_at_most(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.params)
        names, start = request.url.params.get_list("username"), int(request.url.params["startAt"])
        return ok([{"username": name, "accountId": f"5f{int(name[1:]):022x}"} for name in names[start : start + 10]])

    people = [username(f"u{number}") for number in range(BATCH + 5)]
    heard = await asked(jira, ten_at_most, *people)
    assert all(isinstance(heard.answers[one], Resolved) for one in people)
    assert [len(one.get_list("username")) for one in requests] == [BATCH] * 5 + [5]
    assert not any(one.get_list("key") for one in requests)


def test_groups_stay_below_the_length_of_an_address() -> None:
    long = [username("n" * 300 + str(number)) for number in range(30)]
    groups = [group for _, group in batches([*long, user_key(KEY)])]
    assert all(sum(map(len, group)) <= 4000 for group in groups)
    assert sum(map(len, groups)) == 31


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([], Unknown("not known to jira")),
        ([{"username": "kito", "accountId": OLA_ID}], Unknown("not known to jira")),
        ([{"key": "tbergmann", "accountId": OLA_ID}], Unknown("not known to jira")),
        ([{"username": "tbergmann", "accountId": "unknown"}], Unknown("not known to jira")),
        ([{"username": "tbergmann"}], Unknown("not known to jira")),
        ([{"username": "TBergmann", "accountId": OLA_ID}], Resolved(OLA_ID, "jira", AT)),
        (
            [{"username": "tbergmann", "accountId": OLA_ID}, {"username": "tbergmann", "accountId": TILDA_ID}],
            Ambiguous("jira names several accounts for it"),
        ),
    ],
)
async def test_only_a_row_about_the_person_counts(rows: list[Any], answer: Answer) -> None:
    heard = await asked(jira, script(ok(rows), ok([])), username("tbergmann"))
    assert heard.answers == {username("tbergmann"): answer}


# Endpoints that were withdrawn


async def test_confluences_own_endpoint_is_used_where_it_still_stands() -> None:
    rows = [{"key": KEY, "username": "tbergmann", "accountId": TILDA_ID}]
    heard = await asked(twin, script(ok({"results": rows})), user_key(KEY))
    assert heard.answers == {user_key(KEY): Resolved(TILDA_ID, "confluence", AT)}


@pytest.mark.parametrize("route", [twin, search])
@pytest.mark.parametrize("code", [400, 404, 410])
async def test_an_endpoint_that_is_not_there_is_not_asked_again_in_the_run(
    route: Callable[[Api], Route], code: int
) -> None:
    heard = await asked(route, script(status(code)), user_key(KEY))
    assert (heard.answers, heard.lasting) == ({}, True)
    assert str(code) in heard.unavailable


async def test_the_search_by_user_key_answers_for_one_person_each() -> None:
    def found(request: httpx.Request) -> httpx.Response:
        cql = request.url.params["cql"]
        people = {KEY: [TILDA_ID], KEY[:-1] + "2": [TILDA_ID, OLA_ID]}
        key = cql.split('"')[1]
        hits = [{"user": {"accountId": one, "displayName": "x"}} for one in people.get(key, [])]
        return ok({"results": hits, "totalSize": len(hits)})

    keys = [user_key(KEY), user_key(KEY[:-1] + "2"), user_key(KEY[:-1] + "3")]
    heard = await asked(search, found, *keys, username("tbergmann"))
    assert heard.answers == {
        keys[0]: Resolved(TILDA_ID, "search", AT),
        keys[1]: Ambiguous("search names several accounts for it"),
        keys[2]: Unknown("not known to search"),
    }


async def test_a_search_that_finds_somebody_for_a_key_of_nobody_is_not_believed() -> None:
    requests: list[httpx.Request] = []

    def everybody(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return ok({"results": [{"user": {"accountId": TILDA_ID}}], "totalSize": 1})

    heard = await asked(search, everybody, user_key(KEY))
    assert (heard.answers, heard.lasting) == ({}, True)
    assert "a key of nobody" in heard.unavailable
    assert [KEY_OF_NOBODY in one.url.params["cql"] for one in requests] == [True]


# The organisation and the old site


async def test_the_directory_of_the_organisation_is_read_to_its_end() -> None:
    sandbox = Sandbox()
    async with elsewhere(sandbox) as api:
        heard = await OrganisationDirectory(api, ORGANISATION, now).ask(
            [
                address(RESOLVABLE[0].email.upper()),
                address(RESOLVABLE[-1].email),
                address(LEAVER.email),
                username("kito"),
            ]
        )
    assert heard.answers == {
        address(RESOLVABLE[0].email): Resolved(RESOLVABLE[0].account_id, "organisation", AT),
        address(RESOLVABLE[-1].email): Resolved(RESOLVABLE[-1].account_id, "organisation", AT),
        address(LEAVER.email): Unknown("not known to organisation"),
    }
    assert heard.names == {address(one.email): one.display_name for one in (RESOLVABLE[0], RESOLVABLE[-1])}
    assert {entry.caller for entry in sandbox.log} == {"bearer"}
    assert len(sandbox.log) == 3


async def test_an_address_of_two_accounts_belongs_to_neither() -> None:
    data = [{"account_id": one, "email": "info@acme-optics.se"} for one in (TILDA_ID, OLA_ID)]
    heard = await asked(organisation, script(ok({"data": data, "links": {}})), address("info@acme-optics.se"))
    assert heard.answers[address("info@acme-optics.se")] == Ambiguous("organisation names several accounts for it")


@pytest.mark.parametrize(
    ("following", "words"),
    [
        ("https://elsewhere.example/admin/v1/orgs/acme/users?cursor=b", "leads elsewhere"),
        ("//elsewhere.example/admin/v1/orgs/acme/users?cursor=b", "leads elsewhere"),
        ("/admin/v1/orgs/other/users?cursor=b", "leads elsewhere"),
        ("https://[broken", "leads elsewhere"),
        ("/admin/v1/orgs/acme/users", "no cursor"),
        ("?cursor=a", "repeats itself"),
    ],
)
async def test_a_directory_that_does_not_end_well_tells_nothing(following: str, words: str) -> None:
    requests: list[httpx.Request] = []

    def listing(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        data = [{"account_id": TILDA_ID, "email": "t@acme-optics.se"}]
        return ok({"data": data, "links": {"next": following}})

    heard = await asked(organisation, listing, address("t@acme-optics.se"))
    assert heard.answers == {}
    assert words in heard.unavailable
    assert {one.url.host for one in requests} == {"acme.atlassian.net"}


async def test_the_old_site_leads_from_keys_to_addresses_and_resolves_nobody() -> None:
    sandbox = Sandbox()
    async with elsewhere(sandbox, old=True) as api:
        heard = await DataCenterUsers(api, now).ask(
            [user_key(KNOWN.user_key), username(BLIND.username), user_key(UNKNOWN_KEYS[0]), address(KNOWN.email)]
        )
    assert set(heard.aliases[user_key(KNOWN.user_key)]) == {username(KNOWN.username), address(KNOWN.email)}
    assert set(heard.aliases[username(BLIND.username)]) == {user_key(BLIND.user_key), address(BLIND.email)}
    assert heard.answers[user_key(UNKNOWN_KEYS[0])] == Unknown("not known to data-center")
    assert heard.names == {
        user_key(KNOWN.user_key): KNOWN.display_name,
        username(BLIND.username): BLIND.display_name,
    }
    assert not any(isinstance(one, Resolved) for one in heard.answers.values())


@pytest.mark.parametrize(
    "user",
    [{"userKey": KEY[:-1] + "9", "username": "kito"}, {"type": "anonymous", "userKey": KEY, "username": "x"}, {}],
)
async def test_an_old_site_that_answers_about_somebody_else_leads_nowhere(user: dict[str, str]) -> None:
    heard = await asked(old_site, script(ok(user)), user_key(KEY))
    assert heard.aliases == {}


async def test_credentials_that_are_refused_make_a_route_unavailable() -> None:
    sandbox = Sandbox()
    async with elsewhere(sandbox, key="wrong") as api:
        heard = await OrganisationDirectory(api, ORGANISATION, now).ask([address(KNOWN.email)])
    async with elsewhere(sandbox, old=True, key="wrong") as api:
        old = await DataCenterUsers(api, now).ask([user_key(KNOWN.user_key)])
    assert "401" in heard.unavailable
    assert "401" in old.unavailable
    assert "wrong" not in heard.unavailable + old.unavailable


# Faults, for every route


ROUTES = [jira, twin, search, organisation, old_site, conversion]
EVERYBODY = [username("tbergmann"), user_key(KEY), address("t@acme-optics.se")]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(401), "401"),
        (status(403), "403"),
        (status(410), "410"),
        (status(500), "500"),
        (status(429, retry_after="86400"), "come back later"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/login"}), "elsewhere.example"),
        (ok("text"), "another shape"),
        (ok({"results": 3, "data": 3, "asyncId": 3, "userKey": 3}), "another shape"),
        (httpx.Response(200, content=b'{"results": [', headers={"content-type": "application/json"}), "not complete"),
        (httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), "web page"),
        (httpx.ConnectError("no"), "does not answer"),
    ],
    ids=["401", "403", "410", "500", "429", "redirect", "text", "shape", "cut", "login page", "no connection"],
)
async def test_a_fault_makes_a_route_unavailable_and_never_an_answer(
    route: Callable[[Api], Route], answer: httpx.Response | Exception, words: str
) -> None:
    heard = await asked(route, script(answer), *EVERYBODY)
    assert not any(isinstance(one, Resolved) for one in heard.answers.values())
    assert words in heard.unavailable
    assert not any(value in heard.unavailable for value in ("tbergmann", KEY, "t@acme-optics.se"))


async def test_what_a_route_said_before_a_fault_is_kept() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="user/bulk/migration", status=403, nth=2))
    async with connected(sandbox) as api:
        heard = await JiraUsers(api, now).ask([username(KNOWN.username), user_key("JIRAUSER10101")])
    assert heard.answers == {username(KNOWN.username): Resolved(KNOWN.account_id, "jira", AT)}
    assert "403" in heard.unavailable
