"""The plans that were applied from a run: a copy of each in the run's folder, and which one came last."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from audit.errors import GuardError, UsageError, WorkspaceError
from audit.files import write_whole
from audit.journal import Journal
from audit.plan_file import Action, Plan, plan_bytes
from audit.records import OPEN, OVERTAKEN, UNDO, Entry, Purpose, State
from audit.results import RunResults
from audit.run import RunStore
from reports.evidence import Outcome

PLAN_ID: Final = re.compile(r"P-[0-9a-f]{12}")
_WRITTEN: Final = frozenset({State.SENT, State.AMBIGUOUS, State.ACKED, State.DONE, State.MISMATCH})
"""States after which the site may have what was sent."""


def keep_plan(store: RunStore, folder: Path, plan: Plan) -> None:
    """Keep a copy of a plan whose first write is about to be sent, as the one that was applied last."""
    write_whole(_place(folder, plan.id), plan_bytes(plan), force=True)
    store.set({"plans": json.dumps([*(one for one in applied(store) if one != plan.id), plan.id])})


def applied(store: RunResults) -> tuple[str, ...]:
    """Return the ids of the plans that were applied from a run, the last one last."""
    return tuple(json.loads(store.get("plans", "[]")))


def applied_plan(store: RunResults, folder: Path, plan_id: str | None) -> Path:
    """Return the copy of an applied plan, by default of the last one of the run.

    Raises `UsageError` when there is none, naming the runs beside it that have one.
    """
    ids = applied(store)
    if plan_id is None and ids:
        return _place(folder, ids[-1])
    if plan_id in ids:
        return _place(folder, plan_id or "")
    raise UsageError(
        what="Nothing was applied from this run" if not ids else f"The plan {plan_id} was not applied from this run",
        where=folder.name,
        why="without PLAN it is the last plan applied from the latest run, or from the one that --run names"
        if plan_id is None
        else f"it holds {', '.join(ids) or 'no plan'}",
        fix=_way_to(plan_id, _applied_beside(folder)),
    )


def _way_to(plan_id: str | None, runs: Mapping[str, tuple[str, ...]]) -> str:
    """Return the option that leads to an applied plan in one of `runs`, the latest of them first."""
    fitting = {run: ids for run, ids in runs.items() if plan_id is None or plan_id in ids}
    if not fitting:
        return "Run `confluence-gdpr apply PLAN` first."
    ways = (f"`--run {run}` (applied: {', '.join(ids)})" for run, ids in sorted(fitting.items(), reverse=True))
    return f"Run the same command with {' or with '.join(ways)}."


def _applied_beside(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the applied plans of the runs beside one, by run. A run that cannot be read has none to offer."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.parent.iterdir()):
        with suppress(WorkspaceError), RunStore.reading(path / "run.db") as store:
            found[path.name] = applied(store)
    return {run: ids for run, ids in found.items() if ids and run != folder.name}


def require_not_rolled_back(journal: Journal, plan: Plan) -> None:
    """Raise `GuardError` when anything of the plan was rolled back: it is over then, and is never half repeated."""
    undone = sum(_last(journal, intent).state is State.DONE for intent in _intents(journal, plan, Purpose.ROLLBACK))
    if undone:
        raise GuardError(
            what="The plan was rolled back",
            where=f"plan {plan.id}",
            why=f"{undone} objects were put back after it had been applied",
            fix="Make a new plan with `confluence-gdpr plan` and apply that one. Nothing was written.",
        )


def require_written(journal: Journal, plan: Plan) -> None:
    """Raise `GuardError` when no write of the plan was ever begun by the word of the journal: nothing can be undone."""
    if not any(_intents(journal, plan, purpose) for purpose in UNDO):
        raise GuardError(
            what="Nothing is recorded as written by this plan",
            where=f"plan {plan.id}",
            why="it was never applied, each of its actions was left alone, or the journal was lost and begun anew",
            fix="If the site holds its text (the version message names plan and action), restore the run's folder from"
            " a backup. Nothing was written.",
        )


def to_put_back(journal: Journal, plan: Plan) -> tuple[Action, ...]:
    """Return the actions of a plan that a rollback will look at: written or in doubt, and not put back yet."""
    waiting: set[str] = set()
    for purpose, undo in UNDO.items():
        undone = _in_states(journal, plan, undo, frozenset({State.DONE}))
        doubted = {one.op.action for one in _intents(journal, plan, purpose) if journal.doubted(one.op.token)}
        waiting |= (_in_states(journal, plan, purpose, _WRITTEN) | doubted) - undone
    return tuple(action for action in plan.actions if action.id in waiting)


def require_no_open_rehearsal(journal: Journal, plan: Plan) -> None:
    """Raise `GuardError` when a rehearsal was interrupted before everything was put back.

    A rehearsal of the plan that this one was reviewed from counts.
    """
    waiting = sorted(action for digest, action in _rehearsed(journal) if digest in {plan.digest, plan.base})
    if waiting:
        raise GuardError(
            what="A rehearsal of this plan is not finished",
            where=f"plan {plan.id}",
            why=f"{len(waiting)} of its writes were not put back, first {waiting[0]}",
            fix="Run `confluence-gdpr rollback PLAN` first, with the plan that was rehearsed. Nothing was written.",
        )


def _rehearsed(journal: Journal) -> set[tuple[str, str]]:
    """Return digest of the plan and action of each write of a rehearsal that was not put back."""
    settled = {(one.op.plan, one.op.action) for one in journal.latest(Purpose.PUT_BACK) if _over(one)}
    begun = [(one.op, _last(journal, one)) for one in journal.intents(Purpose.REHEARSE)]
    written = {(op.plan, op.action) for op, last in begun if last.state in _WRITTEN}
    superseded = {(op.plan, op.action) for op, last in begun if last.outcome is Outcome.SUPERSEDED}
    return written - settled - superseded


def _over(put_back: Entry) -> bool:
    """Return whether nothing of a rehearsal is left to be put back: it was, or somebody else changed the object since.

    What a draft or a missing permission held back still stands.
    """
    return put_back.state is State.DONE or (put_back.state is State.CONFLICT and put_back.reason in OVERTAKEN)


def unsettled(journal: Journal) -> int:
    """Return how many writes still need the journal and its images: doubtful ones, and rehearsed ones not put back."""
    opened = [one.op for one in journal.intents(*Purpose) if _last(journal, one).state in OPEN]
    return len(opened) + len(_rehearsed(journal) - {(op.plan, op.action) for op in opened})


def _in_states(journal: Journal, plan: Plan, purpose: Purpose, states: frozenset[State]) -> set[str]:
    """Return the ids of the actions whose op of one purpose has come to one of some states."""
    return {one.op.action for one in _intents(journal, plan, purpose) if _last(journal, one).state in states}


def _intents(journal: Journal, plan: Plan, purpose: Purpose) -> tuple[Entry, ...]:
    return tuple(intent for intent in journal.intents(purpose) if intent.op.plan == plan.digest)


def _last(journal: Journal, intent: Entry) -> Entry:
    return journal.last(intent.op.token) or intent


def _place(folder: Path, plan_id: str) -> Path:
    """Return where the copy of a plan lies. The id comes from a file, so it is not trusted to be a name."""
    if not PLAN_ID.fullmatch(plan_id):
        raise UsageError(what="The plan has no proper id", where=folder.name, fix="Make a new plan.")
    return folder / f"plan-{plan_id}.json"
