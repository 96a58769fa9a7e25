"""Which account belongs to the identifiers that were given: every route is asked, and what it said is told.

Mentions, tasks, rights and watches are known by the account id alone. Where only an address, a username or a user key
was typed, the table of people, Jira, the directory of the organisation and the site's own people are asked in turn. A
name decides nothing: it says how many people go by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.identity.directory import Directory, RouteFacts
from audit.identity.ledger import Ledger, Row
from audit.identity.policy import DEFAULTS, Policy, Treatment
from audit.identity.route import ASKABLE, Route, identifier
from audit.person import Person
from rules.directory import Person as Named
from rules.folding import fold
from rules.model import Account, HeldReason, Personal, Resolution, SubjectKind

HOW: Final = (
    "An account id stands in the address of the person's profile, behind /wiki/people/, and in the organisation's"
    " export of its users: give it with --account-id, or a table of people that has it with --known."
)
GIVEN: Final = "table"
"""Source of what a table of people adds."""
PROFILE: Final = "profile"
"""Source of what the profile of the account shows."""
_POLICY: Final[Policy] = dict.fromkeys(DEFAULTS, Treatment.MAP)
"""Whoever asks may have left: every state of an account is one to answer about."""
_COLUMNS: Final[Mapping[SubjectKind, Callable[[Row], tuple[str, ...]]]] = {
    SubjectKind.EMAIL: lambda row: (row.email.lower(),),
    SubjectKind.DISPLAY_NAME: lambda row: (row.name,),
    SubjectKind.USERNAME: lambda row: (row.username, row.second),
    SubjectKind.USER_KEY: lambda row: (row.user_key,),
    SubjectKind.ACCOUNT_ID: lambda row: (row.account_id,),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of people that was given."""

    ledgers: tuple[Ledger, ...] = ()
    rows: tuple[Row, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Traced:
    """Somebody with what tables and routes add, and what they did not know."""

    person: Person
    sources: Mapping[Personal, str] = field(default_factory=dict, repr=False)
    """Identifier that was added -> the route that named it, `csv`, `organisation`, or `GIVEN`."""
    unknown: tuple[str, ...] = ()
    """What no route told, one sentence each."""


async def traced(person: Person, table: Table, routes: Sequence[Route], people: Iterable[Named] = ()) -> Traced:
    """Return the person with the account that the routes name, and with the rows of the table that are about them.

    No site is asked where an account id was given. A fault of a site is no error: it is told.
    """
    sources: dict[Personal, str] = {}
    unknown: tuple[str, ...] = ()
    if not person.of(SubjectKind.ACCOUNT_ID):
        directory = Directory(table.ledgers, routes, policy=_POLICY)
        asked = [identifier(value) for value in person.values if value.kind in ASKABLE]
        await directory.learn_about(asked)
        found = [directory.resolve(one) for one in asked]
        sources = {
            Personal(SubjectKind.ACCOUNT_ID, one.account_id): one.route for one in found if isinstance(one, Account)
        }
        unknown = () if sources else (*_unknown(directory.route_facts(), found), *_namesakes(person, people), HOW)
    known = person.with_(sources)
    added = {value: GIVEN for value in _rows(known, table.rows) if value not in known.values}
    return Traced(known.with_(added), sources | added, unknown)


def of_others(person: Person, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows of a table that are about other people."""
    return tuple(row for row, theirs in _sorted(person, rows) if not theirs)


def _rows(person: Person, rows: Iterable[Row]) -> Iterator[Personal]:
    """Yield the identifiers in the rows that are about somebody."""
    for row in (row for row, theirs in _sorted(person, rows) if theirs):
        for kind, of in _COLUMNS.items():
            yield from (Personal(kind, value.strip()) for value in of(row) if value.strip())


def _sorted(person: Person, rows: Iterable[Row]) -> Iterator[tuple[Row, bool]]:
    """Yield each row and whether it has the account of somebody or, without one, another of their identifiers."""
    accounts = set(person.of(SubjectKind.ACCOUNT_ID))
    theirs = {identifier(value) for value in person.values if value.kind in ASKABLE}
    for row in rows:
        both = row.account_id and accounts
        yield row, row.account_id in accounts if both else not theirs.isdisjoint(row.identifiers())


def _unknown(facts: Iterable[RouteFacts], found: Iterable[Resolution]) -> Iterator[str]:
    if any(not isinstance(one, Account) and one.reason is HeldReason.AMBIGUOUS for one in found):
        yield "Several accounts go by the identifiers that were given: which is the person's was not decided."
    for one in facts:
        if one.unavailable:
            yield f"The route {one.name} could not be asked for the account: {one.unavailable}"
        elif one.asked and not one.resolved:
            yield f"The route {one.name} does not know the account."


def _namesakes(person: Person, people: Iterable[Named]) -> Iterator[str]:
    """Yield how many people of the site have the name that was given: a name alone decides nothing."""
    names = {fold(name) for name in person.of(SubjectKind.DISPLAY_NAME)}
    number = sum(1 for one in people if fold(one.name) in names)
    if number:
        yield f"Accounts of the site with the name that was given: {number}. A name alone does not tell whose it is."
