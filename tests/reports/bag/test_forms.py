"""Bags of another form or in other words, and bags whose rules are not what their digests say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reports.bag import names
from reports.bag.build import bag
from reports.bag.manifest import sha256
from reports.bag.payload import Payload, payload
from reports.bag.problems import Fault
from reports.bag.readme import words
from reports.bag.sbom import serial
from reports.bag.verify import Verdict
from reports.bag.words import not_remade
from reports.document import canonical
from reports.registry import formats
from rules.registry import combined
from tests.reports.bag import samples
from tests.reports.bag.test_schema import evidence, sample
from tests.reports.bag.test_words import tagged

OTHER_WORDS = "0" * 64


def made(facts: Mapping[str, Any], changes: Mapping[str, bytes] | None = None, readme: bytes | None = None) -> Verdict:
    """Return the verdict on a bag with other facts of its run, files and README; every digest fits."""
    run = {**sample().facts, **facts}
    files = {**sample().files, names.RUN: f"{canonical(run)}\n".encode(), **(changes or {})}
    whole = bag(Payload(files, run, sample().coverage), None)
    return samples.judged(tagged(whole, {names.README: readme or whole[names.README]}))


def test_a_readme_in_other_words_is_no_fault_and_is_told() -> None:
    verdict = made({"words": OTHER_WORDS}, readme=b"# Evidence, as another version writes it\n")
    assert verdict.problems == ()
    (why,) = (why for path, why in verdict.unchecked if path == names.README)
    assert why.startswith("it is written in other words (000000000000)")
    assert words()[:12] in why


def test_a_readme_in_the_words_of_this_version_has_to_be_what_the_data_give() -> None:
    assert made({}).unchecked == ()
    assert {one.where for one in made({}, readme=b"# Something else\n").problems} == {names.README}


@pytest.mark.parametrize("said", ["", "of another version", 7, None, [], {}])
def test_words_without_a_digest_are_malformed(said: object) -> None:
    assert (Fault.MALFORMED, names.RUN) in samples.faults(made({"words": said}))


def test_a_format_that_a_bag_in_other_words_does_not_know_is_no_fault() -> None:
    fewer = {name: why for name, why in sample().facts["left_out"].items() if name != "md"}
    assert len(fewer) < len(sample().facts["left_out"])
    assert made({"words": OTHER_WORDS, "left_out": fewer}).problems == ()
    assert {one.where for one in made({"left_out": fewer}).problems} == {names.RUN}


def test_a_bag_of_the_first_form_holds_and_says_what_it_does_not_state() -> None:
    first = {name: one for name, one in sample().facts.items() if name != "words"}
    first["schema"] = "urn:confluence-gdpr:run:1"
    report = json.loads(sample().files[names.FINDINGS])
    changes = "".join(f"{canonical(one)}\n" for one in report["changes"]).encode()
    environment = json.loads(sample().files[names.ENVIRONMENT])
    del environment["rules_are_those_of_the_run"]
    files = {
        **sample().files,
        names.RUN: f"{canonical(first)}\n".encode(),
        names.CHANGES: changes,
        names.ENVIRONMENT: f"{canonical(environment)}\n".encode(),
    }
    verdict = samples.judged(bag(Payload(files, first, sample().coverage), None))
    assert verdict.problems == ()
    assert {path for path, _ in verdict.unchecked} == {names.CHANGES, names.ENVIRONMENT, names.README}


@pytest.mark.parametrize("named", ["urn:confluence-gdpr:run:3", "", None, 2])
def test_a_form_that_nobody_knows_is_not_judged(named: object) -> None:
    (problem,) = made({"schema": named}).problems
    assert (problem.fault, problem.where) == (Fault.MALFORMED, names.RUN)
    assert "a newer confluence-gdpr may know it" in problem.why


def ruled(change: Mapping[str, Any]) -> set[str]:
    """Return what is wrong with the rules of a bag whose environment says something else than that of its run."""
    found = evidence()
    rules = {rule: sha256(rule.encode()) for rule in found.rules}
    found = replace(found, run=replace(found.run, rules_digest=combined(rules)))
    whole = payload(found, samples.material(found), tuple(formats().values()), samples.few)
    environment = {**json.loads(whole.files[names.ENVIRONMENT]), **change}
    assert json.loads(whole.files[names.ENVIRONMENT])["rules_are_those_of_the_run"]
    files = {**whole.files, names.ENVIRONMENT: f"{canonical(environment)}\n".encode()}
    return {
        one.why for one in samples.judged(bag(replace(whole, files=files), None)).problems
        if one.where == names.ENVIRONMENT
    }  # fmt: skip


def test_the_digests_of_the_rules_give_the_digest_of_the_run() -> None:
    assert ruled({}) == set()
    others = {rule: sha256(b"another rule") for rule in evidence().rules}
    assert ruled({"rules": others}) == {
        "whether its rules are those of the run is not what the digests of its rules give"
    }
    assert ruled({"rules_are_those_of_the_run": False}) == ruled({"rules": others})
    assert ruled({"rules": {"legacy-mention": "as it was"}}) == {"what it names as the digest of a rule is none"}
    assert ruled({"rules": {}, "rules_digest": combined({})}) >= {"its rules_digest is not that of the run"}


def test_each_rule_that_a_report_explains_has_a_digest() -> None:
    rules = {rule: sha256(rule.encode()) for rule in sorted(evidence().rules)[1:]}
    found = evidence()
    found = replace(found, run=replace(found.run, rules_digest=combined(rules)))
    whole = payload(found, samples.material(found), tuple(formats().values()), samples.few)
    stated = {**json.loads(whole.files[names.ENVIRONMENT]), "rules": rules, "rules_are_those_of_the_run": True}
    files = {**whole.files, names.ENVIRONMENT: f"{canonical(stated)}\n".encode()}
    (problem,) = samples.judged(bag(replace(whole, files=files), None)).problems
    assert problem.why.startswith(f"it has no digest of {min(found.rules)}, which ")


def test_a_bill_of_materials_has_the_serial_number_of_its_contents() -> None:
    bill = json.loads(sample().files[names.SBOM])
    bill["components"][0]["version"] = "0.0.1"
    changed = {names.SBOM: f"{canonical(bill)}\n".encode()}
    assert {one.where for one in made({}, changed).problems} == {names.SBOM}
    del bill["serialNumber"]
    renumbered = {names.SBOM: f"{canonical({**bill, 'serialNumber': serial(bill)})}\n".encode()}
    assert made({}, renumbered).problems == ()


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}"])
def test_nothing_is_said_of_a_readme_whose_run_cannot_be_read(data: bytes) -> None:
    assert not_remade({names.FINDINGS: sample().files[names.FINDINGS], names.RUN: data, names.README: b""}) in {
        (), not_remade({names.FINDINGS: sample().files[names.FINDINGS], names.RUN: b"{}"})
    }  # fmt: skip
    assert not_remade({}) == ()
