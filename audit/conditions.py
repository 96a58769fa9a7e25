"""The conditions of a plan as reports show them: its review, the limits in force, and its rehearsal."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from audit.journal import Journal
from audit.moved import Newer
from audit.plan_file import Plan
from audit.records import Entry, Purpose, State
from audit.thresholds import Thresholds
from reports.anew import ANEW
from reports.evidence import Outcome, PlanFacts
from reports.migrated import LimitFacts, RehearsalFacts
from reports.text import grouped, size
from rules.masking import mask_text

NEWER: Final = "Objects that have a newer version with the same text"
IN_WORDS: Final = {Newer.REPLAN: "are planned anew for it", Newer.CONFLICT: "are left alone"}
_REHEARSING: Final = frozenset({Purpose.REHEARSE, Purpose.PUT_BACK})


def conditions_of(
    plan: Plan, plan_file: str, bounds: Thresholds, journal: Journal | None = None, newer: Newer | None = None
) -> PlanFacts:
    """Return what reports say of a plan: what it holds of itself, the limits, and its rehearsal where there was one.

    `bounds` are those in force for this command, options included. `journal` is None where nothing was ever written,
    `newer` where the command writes nothing that was planned.
    """
    rehearsal = None if journal is None else rehearsal_of(journal, {plan.digest, plan.base} - {""})
    limits = limits_in_force(plan, bounds)
    if journal is not None and newer is not None:
        limits = (*limits, LimitFacts(NEWER, IN_WORDS[newer], grouped(_planned_anew(plan, journal))))
    return replace(plan.facts(plan_file), limits=limits, rehearsal=rehearsal)


def _planned_anew(plan: Plan, journal: Journal) -> int:
    """Return how many writes of a plan were begun over a newer version than the planned one."""
    return sum(1 for one in journal.intents(Purpose.APPLY) if one.op.plan == plan.digest and ANEW in one.note)


def limits_in_force(plan: Plan, bounds: Thresholds) -> tuple[LimitFacts, ...]:
    """Return every bound with what the plan has of it; a bound that the plan does not record is left out."""
    count = len(plan.actions)
    share = f"{math.ceil(1000 * count / plan.objects_read) / 10:g} %" if plan.objects_read else "not known"
    edits = max((len(action.edits) for action in plan.actions), default=0)
    largest = max((action.bytes_after for action in plan.actions), default=0)
    rows = [
        LimitFacts("Changes that one plan may make", grouped(bounds.max_actions), grouped(count)),
        LimitFacts("Changes as a share of the objects read", f"{bounds.max_percent:g} %", share),
    ]
    if "edits" in plan.limits:
        rows.append(LimitFacts("Replacements in one part", grouped(plan.limits["edits"]), grouped(edits)))
    if "size_bytes" in plan.limits:
        rows.append(LimitFacts("Size of one part after the change", size(plan.limits["size_bytes"]), size(largest)))
    return (
        *rows,
        LimitFacts("Failures in a row that end the run", grouped(bounds.stop_after), ""),
        LimitFacts("Share of failures that ends the run, from the twentieth on", f"{bounds.stop_percent:g} %", ""),
        LimitFacts("Writes in a minute", grouped(bounds.writes_per_minute), ""),
    )


def rehearsal_of(journal: Journal, plans: Collection[str]) -> RehearsalFacts | None:
    """Return what the journal knows of a rehearsal of plans with these digests, None when there was none."""
    last: dict[tuple[Purpose, str], Entry] = {}
    at_utc = ""
    for record in journal.records():
        op = record.entry.op
        if op.purpose in _REHEARSING and op.plan in plans and record.entry.state is not State.PLANNED:
            last[op.purpose, op.action] = record.entry
            at_utc = record.at_utc
    there = [entry for (purpose, _), entry in last.items() if purpose is Purpose.REHEARSE]
    if not there:
        return None
    back = {action: entry for (purpose, action), entry in last.items() if purpose is Purpose.PUT_BACK}
    written = [entry for entry in there if entry.state is State.DONE and entry.outcome is Outcome.APPLIED]
    returned = {action for action, entry in back.items() if entry.state is State.DONE}
    return RehearsalFacts(
        at_utc=f"{at_utc[:19]}Z",
        objects=len(there),
        written=len(written),
        put_back=len(returned),
        left=tuple(_left(there, written, back)),
    )


def _left(there: Sequence[Entry], written: Sequence[Entry], back: dict[str, Entry]) -> list[str]:
    """Return one sentence for each object that was not written as planned, or not put back."""
    texts = []
    for entry in there:
        name = f"{entry.op.action}, {entry.op.ref.type.value} {entry.op.ref.id}"
        undo = back.get(entry.op.action)
        if entry not in written:
            texts.append(f"{name}: not written as planned: {_said(entry)}")
        if undo is None and entry in written:
            texts.append(f"{name}: not put back yet")
        elif undo is not None and undo.state is not State.DONE:
            texts.append(f"{name}: not put back: {_said(undo)}")
    return texts


def _said(entry: Entry) -> str:
    return entry.note or f"its last record is {entry.state.value}"


def in_words(given: Mapping[str, object]) -> dict[str, str]:
    """Return the options of a command that were given, as reports show them: personal values in them are masked."""
    shown = {name: value for name, value in given.items() if value not in (None, False, ())}
    return {
        name: "yes" if value is True else mask_text(", ".join(value) if isinstance(value, tuple) else str(value))
        for name, value in shown.items()
    }
