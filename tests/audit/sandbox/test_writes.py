"""Writing: the version is the only lock, trash restores without the new text, equal text makes no version."""

from __future__ import annotations

from typing import Any

import pytest

from audit.sandbox import documents
from audit.sandbox.people import PEOPLE, STAFF, group_id
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Content, Kind
from tests.audit.sandbox.conftest import SignIn
from tests.contract.walk import client

pytestmark = pytest.mark.anyio
V2, V1 = "/wiki/api/v2", "/wiki/rest/api"


def update(content: Content, text: str = "<p>new</p>", **changes: Any) -> dict[str, Any]:
    return {
        "id": content.id,
        "status": "current",
        "title": content.title,
        "body": {"representation": "storage", "value": text},
        "version": {"number": content.now.number + 1, "message": "by a test"},
        **changes,
    }


async def test_a_saved_page_has_the_next_version_with_message_author_and_time(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=update(page))
        history = (await http.get(f"{V2}/pages/{page.id}/versions")).json()["results"]
    assert answer.json()["version"]["number"] == page.now.number + 1
    assert answer.json()["body"]["storage"]["value"] == "<p>new</p>"
    assert (history[0]["message"], history[0]["authorId"]) == ("by a test", sandbox.accounts["admin"].account_id)
    assert len(history) == len(page.revisions) + 1
    assert sandbox.body(page.id) == "<p>new</p>"


@pytest.mark.parametrize("step", [0, 2, -1])
async def test_any_other_version_number_is_a_conflict(sandbox: Sandbox, sign_in: SignIn, step: int) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    body = update(page, version={"number": page.now.number + step})
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=body)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "CONFLICT"
    assert sandbox.state.contents[page.id] == page


async def test_a_body_that_changes_nothing_answers_200_with_the_same_version(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=update(page, page.now.body))
    assert (answer.status_code, answer.json()["version"]["number"]) == (200, page.now.number)


async def test_saving_a_trashed_page_restores_it_without_the_new_text(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("Scratch page")]
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=update(page))
    assert (answer.status_code, answer.json()["status"]) == (200, "current")
    assert sandbox.body(page.id) == page.now.body
    assert sandbox.state.contents[page.id].status == "current"


async def test_saving_a_draft_leaves_the_published_text(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=update(page, status="draft"))
    assert answer.json()["status"] == "draft"
    assert (sandbox.body(page.id), sandbox.state.contents[page.id].draft) == (page.now.body, "<p>new</p>")


BAD: dict[str, dict[str, Any]] = {
    "another id": {"id": "1"},
    "another space": {"spaceId": "1"},
    "unknown status": {"status": "trashed"},
    "no title": {"title": None},
    "version as text": {"version": {"number": "3"}},
    "no version": {"version": None},
    "not well-formed": {"body": {"representation": "storage", "value": "<p>open"}},
    "a document type": {"body": {"representation": "storage", "value": "<!DOCTYPE a><p/>"}},
    "another representation": {"body": {"representation": "wiki", "value": "*x*"}},
    "body as text": {"body": "<p/>"},
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_request_is_refused_with_400_and_changes_nothing(
    sandbox: Sandbox, sign_in: SignIn, case: str
) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{page.id}", json=update(page, **BAD[case]))
    assert (answer.status_code, answer.json()["errors"][0]["status"]) == (400, 400)
    assert sandbox.state.contents[page.id] == page


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"x"'])
async def test_a_body_that_is_no_json_object_is_refused(sandbox: Sandbox, sign_in: SignIn, raw: bytes) -> None:
    async with sign_in() as http:
        answer = await http.put(f"{V2}/pages/{sandbox.find('On call')}", content=raw)
    assert answer.status_code == 400


async def test_archived_pages_refuse_changes(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("Retired drawing index")]
    async with sign_in() as http:
        assert (await http.put(f"{V2}/pages/{page.id}", json=update(page))).status_code == 400


async def test_owner_and_parent_can_be_changed_within_the_space(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call handbook")]
    home, foreign = sandbox.find("Operations home"), sandbox.find("Engineering home")
    async with sign_in() as http:
        moved = await http.put(f"{V2}/pages/{page.id}", json=update(page, parentId=home, ownerId=PEOPLE[5].account_id))
        refused = await http.put(
            f"{V2}/pages/{page.id}", json=update(sandbox.state.contents[page.id], parentId=foreign)
        )
    assert (moved.json()["parentId"], moved.json()["ownerId"]) == (home, PEOPLE[5].account_id)
    assert refused.status_code == 400


async def test_the_nested_form_of_a_body_is_accepted(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    nested = {"storage": {"representation": "storage", "value": "<p>nested</p>"}}
    async with sign_in() as http:
        assert (await http.put(f"{V2}/pages/{page.id}", json=update(page, body=nested))).status_code == 200
    assert sandbox.body(page.id) == "<p>nested</p>"


async def test_comments_keep_versions_and_inline_ones_can_be_resolved(sandbox: Sandbox, sign_in: SignIn) -> None:
    inline = next(c for c in sandbox.state.of_kind(Kind.INLINE_COMMENT) if c.inline and c.inline.resolution == "open")
    text = {"representation": "storage", "value": inline.now.body}
    async with sign_in() as http:
        path = f"{V2}/inline-comments/{inline.id}"
        done = await http.put(path, json={"version": {"number": 2}, "body": text, "resolved": True})
        same = await http.put(path, json={"version": {"number": 3}, "body": text})
        stale = await http.put(path, json={"version": {"number": 2}, "body": text})
    assert (done.json()["resolutionStatus"], done.json()["version"]["number"]) == ("resolved", 2)
    assert same.json()["version"]["number"] == 2
    assert stale.status_code == 409


async def test_custom_content_keeps_its_type_and_refuses_another(sandbox: Sandbox, sign_in: SignIn) -> None:
    card = next(c for c in sandbox.state.of_kind(Kind.CUSTOM_CONTENT) if c.now.body.startswith("{"))
    body = {**update(card, type=card.type_key), "body": {"representation": "raw", "value": '{"a": 1}'}}
    async with sign_in() as http:
        path = f"{V2}/custom-content/{card.id}"
        saved = await http.put(path, json=body)
        again = await http.put(path, json={**body, "version": {"number": 3}})
        wrong = await http.put(path, json={**body, "type": "ac:other:thing"})
    assert (saved.json()["version"]["number"], again.json()["version"]["number"]) == (2, 2)
    assert wrong.status_code == 400
    assert sandbox.body(card.id) == '{"a": 1}'


async def test_properties_have_versions_of_their_own(sandbox: Sandbox, sign_in: SignIn) -> None:
    entry = next(p for p in sandbox.state.properties.values() if p.key == "acme-approval")
    path = f"{V2}/pages/{entry.owner.removeprefix('content:')}/properties"
    change = {"key": entry.key, "value": [1], "version": {"number": 2}}
    async with sign_in() as http:
        saved = await http.put(f"{path}/{entry.id}", json=change)
        stale = await http.put(f"{path}/{entry.id}", json=change)
        renamed = await http.put(f"{path}/{entry.id}", json={**change, "key": "other"})
        missing = await http.put(f"{path}/1", json=change)
        read = await http.get(f"{path}/{entry.id}")
        none = await http.get(f"{path}/1")
        by_key = await http.get(path, params={"key": entry.key})
    assert (saved.json()["version"]["number"], read.json()["value"]) == (2, [1])
    assert [answer.status_code for answer in (stale, renamed, missing, none)] == [409, 400, 404, 404]
    assert [row["id"] for row in by_key.json()["results"]] == [entry.id]


async def test_a_property_of_a_page_that_may_not_be_edited_is_refused(sandbox: Sandbox, sign_in: SignIn) -> None:
    entry = next(p for p in sandbox.state.properties.values() if p.key == "acme-reviewers")
    page = entry.owner.removeprefix("content:")
    async with sign_in() as http:
        row = {"operation": "update", "restrictions": {"user": [{"type": "known", "accountId": PEOPLE[4].account_id}]}}
        await http.put(f"{V1}/content/{page}/restriction", json=[row])
    async with sign_in("reader") as http:
        answer = await http.put(f"{V2}/pages/{page}/properties/{entry.id}", json={})
    assert answer.status_code == 403


async def test_pages_are_made_trashed_and_purged(sandbox: Sandbox, sign_in: SignIn) -> None:
    space = sandbox.state.space_by_key("eng")
    assert space is not None
    async with sign_in() as http:
        page = {"spaceId": space.id, "title": "Fresh", "body": {"representation": "storage", "value": "<p/>"}}
        made = await http.post(f"{V2}/pages", json=page)
        path = f"{V2}/pages/{made.json()['id']}"
        twice = await http.post(f"{V2}/pages", json=page)
        early = await http.delete(path, params={"purge": "true"})
        trashed = await http.delete(path)
        listed = await http.get(path, params={"status": "current"})
        purged = await http.delete(path, params={"purge": "true"})
        gone = await http.get(path)
    assert made.json()["version"]["number"] == 1
    assert [a.status_code for a in (twice, early, trashed, listed, purged, gone)] == [400, 400, 204, 404, 204, 404]


async def test_drafts_are_discarded_without_touching_the_page(sandbox: Sandbox, sign_in: SignIn) -> None:
    page, recipe = sandbox.find("Interview guide"), sandbox.find("Coating recipe 9")
    async with sign_in() as http:
        await http.delete(f"{V2}/pages/{page}", params={"draft": "true"})
        await http.delete(f"{V2}/pages/{recipe}", params={"draft": "true"})
    assert (sandbox.state.contents[page].draft, sandbox.state.contents[page].status) == (None, "current")
    assert recipe not in sandbox.state.contents


async def test_nobody_makes_pages_in_an_archived_space(sandbox: Sandbox, sign_in: SignIn) -> None:
    space = sandbox.state.space_by_key("ARCH")
    assert space is not None
    async with sign_in("reader") as http:
        answer = await http.post(f"{V2}/pages", json={"spaceId": space.id, "title": "x"})
    assert answer.status_code == 403


async def test_a_purged_page_takes_what_hangs_on_it(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Interview guide")
    hanging = list(sandbox.state.on[page])
    assert hanging
    async with sign_in() as http:
        await http.delete(f"{V2}/pages/{page}")
        await http.delete(f"{V2}/pages/{page}", params={"purge": "true"})
    assert not set(hanging) & set(sandbox.state.contents)


async def test_putting_restrictions_replaces_all_and_posting_adds(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Release train")
    before = sandbox.state.restriction(page, "update")
    kept = [entry for entry in before.users if not entry.account_id]
    rows = [
        {"type": "known", "accountId": PEOPLE[4].account_id},
        *({"type": "known", "userKey": k.user_key} for k in kept),
    ]
    async with sign_in() as http:
        path = f"{V1}/content/{page}/restriction"
        put = await http.put(path, json=[{"operation": "update", "restrictions": {"user": rows}}])
        group = {
            "operation": "update",
            "restrictions": {"user": [], "group": [{"type": "group", "id": group_id(STAFF)}]},
        }
        post = await http.post(path, json={"results": [group]})
        single = (await http.get(f"{path}/byOperation/update")).json()
    users = put.json()["results"][1]["restrictions"]["user"]["results"]
    assert [user.get("accountId") for user in users] == [PEOPLE[4].account_id, *(None for _ in kept)]
    assert all("userKey" in user for user in users[1:])
    assert put.json()["restrictionsHash"] != post.json()["restrictionsHash"]
    assert single["restrictions"]["group"]["results"][0]["name"] == STAFF
    assert single["restrictions"]["user"]["size"] == 1 + len(kept)


BAD_ROWS: dict[str, Any] = {
    "no account": {"operation": "read", "restrictions": {"user": [{"type": "known", "username": "ifalk"}]}},
    "unknown account": {"operation": "read", "restrictions": {"user": [{"type": "known", "accountId": "5" * 24}]}},
    "unknown group": {"operation": "read", "restrictions": {"group": [{"type": "group", "id": "x"}]}},
    "operation": {"operation": "export", "restrictions": {}},
    "users as text": {"operation": "read", "restrictions": {"user": "me"}},
    "no object": 7,
}


@pytest.mark.parametrize("case", BAD_ROWS)
async def test_bad_restrictions_are_refused_and_nothing_changes(sandbox: Sandbox, sign_in: SignIn, case: str) -> None:
    before = dict(sandbox.state.restrictions)
    async with sign_in() as http:
        answer = await http.put(f"{V1}/content/{sandbox.find('Salary bands')}/restriction", json=[BAD_ROWS[case]])
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)
    assert sandbox.state.restrictions == before


async def test_callers_can_lock_themselves_out(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Travel and expenses")
    row = {"operation": "read", "restrictions": {"user": [{"type": "known", "accountId": PEOPLE[9].account_id}]}}
    async with sign_in("people") as http:
        assert (await http.put(f"{V1}/content/{page}/restriction", json=[row])).status_code == 200
        again = await http.get(f"{V1}/content/{page}/restriction")
    assert again.status_code == 404
    assert again.json()["message"].startswith("com.atlassian.confluence.api.service.exceptions.NotFoundException")


async def test_one_user_is_asked_added_and_removed_by_status(sandbox: Sandbox, sign_in: SignIn) -> None:
    path = f"{V1}/content/{sandbox.find('Release train')}/restriction/byOperation/update/user"
    leaver = next(p for p in sandbox.people if not p.account_id)
    async with sign_in() as http:
        codes = [
            (await http.request(method, path, params=params)).status_code
            for method, params in (
                ("GET", {"accountId": PEOPLE[9].account_id}),
                ("PUT", {"accountId": PEOPLE[9].account_id}),
                ("GET", {"username": PEOPLE[9].username}),
                ("DELETE", {"key": PEOPLE[9].user_key}),
                ("GET", {"accountId": PEOPLE[9].account_id}),
                ("PUT", {"key": leaver.user_key}),
                ("GET", {"username": leaver.username}),
                ("GET", {"username": "nobody"}),
            )
        ]
        wrong = await http.get(path.replace("/update/", "/export/"), params={"accountId": PEOPLE[9].account_id})
    assert codes == [404, 200, 200, 200, 404, 200, 200, 404]
    assert wrong.status_code == 400


async def test_restrictions_of_a_page_that_may_not_be_edited_are_refused(sandbox: Sandbox, sign_in: SignIn) -> None:
    async with sign_in("reader") as http:
        answer = await http.delete(f"{V1}/content/{sandbox.find('Release train')}/restriction")
    assert answer.status_code == 403


async def test_removing_all_restrictions_opens_the_page(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.find("Salary bands")
    async with sign_in() as http:
        answer = await http.delete(f"{V1}/content/{page}/restriction")
    assert all(row["restrictions"]["user"]["size"] == 0 for row in answer.json()["results"])
    async with sign_in("reader") as http:
        assert (await http.get(f"{V2}/pages/{page}")).status_code == 200


@pytest.mark.parametrize(
    ("form", "value", "status"),
    [
        ("atlas_doc_format", '{"type":"doc","version":1,"content":[]}', 200),
        ("atlas_doc_format", '{"type":"paragraph","content":[]}', 400),
        ("atlas_doc_format", "<p/>", 400),
        ("storage", "<p/>", 400),
    ],
)
async def test_a_document_is_written_as_a_document_only(form: str, value: str, status: int) -> None:
    sandbox = Sandbox(seed=documents.build)
    page = sandbox.state.contents[sandbox.find(documents.PAGE)]
    body = {**update(page), "body": {"representation": form, "value": value}}
    async with client(sandbox) as http:
        assert (await http.put(f"{V2}/pages/{page.id}", json=body)).status_code == status
        shown = (await http.get(f"{V2}/pages/{page.id}", params={"body-format": "storage"})).json()
    assert shown["body"] == {}
    assert (sandbox.body(page.id) == value) is (status == 200)


async def test_a_page_in_storage_format_takes_no_document(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    body = {**update(page), "body": {"representation": "atlas_doc_format", "value": '{"type":"doc","content":[]}'}}
    async with sign_in() as http:
        assert (await http.put(f"{V2}/pages/{page.id}", json=body)).status_code == 400
    assert sandbox.body(page.id) == page.now.body
