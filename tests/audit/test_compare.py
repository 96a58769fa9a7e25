"""A run against an earlier one: new, unchanged, back, fixed, and never fixed where nobody looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.compare import NO_RULE, NOT_LISTED
from audit.errors import UsageError
from audit.evidence import audit_evidence
from audit.run import RunStore
from audit.sites.base import Failed, NotAssessed, Skipped
from audit.standing import PREVIOUS, with_comparison
from audit.workspace import Workspace
from reports.evidence import Evidence
from reports.standing import Fate, Standing
from rules.model import ObjectType
from rules.registry import load
from tests.audit.stored import BEGIN, PAGE, Seen, page, stored

RULES = load()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "ws")


def compared(workspace: Workspace, now: Path, earlier: str = PREVIOUS, told: list[str] | None = None) -> Evidence:
    with RunStore.reading(now / "run.db") as store:
        evidence = audit_evidence(store, RULES)
        lines: list[str] = [] if told is None else told
        return with_comparison(evidence, store, workspace, RULES, earlier, lines.append)


def standings(evidence: Evidence) -> list[tuple[str, Standing | None]]:
    return [(finding.ref.id, mark.standing) for finding, mark in evidence.marked()]


def fates(evidence: Evidence) -> list[tuple[str, Fate, str]]:
    assert evidence.comparison is not None
    return [(one.finding.ref.id, one.fate, one.why) for one in evidence.comparison.gone]


def test_what_both_runs_have_is_unchanged_and_the_rest_is_new_or_fixed(workspace: Workspace) -> None:
    earlier = stored(workspace, 1, [page(101, "jdoe", "mstern"), page(102, "jdoe")])
    now = stored(workspace, 2, [page(101, "jdoe"), page(102), page(103, "jdoe")])
    found = compared(workspace, now)
    assert standings(found) == [("101", Standing.UNCHANGED), ("103", Standing.NEW)]
    assert fates(found) == [("101", Fate.FIXED, ""), ("102", Fate.FIXED, "")]
    assert found.comparison is not None
    assert (found.comparison.run, found.comparison.runs) == (earlier.name, 1)
    assert found.comparison.unread_before == 1, "page 103 was not there before"
    assert found.comparison.gone[1].title == "Page 102"


@pytest.mark.parametrize(
    ("seen", "left_out", "why"),
    [
        ([], [], NOT_LISTED),
        ([page(101, coverage=Failed("HTTP 500"))], [], "it could not be read: HTTP 500"),
        ([page(101, coverage=Skipped("larger than 50 MB"))], [], "it was skipped: larger than 50 MB"),
        ([], [NotAssessed(ObjectType.PAGE, "needs --x")], "objects of its kind were not assessed: needs --x"),
        ([page(101, status="draft")], [], NOT_LISTED),
    ],
)
def test_what_was_not_read_is_not_examined_and_never_fixed(
    workspace: Workspace, seen: Sequence[Seen], left_out: Sequence[NotAssessed], why: str
) -> None:
    stored(workspace, 1, [page(101, "jdoe")])
    found = compared(workspace, stored(workspace, 2, seen, left_out=left_out))
    assert fates(found) == [("101", Fate.NOT_EXAMINED, why)]


def test_a_page_that_was_archived_is_the_same_page_and_its_draft_is_another_text(workspace: Workspace) -> None:
    stored(workspace, 1, [page(101, "jdoe"), page(102, "jdoe"), page(102, "jdoe", status="draft")])
    now = stored(workspace, 2, [page(101, status="archived"), page(102, "jdoe")])
    found = compared(workspace, now)
    assert standings(found) == [("102", Standing.UNCHANGED)]
    assert fates(found) == [("101", Fate.FIXED, ""), ("102", Fate.NOT_EXAMINED, NOT_LISTED)]
    assert found.comparison is not None
    assert [one.finding.ref.status for one in found.comparison.gone] == ["current", "draft"]


def old(version: int, *people: str) -> Seen:
    return Seen(replace(PAGE, type=ObjectType.VERSION, version=version, status=f"historical {version}"), people)


def test_copies_of_a_text_are_compared_by_version_and_one_more_of_them_is_new(workspace: Workspace) -> None:
    stored(workspace, 1, [old(1, "jdoe"), old(3, "jdoe")])
    found = compared(workspace, stored(workspace, 2, [old(1, "jdoe"), old(2, "jdoe"), old(3, "jdoe")]))
    by_version = {finding.ref.version: mark.standing for finding, mark in found.marked()}
    assert by_version == {1: Standing.UNCHANGED, 2: Standing.NEW, 3: Standing.UNCHANGED}


def test_a_version_that_was_the_current_one_is_not_new_when_an_edit_has_made_it_history(workspace: Workspace) -> None:
    def current(version: int, *people: str) -> Seen:
        return Seen(replace(PAGE, version=version), people)

    stored(workspace, 1, [current(3, "jdoe", "mstern"), old(1, "kvik")])
    edited = [current(4, "jdoe"), old(3, "jdoe", "mstern", "anew"), old(2, "jdoe"), old(1, "kvik", "jdoe")]
    found = compared(workspace, stored(workspace, 2, edited))
    standing = {(one.ref.version, one.subject.mask): mark.standing for one, mark in found.marked()}
    assert standing == {
        (4, "j***"): Standing.UNCHANGED,
        (3, "j***"): Standing.UNCHANGED,
        (3, "m***"): Standing.UNCHANGED,
        (3, "a***"): Standing.NEW,
        (2, "j***"): Standing.NEW,
        (1, "k***"): Standing.UNCHANGED,
        (1, "j***"): Standing.NEW,
    }
    assert fates(found) == [("101", Fate.FIXED, "")], "the page has lost mstern, its history has not"


def test_a_draft_was_never_a_version_of_its_page(workspace: Workspace) -> None:
    stored(workspace, 1, [page(101), page(101, "jdoe", status="draft")])
    found = compared(workspace, stored(workspace, 2, [page(101), old(3, "jdoe")]))
    assert standings(found) == [("101", Standing.NEW)]


def test_what_a_run_between_had_read_and_not_found_has_reappeared(workspace: Workspace) -> None:
    stored(workspace, 1, [page(101, "jdoe"), page(102, "jdoe")])
    stored(workspace, 2, [page(101), page(102, coverage=Failed("HTTP 500"))])
    found = compared(workspace, stored(workspace, 3, [page(101, "jdoe"), page(102, "jdoe"), page(103, "jdoe")]))
    assert standings(found) == [
        ("101", Standing.REAPPEARED),
        ("102", Standing.UNCHANGED),
        ("103", Standing.NEW),
    ]
    assert found.comparison is not None
    assert found.comparison.runs == 2


def test_what_came_back_once_before_and_was_there_since_has_not_reappeared(workspace: Workspace) -> None:
    stored(workspace, 1, [page(101, "jdoe")])
    stored(workspace, 2, [page(101)])
    stored(workspace, 3, [page(101, "jdoe")])
    found = compared(workspace, stored(workspace, 4, [page(101, "jdoe")]))
    assert standings(found) == [("101", Standing.UNCHANGED)]


def test_what_was_gone_in_a_run_since_the_compared_one_has_reappeared(workspace: Workspace) -> None:
    first = stored(workspace, 1, [page(101, "jdoe"), page(102, "jdoe"), page(103)])
    stored(workspace, 2, [page(101), page(102, coverage=Failed("HTTP 500")), page(103, "jdoe")])
    now = stored(workspace, 3, [page(101, "jdoe"), page(102, "jdoe"), page(103, "jdoe")])
    found = compared(workspace, now, first.name)
    assert standings(found) == [
        ("101", Standing.REAPPEARED),
        ("102", Standing.UNCHANGED),
        ("103", Standing.NEW),
    ], "run 2 did not read page 102, and run 1 had nothing in page 103"
    assert found.comparison is not None
    assert found.comparison.runs == 2


def test_what_an_older_run_had_and_the_compared_one_did_not_read_was_gone_in_between(workspace: Workspace) -> None:
    stored(workspace, 1, [page(101, "jdoe"), page(102, "jdoe")])
    second = stored(workspace, 2, [page(101, coverage=Failed("HTTP 500")), page(102, coverage=Failed("HTTP 500"))])
    stored(workspace, 3, [page(101), page(102, "jdoe")])
    now = stored(workspace, 4, [page(101, "jdoe"), page(102, "jdoe")])
    assert standings(compared(workspace, now, second.name)) == [
        ("101", Standing.REAPPEARED),
        ("102", Standing.UNCHANGED),
    ]


def test_a_text_that_only_an_older_run_read_as_the_current_one_is_not_new_as_history(workspace: Workspace) -> None:
    def current(version: int, *people: str) -> Seen:
        return Seen(replace(PAGE, version=version), people)

    stored(workspace, 1, [current(3, "jdoe"), Seen(replace(PAGE, version=3, status="draft"), ("kvik",))])
    stored(workspace, 2, [current(5)])
    now = stored(workspace, 3, [current(6), old(5, "jdoe"), old(3, "jdoe", "kvik", "anew")])
    found = compared(workspace, now)
    standing = {(one.ref.version, one.subject.mask): mark.standing for one, mark in found.marked()}
    assert standing == {
        (5, "j***"): Standing.NEW,
        (3, "j***"): Standing.UNCHANGED,
        (3, "k***"): Standing.NEW,
        (3, "a***"): Standing.NEW,
    }


def test_the_comparison_says_when_scope_or_rules_differ_or_the_earlier_run_had_gaps(workspace: Workspace) -> None:
    facts = {"options": '{"space": "HR, ENG"}', "rules_digest": "rules of yesterday"}
    earlier = stored(workspace, 1, [page(101, coverage=Failed("HTTP 500"))], facts=facts)
    found = compared(workspace, stored(workspace, 2, [page(101, "jdoe")]), earlier.name).comparison
    assert found is not None
    assert (found.same_scope, found.same_rules, found.complete) == (False, False, False)
    assert found.unread_before == 1


def test_what_rules_were_told_counts_as_a_change_of_rules_and_not_of_scope(workspace: Workspace) -> None:
    earlier = stored(workspace, 1, [page(101)], facts={"options": '{"space": "HR"}'})
    now = stored(workspace, 2, [page(101, "jdoe")], facts={"options": '{"known": "3 (x)", "space": "HR"}'})
    found = compared(workspace, now).comparison
    assert found is not None
    assert (found.run, found.same_scope, found.same_rules) == (earlier.name, True, False)


def test_a_rule_that_does_not_exist_any_more_has_fixed_nothing(workspace: Workspace) -> None:
    stored(workspace, 1, [replace(page(101, "jdoe"), rule="no-such-rule")])
    assert fates(compared(workspace, stored(workspace, 2, [page(101)]))) == [("101", Fate.NOT_EXAMINED, NO_RULE)]


def test_the_previous_run_is_the_latest_of_the_same_site_and_options_that_ended(workspace: Workspace) -> None:
    first = stored(workspace, 1, [page(101, "jdoe")])
    stored(workspace, 2, [], facts={"options": "{}"})
    stored(workspace, 3, [], facts={"site": "https://other.atlassian.net"})
    stored(workspace, 4, [], facts={"finished_at_utc": ""})
    (workspace.new_run(BEGIN + timedelta(days=5)) / "run.db").write_bytes(b"no database, and nobody can read it at all")
    now = stored(workspace, 6, [page(101, "jdoe")])
    stored(workspace, 7, [])
    told: list[str] = []
    found = compared(workspace, now, told=told).comparison
    assert found is not None
    assert found.run == first.name
    assert len(told) == 1
    assert "was not compared" in told[0]


def test_runs_that_cannot_be_compared_are_refused_with_what_to_do(workspace: Workspace) -> None:
    alone = stored(workspace, 1, [])
    other = stored(workspace, 2, [], facts={"site": "https://other.atlassian.net"})
    now = stored(workspace, 3, [])
    for run, earlier, why in (
        (alone, PREVIOUS, "no earlier run"),
        (now, other.name, "another site"),
        (now, now.name, "not begun before"),
        (alone, now.name, "not begun before"),
        (now, "20200101T000000Z-000000", "There is no run"),
    ):
        with pytest.raises(UsageError, match=why):
            compared(workspace, run, earlier)


def test_every_finding_of_both_runs_is_counted_once(workspace: Workspace) -> None:
    people = ("a1", "b2", "c3", "d4")
    stored(workspace, 1, [page(n, *people[: n % 5]) for n in range(40)])
    now = stored(workspace, 2, [page(n, *people[n % 3 :]) for n in range(5, 45)])
    found = compared(workspace, now)
    assert found.comparison is not None
    counts = Counter(mark.standing for _, mark in found.marked())
    assert sum(counts.values()) == len(found.findings)
    with RunStore.reading(workspace.run_path(found.comparison.run) / "run.db") as store:
        before = len(store.findings())
    assert counts[Standing.UNCHANGED] + len(found.comparison.gone) == before
