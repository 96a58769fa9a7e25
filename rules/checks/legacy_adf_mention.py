"""A document in the newer format mentions a person by username or user key.

Why it matters: a mention holds an account id. By anything else it notifies nobody and leads to no profile, and the
login stays in the text when the account is erased. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian Document Format, mention node; user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import adfmentions
from rules.adf import mentions
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Severity, SubjectKind, Unreadable
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the identifiers of mentions that are no account ids, or stand where none belongs."""
    if isinstance(view.tree, Unreadable):
        return
    for mention in mentions(view.tree):
        for identity, subject in adfmentions.legacy(mention):
            span = identity.value.span
            confidence, reason = _judge(identity, subject.kind)
            yield RULE.match(
                span,
                subject,
                where=f"{mention.path}/@{identity.name}",
                excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                confidence=confidence,
                reason=reason,
            )


def _judge(identity: adfmentions.Identity, kind: SubjectKind) -> tuple[Confidence, str]:
    """Return how sure it is that the value identifies somebody, and why."""
    if kind is SubjectKind.USER_KEY:
        return Confidence.HIGH, "a user key"
    if identity.name != adfmentions.ID:
        return Confidence.HIGH, "in an attribute that was never part of the format"
    return Confidence.MEDIUM, "no account id and no user key"


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each mention by its account id; the display name beside it stays."""
    if isinstance(view.tree, Unreadable):
        return Change()
    return adfmentions.rewrite(view.data, view.tree, matches, resolve)


RULE: Final = Rule(
    id="legacy-adf-mention",
    title="Legacy mention in a document of the newer format",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The document names a person by a retired identifier. Cloud does not link it to the account, so the mention is"
    " broken, and the login stays on the page when the account is erased.",
    remedy="Replace the identifier by the account id. This tool does so when the person can be resolved to one account;"
    " otherwise ask the owner of the page to mention the person anew or to remove the name.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/mention/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.ADF,),
    gate=(
        (
            b'"mention"',
            re.compile(
                rb'"mention"(?!(?:(?<=\{"type":"mention")|(?<=\{"type": "mention"))\s*,\s*"attrs"\s*:\s*\{'
                rb'(?:\s*"(?:text|accessLevel|userType|localId)"\s*:\s*"[^"\\]*"\s*,)*+'
                rb'\s*"id"\s*:\s*"(?:[0-9a-f]{24}|[0-9]{1,20}:[0-9A-Za-z-]{1,100})"\s*'
                rb'(?:,\s*"(?:text|accessLevel|userType|localId)"\s*:\s*"[^"\\]*"\s*)*+\}\s*\})'
            ),
        ),
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'{"type":"doc","content":[{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"tbergmann",'
            b'"text":"@Tilda"}}]}]}',
            Kind.ADF,
            "a mention by username",
            ("tbergmann",),
            b'{"type":"doc","content":[{"type":"paragraph","content":[{"type":"mention","attrs":{"id":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","text":"@Tilda"}}]}]}',
        ),
        Flag(
            b'{ "content" : [ {"type":"taskItem","content":[{"attrs":{"id":"8a7f80826c1d4e5f016c1d4e6f70000\\u0031"},'
            b'"type":"mention"}]} ], "type" : "doc" }',
            Kind.ADF,
            "the assignee of a task by user key, members in another order, an escape in the value",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'{ "content" : [ {"type":"taskItem","content":[{"attrs":{"id":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"},"type":"mention"}]} ], "type" : "doc" }',
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"nested-table","parameters":{"adf":'
            b'"{\\"type\\":\\"doc\\",\\"content\\":[{\\"type\\":\\"mention\\",\\"attrs\\":{\\"id\\":\\"tbergmann\\"}}]}"}}}]}',
            Kind.ADF,
            "a document in a string of a document",
            ("tbergmann",),
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"nested-table","parameters":{"adf":'
            b'"{\\"type\\":\\"doc\\",\\"content\\":[{\\"type\\":\\"mention\\",\\"attrs\\":{\\"id\\":'
            b'\\"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10\\"}}]}"}}}]}',
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"userKey":"8a7f80826c1d4e5f016c1d4e6f700001",'
            b'"text":"@Tilda","username":"tbergmann"}},{"type":"mention","attrs":{"id":"tbergmann","accessLevel":"",'
            b'"id":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}}]}',
            Kind.ADF,
            "identifiers beside the id or in its place, and an id written twice",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "tbergmann", "tbergmann"),
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10",'
            b'"text":"@Tilda"}},{"type":"mention","attrs":{"accessLevel":"",'
            b'"id":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}}]}',
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"5d41402abc4b2a76b9719d91","text":"@Tilda"}}]}',
            Kind.ADF,
            "an account id",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"${user}","text":"@x"}},{"type":"mention",'
            b'"attrs":{"id":"{{account}}"}},{"type":"mention","attrs":{"userKey":"%s"}}]}',
            Kind.ADF,
            "variables of templates",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"all","text":"@all"}},{"type":"mention","attrs":'
            b'{"id":"room","userType":"SPECIAL"}},{"type":"mention","attrs":{"id":""}},{"type":"mention"}]}',
            Kind.ADF,
            "roles, and mentions of nobody",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"media","attrs":{"id":"tbergmann"}},{"type":"text","text":"mention"}]}',
            Kind.ADF,
            "the id of something else",
        ),
    ),
)
