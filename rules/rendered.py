"""Mentions that were pasted as a browser shows them: HTML whose attributes name a person, and `ri:user` misspelled.

Confluence makes such HTML when it shows a page, and keeps it as it is when somebody pastes it into one. Only an
attribute for account ids takes the account id of the person; nothing takes the place of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from rules.accounts import account, retired
from rules.identifiers import personal
from rules.masking import excerpt
from rules.mentions import is_identity
from rules.model import Confidence, Edit, HeldReason, Hold, Match, Personal, SubjectKind, Unresolved
from rules.parameters import may_be_user
from rules.rule import Change, Resolver, Rule
from rules.storage import Attribute, Element
from rules.view import View
from rules.vocabulary import ATTRIBUTES
from rules.written import in_attribute

_SLOTS: Final = frozenset({"data-account-id", "data-mention-id"})
"""Attributes that hold account ids."""
_RETIRED: Final = frozenset({"data-username", "data-user-name", "data-userkey", "data-user-key", "userkey"})
_REFERENCE: Final = "ri:user"
_MODERN: Final = rb"\s*+=\s*+[\"'](?!(?:[0-9a-f]{24}|[0-9]{1,20}:[0-9A-Za-z-]{1,100})[\"'])"
_MISSPELLED: Final = re.compile(rb"<(?!ri:user)(?i:ri:user)(?=[\s/>])")


def _holds_misspelled(data: bytes) -> bool:
    """Return whether a misspelled reference stands in a body."""
    return _MISSPELLED.search(data) is not None


GATE: Final = (
    (b"data-user", re.compile(rb"data-user-?(?:name|key)\s*+=")),
    (b"userkey", re.compile(rb"userkey\s*+=")),
    (b"data-account-id", re.compile(rb"data-account-id" + _MODERN)),
    (b"data-mention-id", re.compile(rb"data-mention-id" + _MODERN)),
    (b"USER", _MISSPELLED, _holds_misspelled),
    (b"User", _MISSPELLED, _holds_misspelled),
)
"""Account ids in attributes made for them open no gate."""
_TAGS: Final = re.compile(
    rb"(?<=[\s\"'])(?:data-user-?(?:name|key)|userkey|data-(?:account|mention)-id)\s*+=|" + _MISSPELLED.pattern
)
_USERKEY: Final = re.compile(rb"userkey(?<=[\s\"']userkey)\s*+=")
"""The one attribute of `_TAGS` without a dash; it begins with its word, which makes the search quick."""
_KEPT: Final = "it stands in HTML that was pasted from a page shown, and nothing takes the place of this attribute"
_NO_REFERENCE: Final = "the name is no `ri:user` to XML, which tells capital letters apart, so nothing reads it"


@dataclass(frozen=True, slots=True)
class Pasted:
    """One retired identifier in an attribute."""

    element: Element
    attribute: Attribute
    subject: Personal
    fixed: str
    """Why it stays whoever the person is; empty where it may change."""


def people(view: View) -> Iterator[Pasted]:
    """Yield the usernames and user keys in attributes of HTML and of misspelled references, in document order."""
    storage = view.storage
    for element in storage.tags(_TAGS) if _holds_any(view.data) else ():
        for attribute in storage.attributes(element):
            fixed = _fixed(element.name, attribute.name)
            subject = retired(personal(attribute.value)) if may_be_user(attribute.value) else None
            if fixed is not None and subject is not None and (fixed or _is_certain(view, subject, attribute.value)):
                yield Pasted(element, attribute, subject, fixed)


def _holds_any(data: bytes) -> bool:
    """Return whether `_TAGS` occurs, or may: a quicker answer than that of the expression."""
    return b"data-" in data or _USERKEY.search(data) is not None or _holds_misspelled(data)


def _fixed(element: str, attribute: str) -> str | None:
    """Return why the value of an attribute stays, nothing where it may change; None: it holds nobody."""
    if ":" in element:
        misspelled = element != _REFERENCE and element.lower() == _REFERENCE
        return _NO_REFERENCE if misspelled and is_identity(attribute.lower()) else None
    if attribute in _SLOTS:
        return ""
    return _KEPT if attribute in _RETIRED else None


def _is_certain(view: View, subject: Personal, value: str) -> bool:
    """Return whether what stands in the place of an account id is a person's: apps use the same names for ids."""
    return subject.kind is SubjectKind.USER_KEY or value.strip().lower() in view.context.known


def detect(view: View, rule: Rule) -> Iterator[Match]:
    """Yield a match for each of them."""
    for each in people(view):
        span = each.attribute.value_span
        name = each.attribute.name if each.attribute.name in ATTRIBUTES else "*"
        made = rule.match(
            span,
            each.subject,
            where="/".join(filter(None, (view.storage.path(each.element.index), f"@{name}"))),
            excerpt=partial(excerpt, view.data, span.start, span.end, each.subject.mask),
            confidence=Confidence.LOW if each.fixed else Confidence.MEDIUM,
            reason=each.fixed or "a retired identifier in an attribute for account ids",
        )
        yield replace(made, rewritable=made.rewritable and not each.fixed)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each of `matches` by its account id where the attribute is made for one, and what is held."""
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for each in people(view):
        span, match = each.attribute.value_span, wanted[each.attribute.value_span]
        if each.fixed:
            answer: str | Unresolved = Unresolved(HeldReason.NO_REWRITER, each.fixed)
        else:
            answer = account(each.subject, resolve)
        if isinstance(answer, Unresolved):
            holds.append(Hold(match.rule, span, match.subject, answer.reason, answer.detail, match.where))
        else:
            raw = span.of(view.data)
            edits.append(Edit(span, raw, in_attribute(span.start, raw).write(answer), match.rule))
    return Change(tuple(edits), tuple(holds))
