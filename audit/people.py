"""Whose names a run looks for: the site's own user list, and the people of a table who are not in it.

The list is read anew by every command that needs it and stays in memory. Where it cannot be read, or ends before its
end, the coverage says so: a name that was not looked for is not absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from audit.answers import converted
from audit.errors import IncompleteError, SiteError
from audit.http import Api
from audit.identity.ledger import Row
from audit.sites.base import NotAssessed, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.wide import USER_PAGE, USERS
from rules.context import Context
from rules.directory import Directory, Person, is_looked_for
from rules.folding import fold
from rules.model import ObjectType

MOST: Final = 10_000
"""People whom the search of a site lists at most."""
UNREAD: Final = "names of the site's people were not looked for"
CUT: Final = f"names of the site's people were looked for in part: the site lists {MOST:,} people at most"
OFF: Final = f"{UNREAD}: --no-names"
_FORMER: Final = frozenset({"former user", "deleted user", "unknown user", "anonymous"})
"""What Atlassian calls accounts without a name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The people of a site as it lists them."""

    people: tuple[tuple[str, Person], ...] = field(repr=False)
    """Account id and person."""
    missing: tuple[NotAssessed, ...] = ()
    """What was not looked for, for the coverage."""


Told = Callable[[Context], Awaitable[tuple[Context, tuple[NotAssessed, ...]]]]
"""Returns a context with the names of people, and what could not be looked for."""


async def told_nothing(context: Context) -> tuple[Context, tuple[NotAssessed, ...]]:
    """Return the context as it is: the source knows no people."""
    return context, ()


async def unnamed(context: Context) -> tuple[Context, tuple[NotAssessed, ...]]:
    """Return the context as it is, and that names were not asked for."""
    return context, (NotAssessed(ObjectType.USER, OFF),)


@dataclass(frozen=True, slots=True)
class Names:
    """Reads the user list of a site when it is called."""

    api: Api
    rows: Sequence[Row] = field(default=(), repr=False)
    """People of a table, who may have left."""

    async def __call__(self, context: Context) -> tuple[Context, tuple[NotAssessed, ...]]:
        """Return the context with everybody's names, and whose were not looked for. Raises what ends a run."""
        found = await listed(self.api)
        everybody = tuple(joined(found.people, self.rows))
        notes = [*(each.note for each in found.missing), *_passed(everybody)]
        missing = (NotAssessed(ObjectType.USER, "; ".join(notes)),) if notes else ()
        return _looking(context, everybody), missing


async def needed(api: Api, context: Context, rows: Sequence[Row] = ()) -> tuple[Context, tuple[NotAssessed, ...]]:
    """Return the context with everybody's names, as `Names` does. Raises `IncompleteError` where nobody is listed.

    For what has to find again what an audit found: without names it would be taken for gone.
    """
    found = await listed(api)
    if found.missing and not found.people:
        raise IncompleteError(
            what="The site does not show who its people are",
            where=USERS,
            why=found.missing[0].note.removeprefix(f"{UNREAD}: "),
            fix="Use an account that may search for users: without their names, findings that rest on them would be"
            " taken for gone. Nothing was written.",
        )
    return with_names(context, found.people, rows), found.missing


async def listed(api: Api) -> Listed:
    """Return the people with access, one request for each 200. Raises what ends a run; a refusal is told in `missing`.

    The API finds active people only, and lists their names for everybody who may search.
    """
    try:
        people = [person async for person in _people(api)]
    except SiteError as error:
        if stops_the_run(error):
            raise
        return Listed((), (NotAssessed(ObjectType.USER, f"{UNREAD}: {error.why or error.what}"),))
    return Listed(tuple(people), (NotAssessed(ObjectType.USER, CUT),) if len(people) >= MOST else ())


async def _people(api: Api) -> AsyncIterator[tuple[str, Person]]:
    params = {"cql": "type = user", "sitePermissionTypeFilter": "all", "limit": USER_PAGE}
    async for page in api.pages(USERS, params):
        for item in page.results:
            user = converted(item, wire.FoundUser, USERS).user
            name = (user.display_name or "").strip()
            if user.account_id and name and name.casefold() not in _FORMER:
                yield user.account_id, Person(name)


def with_names(context: Context, people: Iterable[tuple[str, Person]], rows: Iterable[Row]) -> Context:
    """Return the context with a detector of the people and of those of a table, where there are any."""
    return _looking(context, tuple(joined(people, rows)))


def _looking(context: Context, everybody: tuple[Person, ...]) -> Context:
    return replace(context, detectors=(*context.detectors, Directory(everybody).detector)) if everybody else context


def _passed(everybody: Sequence[Person]) -> Iterator[str]:
    """Yield how many people have a name that is not looked for, where there are any."""
    number = sum(1 for one in everybody if one.name and not any(map(is_looked_for, (one.name, *one.former))))
    if number:
        names = "name is" if number == 1 else "names are"
        yield f"{number:,} of {len(everybody):,} {names} of one word, of an office or a test: not looked for"


def joined(people: Iterable[tuple[str, Person]], rows: Iterable[Row]) -> Iterator[Person]:
    """Yield the people with what a table adds to them, and those who stand in the table only: they left.

    Where nobody is listed, nothing tells who left: all are people of the table.
    A row belongs to somebody by the account id or, where it has none, by a display name that one person has.
    """
    active = dict(people)
    listed_at_all = bool(active)
    named: defaultdict[str, list[str]] = defaultdict(list)
    for account, person in active.items():
        named[fold(person.name)].append(account)
    for row in rows:
        same = [row.account_id] if row.account_id else named.get(fold(row.name.strip()), [])
        known = active.get(same[0]) if len(same) == 1 else None
        if known is None:
            yield _with(Person(row.name.strip(), left=listed_at_all, tabled=not listed_at_all), row)
        else:
            active[same[0]] = _with(known, row)
    yield from active.values()


def nameless(rows: Iterable[Row]) -> int:
    """Return how many rows have a name that is not looked for: one word, or that of an office or a test account."""
    return sum(1 for row in rows if row.name.strip() and not is_looked_for(row.name))


def _with(person: Person, row: Row) -> Person:
    """Return somebody with what a row says of them."""
    other = row.name.strip()
    return replace(
        person,
        usernames=_more(person.usernames, row.username, row.second),
        emails=_more(person.emails, row.email),
        former=_more(person.former, "" if fold(other) == fold(person.name) else other),
    )


def _more(known: tuple[str, ...], *values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *filter(None, map(str.strip, values)))))
