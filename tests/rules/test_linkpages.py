from __future__ import annotations

import pytest

from rules.links import Form, identities

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
def test_pages_that_look_alike_name_nobody(url: str) -> None:
    assert identities(url) == ()
