"""A link to a search carries a query that names people by username or user key.

Why it matters: the search finds nothing on Cloud, and the login stays in the page, percent-encoded where nobody looks
for it. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to CQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.CQL, Form.JQL, Form.QUERY_FIELD, Form.UNREADABLE})


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers and fields of queries in addresses, and the place where one cannot be read."""
    return linkrules.detect(view, RULE, _FORMS)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each operand by the account id, quoted and encoded; a retired field changes with all its operands."""
    return linkrules.rewrite(view, _FORMS, matches, resolve)


RULE: Final = Rule(
    id="search-link-query",
    title="Legacy user in a search link",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The query in this link compares people with retired identifiers. On Cloud it finds nothing or fails, and the"
    " identifiers outlive the accounts.",
    remedy="Replace the identifiers by account ids. This tool decodes the query, rewrites it and encodes it again, for"
    " relative links and configured hosts; otherwise build the search anew.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=linkrules.KINDS,
    gate=linkrules.query_gates(b"cql", b"jql", b"CQL", b"JQL", b"Cql", b"Jql"),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<a href="/dosearchsite.action?cql=type%3Dpage+and+creator.userkey+in+('
            b"&quot;8a7f80826c1d4e5f016c1d4e6f700001"
            b'&quot;)&amp;x=1">mine</a>',
            Kind.STORAGE,
            "a retired field and a user key in CQL",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'<a href="/dosearchsite.action?cql=type%3Dpage+and+creator.accountid+in+('
            b"&quot;712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
            b'&quot;)&amp;x=1">mine</a>',
        ),
        Flag(
            b'{"attrs":{"url":"/issues/?jql=assignee%20%3D%20tbergmann%20ORDER%20BY%20created"},"type":"inlineCard"}',
            Kind.ADF,
            "a card of a search in Jira",
            ("tbergmann",),
            b'{"attrs":{"url":"/issues/?jql=assignee%20%3D%20%22712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10%22'
            b'%20ORDER%20BY%20created"},"type":"inlineCard"}',
        ),
        Flag(
            b'<a href="/dosearchsite.action?cql=contributor.userkey=currentUser()+order+by+creator.userkey">mine</a>',
            Kind.STORAGE,
            "retired fields without a person",
            ("userkey field of CQL", "userkey field of CQL"),
            b'<a href="/dosearchsite.action?cql=contributor.accountid=currentUser()+order+by+creator.accountid">'
            b"mine</a>",
        ),
        Flag(
            b'{"attrs":{"url":"/issues/?jql=assignee%20%3D%20(tbergmann)"},"type":"inlineCard"}',
            Kind.ADF,
            "a query that cannot be read",
            ("JQL",),
        ),
        Flag(
            b"see https://wiki.acme-optics.se/login?next=%2Fsearch%3Fcql%3Dcreator%2Bin%2B(tbergmann,%2Bkito).",
            Kind.TEXT,
            "a query in an address inside another, on a host that is not configured",
            ("tbergmann", "kito"),
        ),
        Clean(
            b"https://jira.acme-optics.se/issues/?jql=project and /issues/?jql={query} or "
            b"https://jira.acme-optics.se/issues/?jql=${jql} or https://jira.acme-optics.se/issues/?jql=assignee%20...",
            Kind.TEXT,
            "addresses that end within the query, and samples",
        ),
        Clean(
            b'{"attrs":{"url":"/login?next=%2Fissues%2F%3Fjql%3Dproject%253DOPT"},"type":"inlineCard"}',
            Kind.ADF,
            "a query that names nobody, in an address inside another",
        ),
        Clean(
            b'<a href="/dosearchsite.action?cql=text+~+creator.userkey+order+by+created">x</a>',
            Kind.STORAGE,
            "the name of a retired field as a text",
        ),
        Clean(
            b'<a href="/dosearchsite.action?cql=creator+%3D+currentUser()">mine</a>',
            Kind.STORAGE,
            "whoever looks at the page",
        ),
        Clean(
            b'{"attrs":{"url":"/issues/?jql=assignee%20%3D%20%225d41402abc4b2a76b9719d91%22"},"type":"inlineCard"}',
            Kind.ADF,
            "an account id",
        ),
    ),
)
