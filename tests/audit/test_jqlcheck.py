"""Jira's second opinion on rewritten JQL: whom it confirms, and whom it does not."""

from __future__ import annotations

import json
from collections.abc import Sequence

import httpx
import pytest

from audit.auth import Bearer, Secret, gateway_place
from audit.errors import BadAnswer, Throttled, Unreachable
from audit.http import Limits
from audit.jqlcheck import BATCH, PATH, SPLITS, Unavailable, confirmed
from audit.sandbox.app import CLOUD_ID
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from tests.audit.cloud import connected
from tests.audit.net import SITE, Handler, net, ok, script, status
from tests.rules.parts import ANN, BOB

pytestmark = pytest.mark.anyio


KNOWN, OTHER, BLIND, GONE = PEOPLE[1], PEOPLE[4], PEOPLE[2], LEAVERS[0]
"""Two whom the Jira of the sandbox knows, one whom it has never met, one without an account."""


def converted(*queries: str, unknown: Sequence[str] = ()) -> httpx.Response:
    rows = [{"originalQuery": query, "convertedQuery": "assignee = unknown"} for query in unknown]
    return ok({"queryStrings": list(queries), "queriesWithUnknownUsers": rows})


def sent(request: httpx.Request) -> list[str]:
    return list(json.loads(request.content)["queryStrings"])


def jira(bad: str = "bad", strange: str = "strange") -> Handler:
    """Return a Jira that knows everybody as ANN, refuses calls with `bad` in them and does not know `strange`."""

    def answer(request: httpx.Request) -> httpx.Response:
        queries = sent(request)
        if any(bad in query for query in queries):
            return status(400)
        known = [f"assignee = {ANN}" for query in queries if strange not in query]
        return converted(*known, unknown=[query for query in queries if strange in query])

    return answer


def ours(name: str) -> tuple[str, str]:
    return f"assignee = {name}", f'assignee = "{ANN}"'


async def asked(handler: Handler, *queries: tuple[str, str]) -> dict[int, str] | Unavailable:
    async with net(handler) as one:
        return await confirmed(one.api, queries)


async def test_what_the_sandbox_converts_as_we_do_is_confirmed_however_it_is_spelled() -> None:
    sandbox = Sandbox(keep_bodies=True)
    queries = [
        (f"assignee={KNOWN.username}", f'assignee="{KNOWN.account_id}"'),
        ("reporter in ( JIRAUSER10104 , currentUser())", f'reporter in ( "{OTHER.account_id}" , currentUser())'),
        (f"assignee = {KNOWN.username}", f'assignee = "{OTHER.account_id}"'),
        (f"assignee = {BLIND.username}", f'assignee = "{BLIND.account_id}"'),
        (f"assignee was {KNOWN.username} by {GONE.username}", f'assignee was "{KNOWN.account_id}" by {GONE.username}'),
    ]
    async with connected(sandbox) as api:
        answer = await confirmed(api, queries)
    assert answer == {
        2: "Jira names another account for the same person",
        3: "Jira does not know somebody whom the query names",
        4: "Jira does not know somebody whom the query names",
    }
    (entry,) = sandbox.log
    assert (entry.method, entry.path, entry.is_write) == ("POST", PATH, False)
    assert sandbox.writes == []


async def test_behind_the_gateway_jira_has_an_address_of_its_own() -> None:
    sandbox, origin = Sandbox(), "http://127.0.0.1:8990"
    place = gateway_place(origin, CLOUD_ID, origin)
    transport = httpx.ASGITransport(app=sandbox.app)
    token = Bearer(Secret(sandbox.accounts["admin"].token))
    async with net(None, place=place, auth=token, transport=transport) as one:
        query = (f"assignee = {KNOWN.username}", f'assignee = "{KNOWN.account_id}"')
        assert await confirmed(one.api, [query]) == {}
    assert [(entry.path, entry.gateway) for entry in sandbox.log] == [(PATH, True)]


async def test_the_sandbox_refuses_too_many_queries_and_what_is_none() -> None:
    sandbox = Sandbox()
    person = sandbox.accounts["admin"]
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox.test", auth=(person.email, person.token)
    ) as http:
        answers = [
            await http.post(PATH, json={"queryStrings": queries})
            for queries in (["key = A-1"] * 100, ["key = A-1"] * 101, ["key = A-1", "assignee ="])
        ]
        mixed = await http.post(PATH, json={"queryStrings": [f"voter in ({KNOWN.username}, {GONE.username})"]})
    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert mixed.json() == {
        "queryStrings": [],
        "queriesWithUnknownUsers": [
            {
                "originalQuery": f"voter in ({KNOWN.username}, {GONE.username})",
                "convertedQuery": f"voter in ({KNOWN.account_id}, unknown)",
            }
        ],
    }


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (101, [1, 100]), (250, [50, 100, 100])])
async def test_a_call_carries_a_hundred_queries_at_most_and_each_is_sent_once(count: int, sizes: list[int]) -> None:
    queries = [ours(f"user{number}") for number in range(count)]
    async with net(jira()) as one:
        assert await confirmed(one.api, [*queries, *queries]) == {}
    assert [len(sent(request)) for request in one.requests] == sizes
    assert {query for request in one.requests for query in sent(request)} == {before for before, _ in queries}
    assert {str(request.url) for request in one.requests} <= {f"{SITE}{PATH}"}


async def test_one_bad_query_is_found_by_halving_and_the_others_are_confirmed() -> None:
    names = [f"user{number}" for number in range(8)]
    names[5] = "bad"
    names[6] = "strange"
    async with net(jira()) as one:
        answer = await confirmed(one.api, [ours(name) for name in names])
    assert answer == {5: "Jira cannot convert the query", 6: "Jira does not know somebody whom the query names"}
    assert sorted(len(sent(request)) for request in one.requests) == [1, 1, 2, 2, 4, 4, 8]


async def test_halving_ends_even_where_jira_refuses_everything() -> None:
    queries = [ours(f"bad{number}") for number in range(6 * BATCH)]
    async with net(jira()) as one:
        answer = await confirmed(one.api, queries)
    assert set(answer) == set(range(len(queries)))  # type: ignore[arg-type]
    assert len(one.requests) == 6 + 2 * SPLITS
    assert isinstance(answer, dict)
    assert len(set(answer.values())) == 2


async def test_a_call_that_is_too_large_is_halved_too() -> None:
    answer = await asked(
        script(status(413), converted(f"assignee = {ANN}"), converted(f"assignee = {ANN}")), ours("a"), ours("b")
    )
    assert answer == {}


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        (f"assignee = {ANN}", None),
        (f'ASSIGNEE="{ANN}"', None),
        (f"assignee = {BOB}", "Jira names another account for the same person"),
        ("assignee = tilda", "Jira names another account for the same person"),
        ("assignee = unknown", "Jira does not know somebody whom the query names"),
        (f"reporter = {ANN}", "Jira finds other places that name people in the query"),
        (f"assignee = {ANN} or reporter = {ANN}", "Jira finds other places that name people in the query"),
        ("assignee = (", "what Jira makes of it is no query that this tool can read"),
    ],
)
async def test_people_are_compared_and_not_spelling(theirs: str, why: str | None) -> None:
    assert await asked(script(converted(theirs)), ours("tilda")) == ({} if why is None else {0: why})


async def test_positions_count_and_whom_we_left_is_no_objection() -> None:
    before = "assignee = tilda and reporter = o.l"
    full = (before, f'assignee = "{ANN}" and reporter = "{BOB}"')
    half = (before, f'assignee = "{ANN}" and reporter = o.l')
    handler = script(converted(f"assignee = {ANN} and reporter = {BOB}"))
    assert await asked(handler, full, half) == {}
    swapped = script(converted(f"assignee = {BOB} and reporter = {ANN}"))
    assert await asked(swapped, full, half) == dict.fromkeys((0, 1), "Jira names another account for the same person")


async def test_pickers_are_read_as_people_where_the_site_has_named_them() -> None:
    query = ("cf[10100] = tilda", f'cf[10100] = "{ANN}"')
    async with net(script(converted(f"cf[10100] = {BOB}"))) as one:
        assert await confirmed(one.api, [query]) == {}
        assert await confirmed(one.api, [query], frozenset({"cf[10100]"})) == {
            0: "Jira names another account for the same person"
        }


@pytest.mark.parametrize(
    "answer",
    [
        converted(),
        converted(f"assignee = {ANN}"),
        converted(*[f"assignee = {ANN}"] * 3),
        converted(f"assignee = {ANN}", unknown=["assignee  =  a"]),
        converted(*[f"assignee = {ANN}"] * 2, unknown=["assignee = a"]),
        converted(*[f"assignee = {ANN}"] * 2, unknown=["assignee  =  a"]),
    ],
)
async def test_an_answer_that_does_not_fit_the_batch_confirms_nothing_until_each_query_is_asked_alone(
    answer: httpx.Response,
) -> None:
    first = script(answer, converted(f"assignee = {ANN}"), converted())
    assert await asked(first, ours("a"), ours("b")) == {1: "the answer of Jira does not fit the query"}


async def test_a_single_stranger_is_known_however_jira_repeats_the_query() -> None:
    handler = script(converted(unknown=["ASSIGNEE = a"]))
    assert await asked(handler, ours("a")) == {0: "Jira does not know somebody whom the query names"}


@pytest.mark.parametrize(
    "answer",
    [
        *(status(code) for code in (401, 403, 404, 405, 410, 501)),
        status(302, location="https://elsewhere.example/login"),
        httpx.Response(200, html="<html>log in</html>"),
    ],
    ids=lambda answer: str(answer.status_code),
)
async def test_a_site_without_jira_is_said_once_and_refuses_nothing(answer: httpx.Response) -> None:
    queries = [ours(f"user{number}") for number in range(250)]
    async with net(script(answer)) as one:
        found = await confirmed(one.api, queries)
    assert isinstance(found, Unavailable)
    assert found.refused == {}
    assert f"POST {PATH}" in found.why
    assert "user1" not in repr(found)
    assert len(one.requests) == 1


async def test_what_jira_said_before_it_fell_silent_is_kept() -> None:
    queries = [ours(f"user{number}") for number in range(101)]
    found = await asked(script(converted(f"assignee = {BOB}"), status(403)), *queries)
    assert isinstance(found, Unavailable)
    assert found.refused == {100: "Jira names another account for the same person"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(503), Unreachable),
        (status(429, retry_after="86400"), Throttled),
        (ok({"queryStrings": "assignee"}), BadAnswer),
        (ok(["assignee"]), BadAnswer),
        (ok({"queryStrings": [], "queriesWithUnknownUsers": [{}]}), BadAnswer),
    ],
)
async def test_a_fault_of_a_moment_is_an_error_and_no_opinion(answer: httpx.Response, error: type[Exception]) -> None:
    async with net(script(answer), limits=Limits(attempts=2)) as one:
        with pytest.raises(error) as caught:
            await confirmed(one.api, [ours("tilda")])
    assert "tilda" not in str(caught.value)
