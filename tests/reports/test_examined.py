"""A rule whose objects nobody read is not examined in any format: neither passed nor listed as run."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from audit.evidence import rule_facts
from reports.evidence import CoverageRow, Evidence
from reports.formats import html, md, oscal, sarif
from reports.formats import json as master
from reports.sheet import Toned
from reports.words import ENGLISH
from reports.workbook import sheets
from rules.registry import load
from tests.reports import samples

UNREAD = {"audit-log-address", "code-user-field", "descriptor-migration", "webhook-legacy-user"}


@pytest.fixture(scope="module")
def found() -> Evidence:
    rows = (
        CoverageRow("page", "current", 2, 2),
        CoverageRow("space-permission", "current", 0, 0),
        CoverageRow("restriction", "current", 2, 0, failed={"HTTP 403": 2}),
        CoverageRow("audit-record", "", 0, 0, assessed=False, note="needs --include audit-log"),
    )
    return replace(samples.empty(), coverage=rows, rules=rule_facts(load()))


def test_what_a_rule_looks_at_must_have_been_read_or_be_known_to_be_empty(found: Evidence) -> None:
    examined = found.examined()
    assert not UNREAD & examined
    assert "legacy-restriction-user" not in examined, "no restriction could be read"
    assert {"legacy-mention", "email-address", "legacy-space-permission"} <= examined


def test_a_rule_that_found_something_was_examined(found: Evidence) -> None:
    (first, *_) = samples.audit().findings
    assert "code-user-field" in replace(found, findings=(replace(first, rule="code-user-field"),)).examined()


def test_no_format_lets_it_pass_or_run(found: Evidence) -> None:
    (result,) = json.loads(oscal.render(found))["assessment-results"]["results"]
    states = {one["target"]["target-id"]: one for one in result["findings"]}
    assert states["legacy-mention"]["target"]["status"] == {"state": "satisfied", "reason": "pass"}
    for name in UNREAD:
        assert states[name]["target"]["status"] == {"state": "not-satisfied", "reason": "other"}
        assert "not examined" in states[name]["description"]
    told = {one["id"]: one["examined"] for one in json.loads(master.render(found))["rules"]}
    assert {name for name, examined in told.items() if examined} == found.examined()
    ran = {one["id"] for one in json.loads(sarif.render(found))["runs"][0]["tool"]["driver"]["rules"]}
    assert ran == found.examined()


def test_people_are_told_how_many_rules_were_not_examined(found: Evidence) -> None:
    unseen = len(found.rules) - len(found.examined())
    text = html.render(found).decode()
    assert f"{unseen} rules had nothing to look at" in text
    assert f"{len(found.examined())} rules ran and found nothing" in text
    assert f"so that nothing is known: {unseen}." in md.render(found).decode()
    (rows,) = (sheet.rows for sheet in sheets(found, ENGLISH) if sheet.name == "Rules")
    assert sum(Toned("not examined", "waiting") in row for row in rows) == unseen


def test_a_remedy_and_the_reasons_of_a_gap_are_never_cut(found: Evidence) -> None:
    reason = f"1 x restriction not read, first 7: {'the account may be barred from it, ' * 6}so ask an administrator"
    text = md.render(replace(samples.incomplete(), run=replace(samples.incomplete().run, incomplete=(reason,))))
    assert b"so ask an administrator" in text
    assert max(len(rule.remedy) for rule in load()) <= md.STEP_CAP
