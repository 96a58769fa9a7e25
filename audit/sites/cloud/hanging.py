"""What hangs on one page or blog post: its comments, the answers to them, and its files.

Source: the OpenAPI document of the Confluence Cloud REST API v2 (June 2026). The listing of a page has the comments
that answer no other; answers are listed under what they answer.
"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from audit.http import Page
from audit.sites.base import Known, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import STORAGE_FORMAT, with_documents
from audit.sites.cloud.content import PATHS, attachment_object, comment_object
from audit.sites.cloud.each import COMMENTS
from audit.sites.cloud.scope import PAGE_SIZE, Scope, listing, objects_of
from rules.model import ObjectType, Ref


async def hanging_on(scope: Scope, ref: Ref) -> tuple[SiteObject, ...]:
    """Return what hangs on a page or blog post. Raises the error of any of its listings: a part would look like all."""
    found: list[SiteObject] = []
    for kind in COMMENTS:
        todo = [f"{PATHS[ref.type]}/{ref.id}/{PATHS[kind].rpartition('/')[2]}"]
        for path in todo:
            some = await _comments(scope, ref, kind, path)
            todo += [f"{PATHS[kind]}/{one.ref.id}/children" for one in some]
            found += some
    return (*found, *await _files(scope, ref))


async def _comments(scope: Scope, home: Ref, kind: ObjectType, path: str) -> list[SiteObject]:
    known = _alone(home)
    # An answer does not say on which page it stands.
    place = {"page_id": home.id} if home.type is ObjectType.PAGE else {"blog_post_id": home.id}

    def build(item: wire.Comment) -> SiteObject | None:
        return comment_object(scope, kind, known, replace(item, **place))

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Comment, kind, build, path)

    batches = listing(scope, path, {"body-format": STORAGE_FORMAT, "limit": PAGE_SIZE}, decode, None)
    whole = with_documents(scope, batches, wire.Comment, lambda _, item: build(item), PATHS, {})
    return [one async for batch in whole for one in batch.objects]


async def _files(scope: Scope, home: Ref) -> list[SiteObject]:
    path, build = f"{PATHS[home.type]}/{home.id}/attachments", partial(attachment_object, scope, _alone(home))

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Attachment, ObjectType.ATTACHMENT, build, path)

    params = {"status": ["current", "archived", "trashed"], "limit": PAGE_SIZE}
    return [one async for batch in listing(scope, path, params, decode, None) for one in batch.objects]


def _alone(home: Ref) -> Known:
    return Known({home.id: home}, frozenset(), frozenset())
