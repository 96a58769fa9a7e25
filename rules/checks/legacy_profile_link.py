"""A link to somebody's profile names the person by username or user key.

Why it matters: the page behind the link does not exist on Cloud, and migration tools leave absolute links as they
are: the link is dead, and the login stays in the page. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.context import Context
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset(
    {Form.PROFILE, Form.PEOPLE, Form.EDIT_USER, Form.USER_PAGE, Form.JIRA_PROFILE, Form.CONTRIBUTOR, Form.PARAMETER}
)


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of links to profiles, to pages about users and to their administration."""
    return linkrules.detect(view, RULE, _FORMS)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each link to the site itself by the account id; other links are held."""
    return linkrules.rewrite(view, _FORMS, matches, resolve)


RULE: Final = Rule(
    id="legacy-profile-link",
    title="Legacy user in a profile link",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="A link leads to a person by a retired identifier. On Cloud it leads nowhere, and the login of the person stays"
    " readable in the page, its exports and its history.",
    remedy="Replace the link by a mention or by a people link with the account id. This tool does so for relative"
    " links and"
    " for configured hosts when the person can be resolved; other links are for the author.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(*linkrules.KINDS, Kind.CODE),
    gate=(
        b"viewuser",
        (b"user", re.compile(rb"user(?<=[?&;]user)(?:[nN]ame|[kK]ey|[iI][dD])?=")),
        (b"author", re.compile(rb"author(?<=[?&;]author)s?=")),
        (b"owner", re.compile(rb"owner(?<=[?&;]owner)(?:[iI][dD])?=")),
        b"ViewUser",
        b"edituser",
        b"removeuser",
        b"deactivateuser",
        (b"user", re.compile(rb"users?(?:\\?/|\\{1,2}|%(?:25)*2[fF]|&#x?2[fF];|&#47;)[\w!.-]{1,80}\.(?:action|jspa)")),
        (b"User", re.compile(rb"User[\w!]{0,40}\.(?:action|jspa)")),
        (b"user", re.compile(rb"user\w{0,40}\.(?:action|jspa)")),
        (b".action", re.compile(rb"(?:dashboard|viewfollow|network|viewmembers)\.action[^\s\"'<>]{0,400}?user[nNkK]")),
        (
            b".action",
            re.compile(rb"(?:people|users?|directory|directorysearch)\.action[^\s\"'<>]{0,400}?(?:[qQ]uery|[tT]erm)"),
        ),
        b"contributorUsername=",
        (b"contributor", re.compile(rb"contributors?(?:=|%(?:25)*3[dD])")),
        (b".jspa", re.compile(rb"Issue[\w!]{0,40}\.jspa[^\s\"'<>]{0,400}?(?:assignee|reporter)(?:=|%)")),
        b"ViewProfile",
        b"viewprofile",
        b"people/",
        b"people\\",
        b"people&#",
        (b"people%", re.compile(rb"people%(?:25)*2[fF]")),
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"open('https://wiki.acme-optics.se/users/viewuserprofile.action?username=tbergmann')",
            Kind.CODE,
            "typed into a program: it may be a sample",
            ("tbergmann",),
        ),
        Flag(
            b'<a href="/status/list.action?username=tbergmann">x</a><a href="/x?a=1&amp;authors=o,tbergmann">y</a>',
            Kind.STORAGE,
            "a page that nothing is known of, and somebody who is known",
            ("tbergmann", "tbergmann"),
            context=Context(known=frozenset({"tbergmann"})),
        ),
        Clean(
            b'<a href="/wiki/status/list.action?username=tbergmann">x</a><a href="https://x.se/y?user=ola">x</a>',
            Kind.STORAGE,
            "somebody unknown, and a page of others",
            Context(known=frozenset({"ola"})),
        ),
        Clean(
            b"get('https://api.acme-optics.se/people/tilda'); get(`/users/viewuserprofile.action?username=${user}`)",
            Kind.CODE,
            "people of another service, and a variable",
        ),
        Flag(
            b'<p><a class="x" href="/wiki/users/viewuserprofile.action?username=o.lindqvist&amp;from=menu">her</a></p>',
            Kind.STORAGE,
            "a relative link to a profile page",
            ("o.lindqvist",),
            b'<p><a class="x" href="/wiki/people/712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10?from=menu">her</a></p>',
        ),
        Flag(
            b'<ac:link><ri:url ri:value="https://jira.acme-optics.se/secure/ViewProfile.jspa?name=tbergmann"/>'
            b"</ac:link>",
            Kind.STORAGE,
            "a profile in Jira, on a host that is configured",
            ("tbergmann",),
            b'<ac:link><ri:url ri:value="https://jira.acme-optics.se/secure/ViewProfile.jspa?accountId='
            b'712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/></ac:link>',
            Context(hosts=frozenset({"jira.acme-optics.se"})),
        ),
        Flag(
            b'{"content":[{"marks":[{"attrs":{"href":"\\/wiki\\/people\\/8a7f80826c1d4e5f016c1d4e6f700001"},'
            b'"type":"link"}],"text":"her","type":"text"}],"type":"doc"}',
            Kind.ADF,
            "a user key in a people link",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'{"content":[{"marks":[{"attrs":{"href":"\\/wiki\\/people\\/712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6'
            b'e10"},'
            b'"type":"link"}],"text":"her","type":"text"}],"type":"doc"}',
        ),
        Flag(
            b"see https://old.acme-optics.se/users/viewuserprofile.action?userName=tbergmann.",
            Kind.TEXT,
            "a link to another host in a comment",
            ("tbergmann",),
        ),
        Flag(
            b'<a href="/admin/users/edituser.action?username=tbergmann">account</a>',
            Kind.STORAGE,
            "a page for administrators, which Cloud has not",
            ("tbergmann",),
        ),
        Clean(
            b'<a href="/wiki/people/712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">her</a>'
            b'<a href="/wiki/people/team/5d41402a">us</a>',
            Kind.STORAGE,
            "people links with an account id, and to a team",
        ),
        Clean(
            b'<a href="https://acme-optics.se/people/tilda">her page</a>',
            Kind.STORAGE,
            "a path of any web site",
        ),
        Clean(
            b'{"content":[{"type":"inlineCard","attrs":{"url":"https://x.atlassian.net/wiki/people/search?q=x"}}]}',
            Kind.ADF,
            "the search for people",
        ),
        Flag(
            rb'<a href="https:\\x.atlassian.net\wiki\people\8a7f80826c1d4e5f016c1d4e6f700001">her</a>',
            Kind.STORAGE,
            "backslashes, which browsers take for slashes: another host may be read, so the link stays",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
        ),
        Clean(
            rb"put it into \\files.acme-optics.se\people\8a7f80826c1d4e5f016c1d4e6f700001\x, C:\people\tilda or "
            rb"https:\\acme-optics.se\people\tilda",
            Kind.TEXT,
            "folders, and a path of any web site",
        ),
        Flag(
            b'<a href="/wiki/search?contributors=tbergmann%2C712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10,kito">'
            b'x</a><a href="/dosearchsite.action?queryString=x&amp;contributor=jvega">x</a>',
            Kind.STORAGE,
            "searches for what people contributed",
            ("tbergmann", "kito", "jvega"),
        ),
        Clean(
            b'<a href="/wiki/search?contributors=712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">x</a><a href='
            b'"/dosearchsite.action?contributor=Tilda+Bergmann">x</a><a href="https://x.se/search?contributors=x">x</a>',
            Kind.STORAGE,
            "an account id, a name, which is nothing that was retired, and the search of any web site",
        ),
        Clean(
            b"call /users/viewuserprofile.action?username={username} or "
            b"https://h/users/viewuserprofile.action?username=$u",
            Kind.TEXT,
            "a template with variables",
        ),
        Flag(
            b'<a href="/users/viewuserprofile.action;jsessionid=4D1F7C02?x=1&amp;username=Tilda+B">her</a>',
            Kind.STORAGE,
            "a session in the path, another parameter before, and a blank in the name",
            ("Tilda B",),
            b'<a href="/people/712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10?x=1">her</a>',
        ),
        Flag(
            b'<a href="/login.action?os_destination=%2Fusers%2Fviewuserprofile.action%3Fusername%3Dtbergmann">x</a>',
            Kind.STORAGE,
            "an address inside another",
            ("tbergmann",),
            b'<a href="/login.action?os_destination=%2Fpeople%2F712020%253A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">x</a>',
        ),
        Flag(
            b"https://old.acme-optics.se/users/userstatus.action?username=tbergmann and "
            b"https://old.acme-optics.se/wiki#/people/8a7f80826c1d4e5f016c1d4e6f700001",
            Kind.TEXT,
            "what somebody is doing, which Cloud does not show, and a page in a program",
            ("tbergmann", "8a7f80826c1d4e5f016c1d4e6f700001"),
        ),
        Flag(
            b'<a href="https://jira.acme-optics.se/secure/CreateIssueDetails!init.jspa?pid=7&amp;assignee=tbergmann">x</a>'
            b'<a href="/dosearchsite.action?queryString=x&amp;contributorUsername=kito">y</a>',
            Kind.STORAGE,
            "a form and a search that are filled in from the address",
            ("tbergmann", "kito"),
        ),
        Clean(
            b'<a href="https://jira.acme-optics.se/secure/CreateIssueDetails!init.jspa?pid=7&amp;assignee=-1">x</a>'
            b'<a href="/dosearchsite.action?queryString=contributorUsername=">y</a>',
            Kind.STORAGE,
            "a form for whoever is chosen, and a search for the word",
        ),
        Clean(
            b'<a href="/admin/users/viewgroup.action?name=tilda">us</a><a href="/users/viewuserhistory.action">me</a>',
            Kind.STORAGE,
            "a group, and the history of whoever looks",
        ),
        Clean(
            b'<a href="/login.action?os_destination=%2Fpages%2Fviewpage.action%3FpageId%3D7%26username">x</a>',
            Kind.STORAGE,
            "an address inside another that names nobody",
        ),
        Clean(
            b"https://acme-optics.se/users/tilda.action and https://acme-optics.se/about#people/tilda",
            Kind.TEXT,
            "pages of any web site",
        ),
        Clean(
            b'<a href="/secure/ViewProfile.jspa">me</a><a href="/users/viewmyprofile.action">me</a>',
            Kind.STORAGE,
            "whoever looks at the page",
        ),
    ),
)
