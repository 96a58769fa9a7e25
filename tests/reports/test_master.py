"""The JSON master, its schema and digest, and the CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports.document import DATA, data_sha256, summary
from reports.evidence import Evidence
from reports.registry import formats
from reports.tables import inert, tallies
from tests.reports import samples
from tests.reports.goldens import FOLDER, GOLDENS

SAMPLES = {
    sample.__name__: sample()
    for sample in (
        samples.audit,
        samples.dry_run,
        samples.migration,
        samples.empty,
        samples.incomplete,
        samples.hostile,
    )
}
EACH = pytest.mark.parametrize("evidence", SAMPLES.values(), ids=SAMPLES)
SCHEMA: dict[str, Any] = json.loads(files("reports").joinpath("schema", "report.schema.json").read_text("utf-8"))


def master(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(formats()["json"].render(evidence))
    return found


@pytest.mark.parametrize("name", GOLDENS)
def test_a_report_equals_its_golden_byte_for_byte(name: str) -> None:
    format_, sample = GOLDENS[name]
    assert formats()[format_].render(sample()) == (FOLDER / name).read_bytes()


@EACH
def test_every_json_report_fits_the_schema_that_is_shipped(evidence: Evidence) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(master(evidence))


def test_the_schema_refuses_a_field_that_it_does_not_know_at_every_level() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    report = master(samples.dry_run())
    assert validator.is_valid(report)
    places = [report, report["run"], report["findings"][0], report["findings"][0]["object"], report["changes"][0]]
    for place in [*places, report["held"][0], report["coverage"][0], report["rules"][0], report["totals"]]:
        place["raw_value"] = "x"
        assert not validator.is_valid(report)
        del place["raw_value"]


def test_a_finding_says_where_what_why_and_what_to_do() -> None:
    found = master(samples.audit())["findings"][0]
    assert found["rule"] == "personal-iban"
    assert found["object"] == {"type": "page", "id": "11001", "version": 7, "space": "HR"}
    assert found["articles"] == ["5(1)(c)", "32"]
    assert found["span"] == {"start": 114, "end": 118}
    assert set(found["subject"]) == {"kind", "mask", "hmac"}
    assert found["remedy"].startswith("Remove it by hand")


def test_a_finding_of_an_unknown_rule_and_object_is_still_reported() -> None:
    evidence = replace(samples.audit(), rules={}, objects={})
    found = master(evidence)["findings"]
    assert len(found) == 21
    assert {(one["title"], one["remedy"]) for one in found} == {("", "")}
    assert len(formats()["csv"].render(evidence).splitlines()) == 22


@EACH
def test_the_digest_can_be_recomputed_from_the_json_with_the_command_that_the_report_prints(evidence: Evidence) -> None:
    report = master(evidence)
    data = {key: report[key] for key in DATA}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == report["run"]["data_sha256"] == data_sha256(evidence)


def test_one_changed_word_changes_the_digest() -> None:
    evidence = samples.audit()
    other = replace(evidence, findings=(replace(evidence.findings[0], line=999), *evidence.findings[1:]))
    assert data_sha256(other) != data_sha256(evidence)


def test_the_digest_covers_the_data_and_not_the_conditions() -> None:
    evidence = samples.audit()
    assert data_sha256(replace(evidence, run=replace(evidence.run, id="R-other"))) == data_sha256(evidence)


def test_lone_surrogates_do_not_stop_a_report() -> None:
    evidence = samples.audit()
    broken = replace(evidence.findings[0], excerpt="half \ud83d")
    evidence = replace(evidence, findings=(broken,))
    assert master(evidence)["findings"][0]["excerpt"] == "half \ufffd"
    assert "half \ufffd" in formats()["csv"].render(evidence).decode()


def test_one_finding_stands_on_one_line() -> None:
    lines = formats()["json"].render(samples.audit()).decode().splitlines()
    assert sum(1 for line in lines if '"fingerprint":' in line) == 21
    assert all(json.loads(line.rstrip(",")) for line in lines if '"fingerprint":' in line)


def rows(evidence: Evidence) -> list[dict[str, str]]:
    text = formats()["csv"].render(evidence).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@EACH
def test_the_csv_has_one_row_a_finding_with_the_same_fingerprints_as_the_json(evidence: Evidence) -> None:
    assert [row["fingerprint"] for row in rows(evidence)] == [
        one["fingerprint"] for one in master(evidence)["findings"]
    ]


def test_the_csv_begins_with_a_byte_order_mark_and_ends_lines_with_lf() -> None:
    body = formats()["csv"].render(samples.audit())
    assert body.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in body
    assert "On-call r\u00f4ta \u2014 \u00dcbergabe" in body.decode()


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\u00a0\n -1",
        "\ufeff=1",
        "\u200b@x",
        "\uff1dx",
        "\tx",
    ],
)
def test_a_cell_that_a_spreadsheet_might_run_gets_an_apostrophe(cell: str) -> None:
    assert inert(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "Onboarding", "a***@b***.org", "3", " plain"])
def test_a_plain_cell_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell


def test_no_cell_of_a_hostile_report_begins_like_a_formula() -> None:
    cells = [cell for row in rows(samples.hostile()) for cell in row.values()]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))]


@EACH
def test_the_totals_of_the_tables_are_those_of_the_findings(evidence: Evidence) -> None:
    found = tallies(evidence)
    for groups in (found.by_rule, found.by_space, found.by_type, found.by_subject):
        assert sum(group.total for group in groups) == len(evidence.findings)
        assert all(sum(group.severities) == group.total >= group.objects > 0 for group in groups)
    worst_first = [sum(group.severities[n] for group in found.by_rule) for n in range(5)]
    assert worst_first == list(evidence.by_severity().values())


def test_the_largest_group_comes_first_and_one_value_in_many_places_is_one_group() -> None:
    found = tallies(samples.audit())
    assert [(group.key, group.total) for group in found.by_rule][:2] == [("legacy-mention", 9), ("personal-email", 5)]
    assert len(found.by_subject) == summary(samples.audit())["totals"]["subjects"] == 5  # type: ignore[index, call-overload]


@pytest.mark.parametrize("format_", formats())
def test_a_report_is_the_same_in_another_process_with_another_zone_locale_and_hash_seed(
    format_: str, tmp_path: Path
) -> None:
    script = (
        "import hashlib, sys; from reports.registry import formats; from tests.reports import samples; "
        "print(hashlib.sha256(formats()[sys.argv[1]].render(samples.dry_run())).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    found = set()
    for number, zone, locale in (("1", "Asia/Tokyo", "C"), ("2", "America/Lima", "de_DE.UTF-8")):
        environment = {
            "PYTHONHASHSEED": number, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(root), "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path / number), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", script, format_],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    here = hashlib.sha256(formats()[format_].render(samples.dry_run())).hexdigest()
    assert found == {here + "\n"}
