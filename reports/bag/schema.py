"""Of which schema the findings of a bag are, of which form the bag, and what older ones do not state."""

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

FORMS: Final[Mapping[str, int]] = {"urn:confluence-gdpr:run:1": 1, "urn:confluence-gdpr:run:2": 2}
"""What run.json calls its own form -> number of the form."""
RUN_SCHEMA: Final = "urn:confluence-gdpr:run:2"
READ_BACK: Final = 2
"""From this form on: each change with what was read back, rules whose digests give that of the run, the words."""

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


def form(run: Mapping[str, Any]) -> int:
    """Return the form of a bag. Raises `ValueError`, `KeyError` or `TypeError` for one that nobody knows."""
    return FORMS[run["schema"]]


def too_new(master: Mapping[str, Any]) -> str:
    """Return why findings.json cannot be judged by this version, empty where it can. Raises as `schema` does."""
    if schema(master) <= NEWEST:
        return ""
    return (
        f"it is of schema {master['schema_version']}, and this version knows those up to {SCHEMA_VERSION}:"
        " verify it with a newer confluence-gdpr"
    )


def unknown_form(run: Mapping[str, Any]) -> str:
    """Return why run.json cannot be judged by this version, empty where it can."""
    named = run.get("schema")
    if isinstance(named, str) and named in FORMS:
        return ""
    return f"it is of none of the forms {', '.join(FORMS)}: a newer confluence-gdpr may know it"


def from_before(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Return what nobody can check because the bag is of an older schema, by file."""
    try:
        master, run = json.loads(files[names.FINDINGS]), json.loads(files[names.RUN])
        version, of, made = master["schema_version"], schema(master), form(run)
    except (LookupError, ValueError, TypeError, RecursionError):
        return ()
    found = []
    if of < STANDING:
        found.append((names.FINDINGS, f"schema {version} states no groups, no accepted findings, no comparison"))
    if made < READ_BACK:
        found.append((names.CHANGES, f"a bag of form {made} does not repeat what was read back; the journal has it"))
        found.append((names.ENVIRONMENT, f"in a bag of form {made} the digests of rules do not give that of the run"))
    return tuple(found)
