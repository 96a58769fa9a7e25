"""A bag that somebody made anew, every digest right, whose files or figures cannot all be true."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from reports.bag import names
from reports.bag.build import bag
from reports.bag.chain import facts_of, written
from reports.bag.manifest import sha256
from reports.bag.payload import Payload
from reports.bag.problems import Fault
from reports.bag.readback import with_read_back
from reports.bag.verify import Verdict
from reports.document import canonical
from tests.reports.bag import samples
from tests.reports.bag.test_schema import sample


@dataclass
class Told:
    """What a bag says in several places, to be changed in all of them at once."""

    report: dict[str, Any]
    plan: dict[str, Any]
    journal: list[dict[str, Any]]
    changes: list[dict[str, Any]] = field(init=False)
    misread: Callable[[list[dict[str, Any]]], object] = bool
    """Changes what the bag says was read back, and nothing else."""

    def __post_init__(self) -> None:
        self.changes = self.report["changes"]


def forged(change: Callable[[Told], object]) -> Verdict:
    """Return the verdict on a bag that says something else, told alike wherever it is told."""
    files = sample().files
    journal = [json.loads(json.loads(line)["entry"]) for line in files[names.JOURNAL].splitlines()]
    told = Told(json.loads(files[names.FINDINGS]), json.loads(files[names.PLAN]), journal)
    change(told)
    report, run = told.report, {**sample().facts}
    report["run"]["data_sha256"] = sha256(canonical({part: report[part] for part in run["data_covers"]}).encode())
    links = samples.chained(told.journal)
    run |= {"run": report["run"], "totals": report["totals"], "plan": report["plan"], "journal": facts_of(links)}
    rows: list[dict[str, Any]] = with_read_back(report["changes"], told.plan["digest"], links)
    told.misread(rows)
    coverage = {**sample().coverage, "status": report["run"]["status"], "incomplete": report["run"]["incomplete"]}
    made = {
        names.FINDINGS: f"{canonical(report)}\n".encode(),
        names.RUN: f"{canonical(run)}\n".encode(),
        names.PLAN: f"{canonical(told.plan)}\n".encode(),
        names.CHANGES: "".join(f"{canonical(row)}\n" for row in rows).encode(),
        names.JOURNAL: written(links),
        names.COVERAGE: f"{canonical(coverage)}\n".encode(),
        names.IDENTITIES: f"{canonical({'plan': report['plan'], 'identities': report['identities']})}\n".encode(),
    }
    return samples.judged(bag(Payload({**files, **made}, run, coverage), None))


def without(told: Told, action: str) -> None:
    """Take a change out as if it had never been: in the report, in its totals, in the plan."""
    kept = [row for row in told.changes if row["action"] != action]
    told.changes[:] = kept
    objects = {(row["object"]["type"], row["object"]["id"]) for row in kept}
    outcomes = [row["outcome"] for row in kept]
    told.report["totals"].update(
        changes=len(kept),
        replacements=sum(len(row["edits"]) for row in kept),
        by_outcome={name: outcomes.count(name) for name in outcomes},
        changed_objects=len(objects),
        largest_change=max(len(row["edits"]) for row in kept),
    )


def outcome(told: Told, action: str, value: str) -> None:
    row = next(row for row in told.changes if row["action"] == action)
    by = told.report["totals"]["by_outcome"]
    by[row["outcome"]] -= 1
    by[value] = by.get(value, 0) + 1
    told.report["totals"]["by_outcome"] = {name: count for name, count in by.items() if count}
    row["outcome"] = value


def first(told: Told) -> dict[str, Any]:
    return told.changes[0]


def test_the_same_told_once_more_holds() -> None:
    assert forged(lambda _: None).problems == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda told: without(told, "A-0001"), "records A-0001 as done, and no change does"),
        (lambda told: outcome(told, "A-0001", "conflict"), "A-0001: it was done, and counts as conflict"),
        (lambda told: outcome(told, "A-0005", "applied"), "A-0005: it has no end there, and counts as applied"),
        (lambda told: outcome(told, "A-0001", "rolled-back"), "A-0001: it counts as rolled back, and no record"),
        (lambda told: outcome(told, "A-0006", "applied"), "A-0006: it was put back, and counts as applied"),
        (lambda told: first(told).update(before_hash="0" * 64), "A-0001: the text before is not the one"),
        (lambda told: first(told).update(after_hash="0" * 64), "its action A-0001 is not the change"),
        (lambda told: first(told).update(base_version=1), "A-0001: version 1 is not the one that was there before"),
        (lambda told: first(told).update(new_version=99), "A-0001: version 99 is not the one that was read back"),
        (lambda told: told.changes[4].update(new_version=99), "A-0005: version 99 is not known"),
        (lambda told: first(told)["object"].update(id="9"), "A-0001: it was about another object or part"),
        (lambda told: first(told).update(part="title"), "A-0001: it was about another object or part"),
        (lambda told: first(told)["edits"][0].update(rule="legacy-cql"), "its action A-0001 is not the change"),
        (lambda told: told.plan["actions"].pop(0), "it has no action A-0001, which has an outcome"),
        (lambda told: told.plan["actions"][0]["ref"].update(id="9"), "its action A-0001 is not the change"),
        (lambda told: told.plan["actions"][0].update(rules=["legacy-cql"]), "the rules of A-0001 are not those"),
        (lambda told: told.plan.update(site="https://x.example"), "it is for another site"),
        (lambda told: told.plan["counts"].update(edits=99), "its counts are not those of its actions"),
        (lambda told: told.plan["held"][0].update(rule="legacy-cql"), "does not have all places that it holds back"),
        (lambda told: told.plan["identities"][2]["account"].update(hmac="0" * 32), "its people are not those"),
        (lambda told: told.plan["decisions"][2].update(accepted=True), "its people are not those"),
    ],
)
def test_changes_plan_and_journal_are_bound_to_each_other(change: Callable[[Told], object], why: str) -> None:
    problems = forged(change).problems
    assert any(why in one.why for one in problems), problems


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resolved", 4),
        ("residue", 0),
        ("needs_review", 0),
        ("declined", 0),
        ("changed_objects", 99),
        ("changed_spaces", 9),
        ("changed_authors", 99),
        ("changed_unattributed", 99),
        ("largest_change", 9),
        ("by_outcome", {"applied": 6}),
        ("objects", 99),
        ("rewritable", 0),
    ],
)
def test_each_total_is_that_of_the_rows(name: str, value: object) -> None:
    problems = forged(lambda told: told.report["totals"].update({name: value})).problems
    assert any(name in one.why for one in problems), problems


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda report: report["run"].update(finished_at_utc="2026-11-20T13:00:00Z"), "ended before it began"),
        (lambda report: report["run"].update(hosts=[]), "names no host that it asked"),
        (lambda report: report["run"].update(status="incomplete"), "or incomplete without one"),
        (lambda report: report["residue"].update(unread=0), "looked into for residue"),
        (lambda report: report["residue"].update(looked_into=1), "looked into for residue"),
        (lambda report: report["residue"]["places"].clear(), "places of residue"),
    ],
)
def test_a_report_that_no_run_can_give_is_named(change: Callable[[dict[str, Any]], object], why: str) -> None:
    problems = forged(lambda told: change(told.report)).problems
    assert any(why in one.why for one in problems), problems


def test_every_action_of_a_plan_that_nobody_took_back_has_an_outcome() -> None:
    def never_rolled_back(told: Told) -> None:
        told.journal[:] = [entry for entry in told.journal if entry["op"]["purpose"] == "apply"]
        outcome(told, "A-0006", "applied")

    def silent(told: Told) -> None:
        never_rolled_back(told)
        without(told, "A-0004")

    assert forged(never_rolled_back).problems == ()
    assert any("nothing says what became of A-0004" in one.why for one in forged(silent).problems)


def test_a_rollback_that_left_a_write_alone_is_no_contradiction() -> None:
    def left(told: Told) -> None:
        outcome(told, "A-0001", "conflict")
        tried = next(entry for entry in told.journal if entry["op"]["action"] == "A-0001")
        op = {**tried["op"], "purpose": "rollback", "token": "rollback A-0001"}
        told.journal.append({**tried, "op": op, "state": "CONFLICT"})

    assert forged(left).problems == ()


@pytest.mark.parametrize(
    ("name", "value"), [("read_hash", "0" * 64), ("record", 1), ("as_planned", False), ("version", 1)]
)
def test_what_was_read_back_is_that_of_the_journal(name: str, value: object) -> None:
    def misread(told: Told) -> None:
        told.misread = lambda rows: rows[0]["read_back"].update({name: value})

    (problem,) = forged(misread).problems
    assert (problem.fault, problem.where) == (Fault.COUNTS, names.CHANGES)
    told = [json.loads(line)["read_back"] for line in sample().files[names.CHANGES].splitlines()]
    assert told[0]["read_hash"] == told[0]["planned_hash"] == samples.READ_BACK
    assert told[4] is None, "nothing was written, so that nothing was read back"


def test_a_change_that_was_read_back_as_something_else_does_not_count_as_applied() -> None:
    def other(told: Told) -> None:
        for entry in told.journal:
            if entry["op"]["action"] == "A-0001" and entry["read_hash"]:
                entry["read_hash"] = "0" * 64

    (problem,) = forged(other).problems
    assert (problem.where, problem.why) == (names.JOURNAL, "A-0001: something else was read back than was planned")
