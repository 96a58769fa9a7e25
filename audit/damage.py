"""A damaged journal in a report: what was recorded earlier is shown, and that it can no longer be checked is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from audit.journal import check
from reports.evidence import Evidence, Purpose, RunStatus


def with_damage(evidence: Evidence, journal: Path, tell: Callable[[str], None]) -> Evidence:
    """Return the report of a migration as incomplete, and say so with `tell`, when the journal of its run is damaged.

    Any other evidence comes back as it is. Raises `WorkspaceError` when the journal cannot be opened.
    """
    if evidence.purpose is not Purpose.MIGRATION or not journal.exists():
        return evidence
    first_bad = check(journal).first_bad
    if first_bad is None:
        return evidence
    why = f"the journal is damaged from record {first_bad} on: what was written cannot be checked against it"
    tell(f"{why}. Restore the run's folder from a backup.")
    return replace(
        evidence, run=replace(evidence.run, status=RunStatus.INCOMPLETE, incomplete=(*evidence.run.incomplete, why))
    )
