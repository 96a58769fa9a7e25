from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from audit.auth import Basic, Secret, site_place
from audit.config import Config
from audit.connections import connect
from audit.http import Api
from audit.replay.calls import Call, call_of
from audit.replay.judging import Where
from audit.replay.privacy import PAUSE_S, replay
from audit.replay.recorded import FORM, Recorded
from audit.replay.results import Answered, State
from audit.replay.shown import as_jsonl, as_text
from audit.sandbox.app import CLOUD_ID
from audit.sandbox.sandbox import Sandbox
from tests.audit.net import EMAIL, TOKEN, FakeTime
from tests.audit.replaying import (
    ACCOUNT,
    KEY,
    ORIGIN,
    SITE,
    USER,
    config_of,
    get,
    judge,
    on,
    over,
    post,
    sent,
    site,
)

pytestmark = pytest.mark.anyio


# --- what requests send -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{USER}?expand=operations&username=jvega", [("address", "username parameter", "user")]),
        (f"{USER}?key={KEY}", [("address", "user key parameter", "user")]),
        (f"{USER}/watch/content/12?key={KEY}", [("address", "user key parameter", "user-watch")]),
        (
            f"/wiki/rest/api/content/12/restriction/byOperation/read/user?key={KEY}",
            [("address", "user key parameter", "content-restriction")],
        ),
        (
            f"/wiki/rest/api/relation/favourite/from/user/{KEY}/to/space/HR",
            [("address", "user of a relation", "relation")],
        ),
        ("/wiki/rest/api/search?cql=creator%3Djvega", [("query", "creator", "cql-creator")]),
        ("/wiki/rest/api/search?cql=creator+%3D+%22jvega%22&limit=3", [("query", "creator", "cql-creator")]),
        (f"/wiki/rest/api/search?cql=mention.userkey%3D{KEY}", [("query", "mention", "cql-userkey")]),
        (f"{USER}?accountId={ACCOUNT}&privacyMode=true", [("address", "privacyMode", "privacy-mode")]),
        (f"{USER}?accountId={ACCOUNT}", []),
        ("/wiki/rest/api/space?key=HR&limit=1", [("address", "content read by version 1", "")]),
        ("/wiki/rest/api/search?cql=creator%3DcurrentUser()", []),
        (f"/wiki/rest/api/search?cql=creator%3D%22{ACCOUNT}%22", []),
        ("/wiki/rest/api/relation/favourite/from/user/current/to/space/HR", []),
        ("/rest/api/3/user/bulk/migration?username=jvega", []),
    ],
)
def test_each_retired_parameter_is_named_with_the_row_of_its_resource(
    url: str, expected: list[tuple[str, str, str]]
) -> None:
    call = call_of(get(url), site_place(SITE), SITE, "")
    assert isinstance(call, Call)
    found, unread = judge().request(call)
    assert [(each.where.value, each.name, each.row) for each in found] == expected
    assert unread == ""
    assert all(each.instead for each in found)


async def test_writes_are_judged_from_their_recording_and_never_sent() -> None:
    sandbox = Sandbox()
    body = [{"operation": "read", "restrictions": {"user": [{"type": "known", "username": "jvega"}], "group": []}}]
    space = {"permissions": [{"subjects": {"user": {"results": [{"username": "mrossi"}]}}}]}
    page = {"body": {"storage": {"value": f'<p><ri:user ri:userkey="{KEY}"/></p>', "representation": "storage"}}}
    calls = [
        post("/wiki/rest/api/content/12/restriction", body, method="PUT"),
        post("/wiki/rest/api/space", space),
        post("/wiki/api/v2/pages", page),
        post(f"{USER}/watch/space/HR", "username=kito", FORM),
        post("/wiki/rpc/json-rpc/confluenceservice-v2", "<x/>", "text/xml"),
        post("/wiki/rest/api/content/12/restriction", [{"restrictions": {"user": [{"accountId": ACCOUNT}]}}]),
        Recorded("DELETE", f"{USER}/watch/content/12?key={KEY}"),
        post("/rpc/json-rpc/confluenceservice-v2", "<x/>", "text/xml"),
    ]
    report = await on(sandbox, *calls)
    assert {entry.path for entry in sandbox.log} == {f"{USER}/current"}
    restriction, made, stored, form, rpc, modern, deleted, old_rpc = report.results
    assert sent(restriction) == [
        ("body", "[].restrictions.user[].username", "content-restriction"),
    ]
    assert sent(made) == [("body", "permissions[].subjects.user.results[].username", "space")]
    assert [where for where, _, _ in sent(stored)] == ["body"]
    assert sent(form) == [("body", "username parameter", "user-watch")]
    assert {each.rule for each in rpc.sent} == {each.rule for each in old_rpc.sent} == {"code-removed-protocol"}
    assert (modern.state, modern.sent) == (State.READ, ())
    assert sent(deleted) == [("address", "user key parameter", "user-watch")]
    assert all(result.plain.answered is Answered.NOT_SENT for result in report.results)
    assert report.exit_code == 1
    assert "not sent: it may change something" in as_text(report)


STORED = f'<p><ac:link><ri:user ri:userkey="{KEY}"/></ac:link> and <ri:user ri:username="tbergmann"/></p>'
MENTION = {"type": "mention", "attrs": {"id": KEY, "text": "@x"}}
DOCUMENT = json.dumps({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [MENTION]}]})


@pytest.mark.parametrize(
    ("body", "media", "found"),
    [
        ({"body": {"representation": "storage", "value": STORED}}, "application/json", {"ri:userkey", "ri:username"}),
        ({"body": {"storage": {"representation": "storage", "value": STORED}}}, "application/json", {"ri:userkey"}),
        ({"body": {"representation": "atlas_doc_format", "value": DOCUMENT}}, "application/json", {"mention/@id"}),
        ([{"to": "view", "body": {"representation": "storage", "value": STORED}}], "application/json", {"ri:userkey"}),
        (STORED, "text/html", {"ri:userkey", "ri:username"}),
        (STORED, "", {"ri:userkey", "ri:username"}),
        (urlencode({"title": "x", "content": STORED}), FORM, {"ri:userkey", "ri:username"}),
        (urlencode({"content": DOCUMENT}), FORM, {"mention/@id"}),
    ],
)
async def test_a_body_that_is_to_be_stored_is_judged_wherever_it_stands_in_a_request(
    body: object, media: str, found: set[str]
) -> None:
    sandbox = Sandbox()
    report = await on(sandbox, post("/wiki/api/v2/pages", body, media))
    (result,) = report.results
    names = " ".join(each.name for each in result.sent if each.where is Where.BODY)
    assert all(name in names for name in found), names
    assert not sandbox.writes
    assert (result.unread, report.exit_code) == ("", 1)
    assert KEY not in as_text(report) + as_jsonl(report)


async def test_a_stored_body_in_a_form_that_cannot_be_read_is_a_gap() -> None:
    broken = urlencode({"content": '<p><ac:link><ri:user ri:username="tbergmann"/></p>'})
    report = await on(Sandbox(), post("/wiki/api/v2/pages", broken, FORM))
    assert "cannot be read" in report.results[0].unread
    assert not report.complete


async def test_a_body_that_cannot_be_judged_is_a_gap() -> None:
    broken = post("/wiki/rest/api/content/12/restriction", '{"restrictions":', method="PUT")
    parts = Recorded("POST", "/wiki/rest/api/content/12/child/attachment", unread="the body is made of several parts")
    report = await on(Sandbox(), broken, parts)
    assert [result.state for result in report.results] == [State.GAP, State.GAP]
    assert report.exit_code == 3
    assert "the body is made of several parts" in as_text(report)


async def test_the_header_of_the_deprecation_period_is_reported() -> None:
    report = await on(Sandbox(), get(f"{USER}/current", headers=("x-atlassian-force-account-id",)))
    assert sent(report.results[0]) == [("header", "x-atlassian-force-account-id", "privacy-mode")]


# --- what is asked ------------------------------------------------------------------------------------------------


async def test_safe_calls_are_asked_without_the_switch_and_with_it_their_query_in_order() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.raw_path.decode()}")
        return httpx.Response(200, json={})

    await over(
        site(answer),
        get("/wiki/rest/api/search?limit=2&cql=type%3Dpage+or+type=blogpost&start=&limit=3&x=%C3%A9"),
        get("/wiki/rest/api/search?privacyMode=false&limit=1"),
        Recorded("HEAD", f"{SITE}/wiki/api/v2/pages"),
        Recorded("OPTIONS", "/rest/api/3/myself"),
    )
    assert asked == [
        "GET /wiki/rest/api/search?limit=2&cql=type%3Dpage+or+type=blogpost&start=&limit=3&x=%C3%A9",
        "GET /wiki/rest/api/search?limit=2&cql=type%3Dpage+or+type=blogpost&start=&limit=3&x=%C3%A9&privacyMode=true",
        "GET /wiki/rest/api/search?limit=1",
        "GET /wiki/rest/api/search?privacyMode=true&limit=1",
        "HEAD /wiki/api/v2/pages",
        "HEAD /wiki/api/v2/pages?privacyMode=true",
        "OPTIONS /rest/api/3/myself",
        "OPTIONS /rest/api/3/myself?privacyMode=true",
    ]


async def test_other_hosts_and_pages_are_counted_and_credentials_of_the_recording_stay_behind() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    report = await over(
        site(answer),
        get("https://other.example/wiki/rest/api/user?username=jvega", times=3),
        get("wss://acme.atlassian.net/wiki/rest/api/user"),
        get("http://acme.atlassian.net/wiki/rest/api/user"),
        get(f"{SITE}.evil.example/wiki/rest/api/user"),
        get(f"{SITE}/wiki/spaces/HR/overview", times=2),
        get("rest/api/user"),
        get(f"{SITE}/wiki/rest/../secret", place="entry 7"),
        get(
            f"https://canary-login:canary-pass@acme.atlassian.net{USER};jsessionid=canary-session?os_password=canary-os"
        ),
        get(f"{SITE}{USER}?accountId=x&jwt=canary-jwt&access_token=canary-access#canary-fragment"),
    )
    assert (report.elsewhere, report.pages, report.broken) == (6, 2, ("", "entry 7"))
    assert len(asked) == 4
    assert all("canary" not in f"{request.url}{request.headers}" for request in asked)
    expected = httpx.BasicAuth(EMAIL, TOKEN)._auth_header
    assert {request.headers["authorization"] for request in asked} == {expected}
    assert {request.url.host for request in asked} == {"acme.atlassian.net"}
    assert [result.dropped for result in report.results] == [True, True]
    assert "canary" not in as_text(report) + as_jsonl(report) + repr(report)
    assert report.exit_code == 3


async def test_calls_through_the_gateway_are_the_sites_own_when_the_cloud_id_is_its() -> None:
    sandbox = Sandbox()
    report = await on(
        sandbox,
        get(f"{ORIGIN}/ex/confluence/{CLOUD_ID}/wiki/rest/api/user/current"),
        get(f"{ORIGIN}/ex/confluence/{CLOUD_ID}/rest/api/user/anonymous"),
        get(f"{ORIGIN}/ex/jira/{CLOUD_ID}/rest/api/3/user/bulk/migration?key={KEY}"),
        config=replace(config_of(sandbox), gateway=ORIGIN),
    )
    assert [result.path for result in report.results][:2] == [f"{USER}/current", f"{USER}/anonymous"]
    assert report.exit_code == 0
    assert all(not entry.gateway for entry in sandbox.log)


async def test_calls_through_the_gateway_of_a_site_that_hides_its_cloud_id_are_left_alone() -> None:
    handler = site(lambda _: httpx.Response(404, json={}))
    report = await over(handler, get(f"https://api.atlassian.com/ex/confluence/{CLOUD_ID}/wiki/rest/api/user/current"))
    assert (report.elsewhere, report.exit_code) == (1, 3)
    assert "no call of an API" in as_text(report)


async def test_a_replay_waits_before_each_request_and_stops_at_its_most() -> None:
    calls = [get(f"/wiki/rest/api/search?start={number}") for number in range(5)]
    fake = FakeTime()
    config = Config(SITE, Basic(EMAIL, Secret(TOKEN)))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Api]:
        network = httpx.MockTransport(site(lambda _: httpx.Response(200, json={})))
        api = await connect(config, clock_now=fake.now, sleep=fake.sleep, random=lambda: 0.5, transport=lambda: network)
        async with api:
            yield api

    report = await replay(opened, config, judge(), calls, sleep=fake.sleep, most=3)
    assert fake.slept == [PAUSE_S] * 6
    assert (len(report.results), report.left, report.exit_code) == (3, 2, 3)
    assert "Not reached: 2" in as_text(report)


async def test_what_a_write_was_answered_is_judged_from_the_recording() -> None:
    sandbox = Sandbox()
    user = {"username": "jvega", "userKey": KEY}
    answers = (json.dumps({"results": [user, user]}), json.dumps({"results": [user]}))
    calls = [
        replace(post("/wiki/rest/api/content/12/restriction", [], method="PUT"), answers=answers),
        replace(post("/wiki/api/v2/pages", {}), answers=("{broken",)),
        replace(post("/wiki/api/v2/spaces", {}), unheard="the archive does not hold the answer"),
        replace(post("/wiki/api/v2/blogposts", {}), answers=(json.dumps({"accountId": ACCOUNT}),)),
    ]
    report = await on(sandbox, *calls)
    assert {entry.path for entry in sandbox.log} == {f"{USER}/current"}
    assert [result.state for result in report.results] == [State.FIND, State.GAP, State.GAP, State.READ]
    assert {each.path: count for each, count, _ in report.results[0].carried} == {
        "results[].userKey": 2,
        "results[].username": 2,
    }
    text = as_text(report)
    assert "carries results[].username (2 in the recorded answer)" in text
    assert "not judged: the recorded answer is no JSON" in text
    assert "jvega" not in text
    assert report.exit_code == 3
