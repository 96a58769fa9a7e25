"""Roles in spaces as something that is written: one request that assigns, then one that removes what it stands for.

A principal has one role in a space. The account is given the role of its person, and when that stands the old entry
loses it; so nobody is ever without. In the end the list is as planned, or as it was, or the error says that only
reading can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from audit.answers import converted
from audit.errors import SiteError
from audit.http import Api
from audit.parts import ROLES
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.access import role_entries
from audit.sites.cloud.scope import PAGE_SIZE
from audit.sites.cloud.target_entries import REFUSED, half, not_kept
from rules.acl import Permission, decode_permissions, encode_permissions
from rules.model import Ref
from rules.permissions import ROLE, Grant, additions, grant_of, grants, removals

_WHERE: Final = "/api/v2/spaces/{id}/role-assignments"


async def fetch_roles(api: Api, ref: Ref) -> Current:
    """Return who has which role in a space, and the state of the space."""
    path = f"/api/v2/spaces/{ref.id}"
    space = converted((await api.get(path)).json, wire.Space, path)
    now = Ref(ref.type, ref.id, None, ref.space, space.status)
    return Current(now, ROLES, encode_permissions(await _listed(api, ref.id)), {})


async def replace_roles(api: Api, current: Current, data: bytes) -> None:
    """Make the roles of a space what they are planned to be.

    Raises what the site refused with when the list is as it was, and `Ambiguous` when only reading can tell.
    """
    space, before, planned = current.ref.id, decode_permissions(current.data), decode_permissions(data)
    coming, going = additions(before, planned), tuple(map(grant_of, removals(before, planned)))
    try:
        await _assign(api, space, coming)
        if not (await _now(api, space)).issuperset(coming):
            raise not_kept("roles", _WHERE, "a role is not listed after it was assigned")
        await _remove(api, space, going)
        now = await _listed(api, space)
        if grants(now).intersection(going):
            raise not_kept("roles", _WHERE, "an old entry is still listed after its removal was confirmed")
        # A site that takes the old entry and the account for one person removes both: that is assigned anew.
        await _assign(api, space, additions(now, planned))
    except REFUSED as error:
        await _take_back(api, space, coming, going, error)
        raise


async def _take_back(
    api: Api, space: str, coming: tuple[Grant, ...], going: tuple[Grant, ...], refusal: SiteError
) -> None:
    """Remove what was assigned, as long as everything stands that it stands for.

    Raises `Ambiguous` when that is not so, and when it does not succeed: nobody may be missing in the end.
    """
    try:
        now = await _now(api, space)
        if not now.issuperset(going):
            raise half(_WHERE, refusal)
        await _remove(api, space, [grant for grant in coming if grant in now])
    except REFUSED as error:
        raise half(_WHERE, error) from error


async def _assign(api: Api, space: str, wanted: Iterable[Grant]) -> None:
    await _send(api, space, [_entry(one) | {"roleId": one.operation.removeprefix(ROLE)} for one in wanted])


async def _remove(api: Api, space: str, gone: Iterable[Grant]) -> None:
    await _send(api, space, [_entry(one) for one in gone])


async def _send(api: Api, space: str, entries: list[dict[str, object]]) -> None:
    if entries:
        await api.write("POST", f"/api/v2/spaces/{space}/role-assignments", json=entries)


def _entry(grant: Grant) -> dict[str, object]:
    return {"principal": {"principalType": grant.principal_type.upper(), "principalId": grant.principal_id}}


async def _now(api: Api, space: str) -> frozenset[Grant]:
    return grants(await _listed(api, space))


async def _listed(api: Api, space: str) -> tuple[Permission, ...]:
    path = f"/api/v2/spaces/{space}/role-assignments"
    return tuple([
        entry async for page in api.pages(path, {"limit": PAGE_SIZE}) for entry in role_entries(page, path)
    ])  # fmt: skip
