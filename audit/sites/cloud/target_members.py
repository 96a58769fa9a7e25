"""Watches and relations as something that is written: one call for each person who comes, one for each who goes.

First the account is added, then what stood under the retired identifier is removed, and only if it is still listed.
Where the site does not let go of the first one, the accounts are taken out again: the list is as it was. Once somebody
was removed nothing is taken back, for nobody may be missing in the end: then only reading tells how far it has come.
"""

from __future__ import annotations

from collections.abc import Sequence

from audit.errors import BadAnswer, Missing, NotAllowed, Rejected, SiteError
from audit.http import Api
from audit.members import Member, members
from audit.parts import RELATIONS, WATCHES
from audit.sites.base import Current
from audit.sites.cloud.members import listed, members_part, named_user, target_of
from audit.sites.cloud.standing import standing
from audit.sites.cloud.target_entries import half
from rules.model import Ref

NAMELESS = "somebody on the list is named by no identifier, so it is not known who would be lost from it"
_HEADERS = {"X-Atlassian-Token": "no-check"}


async def fetch_members(api: Api, ref: Ref, part: str) -> Current:
    """Return who watches an object, or who has a relation of one name to it, and the state of the object.

    A list with somebody who has no identifier is fixed.
    """
    status, key = await standing(api, ref)
    target = target_of(ref, key)
    found = members_part(ref, part, await listed(api, part, target))
    try:
        members(found.data)
    except ValueError:
        fixed = NAMELESS
    else:
        fixed = ""
    return Current(Ref(ref.type, ref.id, None, ref.space, status), part, found.data, {"target": target}, fixed=fixed)


async def replace_members(api: Api, current: Current, data: bytes) -> None:
    """Make the list what it is planned to be, by as few calls as it takes.

    Raises what the site refused with when the list is as it was, and `Ambiguous` when only reading can tell.
    """
    part, target = current.part, current.fields["target"]
    old, new = members(current.data), members(data)
    added: list[Member] = []
    removed = False
    try:
        for one in sorted(new - old, key=repr):
            await _call(api, "add", part, target, one)
            added.append(one)
        for one in sorted(old - new, key=repr):
            if one in await _now(api, current):
                await _call(api, "remove", part, target, one)
                removed = removed or one not in await _now(api, current)
        _require_gone((old - new) & await _now(api, current), current)
    except (Rejected, NotAllowed, Missing) as error:
        if removed:
            raise half(_where(current), error) from error
        await _take_back(api, current, added)
        raise


async def _take_back(api: Api, current: Current, added: Sequence[Member]) -> None:
    """Remove again whom this write added. Raises `Ambiguous` when the site does not let all of them go."""
    try:
        for one in added:
            await _call(api, "remove", current.part, current.fields["target"], one)
    except SiteError as error:
        raise half(_where(current), error) from error


def _require_gone(staying: frozenset[Member], current: Current) -> None:
    """Raise `Rejected` when somebody is still listed whose removal was confirmed."""
    if staying:
        raise Rejected(
            what="The site does not remove an entry under a retired identifier",
            where=_where(current),
            why="it is still listed after its removal was confirmed",
            fix="The account that was added in its place is taken out again.",
            status=204,
        )


async def _now(api: Api, current: Current) -> frozenset[Member]:
    found = members_part(current.ref, current.part, await listed(api, current.part, current.fields["target"]))
    try:
        return members(found.data)
    except ValueError:
        reason = NAMELESS
    raise BadAnswer.shape(_where(current), reason)


def _where(current: Current) -> str:
    return f"{current.part} of {current.fields['target']}"


async def _call(api: Api, what: str, part: str, target: str, one: Member) -> None:
    if part == WATCHES:
        method = "POST" if what == "add" else "DELETE"
        path = f"/rest/api/user/watch/{target}"
        await api.write(method, path, headers=_HEADERS, params={one.parameter: one.value})
    else:
        method = "PUT" if what == "add" else "DELETE"
        await api.write(method, named_user(part.removeprefix(RELATIONS), one.value, target))
