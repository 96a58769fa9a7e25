"""What is held back, told once for each reason and object instead of once for each place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.evidence import HeldItem
from rules.model import HeldReason, Subject

_ACTION: Final = re.compile(r"A-\d+: ")
"""Begins the detail of what was held back as a whole: an id that differs from object to object."""


@dataclass(frozen=True, slots=True)
class HeldObject:
    """One part of one object with every place in it that is held for one reason."""

    items: tuple[HeldItem, ...]
    """One at least; all name the same object and part."""
    rules: tuple[str, ...]
    """Without repetition, in the order of the places."""
    subjects: tuple[Subject, ...]
    """Without repetition, in the order of the places: two of them may have one mask."""


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """One reason with what can be done about it, and the objects that it holds."""

    reason: HeldReason
    detail: str
    next_step: str
    places: int
    objects: tuple[HeldObject, ...]


def grouped_by_reason(items: Sequence[HeldItem]) -> tuple[HeldGroup, ...]:
    """Return `items` by reason, the one with most places first. Each is in one group; cost: linear."""
    found: dict[tuple[HeldReason, str, str], list[HeldItem]] = {}
    for item in items:
        detail = _ACTION.sub("", item.detail, count=1) if _ACTION.match(item.detail) else item.detail
        found.setdefault((item.reason, detail, item.next_step), []).append(item)
    groups = (
        HeldGroup(reason, detail, step, len(some), _objects(some)) for (reason, detail, step), some in found.items()
    )
    return tuple(sorted(groups, key=lambda group: (-group.places, group.reason.value, group.detail)))


def _objects(items: Sequence[HeldItem]) -> tuple[HeldObject, ...]:
    found: dict[tuple[str, str, str], list[HeldItem]] = {}
    for item in items:
        found.setdefault((item.ref.type.value, item.ref.id, item.part), []).append(item)
    return tuple(
        HeldObject(
            items=tuple(some),
            rules=tuple(dict.fromkeys(item.rule for item in some if item.rule)),
            subjects=tuple(dict.fromkeys(item.subject for item in some if item.subject)),
        )
        for some in found.values()
    )
