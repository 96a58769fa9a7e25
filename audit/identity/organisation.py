"""The route of the organisation's directory: accounts by e-mail address, with a key of the organisation.

Source: Atlassian, Organizations REST API v1, `GET /admin/v1/orgs/{id}/users`: `{data: [{account_id, email, ...}],
links: {next}}`, managed accounts only. It stands on a host of its own, which the configuration names; the key is sent
there and nowhere else. The listing is read to its end: an address that two accounts have resolves to neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from audit.auth import origin
from audit.errors import BadAnswer, ConfigError, ForeignLink, LoopingLink, Missing, SiteError
from audit.http import Api
from audit.identity.route import Answer, Heard, Identifier, Unknown, because, folded, one_account
from rules.identifiers import is_account_id
from rules.model import SubjectKind

PAGES: Final = 100_000
"""Parts of the listing at most."""


class _Account(msgspec.Struct, frozen=True):
    account_id: str
    email: str | None = None
    name: str | None = None


class _Links(msgspec.Struct, frozen=True):
    next: str | None = None


class _Listing(msgspec.Struct, frozen=True):
    data: list[_Account]
    links: _Links = _Links()


class OrganisationDirectory:
    """Asks the directory of one organisation."""

    name: Final = "organisation"
    kinds: Final = frozenset({SubjectKind.EMAIL})

    def __init__(self, api: Api, organisation: str, now: Callable[[], str]) -> None:
        self._api = api
        self._path = f"/admin/v1/orgs/{quote(organisation, safe='')}/users"
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that have the addresses. Nothing is concluded from a part of the listing."""
        wanted: dict[Identifier, list[str]] = {each: [] for each in identifiers if each.kind in self.kinds}
        names: dict[Identifier, str] = {}
        try:
            if wanted:
                await self._read(wanted, names)
        except SiteError as error:
            return Heard(unavailable=because(error), lasting=isinstance(error, Missing))
        at = self._now()
        answers: dict[Identifier, Answer] = {
            each: one_account(accounts, self.name, at) if accounts else Unknown(f"not known to {self.name}")
            for each, accounts in wanted.items()
        }
        return Heard(answers, names=names)

    async def _read(self, wanted: dict[Identifier, list[str]], names: dict[Identifier, str]) -> None:
        cursor, seen = "", {""}
        for _ in range(PAGES):
            listing = (await self._api.get(self._path, {"cursor": cursor} if cursor else {})).to(_Listing)
            for account in listing.data:
                address = folded(SubjectKind.EMAIL, account.email or "")
                accounts = wanted.get(address)
                if accounts is not None and is_account_id(account.account_id):
                    accounts.append(account.account_id)
                    names[address] = account.name or ""
            if not listing.links.next:
                return
            cursor = self._cursor(listing.links.next)
            if cursor in seen:
                break
            seen.add(cursor)
        raise LoopingLink(
            what="A listing repeats itself or does not end",
            where="GET /admin/v1/orgs/{id}/users",
            why="a cursor came a second time",
            fix="Nothing was concluded from it.",
        )

    def _cursor(self, link: str) -> str:
        """Return the cursor of a `next` link. Raises `ForeignLink` when it leads elsewhere: it is never requested."""
        where = "GET /admin/v1/orgs/{id}/users"
        try:
            parts = urlsplit(link)
            ours = not (parts.netloc or parts.scheme) or origin(link) == self._api.place.api_base
            query = parts.query if ours and parts.path in {"", self._path} else None
        except (ValueError, ConfigError):
            query = None
        if query is None:
            raise ForeignLink(
                what="A link of the listing leads elsewhere",
                where=where,
                why="it names another host or another listing",
                fix="It was not requested, and nothing was concluded from the listing.",
            )
        cursors = parse_qs(query).get("cursor", [])
        if len(cursors) != 1:
            raise BadAnswer.shape(where, "`links.next` has no cursor")
        return cursors[0]
