"""The parts of objects that this tool writes: their paths, what their bytes are, and whether the site counts versions.

A part without a version is written after a look at its contents and settled by its contents. Sets (restrictions,
watches, relations, permissions) are changed entry by entry or as a whole list, and nobody's text can be lost by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from rules.model import Kind, ObjectType, Ref

BODY: Final = "body"
RESTRICTIONS: Final = "restrictions"
"""The access lists of an object; they have no version of their own."""
PROPERTY: Final = "properties/"
"""Start of the path of a property: its key follows."""
WATCHES: Final = "watches"
RELATIONS: Final = "relations/"
"""Start of the path of the users who have a relation to an object: its name follows."""
_KINDS: Final = {BODY: Kind.STORAGE, RESTRICTIONS: Kind.ACCESS}
UNVERSIONED: Final = frozenset({ObjectType.TEMPLATE, ObjectType.USER_PROPERTY})
"""Classes of which the site keeps no versions: whoever writes last wins."""


def kind_of(path: str) -> Kind | None:
    """Return what the bytes of a part are written in, None for a part that is never written."""
    return Kind.JSON if is_property(path) or is_members(path) else _KINDS.get(path)


def is_property(path: str) -> bool:
    """Return whether a part is the value of a property."""
    return path.startswith(PROPERTY)


def is_members(path: str) -> bool:
    """Return whether a part is a list of people that each stand for themselves, see `audit.members`."""
    return path == WATCHES or path.startswith(RELATIONS)


def is_set(path: str) -> bool:
    """Return whether a part is a list of people or groups: what is written into it cannot overwrite a text."""
    return path == RESTRICTIONS or is_members(path)


def has_versions(ref: Ref, path: str) -> bool:
    """Return whether the site counts the versions of a part and refuses to write over another one."""
    return not is_set(path) and ref.type not in UNVERSIONED


def named(paths: Iterable[str], patterns: Iterable[str]) -> frozenset[str]:
    """Return the paths of lists of people, and of the properties whose keys one of `patterns` names.

    `*` and `?` stand for anything. Lists of people belong to the site, the values of properties to their owners.
    """
    wanted = tuple(patterns)
    return frozenset(
        path
        for path in paths
        if is_members(path)
        or (is_property(path) and any(fnmatchcase(path.removeprefix(PROPERTY), pattern) for pattern in wanted))
    )
