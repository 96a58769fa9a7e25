"""What an event of the site is about: ids only. What it says about the object itself is never believed.

The name of an event stands in the address that it is sent to, which its token signs; the body is signed by nobody.
Source: https://developer.atlassian.com/cloud/confluence/modules/webhook/ (names of events).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_ID: Final = re.compile(r"(?:att)?[0-9]{1,20}")
MOST_OBJECTS: Final = 200
"""Of one event: files that were attached at once."""


class Subject(StrEnum):
    """What is looked at again, in the order in which that is done: comments count where their page is known."""

    PAGE = "page"
    BLOGPOST = "blogpost"
    CONTENT = "content"
    """A page or a blog post: an event about permissions does not surely say which."""
    SPACE = "space"
    COMMENT = "comment"
    ATTACHMENT = "attachment"
    USER = "user"
    """Nothing to read: the event itself is judged."""


@dataclass(frozen=True, slots=True)
class Known:
    """One event that is worked on."""

    subject: Subject
    member: tuple[str, ...]
    """Where its body names the object: the first that is there."""
    removes: bool = False
    """Afterwards the object is gone for good."""


@dataclass(frozen=True, slots=True)
class Named:
    """One object that an event names."""

    subject: Subject
    id: str
    """A number. Of a space its key, which may name a person and is not kept as it is; of a user event empty."""
    removes: bool


class Unusable(ValueError):  # noqa: N818 - says what the body is
    """The body of an event names no object. Its contents are not repeated."""


def _events() -> Iterator[tuple[str, Known]]:
    for noun, subject, member, verbs in (
        ("page", Subject.PAGE, ("page",), "created updated moved copied restored trashed archived unarchived removed"),
        ("blog", Subject.BLOGPOST, ("blog", "blogpost"), "created updated moved restored trashed removed"),
        ("comment", Subject.COMMENT, ("comment",), "created updated removed"),
        (
            "attachment",
            Subject.ATTACHMENT,
            ("attachments", "attachment"),
            "created updated restored trashed archived unarchived removed",
        ),
    ):
        for verb in verbs.split():
            yield f"{noun}_{verb}", Known(subject, member, verb == "removed")
    yield "content_permissions_updated", Known(Subject.CONTENT, ("content",))
    yield "space_permissions_updated", Known(Subject.SPACE, ("space",))
    for verb in ("created", "deactivated", "reactivated", "removed"):
        yield f"user_{verb}", Known(Subject.USER, ())


EVENTS: Final[Mapping[str, Known]] = dict(_events())
"""Name of an event -> what is done about it."""


def decoded(event: str, body: bytes) -> tuple[Named, ...]:
    """Return the objects that an event of `EVENTS` names, each once. Raises `Unusable` when there are none."""
    known = EVENTS[event]
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict):
        raise Unusable("its body is no JSON object")
    if known.subject is Subject.USER:
        return (Named(Subject.USER, "", known.removes),)
    found = next((whole[name] for name in known.member if name in whole), None)
    objects = found if isinstance(found, list) else [found]
    named = tuple(dict.fromkeys(Named(known.subject, _id(known.subject, each), known.removes) for each in objects))
    if not named or len(named) > MOST_OBJECTS:
        raise Unusable("it names no object, or too many")
    return named


def _id(subject: Subject, found: object) -> str:
    value = found.get("key" if subject is Subject.SPACE else "id") if isinstance(found, dict) else None
    if subject is Subject.SPACE:
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
    elif isinstance(value, str | int) and not isinstance(value, bool) and _ID.fullmatch(str(value)):
        return str(value).removeprefix("att")
    raise Unusable("it names no object by an id")
