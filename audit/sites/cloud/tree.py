"""Whiteboards, databases, folders and smart links: found through the search, read one by one.

No endpoint lists them. Their text is not in the API; their titles, makers, addresses and properties are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.sites.base import Batch, Failed, Known, SiteObject, Skipped
from audit.sites.cloud import wire
from audit.sites.cloud.access import SEARCH_PAGE, quoted
from audit.sites.cloud.each import property_parts
from audit.sites.cloud.scope import PAGE_SIZE, SIDE_BY_SIDE, Scope, json_part, people_part, text_part
from rules.model import ObjectType, Part, Ref

SEARCH = "/rest/api/content/search"
TYPES = {
    ObjectType.WHITEBOARD: ("whiteboard", "whiteboards"),
    ObjectType.DATABASE: ("database", "databases"),
    ObjectType.FOLDER: ("folder", "folders"),
    ObjectType.SMART_LINK: ("embed", "embeds"),
}
"""Name of each class in the search and in paths."""


async def tree(scope: Scope, kind: ObjectType, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield everything of one class in scope: one request for each 200, and two for each of them."""
    cql = f"type = {TYPES[kind][0]}"
    if not scope.whole_site:
        cql += f" and space in ({', '.join(quoted(space.key) for space in scope.in_order())})"
    params = {"cql": cql, "limit": SEARCH_PAGE}
    here = resume_from
    async for page in scope.api.pages(SEARCH, params, resume_from=resume_from):
        ids = [converted(item, wire.Named, SEARCH).id for item in page.results]
        for start in range(0, len(ids), SIDE_BY_SIDE):
            some = await asyncio.gather(*(_one(scope, kind, one) for one in ids[start : start + SIDE_BY_SIDE]))
            yield Batch(tuple(some), here)
        here = page.next
        yield Batch((), here)


async def _one(scope: Scope, kind: ObjectType, one: str) -> SiteObject:
    path = f"/api/v2/{TYPES[kind][1]}/{one}"
    try:
        answer = await scope.api.get(path)
        item = converted(answer.json, wire.TreeItem, path)
        ref = Ref(kind, one, item.version.number if item.version else None, scope.shown(item.space_id), item.status)
        found: list[Part] = [
            *text_part(ref, "title", item.title),
            *people_part(ref, {"authorId": item.author_id, "ownerId": item.owner_id}),
            *((json_part(ref, "address", {"url": item.embed_url}),) if item.embed_url else ()),
        ]
        async for page in scope.api.pages(f"{path}/properties", {"limit": PAGE_SIZE}):
            found.extend(property_parts(ref, page, f"{path}/properties"))
    except (Missing, GoneError):
        return SiteObject(Ref(kind, one), coverage=Skipped("in the search, yet gone or not shown to this account"))
    except (NotAllowed, BadAnswer) as error:
        return SiteObject(Ref(kind, one), coverage=Failed(error.why))
    return SiteObject(
        ref,
        title=scope.title(item.title or "", item.space_id),
        parent=f"{item.parent_type or 'page'} {item.parent_id}" if item.parent_id else "",
        parts=tuple(found),
    )
