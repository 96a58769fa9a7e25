"""One object, read by its id because somebody says that it changed. Its restrictions come with a page or blog post.

What says so is not believed about anything but the id: whether the object is there and what it holds, the site says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from audit.answers import converted
from audit.errors import BadAnswer, GoneError, Missing, NotAllowed
from audit.sites.base import Failed, Known, Read, SiteObject
from audit.sites.cloud import wire
from audit.sites.cloud.access import permission_entries, permissions_of, restriction_of, role_entries
from audit.sites.cloud.bodies import ADF, STORAGE_FORMAT, lacks_body
from audit.sites.cloud.content import PATHS, STATES, attachment_object, comment_object, content_object
from audit.sites.cloud.scope import Scope, SpaceInfo
from rules.model import ObjectType, Ref

PAGE_LIKE: Final = (ObjectType.PAGE, ObjectType.BLOGPOST)
COMMENTS: Final = (ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT)
ATTACHMENTS: Final = "/api/v2/attachments"
LETTERS: Final = "att"
"""Before the number of a file, in v2 alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said about one id."""

    objects: tuple[SiteObject, ...] = ()
    """The object and what was read with it; nothing where it is outside of the scope."""
    gone: tuple[ObjectType, ...] = ()
    """As what it is not there (any more), or not shown to this account; empty where it is there."""


async def content_again(scope: Scope, one: str, kinds: tuple[ObjectType, ...]) -> Answer:
    """Return a page or blog post, tried as each of `kinds`, with its restrictions.

    Raises the error of a site that does not answer at all.
    """
    for kind in kinds:
        found = await _read(scope, one, kind, _content(scope, kind))
        if found is None:
            continue
        if not found or not isinstance(found[0].coverage, Read):
            return Answer(found)
        return Answer((*found, await restriction_of(scope, found[0].ref)))
    return Answer(gone=kinds)


async def comment_again(scope: Scope, known: Known, one: str) -> Answer:
    """Return a comment: its id does not say whether it is one in the text. Raises as `content_again` does."""
    for kind in COMMENTS:
        found = await _read(scope, one, kind, _Shape(wire.Comment, partial(comment_object, scope, kind, known)))
        if found is not None:
            return Answer(found)
    return Answer(gone=COMMENTS)


async def attachment_again(scope: Scope, known: Known, one: str) -> Answer:
    """Return a file: its name and comments. `one` is its number alone. Raises as `content_again` does."""
    shape = _Shape(wire.Attachment, partial(attachment_object, scope, known), form=False)
    found = await _read(scope, f"{LETTERS}{one}", ObjectType.ATTACHMENT, shape)
    return Answer(gone=(ObjectType.ATTACHMENT,)) if found is None else Answer(found)


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
    build: partial[SiteObject | None] | partial[SiteObject]
    form: bool = True
    """Whether it has a body, of which a form is asked for."""
    status: tuple[str, ...] = ()


def _content(scope: Scope, kind: ObjectType) -> _Shape:
    return _Shape(wire.Content, partial(_in_scope, scope, kind), status=STATES[kind])


def _in_scope(scope: Scope, kind: ObjectType, item: wire.Content) -> SiteObject | None:
    outside = item.space_id not in scope.spaces and not scope.whole_site
    return None if outside else content_object(scope, kind, item)


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
