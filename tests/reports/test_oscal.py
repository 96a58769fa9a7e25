from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from audit.evidence import rule_facts
from reports.evidence import Evidence
from reports.formats.oscal import render
from rules.registry import load
from tests.reports import samples
from tests.reports.oscal_contract import CONTRACT
from tests.reports.test_formats import worse

VALIDATOR = jsonschema.Draft202012Validator(CONTRACT)
ANY_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def document(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(evidence))
    VALIDATOR.validate(found)
    return dict(found["assessment-results"])


def result(evidence: Evidence) -> dict[str, Any]:
    (found,) = document(evidence)["results"]
    return dict(found)


def states(evidence: Evidence) -> dict[str, tuple[str, str]]:
    return {
        one["target"]["target-id"]: (one["target"]["status"]["state"], one["target"]["status"]["reason"])
        for one in result(evidence)["findings"]
    }


def props(item: dict[str, Any]) -> dict[str, str]:
    return {prop["name"]: prop["value"] for prop in item["props"]}


@pytest.mark.parametrize(
    "evidence",
    [samples.audit(), samples.migration(), samples.incomplete(), samples.empty(), samples.hostile(), worse()],
    ids=["audit", "migration", "incomplete", "empty", "hostile", "worse"],
)
def test_every_report_fits_the_model(evidence: Evidence) -> None:
    assert document(evidence)["metadata"]["version"] == evidence.run.id


def test_every_uuid_that_is_named_is_defined_once() -> None:
    text = render(samples.migration()).decode()
    defined = re.findall(rf'"uuid":"({ANY_UUID.pattern})"', text)
    assert len(defined) == len(set(defined))
    assert set(ANY_UUID.findall(text)) == set(defined)


def test_uuids_are_those_of_the_run_and_no_other() -> None:
    base = samples.audit()
    other = replace(base, run=replace(base.run, id="R-other"))
    here, there = (set(ANY_UUID.findall(render(one).decode())) for one in (base, other))
    assert here.isdisjoint(there)
    assert here == set(ANY_UUID.findall(render(samples.audit()).decode()))
    assert here.isdisjoint(ANY_UUID.findall(render(samples.migration()).decode()))


def test_each_rule_that_found_something_has_an_observation_with_evidence_by_object() -> None:
    evidence = samples.audit()
    found = {one["title"]: one for one in result(evidence)["observations"]}
    mention = found["Mention by username"]
    assert mention["description"] == "9 findings of rule legacy-mention in 3 objects."
    first, *_ = mention["relevant-evidence"]
    assert first["description"] == "page 12001, version 21 Release 4.2: who does what"
    assert first["href"].startswith(samples.SITE)
    prints = [
        p["value"] for proof in mention["relevant-evidence"] for p in proof["props"] if p["name"] == "fingerprint"
    ]
    assert sorted(prints) == sorted(one.fingerprint for one in evidence.findings if one.rule == "legacy-mention")
    assert len(found) == len({one.rule for one in evidence.findings}) + 1


def test_coverage_is_an_observation_with_its_denominators() -> None:
    *_, coverage = result(samples.incomplete())["observations"]
    pages = next(one for one in coverage["relevant-evidence"] if one["description"] == "page current")
    assert props(pages) == {"assessed": "yes", "seen": "1204", "read": "700", "skipped": "0", "failed": "504"}
    assert "relevant-evidence" not in result(replace(samples.empty(), coverage=()))["observations"][-1]


def test_a_risk_carries_severity_and_remedy() -> None:
    risk = next(one for one in result(samples.audit())["risks"] if one["title"] == "Bank account number")
    assert props(risk) == {"severity": "critical"}
    assert risk["remediations"][0]["description"].startswith("Remove it by hand")
    assert "risks" not in result(samples.empty())


def test_a_rule_that_found_nothing_is_satisfied_only_by_a_complete_run() -> None:
    assert set(states(samples.empty()).values()) == {("satisfied", "pass")}
    assert set(states(samples.audit()).values()) == {("not-satisfied", "fail")}
    cut = replace(samples.incomplete(), findings=())
    assert set(states(cut).values()) == {("not-satisfied", "other")}
    assert "504 pages were not read" in result(cut)["description"]


def test_the_controls_are_the_articles_of_the_rules() -> None:
    (chosen,) = result(samples.audit())["reviewed-controls"]["control-selections"]
    controls = [one["control-id"] for one in chosen["include-controls"]]
    assert controls == sorted(set(controls))
    assert {"gdpr-art-5.1.c", "gdpr-art-32"} <= set(controls)


def test_findings_of_rules_that_nobody_knows_any_more_are_kept() -> None:
    bare = replace(samples.audit(), rules={}, objects={})
    assert set(states(bare)) == {one.rule for one in bare.findings}
    assert result(bare)["reviewed-controls"]["control-selections"] == [{"include-all": {}}]
    assert "findings" not in result(replace(bare, findings=()))


def test_every_rule_of_the_tool_fits_the_model() -> None:
    rules = rule_facts(load())
    assert set(states(replace(samples.empty(), rules=rules))) == set(rules)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("uuid",), "00000000-0000-1000-8000-000000000000"),
        (("import-ap",), None),
        (("metadata", "oscal-version"), None),
        (("results", 0, "reviewed-controls"), None),
        (("results", 0, "observations", 0, "methods"), []),
        (("results", 0, "findings", 0, "target", "status", "state"), "passed"),
        (("results", 0, "risks"), []),
        (("results", 0, "props", 0, "value"), "two\nlines"),
    ],
)
def test_the_contract_refuses_what_the_model_refuses(path: tuple[Any, ...], value: object) -> None:
    found = json.loads(render(samples.audit()))
    place = found["assessment-results"]
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert not VALIDATOR.is_valid(found)
