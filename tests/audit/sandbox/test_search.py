"""Search: its pages, its silent cuts, its queries and its refusals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from audit.sandbox import cql
from audit.sandbox.call import Refusal
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Kind
from tests.audit.sandbox.conftest import SignIn

pytestmark = pytest.mark.anyio
V2, V1 = "/wiki/api/v2", "/wiki/rest/api"


async def searched(http: httpx.AsyncClient, query: str, **params: str | int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    answer = (await http.get(f"{V1}/content/search", params={"cql": query, **params})).json()
    rows += answer["results"]
    while "next" in answer["_links"]:
        answer = (await http.get(f"/wiki{answer['_links']['next']}")).json()
        rows += answer["results"]
    return rows


async def test_search_hides_wiki_in_next_and_expands_restrictions(sandbox: Sandbox, sign_in: SignIn) -> None:
    sides = ",".join(f"restrictions.{op}.restrictions.{who}" for op in ("read", "update") for who in ("user", "group"))
    async with sign_in() as http:
        first = (
            await http.get(f"{V1}/content/search", params={"cql": "type = page", "limit": 10, "expand": sides})
        ).json()
        rows = await searched(http, "type = page", limit=10, expand=sides)
    assert first["_links"]["next"].startswith("/rest/api/content/search?cursor=")
    assert first["_links"]["base"].endswith("/wiki")
    bands = next(row for row in rows if row["title"] == "Salary bands")
    users = bands["restrictions"]["read"]["restrictions"]["user"]["results"]
    assert {"accountId" in user for user in users} == {True, False}
    current = [c for c in sandbox.state.of_kind(Kind.PAGE) if c.status == "current"]
    assert len({row["id"] for row in rows}) == len(rows) == len(current)


async def test_search_cuts_silently_at_200_and_at_50_with_bodies() -> None:
    sandbox = Sandbox(pages=260)
    person = sandbox.accounts["admin"]
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://s.test", auth=(person.email, person.token)
    ) as http:
        wide = (await http.get(f"{V1}/content/search", params={"cql": "type=page", "limit": 1000})).json()
        deep = (
            await http.get(f"{V1}/content/search", params={"cql": "type=page", "limit": 1000, "expand": "body.storage"})
        ).json()
    assert (wide["size"], wide["limit"], deep["size"], deep["limit"]) == (200, 200, 50, 50)


QUERIES = {
    'space = "HR" and type in (page, blogpost)': 17,
    'space in ("HR", "LEGAL") and type = page and not title ~ "home"': 19,
    'type = blogpost or title = "On call"': 8,
    'title = "On call" or (type = blogpost and space != ENG)': 6,
    'space.type = personal and type = page and created >= "2024/01/01" order by title desc': 3,
    'type = page and created < "2024-03-05"': 3,
    'label = "my-missing-label"': 0,
    "id not in (1, 2) and space = ARCH and type = page": 4,
}


@pytest.mark.parametrize("query", QUERIES)
async def test_queries_find_what_they_say(sign_in: SignIn, query: str) -> None:
    async with sign_in() as http:
        assert len(await searched(http, query, limit=3)) == QUERIES[query]


async def test_queries_by_id_and_ancestor_find_the_pages(sandbox: Sandbox, sign_in: SignIn) -> None:
    above, below = sandbox.find("Salary bands"), sandbox.find("Salary review 2026")
    async with sign_in() as http:
        assert {row["id"] for row in await searched(http, f"id in ({above}, {below})")} == {above, below}
        assert below in {row["id"] for row in await searched(http, f"ancestor = {above} and type = page")}
        whole = await searched(http, f"id = {below}", expand="ancestors,version,space")
    assert [a["id"] for a in whole[0]["ancestors"]][-1] == above


@pytest.mark.parametrize(
    "query",
    [
        "",
        "type",
        "type =",
        "type = page and",
        "(type = page",
        "colour = red",
        "type = page )",
        "type < page",
        "creator = currentUser()",
        "type in page",
        "type = ,",
        'title = "open',
    ],
)
async def test_malformed_cql_is_refused_with_the_vendors_400(sign_in: SignIn, query: str) -> None:
    async with sign_in() as http:
        answer = await http.get(f"{V1}/content/search", params={"cql": query})
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)
    assert "BadRequestException: Could not parse cql" in answer.json()["message"]


def test_and_binds_tighter_than_or() -> None:
    test, order = cql.parse("type = a or type = b and id = 1 order by id asc")
    assert order == ("id", False)
    assert test({"type": ("a",)})
    assert not test({"type": ("b",), "id": ("2",)})
    with pytest.raises(Refusal):
        cql.parse("!")


async def test_archived_and_draft_content_is_searched_only_with_a_context(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in() as http:
        usual = {row["title"] for row in await searched(http, "type = page")}
        context = '{"contentStatuses": ["current", "archived"]}'
        more = {row["title"] for row in await searched(http, "type = page", cqlcontext=context)}
        bad = await http.get(f"{V1}/content/search", params={"cql": "type = page", "cqlcontext": "{"})
        default = await searched(http, "type = page", cqlcontext="{}")
    assert more - usual == {"Retired drawing index", "Retired forklift rota"}
    assert bad.status_code == 400
    assert len(default) == len(usual)


async def test_site_search_leaves_archived_spaces_out_unless_asked(sign_in: SignIn) -> None:
    async with sign_in() as http:
        usual = (await http.get(f"{V1}/search", params={"cql": "space = ARCH and type = page"})).json()
        asked = (
            await http.get(
                f"{V1}/search",
                params={"cql": "space = ARCH and type = page", "includeArchivedSpaces": "true", "limit": 2},
            )
        ).json()
        rest = (await http.get(f"/wiki{asked['_links']['next']}")).json()
    assert (usual["totalSize"], asked["totalSize"], asked["size"], rest["size"]) == (0, 4, 2, 2)


async def test_people_are_found_by_id_and_name_and_never_by_username(sandbox: Sandbox, sign_in: SignIn) -> None:
    person = PEOPLE[4]
    async with sign_in() as http:
        found = (await http.get(f"{V1}/user", params={"accountId": person.account_id})).json()
        by_name = await http.get(f"{V1}/user", params={"username": person.username})
        nobody = await http.get(f"{V1}/user", params={"accountId": "x"})
        search = (
            await http.get(f"{V1}/search/user", params={"cql": f'user.fullname ~ "{person.display_name}"'})
        ).json()
        everybody = (await http.get(f"{V1}/search/user", params={"cql": "type = user", "limit": 200})).json()
        groups = (await http.get(f"{V1}/user/memberof", params={"accountId": person.account_id})).json()
        first = (await http.get(f"{V1}/search/user", params={"cql": "type = user", "limit": 5})).json()
    assert "username" not in found
    assert "userKey" not in found
    assert (by_name.status_code, nobody.status_code) == (400, 404)
    assert [row["user"]["accountId"] for row in search["results"]] == [person.account_id]
    assert everybody["totalSize"] == sum(p.status == "active" for p in PEOPLE)
    assert [row["name"] for row in groups["results"]] == list(person.groups)
    assert first["_links"]["next"].startswith("/rest/api/search/user?cql=")
