"""Stored JSON names a person by username or user key.

Why it matters: Atlassian removed both fields from every user object; a copy of them links to nobody on Cloud and
outlives the account. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to the user object.
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
    """Yield every username and user key in a property, a watcher, a task or another stored user object."""
    return bodies.detect(view, RULE, Place.STORED, "a user object or a field for a person holds no account id here")


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each user object by its account id, in files and where the run was told so; the rest is held."""
    return bodies.rewrite(view, Place.STORED, matches, resolve)


RULE: Final = Rule(
    id="legacy-user-object",
    title="Legacy identifier in stored JSON",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="An app, a task or a watch keeps a person under an identifier that Atlassian retired. It leads to no account,"
    " so the person can neither be found in it nor erased from it.",
    remedy="Update the app that wrote the value, or write the account id through the app's own screen. Only the owner"
    " of a property knows what depends on it, so on a site it is rewritten where `plan --property KEY` names it.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.JSON,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'{"reviewer":{"username":"tbergmann","userKey":"8a7f80826c1d4e5f016c1d4e6f700001","displayName":"x"}}',
            Kind.JSON,
            "a user object with both retired identifiers",
            ("tbergmann", "8a7f80826c1d4e5f016c1d4e6f700001"),
        ),
        Flag(
            b'{"assignedTo":"8a7f80826c1d4e5f016c1d4e6f700001","createdBy":"5d41402abc4b2a76b9719d91"}',
            Kind.JSON,
            "a task that was imported with a user key, made by an account",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
        ),
        Flag(
            b'{"accountId":"8a7f80826c1d4e5f016c1d4e6f700001","watchers":["5d41402abc4b2a76b9719d91",'
            b'"8a7f80826c1d4e5f016c1d4e6f700002"],"last":{"8a7f80826c1d4e5f016c1d4e6f700003":7}}',
            Kind.JSON,
            "user keys in the field for account ids, in a list of people, and as the name of an entry",
            (
                "8a7f80826c1d4e5f016c1d4e6f700001",
                "8a7f80826c1d4e5f016c1d4e6f700002",
                "8a7f80826c1d4e5f016c1d4e6f700003",
            ),
        ),
        Flag(
            b'{"fields":{"assignee":{"name":"tbergmann"},"project":{"key":"OPT","name":"Optics"}},'
            b'"usernames":["o.lindqvist"]}',
            Kind.JSON,
            "an issue as Jira once took it, and a list of usernames",
            ("tbergmann", "o.lindqvist"),
        ),
        Flag(
            b'{"tasks":[{"assigneeUsername":"tbergmann","due":"2026-01-01"}],"owner-username":"o.lindqvist"}',
            Kind.JSON,
            "fields that say that they hold a username",
            ("tbergmann", "o.lindqvist"),
        ),
        Flag(
            b'{"settings":"eyJvd25lcklkIjoiOGE3ZjgwODI2YzFkNGU1ZjAxNmMxZDRlNmY3MDAwMDEifQ=="}',
            Kind.JSON,
            "settings of an app in Base64",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
        ),
        Clean(
            b'{"settings":"eyJvd25lcklkIjoiNzEyMDIwOjRlMWY3YzAyLTViMWQtNGY2YS05YzBlLTJhN2QzYjhmNmUxMCJ9"}',
            Kind.JSON,
            "an account id in Base64",
        ),
        Clean(
            b'{"accountId":"5d41402abc4b2a76b9719d91","watchers":["712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"],'
            b'"last":{"5d41402abc4b2a76b9719d91":7},"account_id":"023e105f4ecef8ad9ca31a8372d0c353"}',
            Kind.JSON,
            "account ids in all these places, and a hash that is an account of another system",
        ),
        Clean(
            b'{"owner":"optics","author":"admin","assignee":"unassigned","users":["everyone","Tilda B"],'
            b'"tests":{"reporter":"dot"},"assignees":[{"id":7,"name":"x"}]}',
            Kind.JSON,
            "words in fields that hold anything, and settings",
        ),
        Clean(
            b'{"reviewer":{"username":"5d41402abc4b2a76b9719d91","accountId":"5d41402abc4b2a76b9719d91"}}',
            Kind.JSON,
            "events of today repeat the account id in the old field",
        ),
        Clean(
            b'{"assigneeUsername":"5d41402abc4b2a76b9719d91","reviewerUsername":"Tilda B","accountUsername":"deploy",'
            b'"backup":{"ownerUsername":"deploy","password":"x"}}',
            Kind.JSON,
            "an account id, what somebody is called, and logins of something else",
        ),
        Clean(
            b'{"createdBy":"nightly import","host":{"user":"deploy"},"key":"8a7f80826c1d4e5f016c1d4e6f700001"}',
            Kind.JSON,
            "a process, a login of something else, and a key of anything",
        ),
    ),
)
