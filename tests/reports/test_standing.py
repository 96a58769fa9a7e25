"""Comparison, accepted findings and groups: the same figures in every format, nothing hidden, nothing personal."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import jsonschema
import openpyxl  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pypdf
import pytest

from reports.audience import Audience, seen_by
from reports.evidence import Evidence
from reports.groups import groups
from reports.registry import formats
from reports.verdict import verdict
from reports.words import ENGLISH
from rules.model import Severity
from tests.reports import samples
from tests.reports.ocsf_contract import CONTRACT as OCSF
from tests.reports.oscal_contract import CONTRACT as OSCAL
from tests.reports.pages import parse, unpacked
from tests.reports.sarif_contract import CONTRACT as SARIF
from tests.reports.standing_samples import all_accepted, compared
from tests.reports.test_master import SCHEMA

EXPECTED = {"accepted": 4, "new": 6, "unchanged": 13, "reappeared": 2, "fixed": 2, "not_examined": 1}
STANDINGS = {"new": 6, "unchanged": 13, "reappeared": 2}


def rendered(name: str, evidence: Evidence | None = None) -> bytes:
    return formats()[name].render(evidence or compared())


def master(evidence: Evidence | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered("json", evidence))
    return found


def of_rows(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return the figures of a table with one row a finding; it has none about findings that are gone."""
    accepted = sum(bool(row["accepted_until"]) for row in rows)
    return {"accepted": accepted, **Counter(row["standing"] for row in rows)}


def test_the_totals_of_the_json_are_those_of_its_rows_and_of_what_was_fixed() -> None:
    report = master()
    assert {name: report["totals"][name] for name in EXPECTED} == EXPECTED
    assert Counter(row["standing"] for row in report["findings"]) == STANDINGS
    assert sum(row["accepted"] is not None for row in report["findings"]) == 4
    assert Counter(one["fate"] for one in report["comparison"]["gone"]) == {"fixed": 2, "not-examined": 1}
    assert report["totals"]["findings"] == 21, "an accepted finding is still a finding"
    jsonschema.Draft202012Validator(SCHEMA).validate(report)


def test_csv_parquet_and_workbook_mark_the_same_rows() -> None:
    tables = [
        list(csv.DictReader(io.StringIO(rendered("csv").decode("utf-8-sig"), newline=""))),
        pyarrow.parquet.read_table(io.BytesIO(rendered("parquet"))).to_pylist(),
    ]
    for rows in tables:
        assert of_rows(rows) == {"accepted": 4, **STANDINGS}
        assert {row["accepted_by"] for row in rows} == {"", "O***"}
    book = openpyxl.load_workbook(io.BytesIO(rendered("xlsx")))
    head, *body = book["Findings"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in body]
    assert Counter(row["Against the earlier run"] for row in found) == STANDINGS
    assert sum(bool(row["Accepted until"]) for row in found) == 4
    words = {row[1]: row[2] for row in book["Summary"].iter_rows(values_only=True)}
    titles = ("Accepted", "New", "Unchanged", "Reappeared", "Fixed", "Not examined")
    assert [words[one] for one in titles] == list(EXPECTED.values())
    assert [book[name].max_row - 1 for name in ("Earlier findings", "Accepted")] == [3, 6]
    states = {row[0] for row in book["Accepted"].iter_rows(min_row=2, values_only=True)}
    assert {"not yet in force", "ambiguous: give the keyed hash or the fingerprint"} <= states


def test_code_scanning_and_siem_read_accepted_findings_as_suppressed() -> None:
    (run,) = json.loads(rendered("sarif"))["runs"]
    assert Counter(one["baselineState"] for one in run["results"]) == {"new": 8, "unchanged": 13}
    assert re.fullmatch(r"[0-9a-f-]{36}", run["baselineGuid"])
    assert Counter(len(one["suppressions"]) for one in run["results"]) == {0: 17, 1: 4}
    events = [json.loads(line) for line in rendered("ocsf").decode().splitlines()]
    suppressed = [one for one in events if one["status"] == "Suppressed"]
    assert len(suppressed) == 4
    assert {one["unmapped"]["finding"]["accepted"]["until"] for one in suppressed} == {"2027-06-30"}
    (plain,) = json.loads(rendered("sarif", samples.audit()))["runs"]
    assert not {"baselineGuid"} & plain.keys()
    assert not [one for one in plain["results"] if {"baselineState", "suppressions"} & one.keys()]


def test_sarif_ocsf_and_oscal_keep_to_their_contracts_with_accepted_and_compared_findings() -> None:
    for evidence in (compared(), all_accepted()):
        jsonschema.Draft202012Validator(SARIF).validate(json.loads(rendered("sarif", evidence)))
        jsonschema.Draft202012Validator(OSCAL).validate(json.loads(rendered("oscal", evidence)))
        for line in rendered("ocsf", evidence).decode().splitlines():
            jsonschema.Draft202012Validator(OCSF).validate(json.loads(line))


def test_oscal_and_markdown_carry_the_figures() -> None:
    (result,) = json.loads(rendered("oscal"))["assessment-results"]["results"]
    props = {prop["name"]: prop["value"] for prop in result["props"]}
    assert {name: int(props[name.replace("_", "-")]) for name in EXPECTED} == EXPECTED
    (closed,) = json.loads(rendered("oscal", all_accepted()))["assessment-results"]["results"]
    assert {risk["status"] for risk in closed["risks"]} == {"deviation-approved"}
    assert {risk["status"] for risk in result["risks"]} == {"open"}
    text = rendered("md").decode()
    for name, words in (
        ("new", "new"),
        ("fixed", "fixed: "),
        ("unchanged", "unchanged"),
        ("reappeared", "reappeared: "),
    ):
        assert re.search(rf"^\| {words}[^|]*\| {EXPECTED[name]} \|$", text, re.MULTILINE), name
    assert "| of these, accepted by somebody | 4 |" in text
    assert "expired, they count again" in text
    assert "not yet in force, they count until then" in text
    assert "ambiguous, they count: give the keyed hash or the fingerprint" in text


def test_page_and_paper_print_the_figures_the_list_and_its_states() -> None:
    page = parse(rendered("html"))
    (data,) = [unpacked(script) for script in page.scripts[:1]]
    assert sum(number >= 0 for number in data["columns"]["accepted"]) == 4
    codes = Counter(data["values"]["standing"][code] for code in data["columns"]["standing"])
    assert codes == STANDINGS
    paper = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(rendered("pdf"))).pages)
    for words in (page.words(), " ".join(paper.split())):
        assert "Compared with run R-20261020-11aa" in words
        for name, number in (("new", 6), ("fixed", 2), ("unchanged", 13), ("reappeared", 2), ("not examined", 1)):
            assert re.search(rf"\b{name} {number}\b", words), name
        assert "4 of 21 findings are accepted." in words
        assert "accepted until 2027-06-30 by O***" in words
        assert "expired: counts again" in words
        assert "not yet in force: counts until then" in words
        assert "the mask fits several values; give the keyed hash or the fingerprint" in words
        assert "this run has no such finding" in words
        assert "it was not listed: deleted" in words
        assert "The rules have changed between the two runs" in words
        assert "2 stand in objects that the earlier run had not read" in words
        assert "The two runs had other options" not in words


def test_a_report_without_comparison_and_list_has_neither_section() -> None:
    words = parse(rendered("html", samples.audit())).words()
    assert "Since the earlier run" not in words
    assert "Accepted findings" not in words
    report = master(samples.audit())
    assert (report["comparison"], report["accepted"]) == (None, [])
    assert {name: report["totals"][name] for name in EXPECTED} == dict.fromkeys(EXPECTED, 0)


def test_every_fingerprint_can_be_copied_from_page_table_and_json() -> None:
    worst = [one.fingerprint for one in samples.findings() if one.severity >= Severity.HIGH]
    words = parse(rendered("html")).words()
    assert all(f"fingerprint {one}" in words for one in worst)
    for name in ("csv", "json"):
        assert all(one.fingerprint in rendered(name).decode() for one in samples.findings())


def test_accepted_findings_are_left_out_of_the_verdict_and_of_nothing_else() -> None:
    evidence = all_accepted()
    assert verdict(evidence, ENGLISH).name == "accepted"
    assert len(master(evidence)["findings"]) == 21
    first, *_ = evidence.marks
    worst = replace(evidence, marks=(replace(first, accepted=None), *evidence.marks[1:]))
    assert verdict(worst, ENGLISH).name == "act"
    *others, last = evidence.marks
    assert verdict(replace(evidence, marks=(*others, replace(last, accepted=None))), ENGLISH).name == "review"
    incomplete = replace(evidence, run=samples.incomplete().run)
    assert verdict(incomplete, ENGLISH).name == "incomplete"


def test_one_value_at_many_places_is_one_group_with_its_places() -> None:
    evidence = compared()
    found = groups(evidence)
    report = master()
    assert [len(one.places) for one in found] == sorted((len(one.places) for one in found), reverse=True)
    assert len(report["groups"]) == report["totals"]["groups"] == len(found)
    for one in report["groups"]:
        rows = [report["findings"][place] for place in one["places"]]
        assert {row["subject"]["hmac"] for row in rows} == {one["subject"]["hmac"]}
        assert len(rows) == one["findings"] == sum(one["rules"].values()) == sum(one["spaces"].values())
        assert one["accepted"] == sum(row["accepted"] is not None for row in rows)
    alone = replace(samples.audit(), findings=samples.findings()[:1])
    assert groups(alone) == ()
    assert "One value, many places" not in parse(rendered("html", alone)).words()
    assert "One value, many places" in parse(rendered("html", samples.audit())).words()


def test_four_hundred_places_of_one_value_are_one_group() -> None:
    one = samples.findings()[0]
    many = replace(samples.audit(), findings=(one,) * 400)
    (group,) = groups(many)
    assert (len(group.places), group.objects) == (400, 1)
    assert "and 390 more" in parse(rendered("html", many)).words()


def test_marks_for_other_findings_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(replace(compared(), findings=samples.findings()[:3]).marked())


@pytest.mark.parametrize("audience", list(Audience))
def test_the_figures_are_the_same_for_every_audience_and_words_of_the_list_for_insiders_only(
    audience: Audience,
) -> None:
    evidence = seen_by(compared(), audience)
    report = master(evidence)
    assert {name: report["totals"][name] for name in EXPECTED} == EXPECTED
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    inside = audience is Audience.RESTRICTED
    for name in ("html", "json", "csv", "md", "sarif"):
        assert ("order of the court" in rendered(name, evidence).decode()) is inside, name
