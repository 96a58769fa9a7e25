"""User objects in stored JSON: copies of what a REST answer or a webhook said about a person.

A user object is recognised by its shape, wherever it stands. The fields follow Atlassian's user-privacy guide: some
were removed from every answer, so that a copy of them is all that is left; others depend on the person's settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final

from rules.identifiers import personal
from rules.jsontree import Array, Node, Object, Text, shown, walk
from rules.model import Confidence, Personal, SubjectKind

_IDS: Final = ("accountId", "account_id", "atlassianAccountId", "userKey", "user_key", "userkey")
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
    modern: bool = False
    """The user object is one that REST answers have today: nothing in it was removed."""


_LEGACY: Final = ("username", "userName", "userKey", "user_key", "userkey")
"""Fields of a user object that Atlassian removed: the account id stands in their place."""
_TODAY: Final = ("accountId", "accountType", "displayName")
"""Fields of a user object as REST answers have it today."""
_JIRA: Final = ("name", "key")
"""The same in Jira's user objects, where the names alone say nothing."""
_JIRA_SIGNS: Final = ("emailAddress", "timeZone", "locale")
_PEOPLE: Final = (
    "assignedTo", "authorId", "completedBy", "createdBy", "creatorId", "lastModifiedBy", "lastOwnerId", "ownerId",
)  # fmt: skip
"""Fields that hold the id of a person without a user object around it."""
_EVENT: Final = (
    "creatorName", "creatorKey", "lastModifierName", "lastModifierKey", "creatorUserName", "lastModifierUserName",
)  # fmt: skip
"""Fields of the content objects in webhook events."""
_EVENT_USER: Final = ("user", "userName", "username", "userKey")
"""Fields of an event itself: who caused it."""
ACCOUNT_FIELDS: Final = ("accountId", "account_id", "atlassianAccountId", "userAccountId")


_NAMES: Final = ("username", "userName")
_USER_TYPES: Final = frozenset({"known", "user", "unknown"})
_OTHER_SIGNS: Final = (
    *_IDS, "displayName", "publicName", "email", "emailAddress", "profilePicture", "details", "personalSpace",
    "accountType",
)  # fmt: skip
"""What a user object has beside a username: without any of it, the word may mean a login of anything."""
_ELSEWHERE: Final = frozenset(
    {"password", "passwd", "secret", "token", "host", "url", "jdbcurl", "scheme", "apiversion"}
)
"""Fields, in lower case, beside which a username is the login of another system."""


class Place(Enum):
    """Of what a user object is a part: each is reported by one rule."""

    STORED = auto()
    RESTRICTION = auto()
    """The body of a call that sets restrictions of content, or its answer."""
    SPACE = auto()
    """The permissions in the body of a call that makes a space."""
    EVENT = auto()
    """A webhook event."""


_ANYTHING: Final = frozenset({Place.STORED, Place.EVENT})
"""Places that say nothing about what an object in them is."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One text in stored JSON that names a person by something other than an account id."""

    key: Text = field(repr=False)
    text: Text = field(repr=False)
    subject: Personal
    path: str
    place: Place
    owner: Object = field(repr=False)
    """The object that the field belongs to."""
    alone: bool
    """The field itself holds the id of a person, rather than one of several of a user object."""
    bare: bool = False
    """A username and nothing else that a user object has: it may be a login of anything."""


def identifiers(tree: Node) -> Iterator[Identifier]:
    """Yield every username and user key of a user object, and every user key in a field for a person's id.

    A username is taken for one only inside a user object: elsewhere the word may mean a login of anything.
    """
    event = isinstance(tree, Object) and is_event(tree)
    for path, node, place in _objects(tree, "", Place.EVENT if event else Place.STORED):
        bare = place in _ANYTHING and _is_bare(node)
        names = () if _is_login(node) else _retired(node)
        if place is Place.EVENT:
            names = (*names, *_EVENT, *(_EVENT_USER if node is tree else ()))
        for name in dict.fromkeys((*names, *_PEOPLE)):
            text = node.text(name)
            subject = None if text is None else personal(text.value)
            if text is None or subject is None or subject.kind is SubjectKind.ACCOUNT_ID:
                continue
            if name in names or subject.kind is SubjectKind.USER_KEY:
                key = next(key for key, value in node.members if value is text)
                below = f"{path}.{name}" if path else name
                doubt = bare and name in _NAMES and not (place is Place.EVENT and node is tree)
                yield Identifier(key, text, subject, below, place, node, name in _PEOPLE, doubt)


def _retired(node: Object) -> tuple[str, ...]:
    """Return the names of fields that hold retired identifiers in `node`, none when it is no user object."""
    jira = node.text("displayName") is not None and any(node.get(name) is not None for name in _JIRA_SIGNS)
    return (*(_LEGACY if _is_user(node) is not None else ()), *(_JIRA if jira else ()))


def _is_bare(node: Object) -> bool:
    """Return whether nothing but a username says that `node` is a user."""
    kind = node.text("type")
    known = kind is not None and kind.value in _USER_TYPES
    return not known and all(node.get(name) is None for name in _OTHER_SIGNS)


def _is_login(node: Object) -> bool:
    """Return whether the username of `node` is a login of something else, or its owner is a group."""
    kind = node.text("type")
    group = kind is not None and kind.value == "group"
    return _is_bare(node) and (group or any(key.value.casefold() in _ELSEWHERE for key, _ in node.members))


def is_event(node: Object) -> bool:
    """Return whether `node` is a webhook event: it has a name, or a time and somebody who caused it."""
    if node.text("webhookEvent") is not None:
        return True
    caused = any(node.text(name) is not None for name in ("userKey", "userAccountId", "user"))
    content = any(isinstance(node.get(name), Object) for name in _CONTENT)
    return node.get("timestamp") is not None and caused and (content or node.text("event") is not None)


_CONTENT: Final = (
    "attachment", "attachments", "blog", "blogpost", "comment", "content", "group", "label", "page", "space",
    "userProfile",
)  # fmt: skip


def _objects(node: Node, path: str, place: Place) -> Iterator[tuple[str, Object, Place]]:
    """Yield every object with its path and of what it is a part."""
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _objects(item, f"{path}[{index}]", place)
    elif isinstance(node, Object):
        yield path, node, place
        for key, value in node.members:
            below = f"{path}.{shown(key.value)}" if path else shown(key.value)
            yield from _objects(value, below, _place(key.value, value, place))


def _place(name: str, value: Node, place: Place) -> Place:
    holds_users = isinstance(value, Object) and value.get("user") is not None
    if name == "restrictions" and holds_users:
        return Place.RESTRICTION
    return Place.SPACE if name == "subjects" and holds_users else place


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
    modern = all(node.get(name) is not None for name in _TODAY)
    modern = modern and all(node.get(name) is None for name in (*_LEGACY, "details"))
    for each in _known(node, above, _KEPT, confidence, retired=False):
        yield replace(each, modern=modern)


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
