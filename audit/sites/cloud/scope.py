"""What every reader of the cloud source shares: the API, the spaces in scope, and how objects are addressed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from audit.answers import converted, results_of
from audit.errors import BadAnswer
from audit.http import Api, Page
from audit.sites.base import Batch, Failed, Known, SiteObject
from audit.sites.cloud import wire
from rules.masking import mask, mask_text
from rules.model import Kind, ObjectType, Part, Ref

PAGE_SIZE = "250"
"""Largest page size of every v2 listing (OpenAPI document of v2, June 2026)."""
SPACES_A_LISTING = 100
"""Most space ids that one v2 listing takes."""
SIDE_BY_SIDE = 8
"""Requests under way at once where each object costs one; two of the ten connections stay free for listings."""
CHAINS = 4
"""Cursor chains that run side by side: a chain is serial, several keep the connections busy."""

T = TypeVar("T")
Reader = Callable[[Known, str | None], AsyncIterator[Batch]]


@dataclass(frozen=True, slots=True)
class SpaceInfo:
    """One space in scope."""

    id: str
    key: str
    """The key as the API wants it. For a personal space it names its owner: never shown, see `shown`."""
    name: str
    status: str
    description: str
    author_id: str
    homepage_id: str = ""

    @property
    def personal(self) -> bool:
        """Return whether the space belongs to one person, whose name its key carries."""
        return self.key.startswith("~")

    @property
    def shown(self) -> str:
        """Return the key as reports may show it."""
        return f"~{mask('username', self.key[1:])}" if self.personal else self.key


@dataclass(frozen=True, slots=True)
class Scope:
    """The site, the spaces to read and how to reach them."""

    api: Api
    site: str
    """Origin of the site for links."""
    spaces: Mapping[str, SpaceInfo]
    """Space id -> space."""
    whole_site: bool
    """False when the caller named spaces: objects elsewhere are then none of our business."""
    people: bool = False
    """Whether who made, owns or resolved content is looked at as well: Confluence is to hold that, so that only
    whoever asks about one person needs it."""

    def shown(self, space_id: str | None) -> str:
        """Return the key of a space as reports may show it, empty for an unknown one."""
        space = self.spaces.get(space_id or "")
        return space.shown if space else ""

    def id_of(self, key: str) -> str | None:
        """Return the id of the space in scope that has a key, None where there is none."""
        return next((space.id for space in self.spaces.values() if space.key == key), None)

    def makers(self, ref: Ref, people: Mapping[str, str | None]) -> tuple[Part, ...]:
        """Return who made or owns an object as a part, where that is to be looked at."""
        return people_part(ref, people) if self.people else ()

    def title(self, title: str, space_id: str | None = None) -> str:
        """Return a title as it may be written down: every detected personal value in it masked.

        What stands in a personal space is left without a title: as a rule it is the owner's name, or holds it.
        """
        space = self.spaces.get(space_id or "")
        return "" if space is not None and space.personal else mask_text(title)

    def in_order(self) -> tuple[SpaceInfo, ...]:
        """Return the spaces by id, the same order in every run."""
        return tuple(sorted(self.spaces.values(), key=lambda space: (len(space.id), space.id)))

    def all_ids(self) -> tuple[str, ...]:
        """Return the ids of all spaces in scope."""
        return tuple(space.id for space in self.in_order())

    def hundreds(self) -> tuple[tuple[str, ...], ...]:
        """Return the ids of all spaces in as few groups as one listing takes."""
        return spread(self.all_ids(), math.ceil(len(self.spaces) / SPACES_A_LISTING))

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the space ids in as many groups as chains should run side by side."""
        return spread(self.all_ids(), max(CHAINS, math.ceil(len(self.spaces) / SPACES_A_LISTING)))

    def link(self, ref: Ref, container: str = "") -> str:
        """Return a link to exactly this version, made of ids only: titles and user names stay out of it.

        What has no address of its own, custom content and tasks, leads to what carries it. Labels have none: it would
        hold their text. Comments, files and templates have one, and their versions have none.
        """
        page = f"{self.site}/wiki/pages/viewpage.action?pageId="
        match ref.type:
            case ObjectType.PAGE | ObjectType.BLOGPOST:
                return f"{page}{ref.id}" + (f"&pageVersion={ref.version}" if ref.version else "")
            case ObjectType.FOOTER_COMMENT | ObjectType.INLINE_COMMENT if container:
                return f"{page}{container}&focusedCommentId={ref.id}"
            case ObjectType.ATTACHMENT if container:
                return f"{self.site}/wiki/pages/viewpageattachments.action?pageId={container}"
            case ObjectType.CUSTOM_CONTENT | ObjectType.TASK if container:
                return f"{page}{container}"
            case ObjectType.TEMPLATE:
                return f"{self.site}/wiki/pages/templates2/viewpagetemplate.action?entityId={ref.id}"
            case _:
                return ""


def spread(items: Sequence[T], groups: int) -> tuple[tuple[T, ...], ...]:
    """Return `items` dealt into at most `groups` groups of nearly equal size, none of them empty."""
    return tuple(tuple(items[start::groups]) for start in range(min(groups, len(items))))


def text_part(ref: Ref, path: str, text: str | None) -> tuple[Part, ...]:
    """Return the one part that holds `text`, or none where there is nothing to look at."""
    return (Part(ref, path, Kind.TEXT, text.encode("utf-8", "surrogatepass")),) if text and text.strip() else ()


def storage_part(ref: Ref, body: wire.Body | None, path: str = "body") -> tuple[Part, ...]:
    """Return the storage body as a part. Raises `BadAnswer` when the site sent none: missing is not empty."""
    if body is None or body.storage is None:
        raise BadAnswer(
            what="The site sent an object without its body",
            where=f"{ref.type.value} {ref.id}",
            why="the field body.storage is missing",
            fix="Check that the account may view it; it counts as not assessed.",
        )
    data = body.storage.value.encode("utf-8", "surrogatepass")
    return (Part(ref, path, Kind.STORAGE, data),)


def people_part(ref: Ref, people: Mapping[str, str | None]) -> tuple[Part, ...]:
    """Return the identity fields of an object as one JSON part, so that rules can judge the shape of each id."""
    present = {name: value for name, value in people.items() if value}
    return (json_part(ref, "people", present),) if present else ()


def json_part(ref: Ref, path: str, value: object) -> Part:
    """Return a value as a part, in canonical form."""
    return Part(ref, path, Kind.JSON, msgspec.json.encode(value, order="sorted"))


def objects_of(
    page: Page, kind: type[T], object_type: ObjectType, build: Callable[[T], SiteObject | None], where: str
) -> tuple[SiteObject, ...]:
    """Return the objects of one answer. An item of another shape becomes a failed object, never a missing one.

    `build` returns None for items that are out of scope.
    """
    found: list[SiteObject] = []
    for index, item in enumerate(page.results):
        item_id = str(item.get("id") or item.get("templateId") or f"{where}#{index}")
        try:
            built = build(converted(item, kind, f"{where}, {object_type.value} {item_id}"))
        except BadAnswer as error:
            built = SiteObject(Ref(object_type, item_id), coverage=Failed(error.why))
        if built is not None:
            found.append(built)
    return tuple(found)


async def listing(
    scope: Scope,
    path: str,
    params: Mapping[str, str | Sequence[str]],
    decode: Callable[[Page], tuple[SiteObject, ...]],
    resume_from: str | None,
    *,
    doubt_empty: bool = False,
) -> AsyncIterator[Batch]:
    """Yield one batch for each answer of a listing, until the site names no next one.

    With `doubt_empty` a listing that ends with an empty answer is asked for that answer a second time: an answer that
    was lost on the way looks the same. Raises `BadAnswer` when the second one says something else.
    """
    here = resume_from
    async for page in scope.api.pages(path, params, resume_from=resume_from):
        if doubt_empty and not page.results and page.next is None:
            again = await (scope.api.get(path, params) if here is None else scope.api.get(here))
            if results_of(again):
                raise BadAnswer(
                    what="The site ended a listing and, asked again, went on with it",
                    where=path,
                    why="one of two answers to the same question was empty",
                    fix="The listing counts as not finished; go on with `confluence-gdpr audit --resume`.",
                )
        yield Batch(decode(page), page.next)
        here = page.next


async def one_by_one(
    items: Iterable[T], resume_from: str | None, fetch: Callable[[T], Awaitable[SiteObject]], name: Callable[[T], str]
) -> AsyncIterator[Batch]:
    """Yield the objects that cost a request each, some side by side; a chain resumes behind the last batch done."""
    todo = list(items)
    if resume_from is not None:
        names = [name(item) for item in todo]
        todo = todo[names.index(resume_from) + 1 :] if resume_from in names else todo
    for start in range(0, len(todo), SIDE_BY_SIDE):
        some = todo[start : start + SIDE_BY_SIDE]
        objects = await asyncio.gather(*(fetch(item) for item in some))
        yield Batch(tuple(objects), name(some[-1]))
