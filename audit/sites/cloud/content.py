"""Pages, blog posts, comments, attachments and custom content: v2 listings over many spaces, bodies included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial

from audit.http import Page
from audit.sites.base import Batch, Failed, Known, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import NO_BODY, body_part, stored, with_documents
from audit.sites.cloud.scope import PAGE_SIZE, Scope, json_part, listing, objects_of, text_part
from rules.model import ObjectType, Ref

STATES = {
    ObjectType.PAGE: ("current", "archived", "trashed"),
    ObjectType.BLOGPOST: ("current", "trashed"),
}
"""States that the v2 listings can return; drafts come through `drafts`."""
PATHS = {
    ObjectType.PAGE: "/api/v2/pages",
    ObjectType.BLOGPOST: "/api/v2/blogposts",
    ObjectType.FOOTER_COMMENT: "/api/v2/footer-comments",
    ObjectType.INLINE_COMMENT: "/api/v2/inline-comments",
    ObjectType.CUSTOM_CONTENT: "/api/v2/custom-content",
}


def content_object(scope: Scope, object_type: ObjectType, item: wire.Content) -> SiteObject:
    """Return a page or blog post with its title, body and version message."""
    ref = Ref(object_type, item.id, item.version.number, scope.shown(item.space_id), item.status)
    return SiteObject(
        ref,
        title=scope.title(item.title, item.space_id),
        url=scope.link(ref),
        author=item.version.author_id or item.author_id or "",
        parent=f"{item.parent_type or 'page'} {item.parent_id}" if item.parent_id else "",
        parts=(
            *text_part(ref, "title", item.title),
            *text_part(ref, "version message", item.version.message),
            *body_part(ref, item.body),
            *scope.makers(
                ref, {"authorId": item.author_id, "ownerId": item.owner_id, "lastOwnerId": item.last_owner_id}
            ),
        ),
    )


def content(
    scope: Scope, object_type: ObjectType, space_ids: Sequence[str], _known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield all pages or all blog posts of some spaces in one chain of listings."""
    params = {
        "space-id": list(space_ids),
        "status": list(STATES[object_type]),
        "body-format": "storage",
        "limit": PAGE_SIZE,
    }

    def decode(page: Page) -> tuple[SiteObject, ...]:
        build = partial(content_object, scope, object_type)
        return objects_of(page, wire.Content, object_type, build, PATHS[object_type])

    batches = listing(scope, PATHS[object_type], params, decode, resume_from, doubt_empty=True)
    again = {"status": params["status"]}
    return with_documents(scope, batches, wire.Content, partial(content_object, scope), PATHS, again)


def container_of(item: wire.Comment | wire.Attachment) -> tuple[str, str]:
    """Return what a comment or a file hangs on, as (kind, id). `content` is custom content of whatever type."""
    on_file = item.attachment_id if isinstance(item, wire.Comment) else None
    held = (
        ("page", item.page_id),
        ("blogpost", item.blog_post_id),
        ("content", item.custom_content_id),
        ("content", on_file),
    )
    return next(((kind, one) for kind, one in held if one), ("", ""))


def comment_object(scope: Scope, object_type: ObjectType, known: Known, item: wire.Comment) -> SiteObject | None:
    """Return a comment with its body, None for one outside of the scope."""
    kind, container = container_of(item)
    home = known.content.get(container)
    if home is None and not scope.whole_site:
        return None
    ref = Ref(object_type, item.id, item.version.number, home.space if home else "", item.status)
    selection = item.properties.inline_original_selection if item.properties else None
    return SiteObject(
        ref,
        url=scope.link(ref, container),
        author=item.version.author_id or "",
        parent=f"{kind} {container}" if container else "",
        parts=(
            *text_part(ref, "version message", item.version.message),
            *((json_part(ref, "inlineOriginalSelection", selection),) if selection else ()),
            *body_part(ref, item.body),
            *scope.makers(ref, {"resolutionLastModifierId": item.resolution_last_modifier_id}),
        ),
    )


def comments(scope: Scope, object_type: ObjectType, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield all footer or all inline comments of the site that stand in scope, in one chain of listings."""
    build = partial(comment_object, scope, object_type, known)

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Comment, object_type, build, PATHS[object_type])

    params = {"body-format": "storage", "limit": PAGE_SIZE}
    batches = listing(scope, PATHS[object_type], params, decode, resume_from, doubt_empty=True)
    return with_documents(scope, batches, wire.Comment, lambda _, item: build(item), PATHS, {})


def attachment_object(scope: Scope, known: Known, item: wire.Attachment) -> SiteObject | None:
    """Return a file with its name and comment, None for one outside of the scope."""
    kind, container = container_of(item)
    home = known.content.get(container)
    if home is None and not scope.whole_site:
        return None
    # The comment of a file is the message of its version: the same words are looked at once.
    message = None if item.version.message == item.comment else item.version.message
    ref = Ref(ObjectType.ATTACHMENT, item.id, item.version.number, home.space if home else "", item.status)
    return SiteObject(
        ref,
        title="" if home and home.space.startswith("~") else scope.title(item.title),
        url=scope.link(ref, container),
        author=item.version.author_id or "",
        parent=f"{kind} {container}" if container else "",
        parts=(
            *text_part(ref, "file name", item.title),
            *text_part(ref, "comment", item.comment),
            *text_part(ref, "version message", message),
        ),
    )


def attachments(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield all attachments of the site that stand in scope: their names and comments, not what is in the files."""
    build = partial(attachment_object, scope, known)

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Attachment, ObjectType.ATTACHMENT, build, "/api/v2/attachments")

    params = {"status": ["current", "archived", "trashed"], "limit": PAGE_SIZE}
    return listing(scope, "/api/v2/attachments", params, decode, resume_from, doubt_empty=True)


def custom_content(
    scope: Scope, content_type: str, space_ids: Sequence[str], _known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield the custom content of one type, each body in the form in which it is stored."""

    def build(item: wire.CustomContent) -> SiteObject:
        ref = Ref(ObjectType.CUSTOM_CONTENT, item.id, item.version.number, scope.shown(item.space_id), item.status)
        return SiteObject(
            ref,
            title=scope.title(item.title, item.space_id),
            url=scope.link(ref, item.page_id or ""),
            author=item.version.author_id or "",
            parent=f"page {item.page_id}" if item.page_id else "",
            parts=(
                *text_part(ref, "title", item.title),
                *body_part(ref, item.body, content_type=item.type),
                *scope.makers(ref, {"authorId": item.author_id}),
            ),
        )

    def decode(page: Page) -> tuple[SiteObject, ...]:
        path = PATHS[ObjectType.CUSTOM_CONTENT]
        return objects_of(page, wire.CustomContent, ObjectType.CUSTOM_CONTENT, build, path)

    # What is raw comes as `raw`, whatever was asked for; everything else as storage format where the site has it.
    params = {"type": content_type, "space-id": list(space_ids), "body-format": "storage", "limit": PAGE_SIZE}
    batches = listing(scope, PATHS[ObjectType.CUSTOM_CONTENT], params, decode, resume_from)
    return with_documents(scope, batches, wire.CustomContent, lambda _, item: build(item), PATHS, {})


def drafts(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the unpublished drafts that the API shows to this account: its own, through v1 `content/search`."""

    def build(item: wire.Found) -> SiteObject | None:
        if item.type not in (ObjectType.PAGE.value, ObjectType.BLOGPOST.value):
            return None
        space_id = str(item.space.id) if item.space and item.space.id is not None else None
        if not scope.whole_site and space_id not in scope.spaces:
            return None
        object_type = ObjectType(item.type)
        ref = Ref(object_type, item.id, item.version.number if item.version else None, scope.shown(space_id), "draft")
        if stored(item.body) is None:
            return SiteObject(ref, coverage=Failed(NO_BODY))
        return SiteObject(
            ref,
            title=scope.title(item.title, space_id),
            url=scope.link(ref),
            parts=(*text_part(ref, "title", item.title), *body_part(ref, item.body)),
        )

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Found, ObjectType.PAGE, build, "/rest/api/content/search")

    params = {
        "cql": "type in (page, blogpost)",
        "cqlcontext": '{"contentStatuses":["draft"]}',
        "expand": "body.storage,version,space",
        "limit": "50",
    }
    batches = listing(scope, "/rest/api/content/search", params, decode, resume_from)
    return with_documents(scope, batches, wire.Content, partial(content_object, scope), PATHS, {"get-draft": "true"})
