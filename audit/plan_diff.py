"""Two plans side by side: what one would do that the other would not. Ids, versions and keyed hashes are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from audit.plan_file import Action, Plan
from reports.evidence import HeldItem

ABOUT: Final = ("site", "run_id", "tool_version", "rules_digest", "mapping_digest", "base")
"""Fields of a plan that say what it was made from."""

Spot = tuple[str, str, str]
"""Type and id of an object, and its part."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One part that both plans write, each in its own way."""

    first: Action
    second: Action
    why: str
    """Plain words without contents."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second plan has that the first has not, and the other way round."""

    about: Mapping[str, tuple[str, str]]
    """Field that says what a plan was made from -> its two values, where they differ."""
    added: tuple[Action, ...]
    removed: tuple[Action, ...]
    changed: tuple[Changed, ...]
    equal: int
    held_added: tuple[HeldItem, ...]
    held_removed: tuple[HeldItem, ...]
    held_equal: int

    @property
    def same(self) -> bool:
        """Return whether both plans do the same and hold the same, whatever they were made from."""
        return not (self.added or self.removed or self.changed or self.held_added or self.held_removed)


def difference(first: Plan, second: Plan) -> Difference:
    """Return how the second plan differs from the first. Ids of actions do not count: they are only numbers."""
    one, other = ({_spot(action): action for action in plan.actions} for plan in (first, second))
    both = [(one[spot], other[spot]) for spot in one if spot in other]
    changed = tuple(Changed(a, b, why) for a, b in both if (why := _why(a, b)))
    held, others = Counter(map(_mark, first.held)), Counter(map(_mark, second.held))
    return Difference(
        about={
            name: (str(getattr(first, name)), str(getattr(second, name)))
            for name in ABOUT
            if getattr(first, name) != getattr(second, name)
        },
        added=tuple(action for spot, action in other.items() if spot not in one),
        removed=tuple(action for spot, action in one.items() if spot not in other),
        changed=changed,
        equal=len(both) - len(changed),
        held_added=_beyond(second.held, held),
        held_removed=_beyond(first.held, others),
        held_equal=(held & others).total(),
    )


def _spot(action: Action) -> Spot:
    return action.ref.type.value, action.ref.id, action.part


def _why(a: Action, b: Action) -> str:
    """Return what differs between two actions on the same part; empty when they write the same over the same."""
    if a.base_version != b.base_version:
        return f"made for version {a.base_version}, now for version {b.base_version}"
    if a.before_hash != b.before_hash:
        return "made for another text of the same version"
    if a.after_hash != b.after_hash:
        return f"another result: {len(a.edits)} replacements, now {len(b.edits)}"
    return ""


def _mark(item: HeldItem) -> tuple[str, ...]:
    person = item.subject.hmac if item.subject else ""
    return item.ref.type.value, item.ref.id, item.part, item.path, item.rule, person, item.reason.value


def _beyond(items: Iterable[HeldItem], known: Counter[tuple[str, ...]]) -> tuple[HeldItem, ...]:
    """Return the items that are not among those counted, each as often as it is too many."""
    left = known.copy()
    beyond: list[HeldItem] = []
    for item in items:
        mark = _mark(item)
        if left[mark] > 0:
            left[mark] -= 1
        else:
            beyond.append(item)
    return tuple(beyond)
