"""Reports for programs that say something else of the run, or of a finding, than findings.json does."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from reports.bag import names
from reports.bag.build import bag
from reports.bag.payload import Payload, payload
from reports.bag.problems import Fault
from reports.bag.stated import misstated
from reports.document import canonical
from reports.evidence import Evidence
from reports.format import Format, Unavailable
from reports.registry import formats
from tests.reports import standing_samples
from tests.reports.bag import samples

Change = Callable[[dict[str, Any]], object]
PATHS = {"sarif": "data/findings.sarif", "ocsf": "data/findings.ocsf.jsonl", "oscal": "data/findings.oscal.json"}


def for_programs(form: Format, found: Evidence) -> bytes:
    if form.name not in {"json", *PATHS}:
        raise Unavailable("it is not made for these tests")
    return form.render(found)


@cache
def sample() -> Payload:
    """Return the payload of a compared run with accepted findings, in the formats for programs."""
    found = standing_samples.compared()
    return payload(found, samples.material(found), tuple(formats().values()), for_programs)


def changed(name: str, change: Change) -> bytes:
    """Return a report with one change; of events, the first one."""
    first, *rest = sample().files[PATHS[name]].splitlines()
    report = json.loads(first)
    change(report)
    return b"\n".join([canonical(report).encode(), *rest, b""])


def run_of(log: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = log["runs"][0]
    return found


def about(log: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = log["assessment-results"]
    return found


def test_the_reports_of_a_compared_run_agree() -> None:
    assert samples.judged(bag(sample(), None)).problems == ()
    assert {name for name, path in PATHS.items() if path in sample().files} == set(PATHS)


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("sarif", lambda log: log.update(version="2.0.0"), "form of SARIF"),
        ("sarif", lambda log: log.update({"$schema": "https://x.example"}), "form of SARIF"),
        ("sarif", lambda log: run_of(log)["tool"]["driver"].update(version="9"), "another tool"),
        ("ocsf", lambda event: event.update(type_uid=1), "of no class"),
        ("ocsf", lambda event: event["metadata"].update(correlation_uid="R-x"), "of another run or tool"),
        ("ocsf", lambda event: event.update(start_time=1), "another time"),
        ("ocsf", lambda event: event["unmapped"]["run"].update(audience="public"), "another run or audience"),
        ("ocsf", lambda event: event["unmapped"]["finding"].update(path="x"), "something else of its finding"),
        ("ocsf", lambda event: event["unmapped"]["finding"].pop("line"), "something else of its finding"),
        ("ocsf", lambda event: event["resources"][0].update(uid="page/9"), "about another object"),
        ("ocsf", lambda event: event.update(message="x"), "another value or place"),
        ("oscal", lambda log: about(log)["metadata"].update(version="R-x"), "of another run"),
        ("oscal", lambda log: about(log)["metadata"]["props"][0].update(value="9"), "made otherwise"),
        ("oscal", lambda log: about(log).update(uuid="0"), "its identifiers"),
        ("oscal", lambda log: about(log)["import-ap"].update(href="#0"), "its identifiers"),
        ("oscal", lambda log: about(log)["results"][0].update(end="2020-01-01T00:00:00Z"), "another time"),
    ],
)
def test_a_report_that_says_something_else_of_the_run_is_named(name: str, change: Change, why: str) -> None:
    files = {**sample().files, PATHS[name]: changed(name, change)}
    problems = samples.judged(bag(Payload(files, sample().facts, sample().coverage), None)).problems
    assert [(one.fault, one.where) for one in problems] == [(Fault.COUNTS, PATHS[name])]
    assert why in problems[0].why


def test_a_report_of_another_shape_is_malformed_and_one_in_other_words_is_left_alone() -> None:
    odd = changed("ocsf", lambda event: event.update(class_uid=1))
    files = {**sample().files, PATHS["ocsf"]: odd}
    found = samples.faults(samples.judged(bag(Payload(files, sample().facts, sample().coverage), None)))
    assert found == {(Fault.MALFORMED, PATHS["ocsf"])}
    facts = {**sample().facts, "words": "0" * 64}
    files |= {names.RUN: f"{canonical(facts)}\n".encode()}
    assert samples.judged(bag(Payload(files, facts, sample().coverage), None)).problems == ()


def test_formats_for_people_are_compared_elsewhere() -> None:
    assert list(misstated("html", b"", {})) == []
