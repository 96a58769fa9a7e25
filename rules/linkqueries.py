"""Whom a query names that stands inside a web address: the people and personal spaces of CQL and JQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rules import cql, jql
from rules.queries import Unparsed


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One operand that names somebody: characters [start, end) of the decoded query, quotes included."""

    start: int
    end: int
    value: str = field(repr=False)
    """What the operand says; of a personal space its key without the tilde."""
    personal_space: bool = False
    change: tuple[int, int, str] | None = None
    """Place and new spelling of a retired field, which changes with all its operands or not at all."""


def in_query(text: str, *, jira: bool) -> Iterator[QueryTerm]:
    """Yield the operands of a query that name somebody, in order; none when it is no query. Functions name nobody."""
    query = jql.parse(text) if jira else cql.parse(text)
    if isinstance(query, Unparsed):
        return
    retired = {each.start: (each.start, each.end, each.replacement()) for each in query.fields}
    for term in query.users:
        change = retired.get(term.field_start) if term.legacy_field else None
        yield QueryTerm(term.start, term.end, term.value, change=change)
    for space in query.spaces:
        yield QueryTerm(space.start, space.end, space.value.removeprefix("~"), personal_space=True)
