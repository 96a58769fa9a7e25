"""Every report of a bag is compared with the master, or named as one that is not."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from reports.bag import names
from reports.bag.carried import Master, differs
from reports.bag.problems import Fault
from reports.bag.rows import OTHER_GRADES, Graded, workbook
from reports.document import canonical, data_sha256
from reports.evidence import Evidence
from reports.language import languages
from reports.registry import formats
from rules.model import Confidence, Severity
from tests.reports import samples as evidence_samples
from tests.reports.bag import samples
from tests.reports.bag.samples import faults, judged, resealed, signed, signer


def findings() -> Counter[Graded]:
    return Counter(
        (one.fingerprint, one.severity.label, one.confidence.label) for one in evidence_samples.migration().findings
    )


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
    from reports.bag.rows import parquet

    for name, count in (("xlsx", workbook), ("parquet", parquet)):
        data = formats()[name].render(evidence_samples.migration())
        expected = findings()
        assert count(data, expected) == ""
        more: Counter[Graded] = Counter([("0" * 32, "low", "low")])
        assert "are not the findings of findings.json" in count(data, expected + more)
        assert count(data, expected - Counter([next(iter(expected))]))
        assert count(formats()[name].render(evidence_samples.empty()), Counter()) == ""


def test_a_long_workbook_is_counted_over_all_its_sheets() -> None:
    from reports.formats.xlsx import write

    assert workbook(write(evidence_samples.migration(), most=4), findings()) == ""


def regraded(severity: Severity | None = None, confidence: Confidence | None = None) -> Evidence:
    """Return the sample with another severity or confidence in its first finding."""
    evidence = evidence_samples.migration()
    first, *rest = evidence.findings
    other = replace(first, severity=severity or first.severity, confidence=confidence or first.confidence)
    assert other != first
    return replace(evidence, findings=(other, *rest))


@pytest.mark.parametrize("name", ["csv", "ocsf", "parquet", "sarif", "xlsx"])
def test_one_finding_with_another_severity_or_confidence_is_named(name: str) -> None:
    for other in (regraded(severity=Severity.LOW), regraded(confidence=Confidence.MEDIUM)):
        master = Master(b"", findings(), data_sha256(other), {})
        assert differs(name, formats()[name].render(other), master) == OTHER_GRADES


def test_a_table_whose_severities_were_lowered_contradicts_the_master_even_where_every_digest_fits() -> None:
    table, log = "data/findings.csv", "data/findings.sarif"
    files = samples.sample().files
    lowered = {
        table: files[table].replace(b'"high"', b'"low"'),
        log: files[log].replace(b'"level":"error"', b'"level":"note"'),
    }
    assert all(lowered[path] != files[path] for path in lowered)
    assert {(Fault.COUNTS, table), (Fault.COUNTS, log)} <= faults(judged(resealed(lowered)))


@pytest.mark.parametrize("code", languages())
def test_a_workbook_is_understood_in_each_language(code: str) -> None:
    data = formats()["xlsx"].render(replace(evidence_samples.migration(), language=code))
    assert workbook(data, findings()) == ""
    data = formats()["xlsx"].render(replace(regraded(severity=Severity.LOW), language=code))
    assert workbook(data, findings()) == OTHER_GRADES


def test_a_workbook_with_two_cells_at_one_place_is_none_of_ours() -> None:
    data = formats()["xlsx"].render(evidence_samples.migration())
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as book, zipfile.ZipFile(target, "w") as into:
        for part in book.namelist():
            into.writestr(part, book.read(part).replace(b"</row>", b'<c r="A2" t="s"><v>1</v></c></row>'))
    with pytest.raises(ValueError, match="stands twice"):
        workbook(target.getvalue(), findings())


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


def _other_level(log: dict[str, Any]) -> None:
    log["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] = "none"


def _other_score(log: dict[str, Any]) -> None:
    log["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["security-severity"] = "0.1"


def _one_rule_less(log: dict[str, Any]) -> None:
    log["runs"][0]["tool"]["driver"]["rules"].pop()


@pytest.mark.parametrize("change", [_other_level, _other_score, _one_rule_less])
def test_rules_of_a_sarif_log_that_weigh_something_else_are_named(change: Callable[[dict[str, Any]], None]) -> None:
    log = json.loads(samples.sample().files["data/findings.sarif"])
    change(log)
    verdict = judged(resealed({"data/findings.sarif": f"{canonical(log)}\n".encode()}, signer()))
    assert [(one.where, one.why) for one in verdict.problems] == [
        ("data/findings.sarif", "its rules have another severity than those of findings.json")
    ]
