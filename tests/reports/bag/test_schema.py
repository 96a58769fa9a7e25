"""Bags of older and of newer schemas: judged by what they state, told in a clear word, never a false alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from reports.bag import names
from reports.bag.build import bag
from reports.bag.manifest import sha256
from reports.bag.payload import Payload, payload
from reports.bag.problems import Fault
from reports.bag.schema import from_before
from reports.bag.verify import Verdict
from reports.document import canonical, summary
from reports.evidence import Evidence
from reports.registry import formats
from rules.model import Subject, SubjectKind
from tests.reports import samples as evidence_samples
from tests.reports.bag import samples

Change = Callable[[dict[str, Any]], object]
LATER = ("accepted", "comparison", "groups")
FIGURES = ("accepted", "new", "unchanged", "reappeared", "fixed", "not_examined", "groups")


def evidence() -> Evidence:
    """Return the sample migration with one retired interface among its findings."""
    made = evidence_samples.migration()
    retired = Subject(SubjectKind.INTERFACE, "GET /rest/api/user?username", "f" * 32)
    return replace(made, findings=(replace(made.findings[0], subject=retired), *made.findings[1:]))


@cache
def sample() -> Payload:
    found = evidence()
    return payload(found, samples.material(found), tuple(formats().values()), samples.few)


def remade(version: str, change: Change) -> Verdict:
    """Return what is found in a bag that is made as one of another schema would be: every digest fits."""
    report = json.loads(sample().files[names.FINDINGS])
    report["schema_version"] = version
    change(report)
    covers = [part for part in sample().facts["data_covers"] if part in report]
    report["run"]["data_sha256"] = sha256(canonical({part: report[part] for part in covers}).encode())
    run = {**sample().facts, "run": report["run"], "totals": report["totals"], "data_covers": covers}
    files = {
        **sample().files,
        names.FINDINGS: f"{canonical(report)}\n".encode(),
        names.RUN: f"{canonical(run)}\n".encode(),
    }
    return samples.judged(bag(Payload(files, run, sample().coverage), None))


def before_standing(report: dict[str, Any]) -> None:
    """Turn a report into what schema 1.2 had: nothing about how findings stand."""
    for name in LATER:
        del report[name]
    for name in FIGURES:
        del report["totals"][name]
    for row in report["findings"]:
        del row["standing"], row["accepted"]
    report["totals"]["subjects"] += 1


def test_a_retired_interface_is_no_value_of_a_person() -> None:
    kinds = {(one.subject.kind, one.subject.hmac) for one in evidence().findings}
    assert summary(evidence())["totals"]["subjects"] == len(kinds) - 1  # type: ignore[index, call-overload]
    assert remade("1.4", lambda _: None).problems == ()


def test_a_bag_of_schema_1_3_counted_interfaces_and_holds() -> None:
    assert remade("1.3", lambda one: one["totals"].update(subjects=one["totals"]["subjects"] + 1)).problems == ()
    (problem,) = remade("1.3", lambda _: None).problems
    assert "total of subjects" in problem.why


def test_a_bag_from_before_schema_1_3_holds_and_says_what_it_does_not_state() -> None:
    verdict = remade("1.2", before_standing)
    assert verdict.problems == ()
    (told,) = (why for path, why in verdict.unchecked if path == names.FINDINGS)
    assert told == "schema 1.2 states no groups, no accepted findings, no comparison"


def test_what_an_older_bag_states_is_checked_all_the_same() -> None:
    def wrong(report: dict[str, Any]) -> None:
        before_standing(report)
        report["totals"]["findings"] += 1

    assert {one.fault for one in remade("1.2", wrong).problems} == {Fault.COUNTS}


def test_an_older_bag_without_identities_is_no_false_alarm() -> None:
    def older(report: dict[str, Any]) -> None:
        before_standing(report)
        del report["identities"], report["totals"]["identities"]

    found = {one.where for one in remade("1.1", older).problems}
    assert found == {names.IDENTITIES}, "the file beside it still has them"


@pytest.mark.parametrize("version", ["1.6", "2.0", "10.0"])
def test_a_bag_of_a_newer_schema_is_not_judged_and_the_reader_learns_why(version: str) -> None:
    (problem,) = remade(version, lambda one: one["totals"].update(findings=9)).problems
    assert (problem.fault, problem.where) == (Fault.MALFORMED, names.FINDINGS)
    assert f"schema {version}" in problem.why
    assert "newer confluence-gdpr" in problem.why


@pytest.mark.parametrize("version", ["", "1", "1.x", None, 1.4, "99999.1"])
def test_a_bag_that_names_no_schema_is_malformed(version: object) -> None:
    verdict = remade("1.4", lambda one: one.update(schema_version=version))
    assert (Fault.MALFORMED, names.FINDINGS) in samples.faults(verdict)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"[" * 100_000])
def test_what_is_no_report_is_of_no_schema(data: bytes) -> None:
    assert from_before({names.FINDINGS: data}) == ()
    assert from_before({}) == ()
