"""A people link hides the e-mail address of a person behind base64.

Why it matters: the address can be read by everybody who may read the link, logs and referrers included, although it
looks like an id. GDPR Art. 5(1)(c), 5(1)(f), 25.
Source: public pages that hold such links; RFC 4648 for the encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.PEOPLE_EMAIL})


def detect(view: View) -> Iterator[Match]:
    """Yield the e-mail address of every people link that hides one."""
    return linkrules.detect(view, RULE, _FORMS)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each link to the site itself by the account id that the address resolves to."""
    return linkrules.rewrite(view, _FORMS, matches, resolve)


RULE: Final = Rule(
    id="people-link-email",
    title="E-mail address in a people link",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The id in this link is an e-mail address in base64. Anybody can read it, searches for the address do not"
    " find it,"
    " and it stays when the address changes or the account is erased.",
    remedy="Replace the id by the account id. This tool does so for relative links and configured hosts when the"
    " mapping"
    " knows the address; otherwise mention the person instead.",
    articles=("5(1)(c)", "5(1)(f)", "25"),
    source="https://www.rfc-editor.org/rfc/rfc4648",
    dpv="https://w3id.org/dpv/pd#EmailAddress",
    kinds=linkrules.KINDS,
    gate=(b"people",),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<a href="/wiki/people/!dGlsZGFAYWNtZS1vcHRpY3Muc2U">her</a>',
            Kind.STORAGE,
            "an address without padding, as such links hold it",
            ("tilda@acme-optics.se",),
            b'<a href="/wiki/people/712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">her</a>',
        ),
        Flag(
            b'{"type":"blockCard","attrs":{"url":"https://x.atlassian.net/people/!dGlsZGFAYWNtZS1vcHRpY3Muc2U="}}',
            Kind.ADF,
            "a card, on a host that is not configured",
            ("tilda@acme-optics.se",),
        ),
        Clean(
            b'<a href="/wiki/people/712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10">her</a>',
            Kind.STORAGE,
            "an account id",
        ),
        Clean(
            b'{"type":"blockCard","attrs":{"url":"/people/!bm90aGluZw"}}',
            Kind.ADF,
            "something else in base64",
        ),
    ),
)
