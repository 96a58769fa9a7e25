"""The body of a call that sets restrictions names a person by username or user key.

Why it matters: Confluence Cloud takes account ids only. The call fails, or leaves out the person, and with the last
person left out the content is open to everybody. GDPR Art. 5(1)(f), 25, 32.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, content restriction.
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
    """Yield every username and user key of a user in a list of restrictions."""
    return bodies.detect(view, RULE, Place.RESTRICTION, "a restriction takes account ids only", lambda _: True)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each user by the account id, a list as a whole or not at all; nobody is added."""
    return bodies.rewrite(view, Place.RESTRICTION, matches, resolve)


RULE: Final = Rule(
    id="legacy-restriction-body",
    title="Legacy user in the body of a restriction",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="A script or a stored answer sets restrictions by identifiers that Atlassian retired. What is sent so is"
    " refused or"
    " protects the content from the wrong people.",
    remedy="Name every user by accountId only. This tool does so in the JSON when the person can be resolved to one"
    " account;"
    " a list with somebody who cannot be resolved stays as written, so that nobody is dropped.",
    articles=("5(1)(f)", "25", "32"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.JSON,),
    gate=(b"restrictions",),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'[{"operation":"read","restrictions":{"user":[{"type":"known","username":"tbergmann","userKey":'
            b'"8a7f80826c1d4e5f016c1d4e6f700001"},{"type":"known","accountId":"5d41402abc4b2a76b9719d91"}],"group":'
            b'[{"type":"group","name":"optics"}]}}]',
            Kind.JSON,
            "what old scripts send",
            ("tbergmann", "8a7f80826c1d4e5f016c1d4e6f700001"),
            b'[{"operation":"read","restrictions":{"user":[{"type":"known","accountId":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"},{"type":"known","accountId":"5d41402abc4b2a76b9719d91"}],'
            b'"group":[{"type":"group","name":"optics"}]}}]',
        ),
        Flag(
            b'{"update":{"restrictions":{"user":{"results":[{ "username" : "o.lindqvist", "accountId" : null }]}}}}',
            Kind.JSON,
            "a list inside a stored answer, with the new field still empty",
            ("o.lindqvist",),
            b'{"update":{"restrictions":{"user":{"results":[{ "accountId" : '
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" }]}}}}',
        ),
        Clean(
            b'[{"operation":"read","restrictions":{"user":[{"type":"known","accountId":"5d41402abc4b2a76b9719d91"}]}}]',
            Kind.JSON,
            "what Cloud takes",
        ),
        Clean(
            b'{"restrictions":{"group":[{"type":"group","name":"tbergmann"}]},"login":{"username":"tbergmann"}}',
            Kind.JSON,
            "a group; the login beside it is reported by legacy-user-object",
        ),
    ),
)
