"""The smaller classes: spaces themselves, templates, labels, tasks, and what costs one request for each object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import msgspec

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.http import Page
from audit.sites.base import Batch, Failed, Known, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.scope import (
    PAGE_SIZE,
    Scope,
    SpaceInfo,
    listing,
    objects_of,
    one_by_one,
    storage_part,
    text_part,
)
from rules.model import Kind, ObjectType, Part, Ref

TEMPLATE_PAGE = "100"
WATCH_PAGE = "200"
KINDS = {ObjectType.PAGE: "pages", ObjectType.BLOGPOST: "blogposts"}
"""Path segment of each kind of content in v2."""


async def spaces(scope: Scope, _known: Known, _resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the spaces in scope with their names and descriptions. They were listed before the crawl began."""
    yield Batch(tuple(_space(scope, space) for space in scope.in_order()), None)


def _space(scope: Scope, space: SpaceInfo) -> SiteObject:
    ref = Ref(ObjectType.SPACE, space.id, None, space.shown, space.status)
    people = people_part(ref, {"authorId": space.author_id})
    return SiteObject(
        ref,
        # The name of a personal space is the name of its owner.
        title="personal space" if space.personal else scope.title(space.name),
        url="" if space.personal else f"{scope.site}/wiki/spaces/{space.key}",
        parts=(*text_part(ref, "name", space.name), *text_part(ref, "description", space.description), *people),
    )


def people_part(ref: Ref, people: Mapping[str, str | None]) -> tuple[Part, ...]:
    """Return the identity fields of an object as one JSON part, so that rules can judge the shape of each id."""
    present = {name: value for name, value in people.items() if value}
    return (Part(ref, "people", Kind.JSON, msgspec.json.encode(present, order="sorted")),) if present else ()


def templates(
    scope: Scope, kind: str, space_id: str | None, _known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield the templates (`page` or `blueprint`) of one space, or the global ones."""
    path = f"/rest/api/template/{kind}"
    params = {"expand": "body.storage", "limit": TEMPLATE_PAGE}
    if space_id is not None:
        params["spaceKey"] = scope.spaces[space_id].key

    def build(item: wire.Template) -> SiteObject:
        ref = Ref(ObjectType.TEMPLATE, item.template_id, None, scope.shown(space_id))
        return SiteObject(
            ref,
            title=scope.title(item.name, space_id),
            url=scope.link(ref),
            parts=(
                *text_part(ref, "title", item.name),
                *text_part(ref, "description", item.description),
                *storage_part(ref, item.body),
            ),
        )

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Template, ObjectType.TEMPLATE, build, path)

    return listing(scope, path, params, decode, resume_from)


def labels(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the labels of the site. They belong to no space."""

    def build(item: wire.Label) -> SiteObject:
        ref = Ref(ObjectType.LABEL, item.id, None, "", "current")
        return SiteObject(ref, title=scope.title(item.name), parts=text_part(ref, f"{item.prefix} label", item.name))

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Label, ObjectType.LABEL, build, "/api/v2/labels")

    return listing(scope, "/api/v2/labels", {"limit": PAGE_SIZE}, decode, resume_from)


def tasks(scope: Scope, space_ids: Sequence[str], _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the tasks of some spaces with the people they name. Their text is part of the page and scanned there."""

    def build(item: wire.Task) -> SiteObject:
        kind, container = ("page", item.page_id) if item.page_id else ("blogpost", item.blog_post_id)
        ref = Ref(ObjectType.TASK, item.id, None, scope.shown(item.space_id), "current")
        people = {"assignedTo": item.assigned_to, "completedBy": item.completed_by, "createdBy": item.created_by}
        return SiteObject(ref, parent=f"{kind} {container}" if container else "", parts=people_part(ref, people))

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Task, ObjectType.TASK, build, "/api/v2/tasks")

    return listing(scope, "/api/v2/tasks", {"space-id": list(space_ids), "limit": PAGE_SIZE}, decode, resume_from)


def space_properties(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the properties of every space in scope, one request a space; a space is one object of this class."""

    async def fetch(space: SpaceInfo) -> SiteObject:
        ref = Ref(ObjectType.SPACE, space.id, None, space.shown, space.status)
        return await _collected(
            scope, ref, f"/api/v2/spaces/{space.id}/properties", ObjectType.SPACE_PROPERTY, _property_parts
        )

    return one_by_one(scope.in_order(), resume_from, fetch, lambda space: space.id)


def content_properties(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the properties of every page and blog post, one request each."""
    return _each(scope, known, resume_from, "properties", ObjectType.CONTENT_PROPERTY, _property_parts)


def versions(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the older versions of every page and blog post with their bodies, one request each at least."""
    return _each(scope, known, resume_from, "versions", ObjectType.VERSION, _version_parts, {"body-format": "storage"})


def likes(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the accounts that like every page and blog post, one request each."""
    return _each(scope, known, resume_from, "likes/users", ObjectType.LIKE, _like_parts)


def watches(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the watchers of every page, one request each. Blog posts are content to this resource as well."""

    async def fetch(ref: Ref) -> SiteObject:
        path = f"/rest/api/content/{ref.id}/notification/child-created"
        return await _collected(scope, ref, path, ObjectType.WATCH, _watch_parts, {"limit": WATCH_PAGE})

    return one_by_one(_current(known), resume_from, fetch, lambda ref: ref.id)


Parts = Callable[[Ref, Page, str], tuple[Part, ...]]


def _each(
    scope: Scope,
    known: Known,
    resume_from: str | None,
    name: str,
    counted_as: ObjectType,
    parts: Parts,
    extra: Mapping[str, str] | None = None,
) -> AsyncIterator[Batch]:
    async def fetch(ref: Ref) -> SiteObject:
        path = f"/api/v2/{KINDS[ref.type]}/{ref.id}/{name}"
        return await _collected(scope, ref, path, counted_as, parts, {"limit": PAGE_SIZE, **(extra or {})})

    return one_by_one(_current(known), resume_from, fetch, lambda ref: ref.id)


def _current(known: Known) -> tuple[Ref, ...]:
    return tuple(ref for ref in known.content.values() if ref.status == "current")


async def _collected(
    scope: Scope, ref: Ref, path: str, counted_as: ObjectType, parts: Parts, params: Mapping[str, str] | None = None
) -> SiteObject:
    """Return one object that carries everything of one class that belongs to `ref`."""
    found: list[Part] = []
    try:
        async for page in scope.api.pages(path, params or {"limit": PAGE_SIZE}):
            found.extend(parts(ref, page, path))
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        return SiteObject(ref, coverage=Failed(error.why), counted_as=counted_as)
    return SiteObject(ref, url=scope.link(ref), parts=tuple(found), counted_as=counted_as)


def _property_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found = (converted(item, wire.Property, path) for item in page.results)
    return tuple(
        Part(ref, f"properties/{one.key}", Kind.JSON, msgspec.json.encode(one.value, order="sorted")) for one in found
    )


def _version_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for item in page.results:
        one = converted(item, wire.VersionWithBody, path)
        if one.number == ref.version:
            continue
        old = Ref(ObjectType.VERSION, ref.id, one.number, ref.space, "historical")
        found.extend(text_part(old, f"version {one.number}/message", one.message))
        content = one.page or one.blogpost
        if content is not None:
            found.extend(storage_part(old, content.body, f"version {one.number}/body"))
    return tuple(found)


def _like_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found = [converted(item, wire.Like, path) for item in page.results]
    return tuple(
        part for index, one in enumerate(found) for part in _person_part(ref, f"likes/{index}", one.account_id)
    )


def _watch_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for index, item in enumerate(page.results):
        user = converted(item, wire.Watch, path).watcher
        fields = {"accountId": user.account_id, "userKey": user.user_key, "username": user.username}
        present = {name: value for name, value in fields.items() if value}
        found.append(Part(ref, f"watches/{index}", Kind.JSON, msgspec.json.encode(present, order="sorted")))
    return tuple(found)


def _person_part(ref: Ref, path: str, account_id: str) -> tuple[Part, ...]:
    return (Part(ref, path, Kind.JSON, msgspec.json.encode({"accountId": account_id})),)
