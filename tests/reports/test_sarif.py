from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from audit.evidence import rule_facts
from reports.evidence import RunStatus
from reports.registry import formats
from reports.sarif import LEVELS, RANKS, SCORES, Result, Unread, path_uri, sarif
from rules.model import Confidence, Severity
from rules.registry import load
from tests.reports import samples
from tests.reports.sarif_contract import CONTRACT

RESULT = Result(
    "legacy-mention",
    Severity.HIGH,
    Confidence.LOW,
    "a [b](c)\u202e",
    "a/b.xml",
    3,
    5,
    20,
    24,
    "f" * 32,
    "username t***",
)


def log(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    jsonschema.Draft202012Validator(CONTRACT).validate(found)
    (run,) = found["runs"]
    return dict(run)


def test_a_run_becomes_a_log_with_every_rule_and_every_finding() -> None:
    evidence = samples.audit()
    run = log(formats()["sarif"].render(evidence))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("confluence-gdpr", evidence.run.tool_version)
    assert [rule["id"] for rule in driver["rules"]] == sorted(evidence.rules)
    assert len(run["results"]) == len(evidence.findings) > 0
    for result, finding in zip(run["results"], evidence.findings, strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == finding.line
        assert (region["byteOffset"], region["byteLength"]) == (
            finding.span.start,
            finding.span.end - finding.span.start,
        )
        assert result["partialFingerprints"] == {"confluenceGdpr/v1": finding.fingerprint}
        assert result["level"] == LEVELS[finding.severity]


def test_every_severity_and_confidence_has_its_words() -> None:
    assert set(LEVELS) == set(SCORES) == set(Severity)
    assert set(RANKS) == set(Confidence)
    assert [float(SCORES[each]) for each in Severity] == sorted(float(score) for score in SCORES.values())


def test_an_incomplete_run_is_a_failed_execution_with_its_reasons() -> None:
    whole = samples.audit()
    cut = replace(whole, run=replace(whole.run, status=RunStatus.INCOMPLETE, incomplete=("two pages were not read",)))
    (invocation,) = log(formats()["sarif"].render(cut))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == [
        "run: two pages were not read"
    ]
    silent = replace(cut, run=replace(cut.run, incomplete=()))
    (invocation,) = log(formats()["sarif"].render(silent))["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "run: the run is not complete"


def test_a_complete_run_without_findings_is_a_success_with_an_empty_list() -> None:
    empty = replace(samples.audit(), findings=(), run=replace(samples.audit().run, status=RunStatus.COMPLETE))
    run = log(formats()["sarif"].render(empty))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_finding_without_link_or_rule_still_has_a_place() -> None:
    evidence = samples.audit()
    bare = replace(evidence, objects={}, rules={})
    result = log(formats()["sarif"].render(bare))["results"][0]
    first = bare.findings[0]
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == f"{first.ref.type.value}/{first.ref.id}"
    )
    assert "ruleIndex" not in result
    assert result["message"]["text"].startswith(first.rule)


def test_messages_have_no_links_and_no_hidden_characters() -> None:
    run = log(sarif([], [RESULT], tool_version="1", unread=[Unread("x[1].xml", "why")]))
    assert run["results"][0]["message"]["text"] == "a \\[b\\](c)\\[U+202E\\]"
    assert run["results"][0]["rank"] == 20
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "x\\[1\\].xml: why"
    assert "properties" not in run


def test_every_rule_is_described_within_the_limits_of_code_scanning() -> None:
    run = log(sarif(rule_facts(load()).values(), [], tool_version="1"))
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted({rule.id for rule in load()})


def test_a_place_whose_end_is_known_is_a_whole_region() -> None:
    run = log(sarif([], [replace(RESULT, ends=(3, 9))], tool_version="1"))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9, "byteOffset": 20, "byteLength": 4,
    }  # fmt: skip
    assert (
        "endLine"
        not in log(sarif([], [RESULT], tool_version="1"))["results"][0]["locations"][0]["physicalLocation"]["region"]
    )


def test_what_was_not_read_has_its_place() -> None:
    unread = [Unread(path_uri("a b/ü.xml"), "why"), Unread("", "the run is not complete")]
    first, second = log(sarif([], [], tool_version="1", unread=unread))["invocations"][0]["toolExecutionNotifications"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC.xml"
    assert "locations" not in second


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RESULT, line=0),
        replace(RESULT, uri="a b.xml"),
        replace(RESULT, uri=""),
        replace(RESULT, message=""),
        replace(RESULT, fingerprint="x"),
    ],
)
def test_the_contract_refuses_what_code_scanning_refuses(wrong: Result) -> None:
    with pytest.raises(jsonschema.ValidationError):
        log(sarif([], [wrong], tool_version="1"))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.xml", "a%20b/%C3%BC.xml"),
        ("/tmp/x#1", "file:///tmp/x%231"),  # noqa: S108 - a name, not a file
        ("-", "-"),
        ("bad\udcff", "bad%FF"),
        ("../x?y", "../x%3Fy"),
        ("a:b/c.xml", "a%3Ab/c.xml"),
        ("50%/[x].xml", "50%25/%5Bx%5D.xml"),
    ],
)
def test_a_path_becomes_a_reference(path: str, uri: str) -> None:
    assert path_uri(path) == uri
    log(sarif([], [replace(RESULT, uri=path_uri(path))], tool_version="1"))
