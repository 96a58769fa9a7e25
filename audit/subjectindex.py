"""What a site says of an account when it is asked: profile, groups, properties, favourites, contributions.

A crawl shows who wrote the versions of each object. What lies between is known to the index of the site: `contributor`
of CQL. Sources: Atlassian, Confluence Cloud REST API v2 `POST /users-bulk`, `GET /spaces` with `favorited-by`; v1
`GET /content/search`, `GET /user/memberof`, `GET /user/{userId}/property`, `GET /user/watch/label/{labelName}`; CQL
fields reference, `contributor`, `favourite`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from audit.answers import converted
from audit.bounded import each
from audit.errors import SiteError
from audit.http import Api
from audit.identity.states import states_of
from audit.sites.base import Failed, SiteObject, stops_the_run
from audit.sites.cloud import wire
from audit.sites.cloud.access import quoted
from audit.sites.cloud.scope import PAGE_SIZE, SIDE_BY_SIDE
from audit.sites.cloud.wide import properties_of
from rules.masking import mask_text
from rules.model import AccountState, ObjectType, Personal, Ref, SubjectKind

SEARCH: Final = "/rest/api/content/search"
SPACES: Final = "/api/v2/spaces"
LABELS: Final = "/api/v2/labels"
ROLES: Final = "/api/v2/space-roles"
MEMBER_OF: Final = "/rest/api/user/memberof"
V1_PAGE: Final = "200"
CQL_PAGE: Final = "100"


class _Found(wire.Wire, frozen=True):
    id: str


class _Group(wire.Wire, frozen=True):
    """A group, or a role."""

    id: str
    name: str = ""


class _Watching(wire.Wire, frozen=True):
    watching: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the site shows of one account; empty where it hides it."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    """In lower case."""
    state: AccountState = AccountState.UNKNOWN

    def values(self) -> Iterator[Personal]:
        """Yield the identifiers."""
        if self.name:
            yield Personal(SubjectKind.DISPLAY_NAME, self.name)
        if self.email:
            yield Personal(SubjectKind.EMAIL, self.email)


@dataclass(frozen=True, slots=True)
class Member:
    """A group that one of the accounts belongs to."""

    id: str
    name: str
    account: Personal


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the site said, and what it did not say."""

    contributed: frozenset[str] = frozenset()
    """Ids of content."""
    favourites: frozenset[str] = frozenset()
    """Ids of content that somebody saved for later."""
    favourite_spaces: frozenset[str] = frozenset()
    properties: tuple[SiteObject, ...] = ()
    watched: tuple[SiteObject, ...] = ()
    """Labels that are watched."""
    gaps: tuple[str, ...] = field(default=())
    """What could not be asked, one sentence each."""
    unasked: tuple[str, ...] = ()
    """What the account that reads may not ask, one sentence each."""


async def profile(api: Api, accounts: Sequence[str]) -> tuple[tuple[Shown, ...], str]:
    """Return what the site shows of accounts, and why it did not: empty where it did."""
    if not accounts:
        return (), ""
    states = await states_of(api, accounts)
    found = (states.known[one] for one in accounts if one in states.known)
    return tuple(Shown(one.name, one.email.lower(), one.state) for one in found), states.unavailable


async def memberships(api: Api, accounts: Sequence[str]) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Return the groups of accounts, each once, by id, and what could not be asked.

    Raises the error of a site that answers nothing any more.
    """
    found: dict[str, Member] = {}
    gaps: list[str] = []
    for account in accounts:
        try:
            async for page in api.pages(MEMBER_OF, {"accountId": account, "limit": V1_PAGE}):
                some = (converted(item, _Group, MEMBER_OF) for item in page.results)
                found |= {one.id: Member(one.id, one.name, Personal(SubjectKind.ACCOUNT_ID, account)) for one in some}
        except SiteError as error:
            if stops_the_run(error):
                raise
            gaps.append(f"The groups of the account were not read: {error.what}.")
    return tuple(found[one] for one in sorted(found)), tuple(gaps)


async def roles(api: Api) -> tuple[tuple[str, str], ...]:
    """Return id and name of the roles of spaces, none where the site has or shows none: ids tell the same."""
    try:
        pages = api.pages(ROLES, {"limit": PAGE_SIZE})
        some = [converted(item, _Group, ROLES) async for page in pages for item in page.results]
    except SiteError as error:
        if stops_the_run(error):
            raise
        return ()
    return tuple(sorted((one.id, one.name) for one in some))


async def indexed(api: Api, accounts: Sequence[str], spaces: Sequence[str] = (), *, quick: bool = False) -> Indexed:
    """Return what the index and the properties of accounts say. What one question fails at is a gap, not an end.

    With `quick`, or in some spaces only, no label is asked for its watch: one request each. Raises the error of a site
    that answers nothing any more.
    """
    questions = _Questions(api)
    contributed, favourites, favourite_spaces = set[str](), set[str](), set[str]()
    properties: list[SiteObject] = []
    watched: tuple[SiteObject, ...] = ()
    where = f" and space in ({', '.join(map(quoted, spaces))})" if spaces else ""
    narrowed = {"limit": PAGE_SIZE, "keys": list(spaces)} if spaces else {"limit": PAGE_SIZE}
    for number, account in enumerate(accounts):
        named = quoted(account)
        contributed |= await questions.found(f"contributor = {named}{where}", "contributions")
        favourites |= await questions.found(f"favourite = {named}{where}", "favourites")
        favourite_spaces |= await questions.ids(SPACES, {"favorited-by": account, **narrowed}, "favourite spaces")
        found = await properties_of(api, number, account)
        properties += [one for one in found if not isinstance(one.coverage, Failed)]
        questions.gaps += [
            f"The properties of the account were not read: {one.coverage.reason}."
            for one in found
            if isinstance(one.coverage, Failed)
        ]
        if not quick and not spaces:
            watched += await questions.watched(account)
    return Indexed(
        frozenset(contributed),
        frozenset(favourites),
        frozenset(favourite_spaces),
        tuple(properties),
        watched,
        tuple(dict.fromkeys(questions.gaps)),
        tuple(dict.fromkeys(questions.unasked)),
    )


@dataclass(slots=True)
class _Questions:
    """Asks one question after the other and keeps which of them had no answer."""

    api: Api
    gaps: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)

    async def found(self, cql: str, what: str) -> frozenset[str]:
        """Return the ids of the content that a query finds."""
        return await self.ids(SEARCH, {"cql": cql, "limit": CQL_PAGE}, what)

    async def ids(self, path: str, params: Mapping[str, str | Sequence[str]], what: str) -> frozenset[str]:
        """Return the ids that a listing has; where it fails, that is a gap."""
        try:
            return frozenset([converted(item, _Found, path).id async for item in self._items(path, params)])
        except SiteError as error:
            if stops_the_run(error):
                raise
            self.gaps.append(f"The index of the site was not asked for {what}: {error.what}.")
        return frozenset()

    async def watched(self, account: str) -> tuple[SiteObject, ...]:
        """Return the labels that an account watches, one request a label. Only administrators may ask for others."""

        async def watching(label: wire.Label) -> bool:
            path = f"/rest/api/user/watch/label/{quote(label.name, safe='')}"
            answer = await self.api.get(path, {"accountId": account})
            return converted(answer.json, _Watching, "user/watch/label").watching

        try:
            labels = [converted(item, wire.Label, LABELS) async for item in self._items(LABELS, {"limit": PAGE_SIZE})]
            answers = await each(labels, watching, SIDE_BY_SIDE)
        except SiteError as error:
            if stops_the_run(error):
                raise
            self.unasked.append(f"Watches of labels could not be asked: {error.what}.")
            return ()
        return tuple(
            SiteObject(Ref(ObjectType.LABEL, label.id, None, "", "current"), title=mask_text(label.name))
            for label, watches in zip(labels, answers, strict=True)
            if watches
        )

    async def _items(self, path: str, params: Mapping[str, str | Sequence[str]]) -> AsyncIterator[dict[str, object]]:
        async for page in self.api.pages(path, params):
            for item in page.results:
                yield item
