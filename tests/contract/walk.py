"""A scripted walk over every operation of the sandbox, so that the contract sees each of them at least once."""

from __future__ import annotations

from typing import Any

import httpx

from audit.sandbox.extras import CARD, CUSTOM_TYPES
from audit.sandbox.people import ENGINEERS, PEOPLE, STAFF, group_id
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Kind
from audit.sandbox.v2_tree import NOUNS as NOUNS_OF_TREE

NOUNS = ("pages", "blogposts", "footer-comments", "inline-comments", "attachments")


def client(
    sandbox: Sandbox, role: str = "admin", transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Return a client that signs in with one of the sandbox's accounts."""
    person = sandbox.accounts[role]
    seat = transport or httpx.ASGITransport(app=sandbox.app)
    return httpx.AsyncClient(transport=seat, base_url="http://sandbox.test", auth=(person.email, person.token))


def ids(sandbox: Sandbox, kind: Kind) -> list[str]:
    """Return the ids of current content of a class."""
    return [content.id for content in sandbox.state.of_kind(kind) if content.status == "current"]


async def reads(sandbox: Sandbox) -> None:
    """Ask every reading operation once, most of them with their parameters."""
    state = sandbox.state
    async with client(sandbox) as http:
        for noun in NOUNS:
            first = ids(sandbox, _kind(noun))[0]
            formats: dict[str, Any] = {} if noun == "attachments" else {"body-format": "storage"}
            await http.get(f"/wiki/api/v2/{noun}", params={"limit": 250, **formats})
            await http.get(f"/wiki/api/v2/{noun}/{first}", params=formats)
            await http.get(f"/wiki/api/v2/{noun}/{first}/versions", params={"limit": 2, **formats})
            await http.get(f"/wiki/api/v2/{noun}/{first}/versions/1")
            if not noun.endswith("comments"):
                await http.get(f"/wiki/api/v2/{noun}/{first}/labels")
            if noun != "attachments":
                await http.get(f"/wiki/api/v2/{noun}/{first}/likes/users")
                await http.get(f"/wiki/api/v2/{noun}/{first}/likes/count")
            if noun.endswith("comments"):
                await http.get(f"/wiki/api/v2/{noun}/{first}/children", params={"body-format": "storage"})
        for noun in ("pages", "blogposts"):
            for content_id in ids(sandbox, _kind(noun)):
                for child in ("footer-comments", "inline-comments", "attachments"):
                    await http.get(f"/wiki/api/v2/{noun}/{content_id}/{child}")
            await http.get(f"/wiki/api/v2/{noun}", params={"status": "trashed"})
            await http.get(f"/wiki/api/v2/{noun}", params={"body-format": "atlas_doc_format", "limit": 3})
        for type_key in CUSTOM_TYPES:
            answer = await http.get("/wiki/api/v2/custom-content", params={"type": type_key, "body-format": "raw"})
            first = answer.json()["results"][0]["id"]
            await http.get(f"/wiki/api/v2/custom-content/{first}", params={"body-format": "storage"})
            await http.get(f"/wiki/api/v2/custom-content/{first}/versions")
        for content_id in state.contents:
            content = state.contents[content_id]
            noun = {"footer-comment": "comments", "inline-comment": "comments", "custom-content": "custom-content"}.get(
                content.kind.value, f"{content.kind.value}s"
            )
            await http.get(f"/wiki/api/v2/{noun}/{content_id}/properties")
        for entry in list(state.properties.values())[-4:]:
            if entry.owner.startswith("content:"):
                await http.get(
                    f"/wiki/api/v2/custom-content/{entry.owner.removeprefix('content:')}/properties/{entry.id}"
                )
        await _site(http, sandbox)
        await _tree(http, sandbox)
        await _v1(http, sandbox)
        await _beside(http, sandbox)


async def _site(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.get("/_edge/tenant_info")
    await http.get("/wiki/api/v2/spaces", params={"type": "global", "status": "current", "limit": 2})
    await http.get("/wiki/api/v2/spaces", params={"description-format": "plain"})
    found = [*ids(sandbox, Kind.CUSTOM_CONTENT)[:3], ids(sandbox, Kind.ATTACHMENT)[0], "1"]
    await http.post("/wiki/api/v2/content/convert-ids-to-types", json={"contentIds": found})
    for space in sandbox.state.spaces:
        for tail in ("", "/permissions", "/role-assignments", "/properties", "/labels", "/content/labels"):
            await http.get(f"/wiki/api/v2/spaces/{space}{tail}")
        await http.get(f"/wiki/api/v2/spaces/{space}/pages", params={"body-format": "storage", "depth": "all"})
        await http.get(f"/wiki/api/v2/spaces/{space}/blogposts")
        await http.get(f"/wiki/api/v2/spaces/{space}/custom-content", params={"type": CARD})
    for path in ("space-role-mode", "space-roles", "labels", "data-policies/metadata"):
        await http.get(f"/wiki/api/v2/{path}")
    await http.get("/wiki/api/v2/tasks", params={"body-format": "storage", "status": "incomplete"})
    home = next(iter(sandbox.state.spaces.values())).homepage
    await http.get(f"/wiki/api/v2/pages/{home}/children")
    await http.get(f"/wiki/api/v2/pages/{home}/direct-children")
    await http.get(f"/wiki/api/v2/pages/{sandbox.find('Interview guide')}", params={"get-draft": "true"})
    await http.get(
        f"/wiki/api/v2/pages/{sandbox.find('Chamber log 2026')}", params={"version": 1, "body-format": "storage"}
    )
    for noun in ("blogposts", "footer-comments"):
        one = ids(sandbox, _kind(noun))[0]
        await http.get(f"/wiki/api/v2/{noun}/{one}", params={"version": 1, "body-format": "storage"})
    await http.post("/wiki/api/v2/users-bulk", json={"accountIds": [person.account_id or "gone" for person in PEOPLE]})


async def _tree(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for noun, kind in NOUNS_OF_TREE.items():
        for one in ids(sandbox, kind):
            answer = await http.get(f"/wiki/api/v2/{noun}/{one}")
            assert answer.json()["type"] == kind.value
            for entry in (await http.get(f"/wiki/api/v2/{noun}/{one}/properties")).json()["results"]:
                await http.get(f"/wiki/api/v2/{noun}/{one}/properties/{entry['id']}")


async def _beside(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    api = "/wiki/rest/api"
    for params in ({}, {"spaceKey": "ENG"}, {"spaceKey": "HR"}, {"spaceKey": "NONE"}):
        await http.get(f"{api}/settings/lookandfeel", params=params)
    await http.get(f"{api}/audit", params={"limit": 2})
    for person in sandbox.state.people.values():
        path = f"{api}/user/{person.account_id}/property"
        for entry in (await http.get(path, params={"limit": 25})).json()["results"]:
            await http.get(f"{path}/{entry['key']}")


async def _v1(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    api = "/wiki/rest/api"
    page, someone = sandbox.find("Salary bands"), PEOPLE[3].account_id
    sides = [f"restrictions.{op}.restrictions.{who}" for op in ("read", "update") for who in ("user", "group")]
    everything: dict[str, str | int] = {
        "cql": "type in (page, blogpost)",
        "expand": ",".join([*sides, "version", "space", "ancestors"]),
        "limit": 200,
    }
    await http.get(f"{api}/content/search", params=everything)
    await http.get(f"{api}/content/search", params={"cql": "type = comment", "expand": "body.storage"})
    await http.get(f"{api}/search", params={"cql": 'space = "HR" order by title desc', "limit": 3})
    await http.get(f"{api}/search/user", params={"cql": 'type = user and user.fullname ~ "a"'})
    for tail in ("restriction", "restriction/byOperation", "restriction/byOperation/read"):
        await http.get(f"{api}/content/{page}/{tail}")
    await http.get(f"{api}/content/{page}/restriction/byOperation/read/user", params={"accountId": someone})
    await http.get(f"{api}/content/{page}/notification/child-created")
    await http.get(f"{api}/content/{sandbox.find('People and Culture home')}/notification/child-created")
    await http.get(f"{api}/space/HR/watch")
    for target in (f"content/{page}", "space/HR"):
        await http.get(f"{api}/user/watch/{target}", params={"accountId": someone})
    await http.get(f"{api}/user", params={"accountId": someone})
    await http.get(f"{api}/user/current")
    await http.get(f"{api}/user/anonymous")
    await http.get(f"{api}/user/bulk", params={"accountId": [someone, PEOPLE[4].account_id]})
    await http.get(f"{api}/user/memberof", params={"accountId": someone})
    await http.get(f"{api}/group/{group_id(STAFF)}/membersByGroupId", params={"limit": 5})
    for key in ("", "ENG"):
        await http.get(
            f"{api}/template/page", params={"spaceKey": key, "expand": "body"} if key else {"expand": "body"}
        )
    await http.get(f"{api}/template/blueprint")
    await http.get(f"{api}/template/{sandbox.find('Meeting minutes')}")
    target = f"content/{sandbox.find('Lens design rules')}"
    await http.get(f"{api}/relation/reviewer/to/{target}/from/user", params={"expand": "source,target"})
    await http.get(f"{api}/relation/reviewer/from/user/{PEOPLE[4].account_id}/to/content")
    await http.get(f"{api}/relation/reviewer/from/user/{PEOPLE[4].account_id}/to/{target}")
    for gone in ("content", "content/1", "content/1/child/comment", "space", "space/HR", "user/bulk/migration"):
        await http.get(f"{api}/{gone}")
    await http.get("/rest/api/3/user/bulk/migration", params={"username": ["ifalk", "hbrandt", "egrimm"]})
    await http.post("/rest/api/3/jql/pdcleaner", json={"queryStrings": ["assignee = ifalk", "reporter = egrimm"]})
    for attachment in ids(sandbox, Kind.ATTACHMENT)[:2]:
        host = sandbox.state.contents[attachment].container
        answer = await http.get(f"{api}/content/{host}/child/attachment/{attachment}/download")
        await http.get(answer.headers["location"])


async def writes(sandbox: Sandbox) -> None:
    """Ask every writing operation once, and provoke the refusals."""
    state = sandbox.state
    async with client(sandbox) as http:
        for noun in ("pages", "blogposts"):
            content = state.contents[ids(sandbox, _kind(noun))[1]]
            body = {
                "id": content.id,
                "status": "current",
                "title": content.title,
                "body": {"representation": "storage", "value": "<p>new</p>"},
                "version": {"number": content.now.number + 1, "message": "contract walk"},
            }
            for _ in range(2):  # the second one is stale: 409
                await http.put(f"/wiki/api/v2/{noun}/{content.id}", json=body)
        for noun in ("footer-comments", "inline-comments"):
            content = state.contents[ids(sandbox, _kind(noun))[0]]
            text = {"representation": "storage", "value": "<p>new</p>"}
            await http.put(f"/wiki/api/v2/{noun}/{content.id}", json={"version": {"number": 2}, "body": text})
        card = next(content for content in state.of_kind(Kind.CUSTOM_CONTENT))
        fields = {
            "id": card.id,
            "type": card.type_key,
            "status": "current",
            "title": card.title,
            "pageId": card.container,
        }
        text = {"representation": "storage", "value": "<p>new</p>"}
        await http.put(
            f"/wiki/api/v2/custom-content/{card.id}", json={**fields, "body": text, "version": {"number": 2}}
        )
        for entry in list(state.properties.values()):
            if entry.key == "acme-approval":
                content = state.contents[entry.owner.removeprefix("content:")]
                change = {"key": entry.key, "value": {"state": "open"}, "version": {"number": 2, "message": "walk"}}
                await http.put(f"/wiki/api/v2/{content.kind.value}s/{content.id}/properties/{entry.id}", json=change)
        space = next(iter(state.spaces))
        page = {"spaceId": space, "status": "current", "title": "Made by the walk", "body": text}
        made = (await http.post("/wiki/api/v2/pages", json=page)).json()["id"]
        await _v1_writes(http, sandbox, made)
        for kind in (Kind.PAGE, Kind.FOOTER_COMMENT):
            old = next(one for one in state.of_kind(kind) if len(one.revisions) > 1 and one.status == "current")
            await http.delete(f"/wiki/rest/api/content/{old.id}/version/1")
        await http.delete(f"/wiki/api/v2/pages/{made}")
        await http.delete(f"/wiki/api/v2/pages/{made}", params={"purge": "true"})


async def _v1_writes(http: httpx.AsyncClient, sandbox: Sandbox, page: str) -> None:
    api, token = "/wiki/rest/api", {"X-Atlassian-Token": "no-check"}
    row = {
        "operation": "update",
        "restrictions": {
            "user": [{"type": "known", "accountId": PEOPLE[3].account_id}],
            "group": [{"type": "group", "id": group_id(STAFF)}],
        },
    }
    await http.put(f"{api}/content/{page}/restriction", json=[row])
    await http.post(f"{api}/content/{page}/restriction", json={"results": [row]})
    for method in ("PUT", "DELETE"):
        named = {"accountId": PEOPLE[5].account_id}
        await http.request(method, f"{api}/content/{page}/restriction/byOperation/read/user", params=named)
    await http.delete(f"{api}/content/{page}/restriction")
    for method in ("POST", "PUT"):
        file = {"file": ("walk.txt", b"walk", "text/plain")}
        await http.request(
            method, f"{api}/content/{page}/child/attachment", files=file, data={"minorEdit": "true"}, headers=token
        )
    for method, target in (
        ("POST", f"content/{page}"),
        ("DELETE", f"content/{page}"),
        ("POST", "space/HR"),
        ("DELETE", "space/HR"),
    ):
        await http.request(method, f"{api}/user/watch/{target}", headers=token)
    await _permissions(http, f"{api}/space/HR/permission")
    minutes = sandbox.find("Meeting minutes")
    body = {"storage": {"value": "<p>new</p>", "representation": "storage"}}
    name = {"templateId": minutes, "name": "Meeting minutes", "templateType": "page", "space": {"key": "ENG"}}
    await http.put(f"{api}/template", json={**name, "body": body})
    for method in ("PUT", "DELETE"):
        await http.request(method, f"{api}/relation/walked/from/user/{PEOPLE[6].account_id}/to/content/{page}")
    for entry in list(sandbox.state.properties.values()):
        owner, _, name_of = entry.owner.partition(":")
        if owner == "user":
            await http.put(f"{api}/user/{name_of}/property/{entry.key}", json={"value": {"colour": "amber"}})
        elif owner == "space":
            path = f"/wiki/api/v2/spaces/{name_of}/properties/{entry.id}"
            await http.get(path)
            await http.put(path, json={"key": entry.key, "value": {}, "version": {"number": 2, "message": "walk"}})


async def _permissions(http: httpx.AsyncClient, path: str) -> None:
    for kind, name in (("user", PEOPLE[12].account_id), ("group", group_id(ENGINEERS))):
        subject = {"type": kind, "identifier": name}
        made = [
            await http.post(path, json={"subject": subject, "operation": {"key": key, "target": target}})
            for key, target in (("read", "space"), ("archive", "page"), ("restrict_content", "space"))
        ]
        await http.delete(f"{path}/{made[2].json()['id']}")
        await http.delete(f"{path}/{made[0].json()['id']}")


def _kind(noun: str) -> Kind:
    return {
        "pages": Kind.PAGE,
        "blogposts": Kind.BLOGPOST,
        "footer-comments": Kind.FOOTER_COMMENT,
        "inline-comments": Kind.INLINE_COMMENT,
        "attachments": Kind.ATTACHMENT,
    }[noun]
