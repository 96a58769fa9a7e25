"""A bag carries the list of accepted findings, and what its files say about it has to agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from reports.bag import names
from reports.bag.build import bag
from reports.bag.manifest import sha256
from reports.bag.payload import Payload, payload
from reports.bag.problems import Fault
from reports.document import canonical
from reports.registry import formats
from tests.reports.bag import samples
from tests.reports.standing_samples import compared

Change = Callable[[dict[str, Any]], object]


@cache
def sample() -> Payload:
    evidence = compared()
    return payload(evidence, samples.material(evidence), tuple(formats().values()), samples.few)


def remade(change: Change) -> set[tuple[Fault, str, str]]:
    """Return what is found in a bag whose report somebody changed who knows how: every digest fits."""
    report = json.loads(sample().files[names.FINDINGS])
    change(report)
    covers = sample().facts["data_covers"]
    report["run"]["data_sha256"] = sha256(canonical({part: report[part] for part in covers}).encode())
    run = {**sample().facts, "run": report["run"], "totals": report["totals"]}
    files = {
        **sample().files,
        names.FINDINGS: f"{canonical(report)}\n".encode(),
        names.RUN: f"{canonical(run)}\n".encode(),
        names.ACCEPTED: f"{canonical({'accepted': report['accepted']})}\n".encode(),
        names.COMPARISON: told_apart(report),
    }
    verdict = samples.judged(bag(Payload(files, run, sample().coverage), None))
    return {(one.fault, one.where, one.why) for one in verdict.problems if one.fault is not Fault.UNSIGNED}


def told_apart(report: dict[str, Any]) -> bytes:
    totals = {name: report["totals"][name] for name in json.loads(sample().files[names.COMPARISON])["totals"]}
    return f"{canonical({'comparison': report['comparison'], 'totals': totals})}\n".encode()


def test_the_list_lies_in_the_bag_as_the_report_has_it_and_the_bag_holds() -> None:
    kept = json.loads(sample().files[names.ACCEPTED])["accepted"]
    assert kept == json.loads(sample().files[names.FINDINGS])["accepted"]
    assert len(kept) == 6
    assert remade(lambda _: None) == set()
    readme = bag(sample(), None)[names.README].decode()
    assert "who, why, until when" in readme


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda one: one["totals"].update(accepted=3), "its total of accepted is not"),
        (lambda one: one["totals"].update(fixed=0), "its total of fixed is not"),
        (lambda one: one["totals"].update(not_examined=0), "its total of not_examined is not"),
        (lambda one: one["totals"].update(new=1), "its total of new is not"),
        (lambda one: one.update(comparison=None), "how its findings stand and what it was compared with disagree"),
        (lambda one: one["totals"].update(groups=1), "its total of groups is not"),
        (lambda one: one["accepted"][0].update(findings=9), "entry 1 of its accepted findings is miscounted"),
        (lambda one: one["accepted"][2].update(validity="in-force"), "entry 3 of its accepted findings is miscounted"),
        (lambda one: one["groups"][0]["places"].pop(), "a group of it does not have the places"),
        (lambda one: one["groups"][0]["subject"].update(hmac="0" * 32), "a group of it does not have the places"),
    ],
)
def test_figures_about_how_findings_stand_that_do_not_add_up_are_named(change: Change, why: str) -> None:
    assert [one for one in remade(change) if one[2].startswith(why) and one[1] == names.FINDINGS]


@pytest.mark.parametrize("data", [None, b'{"accepted": []}\n'])
def test_a_list_that_is_missing_or_another_one_is_named(data: bytes | None) -> None:
    files = {path: held for path, held in sample().files.items() if path != names.ACCEPTED}
    files |= {} if data is None else {names.ACCEPTED: data}
    verdict = samples.judged(bag(Payload(files, sample().facts, sample().coverage), None))
    assert (Fault.COUNTS, names.ACCEPTED) in samples.faults(verdict)


def test_the_comparison_lies_in_the_bag_with_its_figures() -> None:
    kept = json.loads(sample().files[names.COMPARISON])
    report = json.loads(sample().files[names.FINDINGS])
    assert kept["comparison"] == report["comparison"]
    assert kept["totals"] == {
        name: report["totals"][name] for name in ("accepted", "fixed", "new", "not_examined", "reappeared", "unchanged")
    }
    assert "against an earlier run" in bag(sample(), None)[names.README].decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda one: one["totals"].update(fixed=9),
        lambda one: one["totals"].pop("fixed"),
        lambda one: one["comparison"].update(run="another"),
        lambda one: one["comparison"]["gone"].pop(),
        lambda one: one.update(more=1),
    ],
)
def test_a_comparison_that_is_missing_or_another_one_is_named(change: Change) -> None:
    kept = json.loads(sample().files[names.COMPARISON])
    data = None if change(kept) is None and kept == json.loads(sample().files[names.COMPARISON]) else kept
    files = {path: held for path, held in sample().files.items() if path != names.COMPARISON}
    files |= {} if data is None else {names.COMPARISON: f"{canonical(data)}\n".encode()}
    verdict = samples.judged(bag(Payload(files, sample().facts, sample().coverage), None))
    assert (Fault.COUNTS, names.COMPARISON) in samples.faults(verdict)
