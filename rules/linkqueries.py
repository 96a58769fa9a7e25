"""Whom a query names that stands inside a web address: the people and personal spaces of CQL and JQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules import cql, jql
from rules.queries import UNSURE, Query, Unparsed


class Role(StrEnum):
    """What a term is in the query."""

    USER = "user"
    SPACE = "space"
    NAME = "name"
    """What people are called, which a field of names or addresses is compared with."""
    FIELD = "field"
    """A retired field that is compared with nobody: with whoever looks, or in the order of the result."""
    UNREAD = "unread"
    """What is left of a query that does not parse."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One operand that names somebody: characters [start, end) of the decoded query, quotes included."""

    start: int
    end: int
    value: str = field(repr=False)
    """What the operand says; of a personal space its key without the tilde; the language of an unread query."""
    role: Role = Role.USER
    change: tuple[int, int, str] | None = None
    """Place and new spelling of a retired field, which changes with all its operands or not at all."""
    fixed: str = ""
    """Why it stays whoever it names, in plain words; empty where it may change."""
    left: str = field(default="", repr=False)
    """What was not read of a query that does not parse; empty where it ends too early."""


_TWICE: Final = re.compile(r"[^\s%{}$<>]+%(?:2[02578]|3[a-f])[^\s{}$<>]+", re.IGNORECASE)
"""What has no blank, but blanks, quotes or operators that are still encoded."""
_CUT: Final = ("...", "\N{HORIZONTAL ELLIPSIS}")
"""What writers put in the place of the rest of a query."""


def in_query(text: str, *, jira: bool) -> Iterator[QueryTerm]:
    """Yield what names somebody in a query, in no order, or where it stops to be one. Functions name nobody.

    A query with marks that a program fills in, or that its writer has cut, is a sample and not reported as unread;
    one that was encoded twice is.
    """
    query = jql.parse(text) if jira else cql.parse(text)
    if isinstance(query, Query):
        yield from _terms(query)
    elif (_TWICE.fullmatch(text) or UNSURE.search(text) is None) and not any(mark in text for mark in _CUT):
        yield _unread(text, query, "JQL" if jira else "CQL")


def _terms(query: Query) -> Iterator[QueryTerm]:
    retired = {each.start: (each.start, each.end, each.replacement()) for each in query.fields}
    for term in query.users:
        change = retired.get(term.field_start) if term.legacy_field else None
        yield QueryTerm(term.start, term.end, term.value, change=change, fixed=term.fixed)
    for start in retired.keys() - {term.field_start for term in query.users}:
        yield QueryTerm(*retired[start][:2], "", Role.FIELD, retired[start])
    for space in query.spaces:
        yield QueryTerm(space.start, space.end, space.value.removeprefix("~"), Role.SPACE)
    for name in query.names:
        yield QueryTerm(name.start, name.end, name.value, Role.NAME)


def _unread(text: str, query: Unparsed, language: str) -> QueryTerm:
    why = f"the query cannot be read: expected {query.expected}, character {query.at + 1}"
    start = min(query.at, len(text) - 1)
    return QueryTerm(start, len(text), language, Role.UNREAD, fixed=why, left=text[query.at :])
