from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.linkpages import page_of
from rules.links import identities
from rules.linkterms import Form
from rules.urls import split

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"


@pytest.mark.parametrize(
    "page",
    [
        "/users/userstatus.action?username=",
        "/wiki/users/viewuserhistory.action?x=1&userName=",
        "/users/viewnotifications.action?username=",
        "/dashboard.action?username=",
        "/viewfollow.action?userKey=",
        "https://h:8443/c/viewuserstatus.action;jsessionid=1?username=",
        "/secure/UserProfileHover.jspa?username=",
        "/dosearchsite.action?queryString=x&contributorUsername=",
        "/secure/CreateIssueDetails!init.jspa?pid=7&assignee=",
        "/secure/IssueNavigator.jspa?reporterSelect=specificuser&reporter=",
    ],
)
def test_every_page_about_a_user_names_them(page: str) -> None:
    (term,) = identities(page + "tilda+b")
    assert (term.form, term.value, term.replacement("A")) == (Form.USER_PAGE, "tilda b", None)


@pytest.mark.parametrize(
    "page",
    [
        "/admin/users/edituser.action?username=",
        "/admin/users/doremoveuser.action?name=",
        "/admin/users/setpassword.action?username=",
        "/removeuser.action?username=",
        "/secure/admin/user/EditUserGroups!default.jspa?name=",
        "/secure/admin/user/EditUser!default.jspa?editName=",
    ],
)
def test_every_page_that_administers_a_user_names_them(page: str) -> None:
    (term,) = identities(page + "tilda")
    assert (term.form, term.value) == (Form.EDIT_USER, "tilda")


def test_a_search_may_be_for_a_personal_space() -> None:
    (term,) = identities("/dosearchsite.action?where=~tilda&queryString=x")
    assert (term.form, term.value) == (Form.PERSONAL_SPACE, "tilda")


@pytest.mark.parametrize(
    "url",
    [
        "/people/search?q={}",
        "/wiki/people/search?query={}",
        "/dopeopledirectorysearch.action?queryString={}",
        "/admin/users/dosearchusers.action?searchTerm={}",
    ],
)
def test_a_search_for_people_names_one_only_where_it_holds_an_identifier(url: str) -> None:
    for value in (KEY, "tilda%40acme-optics.se"):
        (term,) = identities(url.format(value))
        assert term.form is Form.USER_PAGE
    for value in ("tilda", "Tilda+Bergmann", "tilda%40acme-optics.se+or+so", ""):
        assert identities(url.format(value)) == ()


@pytest.mark.parametrize(
    "url",
    [
        "/pages/editpage.action?username=tilda",
        "/admin/users/viewgroup.action?name=tilda",
        "/users/tilda?username=x.action",
        "/users/userstatus.action?name=tilda",
        "/users/userstatus.action?username={name}",
        "/secure/x.jspa?name=tilda",
        "/search?q=" + KEY + "&people=1",
        "/people/search?x=" + KEY,
        "/user/edit.php?editName=tilda&name=tilda",
        "?username=tilda",
        "/dosearchsite.action?username=tilda",
        "/secure/IssueNavigator.jspa?assignee=issue_current_user&reporter=-1&assigneeSelect=tilda",
        "/secure/Dashboard.jspa?assignee=tilda",
        "/issuenavigator.html?assignee=tilda",
    ],
)
def test_pages_that_look_alike_name_nobody_but_whom_a_parameter_for_people_may_name(url: str) -> None:
    assert {term.form for term in identities(url)} <= {Form.PARAMETER}


def test_of_a_list_in_a_search_only_what_says_somebody_is_named() -> None:
    found = identities("/wiki/search?contributors=me,,tilda%2Cjvega&spaces=OPT,~kito,~{name}")
    assert [(each.form, each.value) for each in found] == [
        (Form.CONTRIBUTOR, "tilda"),
        (Form.CONTRIBUTOR, "jvega"),
        (Form.PERSONAL_SPACE, "kito"),
    ]


@pytest.mark.parametrize(
    "url",
    ["/a" * 50_000 + "/rest/api/2/x", "/display/~" * 50_000, "/rest" + "/a" * 50_000],
)
def test_a_segment_is_judged_by_its_neighbours_however_long_the_path_is(url: str) -> None:
    page = page_of(split(url))
    taken: list[int] = []

    class Words(tuple[str, ...]):
        """Counts the words that are taken out."""

        __slots__ = ()

        def __getitem__(self, index: Any) -> Any:
            found = tuple(self).__getitem__(index) if isinstance(index, int) else super().__getitem__(index)
            taken.append(len(found) if isinstance(index, slice) else 1)
            return found

        def __contains__(self, _: object) -> bool:
            raise AssertionError("all words are looked at")

    short = replace(page, words=Words(page.words))
    for index in range(1, 1000):
        assert short.names_at(index) is page.names_at(index)
        assert short.administers("username") is page.administers("username")
    assert sum(taken) < 10_000
