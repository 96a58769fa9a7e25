"""Properties as something that is written: of content and spaces with their version, of users without one.

A property is found by the id of what it belongs to and its key. Its value goes back as it was read, names in their
order; the version number is a compare-and-swap, and its message holds our token. Nothing keeps older values.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from math import isfinite
from typing import Final
from urllib.parse import quote

from audit.answers import converted
from audit.errors import BadAnswer, Missing
from audit.http import Api
from audit.parts import PROPERTY, property_path
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud import wire
from audit.sites.cloud.each import COMMENTS, SEGMENTS
from audit.sites.cloud.scope import PAGE_SIZE
from audit.sites.cloud.standing import standing
from audit.sites.cloud.tree import TYPES
from audit.sites.cloud.wide import KEY_PAGE, USER_PAGE, USERS
from rules.masking import STARS
from rules.model import ObjectType, Ref

_OWNERS: Final = {
    **SEGMENTS,
    **dict.fromkeys(COMMENTS, "comments"),
    **{kind: nouns for kind, (_, nouns) in TYPES.items()},
    ObjectType.SPACE: "spaces",
}
"""Path segment in v2 of everything that has properties."""
_SAFE_DIGITS: Final = 15
"""Digits of a fraction that every reader of JSON carries."""
_TOO_LARGE: Final = "it holds a number that is too large to be carried"
_TOO_EXACT: Final = "it holds a number with more digits than can be carried without loss"
_NO_OBJECT: Final = "the API takes objects only as the value of a property of a user"


async def fetch_property(api: Api, ref: Ref, part: str) -> Current:
    """Return a property of content or of a space, with the state of that. Raises `Missing` when there is none."""
    path = f"/api/v2/{_OWNERS[ref.type]}/{ref.id}/properties"
    one = await _listed(api, path, part)
    if one is None:
        raise Missing(what="The site shows no such property", where=path, status=200)
    if one.id is None or one.version is None:
        raise BadAnswer.shape(path, "a property without its id or version")
    version = VersionFacts(one.version.number, one.version.message or "", one.version.author_id or "")
    status, _ = await standing(api, ref)
    now = Ref(ref.type, ref.id, version.number, ref.space, status)
    return Current(
        now, part, encoded(one.value), {"id": one.id, "key": one.key}, latest=version, fixed=_inexact(one.value)
    )


async def _listed(api: Api, path: str, part: str) -> wire.Property | None:
    """Return the property that a path means: by its key, or one of all where the path shows a masked one."""
    key = part.removeprefix(PROPERTY)
    params = {"limit": PAGE_SIZE} if STARS in key else {"key": key}
    async for page in api.pages(path, params):
        for item in page.results:
            one = converted(item, wire.Property, path)
            if property_path(one.key, one.id) == part:
                return one
    return None


async def replace_property(api: Api, current: Current, data: bytes, op_token: str) -> None:
    """Write the value of a property of content or of a space with the next version number."""
    ref = current.ref
    payload = {
        "key": current.fields["key"],
        "value": json.loads(data),
        "version": {"number": (ref.version or 0) + 1, "message": op_token},
    }
    await api.write("PUT", f"/api/v2/{_OWNERS[ref.type]}/{ref.id}/properties/{current.fields['id']}", json=payload)


class Places:
    """Where the properties of users are that were found so far."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        """Id of a property -> the path that leads to it."""
        self.looking = asyncio.Lock()


class UserProperties:
    """Properties of users, found by their ids: the run keeps no account ids, so the users are looked through once."""

    def __init__(self, api: Api, places: Places) -> None:
        self._api = api
        self._places = places.paths
        self._looking = places.looking

    async def fetch(self, ref: Ref, part: str) -> Current:
        """Return a property of a user. Raises `Missing` when no active user has it."""
        async with self._looking:
            if ref.id not in self._places:
                await self._look_for(ref.id, part)
        if ref.id not in self._places:
            raise Missing(what="No active user has this property", where=f"user property {ref.id}", status=200)
        answer = await self._api.get(self._places[ref.id])
        one = converted(answer.json, wire.UserProperty, "user property")
        if one.id != ref.id:
            raise Missing(what="The property was made anew", where=f"user property {ref.id}", status=200)
        fixed = _inexact(one.value) if isinstance(one.value, dict) else _NO_OBJECT
        now = Ref(ref.type, ref.id, None, ref.space, "current")
        return Current(now, part, encoded(one.value), {"path": self._places[ref.id]}, fixed=fixed)

    async def replace(self, current: Current, data: bytes) -> None:
        """Write the value of a property of a user. There is no version: what is there is replaced."""
        await self._api.write("PUT", current.fields["path"], json={"value": json.loads(data)})

    async def _look_for(self, property_id: str, part: str) -> None:
        """Note where the properties with one key, as it is shown, are, up to the one that is looked for."""
        async for account in self._accounts():
            path = f"/rest/api/user/{quote(account, safe=':')}/property"
            async for page in self._api.pages(path, {"limit": KEY_PAGE}):
                keys = (converted(item, wire.PropertyKey, "user property").key for item in page.results)
                for here in (f"{path}/{quote(key, safe='')}" for key in keys if property_path(key) == part):
                    answer = await self._api.get(here)
                    found = converted(answer.json, wire.UserProperty, "user property").id
                    self._places[found] = here
                    if found == property_id:
                        return

    async def _accounts(self) -> AsyncIterator[str]:
        params = {"cql": "type = user", "sitePermissionTypeFilter": "all", "limit": USER_PAGE}
        async for page in self._api.pages(USERS, params):
            for item in page.results:
                account = converted(item, wire.FoundUser, USERS).user.account_id
                if account:
                    yield account


def encoded(value: object) -> bytes:
    """Return a decoded value as JSON without blanks, its names in the order in which they came."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _inexact(value: object) -> str:
    """Return why a value cannot be sent back as it is stored; empty when it can."""
    todo = [value]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            todo += here.values()
        elif isinstance(here, list):
            todo += here
        elif isinstance(here, float) and not isfinite(here):
            return _TOO_LARGE
        elif isinstance(here, float) and sum(sign.isdigit() for sign in repr(here).partition("e")[0]) > _SAFE_DIGITS:
            return _TOO_EXACT
    return ""
