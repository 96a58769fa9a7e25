from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.linkhosts import on_cloud, own
from rules.links import identities
from rules.linkterms import Form, LinkTerm
from rules.model import Personal, SubjectKind
from rules.urls import encode
from tests.rules.parts import ANN, BOB

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
HIDDEN = base64.b64encode(b"tilda@acme-optics.se").decode().rstrip("=")
NAMES = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20
)


def changed(url: str, term: LinkTerm, new: str) -> str:
    """Return the address with `new` in the place of a term."""
    return url[: term.start] + new + url[slice(*term.kept)] + url[term.end :]


def seen(url: str) -> list[tuple[str, str]]:
    return [(each.form.value, each.value) for each in identities(url)]


@pytest.mark.parametrize("field", ["jql=assignee", "cql=creator"])
def test_a_person_called_unknown_is_judged_in_the_query_of_an_address_as_in_any_other(field: str) -> None:
    (term,) = identities(f"/issues/?{field}%3D%20Unknown")
    assert term.subject == Personal(SubjectKind.USERNAME, "Unknown")
    (other,) = identities("/users/viewuserprofile.action?username=unknown")
    assert other.subject is None


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
        ("/users/viewuserprofile.action?x=1&username=tilda", "profile", "tilda", "/people/A?x=1"),
        ("/users/viewuserprofile.action?x=1&y&username=tilda&z#f", "profile", "tilda", "/people/A?x=1&y&z#f"),
        ("/users/viewuserprofile.action?x=1&amp;username=tilda", "profile", "tilda", None),
        ("/users/viewuserprofile.action?at=@&username=tilda", "profile", "tilda", None),
        ("/c/users/viewuserprofile.action;jsessionid=4D?username=a+b", "profile", "a b", "/c/people/A"),
        ("/display/~tilda;jsessionid=4D/x", "personal-space", "tilda", None),
        ("//h:8080/people/" + KEY, "people", KEY, "//h:8080/people/A"),
        ("/wiki#/people/" + KEY, "people", KEY, "/wiki#/people/A"),
        (
            "https://x.atlassian.net/wiki#!/people/tilda?x",
            "people",
            "tilda",
            "https://x.atlassian.net/wiki#!/people/A?x",
        ),
        ("/wiki#?cql=creator=tilda", "cql", "tilda", "/wiki#?cql=creator=%22A%22"),
        ("/wiki#/s?cql=creator.userkey=tilda", "cql", "tilda", None),
        ("/login?os_destination=%2Fdisplay%2F%7Etilda&x=1", "personal-space", "tilda", None),
        ("/login?os_destination=people%2F" + KEY + "&x", "people", KEY, "/login?os_destination=people%2FA&x"),
        (
            "/login?next=%2Fusers%2Fviewuserprofile.action%3Fusername%3Dtilda%26y%3D2&x=1",
            "profile",
            "tilda",
            "/login?next=%2Fpeople%2FA%3Fy%3D2&x=1",
        ),
        (
            "/a?b=https://h/c?d%3D%252Fs%253Fcql%253Dcreator%25253Dtilda",
            "cql",
            "tilda",
            "/a?b=https://h/c?d%3D%252Fs%253Fcql%253Dcreator%25253D%252522A%252522",
        ),
        ("/login?next=https%3A%2F%2Ftilda%3Afjord%40h%2Fx", "credentials", "tilda", None),
        ("/x?next=mailto:tilda%40acme-optics.se", "mailto", "tilda@acme-optics.se", None),
        ("?cql=creator+%3D", "unreadable-query", "CQL", None),
        ("?jql=assignee+in+(", "unreadable-query", "JQL", None),
        ("?cql=creator.userkey=now()", "query-field", "userkey field of CQL", "?cql=creator.accountid=now()"),
        ("?cql=order+by+creator.userkey", "query-field", "userkey field of CQL", "?cql=order+by+creator.accountid"),
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
        assert changed(url, term, replacement) == new
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
        "/wiki/search?contributors={{user}},${other},%7B%7Buser%7D%7D",
        "/dosearchsite.action?contributor=%%USER%%",
        "/dosearchsite.action?contributor=@user.name@",
        "/users/viewmyprofile.action",
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
        "?cql={query}",
        "?jql=assignee+in+$people",
        "/x#people/" + KEY + "x",
        "/x#/people/team/7",
        "/login?next=%2Fpeople%2Fsearch&x=people",
        "/login?next=people",
        "/login?note=people%2F" + KEY,
        "/a?b=/c?b%3D%2Fd%3Fb%253D%252Fe%253Fb%25253D%25252Fpeople%25252F" + KEY,
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
    assert space.moved_space("~712020ab") == "~712020ab"
    assert url[space.start : space.end] == "~%C3%A5sa"
    assert space.replacement(ANN) is None


def test_a_query_that_cannot_be_read_tells_whether_the_address_may_go_on() -> None:
    (short,), (broken,) = identities("?cql=creator+%3D"), identities("?cql=creator+%3D+%3D+x")
    assert (short.cut_off, broken.cut_off) == (True, False)
    assert "?cql=creator+%3D+%3D+x"[broken.value_start : broken.value_end] == "%3D+x"


def test_a_retired_field_inside_an_address_in_an_address_knows_its_place() -> None:
    for url, new in (
        ("/x?next=%2Fs%3Fcql%3Dcreator.userkey%2Bin%2B(a,b)", "creator.accountid"),
        ("/x#/s?cql=creator.userkey+in+(a,b)", "creator.accountid"),
    ):
        first, second = identities(url)
        assert first.field == second.field
        assert first.field is not None
        assert (url[first.field.start : first.field.end], first.field.new) == ("creator.userkey", new)


def test_an_address_inside_another_is_our_own_only_where_the_one_around_it_is() -> None:
    hosts = frozenset({"wiki.acme-optics.se:443", "\u00e5cme.se"})
    for url, ours in (
        ("/login?next=%2Fdisplay%2F~tilda", True),
        ("https://wiki.acme-optics.se/login?next=%2Fdisplay%2F~tilda", True),
        ("https://elsewhere.se/login?next=%2Fdisplay%2F~tilda", False),
        ("https://elsewhere.se/login?next=https%3A%2F%2Fwiki.acme-optics.se%2Fdisplay%2F~tilda", False),
        ("/login?next=https%3A%2F%2Fwiki.acme-optics.se%2Fdisplay%2F~tilda", True),
        ("/login?next=https%3A%2F%2Felsewhere.se%2Fdisplay%2F~tilda", False),
        ("//xn--cme-tla.se/display/~tilda", True),
        ("https://Tilda@\u00c5cme.se.:443/display/~tilda", True),
        ("http://\u00e5cme.se:/display/~tilda", True),
        ("//\u00e5cme.se:80/display/~tilda", True),
        ("https://\u00e5cme.se:8443/display/~tilda", False),
        ("https://\u00e5cme.se:80/display/~tilda", False),
        ("ftp://\u00e5cme.se/display/~tilda", False),
    ):
        assert {own(term.hosts, hosts) for term in identities(url)} == {ours}


def test_copies_of_a_letter_are_named_each() -> None:
    found = identities("mailto:a@acme-optics.se?cc=b@acme-optics.se,c@acme-optics.se&subject=d@acme-optics.se")
    assert [term.value[0] for term in found] == ["a", "b", "c"]
    assert {term.subject.kind for term in found if term.subject} == {SubjectKind.EMAIL}


WAYS = [
    "/display/~{}",
    "/users/viewuserprofile.action?username={}",
    "/c/users/viewuserprofile.action;jsessionid=1?x=1&username={}&y",
    "/rest/api/user?key={}",
    "//wiki.acme-optics.se:8443/secure/ViewProfile.jspa?name={}",
    "/wiki#/spaces/~{}/overview",
]


@given(NAMES, st.sampled_from(WAYS), st.integers(1, 2), st.sampled_from(["next", "returnUrl", "os_destination"]))
def test_any_name_in_an_address_inside_others_is_found_again_and_gone_after_the_rewrite(
    name: str, form: str, depth: int, parameter: str
) -> None:
    url = form.format(encode(name))
    here = identities(url)
    for _ in range(depth):
        url = f"/login?a=1&{parameter}={encode(url)}&b=2"
    found = identities(url)
    assert [(each.form, each.value) for each in found] == [(each.form, each.value) for each in here]
    for term in found:
        new = term.moved_space(f"~{BOB}") or term.replacement(ANN)
        assert new is not None
        after = identities(changed(url, term, new))
        assert [each.subject for each in after] in ([None], [])


@given(NAMES, st.sampled_from(WAYS))
@example("~0", "/rest/api/user?key={}")
def test_any_name_that_is_encoded_is_found_again_and_gone_after_the_rewrite(name: str, form: str) -> None:
    url = form.format(encode(name))
    for term in identities(url):
        assert term.value == name
        assert url[term.value_start : term.value_end] == encode(name)
        assert not term.fixed
        new = term.moved_space(f"~{BOB}") or term.replacement(ANN)
        assert new is not None
        after = identities(changed(url, term, new))
        assert [each.subject for each in after] in ([None], [])


@given(st.text(alphabet="/~%7E2F3D5!?&=:@.+#'\"()useracqljpondisvwhtyk ", max_size=120), st.text(max_size=40))
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
        "/x?" + "next=%2Fx%3Fnext%3D~&" * 5_000,
        "/x?next=" + "%25" * 30_000 + "7E",
        "/~#/" * 30_000,
        "/~;jsessionid=" * 10_000,
    ],
    ids=[
        "relations",
        "parameters",
        "no equals sign",
        "profiles",
        "colons",
        "base64",
        "tildes",
        "addresses in addresses",
        "percent signs",
        "fragments",
        "sessions",
    ],
)
def test_hostile_addresses_of_a_hundred_kilobytes_are_read_to_the_end(url: str) -> None:
    assert len(identities(url)) <= 40_001


def test_relative_links_and_configured_hosts_are_our_own() -> None:
    hosts = frozenset({"wiki.acme-optics.se"})
    (here,), (there,) = identities("/display/~tilda"), identities("https://WIKI.acme-optics.se:443/display/~tilda")
    (away,) = identities("https://acme-optics.se/display/~tilda")
    assert [own(term.hosts, hosts) for term in (here, there, away)] == [True, True, False]
    assert on_cloud("x.atlassian.net")
    assert not on_cloud("atlassian.net.acme-optics.se")


def test_a_term_shows_no_value_in_its_representation() -> None:
    term = LinkTerm(0, 5, "tilda", Form.PEOPLE, "", 0, 5, ("", ""))
    assert "tilda" not in repr(term)
