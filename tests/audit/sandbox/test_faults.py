"""Faults strike the requests they name, do what they say, and leave a trace in the log."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from audit.sandbox.faults import Fault, FaultKind, decode
from audit.sandbox.mischief import HUMAN, normalised
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.v2_write import well_formed
from tests.audit.sandbox.conftest import SignIn
from tests.audit.sandbox.test_access import everything
from tests.audit.sandbox.test_writes import update

pytestmark = pytest.mark.anyio
PAGES = "/wiki/api/v2/pages"


async def statuses(http: httpx.AsyncClient, count: int, path: str = f"{PAGES}?limit=1") -> list[int]:
    return [(await http.get(path)).status_code for _ in range(count)]


async def test_a_fault_strikes_the_nth_request_and_then_so_many_times(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS, method="GET", path="/pages$", nth=2, times=2, status=503))
    async with sign_in() as http:
        assert await statuses(http, 5) == [200, 503, 503, 200, 200]
        assert await statuses(http, 1, "/wiki/api/v2/spaces") == [200]
    assert [entry.fault for entry in sandbox.log] == ["", "status", "status", "", "", ""]


async def test_a_fault_can_strike_every_nth_request_or_for_ever(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS, every=3), Fault(FaultKind.UNAUTHORIZED, path="/spaces", nth=2, times=0))
    async with sign_in() as http:
        assert await statuses(http, 6) == [200, 200, 503, 200, 200, 503]
        assert await statuses(http, 4, "/wiki/api/v2/spaces") == [200, 401, 503, 401]
        sandbox.faults.clear()
        assert await statuses(http, 3) == [200, 200, 200]


async def test_a_status_carries_the_headers_and_body_of_the_script(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(
        Fault(FaultKind.STATUS, status=429, headers=(("Retry-After", "7"), ("X-RateLimit-Reset", "2026-03-26T16:00Z"))),
        Fault(FaultKind.STATUS, nth=2, status=503, body="<h1>Maintenance</h1>", headers=(("Retry-After", "3600"),)),
        Fault(FaultKind.STATUS, nth=3, status=500, body='{"x": 1}'),
    )
    async with sign_in() as http:
        quota, pause, broken = [await http.get(PAGES) for _ in range(3)]
    assert (quota.status_code, quota.headers["retry-after"], quota.headers["x-ratelimit-reset"]) == (
        429,
        "7",
        "2026-03-26T16:00Z",
    )
    assert (pause.headers["retry-after"], pause.headers["content-type"], pause.text) == (
        "3600",
        "text/html",
        "<h1>Maintenance</h1>",
    )
    assert broken.json() == {"x": 1}


async def test_a_status_after_the_commit_hides_a_write_that_took_place(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(
        Fault(FaultKind.STATUS, "PUT", status=502), Fault(FaultKind.STATUS_AFTER, "PUT", nth=2, status=504)
    )
    async with sign_in() as http:
        before = await http.put(f"{PAGES}/{page.id}", json=update(page))
        untouched = sandbox.state.contents[page.id]
        after = await http.put(f"{PAGES}/{page.id}", json=update(page))
    assert (before.status_code, untouched) == (502, page)
    assert (after.status_code, sandbox.body(page.id)) == (504, "<p>new</p>")


@pytest.mark.parametrize(("kind", "written"), [(FaultKind.RESET_BEFORE, False), (FaultKind.RESET_AFTER, True)])
async def test_a_reset_leaves_the_write_undone_or_done(
    sandbox: Sandbox, sign_in: SignIn, kind: FaultKind, written: bool
) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(kind, "PUT"))
    async with sign_in() as http:
        with pytest.raises(ConnectionResetError):
            await http.put(f"{PAGES}/{page.id}", json=update(page))
    assert (sandbox.body(page.id) == "<p>new</p>") is written
    assert (sandbox.log[-1].status, sandbox.log[-1].response_bytes) == (0, 0)


async def test_login_pages_and_redirects_replace_the_answer(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.LOGIN_PAGE), Fault(FaultKind.REDIRECT, nth=2, link="https://login.example/?x"))
    async with sign_in() as http:
        page, moved = await http.get(PAGES), await http.get(PAGES)
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert (moved.status_code, moved.headers["location"]) == (302, "https://login.example/?x")


FOREIGN = [
    "https://other.example/wiki/api/v2/pages?cursor=a",
    "//other.example/x",
    "https://u:p@other.example/",
    "\\\\other.example\\x",
]


@pytest.mark.parametrize("link", FOREIGN)
@pytest.mark.parametrize("path", [PAGES, "/wiki/rest/api/content/search?cql=type=page"])
async def test_a_foreign_next_link_stands_in_body_and_header(
    sandbox: Sandbox, sign_in: SignIn, link: str, path: str
) -> None:
    sandbox.faults.add(Fault(FaultKind.FOREIGN_NEXT, link=link))
    async with sign_in() as http:
        answer = await http.get(path)
    assert answer.json()["_links"]["next"] == link
    assert answer.headers["link"] == f'<{link}>; rel="next"'


async def test_a_repeated_next_link_leads_back_to_itself(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.REPEATED_NEXT, times=0))
    async with sign_in() as http:
        first = (await http.get(f"{PAGES}?limit=5")).json()
        second = (await http.get(first["_links"]["next"])).json()
        old = (await http.get("/wiki/rest/api/content/search?cql=type%3Dpage")).json()
    assert first["results"] == second["results"]
    assert second["_links"]["next"] == first["_links"]["next"] == f"{PAGES}?limit=5"
    assert old["_links"]["next"] == "/rest/api/content/search?cql=type%3Dpage"


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("kind", [FaultKind.EMPTY_WITH_NEXT, FaultKind.SHORT_PAGE])
async def test_empty_and_short_pages_lose_nothing_for_who_follows_next(
    sandbox: Sandbox, sign_in: SignIn, kind: FaultKind, nth: int
) -> None:
    async with sign_in() as http:
        whole = [row["id"] for row in await everything(http, f"{PAGES}?limit=20")]
        sandbox.faults.add(Fault(kind, nth=nth))
        assert [row["id"] for row in await everything(http, f"{PAGES}?limit=20")] == whole
    assert [entry.fault for entry in sandbox.log].count(kind.value) == 1


async def test_an_empty_page_of_a_search_keeps_its_place(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.EMPTY_WITH_NEXT, nth=2))
    async with sign_in() as http:
        first = (await http.get("/wiki/rest/api/content/search?cql=type%3Dpage&limit=4")).json()
        empty = (await http.get(f"/wiki{first['_links']['next']}")).json()
        second = (await http.get(f"/wiki{empty['_links']['next']}")).json()
    assert (empty["results"], len(second["results"])) == ([], 4)
    assert {row["id"] for row in first["results"]}.isdisjoint(row["id"] for row in second["results"])


SHAPES: dict[str, Any] = {
    "no-entries": lambda body: body["results"] == [],
    "nameless": lambda body: all("displayName" in row["watcher"] for row in body["results"]),
    "labels-expandable": lambda body: body["_expandable"] == {"labels": ""},
    "space-null": lambda body: body["results"][0]["space"] is None,
    "title-null": lambda body: body["results"][0]["title"] is None,
    "no-results": lambda body: "results" not in body,
    "results-null": lambda body: body["results"] is None,
    "results-object": lambda body: body["results"] == {"0": "?"},
    "list": lambda body: isinstance(body, list),
    "null": lambda body: body is None,
    "string": lambda body: body == "ok",
    "version-null": lambda body: body["results"][0]["version"] is None,
    "version-text": lambda body: body["results"][0]["version"]["number"] == "seven",
    "id-number": lambda body: isinstance(body["results"][0]["id"], int),
    "id-missing": lambda body: body["results"][0]["id"] is None,
    "unknown-status": lambda body: body["results"][0]["status"] == "hibernating",
    "body-null": lambda body: body["results"][0]["body"] is None,
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_answers_come_in_other_shapes(sandbox: Sandbox, sign_in: SignIn, shape: str) -> None:
    sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, body=shape))
    async with sign_in() as http:
        assert SHAPES[shape]((await http.get(PAGES)).json())


async def test_a_single_object_is_misshaped_too_and_what_is_no_object_stays(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, body="version-null", times=0))
    async with sign_in() as http:
        page = (await http.get(f"{PAGES}/{sandbox.find('On call')}")).json()
        rows = (await http.get("/rest/api/3/user/bulk/migration?username=x")).json()
        file = await http.get(f"/wiki/download/attachments/{sandbox.find('On call')}/x")
    assert (page["version"], rows, file.status_code) == (None, [], 404)


async def test_encodings_and_media_types_can_be_wrong(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.BOM), Fault(FaultKind.UTF16, nth=2), Fault(FaultKind.WRONG_TYPE, nth=3))
    async with sign_in() as http:
        bom, wide, plain = [await http.get(f"{PAGES}?limit=1") for _ in range(3)]
    assert bom.content.startswith(b"\xef\xbb\xbf{")
    assert json.loads(wide.content.decode("utf-16"))["results"]
    assert (plain.headers["content-type"], bool(plain.json()["results"])) == ("text/plain", True)


async def test_a_bomb_is_small_on_the_wire_and_large_unpacked(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.GZIP_BOMB, size=3_000_000), Fault(FaultKind.HUGE, nth=2, size=100_000))
    async with sign_in() as http:
        bomb, huge = await http.get(PAGES), await http.get(PAGES)
    assert sandbox.log[0].response_bytes < 10_000
    assert len(gzip.decompress(sandbox.log[0].response_body)) > 3_000_000
    assert bomb.json()["results"] == []
    assert len(huge.content) > 100_000


async def test_credentials_can_turn_anonymous_midway(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, nth=2, times=0))
    async with sign_in() as http:
        whole = (await http.get(f"{PAGES}?limit=250")).json()["results"]
        less = (await http.get(f"{PAGES}?limit=250")).json()["results"]
        who = (await http.get("/wiki/rest/api/user/current")).json()
    assert 0 < len(less) < len(whole)
    assert who["type"] == "anonymous"


CHANGES: dict[FaultKind, tuple[int, str, int, str, bool]] = {
    FaultKind.EDIT_BEFORE: (200, "current", 1, "", True),
    FaultKind.TOUCH_BEFORE: (200, "current", 1, "", False),
    FaultKind.SWAP_BEFORE: (200, "current", 0, "", True),
    FaultKind.TRASH_BEFORE: (200, "trashed", 0, "", False),
    FaultKind.ARCHIVE_BEFORE: (200, "archived", 0, "", False),
    FaultKind.RETITLE_BEFORE: (200, "current", 1, " (renamed)", False),
}


@pytest.mark.parametrize("kind", CHANGES)
async def test_somebody_changes_the_page_just_before(sandbox: Sandbox, sign_in: SignIn, kind: FaultKind) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    status, state, step, suffix, other_text = CHANGES[kind]
    sandbox.faults.add(Fault(kind, path="/pages/"))
    async with sign_in() as http:
        answer = await http.get(f"{PAGES}/{page.id}", params={"body-format": "storage"})
    shown = answer.json()
    assert (answer.status_code, shown["status"], shown["title"]) == (status, state, page.title + suffix)
    assert shown["version"]["number"] == page.now.number + step
    assert (shown["body"]["storage"]["value"] != page.now.body) is other_text


async def test_an_edit_just_before_a_put_makes_it_a_conflict(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(FaultKind.EDIT_BEFORE, "PUT"))
    async with sign_in() as http:
        assert (await http.put(f"{PAGES}/{page.id}", json=update(page))).status_code == 409
    assert sandbox.state.contents[page.id].now.author == HUMAN


async def test_an_edit_just_after_a_put_stands_on_top_of_it(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(FaultKind.EDIT_AFTER, "PUT"))
    async with sign_in() as http:
        assert (await http.put(f"{PAGES}/{page.id}", json=update(page))).status_code == 200
    texts = [revision.body for revision in sandbox.state.contents[page.id].revisions[-2:]]
    assert texts[0] == "<p>new</p>"
    assert texts[1].startswith("<p>new</p><p>Edited")


async def test_a_page_can_vanish_or_get_a_draft_and_another_can_be_named(sandbox: Sandbox, sign_in: SignIn) -> None:
    page, other = sandbox.find("On call"), sandbox.find("Works council")
    sandbox.faults.add(
        Fault(FaultKind.DRAFT_BEFORE, path="/pages/", content=other),
        Fault(FaultKind.PURGE_BEFORE, path="/pages/", nth=2),
        Fault(FaultKind.EDIT_BEFORE, path="/spaces"),
    )
    async with sign_in() as http:
        codes = [(await http.get(f"{PAGES}/{page}")).status_code for _ in range(2)]
        assert (await http.get("/wiki/api/v2/spaces")).status_code == 200
    assert codes == [200, 404]
    assert sandbox.state.contents[other].draft


async def test_a_site_can_strip_an_element_on_save(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(FaultKind.STRIP_ON_SAVE, "PUT", body=r"<em>.*?</em>", times=0))
    async with sign_in() as http:
        text = "<p>a<em>b</em>&eacute;</p>"
        answer = await http.put(f"{PAGES}/{page.id}", json=update(page, text))
        created = await http.put("/wiki/rest/api/template", json={})
    assert sandbox.body(page.id) == "<p>a&eacute;</p>" == answer.json()["body"]["storage"]["value"]
    assert created.status_code == 400


async def test_a_site_can_write_the_saved_text_anew(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(FaultKind.NORMALISE_ON_SAVE, "PUT"))
    text = "<p b='1' a=\"x&amp;y\">&eacute;<ri:user ri:account-id='5' /><![CDATA[<a c='&eacute;' />]]></p>"
    async with sign_in() as http:
        await http.put(f"{PAGES}/{page.id}", json=update(page, text))
    assert (
        sandbox.body(page.id)
        == '<p b="1" a="x&amp;y">é<ri:user ri:account-id="5"/><![CDATA[<a c=\'&eacute;\' />]]></p>'
    )


def test_every_seeded_body_stays_well_formed_when_written_anew(sandbox: Sandbox) -> None:
    texts = [c.now.body for c in sandbox.state.contents.values() if c.now.body.startswith("<")]
    assert len(texts) > 100
    assert all(well_formed(normalised(text)) for text in texts)
    assert any(normalised(text) != text for text in texts)


async def test_a_lagging_index_answers_what_was_true(sandbox: Sandbox, sign_in: SignIn) -> None:
    page = sandbox.state.contents[sandbox.find("On call")]
    sandbox.faults.add(Fault(FaultKind.INDEX_LAG))
    query = {"cql": f"id = {page.id}", "expand": "version"}
    async with sign_in() as http:
        await http.put(f"{PAGES}/{page.id}", json=update(page))
        stale = (await http.get("/wiki/rest/api/content/search", params=query)).json()["results"]
        sandbox.faults.clear()
        fresh = (await http.get("/wiki/rest/api/content/search", params=query)).json()["results"]
    assert (stale[0]["version"]["number"], fresh[0]["version"]["number"]) == (page.now.number, page.now.number + 1)


def test_faults_are_decoded_from_json_and_nonsense_is_refused() -> None:
    row = {
        "kind": "status",
        "method": "PUT",
        "path": "/pages",
        "status": 429,
        "headers": {"Retry-After": "1"},
        "seconds": 2,
    }
    assert decode([row]) == (
        Fault(FaultKind.STATUS, "PUT", "/pages", status=429, headers=(("Retry-After", "1"),), seconds=2.0),
    )
    nonsense: tuple[Any, ...] = (
        {},
        [7],
        [{}],
        [{"kind": "x"}],
        [{"kind": "bom", "nth": "1"}],
        [{"kind": "bom", "when": 1}],
        [{"kind": "bom", "seconds": "1"}],
        [{"kind": "bom", "headers": []}],
        [{"kind": "bom", "times": True}],
    )
    for wrong in nonsense:
        with pytest.raises(ValueError, match=r".+"):
            decode(wrong)


async def test_the_control_addresses_say_that_this_is_a_sandbox(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test"
    ) as http:
        await http.get(PAGES)
        log = (await http.get("/__sandbox__/log")).json()
        state = (await http.get("/__sandbox__/state")).json()
        added = (await http.post("/__sandbox__/faults", json=[{"kind": "login-page"}])).json()
        struck = await http.get(PAGES)
        wrong = await http.post("/__sandbox__/faults", content=b"{")
        cleared = (await http.delete("/__sandbox__/faults")).json()
        unknown = await http.get("/__sandbox__/")
    assert [row["status"] for row in log["log"]] == [401]
    assert state["state"]["contents"]
    assert (added["faults"], struck.status_code, cleared["faults"]) == (1, 200, 0)
    assert (wrong.status_code, unknown.status_code) == (400, 404)
    assert all(answer["sandbox"] is True for answer in (log, state, added, cleared, wrong.json(), unknown.json()))
    assert len(sandbox.log) == 2
