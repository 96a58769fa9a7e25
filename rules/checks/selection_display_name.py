"""The text that an inline comment was made on holds the name of a mentioned person, or the username of one.

Why it matters: Confluence keeps a copy of the selected text with the comment. A mention in it is only a name there: it
is not changed or erased with the account. GDPR Art. 5(1)(c), 5(1)(d), 17.
Source: Atlassian, REST API, inline comments: the original selection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.jsontree import Object, Text, passage, shown, walk
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, Span, SubjectKind, Unreadable
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View
from rules.wikimarkup import named

_FIELDS: Final = frozenset({"originalselection", "inlineoriginalselection", "textselection"})
_NAME: Final = re.compile(r"(?<![\w.+-])@(?P<name>[^\W\d_][\w'’-]*(?: [^\W\d_a-z][\w'’-]*){1,3})")


def detect(view: View) -> Iterator[Match]:
    """Yield whom the selection of an inline comment names: names behind an at sign, usernames in wiki markup."""
    if isinstance(view.tree, Unreadable):
        return
    if isinstance(view.tree, Text) and _is_selection(view.part.path.rpartition("/")[2]):
        yield from _names(view, view.tree, "")
    for path, node in walk(view.tree):
        for key, value in node.members if isinstance(node, Object) else ():
            if isinstance(value, Text) and _is_selection(key.value):
                yield from _names(view, value, f"{path}.{shown(key.value)}" if path else shown(key.value))


def _is_selection(name: str) -> bool:
    return name.casefold().replace("-", "") in _FIELDS


def _names(view: View, text: Text, where: str) -> Iterator[Match]:
    decoded = passage(view.data, text)
    for found in _NAME.finditer(decoded.text):
        subject = Personal(SubjectKind.DISPLAY_NAME, found["name"])
        why = "capitalised words behind an at sign in a selected text"
        yield _match(view, decoded.span(*found.span("name")), subject, where, Confidence.LOW, why)
    for each in named(decoded.text):
        span = decoded.span(each.start, each.end)
        yield _match(view, span, each.subject, where, Confidence.MEDIUM, "wiki markup in a selected text")


def _match(view: View, span: Span, subject: Personal, where: str, confidence: Confidence, why: str) -> Match:
    shown_as = excerpt(view.data, span.start, span.end, subject.mask)
    return RULE.match(span, subject, where=where, excerpt=shown_as, confidence=confidence, reason=why)


RULE: Final = Rule(
    id="selection-display-name",
    title="Name in the selection of an inline comment",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The copy of the selected text keeps the name of a person as plain text, although the page itself mentions the"
    " account. It stays when the person changes the name or the account is erased.",
    remedy="Resolve or delete the comment, or make it anew without the mention. Report only: the site offers no way"
    " to change"
    " a selection.",
    articles=("5(1)(c)", "5(1)(d)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-comment/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.JSON,),
    gate=(b"@", b"\\u0040", b"[~", b"|~", b"{mention", b"{profile"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"properties":{"inlineOriginalSelection":"ask @Tilda Bergmann first","inlineMarkerRef":"a1"}}',
            Kind.JSON,
            "a comment on a mention",
            ("Tilda Bergmann",),
        ),
        Flag(
            b'{"inline-original-selection":"ask [~tbergmann] or [Ola|~o.lindqvist]"}',
            Kind.JSON,
            "a comment on a mention that was never converted",
            ("tbergmann", "o.lindqvist"),
        ),
        Clean(
            b'{"inlineOriginalSelection":"ask [~accountid:5d41402abc4b2a76b9719d91] about ~50%","note":"[~tbergmann]"}',
            Kind.JSON,
            "wiki markup of today, and a text that is no selection",
        ),
        Clean(
            b'{"inline-original-selection":"see core@Release Next or @media screen","title":"@Tilda Bergmann"}',
            Kind.JSON,
            "packages and rules of style sheets; a title is looked at by other rules",
        ),
    ),
)
