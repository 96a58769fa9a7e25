"""The descriptor of a Connect app asks for a username or user key in an address.

Why it matters: the host fills nothing in any more, or the app keeps identifiers that lead to no account; addresses
carry them into logs. GDPR Art. 5(1)(c), 25.
Source: Atlassian, Connect, context parameters; API changes for user privacy, Connect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import CONTEXT_PARAMETER
from rules.jsontree import Text, passage, walk
from rules.model import Kind, Match, Severity, Unreadable
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_VARIABLE: Final = re.compile(
    r"(?:\{|%7[bB])(?:user_?key|user_?id|user\.(?:id|key|name)|(?:profileUser|modifiedUser|remoteUser)\.(?:key|name)|"
    r"modifiedUser\.(?:email|displayName))(?:\}|%7[dD])"
)


def detect(view: View) -> Iterator[Match]:
    """Yield every variable for a retired identifier in an address of the app."""
    if isinstance(view.tree, Unreadable):
        return
    for path, node in walk(view.tree):
        if isinstance(node, Text) and ("{" in node.value or "%7" in node.value):
            text = passage(view.data, node)
            for found in _VARIABLE.finditer(text.text):
                span = text.span(*found.span())
                yield code.use(view, RULE, span, CONTEXT_PARAMETER, "take the account id from the token", where=path)


RULE: Final = Rule(
    id="descriptor-user-parameter",
    title="Retired user parameter in a descriptor",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="The app asks the host to put a username, user key or profile field into an address. The host fills in"
    " nothing or the account id under a wrong name, and every log on the way keeps it.",
    remedy="Remove the parameter and read the account id from `sub` of the token. Report only.",
    articles=("5(1)(c)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/context-parameters/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.DESCRIPTOR,),
    gate=(b"ser",),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"key":"x","modules":{"profilePages":[{"url":"/p?who={profileUser.key}&n={profileUser.name}"}]}}',
            Kind.DESCRIPTOR,
            "whose profile it is",
            (CONTEXT_PARAMETER, CONTEXT_PARAMETER),
        ),
        Flag(
            b'{"key":"x", // an app\n "modules":{"webhooks":[{"event":"x","url":"/h?u={modifiedUser.key}"},]}}',
            Kind.DESCRIPTOR,
            "who was changed, in a descriptor with a comment and a trailing comma",
            (CONTEXT_PARAMETER,),
        ),
        Flag(
            b'{"key":"x","modules":{"webItems":[{"url":"https:\\/\\/a.example\\/?k={user_key}&i={user_id}"}]}}',
            Kind.DESCRIPTOR,
            "the parameters of old, with escapes before them",
            (CONTEXT_PARAMETER, CONTEXT_PARAMETER),
        ),
        Flag(
            b'{"key":"x","modules":{"webItems":[{"url":"/p?who=%7Buser_key%7D"}]}}',
            Kind.DESCRIPTOR,
            "an encoded variable",
            (CONTEXT_PARAMETER,),
        ),
        Clean(
            b'{"key":"x","modules":{"webItems":[{"url":"/p?who=%7Bspace.key%7D"}]}}',
            Kind.DESCRIPTOR,
            "an encoded variable for the space",
        ),
        Clean(
            b'{"key":"x","modules":{"webItems":[{"url":"/p?space={space.key}&page={page.id}"}]}}',
            Kind.DESCRIPTOR,
            "where the reader is",
        ),
        Clean(
            b'{"key":"x","modules":{"profilePages":[{"url":"/p?who={profileUser.accountId}"}]}}',
            Kind.DESCRIPTOR,
            "the account id",
        ),
        Clean(
            b'{"key":"x","name":"user_key explained","modules":{"webhooks":[{"event":"user_updated"}]}}',
            Kind.DESCRIPTOR,
            "words that are no variables",
        ),
    ),
)
