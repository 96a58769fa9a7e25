"""The parts of objects that this tool writes: their paths, what their bytes are, and whether the site counts versions.

A part without a version is written after a look at its contents and settled by its contents. Sets (restrictions,
watches, relations, permissions) are changed entry by entry or as a whole list, and nobody's text can be lost by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from rules.masking import mask_text
from rules.model import Kind, ObjectType, Ref
from rules.sniff import sniff

BODY: Final = "body"
"""A body in storage format."""
DOCUMENT: Final = "body.adf"
"""A body that the site gives as a document of the newer format (ADF) only."""
RAW: Final = "raw/"
"""Start of the path of a body of custom content that is stored raw and is JSON: the type of the content follows."""
TITLE: Final = "title"
"""The title of a page or blog post; only personal data is masked in it."""
RESTRICTIONS: Final = "restrictions"
"""The access lists of an object; they have no version of their own."""
PERMISSIONS: Final = "permissions"
"""Who may do what in a space; the site keeps each entry on its own."""
ROLES: Final = "role-assignments"
"""Who has which role in a space: one for each principal."""
PROPERTY: Final = "properties/"
"""Start of the path of a property: its key follows, personal data in it masked (`property_path`)."""
KEY: Final = "property key/"
"""Start of the path of a key that holds personal data itself; it is looked at and never written."""
WATCHES: Final = "watches"
RELATIONS: Final = "relations/"
"""Start of the path of the users who have a relation to an object: its name follows."""
_KINDS: Final = {
    BODY: Kind.STORAGE,
    DOCUMENT: Kind.ADF,
    TITLE: Kind.TEXT,
    RESTRICTIONS: Kind.ACCESS,
    PERMISSIONS: Kind.PERMISSIONS,
    ROLES: Kind.PERMISSIONS,
}
UNVERSIONED: Final = frozenset({ObjectType.TEMPLATE, ObjectType.USER_PROPERTY})
"""Classes of which the site keeps no versions: whoever writes last wins."""


def kind_of(path: str) -> Kind | None:
    """Return what the bytes of a part are written in, None for a part that is never written."""
    return Kind.JSON if is_property(path) or is_raw(path) or is_members(path) else _KINDS.get(path)


def written_in(ref: Ref, data: bytes) -> Kind:
    """Return what a body of the past is written in. It comes without a path, so its own bytes tell."""
    kind = sniff("", data)
    raw = ref.type is ObjectType.CUSTOM_CONTENT and kind is Kind.JSON
    return kind if raw or kind is Kind.ADF else Kind.STORAGE


def property_path(key: str, number: str | None = None) -> str:
    """Return the path of a property: its key as it may be shown.

    Two keys may look the same once they are masked: the id (`number`) of the property, where one is given, tells them
    apart. A key without personal data stays as it is.
    """
    shown = mask_text(key)
    return f"{PROPERTY}{shown}" if shown == key or number is None else f"{PROPERTY}{shown} #{number}"


def is_property(path: str) -> bool:
    """Return whether a part is the value of a property."""
    return path.startswith(PROPERTY)


def is_raw(path: str) -> bool:
    """Return whether a part is the JSON that an app keeps as the body of custom content."""
    return path.startswith(RAW)


def is_body(path: str) -> bool:
    """Return whether a part is a body, whatever it is written in."""
    return path in {BODY, DOCUMENT} or is_raw(path)


def is_title(path: str) -> bool:
    """Return whether a part is a title."""
    return path == TITLE


def is_members(path: str) -> bool:
    """Return whether a part is a list of people that each stand for themselves, see `audit.members`."""
    return path == WATCHES or path.startswith(RELATIONS)


def is_grants(path: str) -> bool:
    """Return whether a part says what principals may do in a space, entry by entry: permissions or roles."""
    return path in {PERMISSIONS, ROLES}


def is_set(path: str) -> bool:
    """Return whether a part is a list of people or groups: what is written into it cannot overwrite a text."""
    return path == RESTRICTIONS or is_grants(path) or is_members(path)


def has_versions(ref: Ref, path: str) -> bool:
    """Return whether the site counts the versions of a part and refuses to write over another one."""
    return not is_set(path) and ref.type not in UNVERSIONED


def named(paths: Iterable[str], keys: Iterable[str], types: Iterable[str] = ()) -> frozenset[str]:
    """Return the paths of lists of people, of properties of these keys, and of raw bodies of custom content of `types`.

    `*` and `?` stand for anything; a key that is masked is named as reports show it. Lists of people belong to the
    site, stored JSON to the apps that wrote it.
    """
    wanted = [f"{PROPERTY}{key}" for key in keys] + [f"{RAW}{name}" for name in types]
    return frozenset(
        path for path in paths if is_members(path) or any(fnmatchcase(path, pattern) for pattern in wanted)
    )
