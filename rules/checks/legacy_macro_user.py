"""A parameter of a macro names a person by username or user key.

Why it matters: macros that list, show or filter by people stop working on Cloud, which knows account ids only, and
migration tools leave parameters as they are. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import mentions
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the retired identifiers of references inside parameters of macros of either notation."""
    return mentions.detect(view, RULE, mentions.Place.MACRO)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each reference by its account id."""
    return mentions.rewrite(view, mentions.Place.MACRO, matches, resolve)


RULE: Final = Rule(
    id="legacy-macro-user",
    title="Legacy user in a macro",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="A macro is told whom to show or to filter by with a retired identifier. On Cloud it shows nothing or the wrong"
    " list, and the identifier outlives the account of the person.",
    remedy="Replace the identifier by the account id. This tool does so inside the parameter when the person can be"
    " resolved to one account; otherwise edit the macro and choose the person anew.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE,),
    gate=mentions.GATE,
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'<ac:structured-macro ac:name="profile" ac:macro-id="m-1"><ac:parameter ac:name="user">'
            b'<ri:user ri:username="tbergmann"/></ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "the profile macro",
            ("tbergmann",),
            b'<ac:structured-macro ac:name="profile" ac:macro-id="m-1"><ac:parameter ac:name="user">'
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/></ac:parameter>'
            b"</ac:structured-macro>",
        ),
        Flag(
            b'<ac:macro ac:name="tasks-report-macro"><ac:parameter ac:name="assignees">'
            b'<ri:user ri:userkey="8a7f80826c1d4e5f016c1d4e6f700001"/><ri:user ri:username="o.lindqvist"/>'
            b"</ac:parameter></ac:macro>",
            Kind.STORAGE,
            "several people in one parameter, old notation",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "o.lindqvist"),
            b'<ac:macro ac:name="tasks-report-macro"><ac:parameter ac:name="assignees">'
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'
            b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'
            b"</ac:parameter></ac:macro>",
        ),
        Clean(
            b'<ac:structured-macro ac:name="panel"><ac:rich-text-body><ri:user ri:username="tbergmann"/>'
            b"</ac:rich-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "the body of a macro is running text: legacy-mention reports it",
        ),
        Clean(
            b'<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user">'
            b'<ri:user ri:account-id="5d41402abc4b2a76b9719d91"/></ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "an account id",
        ),
    ),
)
