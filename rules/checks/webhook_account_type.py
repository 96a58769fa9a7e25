"""A webhook event names an account without saying whether it is a person or an app.

Why it matters: a handler that treats apps as people keeps records about nobody, and one that cannot tell guests from
apps reports the wrong accounts to the personal data reporting API. GDPR Art. 5(1)(d), 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, webhooks: accountType.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.identifiers import is_account_id
from rules.jsontree import Object, walk
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, ObjectType, Personal, Severity, SubjectKind, Unreadable
from rules.payload import ACCOUNT_FIELDS
from rules.rule import Category, Clean, Flag, Rule
from rules.spots import spots
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every account id of an event whose object has no account type."""
    tree = view.tree
    if isinstance(tree, Unreadable):
        return
    events = [spot for spot in spots(tree) if spot.event]
    for path, node in (inner for spot in events for inner in walk(spot.node, spot.path)):
        if not isinstance(node, Object) or node.get("accountType") is not None:
            continue
        for name in ACCOUNT_FIELDS:
            text = node.text(name)
            if text is not None and is_account_id(text.value.strip()):
                subject = Personal(SubjectKind.ACCOUNT_ID, text.value.strip())
                yield RULE.match(
                    text.span,
                    subject,
                    where=f"{path}.{name}" if path else name,
                    excerpt=excerpt(view.data, text.span.start, text.span.end, subject.mask),
                    confidence=Confidence.MEDIUM,
                    reason="no accountType stands beside it",
                )


RULE: Final = Rule(
    id="webhook-account-type",
    title="Account without its type in a webhook event",
    category=Category.PERSONAL,
    severity=Severity.INFO,
    why="Events say by accountType whether somebody is a person or an app. Where it is missing, the event is older"
    " than that"
    " change or was cut, and whoever handles it cannot tell people from apps.",
    remedy="Read accountType and treat apps apart; ask the user API for accounts of kept events. Report only.",
    articles=("5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.JSON,),
    gate=(b"timestamp", b"webhookEvent", b"creatorAccountId", b"lastModifierAccountId"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"timestamp":1471926079631,"userAccountId":"5d41402abc4b2a76b9719d91","page":{"id":7}}',
            Kind.JSON,
            "an event of the time between",
            ("5d41402abc4b2a76b9719d91",),
        ),
        Flag(
            b'{"events":[{"webhookEvent":"page_created","user":{"accountId":"5d41402abc4b2a76b9719d91"}}]}',
            Kind.JSON,
            "an event in a list of kept events",
            ("5d41402abc4b2a76b9719d91",),
        ),
        Clean(
            b'{"timestamp":1471926079631,"userAccountId":"5d41402abc4b2a76b9719d91","accountType":"app","page":{"id'
            b'":7}}',
            Kind.JSON,
            "an event of today",
        ),
        Clean(b'{"accountId":"5d41402abc4b2a76b9719d91","timestamp":"x"}', Kind.JSON, "a property, and no event"),
    ),
    classes=(ObjectType.FILE,),
)
