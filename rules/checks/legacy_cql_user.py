"""A CQL query names a person by username or user key.

Why it matters: Confluence Cloud compares people by account id only. The query finds nothing or fails, and the name or
login stays in it after the account was erased. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to CQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.model import Kind, Match, Severity
from rules.queries import Query, legacy
from rules.querychecks import change, identity, match, query_of
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def _selection(view: View) -> Query:
    """Return the people of fields that were kept; those of removed fields are another rule's."""
    query = query_of(view)
    return replace(query, users=tuple(term for term in query.users if not term.legacy_field), fields=())


def detect(view: View) -> Iterator[Match]:
    """Yield every operand that is a username or a user key."""
    for term, subject in legacy(_selection(view)):
        yield match(view, RULE, term, subject, identity(subject, "a field that holds people"))


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each operand by its account id in double quotes."""
    return change(view, _selection(view), matches, resolve)


RULE: Final = Rule(
    id="legacy-cql-user",
    title="Legacy user in CQL",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The query compares people by a retired identifier. Cloud knows account ids only, so whatever shows its result"
    " shows nothing, and the name or login stays in the query when the account is erased.",
    remedy="Replace the value by the account id in double quotes. This tool does so when the person can be resolved to"
    " one account; everything else in the query stays byte for byte.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CQL,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"type = page AND creator=tbergmann order by created",
            Kind.CQL,
            "a username without quotes",
            ("tbergmann",),
            b'type = page AND creator="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" order by created',
        ),
        Flag(
            b"contributor IN ( 'o\\'neil' , currentUser() ,\"8a7f80826c1d4e5f016c1d4e6f700001\") or label = x",
            Kind.CQL,
            "a list with a function, odd blanks and quotes",
            ("o'neil", "8a7f80826c1d4e5f016c1d4e6f700001"),
            b'contributor IN ( "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" , currentUser() ,'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10") or label = x',
        ),
        Flag(
            b'space = DEV and not mention.accountId != "tilda@acme-optics.se"',
            Kind.CQL,
            "a username that is an e-mail address, behind a field of today",
            ("tilda@acme-optics.se",),
            b'space = DEV and not mention.accountId != "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"',
        ),
        Clean(
            b'creator = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" and watcher in (5d41402abc4b2a76b9719d91)',
            Kind.CQL,
            "account ids",
        ),
        Flag(
            b"creator ~ tbergmann or owner.key = tbergmann",
            Kind.CQL,
            "an operator and a field that CQL has not: found, and left alone",
            ("tbergmann", "tbergmann"),
        ),
        Clean(b"creator.fullname ~ 'Tilda' and creator.tag = tbergmann", Kind.CQL, "what describes people"),
        Clean(b"creator = currentUser() and favourite != currentUser ( )", Kind.CQL, "whoever looks"),
        Clean(
            b'title ~ "creator = tbergmann" and text ~ "\\"owner = x" and content.property[creator] = tbergmann',
            Kind.CQL,
            "a query quoted in a text, and a property of an app",
        ),
        Clean(b"", Kind.CQL, "no query"),
    ),
)
