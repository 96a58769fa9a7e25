"""Listings, cursors, expansions and the old API's leftovers."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Kind
from tests.audit.sandbox.conftest import SignIn
from tests.audit.sandbox.test_access import everything

pytestmark = pytest.mark.anyio
V2, V1 = "/wiki/api/v2", "/wiki/rest/api"


@pytest.mark.parametrize("limit", [1, 7, 65, 250])
async def test_following_next_gives_every_page_once_whatever_the_limit(
    sandbox: Sandbox, sign_in: SignIn, limit: int
) -> None:
    async with sign_in() as http:
        rows = await everything(http, f"{V2}/pages?limit={limit}")
    found = [row["id"] for row in rows]
    assert sorted(found) == sorted(
        c.id for c in sandbox.state.of_kind(Kind.PAGE) if c.status in {"current", "archived"}
    )


async def test_the_link_header_repeats_next_and_the_last_page_has_neither(sign_in: SignIn) -> None:
    async with sign_in() as http:
        first = await http.get(f"{V2}/blogposts", params={"limit": 5, "body-format": "storage"})
        following = first.json()["_links"]["next"]
        last = await http.get(following)
    assert first.headers["link"] == f'<{following}>; rel="next"'
    assert following.startswith("/wiki/api/v2/blogposts?limit=5&body-format=storage&cursor=")
    assert "next" not in last.json()["_links"]
    assert "link" not in last.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=251", "limit=x", "cursor=rubbish", "limit=-1"])
async def test_bad_paging_is_refused_with_400(sign_in: SignIn, query: str) -> None:
    async with sign_in() as http:
        answer = await http.get(f"{V2}/pages?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "INVALID_REQUEST_PARAMETER")


async def test_listings_are_narrowed_by_their_parameters(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("On call")
    space = sandbox.state.contents[page].space
    async with sign_in() as http:
        by_id = await everything(http, f"{V2}/pages?id={page}")
        by_space = await everything(http, f"{V2}/pages?space-id={space}&limit=250")
        by_title = await everything(http, f"{V2}/spaces/{space}/pages?title=On+call")
        roots = await everything(http, f"{V2}/spaces/{space}/pages?depth=root")
        newest = await everything(http, f"{V2}/pages?sort=-modified-date&limit=250")
        backwards = await everything(http, f"{V2}/pages?sort=-id&limit=250")
        spaces = await everything(http, f"{V2}/spaces?keys=HR,ENG")
        personal = await everything(http, f"{V2}/spaces?type=personal")
        files = await everything(http, f"{V2}/attachments?mediaType=image/png&filename=drawing.png")
        done = await everything(http, f"{V2}/tasks?status=complete&limit=250")
        mine = await everything(http, f"{V2}/labels?prefix=my")
        open_ones = await everything(
            http, f"{V2}/pages/{sandbox.find('Interview guide')}/inline-comments?resolution-status=open"
        )
    assert [row["id"] for row in by_id] == [page] == [row["id"] for row in by_title]
    assert {row["spaceId"] for row in by_space} == {space}
    assert [row["title"] for row in roots] == ["Operations home"]
    stamps = [str(row["version"]["createdAt"]) for row in newest]
    assert stamps == sorted(stamps, reverse=True)
    numbers = [int(str(row["id"])) for row in backwards]
    assert numbers == sorted(numbers, reverse=True)
    assert [space["key"] for space in spaces] == ["HR", "ENG"]
    assert [space["key"] for space in personal] == ["~hbrandt"]
    assert {row["title"] for row in files} == {"drawing.png"}
    assert {row["status"] for row in done} == {"complete"}
    assert [row["name"] for row in mine] == ["to-read"]
    assert {row["resolutionStatus"] for row in open_ones} <= {"open"}


async def test_tasks_are_assigned_by_account_id_only(sign_in: SignIn) -> None:
    async with sign_in() as http:
        rows = await everything(http, f"{V2}/tasks?limit=250")
        one = str(next(row["assignedTo"] for row in rows if "assignedTo" in row))
        assigned = await everything(http, f"{V2}/tasks?assigned-to={one}&limit=250")
    assert {"assignedTo" in row for row in rows} == {True, False}
    assert {row["assignedTo"] for row in assigned} == {one}


async def test_custom_content_needs_a_type(sandbox: Sandbox, sign_in: SignIn) -> None:
    space, page = next(iter(sandbox.state.spaces)), sandbox.find("On call")
    async with sign_in() as http:
        for path in ("custom-content", f"spaces/{space}/custom-content", f"pages/{page}/custom-content"):
            assert (await http.get(f"{V2}/{path}")).status_code == 400


async def test_earlier_versions_are_read_by_number(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = next(c for c in sandbox.state.of_kind(Kind.PAGE) if len(c.revisions) == 3 and c.status == "current")
    async with sign_in() as http:
        old = (await http.get(f"{V2}/pages/{page.id}", params={"version": 1, "body-format": "storage"})).json()
        missing = await http.get(f"{V2}/pages/{page.id}", params={"version": 9})
        rows = await everything(http, f"{V2}/pages/{page.id}/versions?body-format=storage&limit=2")
        detail = (await http.get(f"{V2}/pages/{page.id}/versions/3")).json()
        no_detail = await http.get(f"{V2}/pages/{page.id}/versions/9")
    assert (old["status"], old["version"]["number"]) == ("historical", 1)
    assert old["body"]["storage"]["value"] == page.revisions[0].body
    assert [row["number"] for row in rows] == [3, 2, 1]
    assert detail["prevVersion"] == 2
    assert (missing.status_code, no_detail.status_code) == (404, 404)


async def test_users_bulk_leaves_out_whom_it_does_not_know_and_empties_closed_accounts(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    closed = next(p for p in PEOPLE if p.status == "closed" and p.account_id)
    async with sign_in() as http:
        answer = (
            await http.post(f"{V2}/users-bulk", json={"accountIds": [closed.account_id, "unknown", closed.account_id]})
        ).json()
        empty = await http.post(f"{V2}/users-bulk", json={"accountIds": []})
        many = await http.post(f"{V2}/users-bulk", json={"accountIds": [str(n) for n in range(251)]})
        shape = await http.post(f"{V2}/users-bulk", json={"accountIds": "x"})
    assert [(row["accountStatus"], row["email"]) for row in answer["results"]] == [("closed", "")]
    assert [a.status_code for a in (empty, many, shape)] == [400, 400, 400]


async def test_jira_knows_some_account_ids_and_confluence_none(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in() as http:
        path = "/rest/api/3/user/bulk/migration"
        names = (await http.get(path, params={"username": [p.username for p in PEOPLE], "maxResults": 100})).json()
        keys = (await http.get(path, params={"key": ["JIRAUSER10100", "JIRAUSER10102"]})).json()
        neither = await http.get(path)
        gone = await http.get(f"{V1}/user/bulk/migration", params={"username": "ifalk"})
    assert 0 < len(names) < len(PEOPLE) - 4
    assert keys == [{"key": "JIRAUSER10100", "accountId": PEOPLE[0].account_id}]
    assert (neither.status_code, gone.status_code) == (400, 404)


@pytest.mark.parametrize(
    "path", ["content", "content/1", "content/1/child/comment", "content/1/property", "space", "space/HR"]
)
async def test_removed_reads_answer_410_with_the_vendors_body(sign_in: SignIn, path: str) -> None:
    async with sign_in() as http:
        answer = await http.get(f"{V1}/{path}")
    assert answer.status_code == 410
    assert answer.json()["message"].endswith("GoneException: This deprecated endpoint has been removed.")


async def test_what_does_not_exist_answers_404_in_the_form_of_its_api(sign_in: SignIn) -> None:
    async with sign_in() as http:
        new, old = await http.get(f"{V2}/nothing"), await http.get(f"{V1}/nothing")
        method = await http.patch(f"{V2}/pages")
        ghosts = [
            await http.get(f"{V2}/{p}")
            for p in ("pages/1", "spaces/1", "pages/1/versions", "footer-comments/1/children")
        ]
        old_ghosts = [
            await http.get(f"{V1}/{p}")
            for p in ("content/1/restriction", "space/NO/watch", "content/1/notification/child-created", "template/1")
        ]
    assert (new.json()["errors"][0]["status"], old.json()["statusCode"], method.status_code) == (404, 404, 405)
    assert {a.status_code for a in (*ghosts, *old_ghosts)} == {404}


async def test_relations_answer_and_favourites_are_not_implemented(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Lens design rules")
    async with sign_in() as http:
        base = f"{V1}/relation"
        to = (await http.get(f"{base}/reviewer/to/content/{page}/from/user", params={"expand": "source,target"})).json()
        none = await http.get(f"{base}/reviewer/from/user/current/to/content/{page}")
        some = await http.get(f"{base}/reviewer/from/user/{PEOPLE[4].account_id}/to/content/{page}")
        favourite = await http.get(f"{base}/favourite/from/user/current/to/content")
    assert [row["source"]["accountId"] for row in to["results"]] == [PEOPLE[4].account_id, PEOPLE[5].account_id]
    assert {row["target"]["id"] for row in to["results"]} == {page}
    assert [a.status_code for a in (none, some, favourite)] == [404, 200, 501]


async def test_watches_need_the_token_header_where_the_vendor_asks_for_it(sandbox: Sandbox, sign_in: SignIn) -> None:
    page, other = sandbox.find("On call"), PEOPLE[9].account_id
    async with sign_in() as http:
        path = f"{V1}/user/watch/content/{page}"
        codes = [
            (await http.get(path)).json()["watching"],
            (await http.post(path)).status_code,
            (await http.get(path)).json()["watching"],
            (await http.delete(path)).status_code,
            (await http.delete(path, headers={"X-Atlassian-Token": "no-check"})).status_code,
            (await http.get(path)).json()["watching"],
            (await http.post(f"{V1}/user/watch/space/HR")).status_code,
            (await http.get(path, params={"accountId": other})).status_code,
        ]
    assert codes == [False, 204, True, 403, 204, False, 403, 200]
    async with sign_in("reader") as http:
        assert (await http.get(path, params={"accountId": other})).status_code == 403


async def test_templates_are_listed_by_space_and_only_the_administrator_saves_them(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    number = sandbox.find("Meeting minutes")
    body = {"storage": {"value": "<p>new</p>", "representation": "storage"}}
    place = {"space": {"key": "ENG"}}
    change = {"templateId": number, "name": "Minutes", "templateType": "page", "body": body, **place}
    async with sign_in() as http:
        site = (await http.get(f"{V1}/template/page", params={"expand": "body"})).json()
        space = (await http.get(f"{V1}/template/page", params={"spaceKey": "ENG"})).json()
        wrong = await http.put(f"{V1}/template", json={**change, "templateType": "blog"})
        saved = await http.put(f"{V1}/template", json=change)
    assert ([t["name"] for t in site["results"]], "body" in site["results"][0]) == (["Incident report"], True)
    assert ([t["name"] for t in space["results"]], "body" in space["results"][0]) == (["Meeting minutes"], False)
    assert (wrong.status_code, saved.json()["body"]["storage"]["value"]) == (400, "<p>new</p>")
    async with sign_in("reader") as http:
        assert (await http.put(f"{V1}/template", json=change)).status_code == 403


async def test_files_are_downloaded_through_a_redirect_to_a_signed_address(sandbox: Sandbox, sign_in: SignIn) -> None:
    content = next(sandbox.state.of_kind(Kind.ATTACHMENT))
    async with sign_in() as http:
        answer = await http.get(f"{V1}/content/{content.container}/child/attachment/{content.id}/download")
        missing = await http.get(f"{V1}/content/{content.container}/child/attachment/att1/download")
        shown = (await http.get(f"{V2}/attachments/{content.id}")).json()
    place = answer.headers["location"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app)) as nobody:
        file = await nobody.get(place)
        forged = await nobody.get(place.replace("token=", "token=0"))
        later = await nobody.get(place.replace(f"/{content.now.number}/", "/x/"))
    assert (answer.status_code, urlsplit(place).netloc, missing.status_code) == (302, "sandbox.test", 404)
    assert (file.content, file.headers["content-type"]) == (content.now.data, f"{content.media_type}; charset=utf-8")
    assert (forged.status_code, later.status_code) == (404, 404)
    assert shown["fileSize"] == len(content.now.data)


async def test_uploads_need_the_token_header_and_put_makes_versions(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("On call")
    path = f"{V1}/content/{page}/child/attachment"
    token = {"X-Atlassian-Token": "nocheck"}
    async with sign_in() as http:

        def file(data: bytes) -> dict[str, tuple[str, bytes, str]]:
            return {"file": ("report.txt", data, "text/plain")}

        bare = await http.post(path, files=file(b"1"))
        first = await http.post(
            path, files=file(b"1"), data={"comment": "evidence", "minorEdit": "true"}, headers=token
        )
        twice = await http.post(path, files=file(b"2"), headers=token)
        again = await http.put(path, files=file(b"2"), headers=token)
        nothing = await http.post(path, files={"other": ("a", b"")}, headers=token)
        listed = (await http.get(f"{V2}/pages/{page}/attachments", params={"filename": "report.txt"})).json()["results"]
        plain = await http.get(f"/wiki{listed[0]['downloadLink']}")
        no_file = await http.get(f"/wiki/download/attachments/{page}/nothing.txt")
    assert [a.status_code for a in (bare, first, twice, again, nothing)] == [403, 200, 400, 200, 400]
    assert (first.json()["results"][0]["version"]["number"], again.json()["results"][0]["version"]["number"]) == (1, 2)
    assert (listed[0]["version"]["number"], listed[0]["fileSize"]) == (2, 1)
    assert (plain.status_code, no_file.status_code) == (401, 401) or plain.content == b"2"
    async with sign_in("reader") as http:
        locked = f"{V1}/content/{sandbox.find('Release train')}/child/attachment"
        assert (await http.post(locked, files=file(b"1"), headers=token)).status_code == 403


async def test_ids_are_converted_to_types_and_hidden_ones_to_nothing(sandbox: Sandbox, sign_in: SignIn) -> None:
    board = next(c for c in sandbox.state.of_kind(Kind.FOOTER_COMMENT) if sandbox.state.contents[c.container].type_key)
    hidden = sandbox.find("Salary bands")
    file = next(sandbox.state.of_kind(Kind.ATTACHMENT)).id
    async with sign_in("reader") as http:
        asked = {"contentIds": [board.container, board.id, hidden, file, "1"]}
        answer = (await http.post(f"{V2}/content/convert-ids-to-types", json=asked)).json()["results"]
        comment = (await http.get(f"{V2}/footer-comments/{board.id}")).json()
    assert list(answer.values()) == [
        sandbox.state.contents[board.container].type_key,
        "footer-comment",
        None,
        "attachment",
        None,
    ]
    assert comment["customContentId"] == board.container
    assert sandbox.writes == []


async def test_raw_custom_content_stays_raw_whatever_is_asked(sandbox: Sandbox, sign_in: SignIn) -> None:
    board = next(c for c in sandbox.state.of_kind(Kind.CUSTOM_CONTENT) if c.now.body.startswith("{"))
    async with sign_in() as http:
        shown = (await http.get(f"{V2}/custom-content/{board.id}", params={"body-format": "storage"})).json()
    assert list(shown["body"]) == ["raw"]


async def test_spaces_tell_their_description_when_asked(sign_in: SignIn) -> None:
    async with sign_in() as http:
        bare = await everything(http, f"{V2}/spaces")
        told = await everything(http, f"{V2}/spaces?description-format=plain")
    assert all("description" not in space for space in bare)
    assert "hanna.brandt@" in told[0]["description"]["plain"]["value"]
