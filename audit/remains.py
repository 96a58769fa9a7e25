"""Residue as a run keeps it, so that reports can tell what is left: numbers, ids and masks, as everywhere in a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from audit.plan_file import Plan
from audit.reported import Facts
from audit.residue import Residue
from audit.results import RunResults
from reports.evidence import ObjectFacts
from reports.migrated import ResidueFacts, ResidueItem, Where

if TYPE_CHECKING:
    from audit.run import RunStore


def keep_residue(store: RunStore, plan: Plan, found: Iterable[Residue], now: datetime, *, whole: bool) -> None:
    """Store what looking for the remains of a plan gave, in place of what was stored before.

    With `whole` all objects of the plan were looked into. Otherwise what is known of the others stays, and where
    nothing is known of them nothing is stored: a report would take a part for the whole.
    """
    known = kept_residue(store, plan.id)
    if known is None and not whole:
        return
    items = {} if known is None or whole else {(one.ref.type, one.ref.id): one for one in known.items}
    about = store.objects()
    for action in plan.actions:
        key = action.ref.type.value, action.ref.id
        about.setdefault(key, ObjectFacts(action.ref, action.title, action.url))
    items |= {(one.ref.type, one.ref.id): _item(one, about, f"{now:%Y-%m-%dT%H:%M:%SZ}") for one in found}
    store.set({record(plan.id): msgspec.json.encode(ResidueFacts(tuple(items.values()))).decode()})


def kept_residue(store: RunResults, plan_id: str) -> ResidueFacts | None:
    """Return what is stored of the remains of a plan, None when nobody has looked since it was written last."""
    stored = store.get(record(plan_id))
    return msgspec.json.decode(stored, type=ResidueFacts) if stored else None


def record(plan_id: str) -> str:
    """Return the name under which a run keeps the remains of a plan. Emptied, it says that nobody has looked."""
    return f"residue {plan_id}"


def _item(one: Residue, about: Facts, at_utc: str) -> ResidueItem:
    rules: Counter[str] = Counter()
    for trace in one.traces:
        rules.update(trace.rules)
    facts = about.get((one.ref.type.value, one.ref.id))
    return ResidueItem(
        ref=one.ref,
        places=tuple(place for place in Where if one.holds(place)),
        versions=tuple(trace.number or 0 for trace in one.old),
        versions_read=one.versions,
        rules=dict(sorted(rules.items())),
        unread=one.unread,
        at_utc=at_utc,
        title=facts.title if facts else "",
        url=facts.url if facts else "",
    )
