"""The pieces of the JSON master that several of its parts share: the type of JSON, objects of a site, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from reports.text import visible
from rules.model import Ref, Subject

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | bool | None"


def object_json(ref: Ref) -> Json:
    """Return the address of an object."""
    return {"type": ref.type.value, "id": ref.id, "version": ref.version, "space": ref.space}


def subject_json(subject: Subject) -> Json:
    """Return what may be shown of a personal value."""
    return {"kind": subject.kind.value, "mask": subject.mask, "hmac": subject.hmac}


def shown(value: Json) -> Json:
    """Return the value with every text in it fit to be read in a console: nothing hides or reorders."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: shown(one) for key, one in value.items()}
    return [shown(one) for one in value] if isinstance(value, list) else value
