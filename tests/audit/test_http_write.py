from __future__ import annotations

import httpx
import pytest

from audit.errors import (
    Ambiguous,
    Conflict,
    GdprError,
    GoneError,
    Missing,
    NotAllowed,
    NotAuthenticated,
    Rejected,
    SiteError,
    Throttled,
    Unreachable,
)
from audit.http import Limits
from tests.audit.net import EMAIL, SITE, TOKEN, Handler, body, net, ok, page, script, status

pytestmark = pytest.mark.anyio


async def test_a_write_sends_its_body_once_and_returns_the_answer() -> None:
    async with net(script(ok({"id": "1"}))) as one:
        answer = await one.api.write(
            "PUT", "/api/v2/pages/1", {"title": "Größe"}, {"X-Atlassian-Token": "no-check"}, {"a": "b"}
        )
    assert answer.mapping() == {"id": "1"}
    assert one.requests[0].content == '{"title":"Größe"}'.encode()
    assert one.requests[0].headers["x-atlassian-token"] == "no-check"
    assert one.urls == [f"{SITE}/wiki/api/v2/pages/1?a=b"]


async def test_half_a_surrogate_pair_goes_back_as_the_escape_that_it_came_as() -> None:
    async with net(script(ok({"id": "1"}))) as one:
        await one.api.write("PUT", "/api/v2/pages/1", {"title": "Größe \ud83d, \\"})
    assert one.requests[0].content == b'{"title":"Gr\xc3\xb6\xc3\x9fe \\ud83d, \\\\"}'


@pytest.mark.parametrize(
    "step",
    [
        status(500),
        status(502),
        status(503, retry_after="3"),
        status(504),
        status(501),
        status(408),
        status(302, location="https://id.login.example"),
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.RemoteProtocolError("x"),
        body(b"<html>", "text/html"),
        body(b'{"id": '),
        body(b""),
        body(b"{}", "text/plain"),
        body(b"{}", **{"content-encoding": "zstd"}),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_write_of_unknown_outcome_is_never_sent_again(step: httpx.Response | Exception, method: str) -> None:
    async with net(script(step)) as one:
        with pytest.raises(Ambiguous):
            await one.api.write(method, "/api/v2/pages/1", {})
    assert len(one.requests) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (409, Conflict),
        (400, Rejected),
        (413, Rejected),
        (401, NotAuthenticated),
        (403, NotAllowed),
        (404, Missing),
        (410, GoneError),
    ],
)
async def test_a_refused_write_says_that_nothing_was_changed(code: int, kind: type[SiteError]) -> None:
    async with net(script(status(code))) as one:
        with pytest.raises(kind):
            await one.api.write("PUT", "/api/v2/pages/1", {})
    assert len(one.requests) == 1


@pytest.mark.parametrize(
    "step", [status(429), status(429, retry_after="9"), httpx.ConnectError("x"), httpx.ConnectTimeout("x")]
)
async def test_a_write_that_was_surely_not_processed_is_sent_again(step: httpx.Response | Exception) -> None:
    async with net(script(step, ok({"id": "1"}))) as one:
        assert (await one.api.write("PUT", "/api/v2/pages/1", {})).status == 200
    assert len(one.requests) == 2


async def test_a_write_that_never_got_through_is_unreachable_and_not_ambiguous() -> None:
    async with net(script(httpx.ConnectError("x"))) as one:
        with pytest.raises(Unreachable, match="nothing was sent"):
            await one.api.write("PUT", "/api/v2/pages/1", {})
    async with net(script(status(429))) as two:
        with pytest.raises(Throttled):
            await two.api.write("PUT", "/api/v2/pages/1", {})
    assert (len(one.requests), len(two.requests)) == (5, 5)


@pytest.mark.parametrize(("method", "code"), [("DELETE", 200), ("DELETE", 204), ("PUT", 204), ("POST", 202)])
async def test_an_empty_body_is_an_answer_where_method_or_status_promise_none(method: str, code: int) -> None:
    async with net(script(httpx.Response(code))) as one:
        assert (await one.api.write(method, "/api/v2/pages/1")).json is None
    assert one.requests[0].content == b""
    assert "content-type" not in one.requests[0].headers


@pytest.mark.parametrize(
    "handler",
    [
        script(httpx.Response(401, json={"message": f"Canary {TOKEN}"})),
        script(httpx.Response(500, json={"message": "Canary"})),
        script(httpx.Response(302, headers={"location": "https://x.example/?email=Canary"})),
        script(httpx.Response(429, headers={"retry-after": "99999", "warning": "Canary"})),
        script(body(b"<html>Canary", "text/html")),
        script(body(b'{"Canary')),
        script(page([{"id": "1", "title": "Canary"}], "https://canary.example/Canary")),
        script(httpx.ReadError("Canary")),
        script(httpx.ConnectError("Canary")),
    ],
)
async def test_no_error_and_no_event_repeats_secrets_or_contents(handler: Handler) -> None:
    cql = {"cql": f'creator = "{EMAIL}"'}
    caught: list[BaseException | None] = []
    async with net(handler, limits=Limits(attempts=2)) as one:
        try:
            _ = [item async for item in one.api.pages("/rest/api/space/~canary/watch", cql)]
        except GdprError as error:
            caught.append(error)
        try:
            answer = await one.api.write("PUT", "/rest/api/user/Canary/property/x", {"value": "Canary"}, params=cql)
        except GdprError as error:
            caught.append(error)
        else:
            caught.append(None)
            assert "Canary" not in repr(answer)
        seen = "".join([*map(repr, one.events), repr(one.api.auth), repr(one.api), repr(one.api.traffic)])
    for found in caught:
        link = found
        while isinstance(link, GdprError):
            seen += f"{link} {link!r} {link.__dict__}"
            link = link.__cause__ or link.__context__
    assert "canary" not in seen.lower()
    assert EMAIL not in seen
    assert len(caught) == 2
    assert isinstance(caught[0], GdprError)
