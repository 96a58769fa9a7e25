from __future__ import annotations

import base64
import json
import pickle
from dataclasses import asdict, fields
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import errors
from audit.auth import (
    Auth,
    Basic,
    Bearer,
    NoCredentials,
    PersonalAccessToken,
    Place,
    Secret,
    gateway_place,
    is_loopback,
    origin,
    site_place,
)
from audit.errors import Ambiguous, BadAnswer, ConfigError, GdprError, SiteError, Throttled
from audit.events import Answered, Faulted, Noted, Waited, ignore, json_logger, text_logger
from tests.audit.net import EMAIL, START, TOKEN


@pytest.mark.parametrize(
    ("auth", "header", "hint"),
    [
        (
            Basic(EMAIL, Secret(TOKEN)),
            "Basic " + base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode(),
            "n***@a***.example",
        ),
        (Bearer(Secret(TOKEN)), f"Bearer {TOKEN}", ""),
        (PersonalAccessToken(Secret(TOKEN)), f"Bearer {TOKEN}", ""),
        (NoCredentials(), None, ""),
    ],
)
def test_each_kind_makes_its_header_and_shows_nothing_else(auth: Auth, header: str | None, hint: str) -> None:
    assert auth.headers("GET", "https://acme.example/x", START).get("Authorization") == header
    assert auth.account_hint == hint
    assert auth.kind in {"basic", "bearer", "pat", "none"}
    assert TOKEN not in f"{auth!r} {auth}"
    assert EMAIL not in f"{auth!r} {auth}"


def test_a_secret_has_no_readable_form_but_one() -> None:
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {secret:>40} {[secret]}"
    assert (secret.reveal(), bool(secret), bool(Secret(""))) == (TOKEN, True, False)
    assert secret == Secret(TOKEN)
    assert secret != TOKEN
    assert len({secret, Secret(TOKEN), Secret("other")}) == 2
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Acme.Atlassian.net/wiki/spaces/HR", "https://acme.atlassian.net"),
        ("https://acme.atlassian.net:443", "https://acme.atlassian.net"),
        (" https://acme.example:8443/ ", "https://acme.example:8443"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:80/x", "http://localhost"),
        ("http://[::1]:8090/", "http://[::1]:8090"),
        ("https://büro.example", "https://xn--bro-hoa.example"),
    ],
)
def test_an_origin_has_one_form(url: str, expected: str) -> None:
    assert origin(url) == expected
    assert origin(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.atlassian.net",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "acme.atlassian.net",
        "ftp://acme.example",
        "https://",
        "https://nora:pw@acme.atlassian.net",
        "https://@acme.atlassian.net",
        "https://acme.atlassian.net\\@evil.example",
        "https://[broken",
        "https://acme.example:99999",
        "https://" + "x" * 300 + ".example",
    ],
)
def test_an_address_that_is_not_safe_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        origin(url)
    assert "nora" not in str(caught.value)
    assert caught.value.exit_code == 2


@given(st.text(max_size=60))
def test_an_origin_is_refused_or_stable(text: str) -> None:
    try:
        found = origin(text)
    except ConfigError:
        return
    assert origin(found) == found


def test_loopback_is_this_machine_and_nothing_else() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.255.0.3", "::1", "[::1]", "localhost"]))
    assert not any(map(is_loopback, ["128.0.0.1", "0.0.0.0", "", "localhost.", "example"]))  # noqa: S104 - not a bind


def test_places_of_each_kind_of_site() -> None:
    site = "https://acme.atlassian.net"
    assert site_place(f"{site}/wiki/home") == Place(site, f"{site}/wiki", site)
    assert site_place("https://wiki.acme.example/conf/", data_center=True).api_base == "https://wiki.acme.example/conf"
    assert gateway_place(site, "a/b") == Place(
        site,
        "https://api.atlassian.com/ex/confluence/a%2Fb/wiki",
        "https://api.atlassian.com/ex/jira/a%2Fb",
        gateway=True,
    )


# --- errors and events --------------------------------------------------------------------------------------------


def kinds(kind: type[GdprError] = GdprError) -> list[type[GdprError]]:
    return [
        kind,
        *(found for one in kind.__subclasses__() if one.__module__ == errors.__name__ for found in kinds(one)),
    ]


def test_every_error_stands_in_the_drawing_of_the_tree_with_its_exit_code() -> None:
    drawing = errors.__doc__ or ""
    for kind in kinds():
        assert kind.__name__ in drawing
        assert kind.exit_code in {1, 2, 3, 4, 5}


def test_an_error_is_one_paragraph_of_what_where_why_and_what_to_do() -> None:
    error = ConfigError(what="It broke", where="line 3", why="a comma is missing", fix="Add it")
    assert str(error) == "It broke (line 3): a comma is missing. Add it."
    assert repr(error) == f"ConfigError({error})"
    assert str(GdprError(what="Stopped!")) == "Stopped!"


@pytest.mark.parametrize(
    "error",
    [
        ConfigError(what="a", fix="b"),
        Throttled(what="a", status=429, wait_s=7.5),
        Ambiguous.after("PUT /x", "cut", 500),
        BadAnswer.shape("GET /x", "`a` is missing"),
        SiteError(what="a", status=3),
    ],
)
def test_an_error_survives_the_way_between_two_processes(error: GdprError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.__dict__ == error.__dict__


EVENTS = (
    Answered("GET", "/api/v2/pages", 200, 12, 1, 345),
    Faulted("GET", "/api/v2/pages", "cut", 1, 2),
    Waited("status 429", 2000),
    Noted("crawl", "pages/1", 250),
    Noted("end"),
)


def test_events_are_written_as_one_line_of_json_or_words_each() -> None:
    for logger in (json_logger, text_logger):
        stream = StringIO()
        listen = logger(stream, lambda: START)
        for event in EVENTS:
            listen(event)
            ignore(event)
        lines = stream.getvalue().splitlines()
        assert len(lines) == len(EVENTS)
        if logger is json_logger:
            first = json.loads(lines[0])
            assert first.pop("at_utc") == "2026-11-20T12:00:00Z"
            assert first == {"event": "Answered", **asdict(EVENTS[0])}
        else:
            assert lines[0] == (
                "2026-11-20T12:00:00Z answered method=GET path=/api/v2/pages status=200 ms=12 attempt=1 received_bytes=345"
            )
            assert lines[-1] == "2026-11-20T12:00:00Z noted step=end"


def test_no_event_has_a_field_for_headers_bodies_or_queries() -> None:
    names = {field.name for event in EVENTS for field in fields(event)}
    assert not names & {"headers", "body", "query", "params", "url", "value", "title", "text"}
