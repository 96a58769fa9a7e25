"""Every report of a bag is compared with the master, or named as one that is not."""

from __future__ import annotations

import pytest

from reports.bag import names
from reports.bag.problems import Fault
from reports.document import canonical
from reports.registry import formats
from tests.reports import samples as evidence_samples
from tests.reports.bag import samples
from tests.reports.bag.samples import faults, judged, resealed, signed, signer


def test_a_pdf_that_carries_other_findings_is_named() -> None:
    if names.PDF not in samples.sample().files:
        pytest.skip("no PDF can be made on this machine")
    master = samples.sample().files[names.FINDINGS].replace(b'"purpose": "migration"', b'"purpose": "audit"')
    assert (Fault.COUNTS, names.PDF) in faults(judged(resealed({names.FINDINGS: master}, signer())))


def test_each_registered_format_is_compared_and_one_of_another_run_is_named() -> None:
    assert judged(signed()).not_compared == ()
    made = samples.sample()
    for path, name in made.facts["formats"].items():
        if name in {"json", "pdf"}:
            continue
        other = formats()[name].render(evidence_samples.empty())
        assert (Fault.COUNTS, path) in faults(judged(resealed({path: other}, signer()))), name


def test_a_format_that_nobody_can_take_apart_is_named_and_not_passed_over() -> None:
    facts = {**samples.sample().facts, "formats": {**samples.sample().facts["formats"], "data/findings.new": "new"}}
    run = f"{canonical(facts)}\n".encode()
    verdict = judged(resealed({names.RUN: run, "data/findings.new": b"x"}, signer(), facts))
    assert verdict.not_compared == ("data/findings.new",)
    assert verdict.problems == ()


def test_a_workbook_about_other_data_is_named() -> None:
    path = "data/findings.xlsx"
    other = formats()["xlsx"].render(evidence_samples.audit())
    for data in (other, other[:-30], other.replace(b"sharedStrings", b"otherNamesXyz")):
        assert (Fault.COUNTS, path) in faults(judged(resealed({path: data}, signer())))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"runs": []}', b'"fingerprint"\n"\x00', b"\n1\n"]
)
def test_a_report_that_is_not_of_its_form_is_named(data: bytes) -> None:
    for path in samples.sample().facts["formats"]:
        if path != names.FINDINGS:
            found = {fault for fault, where in faults(judged(resealed({path: data}, signer()))) if where == path}
            assert found & {Fault.COUNTS, Fault.MALFORMED}, path
