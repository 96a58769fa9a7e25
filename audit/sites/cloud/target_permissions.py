"""Space permissions as something that is written: one call for each that is granted, one for each that is removed.

First the account is granted everything, reading first; when all of it stands, the old entries are removed by their
ids, reading last, for whoever loses reading loses everything else. What the site has already is not sent again, and
what somebody else granted or removed meanwhile is left alone. In the end the list is as planned, or as it was, or the
error says that only reading can tell: then nobody has less than before, and nobody more than planned.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import quote

from audit.answers import converted
from audit.errors import Ambiguous, GoneError, Missing, NotAllowed, Rejected, SiteError
from audit.http import Api
from audit.parts import PERMISSIONS
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.access import permission_entries
from audit.sites.cloud.scope import PAGE_SIZE
from audit.sites.cloud.target_entries import REFUSED, half, not_kept
from rules.acl import Permission, decode_permissions, encode_permissions
from rules.model import Ref
from rules.permissions import READ, Grant, additions, grant_of, grants, removals

BY_ROLES: Final = "the site gives access to spaces by roles, and takes no single permissions any more"
_WHERE: Final = "/rest/api/space/{key}/permission"


async def fetch_permissions(api: Api, ref: Ref) -> Current:
    """Return who may do what in a space, and the state of the space. Fixed where the site goes by roles alone."""
    path = f"/api/v2/spaces/{ref.id}"
    space = converted((await api.get(path)).json, wire.Space, path)
    now = Ref(ref.type, ref.id, None, ref.space, space.status)
    fixed = BY_ROLES if await _by_roles(api) else ""
    return Current(now, PERMISSIONS, encode_permissions(await _listed(api, ref.id)), {"key": space.key}, fixed=fixed)


async def replace_permissions(api: Api, current: Current, data: bytes) -> None:
    """Make the permissions of a space what they are planned to be.

    Raises what the site refused with when the list is as it was, and `Ambiguous` when only reading can tell.
    """
    await _Round(api, current, decode_permissions(current.data), decode_permissions(data)).run()


async def _by_roles(api: Api) -> bool:
    """Return whether the site knows roles only. A site that does not know the question has none."""
    path = "/api/v2/space-role-mode"
    try:
        answer = await api.get(path)
    except (Missing, GoneError, NotAllowed):
        return False
    return converted(answer.json, wire.RoleMode, path).mode == "ROLES"


async def _listed(api: Api, space_id: str) -> tuple[Permission, ...]:
    path = f"/api/v2/spaces/{space_id}/permissions"
    return tuple([
        entry async for page in api.pages(path, {"limit": PAGE_SIZE}) for entry in permission_entries(page, path)
    ])  # fmt: skip


class _Round:
    """The requests of one write, and what was sent of them."""

    def __init__(
        self, api: Api, current: Current, before: tuple[Permission, ...], planned: tuple[Permission, ...]
    ) -> None:
        self._api = api
        self._space_id = current.ref.id
        self._path = f"/rest/api/space/{quote(current.fields['key'], safe='~')}/permission"
        self._before = before
        self._planned = planned
        self._granted: list[Grant] = []
        self._removed = False

    async def run(self) -> None:
        """Grant, compare, remove, compare."""
        try:
            wanted = additions(self._before, self._planned)
            for grant in wanted:
                await self._grant(grant)
            now = await self._now()
            if not grants(now).issuperset(wanted):
                raise not_kept("permissions", _WHERE, "a permission is not listed after it was granted")
            for permission in removals(self._before, self._planned):
                now = await self._remove(permission, now)
        except REFUSED as error:
            if self._removed:
                raise half(_WHERE, error) from error
            await self._take_back()
            raise
        except SiteError as error:
            if isinstance(error, Ambiguous) or not (self._granted or self._removed):
                raise
            raise half(_WHERE, error) from error

    async def _grant(self, grant: Grant) -> None:
        """Grant one permission; a refusal does not count when the permission stands all the same."""
        key, _, target = grant.operation.partition("/")
        subject = {"type": grant.principal_type, "identifier": grant.principal_id}
        payload = {"subject": subject, "operation": {"key": key, "target": target}}
        try:
            await self._api.write("POST", self._path, json=payload)
        except Rejected:
            if grant not in grants(await self._now()):
                raise
        else:
            self._granted.append(grant)

    async def _remove(self, old: Permission, seen: tuple[Permission, ...]) -> tuple[Permission, ...]:
        """Remove one old entry by its id and return what is listed then; `seen` is what was listed before.

        A site that takes the old entry and the account for one person removes more: that is granted anew.
        """
        with suppress(Missing):
            await self._delete(old)
        now = await self._now()
        if old in now:
            raise not_kept("permissions", _WHERE, "an old entry is still listed after its removal was confirmed")
        self._removed = True
        kept = grants(self._planned)
        gone = [one for one in additions(now, seen) if one in kept and old.operation in {READ, one.operation}]
        for grant in gone:
            await self._grant(grant)
        return await self._now() if gone else now

    async def _take_back(self) -> None:
        """Remove what this write granted, reading last. Raises `Ambiguous` when that does not succeed."""
        if not self._granted:
            return
        try:
            own = [permission for permission in await self._now() if grant_of(permission) in self._granted]
            for permission in removals(own, ()):
                await self._delete(permission)
        except SiteError as error:
            raise half(_WHERE, error) from error

    async def _delete(self, permission: Permission) -> None:
        await self._api.write("DELETE", f"{self._path}/{quote(permission.id, safe='')}")

    async def _now(self) -> tuple[Permission, ...]:
        return await _listed(self._api, self._space_id)
