"""A webhook event names a person by username or user key.

Why it matters: Cloud's events hold account ids. A handler that looks for the old fields finds nothing, and a stored
event keeps the identifier. GDPR Art. 5(1)(c), 5(1)(d), 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, webhooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import bodies
from rules.model import Kind, Match, ObjectType, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.spots import Place
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every username and user key of an event: who caused it, and who made what it is about."""
    return bodies.detect(view, RULE, Place.EVENT, "events of Cloud hold account ids")


RULE: Final = Rule(
    id="webhook-legacy-user",
    title="Legacy user in a webhook event",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The event tells who did something by an identifier that Atlassian retired. A handler written for it breaks"
    " on Cloud,"
    " and a kept copy leads to no account and cannot be erased with it.",
    remedy="Read userAccountId, creatorAccountId and lastModifierAccountId instead, and delete kept events. Report"
    " only: an event"
    " is a record of what was sent.",
    articles=("5(1)(c)", "5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.JSON,),
    gate=(
        b"timestamp",
        b"webhookEvent",
        b"creatorName",
        b"creatorKey",
        b"creatorUserName",
        b"lastModifierName",
        b"lastModifierKey",
        b"lastModifierUserName",
        b"creatorAccountId",
        b"lastModifierAccountId",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"timestamp":1471926079631,"user":"tbergmann","userKey":"8a7f80826c1d4e5f016c1d4e6f700001","page":'
            b'{"id":7,"creatorName":"o.lindqvist","lastModifierName":"tbergmann"}}',
            Kind.JSON,
            "an event of the old kind",
            ("tbergmann", "8a7f80826c1d4e5f016c1d4e6f700001", "o.lindqvist", "tbergmann"),
        ),
        Flag(
            b'[{"timestamp":1471926079631,"event":"user_created","user":{"username":"tbergmann"}},{"timestamp":'
            b'1471926079632,"user":"jvega","userKey":"8a7f80826c1d4e5f016c1d4e6f700002","query":"lens"}]',
            Kind.JSON,
            "a list of events: somebody was added, somebody searched",
            ("tbergmann", "jvega", "8a7f80826c1d4e5f016c1d4e6f700002"),
        ),
        Clean(
            b'{"timestamp":1471926079631,"userAccountId":"5d41402abc4b2a76b9719d91","accountType":"customer","page":'
            b'{"id":7,"creatorAccountId":"5d41402abc4b2a76b9719d91"}}',
            Kind.JSON,
            "an event of today",
        ),
        Clean(
            b'{"timestamp":1471926079631,"user":"deploy","creatorName":"nightly build"}',
            Kind.JSON,
            "a record of a program",
        ),
    ),
    classes=(ObjectType.FILE,),
)
