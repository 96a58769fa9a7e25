"""Evidence of a run with how its findings stand: accepted by somebody, and compared with an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from audit.accepted import Entry, accept, read_accepted
from audit.compare import compared
from audit.errors import GdprError, UsageError
from audit.evidence import audit_evidence
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
    day = (evidence.run.finished_at_utc or evidence.run.started_at_utc)[:_DAY]
    shown, places = accept(evidence.findings, entries, day, key)
    marks = (replace(mark, accepted=place) for (_, mark), place in zip(evidence.marked(), places, strict=True))
    return replace(evidence, accepted=shown, marks=tuple(marks))


def with_comparison(
    evidence: Evidence, store: RunResults, workspace: Workspace, rules: Sequence[Rule], earlier: str, tell: Tell
) -> Evidence:
    """Return the evidence compared with the run `earlier`, an id or `PREVIOUS`.

    `store` is the run that the evidence is about. An older run that cannot be read is told with `tell` and left out.
    Raises `UsageError` when the run is not an earlier one of the same site, `WorkspaceError` when there is none.
    """
    run = evidence.run.id
    if earlier == PREVIOUS:
        found = previous_run(store, workspace, tell)
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
        history = _history(workspace, earlier, store.get("site"), tell)
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
                facts = ("site", "options")
                if other and other.get("finished_at_utc") and all(other.get(f) == store.get(f) for f in facts):
                    return one
    return None


def _history(workspace: Workspace, last: str, site: str, tell: Tell) -> Iterator[RunResults]:
    """Yield the runs of a site up to `last`, oldest first, each open only until the next one is asked for."""
    for one in workspace.run_ids():
        if one <= last:
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


def entries_of(path: Path | None) -> tuple[Entry, ...]:
    """Return the entries of a list of accepted findings; none where no list is named."""
    return () if path is None else read_accepted(path)
