"""One object, read by its id because somebody says that it changed. Its restrictions come with a page or blog post.

What says so is not believed about anything but the id: whether the object is there and what it holds, the site says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.sites.base import Failed, Known, Read, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.access import permission_entries, permissions_of, restriction_of, role_entries
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, lacks_body
from audit.sites.cloud.content import (
    PATHS,
    STATES,
    attachment_object,
    comment_object,
    container_of,
    content_object,
)
from audit.sites.cloud.each import COMMENTS
from audit.sites.cloud.hanging import hanging_on
from audit.sites.cloud.scope import Scope, SpaceInfo
from rules.model import ObjectType, Ref

PAGE_LIKE: Final = (ObjectType.PAGE, ObjectType.BLOGPOST)
ATTACHMENTS: Final = "/api/v2/attachments"
UNSEEN: Final = "the site shows it, and not the page that it hangs on"
Held = Callable[[ObjectType, str], Ref | None]
"""(type, id) -> the page or blog post as a run has it; None where the run does not have it as read."""
LETTERS: Final = "att"
"""Before the number of a file, in v2 alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said about one id."""

    objects: tuple[SiteObject, ...] = ()
    """The object and what was read with it."""
    gone: tuple[ObjectType, ...] = ()
    """As what it is not there (any more), or not shown to this account; empty where it is there."""
    outside: tuple[ObjectType, ...] = ()
    """As what it is there, yet in no space that is looked at."""


def nothing_held(_kind: ObjectType, _id: str) -> Ref | None:
    """Return that nothing is held of any object."""
    return None


async def content_again(scope: Scope, one: str, kinds: tuple[ObjectType, ...], held: Held = nothing_held) -> Answer:
    """Return a page or blog post, tried as each of `kinds`, with its restrictions.

    Where `held` does not have it as published in the space where it stands, because it is new, was moved or is back,
    its comments and files come with it. Raises the error of a site that does not answer at all.
    """
    for kind in kinds:
        found = await _read(scope, one, kind, _content(scope, kind))
        if found is None:
            continue
        if not found:
            return Answer(outside=(kind,))
        if not isinstance(found[0].coverage, Read):
            return Answer(found)
        ref, before = found[0].ref, held(kind, one)
        known = before is not None and (before.space, before.status) == (ref.space, "current")
        hanging = () if known or ref.status == "trashed" else await hanging_on(scope, ref)
        return Answer((*found, await restriction_of(scope, ref), *hanging))
    return Answer(gone=kinds)


async def comment_again(scope: Scope, known: Known, one: str) -> Answer:
    """Return a comment: its id does not say whether it is one in the text. Raises as `content_again` does.

    One whose page is not in `known` comes with that page and all that hangs on it, where the page is in scope.
    """
    for kind in COMMENTS:
        answer = await _on_page(scope, known, one, kind)
        if not answer.gone:
            return answer
    return Answer(gone=COMMENTS)


async def attachment_again(scope: Scope, known: Known, one: str) -> Answer:
    """Return a file: its name and comments. `one` is its number alone. Otherwise as `comment_again`."""
    return await _on_page(scope, known, f"{LETTERS}{one}", ObjectType.ATTACHMENT)


async def space_again(scope: Scope, space: SpaceInfo, classes: frozenset[ObjectType]) -> Answer:
    """Return who may do what in a space, in the `classes` that the run looks at. Raises as `content_again` does."""
    lists = (
        ("permissions", ObjectType.SPACE_PERMISSION, permission_entries),
        ("role-assignments", ObjectType.SPACE_ROLE, role_entries),
    )
    return Answer(
        tuple(
            [
                await permissions_of(scope, space, name, counted_as, entries)
                for name, counted_as, entries in lists
                if counted_as in classes
            ]
        )
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: type[wire.Content | wire.Comment | wire.Attachment]
    build: Callable[[Any], SiteObject | None]
    form: bool = True
    """Whether it has a body, of which a form is asked for."""
    status: tuple[str, ...] = ()


def _content(scope: Scope, kind: ObjectType) -> _Shape:
    return _Shape(wire.Content, partial(_in_scope, scope, kind), status=STATES[kind])


def _in_scope(scope: Scope, kind: ObjectType, item: wire.Content) -> SiteObject | None:
    outside = item.space_id not in scope.spaces and not scope.whole_site
    return None if outside else content_object(scope, kind, item)


async def _on_page(scope: Scope, known: Known, one: str, kind: ObjectType) -> Answer:
    """Return a comment or a file, with its page where that is in scope and not in `known`."""
    homes: list[tuple[str, str]] = []
    found = await _read(scope, one, kind, _hanging_shape(scope, known, kind, homes))
    if found is None:
        return Answer(gone=(kind,))
    noun, page = homes[-1] if homes else ("", "")
    if found or noun not in PAGE_LIKE:
        return Answer(found, outside=() if found else (kind,))
    there = await content_again(scope, page, (ObjectType(noun),))
    if there.gone:
        return Answer((SiteObject(Ref(kind, one), coverage=Failed(UNSEEN)),))
    if there.outside or any((each.ref.type, each.ref.id) == (kind, one) for each in there.objects):
        return replace(there, outside=(kind,) if there.outside else ())
    now = Known({page: there.objects[0].ref}, frozenset(), frozenset())
    own = await _read(scope, one, kind, _hanging_shape(scope, now, kind, homes))
    return Answer((*there.objects, *(own or ())))


def _hanging_shape(scope: Scope, known: Known, kind: ObjectType, homes: list[tuple[str, str]]) -> _Shape:
    """Return how a comment or a file is read; on what it hangs is added to `homes`."""

    def build(item: wire.Comment | wire.Attachment) -> SiteObject | None:
        homes.append(container_of(item))
        if isinstance(item, wire.Comment):
            return comment_object(scope, kind, known, item)
        return attachment_object(scope, known, item)

    is_file = kind is ObjectType.ATTACHMENT
    return _Shape(wire.Attachment if is_file else wire.Comment, build, form=not is_file)


async def _read(scope: Scope, one: str, kind: ObjectType, shape: _Shape) -> tuple[SiteObject, ...] | None:
    """Return the object, nothing where it is outside of the scope, None where it is not there."""
    path = f"{PATHS.get(kind, ATTACHMENTS)}/{one}"
    params: Mapping[str, str | tuple[str, ...]] = {"status": shape.status} if shape.status else {}
    found: SiteObject | None = None
    for form in (STORAGE_FORMAT, ADF) if shape.form else ("",):
        try:
            answer = await scope.api.get(path, {**params, **({"body-format": form} if form else {})})
            found = shape.build(converted(answer.json, shape.kind, path))
        except (Missing, GoneError):
            return None
        except (NotAllowed, BadAnswer) as error:
            found = SiteObject(Ref(kind, one), coverage=Failed(error.why))
        if found is None or not lacks_body(found):
            break
    return () if found is None else (found,)
