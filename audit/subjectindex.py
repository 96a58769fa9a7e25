"""What a site says of an account when it is asked: its profile, its properties, and what it contributed to.

A crawl shows who wrote the present version of each object. Who wrote older ones is known to the index of the site:
`contributor` of CQL. Sources: Atlassian, Confluence Cloud REST API v2 `POST /users-bulk`; v1 `GET /content/search`,
`GET /user/{userId}/property`; CQL fields reference, `contributor`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.answers import converted
from audit.errors import SiteError
from audit.http import Api
from audit.sites.base import Failed, SiteObject, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.access import quoted
from audit.sites.cloud.wide import properties_of
from rules.model import Personal, SubjectKind

BULK: Final = "/api/v2/users-bulk"
SEARCH: Final = "/rest/api/content/search"


class _User(wire.Wire, frozen=True):
    account_id: str
    display_name: str | None = None
    email: str | None = None


class _Users(wire.Wire, frozen=True):
    results: tuple[_User, ...]


class _Found(wire.Wire, frozen=True):
    id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the site shows of one account; empty where it hides it."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    """In lower case."""

    def values(self) -> Iterator[Personal]:
        """Yield the identifiers."""
        if self.name:
            yield Personal(SubjectKind.DISPLAY_NAME, self.name)
        if self.email:
            yield Personal(SubjectKind.EMAIL, self.email)


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the site said, and what it did not say."""

    contributed: frozenset[str] = frozenset()
    """Ids of content."""
    properties: tuple[SiteObject, ...] = ()
    gaps: tuple[str, ...] = field(default=())
    """What could not be asked, one sentence each."""


async def profile(api: Api, accounts: Sequence[str]) -> tuple[Shown, ...]:
    """Return what the site shows of accounts. Raises the error of the site."""
    if not accounts:
        return ()
    answer = await api.post_read(BULK, {"accountIds": list(accounts)})
    users = converted(answer.json, _Users, BULK).results
    return tuple(Shown(one.display_name or "", (one.email or "").lower()) for one in users)


async def indexed(api: Api, accounts: Sequence[str], spaces: Sequence[str] = ()) -> Indexed:
    """Return what the index and the properties of accounts say. What one question fails at is a gap, not an end.

    Raises the error of a site that answers nothing any more.
    """
    contributed: set[str] = set()
    properties: list[SiteObject] = []
    gaps: list[str] = []
    where = f" and space in ({', '.join(map(quoted, spaces))})" if spaces else ""
    for number, account in enumerate(accounts):
        try:
            async for page in api.pages(SEARCH, {"cql": f"contributor = {quoted(account)}{where}", "limit": "100"}):
                contributed |= {converted(item, _Found, SEARCH).id for item in page.results}
        except SiteError as error:
            if stops_the_run(error):
                raise
            gaps.append(f"The index of the site was not asked for contributions: {error.what}.")
        found = await properties_of(api, number, account)
        properties += [one for one in found if not isinstance(one.coverage, Failed)]
        gaps += [
            f"The properties of the account were not read: {one.coverage.reason}."
            for one in found
            if isinstance(one.coverage, Failed)
        ]
    return Indexed(frozenset(contributed), tuple(properties), tuple(dict.fromkeys(gaps)))
