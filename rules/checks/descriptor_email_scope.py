"""The descriptor of a Connect app asks for the e-mail addresses of everybody.

Why it matters: the scope hands out addresses that people have hidden in their profile; an app that has it needs a
purpose for each of them, and a way to erase what it keeps. GDPR Art. 5(1)(b), 5(1)(c), 25.
Source: Atlassian, Connect, scopes; Confluence Cloud REST API, user e-mail: for apps that Atlassian approved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import EMAIL_SCOPE
from rules.jsontree import Array, Object, Text
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_INSTEAD: Final = "show people by account id, and ask for an address when a person gives it"


def detect(view: View) -> Iterator[Match]:
    """Yield the scope."""
    tree = view.tree
    scopes = tree.get("scopes") if isinstance(tree, Object) else None
    for number, scope in enumerate(scopes.items if isinstance(scopes, Array) else ()):
        if isinstance(scope, Text) and scope.value.strip().upper() == EMAIL_SCOPE:
            where = f"scopes[{number}]"
            yield code.use(view, RULE, scope.span, EMAIL_SCOPE, _INSTEAD, where=where, verdict="hidden addresses")


RULE: Final = Rule(
    id="descriptor-email-scope",
    title="App that asks for every e-mail address",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="With this scope an app reads the e-mail address of every account, also where the person hides it. Most apps"
    " have no purpose that needs that.",
    remedy="Remove the scope, or name the purpose in the privacy policy and report the accounts. Report only.",
    articles=("5(1)(b)", "5(1)(c)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/scopes-for-connect-apps/",
    dpv="https://w3id.org/dpv/pd#EmailAddress",
    kinds=(Kind.DESCRIPTOR,),
    gate=(b"_",),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"key":"x","baseUrl":"https://a.example","modules":{},"scopes":["READ","access_email_addresses"]}',
            Kind.DESCRIPTOR,
            "asked for, in any case of letters",
            (EMAIL_SCOPE,),
        ),
        Clean(
            b'{"key":"x","baseUrl":"https://a.example","modules":{},"scopes":["READ",7,"ACT_AS_USER"]}',
            Kind.DESCRIPTOR,
            "other scopes, and what is none",
        ),
        Clean(b'{"key":"x_y","scopes":"ACCESS_EMAIL_ADDRESSES"}', Kind.DESCRIPTOR, "no list"),
        Clean(b'["ACCESS_EMAIL_ADDRESSES"]', Kind.DESCRIPTOR, "no descriptor"),
    ),
)
