"""What reports say of a plan: limits in force, options, review and rehearsal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.conditions import conditions_of, in_words, limits_in_force, rehearsal_of
from audit.journal import Journal
from audit.records import Entry, Op, Purpose, State
from audit.thresholds import Thresholds, in_force
from reports.evidence import Outcome
from rules.model import ObjectType, Ref
from tests.audit.writing import planned

pytestmark = pytest.mark.anyio
PLAN = "d" * 64


async def test_each_limit_says_how_near_the_plan_comes_to_it(tmp_path: Path) -> None:
    plan = (await planned(tmp_path)).plan
    assert plan is not None
    plan = replace(plan, objects_read=40, limits={"edits": 500, "size_bytes": 5_000_000})
    rows = {one.name: (one.limit, one.actual) for one in limits_in_force(plan, Thresholds(max_actions=50))}
    assert rows["Changes that one plan may make"] == ("50", "3")
    assert rows["Changes as a share of the objects read"] == ("100 %", "7.5 %")
    assert rows["Replacements in one part"][0] == "500"
    assert rows["Writes in a minute"] == ("6,000", "")
    fewer = limits_in_force(replace(plan, objects_read=0, limits={}), Thresholds())
    assert len(fewer) == len(rows) - 2
    assert fewer[1].actual == "not known"


async def test_a_plan_brings_its_review_and_options(tmp_path: Path) -> None:
    plan = (await planned(tmp_path)).plan
    assert plan is not None
    facts = conditions_of(replace(plan, base="b" * 64, options={"only": "space:HR"}), "plan.json", Thresholds())
    assert (facts.base, facts.options, facts.rehearsal) == ("b" * 64, {"only": "space:HR"}, None)
    assert facts.limits


def test_the_options_of_a_command_win_over_the_configuration() -> None:
    configured = Thresholds(max_actions=7, stop_after=2)
    assert in_force(configured, None, None, None, None) == configured
    assert in_force(configured, 9, 1.5, 3, 60) == Thresholds(9, 1.5, 3, configured.stop_percent, 60)


def test_options_are_told_in_words_and_masked() -> None:
    given = {"only": ("page:1", "rule:x"), "limit": 3, "raw": (), "unversioned": True, "confirm-jql": False, "x": None}
    assert in_words(given) == {"only": "page:1, rule:x", "limit": "3", "unversioned": "yes"}
    assert "anna" not in in_words({"property": ("anna.schmidt@example.org",)})["property"]


def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path / "journal.db", lambda: datetime(2026, 11, 20, 15, 30, tzinfo=UTC))


def op(action: str, purpose: Purpose, plan: str = PLAN) -> Op:
    return Op(f"{purpose.value} {action} {plan}", purpose, plan, action, Ref(ObjectType.PAGE, "7"), "body")


def done(action: str, purpose: Purpose, outcome: Outcome) -> Entry:
    return Entry(op(action, purpose), State.DONE, outcome=outcome)


def test_without_a_rehearsal_there_is_nothing_to_tell(tmp_path: Path) -> None:
    book = journal(tmp_path)
    book.append(Entry(op("A-1", Purpose.REHEARSE), State.PLANNED), done("A-1", Purpose.APPLY, Outcome.APPLIED))
    book.append(Entry(op("A-1", Purpose.REHEARSE, "e" * 64), State.INTENT))
    assert rehearsal_of(book, {PLAN}) is None


def test_a_rehearsal_counts_what_was_written_and_put_back_and_names_the_rest(tmp_path: Path) -> None:
    book = journal(tmp_path)
    book.append(
        done("A-1", Purpose.REHEARSE, Outcome.APPLIED),
        done("A-1", Purpose.PUT_BACK, Outcome.REVERTED),
        done("A-2", Purpose.REHEARSE, Outcome.APPLIED),
        Entry(op("A-2", Purpose.PUT_BACK), State.CONFLICT, note="somebody edited it"),
        Entry(op("A-3", Purpose.REHEARSE), State.CONFLICT),
        done("A-4", Purpose.REHEARSE, Outcome.APPLIED),
    )
    told = rehearsal_of(book, {PLAN, "f" * 64})
    assert told is not None
    assert (told.at_utc, told.objects, told.written, told.put_back) == ("2026-11-20T15:30:00Z", 4, 3, 1)
    assert told.left == (
        "A-2, page 7: not put back: somebody edited it",
        "A-3, page 7: not written as planned: its last record is CONFLICT",
        "A-4, page 7: not put back yet",
    )
