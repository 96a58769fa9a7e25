"""User objects in stored JSON: copies of what a REST answer or a webhook said about a person.

A user object is recognised by its shape, wherever it stands. The fields follow Atlassian's user-privacy guide: some
were removed from every answer, so that a copy of them is all that is left; others depend on the person's settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from rules.identifiers import is_surely_user_key
from rules.jsontree import Node, Object, Text, walk
from rules.model import Confidence, Kind, Span, SubjectKind, Unreadable
from rules.userfields import holds_person
from rules.view import View

IDS: Final = ("accountId", "account_id", "atlassianAccountId", "userKey", "user_key", "userkey")
_SIGNS: Final = (
    "username", "userName", "user_name", "displayName", "publicName", "email", "emailAddress", "profilePicture",
    "accountType", "personalSpace", "timeZone",
)  # fmt: skip
_PERSONAL: Final = {"im": SubjectKind.IM, "website": SubjectKind.WEBSITE, "phone": SubjectKind.PHONE}
_BUSINESS: Final = {
    "position": SubjectKind.POSITION,
    "department": SubjectKind.DEPARTMENT,
    "location": SubjectKind.LOCATION,
}
_COPIED: Final = {
    SubjectKind.IM: ("skype", "skypeName", "skype_name", "messenger"),
    SubjectKind.WEBSITE: ("webSite", "homepage", "homePage"),
    SubjectKind.PHONE: (
        "phoneNumber", "phone_number", "mobile", "mobilePhone", "mobile_phone", "workPhone", "work_phone", "telephone",
        "telephoneNumber",
    ),
    SubjectKind.POSITION: ("jobTitle", "job_title", "jobtitle"),
    SubjectKind.DEPARTMENT: ("departmentName", "department_name", "organization", "organisation"),
    SubjectKind.LOCATION: ("officeLocation", "office_location", "city"),
}  # fmt: skip
"""What apps and directories call the fields that were removed, in copies that they keep beside an account."""
COPIED: Final = tuple(name for names in _COPIED.values() for name in names)
_FLAT: Final = {**_PERSONAL, **_BUSINESS, **{name: kind for kind, names in _COPIED.items() for name in names}}
_TITLE: Final = {"title": SubjectKind.POSITION}
"""Pages have one too: it is a person's where department or job stand beside it."""
_EMPLOYED: Final = tuple(
    name for name, kind in _FLAT.items() if kind in {SubjectKind.DEPARTMENT, SubjectKind.PHONE, SubjectKind.POSITION}
)
PICTURES: Final = ("picture", "pictureUrl", "avatar", "avatarUrl", "avatar_url", "photo", "photoUrl")
_KEPT: Final = {
    "email": SubjectKind.EMAIL,
    "emailAddress": SubjectKind.EMAIL,
    "displayName": SubjectKind.DISPLAY_NAME,
    "publicName": SubjectKind.DISPLAY_NAME,
    "profilePicture": SubjectKind.PROFILE_PICTURE,
    **dict.fromkeys(PICTURES, SubjectKind.PROFILE_PICTURE),
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


LEGACY: Final = ("username", "userName", "user_name", "userKey", "user_key", "userkey")
"""Fields of a user object that Atlassian removed: the account id stands in their place."""
_TODAY: Final = ("accountId", "accountType", "displayName")
"""Fields of a user object as REST answers have it today."""
NAMES: Final = ("username", "userName", "user_name")
SIGNS: Final = (
    *IDS, "displayName", "publicName", "email", "emailAddress", "profilePicture", "details", "personalSpace",
    "accountType",
)  # fmt: skip
"""What a user object has beside a username: without any of it, the word may mean a login of anything."""
_JIRA_SIGNS: Final = ("emailAddress", "timeZone", "locale", "avatarUrls")
_TICKET_USER: Final = frozenset(
    {"accountId", "active", "avatarUrls", "displayName", "emailAddress", "key", "name", "self", "timeZone"}
)
"""All that the user object of an issue has."""
ACCOUNT_FIELDS: Final = ("accountId", "account_id", "atlassianAccountId", "userAccountId")
"""Fields that hold an account id today."""


def profile_fields(tree: Node) -> Iterator[ProfileField]:
    """Yield the telling fields of every user object in `tree`, in document order of the objects."""
    for path, node in walk(tree):
        if isinstance(node, Object):
            confidence = is_user(node)
            if confidence is None and is_old_user(node, path.rpartition(".")[2]):
                confidence = Confidence.MEDIUM
            if confidence is not None:
                yield from _fields(node, path, confidence)


def profile_spans(view: View) -> tuple[Span, ...]:
    """Return the bytes of the telling fields of all user objects of stored JSON, in order; nothing of other parts."""
    if view.part.kind is not Kind.JSON or isinstance(view.tree, Unreadable):
        return ()
    return tuple(sorted({each.text.span for each in profile_fields(view.tree)}))


def is_user(node: Object) -> Confidence | None:
    """Return how sure it is that `node` describes a user, None when nothing says so."""
    kind = node.text("type")
    if kind is not None and kind.value == "anonymous":
        return None
    ids = sum(node.text(name) is not None for name in IDS)
    signs = sum(node.get(name) is not None for name in _SIGNS)
    if ids and signs:
        return Confidence.HIGH
    details = node.get("details")
    if isinstance(details, Object) and (details.get("personal") is not None or details.get("business") is not None):
        return Confidence.HIGH if ids or signs else Confidence.MEDIUM
    if ids or signs > 1 or any(node.text(name) is not None for name in ("username", "user_name")):
        return Confidence.MEDIUM
    return None


def is_jira_user(node: Object) -> bool:
    """Return whether `node` is a user object of Jira's, in which a name is a username."""
    return node.text("displayName") is not None and any(node.get(name) is not None for name in _JIRA_SIGNS)


def is_old_user(node: Object, field: str) -> bool:
    """Return whether name and key of the object in `field` are those of a person."""
    key, kind = node.text("key"), node.text("type")
    if kind is not None and kind.value == "known":
        return True
    if (
        key is not None
        and is_surely_user_key(key.value.strip())
        and (says_user(node) or holds_person(field.partition("[")[0], listed=True))
    ):
        return True
    name = node.text("name")
    if key is not None and name is not None and key.value == name.value and node.get("emailAddress") is not None:
        return True
    ticket = field in {"assignee", "reporter"} and {name.value for name, _ in node.members} <= _TICKET_USER
    return ticket or is_jira_user(node)


def says_user(node: Object) -> bool:
    """Return whether the type of `node` or a field that only users have says that it is one, an account id aside."""
    kind = node.text("type")
    if kind is not None and kind.value in {"known", "user"}:
        return True
    return any(node.get(name) is not None for name in (*NAMES, *SIGNS) if name not in {"accountId", "details"})


def _fields(node: Object, path: str, confidence: Confidence) -> Iterator[ProfileField]:
    above = f"{path}." if path else ""
    titled = any(node.text(name) is not None for name in _EMPLOYED)
    yield from _known(node, above, {**_FLAT, **_TITLE} if titled else _FLAT, confidence, retired=True)
    details = node.get("details")
    for part, names in (("personal", {**_PERSONAL, "email": SubjectKind.EMAIL}), ("business", _BUSINESS)):
        below = details.get(part) if isinstance(details, Object) else None
        if isinstance(below, Object):
            yield from _known(below, f"{above}details.{part}.", names, confidence, retired=True)
    modern = all(node.get(name) is not None for name in _TODAY)
    modern = modern and all(node.get(name) is None for name in (*LEGACY, "details"))
    for each in _known(node, above, _KEPT, confidence, retired=False):
        yield replace(each, modern=modern)


def _known(
    node: Object, above: str, names: dict[str, SubjectKind], confidence: Confidence, *, retired: bool
) -> Iterator[ProfileField]:
    for name, kind in names.items():
        for value in (value for key, value in node.members if key.value == name):
            text: Node | None = value
            below = name
            if kind is SubjectKind.PROFILE_PICTURE and isinstance(value, Object):
                text, below = value.get("path"), f"{name}.path"
            if not isinstance(text, Text) or not text.value.strip():
                continue
            if kind is not SubjectKind.PROFILE_PICTURE or not _is_stock(text.value):
                yield ProfileField(text, kind, retired, f"{above}{below}", confidence)


def _is_stock(picture: str) -> bool:
    return picture.rpartition("/")[2].startswith(_STOCK_PICTURES)
