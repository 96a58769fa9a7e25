"""Watches and relations as something that is written: one call for each person who comes, one for each who goes.

First the account is added, then what stood under the retired identifier is removed, and only if it is still listed.
Where the site does not let go of it, the account is taken out again: the list is as it was, or as it was planned.
"""

from __future__ import annotations

from audit.answers import converted
from audit.errors import Missing, NotAllowed, Rejected
from audit.http import Api
from audit.members import Member, members
from audit.parts import RELATIONS, WATCHES
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.members import listed, members_part, named_user, target_of
from rules.model import ObjectType, Ref

_HEADERS = {"X-Atlassian-Token": "no-check"}


async def fetch_members(api: Api, ref: Ref, part: str) -> Current:
    """Return who watches an object, or who has a relation of one name to it."""
    key = ""
    if ref.type is ObjectType.SPACE:
        path = f"/api/v2/spaces/{ref.id}"
        key = converted((await api.get(path)).json, wire.Space, path).key
    target = target_of(ref, key)
    found = members_part(ref, part, await listed(api, part, target))
    return Current(Ref(ref.type, ref.id, None, ref.space, "current"), part, found.data, {"target": target})


async def replace_members(api: Api, current: Current, data: bytes) -> None:
    """Make the list what it is planned to be, by as few calls as it takes."""
    part, target = current.part, current.fields["target"]
    old, new = members(current.data), members(data)
    added: list[Member] = []
    try:
        for one in sorted(new - old, key=repr):
            await _call(api, "add", part, target, one)
            added.append(one)
        for one in old - new:
            if one in await _now(api, current):
                await _call(api, "remove", part, target, one)
        _require_gone((old - new) & await _now(api, current), current)
    except (Rejected, NotAllowed, Missing):
        for one in added:
            await _call(api, "remove", part, target, one)
        raise


def _require_gone(staying: frozenset[Member], current: Current) -> None:
    """Raise `Rejected` when somebody is still listed whose removal was confirmed."""
    if staying:
        raise Rejected(
            what="The site does not remove an entry under a retired identifier",
            where=f"{current.part} of {current.fields['target']}",
            why="it is still listed after its removal was confirmed",
            fix="The account that was added in its place is taken out again.",
            status=204,
        )


async def _now(api: Api, current: Current) -> frozenset[Member]:
    found = members_part(current.ref, current.part, await listed(api, current.part, current.fields["target"]))
    return members(found.data)


async def _call(api: Api, what: str, part: str, target: str, one: Member) -> None:
    if part == WATCHES:
        method = "POST" if what == "add" else "DELETE"
        path = f"/rest/api/user/watch/{target}"
        await api.write(method, path, headers=_HEADERS, params={one.parameter: one.value})
    else:
        method = "PUT" if what == "add" else "DELETE"
        await api.write(method, named_user(part.removeprefix(RELATIONS), one.value, target))
