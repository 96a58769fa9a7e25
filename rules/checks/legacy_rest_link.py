"""A REST address names a person by username or user key.

Why it matters: Atlassian removed these parameters. A stored address of this kind is dead and keeps the identifier; a
script that calls it fails. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud: user, user watch, relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.REST_USER, Form.REST_PATH, Form.RELATION})


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of addresses of the user, watch and relation resources."""
    return linkrules.detect(view, RULE, _FORMS)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each parameter as `accountId`, and each end of a relation by its account id."""
    return linkrules.rewrite(view, _FORMS, matches, resolve)


RULE: Final = Rule(
    id="legacy-rest-link",
    title="Legacy user in a REST address",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The address asks for a person by a parameter that Atlassian removed: it fails on Cloud, and the identifier"
    " stays"
    " wherever the address is kept.",
    remedy="Use the parameter accountId, and the account id at the ends of a relation. This tool does so in pages"
    " and in"
    " files; stored answers are best fetched anew.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=linkrules.KINDS,
    gate=(
        (b"/user", re.compile(rb"/user(?![\w.-])")),
        (b"\\user", re.compile(rb"\\user(?![\w.-])")),
        (b"personal", re.compile(rb"personal(?:\\{0,2}/|\\|%(?:25)*2[fF])")),
        (b"%2", re.compile(rb"%2[fF]user(?![\w.-])")),
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<a href="/wiki/rest/api/user/watch/content/7?key=8a7f80826c1d4e5f016c1d4e6f700001&amp;x=1">x</a>',
            Kind.STORAGE,
            "a watch of a person",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'<a href="/wiki/rest/api/user/watch/content/7?accountId=712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10'
            b'&amp;x=1">x</a>',
        ),
        Flag(
            b'{"_links":{"self":"https://wiki.acme-optics.se/rest/api/user?username=tbergmann"},'
            b'"use":"/rest/api/relation/like/from/user/o.lindqvist/to/content/7"}',
            Kind.JSON,
            "a stored answer of Data Center, and a relation",
            ("tbergmann", "o.lindqvist"),
        ),
        Flag(
            b"PUT https://wiki.acme-optics.se/rest/api/admin/user/tbergmann/disable, "
            b"DELETE https://wiki.acme-optics.se/rest/api/user/jvega/group/lab, "
            b"POST https://wiki.acme-optics.se/rest/api/admin/space/personal/mrossi, "
            b"GET https://wiki.acme-optics.se/rest/api/space/OPT/permissions/user/8a7f80826c1d4e5f016c1d4e6f700001",
            Kind.TEXT,
            "segments of paths of Data Center, for which Cloud has no address",
            ("tbergmann", "jvega", "mrossi", "8a7f80826c1d4e5f016c1d4e6f700001"),
        ),
        Clean(
            b"https://wiki.acme-optics.se/rest/api/user/list and https://wiki.acme-optics.se/rest/api/user/memberof or "
            b"https://wiki.acme-optics.se/wiki/rest/api/user/5d41402abc4b2a76b9719d91/property/x, "
            b"https://wiki.acme-optics.se/rest/api/admin/user/{username}/disable",
            Kind.TEXT,
            "no user, an account id, and a variable",
        ),
        Flag(
            rb'<a href="https:\\wiki.acme-optics.se\rest\api\user?username=tbergmann">x</a>',
            Kind.STORAGE,
            "backslashes, which browsers take for slashes: another host may be read, so the link stays",
            ("tbergmann",),
        ),
        Clean(
            rb'<a href="https:\\wiki.acme-optics.se\rest\api\space?key=OPT">x</a><a href="x:\rest\api\user?key=t"></a>',
            Kind.STORAGE,
            "backslashes before the key of a space, and in no address of the web",
        ),
        Clean(
            b'<a href="/wiki/rest/api/user?accountId=5d41402abc4b2a76b9719d91">x</a><a href="/rest/api/space?key='
            b'OPT">x</a>',
            Kind.STORAGE,
            "an account id, and the key of a space",
        ),
        Clean(
            b'{"self":"/rest/api/relation/like/from/user/current/to/content/7","doc":"/rest/api/user?username={name}"}',
            Kind.JSON,
            "whoever asks, and a variable",
        ),
    ),
)
