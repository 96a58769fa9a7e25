"""The gate: nobody comes in without the secret address, nothing is sent from elsewhere, nothing stays in a browser."""

from __future__ import annotations

import io
import secrets as chance
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from audit.events import OnEvent, ignore, text_logger
from audit.serve.gate import COOKIE, Gate, Secrets, same
from tests.audit.serve.client import Client

AUTHORITY = "127.0.0.1:8123"
ORIGIN = f"http://{AUTHORITY}"
KNOWN = Secrets()
PAGE, ENTER = f"{KNOWN.root}/page", f"/enter/{KNOWN.token}"


def page(_request: Request) -> Response:
    return PlainTextResponse("the page")


def client(on_event: OnEvent = ignore, **headers: str) -> Client:
    pages = Starlette(routes=[Route(PAGE, page, methods=["GET", "POST", "DELETE"])])
    ticks = iter(range(1000))
    gate = Gate(pages, KNOWN, AUTHORITY, lambda: PlainTextResponse("welcome"), on_event, lambda: next(ticks))
    return Client(gate, ORIGIN, headers)


def let_in(on_event: OnEvent = ignore) -> Client:
    found = client(on_event)
    assert found.get(ENTER).text == "welcome"
    return found


def test_the_secrets_have_256_bits_and_differ_from_start_to_start() -> None:
    first, second = Secrets(), Secrets()
    for name in ("token", "session", "form"):
        assert len(getattr(first, name)) >= 256 / 6
    assert len({*vars_of(first), *vars_of(second)}) == 8
    assert not any(one in repr(first) for one in vars_of(first))


def vars_of(one: Secrets) -> list[str]:
    return [one.token, one.session, one.form, one.root]


def test_the_secret_address_gives_a_cookie_that_no_script_and_no_other_site_gets() -> None:
    cookie = client().get(ENTER).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={KNOWN.session}; ")
    assert {"HttpOnly", "SameSite=strict", f"Path={KNOWN.root}/"} <= set(cookie.split("; "))
    assert not {"Domain", "Max-Age", "Expires"} & {part.partition("=")[0] for part in cookie.split("; ")}
    assert KNOWN.token not in cookie


@pytest.mark.parametrize(
    "path", ["/enter/", "/enter/" + chance.token_urlsafe(32), ENTER[:-1], ENTER + "x", "/enter/%ed%a0%80é", "/", PAGE]
)
def test_without_the_token_or_the_cookie_nothing_is_shown(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 403
    assert "the page" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_cookie_of_another_start_is_refused() -> None:
    answer = client(cookie=f"{COOKIE}={Secrets().session}").get(PAGE)
    assert answer.status_code == 403
    assert let_in().get(PAGE).text == "the page"


def test_the_token_is_taken_from_a_reader_only() -> None:
    assert client().post(ENTER, headers={"origin": ORIGIN}).status_code == 403


@pytest.mark.parametrize(
    "host", ["localhost:8123", "evil.example", "127.0.0.1", "127.0.0.1:8124", "evil.example:8123", "[::1]:8123", ""]
)
def test_a_name_that_was_made_to_point_here_gets_no_answer(host: str) -> None:
    for path in (PAGE, ENTER):
        answer = let_in().get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (ORIGIN, "same-origin", 200),
        (ORIGIN, "", 200),
        ("null", "", 403),
        ("", "", 403),
        ("http://127.0.0.1:8124", "", 403),
        ("https://127.0.0.1:8123", "", 403),
        ("http://evil.example", "cross-site", 403),
        (ORIGIN, "same-site", 403),
        (ORIGIN, "cross-site", 403),
    ],
)
def test_what_is_sent_has_to_come_from_our_own_pages(origin: str, site: str, status: int) -> None:
    headers = {name: value for name, value in (("origin", origin), ("sec-fetch-site", site)) if value}
    assert let_in().post(PAGE, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_and_sending_forms_is_known(method: str) -> None:
    assert let_in().ask(method, PAGE, {"origin": ORIGIN}).status_code == 405


@pytest.mark.parametrize("path", [PAGE, ENTER, "/nowhere"])
def test_every_answer_forbids_keeping_framing_scripts_and_telling_where_one_came_from(path: str) -> None:
    headers = let_in().get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = dict(rule.strip().partition(" ")[::2] for rule in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["style-src"] == "'self'"
    assert "script-src" not in policy
    assert "access-control-allow-origin" not in headers


def test_the_log_names_pages_and_neither_addresses_nor_secrets() -> None:
    log = io.StringIO()
    found = let_in(text_logger(log, lambda: datetime(2026, 11, 2, tzinfo=UTC)))
    found.get(PAGE + "?title=Salary")
    found.get(f"{KNOWN.root}/ada.quill")
    found.get("/enter/wrong")
    found.get(PAGE, headers={"host": "evil.example"})
    lines = log.getvalue().splitlines()
    assert [line.split(" ")[3:5] for line in lines] == [
        ["path=none", "status=200"],
        ["path=page", "status=200"],
        ["path=none", "status=404"],
        ["path=none", "status=403"],
        ["path=none", "status=421"],
    ]
    for secret in (*vars_of(KNOWN), "Salary", "ada.quill", "wrong", "evil"):
        assert secret not in log.getvalue()


def test_secrets_compare_whatever_somebody_sends() -> None:
    assert same("abc", "abc")
    assert not same("", "abc")
    assert not same("\udce9é\x00", "abc")


def test_anything_but_a_request_gets_no_answer() -> None:
    async def never() -> MutableMapping[str, Any]:
        raise AssertionError("nothing is read")

    async def silent(_message: MutableMapping[str, Any]) -> None:
        raise AssertionError("nothing is said")

    anyio.run(client().app, {"type": "websocket", "path": ENTER}, never, silent)
