"""What became of accounts, asked through `users-bulk`.

Source: Atlassian, Confluence Cloud REST API v2, `POST /users-bulk`: at most 250 ids; ids that the site does not know,
or whose profile the caller may not see, are absent from the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from audit.errors import SiteError
from audit.http import Api
from audit.identity.policy import Condition
from audit.identity.route import because
from rules.model import AccountState

PATH: Final = "/api/v2/users-bulk"
BATCH: Final = 250


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the site says of an account."""

    state: AccountState
    type: str = ""
    name: str = field(default="", repr=False)
    """The display name; empty where the site shows none of the person any more, as for closed accounts."""
    email: str = field(default="", repr=False)
    """The e-mail address; empty where the site does not show it."""

    @property
    def condition(self) -> Condition:
        """Return what the policy goes by."""
        if self.state is AccountState.CLOSED or self.type not in {Condition.APP, Condition.CUSTOMER}:
            return Condition(self.state.value)
        return Condition(self.type)


@dataclass(frozen=True, slots=True)
class States:
    """What was learnt about accounts."""

    known: Mapping[str, AccountFacts] = field(default_factory=dict, repr=False)
    unavailable: str = ""


class _User(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str
    account_status: str = ""
    account_type: str = ""
    display_name: str | None = None
    email: str | None = None


class _Users(msgspec.Struct, frozen=True):
    results: list[_User]


async def states_of(api: Api, accounts: Sequence[str]) -> States:
    """Return the states of accounts. A fault of the site leaves the rest unknown, and says so."""
    known: dict[str, AccountFacts] = {}
    for start in range(0, len(accounts), BATCH):
        batch = list(accounts[start : start + BATCH])
        try:
            users = (await api.post_read(PATH, {"accountIds": batch})).to(_Users).results
        except SiteError as error:
            return States(known, because(error))
        told = {user.account_id: user for user in users}
        for account in batch:
            user = told.get(account)
            known[account] = AccountFacts(AccountState.ABSENT) if user is None else _facts(user)
    return States(known)


def _facts(user: _User) -> AccountFacts:
    try:
        state = AccountState(user.account_status.lower())
    except ValueError:
        state = AccountState.UNKNOWN
    shown = state in {AccountState.ACTIVE, AccountState.INACTIVE}
    name, email = (user.display_name or "", user.email or "") if shown else ("", "")
    return AccountFacts(state, user.account_type.lower(), name, email.strip())
