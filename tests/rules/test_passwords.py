"""A password in an address is never shown: no rule takes a piece of it for an e-mail address."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from rules.model import Kind
from rules.scan import findings, scan
from tests.rules.parts import KEY, RULES, part

LOGINS = [
    "https://tilda%40acme.se:Zeheim@acme.net/x",
    "https://tilda@acme.se:Zeheim@acme.net/x",
    "https://u:pa@Zs@acme.net/",
    "https://u:p%40Zss@acme.net/",
    "https://tilda:Gr%2FZet@acme.net",
    "https://tilda:Gr%3FZet@b.acme.net",
    "https://u:" + "a!" * 150 + "Zet@acme.net",
    "https:\\\\u:p@Zx@acme.net",
]
"""In each of them what follows a sign of the password looks like an e-mail address and begins with Z."""
FRAMES: list[tuple[Kind, Callable[[str], str]]] = [
    (Kind.STORAGE, lambda url: f'<p><a href="{url}">x</a></p>'),
    (Kind.STORAGE, lambda url: f"<p>see {url} there</p>"),
    (Kind.STORAGE, lambda url: f'<a href="/login.action?os_destination={quote(url, safe="")}">x</a>'),
    (Kind.JSON, lambda url: json.dumps({"u": url})),
    (Kind.TEXT, str),
    (Kind.ADF, lambda url: json.dumps({"type": "doc", "content": [{"type": "text", "text": f"at {url}"}]})),
]


@pytest.mark.parametrize("url", LOGINS)
@pytest.mark.parametrize("frame", range(len(FRAMES)))
def test_the_login_is_found_and_no_letter_of_the_password_told(frame: int, url: str) -> None:
    kind, made = FRAMES[frame]
    body = part(made(url).encode(), kind)
    found = findings(body, scan(body, RULES), KEY)
    assert [each.rule for each in found] == ["url-credentials"]
    assert "Z" not in found[0].subject.mask + found[0].excerpt + found[0].reason + found[0].path


@pytest.mark.parametrize(
    "text",
    [
        "https://acme-optics.se,tilda@acme-optics.se",
        "https://acme-optics.se:80;tilda@acme-optics.se",
        "https://acme-optics.se/x:y/tilda@acme-optics.se",
        "mailto://tilda@acme-optics.se",
        "https://a:b@acme-optics.se/x tilda@acme-optics.se",
    ],
)
def test_an_address_that_is_no_login_is_found_still(text: str) -> None:
    matches = scan(part(text.encode(), Kind.TEXT), RULES).matches
    assert [each.subject.reveal() for each in matches if each.rule == "email-address"] == ["tilda@acme-optics.se"]
