"""What the workspace holds, run by run: for the list on a terminal and for the one in a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from audit.errors import GdprError
from audit.evidence import run_facts
from audit.run import RunStore
from audit.workspace import Workspace
from reports.evidence import RunFacts


class RunState(StrEnum):
    """In which state a run is, as its owner sees it."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    PURGED = "purged"
    """Its keys are destroyed; what was found stays readable."""
    EMPTY = "empty"
    """No audit was begun in it."""
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Listed:
    """One run. Without `facts` nothing is known of it but what `problem` says."""

    id: str
    state: RunState
    problem: str = ""
    facts: RunFacts | None = None
    seen: int = 0
    """Objects in scope."""
    read: int = 0
    severities: Mapping[str, int] = field(default_factory=dict)
    """Label of each severity that occurs -> number of findings."""
    accepted: int = 0
    """Findings that somebody accepted; part of all findings."""
    migrated: bool = False
    """Whether a plan was applied from it."""

    @property
    def findings(self) -> int:
        """Return how many findings there are."""
        return sum(self.severities.values())


def listed(workspace: Workspace, accepted: Callable[[RunStore], int] = lambda _: 0) -> tuple[Listed, ...]:
    """Return every run, oldest first. One that is empty, damaged or being purged does not hide the others.

    `accepted` counts the findings of a run that somebody accepted.
    """
    return tuple(_listed(workspace, workspace.run_path(run_id), accepted) for run_id in workspace.run_ids())


def _listed(workspace: Workspace, path: Path, accepted: Callable[[RunStore], int]) -> Listed:
    try:
        with workspace.using(path), RunStore.reading(path / "run.db") as store:
            facts = run_facts(store)
            rows = [row for row in store.coverage({}) if row.assessed]
            return Listed(
                id=path.name,
                state=RunState(facts.status.value) if (path / "run.key").exists() else RunState.PURGED,
                facts=facts,
                seen=sum(row.seen for row in rows),
                read=sum(row.read for row in rows),
                severities=store.severities(),
                accepted=accepted(store),
                migrated=bool(store.get("migration")),
            )
    except GdprError as error:
        begun = (path / "run.db").exists()
        return Listed(path.name, RunState.UNUSABLE if begun else RunState.EMPTY, str(error) if begun else "")
