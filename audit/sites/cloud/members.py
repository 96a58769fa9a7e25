"""Who watches an object, and who has a relation to it: listings of people through API v1, each read whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from audit.answers import converted
from audit.http import Api
from audit.paging import template
from audit.parts import RELATIONS, WATCHES
from audit.sites.cloud import wire
from audit.sites.cloud.scope import json_part
from rules.identifiers import is_account_id
from rules.model import ObjectType, Part, Ref

V1_PAGE: Final = "200"


def target_of(ref: Ref, space_key: str) -> str:
    """Return the end of paths that name the object: `content/ID` or `space/KEY`."""
    return f"space/{quote(space_key, safe='~')}" if ref.type is ObjectType.SPACE else f"content/{ref.id}"


def named_user(name: str, user: str, target: str) -> str:
    """Return the path of one relation of one person."""
    return f"/rest/api/relation/{quote(name, safe='')}/from/user/{quote(user, safe=':')}/to/{target}"


async def listed(api: Api, part: str, target: str) -> tuple[wire.User, ...]:
    """Return the people of one list, in the order of the site."""
    if part == WATCHES:
        kind, _, name = target.partition("/")
        path = f"/rest/api/space/{name}/watch" if kind == "space" else f"/rest/api/{target}/notification/child-created"
        return tuple([
            converted(item, wire.Watch, template(path)).watcher
            async for page in api.pages(path, {"limit": V1_PAGE})
            for item in page.results
        ])  # fmt: skip
    path = f"/rest/api/relation/{quote(part.removeprefix(RELATIONS), safe='')}/to/{target}/from/user"
    return tuple([
        converted(item, wire.Relation, template(path)).source
        async for page in api.pages(path, {"expand": "source", "limit": V1_PAGE})
        for item in page.results
    ])  # fmt: skip


def members_part(ref: Ref, path: str, users: Sequence[wire.User]) -> Part:
    """Return a list of people as a part.

    Beside an account id the site may repeat username and user key in its answers. They are stored nowhere, so no write
    could remove them: they are left out, as a restriction leaves them to its account id.
    """
    return json_part(ref, path, {"users": [_user(user) for user in users]})


def _user(user: wire.User) -> dict[str, str]:
    fields = {"type": user.type, "accountId": user.account_id}
    if not is_account_id(user.account_id or ""):
        fields |= {"userKey": user.user_key, "username": user.username}
    return {name: value for name, value in fields.items() if value}
