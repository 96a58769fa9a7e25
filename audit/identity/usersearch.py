"""The route of Confluence's user search by user key: `search/user?cql=user.userkey="..."`.

The field was withdrawn with the identifiers themselves; a site may still know it. A control question comes first,
because a search that passes over what it does not understand would find somebody for everybody: a key of nobody must
find nobody. What is found must be exactly one person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from audit.bounded import each
from audit.errors import GoneError, Missing, Rejected, SiteError
from audit.http import Api
from audit.identity.route import KEY_OF_NOBODY, Answer, Heard, Identifier, Unknown, because, one_account
from rules.identifiers import is_account_id
from rules.model import SubjectKind

PATH: Final = "/rest/api/search/user"
AT_ONCE: Final = 4


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """A person as the search shows one."""

    account_id: str | None = None
    display_name: str = ""
    public_name: str = ""


class _Hit(msgspec.Struct, frozen=True):
    user: Person | None = None


class Found(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of a search for people."""

    results: list[_Hit]
    total_size: int | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """Return the people with an account."""
        users = (hit.user for hit in self.results)
        return tuple(user for user in users if user is not None and is_account_id(user.account_id or ""))


class UserKeySearch:
    """Searches for one user key after the other."""

    name: Final = "search"
    kinds: Final = frozenset({SubjectKind.USER_KEY})

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that the search finds."""
        answers: dict[Identifier, Answer] = {}

        async def one(asked: Identifier) -> None:
            found = await self._search(asked.written or asked.value)
            accounts = [person.account_id or "" for person in found.people]
            many = max(len(found.results), found.total_size or 0) > 1
            accounts += [""] if many else []  # more than one person, whoever the others are
            answers[asked] = (
                one_account(accounts, self.name, self._now()) if accounts else Unknown(f"not known to {self.name}")
            )

        try:
            control = await self._search(KEY_OF_NOBODY)
            if control.results or control.total_size:
                return Heard(unavailable="the search finds people for a key of nobody", lasting=True)
            await each([one for one in identifiers if one.kind in self.kinds], one, AT_ONCE)
        except SiteError as error:
            return Heard(answers, unavailable=because(error), lasting=isinstance(error, Missing | GoneError | Rejected))
        return Heard(answers)

    async def _search(self, user_key: str) -> Found:
        quoted = user_key.replace("\\", "\\\\").replace('"', '\\"')
        return (await self._api.get(PATH, {"cql": f'user.userkey = "{quoted}"', "limit": "2"})).to(Found)
