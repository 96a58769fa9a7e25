"""Lists of people that hang on an object: who watches it, who has a relation to it. Each entry stands for itself.

As stored JSON: `{"users":[{"accountId":..,"type":"known"},..]}`. A user key in the place of an account id is a retired
identifier like any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from rules.identifiers import is_account_id


@dataclass(frozen=True, slots=True)
class Member:
    """One person, by the one identifier that counts: the account id, else the user key, else the username."""

    parameter: str
    """`accountId`, `key` or `username`."""
    value: str

    @property
    def retired(self) -> bool:
        """Return whether the person stands under an identifier that was retired."""
        return self.parameter != "accountId"

    def __repr__(self) -> str:
        return f"Member({self.parameter})"


def members(data: bytes) -> frozenset[Member]:
    """Return the people of a list. Raises `ValueError`, without contents, for any other shape."""
    try:
        users = json.loads(data)["users"]
        return frozenset(_member(user) for user in users)
    except (KeyError, TypeError, AttributeError, ValueError):
        reason = "not a list of people"
    raise ValueError(reason)


def _member(user: dict[str, str]) -> Member:
    account = user.get("accountId", "")
    if is_account_id(account):
        return Member("accountId", account)
    key = user.get("userKey") or account
    return Member("key", key) if key else Member("username", user["username"])
