"""Links that are not the site's own, that name two people, or that hide where they lead to."""

from __future__ import annotations

import pytest

from rules.linkrules import FOREIGN, UNCLEAR
from rules.model import Confidence, HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, Directory, part
from tests.rules.test_linkrules import ENCODED, OURS, RULES, became, values


@pytest.mark.parametrize("page", ["/users/viewuserprofile.action?", "/secure/ViewProfile.jspa?"])
def test_a_profile_of_two_people_is_held_and_the_rest_of_the_body_rewritten(page: str) -> None:
    name = "name" if page.endswith("jspa?") else "username"
    odd = f'<a href="{page}{name}=tilda&amp;{name}=o.l">x</a>'
    result = became(part(f'{odd}<a href="/users/viewuserprofile.action?username=tilda">y</a>'.encode()))
    assert result.data == f'{odd}<a href="/people/'.encode() + ENCODED + b'">y</a>'
    assert [(hold.reason, hold.detail) for hold in result.holds] == [
        (HeldReason.AMBIGUOUS, "the address names more than one person")
    ] * 2


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        (r"https://elsewhere.se\@wiki.acme-optics.se/display/~tilda", UNCLEAR),
        (r"/\elsewhere.se/display/~tilda", UNCLEAR),
        ("https://elsewhere.se/?u=https://acme.atlassian.net/display/~tilda", FOREIGN),
        ("https://acme.atlassian.net/?u=https://elsewhere.se/display/~tilda", FOREIGN),
    ],
)
def test_what_is_held_as_foreign_is_reported_as_foreign(address: str, doubt: str) -> None:
    one = part(f'<a href="{address}">x</a>'.encode())
    seen = [match for match in scan(one, RULES, OURS).matches if match.rule == "personal-space-link"]
    assert [(match.confidence, doubt in match.reason, match.rewritable) for match in seen] == [
        (Confidence.MEDIUM, True, False)
    ]
    result = became(one)
    assert result.data == one.data
    assert doubt in {hold.detail for hold in result.holds}


def test_the_site_of_another_on_cloud_is_sure_and_foreign() -> None:
    (seen,) = scan(part(b'<a href="https://acme.atlassian.net/display/~tilda">x</a>'), RULES, OURS).matches
    assert (seen.confidence, FOREIGN in seen.reason) == (Confidence.HIGH, True)


@pytest.mark.parametrize(
    ("address", "new"),
    [
        ("/users/viewuserprofile.action?key=8a7f80826c1d4e5f016c1d4e6f700001", "/people/{}"),
        ("/x#jql=assignee%20%3D%20tilda", "/x#jql=assignee%20%3D%20%22{}%22"),
        ("/x#cql=creator%3Dtilda", "/x#cql=creator%3D%22{}%22"),
    ],
)
def test_a_key_of_a_profile_and_a_search_behind_the_hash_are_rewritten(address: str, new: str) -> None:
    directory = Directory({"tilda": ANN, "8a7f80826c1d4e5f016c1d4e6f700001": ANN})
    result = rewrite(part(f'<a href="{address}">x</a>'.encode()), RULES, directory, OURS)
    assert result.data == f'<a href="{new}">x</a>'.encode().replace(b"{}", ENCODED)
    assert values(b'<a href="/users/viewuserprofile.action?key=OPT">x</a>') == []


def test_a_query_that_was_encoded_twice_is_reported_and_held() -> None:
    body = b'<a href="/issues/?jql=assignee%2520%253D%2520tilda">x</a>'
    assert values(body) == ["JQL"]
    assert ["cannot be read" in hold.detail for hold in became(part(body)).holds] == [True]
