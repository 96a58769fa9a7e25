"""The body of a call about a space grants permissions to a person by username or user key.

Why it matters: Confluence Cloud takes account ids only; the space is made without the person, or not at all. GDPR
Art. 5(1)(f), 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, space; REST API v1 and v2, space permissions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import bodies
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.spots import Place
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every username and user key of a user among the subjects or principals of permissions."""
    return bodies.detect(view, RULE, Place.SPACE, "the permissions of a space take account ids only", lambda _: True)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each user by the account id; nobody is added, and whoever has no account stays as written."""
    return bodies.rewrite(view, Place.SPACE, matches, resolve)


RULE: Final = Rule(
    id="legacy-space-body",
    title="Legacy user in the body of a space",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="A script or a stored answer grants permissions by identifiers that Atlassian retired. On Cloud the grant is"
    " refused,"
    " and the identifier outlives the account.",
    remedy="Name every user by accountId only. This tool does so in the JSON when the person can be resolved to one"
    " account.",
    articles=("5(1)(f)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.JSON,),
    gate=(b"subject", b"principal"),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'{"key":"OPT","permissions":[{"subjects":{"user":{"results":[{"username":"tbergmann","displayName":"x"}],'
            b'"size":1}},"operation":{"operation":"administer","targetType":"space"}}]}',
            Kind.JSON,
            "the body of a request",
            ("tbergmann",),
            b'{"key":"OPT","permissions":[{"subjects":{"user":{"results":[{"accountId":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","displayName":"x"}],'
            b'"size":1}},"operation":{"operation":"administer","targetType":"space"}}]}',
        ),
        Flag(
            b'{"subject":{"type":"user","identifier":"tbergmann"},"operation":{"key":"read","target":"space"}}',
            Kind.JSON,
            "the body of a call that adds one permission",
            ("tbergmann",),
        ),
        Clean(
            b'{"subject":{"type":"group","identifier":"optics"},"principal":{"type":"user","id":'
            b'"5d41402abc4b2a76b9719d91"},"operation":{"key":"read","target":"space"}}',
            Kind.JSON,
            "a group, and a user by account id",
        ),
        Clean(
            b'{"permissions":[{"subjects":{"user":{"results":[{"accountId":"5d41402abc4b2a76b9719d91"}]}}}],'
            b'"owner":{"username":"tbergmann","displayName":"x"}}',
            Kind.JSON,
            "account ids; the owner beside them is reported by legacy-user-object",
        ),
    ),
)
