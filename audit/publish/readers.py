"""Who may read what is published: accounts and groups as they are named, looked up before anything is written.

Sources: Atlassian, Confluence Cloud REST API v2 "Create bulk user lookup using ids", v1 "Get group" (by id) and
"Search groups by partial query".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from audit.answers import converted
from audit.errors import GuardError, Missing, UsageError
from audit.http import Api
from audit.sites.cloud import wire
from rules import acl
from rules.identifiers import is_account_id
from rules.masking import mask

GROUP_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ACTIVE: Final = "active"


class _User(wire.Wire, frozen=True):
    account_id: str
    account_status: str = ""


class _Users(wire.Wire, frozen=True):
    results: list[_User]


def split(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the account ids and the groups that `user:ID` and `group:NAME` name. Raises `UsageError` for all else."""
    users: dict[str, None] = {}
    groups: dict[str, None] = {}
    for text in texts:
        kind, _, name = text.partition(":")
        if kind == "user" and is_account_id(name):
            users[name] = None
        elif kind == "group" and name.strip():
            groups[name.strip()] = None
        else:
            raise UsageError(
                what="A reader is not understood",
                where="--restrict-to",
                why="it is neither user: with an account id nor group: with a name or an id",
                fix="Give --restrict-to user:712020:... or --restrict-to group:legal-counsel, as often as needed.",
            )
    return tuple(users), tuple(groups)


async def restricted_to(api: Api, caller: str, texts: Sequence[str]) -> acl.Restrictions:
    """Return the restrictions that let the named ones read and edit, the caller first, and nobody else.

    Raises `GuardError` when an account is not active or a group is not there: a list with somebody missing would be
    another one than asked for.
    """
    users, names = split(texts)
    users = tuple(dict.fromkeys((caller, *users)))
    await _require_active(api, users)
    groups = tuple([await _group(api, name) for name in names])
    access = acl.Access(tuple(acl.Principal(one) for one in users), groups)
    return acl.Restrictions(access, access)


def same(one: acl.Restrictions, other: acl.Restrictions) -> bool:
    """Return whether two restrictions let exactly the same accounts and groups in, whatever their order."""
    return _members(one) == _members(other)


def _members(found: acl.Restrictions) -> tuple[frozenset[object], ...]:
    sides: list[frozenset[object]] = []
    for access in (found.read, found.update):
        # Somebody without an account id is compared by all that there is, and so never equal to an account.
        sides.append(frozenset(one.account_id or one for one in access.users))
        sides.append(frozenset(one.id or one for one in access.groups))
    return tuple(sides)


async def _require_active(api: Api, accounts: Sequence[str]) -> None:
    answer = await api.post_read("/api/v2/users-bulk", {"accountIds": list(accounts)})
    found = converted(answer.json, _Users, "/api/v2/users-bulk")
    active = {one.account_id for one in found.results if one.account_status == ACTIVE}
    for account in accounts:
        if account not in active:
            raise GuardError(
                what="An account that is to read the page cannot",
                where=f"--restrict-to, account {mask('account_id', account)}",
                why="the site does not know it, or it is not active",
                fix="Check the id, or leave it out. Nothing was published.",
            )


async def _group(api: Api, name: str) -> acl.Group:
    if GROUP_ID.fullmatch(name):
        try:
            answer = await api.get("/rest/api/group/by-id", {"id": name})
        except Missing as error:
            raise _no_group() from error
        one = converted(answer.json, wire.Group, "/rest/api/group/by-id")
        return acl.Group(name, one.name or "")
    async for page in api.pages("/rest/api/group/picker", {"query": name}):
        for item in page.results:
            found = converted(item, wire.Group, "/rest/api/group/picker")
            if found.name == name and found.id:
                return acl.Group(found.id, name)
    raise _no_group()


def _no_group() -> GuardError:
    return GuardError(
        what="A group that is to read the page is not there",
        where="--restrict-to",
        why="the site has no group of exactly that name or id, or hides it from the account",
        fix="Names of groups are written as in the administration of the site. Nothing was published.",
    )
