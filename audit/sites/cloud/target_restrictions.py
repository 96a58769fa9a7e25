"""Restrictions of content as something that is written: both lists at once, by account ids, groups and order kept."""

from __future__ import annotations

from audit.answers import converted
from audit.errors import BadAnswer
from audit.http import Api
from audit.parts import RESTRICTIONS
from audit.sites.base import Current
from audit.sites.cloud import access, wire
from audit.sites.cloud.scope import Scope
from audit.sites.cloud.target_bodies import PATHS
from rules import acl
from rules.model import Ref


async def fetch_restrictions(api: Api, origin: str, ref: Ref) -> Current:
    """Return the restrictions of an object, with the version and state of the object."""
    path = f"{PATHS[ref.type]}/{ref.id}"
    answer = await api.get(path)
    one = converted(answer.json, wire.Editable, path)
    found = await access.fetch_restrictions(Scope(api, origin, {}, whole_site=True), ref)
    now = Ref(ref.type, ref.id, one.version.number, ref.space, one.status)
    return Current(now, RESTRICTIONS, acl.encode(access.lists_of(found)), {})


async def replace_restrictions(api: Api, current: Current, data: bytes) -> None:
    """Write both lists."""
    lists = acl.decode(data)
    payload = []
    for operation, one in (("read", lists.read), ("update", lists.update)):
        # Both lists are always sent: a PUT replaces all, and an operation left out would be opened to everyone.
        restrictions: dict[str, object] = {"user": [_user(user) for user in one.users]}
        if one.groups:
            restrictions["group"] = [_group(group) for group in one.groups]
        payload.append({"operation": operation, "restrictions": restrictions})
    await api.write("PUT", f"/rest/api/content/{current.ref.id}/restriction", json=payload)


def _group(group: acl.Group) -> dict[str, str]:
    if group.id:
        return {"type": "group", "id": group.id}
    raise BadAnswer(
        what="A restriction with a group without an id was about to be sent",
        where="restrictions",
        why="the site takes groups by id only, and a list without its groups could be open to everyone",
        fix="Change the list by hand.",
    )


def _user(principal: acl.Principal) -> dict[str, str]:
    if principal.account_id is not None:
        return {"type": "known", "accountId": principal.account_id}
    # A list that still holds somebody unresolved is held back by the guards; should it come here, nothing is sent.
    raise BadAnswer(
        what="A restriction with an unresolved user was about to be sent",
        where="restrictions",
        why="every user of the list needs an account id",
        fix="Add the person to the mapping and plan again.",
    )
