from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.auth import Secret
from audit.connect.qsh import canonical, query_hash, site_context
from audit.connect.signing import ASSERTION_S, LIFETIME_S, ConnectApp, assertion
from tests.audit.net import START

SECRET = "a-shared-secret-canary-of-an-invented-app-52f1"
SITE = "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("method", "url", "base", "expected"),
    [
        ("get", "/", "", "GET&/&"),
        ("GET", "", "", "GET&/&"),
        ("GET", "https://acme.example", "", "GET&/&"),
        ("post", "/a/b/", "", "POST&/a/b&"),
        ("GET", "/a//", "", "GET&/a/&"),
        ("GET", "//host/a", "", "GET&/a&"),
        ("GET", "///a", "", "GET&/a&"),
        ("GET", "/wiki", "/wiki", "GET&/&"),
        ("GET", "/wiki/rest/api/x", "/wiki/", "GET&/rest/api/x&"),
        ("GET", "/wikipedia", "/wiki", "GET&/wikipedia&"),
        ("GET", "/a&b/%C3%A4%26(!)", "", "GET&/a%26b/%C3%A4%26(!)&"),
        ("GET", "/a?z=1&b", "", "GET&/a&b=&z=1"),
        ("GET", "/a?jwt=secret&jwt=again", "", "GET&/a&"),
        ("GET", "/a?JWT=kept", "", "GET&/a&JWT=kept"),
        ("GET", "/a?x=1+2%203&x=%2B", "", "GET&/a&x=%2B,1%202%203"),
        ("GET", "/a?x=~-._*'!,", "", "GET&/a&x=~-._%2A%27%21%2C"),
        ("GET", "/a?x=%3a1&x=.1", "", "GET&/a&x=.1,%3A1"),
        ("GET", "/a?x=%ef%bf%bd&x=%f0%9f%98%80", "", "GET&/a&x=%F0%9F%98%80,%EF%BF%BD"),
        ("GET", "/a?x=1#y", "", "GET&/a&x=1"),
        ("GET", "/a?x=1;y=2", "", "GET&/a&x=1%3By%3D2"),
    ],
)
def test_the_canonical_form_is_the_documented_one_with_values_in_the_order_of_the_server(
    method: str, url: str, base: str, expected: str
) -> None:
    assert canonical(method, url, base) == expected


def test_every_vector_of_the_shared_folder_is_equal(shared: Path) -> None:
    rows = json.loads((shared / "jwt-vectors" / "qsh_vectors.json").read_bytes())
    for row in rows:
        base = urlsplit(row.get("base_url") or row.get("context_path") or "").path
        assert canonical(row["method"], row["url"], base) == row["canonical"], row["name"]
        assert query_hash(row["method"], row["url"], base) == row["qsh"], row["name"]
    assert len(rows) == 27


def test_every_signed_url_of_atlassian_is_verified(shared: Path) -> None:
    official = json.loads((shared / "jwt-vectors" / "jwt-signed-urls.json").read_bytes())
    for row in official["tests"]:
        method = row["canonicalUrl"].partition("&")[0]
        assert canonical(method, row["signedUrl"]) == row["canonicalUrl"], row["name"]
        token = row["signedUrl"].partition("jwt=")[2]
        claims = jwt.decode(token, official["secret"], algorithms=["HS256"], options={"verify_exp": False})
        assert claims["qsh"] == query_hash(method, row["signedUrl"]), row["name"]
    assert len(official["tests"]) == 78


@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), max_size=6), st.randoms())
def test_the_order_of_parameters_does_not_count(pairs: list[tuple[str, str]], random: object) -> None:
    shuffled = sorted(pairs, key=lambda _: random.random())  # type: ignore[attr-defined] # of Hypothesis
    one, two = (f"/a?{urlencode(each, errors='replace')}" for each in (pairs, shuffled))
    assert query_hash("GET", one) == query_hash("GET", two)


@given(st.text(max_size=8), st.text(max_size=8))
def test_another_value_gives_another_hash(one: str, two: str) -> None:
    hashes = [query_hash("GET", f"/a?{urlencode({'x': each}, errors='replace')}") for each in (one, two)]
    encoded = [urlencode({"x": each}, errors="replace") for each in (one, two)]
    assert (hashes[0] == hashes[1]) == (encoded[0] == encoded[1])


def test_the_context_path_of_confluence_is_not_signed_and_that_of_jira_is_empty() -> None:
    assert site_context(f"{SITE}/wiki/rest/api/user") == "/wiki"
    assert site_context(f"{SITE}/wiki") == "/wiki"
    assert site_context(f"{SITE}/wikis/a") == ""
    assert site_context(f"{SITE}/rest/api/3/myself") == ""


def test_an_app_signs_each_request_for_three_minutes() -> None:
    app = ConnectApp("example.app", Secret(SECRET))
    url = f"{SITE}/wiki/rest/api/content/search?cql=type%3Dpage&limit=5"
    scheme, _, token = app.headers("GET", url, START)["Authorization"].partition(" ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False})
    issued = int(START.timestamp())
    assert scheme == "JWT"
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert claims == {
        "iss": "example.app",
        "iat": issued,
        "exp": issued + LIFETIME_S,
        "qsh": query_hash("GET", "/rest/api/content/search?limit=5&cql=type=page"),
    }
    assert app.headers("POST", url, START) != app.headers("GET", url, START)
    assert (app.kind, app.account_hint) == ("connect", "example.app")
    assert SECRET not in f"{app} {app!r}"


def test_an_assertion_names_app_account_site_and_host_and_lives_less_than_a_minute() -> None:
    token = assertion("client", Secret(SECRET), "712020:one", SITE, "https://tokens.example", START)
    claims = jwt.decode(
        token, SECRET, algorithms=["HS256"], audience="https://tokens.example", options={"verify_exp": False}
    )
    assert claims["iss"] == "urn:atlassian:connect:clientid:client"
    assert claims["sub"] == "urn:atlassian:connect:useraccountid:712020:one"
    assert claims["tnt"] == SITE
    assert claims["exp"] - claims["iat"] == ASSERTION_S < 60
    assert "qsh" not in claims
