"""Links that are not the site's own, that name two people, or that hide where they lead to."""

from __future__ import annotations

import pytest

from rules.accounts import DIFFERENT, UNPROVED
from rules.linkrules import FOREIGN, UNCLEAR
from rules.links import SEVERAL
from rules.model import Confidence, HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, Directory, part
from tests.rules.test_linkrules import ENCODED, OURS, RULES, became, values

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
STALE = "2c9680839d34aaaa019d34aaaa019999"


@pytest.mark.parametrize("page", ["/users/viewuserprofile.action?", "/secure/ViewProfile.jspa?"])
def test_a_profile_of_two_people_is_held_and_the_rest_of_the_body_rewritten(page: str) -> None:
    name = "name" if page.endswith("jspa?") else "username"
    odd = f'<a href="{page}{name}=tilda&amp;{name}=o.l">x</a>'
    result = became(part(f'{odd}<a href="/users/viewuserprofile.action?username=tilda">y</a>'.encode()))
    assert result.data == f'{odd}<a href="/people/'.encode() + ENCODED + b'">y</a>'
    detail = DIFFERENT if page.endswith("jspa?") else SEVERAL
    assert [(hold.reason, hold.detail) for hold in result.holds] == [(HeldReason.AMBIGUOUS, detail)] * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/rest/api/user?username=tilda&key={key}&x=1", "/rest/api/user?accountId={new}&x=1"),
        ("/rest/api/user?y=2&key={key}&accountId={id}&x=1", "/rest/api/user?y=2&accountId={id}&x=1"),
        ("/rest/api/user?username=tilda&key={key}&accountId={id}", "/rest/api/user?accountId={id}"),
        ("/rest/api/user?accountId={id}&key={key}&x=1&username=tilda", "/rest/api/user?accountId={id}&x=1"),
        ("/rest/api/user/watch/content/7?key={id}&username=tilda", "/rest/api/user/watch/content/7?accountId={new}"),
        ("/rest/api/user?username=tilda&key={key}&next=/people/{key}", "/rest/api/user?accountId={new}&next=/people/{twice}"),
        ("/secure/ViewProfile.jspa?name=tilda&accountId={id}", "/secure/ViewProfile.jspa?accountId={id}"),
        (
            "/x?next=%2Frest%2Fapi%2Fuser%3Fkey%3D{key}%26username%3Dtilda%26x%3D1",
            "/x?next=%2Frest%2Fapi%2Fuser%3FaccountId%3D{twice}%26x%3D1",
        ),
        ("/rest/api/user/bulk/migration?username=tilda&username=o.l", "/rest/api/user/bulk/migration?accountId={new}&accountId={bob}"),
    ],
)  # fmt: skip
def test_parameters_of_one_person_become_one_account_id(before: str, after: str) -> None:
    new = ENCODED.decode()
    fill = {"key": KEY, "id": ANN, "new": new, "twice": new.replace("%", "%25"), "bob": BOB}
    body = '<a href="{}">x</a>'
    one = part(body.format(before.format(**fill).replace("&", "&amp;")).encode())
    result = rewrite(one, RULES, Directory({"tilda": ANN, "o.l": BOB, KEY: ANN}), OURS)
    assert result.data.decode() == body.format(after.format(**fill).replace("&", "&amp;"))
    assert (result.holds, bool(result.proof)) == ((), True)


@pytest.mark.parametrize(
    ("query", "reason", "detail"),
    [
        (f"user?key={KEY}&accountId={BOB}", HeldReason.AMBIGUOUS, DIFFERENT),
        ("user?username=tilda&username=o.l", HeldReason.AMBIGUOUS, DIFFERENT),
        (f"user/watch/content/7?username=tilda&accountId={BOB}", HeldReason.AMBIGUOUS, DIFFERENT),
        (f"user?username=tilda&key={STALE}", HeldReason.UNRESOLVED, UNPROVED),
        (f"user?key={STALE}&accountId={ANN}", HeldReason.UNRESOLVED, UNPROVED),
        ("user?username=tilda&accountId=", HeldReason.AMBIGUOUS, DIFFERENT),
        ("user?username=tilda&username=@self", HeldReason.AMBIGUOUS, SEVERAL),
        (f"user?username=tilda&amp;key={KEY}", HeldReason.AMBIGUOUS, SEVERAL),
        ("user?" + "&".join(["username=tilda"] * 9), HeldReason.AMBIGUOUS, SEVERAL),
    ],
)
def test_parameters_that_need_not_be_one_person_all_stay(query: str, reason: HeldReason, detail: str) -> None:
    data = f'<a href="/rest/api/{query.replace("&", "&amp;")}">x</a>'.encode()
    result = rewrite(part(data), RULES, Directory({"tilda": ANN, "o.l": BOB, KEY: ANN}), OURS)
    assert result.data == data
    assert {(hold.reason, hold.detail) for hold in result.holds} == {(reason, detail)}


def test_the_account_id_beside_the_name_in_a_profile_may_be_somebody_elses() -> None:
    data = f'<a href="/users/viewuserprofile.action?username=tilda&amp;accountId={BOB}">x</a>'.encode()
    result = became(part(data))
    assert (result.data, [hold.detail for hold in result.holds]) == (data, [SEVERAL])


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
