"""The smaller classes: spaces themselves, templates, labels, tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

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
    people_part,
    storage_part,
    text_part,
)
from rules.model import ObjectType, Ref

TEMPLATE_PAGE = "100"
BLUEPRINT = "blueprint"


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


def templates(
    scope: Scope, kind: str, space_id: str | None, _known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield the templates (`page` or `blueprint`) of one space, or the global ones.

    Every space inherits the global blueprints and lists them: they belong to the space that they name, or to none.
    """
    path = f"/rest/api/template/{kind}"
    params = {"expand": "body.storage", "limit": TEMPLATE_PAGE}
    if space_id is not None:
        params["spaceKey"] = scope.spaces[space_id].key

    def build(item: wire.Template) -> SiteObject:
        own = scope.id_of(item.space.key) if item.space else None if kind == BLUEPRINT else space_id
        ref = Ref(ObjectType.TEMPLATE, item.template_id, None, scope.shown(own))
        return SiteObject(
            ref,
            title=scope.title(item.name, own),
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
    path = "/api/v2/labels"
    return listing(scope, path, {"limit": PAGE_SIZE}, lambda page: _labels(scope, page, path), resume_from)


async def space_labels(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the labels of some spaces and of what is in them: two listings a space, where the site is not read."""
    ids = scope.all_ids()
    todo = ids[ids.index(resume_from) + 1 :] if resume_from in ids else ids
    for space in todo:
        found: list[SiteObject] = []
        for path in (f"/api/v2/spaces/{space}/labels", f"/api/v2/spaces/{space}/content/labels"):
            try:
                async for page in scope.api.pages(path, {"limit": PAGE_SIZE}):
                    found.extend(_labels(scope, page, path))
            except (NotAllowed, Missing, GoneError, BadAnswer) as error:
                found.append(SiteObject(Ref(ObjectType.LABEL, path), coverage=Failed(error.why)))
        yield Batch(tuple(found), space)


def _labels(scope: Scope, page: Page, where: str) -> tuple[SiteObject, ...]:
    def build(item: wire.Label) -> SiteObject:
        ref = Ref(ObjectType.LABEL, item.id, None, "", "current")
        return SiteObject(ref, title=scope.title(item.name), parts=text_part(ref, f"{item.prefix} label", item.name))

    return objects_of(page, wire.Label, ObjectType.LABEL, build, where)


def tasks(scope: Scope, space_ids: Sequence[str], _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the tasks of some spaces with the people they name. Their text is part of the page and scanned there."""

    def build(item: wire.Task) -> SiteObject:
        kind, container = ("page", item.page_id) if item.page_id else ("blogpost", item.blog_post_id)
        ref = Ref(ObjectType.TASK, item.id, None, scope.shown(item.space_id), "current")
        people = {"assignedTo": item.assigned_to, "completedBy": item.completed_by, "createdBy": item.created_by}
        return SiteObject(
            ref,
            url=scope.link(ref, container or ""),
            parent=f"{kind} {container}" if container else "",
            parts=people_part(ref, people),
        )

    def decode(page: Page) -> tuple[SiteObject, ...]:
        return objects_of(page, wire.Task, ObjectType.TASK, build, "/api/v2/tasks")

    return listing(scope, "/api/v2/tasks", {"space-id": list(space_ids), "limit": PAGE_SIZE}, decode, resume_from)
