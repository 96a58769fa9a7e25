"""A CQL query uses a field for user keys that was removed, such as `creator.userkey`.

Why it matters: the query fails on Confluence Cloud, and a user key in it identifies a person by a value that Atlassian
retired for privacy. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to CQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.interfaces import QUERY_FIELDS
from rules.model import Kind, Match, Personal, Severity, SubjectKind
from rules.queries import Query, legacy
from rules.querychecks import change, identity, match, query_of
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FIELD: Final = Personal(SubjectKind.INTERFACE, QUERY_FIELDS[0].name)


def _selection(view: View) -> Query:
    """Return the removed fields and the people that they are compared with."""
    query = query_of(view)
    return replace(query, users=tuple(term for term in query.users if term.legacy_field))


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers beside each removed field; the field itself where there is none."""
    query = _selection(view)
    for field in query.fields:
        named = [(term, subject) for term, subject in legacy(query) if term.field_start == field.start]
        for term, subject in named:
            yield match(view, RULE, term, subject, identity(subject, "a field that was removed"))
        if not named:
            yield match(view, RULE, field, _FIELD, "a field that was removed, without a retired value")


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each removed field by its successor and its operands by account ids, a clause as a whole or not at all."""
    return change(view, _selection(view), matches, resolve)


RULE: Final = Rule(
    id="legacy-cql-userkey-field",
    title="Removed user key field in CQL",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="Fields that end in .userkey were removed from CQL: the query fails on Cloud, and a user key in it names a"
    " person by a retired identifier.",
    remedy="Write the field with .accountid and compare it with the account id. This tool changes field and values"
    " together when all people of the clause can be resolved, otherwise nothing of it.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CQL,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'creator.userkey = "8a7f80826c1d4e5f016c1d4e6f700001" AND type = page',
            Kind.CQL,
            "a removed field with a user key",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'creator.accountid = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" AND type = page',
        ),
        Flag(
            b"Mention.userKey in (tbergmann, 5d41402abc4b2a76b9719d91, currentUser())",
            Kind.CQL,
            "a list of a username, an account id and a function",
            ("tbergmann",),
            b'Mention.accountid in ("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", 5d41402abc4b2a76b9719d91,'
            b" currentUser())",
        ),
        Flag(
            b"watcher.userkey = currentUser()",
            Kind.CQL,
            "a removed field that is compared with whoever looks",
            ("userkey field of CQL",),
            b"watcher.accountid = currentUser()",
        ),
        Flag(
            b"type = page order by content.creator.userkey desc, title",
            Kind.CQL,
            "a removed field of the content, in the order",
            ("userkey field of CQL",),
            b"type = page order by content.creator.accountid desc, title",
        ),
        Clean(b"type = page order by creator.accountid, content.property[creator.userkey]", Kind.CQL, "other orders"),
        Clean(b'creator.accountid = "5d41402abc4b2a76b9719d91"', Kind.CQL, "the field of today"),
        Clean(b"title ~ 'creator.userkey' and macro.userkey = x", Kind.CQL, "the words of the field in a text"),
        Clean(b"creator = 8a7f80826c1d4e5f016c1d4e6f700001", Kind.CQL, "legacy-cql-user reports it"),
    ),
)
