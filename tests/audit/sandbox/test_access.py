"""Who sees and changes what: credentials, spaces, restrictions with inheritance, drafts."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from audit.sandbox.app import CLOUD_ID
from audit.sandbox.sandbox import Sandbox
from tests.audit.sandbox.conftest import SignIn

pytestmark = pytest.mark.anyio
PAGES = "/wiki/api/v2/pages"


async def everything(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        body = (await http.get(following)).json()
        rows += body["results"]
        following = body["_links"].get("next")
    return rows


@pytest.mark.parametrize(
    "header",
    ["", "Basic bm9ib2R5Ondyb25n", "Bearer wrong", "Basic", "Digest x"],
    ids=["none", "basic", "bearer", "bare", "other"],
)
async def test_missing_and_wrong_credentials_are_refused_with_401(sandbox: Sandbox, header: str) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test"
    ) as http:
        answer = await http.get(PAGES, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()) == (401, {"code": 401, "message": "Unauthorized"})


async def test_the_log_never_holds_credentials(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in() as http:
        await http.get(PAGES, params={"limit": 1})
    token = sandbox.accounts["admin"].token
    shown = repr(sandbox.log) + str([entry.summary() for entry in sandbox.log])
    assert token not in shown
    assert base64.b64encode(f"{sandbox.accounts['admin'].email}:{token}".encode()).decode() not in shown
    assert sandbox.log[0].caller == "basic"


async def test_the_gateway_answers_the_same_api_with_bearer_tokens(sandbox: Sandbox) -> None:
    token = {"Authorization": f"Bearer {sandbox.accounts['admin'].token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test", headers=token
    ) as http:
        found = (await http.get("/_edge/tenant_info")).json()["cloudId"]
        answer = await http.get(f"/ex/confluence/{found}{PAGES}", params={"limit": 2})
        other = await http.get(f"/ex/confluence/another{PAGES}")
    assert found == CLOUD_ID
    assert answer.json()["_links"]["next"].startswith(f"{PAGES}?")
    assert "ratelimit-policy" in answer.headers
    assert other.status_code == 404
    assert [entry.gateway for entry in sandbox.log] == [False, True, True]


async def test_a_reader_misses_private_spaces_and_restricted_pages_and_what_is_below_them(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    async with sign_in() as http:
        all_titles = {row["title"] for row in await everything(http, f"{PAGES}?limit=250")}
    async with sign_in("reader") as http:
        spaces = {row["key"] for row in await everything(http, "/wiki/api/v2/spaces")}
        titles = {row["title"] for row in await everything(http, f"{PAGES}?limit=7")}
        hidden = await http.get(f"{PAGES}/{sandbox.find('Salary review 2026')}")
        comments = await everything(http, "/wiki/api/v2/footer-comments?limit=250")
    assert spaces == {"HR", "ENG", "OPS", "~hbrandt", "ARCH"}
    assert {"Salary bands", "Salary review 2026", "Incident 2026-031", "Patent filings"} <= all_titles - titles
    assert {"Release train", "Welcome to Acme Optics"} <= titles
    assert (hidden.status_code, hidden.json()["errors"][0]["code"]) == (404, "NOT_FOUND")
    hosts = {sandbox.state.contents[str(row["pageId"])].title for row in comments if "pageId" in row}
    assert hosts <= titles


async def test_a_group_opens_a_restricted_page(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in("people") as http:
        assert (await http.get(f"{PAGES}/{sandbox.find('Salary review 2026')}")).status_code == 200


async def test_who_may_read_but_not_edit_gets_403(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("Release train")]
    body = {
        "id": page.id,
        "status": "current",
        "title": page.title,
        "body": {"representation": "storage", "value": "<p>x</p>"},
        "version": {"number": page.now.number + 1},
    }
    async with sign_in("reader") as http:
        answer = await http.put(f"{PAGES}/{page.id}", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["status"]) == (403, 403)
    assert sandbox.state.contents[page.id] == page


async def test_a_draft_is_seen_by_its_author_and_never_listed(sandbox: Sandbox, sign_in: SignIn) -> None:
    draft = sandbox.find("Coating recipe 9")
    async with sign_in("editor") as http:
        assert (await http.get(f"{PAGES}/{draft}")).status_code == 404
    author = next(r for r, p in sandbox.accounts.items() if p.account_id == sandbox.state.contents[draft].author)
    async with sign_in(author) as http:
        assert (await http.get(f"{PAGES}/{draft}")).status_code == 200
        assert draft not in {row["id"] for row in await everything(http, f"{PAGES}?limit=250")}


async def test_get_draft_answers_the_unpublished_text(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Interview guide")
    async with sign_in() as http:
        shown = (await http.get(f"{PAGES}/{page}", params={"get-draft": "true", "body-format": "storage"})).json()
        published = (await http.get(f"{PAGES}/{page}", params={"body-format": "storage"})).json()
    assert shown["status"] == "draft"
    assert shown["body"]["storage"]["value"] != published["body"]["storage"]["value"] == sandbox.body(page)


async def test_an_open_site_lets_anonymous_callers_see_the_public_space_only() -> None:
    sandbox = Sandbox(anonymous_access=True)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test"
    ) as http:
        spaces = await everything(http, "/wiki/api/v2/spaces")
        who = (await http.get("/wiki/rest/api/user/current")).json()
        bulk = await http.post("/wiki/api/v2/users-bulk", json={"accountIds": ["x"]})
    assert [space["key"] for space in spaces] == ["OPS"]
    assert who["type"] == "anonymous"
    assert bulk.status_code == 404


async def test_trashed_pages_are_listed_only_on_request(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in() as http:
        usual = {row["title"] for row in await everything(http, f"{PAGES}?limit=250")}
        trash = {row["title"] for row in await everything(http, f"{PAGES}?limit=250&status=trashed")}
    assert trash == {"Old applicant list", "Scratch page"}
    assert {"Retired drawing index"} <= usual
    assert not trash & usual
