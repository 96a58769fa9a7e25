"""Of which schema the findings of a bag are, and what bags of older ones do not state."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from reports.bag import names
from reports.document import SCHEMA_VERSION

Version: TypeAlias = tuple[int, int]

STANDING: Final[Version] = (1, 3)
"""From here on with groups, accepted findings and the comparison with an earlier run."""
PEOPLE_ONLY: Final[Version] = (1, 4)
"""From here on retired interfaces are no values of people."""
COMPARED_APART: Final[Version] = (1, 4)
"""From here on the comparison lies in a file of its own, too."""

_FORM: Final = re.compile(r"(\d{1,3})\.(\d{1,3})")


def schema(master: Mapping[str, Any]) -> Version:
    """Return the schema of findings.json. Raises `ValueError`, `KeyError` or `TypeError` where it names none."""
    return _version(master["schema_version"])


def _version(text: str) -> Version:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("it is no version of a schema")
    return int(found[1]), int(found[2])


NEWEST: Final = _version(SCHEMA_VERSION)


def too_new(master: Mapping[str, Any]) -> str:
    """Return why findings.json cannot be judged by this version, empty where it can. Raises as `schema` does."""
    if schema(master) <= NEWEST:
        return ""
    return (
        f"it is of schema {master['schema_version']}, and this version knows those up to {SCHEMA_VERSION}:"
        " verify it with a newer confluence-gdpr"
    )


def from_before(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Return what nobody can check because the bag is of an older schema, by file."""
    try:
        master = json.loads(files[names.FINDINGS])
        version, of = master["schema_version"], schema(master)
    except (LookupError, ValueError, TypeError, RecursionError):
        return ()
    found = []
    if of < STANDING:
        found.append((names.FINDINGS, f"schema {version} states no groups, no accepted findings, no comparison"))
    if of < NEWEST:
        found.append((names.README, f"a bag of schema {version} was written in other words than those of today"))
    return tuple(found)
