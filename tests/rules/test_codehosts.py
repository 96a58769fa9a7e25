"""Requests of programs to hosts that may be anybody's."""

from __future__ import annotations

import pytest

from rules.code import ELSEWHERE
from rules.context import Context
from rules.model import Confidence, Kind
from rules.scan import scan
from tests.rules.parts import BY_ID, part

RULES = [BY_ID["code-user-parameter"]]


def judged(code: str, *hosts: str) -> list[tuple[Confidence, bool]]:
    seen = scan(part(code.encode(), Kind.CODE), RULES, Context(hosts=frozenset(hosts)))
    return [(match.confidence, ELSEWHERE in match.reason) for match in seen.matches]


@pytest.mark.parametrize(
    "code",
    [
        'requests.get("https://example.com/rest/api/user?key=abc")',
        "get('http://crm.acme-optics.se:8080/api/rest/api/user?username=' + name)",
        'requests.get("https://example.com/rest/api/user", params={"username": name})',
        "curl https://u:p@docs.acme-optics.se/rest/api/user?username=$N",
    ],
)
def test_a_request_to_a_host_of_any_name_counts_with_low_confidence(code: str) -> None:
    assert judged(code) == [(Confidence.LOW, True)]


@pytest.mark.parametrize(
    "code",
    [
        'requests.get("https://acme.atlassian.net/rest/api/user?key=abc")',
        'requests.get("https://api.atlassian.com/ex/confluence/1/rest/api/user?key=abc")',
        'requests.get("https://Confluence.acme-optics.se/rest/api/user?key=abc")',
        'requests.get("https://acme-optics.se/wiki/rest/api/user?key=abc")',
        'requests.get("https://your-domain.com/rest/api/user?key=abc")',
        'requests.get(f"https://{host}/rest/api/user?key=abc")',
        'requests.get(f"https://{site}.acme-optics.se/rest/api/user?key=abc")',
        'requests.get("http://localhost:1990/rest/api/user?key=abc")',
        'requests.get(base + "/rest/api/user?key=abc")',
        'see = "https://example.com/x"; requests.get(base + "/rest/api/user?key=abc")',
    ],
)
def test_a_request_to_one_of_the_products_or_to_a_variable_counts_fully(code: str) -> None:
    assert judged(code) == [(Confidence.HIGH, False)]


def test_a_configured_host_counts_fully() -> None:
    code = 'requests.get("https://Docs.acme-optics.se:8443/rest/api/user?key=abc")'
    assert judged(code, "docs.acme-optics.se") == [(Confidence.HIGH, False)]
    assert judged(code, "acme-optics.se") == [(Confidence.LOW, True)]
