"""What costs one request for each object: properties, old versions, likes, watches, relations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Final

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.http import Page
from audit.parts import KEY, PROPERTY, RELATIONS, WATCHES, property_path
from audit.sites.base import Batch, Failed, Known, SiteObject, Unassessed
from audit.sites.cloud import wire
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, body_part, lacks_body
from audit.sites.cloud.members import listed, members_part, target_of
from audit.sites.cloud.scope import PAGE_SIZE, Scope, SpaceInfo, json_part, one_by_one, text_part
from rules.model import ObjectType, Part, Ref

SEGMENTS = {
    ObjectType.PAGE: "pages",
    ObjectType.BLOGPOST: "blogposts",
    ObjectType.FOOTER_COMMENT: "footer-comments",
    ObjectType.INLINE_COMMENT: "inline-comments",
    ObjectType.ATTACHMENT: "attachments",
    ObjectType.CUSTOM_CONTENT: "custom-content",
}
"""Path segment of each kind of content in v2."""
COMMENTS = (ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT)
PROPERTIED = (*COMMENTS, ObjectType.ATTACHMENT, ObjectType.CUSTOM_CONTENT)
"""What has properties beside pages and blog posts."""
LABEL_WATCHES: Final = (
    "the API lists no watches of a label: it answers for one account id, and takes no username or user key any more"
)
"""Document of v1, `/user/watch/label/{labelName}`: `key` and `username` are "no longer available". Without them a
request means the caller, and without a list nobody could check what a removal has removed."""

Parts = Callable[[Ref, Page, str], tuple[Part, ...]]


def space_ref(space: SpaceInfo) -> Ref:
    """Return how findings and the coverage table name a space."""
    return Ref(ObjectType.SPACE, space.id, None, space.shown, space.status)


def space_properties(scope: Scope, _known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the properties of every space in scope, one request a space; a space is one object of this class."""

    async def fetch(space: SpaceInfo) -> SiteObject:
        path = f"/api/v2/spaces/{space.id}/properties"
        return await collected(scope, space_ref(space), [path], ObjectType.SPACE_PROPERTY, property_parts)

    return one_by_one(scope.in_order(), resume_from, fetch, lambda space: space.id)


def content_properties(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the properties of everything that has a body or is a file, one request each."""

    async def fetch(ref: Ref) -> SiteObject:
        segment = "comments" if ref.type in COMMENTS else SEGMENTS[ref.type]
        path = f"/api/v2/{segment}/{ref.id}/properties"
        return await collected(scope, ref, [path], ObjectType.CONTENT_PROPERTY, property_parts)

    return one_by_one((*_current(known), *_listed(known, PROPERTIED)), resume_from, fetch, _named)


def versions(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the older versions of every page and blog post with their bodies, one request each at least."""
    parts = partial(_version_parts, scope)

    async def fetch(ref: Ref) -> SiteObject:
        path = f"/api/v2/{SEGMENTS[ref.type]}/{ref.id}/versions"
        asked = {"limit": PAGE_SIZE, "body-format": STORAGE_FORMAT}
        found = await collected(scope, ref, [path], ObjectType.VERSION, parts, asked)
        if not lacks_body(found):
            return found
        return await collected(scope, ref, [path], ObjectType.VERSION, parts, asked | {"body-format": ADF})

    return one_by_one(_current(known), resume_from, fetch, _named)


def likes(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the accounts that like every page, blog post and comment, one request each."""

    async def fetch(ref: Ref) -> SiteObject:
        path = f"/api/v2/{SEGMENTS[ref.type]}/{ref.id}/likes/users"
        return await collected(scope, ref, [path], ObjectType.LIKE, _like_parts)

    return one_by_one((*_current(known), *_listed(known, COMMENTS)), resume_from, fetch, _named)


def watches(scope: Scope, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the watchers of every page, blog post and space, one request each."""

    async def fetch(target: tuple[Ref, str]) -> SiteObject:
        return await _lists(scope, *target, (WATCHES,), ObjectType.WATCH)

    return one_by_one(_targets(scope, known), resume_from, fetch, lambda target: _named(target[0]))


async def label_watches(_scope: Scope, known: Known, _resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield every label as one whose watches were not looked at, without a request: see `LABEL_WATCHES`."""
    labels = _listed(known, (ObjectType.LABEL,))
    why = Unassessed(LABEL_WATCHES)
    yield Batch(tuple(SiteObject(ref, coverage=why, counted_as=ObjectType.WATCH) for ref in labels), None)


def relations(scope: Scope, names: Sequence[str], known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
    """Yield the users that have a relation of one of the names to each page, blog post and space."""

    async def fetch(target: tuple[Ref, str]) -> SiteObject:
        return await _lists(scope, *target, [f"{RELATIONS}{name}" for name in names], ObjectType.RELATION)

    return one_by_one(_targets(scope, known), resume_from, fetch, lambda target: _named(target[0]))


async def _lists(scope: Scope, ref: Ref, key: str, paths: Sequence[str], counted_as: ObjectType) -> SiteObject:
    """Return one object with its lists of people, those that are empty left out."""
    found: list[Part] = []
    try:
        for path in paths:
            users = await listed(scope.api, path, target_of(ref, key))
            found += [members_part(ref, path, users)] if users else []
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        return SiteObject(ref, coverage=Failed(error.why), counted_as=counted_as)
    return SiteObject(ref, url=scope.link(ref), parts=tuple(found), counted_as=counted_as)


def _current(known: Known) -> tuple[Ref, ...]:
    return tuple(ref for ref in known.content.values() if ref.status == "current")


def _listed(known: Known, kinds: Sequence[ObjectType]) -> tuple[Ref, ...]:
    """Return what was listed of some kinds; the order is the same in every run."""
    found = ((kind, one) for kind in kinds for one in known.listed(kind, "current"))
    ordered = sorted(found, key=lambda pair: (kinds.index(pair[0]), len(pair[1]), pair[1]))
    return tuple(Ref(kind, one, None, "", "current") for kind, one in ordered)


def _targets(scope: Scope, known: Known) -> tuple[tuple[Ref, str], ...]:
    """Return every page and blog post, then every space with its key."""
    spaces = ((space_ref(space), space.key) for space in scope.in_order())
    return (*((ref, "") for ref in _current(known)), *spaces)


def _named(ref: Ref) -> str:
    return f"{ref.type.value} {ref.id}"


async def collected(
    scope: Scope,
    ref: Ref,
    paths: Sequence[str],
    counted_as: ObjectType,
    parts: Parts,
    params: Mapping[str, str] | None = None,
) -> SiteObject:
    """Return one object that carries everything of one class that belongs to `ref`."""
    found: list[Part] = []
    try:
        for path in paths:
            async for page in scope.api.pages(path, params or {"limit": PAGE_SIZE}):
                found.extend(parts(ref, page, path))
    except (NotAllowed, Missing, GoneError, BadAnswer) as error:
        return SiteObject(ref, coverage=Failed(error.why), counted_as=counted_as)
    return SiteObject(ref, url=scope.link(ref), parts=tuple(found), counted_as=counted_as)


def property_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    """Return the properties of an answer, each with its value as JSON."""
    found = (converted(item, wire.Property, path) for item in page.results)
    return tuple(part for one in found for part in stored_parts(ref, one.key, one.value, one.id))


def stored_parts(ref: Ref, key: str, value: object, number: str | None = None) -> tuple[Part, ...]:
    """Return the value of a property, and its key where that holds personal data: a key is never written."""
    path = property_path(key, number)
    name = path.removeprefix(PROPERTY)
    about = () if name == key else (json_part(ref, f"{KEY}{name}", key),)
    return (json_part(ref, path, value), *about)


def _version_parts(scope: Scope, ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for item in page.results:
        one = converted(item, wire.VersionWithBody, path)
        if one.number == ref.version:
            continue
        old = Ref(ObjectType.VERSION, ref.id, one.number, ref.space, "historical")
        found.extend(text_part(old, f"version {one.number}/message", one.message))
        found.extend(scope.makers(old, {"authorId": one.author_id}))
        content = one.page or one.blogpost
        if content is not None:
            found.extend(body_part(old, content.body, f"version {one.number}/"))
    return tuple(found)


def _like_parts(ref: Ref, page: Page, path: str) -> tuple[Part, ...]:
    found = (converted(item, wire.Like, path) for item in page.results)
    return tuple(json_part(ref, f"likes/{index}", {"accountId": one.account_id}) for index, one in enumerate(found))
