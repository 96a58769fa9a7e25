"""Routes from an e-mail address to an account: what Jira's search finds, and the addresses that the site shows.

They are for a dossier, where one address is asked about; a plan has the directory of the organisation for many. An
address has to be there in full: a site that hides it from the caller finds nobody, and nothing is concluded from a
name. Sources: Atlassian, Jira Cloud REST API v3 (June 2026), `GET /rest/api/3/user/search`: `query` matches the
beginning of names and addresses, active people only; Confluence Cloud REST API v2, `POST /users-bulk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from audit.answers import converted
from audit.errors import BadAnswer, SiteError
from audit.http import Api
from audit.identity.route import NOT_OFFERED, Answer, Heard, Identifier, Unknown, because, folded, one_account
from audit.identity.states import states_of
from rules.identifiers import is_account_id
from rules.model import SubjectKind

SEARCH: Final = "/rest/api/3/user/search"
MOST: Final = "50"
"""People of one answer: who shares a whole address as the beginning of theirs is few."""
EMAILS: Final = frozenset({SubjectKind.EMAIL})


class _User(msgspec.Struct, frozen=True, rename="camel"):
    """A person as Jira's search shows one."""

    account_id: str = ""
    email_address: str | None = None


class JiraSearch:
    """Searches Jira for one address after the other."""

    name: Final = "jira-search"
    kinds: Final = EMAILS

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts whose address is exactly the one that was asked for."""
        answers: dict[Identifier, Answer] = {}
        try:
            for each in identifiers:
                reply = await self._api.get_root(SEARCH, {"query": each.written or each.value, "maxResults": MOST})
                if not isinstance(reply.json, list):
                    raise BadAnswer.shape(reply.where, "it is no list")
                users = converted(reply.json, list[_User], reply.where)
                found = [one.account_id for one in users if is_account_id(one.account_id) and _is(each, one)]
                answers[each] = _answer(found, self.name, self._now())
        except SiteError as error:
            return Heard(answers, unavailable=because(error), lasting=isinstance(error, NOT_OFFERED))
        return Heard(answers)


class SiteAddresses:
    """Compares addresses with those that the site shows of the people it lists, one request for each 250."""

    name: Final = "site"
    kinds: Final = EMAILS

    def __init__(self, api: Api, accounts: Sequence[str], now: Callable[[], str]) -> None:
        self._api = api
        self._accounts = accounts
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that show an address. Nothing is concluded from a part of the people."""
        states = await states_of(self._api, self._accounts)
        if states.unavailable:
            return Heard(unavailable=states.unavailable)
        shown: dict[Identifier, list[str]] = {}
        for account, facts in states.known.items():
            if facts.email:
                shown.setdefault(folded(SubjectKind.EMAIL, facts.email), []).append(account)
        at = self._now()
        return Heard({each: _answer(shown.get(each, ()), self.name, at) for each in identifiers})


def _is(asked: Identifier, user: _User) -> bool:
    return folded(SubjectKind.EMAIL, user.email_address or "") == asked


def _answer(accounts: Sequence[str], route: str, at: str) -> Answer:
    return one_account(list(accounts), route, at) if accounts else Unknown(f"not known to {route}")
