"""The state of what a property or a list of people belongs to: neither has one of its own.

What hangs on an object in the trash or in the archive is left alone like the object itself.
"""

from __future__ import annotations

from typing import Final

from audit.answers import converted
from audit.http import Api
from audit.sites.cloud import wire
from audit.sites.cloud.each import SEGMENTS
from audit.sites.cloud.tree import TYPES
from rules.model import ObjectType, Ref

_PATHS: Final = {**SEGMENTS, **{kind: nouns for kind, (_, nouns) in TYPES.items()}}
"""Path segment in v2 of everything that is read by its id and has a state."""


class Owner(wire.Wire, frozen=True):
    """An object of v2 of which the state alone counts."""

    id: str
    status: str


async def standing(api: Api, ref: Ref) -> tuple[str, str]:
    """Return the state of an object and, of a space, its key. Raises `Missing` when the object is gone."""
    if ref.type is ObjectType.SPACE:
        path = f"/api/v2/spaces/{ref.id}"
        space = converted((await api.get(path)).json, wire.Space, path)
        return space.status, space.key
    path = f"/api/v2/{_PATHS[ref.type]}/{ref.id}"
    return converted((await api.get(path)).json, Owner, path).status, ""
