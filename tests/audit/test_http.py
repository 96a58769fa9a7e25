from __future__ import annotations

import gzip
import json

import httpx
import pytest

from audit.answers import Answer
from audit.auth import Basic, Bearer, NoCredentials, PersonalAccessToken, Secret, gateway_place, site_place
from audit.config import Config
from audit.connections import connect
from audit.errors import (
    BadAnswer,
    Conflict,
    GoneError,
    Missing,
    NotAllowed,
    NotAuthenticated,
    RedirectRefused,
    Rejected,
    ScopeMissing,
    SiteError,
    Unreachable,
)
from audit.events import Answered, Faulted
from audit.http import Api, Limits, Traffic
from tests.audit.net import EMAIL, SITE, TOKEN, FakeTime, Handler, body, net, ok, page, script, status

pytestmark = pytest.mark.anyio


async def test_a_get_goes_below_the_base_with_credentials_and_asks_for_gzip_json() -> None:
    async with net(script(ok({"results": []}))) as one:
        answer = await one.api.get("/api/v2/pages", {"limit": "250", "id": ["1", "2"]})
    request = one.requests[0]
    assert str(request.url) == f"{SITE}/wiki/api/v2/pages?limit=250&id=1&id=2"
    assert request.headers["authorization"].startswith("Basic ")
    assert request.headers["accept-encoding"] == "gzip"
    assert request.headers["user-agent"].startswith("confluence-gdpr/")
    assert "cookie" not in request.headers
    assert answer.mapping() == {"results": []}
    assert answer.where == "GET /api/v2/pages"


async def test_root_calls_leave_the_context_path_and_use_the_jira_gateway() -> None:
    for place, base in (
        (site_place(SITE), SITE),
        (gateway_place(SITE, "c-1"), "https://api.atlassian.com/ex/jira/c-1"),
    ):
        async with net(script(ok({}))) as one, net(script(ok({})), place=place, auth=Bearer(Secret(TOKEN))) as two:
            await one.api.get_root("/rest/api/3/myself")
            await two.api.get_root("/rest/api/3/myself")
        assert two.urls == [f"{base}/rest/api/3/myself"]


async def test_a_clean_exchange_is_counted_and_logged_once() -> None:
    async with net(script(ok({"results": []}))) as one:
        await one.api.post_read("/api/v2/users-bulk", {"accountIds": ["1"]})
        assert one.api.traffic == {SITE: Traffic(1, len(b'{"results":[]}'), len(b'{"accountIds":["1"]}'))}
    assert one.events == [Answered("POST", "/api/v2/users-bulk", 200, 0, 1, 14)]
    assert one.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["api/v2/pages", "//evil.example/x", "/api/../../x", "/api/%2e%2e/x", "/a#b", "/a\\b", "/a b"]
)
async def test_a_path_that_could_leave_the_base_is_a_mistake_of_the_caller(path: str) -> None:
    async with net(script(ok({}))) as one:
        with pytest.raises(ValueError, match="base"):
            await one.api.get(path)
    assert one.requests == []


async def test_it_refuses_to_work_outside_its_context() -> None:
    time = FakeTime()
    api = Api(site_place(SITE), NoCredentials(), clock=time, sleep=time.sleep, random=lambda: 0.5)
    with pytest.raises(RuntimeError, match="async with"):
        await api.get("/api/v2/pages")
    await api.__aexit__()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (302, RedirectRefused),
        (400, Rejected),
        (401, NotAuthenticated),
        (403, NotAllowed),
        (404, Missing),
        (409, Conflict),
        (410, GoneError),
        (413, Rejected),
        (501, Rejected),
        (505, Rejected),
    ],
)
async def test_a_final_status_raises_its_error_after_one_request(code: int, kind: type[SiteError]) -> None:
    async with net(script(status(code, location="https://id.login.example/x?user=nora"))) as one:
        with pytest.raises(kind) as caught:
            await one.api.get("/api/v2/pages/77")
    assert len(one.requests) == 1
    assert caught.value.status == code
    assert "GET /api/v2/pages/77" in str(caught.value)
    assert "nora" not in str(caught.value)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("location", ["", "/login", "https://[broken"])
async def test_a_redirect_without_a_host_is_refused_all_the_same(location: str) -> None:
    async with net(script(status(307, location=location))) as one:
        with pytest.raises(RedirectRefused):
            await one.api.get("/api/v2/pages")


@pytest.mark.parametrize(("code", "kind"), [(401, NotAuthenticated), (403, NotAllowed)])
async def test_the_word_scope_alone_is_no_missing_scope(code: int, kind: type[SiteError]) -> None:
    body = {"message": "The token expired. Its scope was read:page; see the telescope guide."}
    async with net(script(httpx.Response(code, json=body)), auth=Bearer(Secret(TOKEN))) as one:
        with pytest.raises(kind) as caught:
            await one.api.get("/api/v2/pages")
    assert not isinstance(caught.value, ScopeMissing)


@pytest.mark.parametrize("code", [401, 403])
async def test_a_missing_scope_is_told_from_wrong_credentials(code: int) -> None:
    body = {"code": code, "message": "Unauthorized; scope does not match"}
    async with net(script(httpx.Response(code, json=body)), auth=Bearer(Secret(TOKEN))) as one:
        with pytest.raises(ScopeMissing):
            await one.api.get("/api/v2/pages")


@pytest.mark.parametrize(
    ("auth", "advice"),
    [
        (None, "scoped"),
        (Bearer(Secret(TOKEN)), "access token"),
        (PersonalAccessToken(Secret(TOKEN)), "profile"),
        (NoCredentials(), "without credentials"),
    ],
)
async def test_advice_on_401_fits_the_kind_of_credentials(auth: object, advice: str) -> None:
    async with net(script(status(401)), auth=auth) as one:  # type: ignore[arg-type] # each is one of the kinds
        with pytest.raises(NotAuthenticated, match=advice):
            await one.api.get("/api/v2/pages")


@pytest.mark.parametrize("code", [200, 404])
async def test_an_error_page_that_cannot_be_read_still_counts_by_its_status(code: int) -> None:
    steps = script(httpx.Response(code, headers={"content-type": "application/json", "content-encoding": "br"}))
    async with net(steps) as one:
        with pytest.raises(BadAnswer if code == 200 else Missing):
            await one.api.get("/api/v2/pages")
    assert len(one.requests) == 1


@pytest.mark.parametrize("content_type", ["text/html;charset=UTF-8", "application/json"])
async def test_a_login_page_is_never_an_empty_list(content_type: str) -> None:
    async with net(script(body(b"\n <!doctype html><title>Log in</title>", content_type))) as one:
        with pytest.raises(NotAuthenticated, match="web page"):
            await one.api.get("/api/v2/pages")
    assert len(one.requests) == 1


@pytest.mark.parametrize(
    "bad",
    [
        body(b"{}", "text/plain"),
        body(b"{}", "application/json; charset=utf-16"),
        body(b"\xef\xbb\xbf{}"),
        body('{"a":1}'.encode("utf-16")),
        body(b"[" * 200_000 + b"]" * 200_000),
    ],
)
async def test_other_types_and_encodings_are_refused_at_once(bad: httpx.Response) -> None:
    async with net(script(bad)) as one:
        with pytest.raises(BadAnswer):
            await one.api.get("/api/v2/pages")
    assert len(one.requests) == 1


@pytest.mark.parametrize(
    "content_type", ["application/json", 'application/json; charset="UTF-8"', "application/problem+json"]
)
async def test_json_types_are_accepted(content_type: str) -> None:
    async with net(script(body('{"a":"é"}'.encode(), content_type))) as one:
        assert (await one.api.get("/api/v2/pages")).mapping() == {"a": "é"}


@pytest.mark.parametrize("cut", [b'{"results": [{"id"', b'{"a": NaN}', b"\xff", b""])
async def test_json_that_does_not_parse_is_asked_for_again(cut: bytes) -> None:
    async with net(script(body(cut), page([]))) as one:
        assert (await one.api.get("/api/v2/pages")).mapping()["results"] == []
    assert len(one.requests) == 2
    assert any(isinstance(event, Faulted) for event in one.events)


async def test_a_body_that_stays_cut_is_an_error_and_carries_no_contents() -> None:
    async with net(script(body(b'{"title": "Canary Nora Quill"'))) as one:
        with pytest.raises(Unreachable) as caught:
            await one.api.get("/api/v2/pages")
    assert len(one.requests) == Limits().attempts
    seen = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert "Canary" not in seen


async def test_gzip_is_unfolded_and_counted_as_it_travelled() -> None:
    small = gzip.compress(json.dumps({"a": "x" * 5000}).encode())
    async with net(script(body(small, **{"content-encoding": "gzip"}))) as one:
        assert (await one.api.get("/api/v2/pages")).mapping() == {"a": "x" * 5000}
        assert one.api.traffic[SITE].received_bytes == len(small)


async def test_an_answer_without_a_body_is_allowed_where_the_status_says_so() -> None:
    async with net(script(httpx.Response(204))) as one:
        assert (await one.api.get("/api/v2/x")).json is None
        with pytest.raises(BadAnswer, match="nothing"):
            (await one.api.get("/api/v2/x")).mapping()


async def test_an_answer_for_anonymous_visitors_is_not_taken_for_ours() -> None:
    async with net(script(ok({"results": []}, **{"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}))) as one:
        with pytest.raises(NotAuthenticated, match="anonymous"):
            await one.api.get("/api/v2/pages")


def test_an_answer_is_converted_to_a_type_or_names_the_field_but_never_the_value() -> None:
    import msgspec

    class Shape(msgspec.Struct):
        id: str
        status: str

    assert Answer(200, {"id": "1", "status": "current"}, {}).to(Shape).id == "1"
    with pytest.raises(BadAnswer) as caught:
        Answer(200, {"id": 5, "status": "Canary"}, {}, "GET /api/v2/pages").to(Shape)
    assert "$.id" in str(caught.value)
    assert "Canary" not in repr(Answer(200, {"title": "Canary"}, {}))


# --- the cloud id -------------------------------------------------------------------------------------------------


def cloud_config(**changes: str) -> Config:
    return Config(SITE, Bearer(Secret(TOKEN)), **changes)  # type: ignore[arg-type] # texts only


async def joined(config: Config, handler: Handler) -> list[httpx.Request]:
    """Connect, ask for one page, and return every request that was made."""
    seen: list[httpx.Request] = []
    time = FakeTime()

    def recorded(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return handler(request)

    api = await connect(
        config,
        clock_now=time.now,
        sleep=time.sleep,
        random=lambda: 0.5,
        transport=lambda: httpx.MockTransport(recorded),
    )
    async with api:
        await api.get("/api/v2/pages")
    return seen


async def test_the_cloud_id_is_asked_from_the_site_without_credentials_and_only_when_it_is_not_known() -> None:
    first, second = await joined(cloud_config(), script(ok({"cloudId": "c-9"})))
    assert str(first.url) == f"{SITE}/_edge/tenant_info"
    assert "authorization" not in first.headers
    assert str(second.url) == "https://api.atlassian.com/ex/confluence/c-9/wiki/api/v2/pages"
    assert second.headers["authorization"] == f"Bearer {TOKEN}"
    (only,) = await joined(cloud_config(cloud_id="c-1"), script(ok({})))
    assert "/ex/confluence/c-1/" in str(only.url)


@pytest.mark.parametrize(
    "answer", [status(404), body(b"<html>", "text/html"), ok({}), ok({"cloudId": 7}), ok({"cloudId": ""}), ok([])]
)
async def test_a_site_without_a_cloud_id_gets_no_credentials(answer: httpx.Response) -> None:
    with pytest.raises(Missing, match="cloud_id"):
        await joined(cloud_config(), script(answer))


async def test_without_another_network_the_real_one_is_used() -> None:
    time = FakeTime()
    config = Config("http://127.0.0.1:9", Basic(EMAIL, Secret(TOKEN)), limits=Limits(attempts=1))
    async with await connect(config, clock_now=time.now, sleep=time.sleep, random=lambda: 0.5) as api:
        with pytest.raises(Unreachable, match="refuses"):
            await api.get("/api/v2/pages")
