"""User objects in stored JSON: copies of what a REST answer or a webhook said about a person.

A user object is recognised by its shape, wherever it stands. The fields follow Atlassian's user-privacy guide: some
were removed from every answer, so that a copy of them is all that is left; others depend on the person's settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.identifiers import personal
from rules.jsontree import Node, Object, Text, walk
from rules.model import Confidence, Personal, SubjectKind

_IDS: Final = ("accountId", "account_id", "atlassianAccountId", "userKey", "user_key")
_SIGNS: Final = (
    "username", "userName", "displayName", "publicName", "email", "emailAddress", "profilePicture", "accountType",
    "personalSpace", "timeZone",
)  # fmt: skip
_PERSONAL: Final = {"im": SubjectKind.IM, "website": SubjectKind.WEBSITE, "phone": SubjectKind.PHONE}
_BUSINESS: Final = {
    "position": SubjectKind.POSITION,
    "department": SubjectKind.DEPARTMENT,
    "location": SubjectKind.LOCATION,
}
_KEPT: Final = {
    "email": SubjectKind.EMAIL,
    "emailAddress": SubjectKind.EMAIL,
    "displayName": SubjectKind.DISPLAY_NAME,
    "publicName": SubjectKind.DISPLAY_NAME,
    "profilePicture": SubjectKind.PROFILE_PICTURE,
}
_STOCK_PICTURES: Final = ("default", "anonymous")
"""Pictures that everybody without one has; they say nothing about a person."""


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One field of a stored user object that says something about the person."""

    text: Text = field(repr=False)
    kind: SubjectKind
    retired: bool
    """Removed from every REST answer, rather than subject to the person's settings."""
    path: str
    confidence: Confidence


_LEGACY: Final = ("username", "userName", "userKey", "user_key")
"""Fields of a user object that Atlassian removed: the account id stands in their place."""
_PEOPLE: Final = (
    "assignedTo", "authorId", "completedBy", "createdBy", "creatorId", "lastModifiedBy", "lastOwnerId", "ownerId",
)  # fmt: skip
"""Fields that hold the id of a person without a user object around it."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One text in stored JSON that names a person by something other than an account id."""

    text: Text = field(repr=False)
    subject: Personal
    path: str


def identifiers(tree: Node) -> Iterator[Identifier]:
    """Yield every username and user key of a user object, and every user key in a field for a person's id.

    A username is taken for one only inside a user object: elsewhere the word may mean a login of anything.
    """
    for path, node in walk(tree):
        if not isinstance(node, Object):
            continue
        names = _LEGACY if _is_user(node) is not None else ()
        for name in (*names, *_PEOPLE):
            text = node.text(name)
            subject = None if text is None else personal(text.value)
            if text is None or subject is None or subject.kind is SubjectKind.ACCOUNT_ID:
                continue
            if name in names or subject.kind is SubjectKind.USER_KEY:
                yield Identifier(text, subject, f"{path}.{name}" if path else name)


def profile_fields(tree: Node) -> Iterator[ProfileField]:
    """Yield the telling fields of every user object in `tree`, in document order of the objects."""
    for path, node in walk(tree):
        if isinstance(node, Object):
            confidence = _is_user(node)
            if confidence is not None:
                yield from _fields(node, path, confidence)


def _is_user(node: Object) -> Confidence | None:
    """Return how sure it is that `node` describes a user, None when nothing says so."""
    kind = node.text("type")
    if kind is not None and kind.value == "anonymous":
        return None
    ids = sum(node.text(name) is not None for name in _IDS)
    signs = sum(node.get(name) is not None for name in _SIGNS)
    if ids and signs:
        return Confidence.HIGH
    details = node.get("details")
    if isinstance(details, Object) and (details.get("personal") is not None or details.get("business") is not None):
        return Confidence.HIGH if ids or signs else Confidence.MEDIUM
    if ids or signs > 1 or node.text("username") is not None:
        return Confidence.MEDIUM
    return None


def _fields(node: Object, path: str, confidence: Confidence) -> Iterator[ProfileField]:
    above = f"{path}." if path else ""
    yield from _known(node, above, {**_PERSONAL, **_BUSINESS}, confidence, retired=True)
    details = node.get("details")
    for part, names in (("personal", {**_PERSONAL, "email": SubjectKind.EMAIL}), ("business", _BUSINESS)):
        below = details.get(part) if isinstance(details, Object) else None
        if isinstance(below, Object):
            yield from _known(below, f"{above}details.{part}.", names, confidence, retired=True)
    yield from _known(node, above, _KEPT, confidence, retired=False)


def _known(
    node: Object, above: str, names: dict[str, SubjectKind], confidence: Confidence, *, retired: bool
) -> Iterator[ProfileField]:
    for name, kind in names.items():
        text = node.text(name)
        value = node.get(name)
        if kind is SubjectKind.PROFILE_PICTURE and isinstance(value, Object):
            text, name = value.text("path"), f"{name}.path"  # noqa: PLW2901 - the value lies one level deeper
        if text is None or (kind is SubjectKind.PROFILE_PICTURE and _is_stock(text.value)):
            continue
        yield ProfileField(text, kind, retired, f"{above}{name}", confidence)


def _is_stock(picture: str) -> bool:
    return picture.rpartition("/")[2].startswith(_STOCK_PICTURES)
