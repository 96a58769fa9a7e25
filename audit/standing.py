"""Evidence of a run with how its findings stand: accepted by somebody, and compared with an earlier run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from audit.accepted import Entry, accept, read_accepted
from audit.compare import compared
from audit.errors import GdprError, UsageError
from audit.evidence import audit_evidence
from audit.knowing import scope
from audit.results import RunResults
from audit.run import RunStore
from audit.workspace import Workspace
from reports.evidence import Evidence
from rules.rule import Rule

PREVIOUS: Final = "previous"
"""Names the latest earlier run of the same site and options."""
_DAY: Final = len("2026-11-20")
Tell = Callable[[str], None]


def with_accepted(evidence: Evidence, entries: Sequence[Entry], key: bytes) -> Evidence:
    """Return the evidence with a list of accepted findings, judged on the day on which the run ended."""
    if not entries:
        return evidence
    day = _day(evidence.run.started_at_utc, evidence.run.finished_at_utc)
    shown, places = accept(evidence.findings, entries, day, key)
    marks = (replace(mark, accepted=place) for (_, mark), place in zip(evidence.marked(), places, strict=True))
    return replace(evidence, accepted=shown, marks=tuple(marks))


class AcceptedCounts:
    """How many findings of a run are accepted by a list, counted once for each state of a run."""

    def __init__(self, entries: Sequence[Entry], key: bytes) -> None:
        self._entries = entries
        self._key = key
        self._known: dict[tuple[str, str], int] = {}

    def __call__(self, store: RunResults) -> int:
        """Return the number for one run. Cost: linear in its findings the first time."""
        if not self._entries:
            return 0
        state = (store.get("run_id"), store.get("finished_at_utc"))
        if state not in self._known:
            _, places = accept(store.findings(), self._entries, _day(store.get("started_at_utc"), state[1]), self._key)
            self._known[state] = sum(place is not None for place in places)
        return self._known[state]


def _day(started_at_utc: str, finished_at_utc: str) -> str:
    return (finished_at_utc or started_at_utc)[:_DAY]


def with_comparison(
    evidence: Evidence, store: RunResults, workspace: Workspace, rules: Sequence[Rule], earlier: str, tell: Tell
) -> Evidence:
    """Return the evidence compared with the run `earlier`, an id or `PREVIOUS`.

    `store` is the run that the evidence is about. An older run that cannot be read is told with `tell` and left out.
    Raises `UsageError` when the run is not an earlier one of the same site, `WorkspaceError` when there is none.
    """
    run = evidence.run.id
    told: set[str] = set()

    def once(text: str) -> None:
        if text not in told:
            told.add(text)
            tell(text)

    if earlier == PREVIOUS:
        found = previous_run(store, workspace, once)
        if found is None:
            raise _refused(run, "no earlier run is of the same site and options", "Name an id with --compare.")
        earlier = found
    path = workspace.run_path(earlier)
    if earlier >= run:
        raise _refused(earlier, f"it was not begun before {run}", "`confluence-gdpr runs` lists them in order.")
    with workspace.using(path), RunStore.reading(path / "run.db") as other:
        if other.get("site") != store.get("site"):
            raise _refused(earlier, "it is about another site", "Name a run of the same site.")
        then = audit_evidence(other, rules)
        history = _history(workspace, run, store.get("site"), once)
        comparison, standings = compared(evidence, store, then, other, history)
    marks = (replace(mark, standing=one) for (_, mark), one in zip(evidence.marked(), standings, strict=True))
    return replace(evidence, comparison=comparison, marks=tuple(marks))


def previous_run(store: RunResults, workspace: Workspace, tell: Tell) -> str | None:
    """Return the latest run before this one that ended and is of the same site and options, None where there is none.

    A run that cannot be read is told with `tell` and left out.
    """
    for one in reversed(workspace.run_ids()):
        if one < store.get("run_id"):
            with ExitStack() as opened:
                other = _opened(workspace, one, opened, tell)
                if other and other.get("finished_at_utc") and _population(other) == _population(store):
                    return one
    return None


def _population(store: RunResults) -> tuple[str, Mapping[str, str]]:
    """Return what a run was about: its site, and what of it was to be read."""
    return store.get("site"), scope(json.loads(store.get("options", "{}")))


def _history(workspace: Workspace, run: str, site: str, tell: Tell) -> Iterator[RunResults]:
    """Yield the runs of a site before `run`, oldest first, each open only until the next one is asked for."""
    for one in workspace.run_ids():
        if one < run:
            with ExitStack() as opened:
                other = _opened(workspace, one, opened, tell)
                if other and other.get("site") == site:
                    yield other


def _opened(workspace: Workspace, run_id: str, until: ExitStack, tell: Tell) -> RunStore | None:
    path = workspace.run_path(run_id)
    if not (path / "run.db").exists():
        return None
    try:
        until.enter_context(workspace.using(path))
        return until.enter_context(RunStore.reading(path / "run.db"))
    except GdprError as error:
        tell(f"{run_id} was not compared. {error}")
        return None


def _refused(run: str, why: str, fix: str) -> UsageError:
    return UsageError(what="The runs cannot be compared", where=run[:40], why=why, fix=fix)


def entries_of(path: Path | None, roles: frozenset[str] = frozenset()) -> tuple[Entry, ...]:
    """Return the entries of a list of accepted findings, those of `roles` as such; none where no list is named."""
    entries = () if path is None else read_accepted(path)
    return tuple(replace(entry, role=entry.owner in roles) for entry in entries)
