from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reports.evidence import RunStatus
from reports.registry import formats
from reports.sarif import LEVELS, RANKS, SCORES, Result, Unread, path_uri, sarif
from rules.model import Confidence, Severity
from tests.reports import samples

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
    assert found["version"] == "2.1.0"
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


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.xml", "a%20b/%C3%BC.xml"),
        ("/tmp/x#1", "file:///tmp/x%231"),  # noqa: S108 - a name, not a file
        ("-", "-"),
        ("bad\udcff", "bad%FF"),
        ("../x?y", "../x%3Fy"),
    ],
)
def test_a_path_becomes_a_reference(path: str, uri: str) -> None:
    assert path_uri(path) == uri
