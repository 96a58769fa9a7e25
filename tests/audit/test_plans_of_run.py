"""Several plans of one run: the report is about one, says why, and names all others with what became of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from audit.evidence import keep_migration, keep_rehearsal, latest_evidence
from audit.run import RunStore
from audit.workspace import Workspace
from reports.evidence import Evidence, Outcome, PlanFacts, Purpose
from reports.migrated import Doings
from tests.audit.stored import page, stored
from tests.reports import samples


def plan(number: int) -> PlanFacts:
    name = f"P-{number:012x}"
    return PlanFacts(name, f"{number}" * 64, f"2026-11-2{number}T10:00:00Z", {})


def told(evidence: Evidence) -> tuple[str, list[tuple[str, str, Doings]], str]:
    assert evidence.plan is not None
    others = [(one.id, one.digest[:1], one.state) for one in evidence.plan.others]
    return evidence.plan.id, others, evidence.plan.chosen


def test_the_report_names_every_plan_of_its_run_and_why_it_shows_one(tmp_path: Path) -> None:
    path = stored(Workspace.open(tmp_path / "ws"), 1, [page(1, "ada")])
    change = samples.migration().changes[0]
    undone = replace(change, outcome=Outcome.REVERTED)
    with RunStore(path / "run.db") as store:
        keep_migration(store, plan(1), [change], [])
        assert told(latest_evidence(store, ())) == (plan(1).id, [], "")
        keep_migration(store, plan(2), [undone], [])
        keep_rehearsal(store, plan(3), [replace(change, outcome=Outcome.PLANNED)], [])
        keep_migration(store, plan(4), [change], [])
        first, second, third = (
            (plan(1).id, "1", Doings.APPLIED),
            (plan(2).id, "2", Doings.ROLLED_BACK),
            (plan(3).id, "3", Doings.REHEARSED),
        )
        fourth = (plan(4).id, "4", Doings.APPLIED)
        name, others, why = told(latest_evidence(store, ()))
        assert (name, others) == (plan(4).id, [first, second, third])
        assert why == "Shown here is the plan that was applied or rolled back last."
        name, others, why = told(latest_evidence(store, (), plan_id=plan(2).id))
        assert (name, others) == (plan(2).id, [first, third, fourth])
        assert why == "Shown here is the plan that was asked for by its id."
        name, others, why = told(latest_evidence(store, (), Purpose.DRY_RUN))
        assert (name, others) == (plan(3).id, [first, second, fourth])
        assert why == "Shown here is the plan that was rehearsed last, and none that was applied."
        assert latest_evidence(store, (), Purpose.AUDIT).plan is None
