"""Every report of a bag is compared with the master, or named as one that is not."""

from __future__ import annotations

import json
from collections import Counter

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


def test_rows_inside_of_a_workbook_and_a_table_are_counted_even_where_their_digest_is_right() -> None:
    from reports.bag.rows import parquet, workbook

    for name, count in (("xlsx", workbook), ("parquet", parquet)):
        data = formats()[name].render(evidence_samples.migration())
        expected = Counter(one.fingerprint for one in evidence_samples.migration().findings)
        assert count(data, expected) == ""
        assert count(data, expected + Counter(["0" * 32]))
        assert count(data, expected - Counter([next(iter(expected))]))
        assert count(formats()[name].render(evidence_samples.empty()), Counter()) == ""


def test_a_long_workbook_is_counted_over_all_its_sheets() -> None:
    from reports.bag.rows import workbook
    from reports.formats.xlsx import write

    evidence = evidence_samples.migration()
    expected = Counter(one.fingerprint for one in evidence.findings)
    assert workbook(write(evidence, most=4), expected) == ""


def test_totals_by_severity_inside_of_other_formats_are_compared() -> None:
    made = samples.sample()
    ocsf, oscal = "data/findings.ocsf.jsonl", "data/findings.oscal.json"
    other = made.files[ocsf].replace(b'"severity":"High"', b'"severity":"Low"', 1)
    assert other != made.files[ocsf]
    assert (Fault.COUNTS, ocsf) in faults(judged(resealed({ocsf: other}, signer())))
    report = json.loads(made.files[oscal])
    for prop in report["assessment-results"]["results"][0]["props"]:
        if prop["name"] == "findings-high":
            prop["value"] = "0"
    assert (Fault.COUNTS, oscal) in faults(judged(resealed({oscal: canonical(report).encode()}, signer())))


def test_rows_that_nobody_can_look_into_are_named_with_what_to_install() -> None:
    from reports.bag.rows import gap

    assert "confluence-gdpr[parquet]" in gap("parquet", lambda _name: None)
    assert gap("xlsx", lambda _name: None) == ""
    assert gap("parquet") == ""
