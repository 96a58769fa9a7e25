"""What the rules for parts that are one query share: matches at exact bytes, and edits of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rules import cql, jql
from rules.identifiers import is_account_id, personal
from rules.masking import HIDDEN, clip, excerpt
from rules.model import Confidence, Edit, HeldReason, Hold, Match, Personal, Span, SubjectKind
from rules.queries import (
    LENGTH_LIMIT,
    UNSURE,
    FieldTerm,
    NameTerm,
    Query,
    SpaceTerm,
    Unparsed,
    UserTerm,
    respelled,
    reword,
    too_long,
)
from rules.rule import Change, Resolver, Rule

if TYPE_CHECKING:
    from rules.view import View

SHOWN: Final = (
    cql.USER_FIELDS
    | cql.SPACE_FIELDS
    | jql.USER_FIELDS
    | jql.USER_FUNCTIONS
    | jql.PEOPLE_FUNCTIONS
    | {
        f"{field}.{ending}"
        for field in cql.USER_FIELDS
        for ending in ("accountid", "fullname", "email", "key", "username")
    }
    | {f"content.{field}" for field in cql.USER_FIELDS}
)
"""Names of fields and functions that may be shown."""

_OF_ACCOUNT: Final = re.compile(r"[0-9]{4,}(?:[0-9a-f]{30,40})?")
"""What follows the tilde on Cloud: a number, or an account id without its punctuation."""
_TOO_LONG: Final = f"with account ids the query would be longer than {LENGTH_LIMIT} characters"


def query_of(view: View) -> Query:
    """Return whom the query of a part names: nobody when it is no query, which the view reports."""
    return Query() if isinstance(view.query, Unparsed) else view.query


def match(
    view: View, rule: Rule, term: UserTerm | SpaceTerm | NameTerm | FieldTerm, subject: Personal, reason: str
) -> Match:
    """Return a match at the bytes of a term; a value that a program is to fill in is uncertain."""
    span = view.passage.span(term.start, term.end)
    field = term.field if term.field.casefold() in SHOWN else HIDDEN
    unsure = not isinstance(term, FieldTerm) and UNSURE.search(term.value) is not None
    fixed, by_value = (term.fixed, term.by_value) if isinstance(term, UserTerm) else ("", False)
    made = rule.match(
        span,
        subject,
        where=f"query/{field}",
        excerpt=clip(f"{field} › {excerpt(view.data, span.start, span.end, subject.mask)}"),
        confidence=Confidence.LOW if unsure or by_value else Confidence.HIGH,
        reason="a program seems to fill in this value" if unsure else fixed or reason,
    )
    return replace(made, rewritable=made.rewritable and not fixed)


def owner(term: SpaceTerm) -> Personal | None:
    """Return whom the key of a personal space names, None where it is a key as Cloud gives it."""
    name = term.value[1:]
    return None if is_account_id(name) or _OF_ACCOUNT.fullmatch(name) else personal(name)


def identity(subject: Personal, field: str) -> str:
    """Return in plain words what an operand of `field` is."""
    shape = "a user key" if subject.kind is SubjectKind.USER_KEY else "no account id"
    return f"{shape} as value of {field}"


def change(view: View, query: Query, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the edits that replace what `query`, a selection of the part's query, names, and what is held back."""
    rule = matches[0].rule
    if too_long(view.passage.text, query_of(view), resolve):
        whole = Span(0, len(view.data))
        stays = (_held(each, HeldReason.OVER_LIMIT, _TOO_LONG) for each in matches)
        return Change((), tuple(replace(each, whole=whole) for each in stays))
    places = {each.span: each for each in matches}
    rewording = reword(query, resolve)
    edits = tuple(edit(view, each.start, each.end, each.text, rule) for each in rewording.replacements)
    holds: list[Hold] = []
    for term, why in rewording.held:
        found = places.get(view.passage.span(term.start, term.end))
        if found is not None:
            holds.append(Hold(rule, found.span, found.subject, why.reason, why.detail, found.where))
    return Change(edits, tuple(holds))


def edit(view: View, start: int, end: int, new: str, rule: str) -> Edit:
    """Return the edit that puts `new` in the place of the characters [start, end) of a query."""
    each = respelled(view.passage.text, start, end, new)
    span = view.passage.span(each.start, each.end)
    return Edit(span, span.of(view.data), each.text.encode(), rule)


def held_back(made: Change, matches: tuple[Match, ...], detail: str) -> Change:
    """Return `made` with a hold in the place of every edit: the query stays as it is, for the reason in `detail`."""
    held = {hold.span for hold in made.holds}
    more = tuple(_held(each, HeldReason.AMBIGUOUS, detail) for each in matches if each.span not in held)
    return Change((), (*made.holds, *more))


def _held(found: Match, reason: HeldReason, detail: str) -> Hold:
    return Hold(found.rule, found.span, found.subject, reason, detail, found.where)
