from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from reports.evidence import Evidence, RunStatus
from reports.formats.ocsf import CONFIDENCES, SEVERITIES, render
from rules.model import Confidence, Severity
from tests.reports import samples
from tests.reports.ocsf_contract import CONTRACT
from tests.reports.test_formats import worse

VALIDATOR = jsonschema.Draft202012Validator(CONTRACT)


def events(evidence: Evidence) -> list[dict[str, Any]]:
    body = render(evidence).decode()
    assert body.endswith("\n") or not body
    found: list[dict[str, Any]] = [json.loads(line) for line in body.split("\n")[:-1]]
    for event in found:
        VALIDATOR.validate(event)
    return found


@pytest.mark.parametrize(
    "evidence",
    [samples.audit(), samples.migration(), samples.incomplete(), samples.hostile(), worse()],
    ids=["audit", "migration", "incomplete", "hostile", "worse"],
)
def test_every_finding_is_one_event_that_fits_its_class(evidence: Evidence) -> None:
    found = events(evidence)
    assert [event["finding_info"]["uid"] for event in found] == [one.fingerprint for one in evidence.findings]
    for event, finding in zip(found, evidence.findings, strict=True):
        legacy = evidence.rules[finding.rule].category == "legacy identifier"
        assert event["class_uid"] == (2003 if legacy else 2006)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["severity_id"] == SEVERITIES[finding.severity][0] == finding.severity + 1


def test_nothing_found_is_nothing_written() -> None:
    assert render(samples.empty()) == b""


def test_every_level_has_its_number_and_caption() -> None:
    assert set(SEVERITIES) == set(Severity)
    assert set(CONFIDENCES) == set(Confidence)


def test_every_event_of_a_run_that_is_not_complete_says_so_and_no_other_does() -> None:
    gap = replace(samples.audit(), run=samples.run(RunStatus.INCOMPLETE, ("12 pages were not read",)))
    found = events(gap)
    details = {one["status_detail"] for one in found}
    assert details == {
        "The run is incomplete: what was not read is unknown, not clean. 12 pages were not read",
    }
    assert {one["unmapped"]["run"]["status"] for one in found} == {"incomplete"}
    for one in found:
        VALIDATOR.validate(one)
    assert not any("status_detail" in one for one in events(samples.audit()))


def test_times_are_milliseconds_since_the_epoch() -> None:
    event = events(samples.audit())[0]
    assert datetime.fromtimestamp(event["time"] / 1000, UTC).isoformat() == "2026-11-20T14:05:09+00:00"
    assert event["start_time"] < event["end_time"] == event["time"] == event["finding_info"]["created_time"]


def test_a_retired_identifier_fails_a_check_and_a_guess_only_warns() -> None:
    evidence = samples.audit()
    mention = next(one for one in evidence.findings if one.rule == "legacy-mention")
    sure, guess = events(replace(evidence, findings=(mention, replace(mention, confidence=Confidence.LOW))))
    assert (sure["compliance"]["status"], guess["compliance"]["status"]) == ("Fail", "Warning")
    assert sure["compliance"]["requirements"] == ["Article 5(1)(c)", "Article 5(1)(d)"]
    assert sure["remediation"]["desc"].startswith("Replace the username")
    assert not {"articles", "remedy", "title", "url", "fingerprint"} & set(sure["unmapped"]["finding"])


def test_personal_data_says_what_kind_where_and_what_to_do() -> None:
    event = events(samples.audit())[0]
    assert event["data_security"]["policy"] == {"uid": "personal-iban", "name": "Bank account number"}
    assert event["resources"] == [
        {"uid": "page/11001", "type": "page", "name": "Onboarding checklist", "namespace": "HR", "version": "7"}
    ]
    assert event["unmapped"]["finding"]["remedy"].startswith("Remove it by hand")
    assert event["unmapped"]["finding"]["span"] == {"start": 114, "end": 118}
    assert event["unmapped"]["run"] == {"audience": "restricted", "id": "R-20261120-7f3a", "status": "complete"}


def test_findings_are_new_until_there_is_a_plan() -> None:
    assert {event["status"] for event in events(samples.audit())} == {"New"}
    assert {event["status"] for event in events(samples.migration())} == {"In Progress"}


def test_a_finding_without_rule_object_or_version_is_still_an_event() -> None:
    first = samples.audit().findings[0]
    bare = replace(
        samples.audit(), rules={}, objects={}, findings=(replace(first, ref=replace(first.ref, version=None)),)
    )
    (event,) = events(bare)
    assert event["class_uid"] == 2006
    assert event["finding_info"]["title"] == "personal-iban"
    assert "src_url" not in event["finding_info"]
    assert event["resources"] == [{"uid": "page/11001", "type": "page", "namespace": "HR"}]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("type_uid",), 200_301),
        (("severity_id",), 1),
        (("status_id",), 99),
        (("time",), 1_795_183_509),
        (("finding_info", "uid"), None),
        (("metadata", "product"), None),
        (("data_security",), None),
        (("extra",), 1),
    ],
)
def test_the_contract_refuses_what_the_schema_refuses(path: tuple[str, ...], value: int | None) -> None:
    event = events(samples.audit())[0]
    place = event
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert not VALIDATOR.is_valid(event)
