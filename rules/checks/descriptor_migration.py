"""The descriptor of a Connect app does not declare the privacy migration as done.

Why it matters: during the change the host sent usernames and user keys to apps that had not declared it; an app that
never did has code for them, and a store that may still hold them. GDPR Art. 5(1)(c), 25.
Source: Atlassian, Connect API migrations: `gdpr`, `signed-install`, `context-qsh`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules import code
from rules.descriptor import is_descriptor
from rules.interfaces import MIGRATION_FLAG
from rules.jsontree import Object, Text
from rules.model import Confidence, Kind, Match, Severity, Span, Unreadable
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_INSTEAD: Final = "declare it true once code and store hold account ids only"


def detect(view: View) -> Iterator[Match]:
    """Yield the declaration where it is not true, or the beginning of the descriptor where there is none."""
    tree = view.tree
    if isinstance(tree, Unreadable) or not isinstance(tree, Object) or not is_descriptor(tree):
        return
    migrations = tree.get("apiMigrations")
    flag = migrations.get("gdpr") if isinstance(migrations, Object) else None
    if flag is None:
        begin = Span(tree.span.start, tree.span.start + 1)
        found = code.use(view, RULE, begin, MIGRATION_FLAG, _INSTEAD, "apps made after the change need not declare it")
        yield replace(found, where="apiMigrations", confidence=Confidence.LOW)
    elif isinstance(flag, Text) or flag.span.of(view.data) != b"true":
        yield code.use(view, RULE, flag.span, MIGRATION_FLAG, _INSTEAD, where="apiMigrations.gdpr")


RULE: Final = Rule(
    id="descriptor-migration",
    title="Privacy migration not declared",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The app says that it was not made ready for account ids, or says nothing. It may hold usernames, user keys"
    " and copies of profiles that can be corrected and erased for nobody.",
    remedy="Go through code and store of the app, then declare `apiMigrations.gdpr` as true. Report only.",
    articles=("5(1)(c)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/connect-api-migration/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.DESCRIPTOR,),
    gate=(b"{",),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"key":"x","baseUrl":"https://a.example","apiMigrations":{"gdpr":false}}',
            Kind.DESCRIPTOR,
            "declared as not done",
            (MIGRATION_FLAG,),
        ),
        Flag(
            b'{"key":"x","baseUrl":"https://a.example","apiMigrations":{"gdpr":"true"}}',
            Kind.DESCRIPTOR,
            "a text, which no host takes for the declaration",
            (MIGRATION_FLAG,),
        ),
        Flag(
            b'{"key":"x","baseUrl":"https://a.example","modules":{},"apiMigrations":{"signed-install":true}}',
            Kind.DESCRIPTOR,
            "not declared: low confidence",
            (MIGRATION_FLAG,),
        ),
        Clean(b'{"key":"x","baseUrl":"https://a.example","apiMigrations":{"gdpr":true}}', Kind.DESCRIPTOR, "declared"),
        Clean(b'{"key":"x","name":"a module alone"}', Kind.DESCRIPTOR, "no descriptor of a whole app"),
        Clean(b'[{"key":"x","modules":{}}]', Kind.DESCRIPTOR, "a list"),
    ),
)
