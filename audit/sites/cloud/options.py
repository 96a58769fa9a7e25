"""What an audit reads only when it is asked to: classes whose cost grows with the site, or that nobody expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from audit.errors import UsageError
from audit.sites.base import NotAssessed
from rules.model import ObjectType


@dataclass(frozen=True, slots=True)
class Costly:
    """One name that `--include` takes."""

    classes: tuple[ObjectType, ...]
    """Classes of the coverage table that it reads."""
    cost: str
    """What it costs, as reports say it."""
    extent: str
    """What is read, and what the API does not give."""
    deep: bool = True
    """Whether `--deep` reads it as well."""


CONTENTS: Final = "attachment-contents"
"""What the texts and metadata of files are asked for by."""
INCLUDABLE: Final[Mapping[str, Costly]] = {
    "properties": Costly(
        (ObjectType.CONTENT_PROPERTY,),
        "one request for each page, blog post, comment, attachment and custom content",
        "of pages, blog posts, comments, attachments and custom content; the API lists no earlier values of them",
    ),
    CONTENTS: Costly(
        (ObjectType.ATTACHMENT_CONTENT,),
        "one download for each file",
        "text and metadata of the current version of each file that is not in the trash; text in pictures and scanned"
        " pages only with --ocr",
    ),
    "versions": Costly(
        (ObjectType.VERSION,),
        "one request for each page and blog post, or more",
        "of pages and blog posts; what properties held before, the API does not list",
    ),
    "likes": Costly(
        (ObjectType.LIKE,), "one request for each page, blog post and comment", "of pages, blog posts and comments"
    ),
    "watches": Costly(
        (ObjectType.WATCH,),
        "one request for each page, blog post and space",
        "of pages, blog posts and spaces; watches of labels cannot be listed",
    ),
    "user-properties": Costly(
        (ObjectType.USER_PROPERTY,),
        "one request for each active user and one for each property",
        "of active users; the API finds no closed accounts",
    ),
    "tree": Costly(
        (ObjectType.WHITEBOARD, ObjectType.DATABASE, ObjectType.FOLDER, ObjectType.SMART_LINK),
        "two requests for each of them",
        "titles, people, addresses and properties; the API gives no text of whiteboards and databases",
    ),
    "look-and-feel": Costly(
        (ObjectType.LOOK_AND_FEEL,),
        "one request for each space and one for the site",
        "colours, backgrounds and pictures; the API gives no header, footer or custom HTML",
    ),
    "audit-log": Costly(
        (ObjectType.AUDIT_RECORD,),
        "one request for each 1,000 records, as administrator",
        "as far back as the site keeps its log",
        deep=False,
    ),
}
"""Names that `--include` takes."""
DEEP: Final = frozenset(name for name, one in INCLUDABLE.items() if one.deep)
"""What `--deep` reads: everything but the audit log, which holds network addresses and is asked for by its name."""
UNLISTABLE: Final = frozenset({"favourite", "like"})
"""Relations that the API refuses to list (501)."""
OTHER_RELATIONS: Final = "relations to users, and those that start at a page or a space, exist too and are never read"
RELATIONS: Final = (
    f"from users to pages, blog posts and spaces; {OTHER_RELATIONS}; names cannot be listed, favourites cannot be read"
)


def check_relations(names: tuple[str, ...]) -> None:
    """Raise `UsageError` for the name of a relation that no site lists."""
    refused = sorted(UNLISTABLE.intersection(names))
    if refused:
        raise UsageError(
            what=f"The relation {' and '.join(refused)} cannot be read",
            where="--relation",
            why="the API answers 501 to whoever asks for it",
            fix="Name relations of your apps. Likes are read with --include likes.",
        )


def not_assessed(include: frozenset[str], relations: tuple[str, ...]) -> tuple[NotAssessed, ...]:
    """Return a row for each class that was not asked for, with what it would cost."""
    rows = [
        NotAssessed(
            object_class,
            f"not read: {one.cost}; read with --include {name}" + (" or --deep" if one.deep else ""),
        )
        for name, one in INCLUDABLE.items()
        if name not in include
        for object_class in one.classes
    ]
    if not relations:
        why = "not read: the API does not list their names; read with --relation NAME, one request for each page,"
        rows.append(NotAssessed(ObjectType.RELATION, f"{why} blog post and space; {OTHER_RELATIONS}"))
    return tuple(rows)


def notes(include: frozenset[str]) -> dict[ObjectType, str]:
    """Return what is read of each class that was asked for."""
    asked = {
        object_class: one.extent for name, one in INCLUDABLE.items() if name in include for object_class in one.classes
    }
    return {ObjectType.RELATION: RELATIONS, **asked}
