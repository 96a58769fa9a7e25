"""Mentions as a browser shows them in strings of stored JSON and in texts: HTML of `body.view`, of mails.

Data Center answers with such HTML where a call asks for a body as it is shown. It is a copy: nothing in it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from typing import Final

from rules.accounts import retired
from rules.gates import JSON_KINDS
from rules.identifiers import personal
from rules.jsontree import Text, passage, walk
from rules.masking import excerpt
from rules.model import Confidence, HeldReason, Hold, Match, Unreadable
from rules.parameters import may_be_user
from rules.passage import Passage
from rules.rule import Change, Rule
from rules.view import View

_WORDS: Final = ("data-user", "userkey")
_ATTRIBUTE: Final = re.compile(
    r"(?<=[\s\"'])(?:data-user-?(?:name|key)|userkey)\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'<>]{1,255})(?P=quote)"
)
_TAG: Final = re.compile(r"<[A-Za-z][^<>]*\Z")
_LONGEST: Final = 2000
"""Characters of a tag before an attribute that are looked at."""
KEPT: Final = "it stands in HTML as a browser shows it, and nothing takes the place of this attribute"


def detect(view: View, rule: Rule) -> Iterator[Match]:
    """Yield the usernames and user keys in attributes of tags."""
    for text, path in _texts(view):
        for found in _ATTRIBUTE.finditer(text.text):
            value = unescape(found["value"])
            subject = retired(personal(value)) if may_be_user(value) else None
            if subject is None or _TAG.search(text.text, max(0, found.start() - _LONGEST), found.start()) is None:
                continue
            span = text.span(*found.span("value"))
            made = rule.match(
                span,
                subject,
                where=path,
                excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
                confidence=Confidence.LOW,
                reason=KEPT,
            )
            yield replace(made, rewritable=False)


def _texts(view: View) -> Iterator[tuple[Passage, str]]:
    """Yield the texts of a part that may hold such attributes, each with its path."""
    if view.part.kind not in JSON_KINDS:
        yield view.passage, ""
        return
    for path, node in () if isinstance(view.tree, Unreadable) else walk(view.tree):
        if isinstance(node, Text) and any(word in node.value for word in _WORDS):
            yield passage(view.data, node), path


def held(matches: tuple[Match, ...]) -> Change:
    """Return all of `matches` as held."""
    return Change(
        (),
        tuple(Hold(each.rule, each.span, each.subject, HeldReason.NO_REWRITER, KEPT, each.where) for each in matches),
    )
