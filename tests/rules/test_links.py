from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.links import Form, LinkTerm, identities, on_cloud, own
from rules.model import SubjectKind
from rules.urls import encode
from tests.rules.parts import ANN, BOB

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
HIDDEN = base64.b64encode(b"tilda@acme-optics.se").decode().rstrip("=")
NAMES = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20
)


def seen(url: str) -> list[tuple[str, str]]:
    return [(each.form.value, each.value) for each in identities(url)]


@pytest.mark.parametrize(
    ("url", "form", "value", "new"),
    [
        ("/display/~tilda", "personal-space", "tilda", None),
        ("/wiki/display/%7Etilda%20b/Home", "personal-space", "tilda b", None),
        ("https://h/wiki/spaces/~tilda/overview", "personal-space", "tilda", None),
        ("/rest/api/space/~tilda", "personal-space", "tilda", None),
        ("/label/~tilda/x", "personal-space", "tilda", None),
        ("/pages/viewpage.action?title=x&spaceKey=%7Etilda", "personal-space", "tilda", None),
        ("/users/viewuserprofile.action?username=tilda", "profile", "tilda", "/people/A"),
        (
            "https://h/c/users/viewuserprofile.action?userName=a%2Bb&x=1#y",
            "profile",
            "a+b",
            "https://h/c/people/A?x=1#y",
        ),
        ("/users/viewuserprofile.action?x=1&username=tilda", "profile", "tilda", None),
        ("/viewuserprofile.action?username=tilda", "profile", "tilda", None),
        ("/admin/users/edituser.action?username=tilda", "edit-user", "tilda", None),
        ("/secure/admin/user/ViewUser.jspa?name=tilda", "edit-user", "tilda", None),
        (
            "/secure/ViewProfile.jspa?x=1&name=tilda&y=2",
            "jira-profile",
            "tilda",
            "/secure/ViewProfile.jspa?x=1&accountId=A&y=2",
        ),
        (f"/wiki/people/{KEY}", "people", KEY, "/wiki/people/A"),
        (f"https://elsewhere.se/people/{KEY}?x", "people", KEY, "https://elsewhere.se/people/A?x"),
        ("https://x.atlassian.net/people/tilda", "people", "tilda", "https://x.atlassian.net/people/A"),
        ("/jira/people/tilda", "people", "tilda", "/jira/people/A"),
        (f"/people/!{HIDDEN}", "people-email", "tilda@acme-optics.se", "/people/A"),
        (f"/people/!{HIDDEN}%3D", "people-email", "tilda@acme-optics.se", "/people/A"),
        (f"/wiki/rest/api/user?key={KEY}", "rest-user", KEY, "/wiki/rest/api/user?accountId=A"),
        ("/rest/api/2/user?username=tilda", "rest-user", "tilda", "/rest/api/2/user?accountId=A"),
        (
            "/rest/api/user/watch/space/OPT?username=tilda",
            "rest-user",
            "tilda",
            "/rest/api/user/watch/space/OPT?accountId=A",
        ),
        (
            "/rest/api/relation/like/from/user/tilda/to/content/7",
            "relation",
            "tilda",
            "/rest/api/relation/like/from/user/A/to/content/7",
        ),
        (
            "/rest/api/relation/like/to/user/tilda/from/content",
            "relation",
            "tilda",
            "/rest/api/relation/like/to/user/A/from/content",
        ),
        ("https://tilda:fjord@h/x", "credentials", "tilda", None),
        ("https://tilda@h/x", "credentials", "tilda", None),
        ("ssh://tilda:fjord@h/x", "credentials", "tilda", None),
        ("/x?os_username=tilda&os_password=fjord", "credentials", "tilda", None),
        ("mailto:tilda%40acme-optics.se", "mailto", "tilda@acme-optics.se", None),
        ("/dosearchsite.action?cql=creator%3Dtilda", "cql", "tilda", "/dosearchsite.action?cql=creator%3D%22A%22"),
        ("/issues/?jql=reporter+%3D+'tilda+b'", "jql", "tilda b", "/issues/?jql=reporter+%3D+%22A%22"),
        ("/secure/IssueNavigator.jspa?reset=true&jqlQuery=voter=tilda", "jql", "tilda", None),
    ],
)
def test_an_address_tells_who_is_named_and_what_takes_their_place(
    url: str, form: str, value: str, new: str | None
) -> None:
    (term,) = identities(url)
    assert (term.form, term.value) == (form, value)
    assert term.subject is not None
    assert url[term.value_start : term.value_end] != ""
    replacement = term.replacement("A")
    if new is not None:
        assert replacement is not None
        assert url[: term.start] + replacement + url[term.end :] == new
        assert term.moved_space("~b") is None
    elif form not in {"cql", "jql"}:
        assert replacement is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/wiki/spaces/OPT/pages/7/User+guide",
        "/display/~",
        "/~tilda/index.html",
        "https://acme-optics.se/people/tilda",
        "/wiki/people",
        "/wiki/people/search?q=x",
        "/wiki/people/team/7",
        "/people/!!!!",
        "/people/!bm90aGluZw",
        "/people/!gICA",
        "/users/viewuserprofile.action?username={name}",
        "/users/viewuserprofile.action?username=",
        "/users/viewuserprofile.action?username=$user",
        "/users/viewmyprofile.action",
        "/x.action?username=tilda",
        "/secure/ViewProfile.jspa?key=tilda",
        "/admin/users/edituser.action?x=tilda",
        "/rest/api/user?expand=name=x",
        "/rest/api/space?key=OPT",
        "/rest/api/relation/like/from/user/current/to/content/7",
        "/relation/user/tilda",
        "/user/tilda/relation",
        "ssh://git@acme-optics.se/x",
        "ssh://tilda@acme-optics.se/x",
        "https://x-access-token@h/x",
        "https://${USER}:${PASSWORD}@h/x",
        "https://:fjord@h/x",
        "https://h:8443/@tilda",
        "javascript:go('/display/~tilda')",
        "data:text/plain,/display/~tilda",
        "mailto:reception",
        "?cql=creator+%3D+currentUser()",
        "?cql=creator+%3D",
        "?jql=assignee+in+(",
        "/x?key=OPT&os_username=",
    ],
)
def test_addresses_that_look_alike_name_nobody(url: str) -> None:
    assert seen(url) == []


def test_account_ids_in_their_own_place_are_told_and_are_no_retired_identifiers() -> None:
    urls = [
        f"/wiki/people/{encode(ANN)}",
        f"/spaces/~{BOB}/x",
        f"/rest/api/relation/like/from/user/{BOB}/to/content/7",
        f"?cql=creator=%22{encode(ANN)}%22",
        "/spaces/~712020" + "0" * 32,
        "/wiki/people/@all",
    ]
    for url in urls:
        assert [term.subject for term in identities(url)] == [None]


def test_an_account_id_in_a_retired_place_is_still_to_be_moved() -> None:
    for url in (f"/users/viewuserprofile.action?username={BOB}", f"?cql=creator.userkey={BOB}"):
        (term,) = identities(url)
        assert term.subject is not None
        assert term.subject.kind is SubjectKind.ACCOUNT_ID


def test_a_query_in_an_address_may_name_several_people_spaces_and_retired_fields() -> None:
    url = "/s?cql=creator.userkey+in+(%22a%22,+b)+and+space+%3D+%22~%C3%A5sa%22&os_username=tilda"
    first, second, space, login = identities(url)
    assert (first.value, second.value, space.value, login.value) == ("a", "b", "åsa", "tilda")
    assert first.field == second.field
    assert first.field is not None
    assert url[first.field.start : first.field.end] == "creator.userkey"
    assert first.field.new == "creator.accountid"
    assert space.moved_space("~712020ab") == "%22~712020ab%22"
    assert space.replacement(ANN) is None


def test_copies_of_a_letter_are_named_each() -> None:
    found = identities("mailto:a@acme-optics.se?cc=b@acme-optics.se,c@acme-optics.se&subject=d@acme-optics.se")
    assert [term.value[0] for term in found] == ["a", "b", "c"]
    assert {term.subject.kind for term in found if term.subject} == {SubjectKind.EMAIL}


@given(NAMES, st.sampled_from(["/display/~{}", "/users/viewuserprofile.action?username={}", "/rest/api/user?key={}"]))
def test_any_name_that_is_encoded_is_found_again_and_gone_after_the_rewrite(name: str, form: str) -> None:
    url = form.format(encode(name))
    for term in identities(url):
        assert term.value == name
        assert url[term.value_start : term.value_end] == encode(name)
        new = term.moved_space(f"~{BOB}") or term.replacement(ANN)
        assert new is not None
        after = identities(url[: term.start] + new + url[term.end :])
        assert [each.subject for each in after] in ([None], [])


@given(st.text(alphabet="/~%7E!?&=:@.+#'\"()useracqljpondisvwhtyk ", max_size=120), st.text(max_size=40))
def test_no_text_is_refused_and_no_two_terms_overlap(url: str, tail: str) -> None:
    text = url + tail
    end = 0
    for term in sorted(identities(text), key=lambda each: each.start):
        assert end <= term.start <= term.value_start < term.value_end <= term.end <= len(text)
        end = term.end


@pytest.mark.parametrize(
    "url",
    [
        "/rest/relation" + "/from/user/x" * 20_000,
        "/rest/user" * 20_000 + "?key=x" + "&key=y" * 20_000,
        "?" + "username" * 50_000,
        "/users/viewuserprofile.action?" + "username=a&" * 20_000,
        "https://" + "a:" * 50_000 + "@h/~",
        "/people/!" + "QUFB" * 50_000,
        "%7E" * 100_000,
    ],
    ids=["relations", "parameters", "no equals sign", "profiles", "colons", "base64", "tildes"],
)
def test_hostile_addresses_of_a_hundred_kilobytes_are_read_to_the_end(url: str) -> None:
    assert len(identities(url)) <= 40_001


def test_relative_links_and_configured_hosts_are_our_own() -> None:
    hosts = frozenset({"wiki.acme-optics.se"})
    (here,), (there,) = identities("/display/~tilda"), identities("https://WIKI.acme-optics.se:443/display/~tilda")
    (away,) = identities("https://acme-optics.se/display/~tilda")
    assert [own(term, hosts) for term in (here, there, away)] == [True, True, False]
    assert on_cloud("x.atlassian.net")
    assert not on_cloud("atlassian.net.acme-optics.se")


def test_a_term_shows_no_value_in_its_representation() -> None:
    term = LinkTerm(0, 5, "tilda", Form.PEOPLE, "", 0, 5, ("", ""))
    assert "tilda" not in repr(term)
