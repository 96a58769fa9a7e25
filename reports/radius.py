"""The blast radius of a plan: how many objects of which kind and space it touches, how hard, and what else happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports.evidence import Change, ObjectFacts


@dataclass(frozen=True, slots=True)
class Reach:
    """What a plan changes in one space, or of one kind."""

    label: str
    """Key of the space, or class and part: `page, body`; empty for objects without a space."""
    objects: int
    replacements: int
    largest: Change
    """The one with the most replacements, the first of several."""


@dataclass(frozen=True, slots=True)
class Radius:
    """All that a plan changes, or changed."""

    objects: int
    """Distinct ones: a body and the access list of one page are two changes of one object."""
    spaces: tuple[Reach, ...]
    """Most objects first."""
    kinds: tuple[Reach, ...]
    outside: int
    """Objects that belong to no space."""
    authors: int
    """Different people who wrote the versions that are changed."""
    unattributed: int
    """Objects of which the site does not say who wrote them."""
    largest: Change | None
    effects: tuple[tuple[str, int], ...]
    """Side effect in words and the number of changes that have it, the commonest first."""


def radius(changes: Sequence[Change], known: Mapping[tuple[str, str], ObjectFacts]) -> Radius:
    """Return how far `changes` reach; `known` says who wrote an object. Cost: linear in their number."""
    authors = [facts.author if (facts := known.get(one)) else None for one in {_object(change) for change in changes}]
    effects = Counter(effect for change in changes for effect in dict.fromkeys(change.effects))
    spaces = _reach(changes, lambda change: change.ref.space)
    return Radius(
        objects=len({_object(change) for change in changes}),
        spaces=tuple(one for one in spaces if one.label),
        kinds=_reach(changes, lambda change: f"{change.ref.type.value}, {change.part}"),
        outside=sum(one.objects for one in spaces if not one.label),
        authors=len({one.hmac for one in authors if one}),
        unattributed=authors.count(None),
        largest=max(changes, key=lambda change: len(change.edits), default=None),
        effects=tuple(sorted(effects.items(), key=lambda item: (-item[1], item[0]))),
    )


def _reach(changes: Sequence[Change], label: Callable[[Change], str]) -> tuple[Reach, ...]:
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(label(change), []).append(change)
    reach = (
        Reach(
            name,
            len({_object(change) for change in some}),
            sum(len(change.edits) for change in some),
            max(some, key=lambda change: len(change.edits)),
        )
        for name, some in groups.items()
    )
    return tuple(sorted(reach, key=lambda one: (-one.objects, -one.replacements, one.label)))


def _object(change: Change) -> tuple[str, str]:
    return change.ref.type.value, change.ref.id
