"""A link to somebody's profile names the person by username or user key.

Why it matters: the page behind the link does not exist on Cloud, and migration tools leave absolute links as they
are: the link is dead, and the login stays in the page. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.context import Context
from rules.links import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.PROFILE, Form.PEOPLE, Form.EDIT_USER, Form.JIRA_PROFILE})


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of links to profiles and to the administration of users."""
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
    kinds=linkrules.KINDS,
    gate=(
        b"viewuser",
        b"ViewUser",
        b"edituser",
        b"removeuser",
        b"deactivateuser",
        b"ViewProfile",
        b"viewprofile",
        b"people/",
        b"people\\/",
        b"people&#",
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
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
        Clean(
            b"call /users/viewuserprofile.action?username={username} or "
            b"https://h/users/viewuserprofile.action?username=$u",
            Kind.TEXT,
            "a template with variables",
        ),
        Clean(
            b'<a href="/secure/ViewProfile.jspa">me</a><a href="/users/viewmyprofile.action">me</a>',
            Kind.STORAGE,
            "whoever looks at the page",
        ),
    ),
)
