"""What holds for every format there is: a new file in `reports/formats` is covered here or fails here."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pypdf
import pytest

from audit.cli.report import report
from reports.evidence import Evidence, ObjectFacts, RunStatus
from reports.registry import formats
from rules.model import Severity
from tests.reports import samples
from tests.reports.pages import parse, unpacked

LABELS = {severity.label for severity in Severity}
SCORES = {"9.5": "critical", "8.0": "high", "5.5": "medium", "3.0": "low", "0.0": "info"}
OCSF = {1: "info", 2: "low", 3: "medium", 4: "high", 5: "critical"}
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e\u2028\u200b\ufeff]")
WORD = "W" * 10_000
MORE = (
    WORD,
    "<r><t>rich</t></r>",
    "_x0041_",
    "\U0001f469\u200d\U0001f680\ufe0f" * 50,
    "`|x|` *b* _i_ www.evil.example.com",
    "@all",
)


def severities(labels: Iterable[str]) -> Counter[str]:
    found = Counter(labels)
    assert set(found) <= LABELS
    return found


def of_master(body: bytes) -> Counter[str]:
    return severities(one["severity"] for one in json.loads(body)["findings"])


def of_csv(body: bytes) -> Counter[str]:
    return severities(row["severity"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def of_html(body: bytes) -> Counter[str]:
    # A page without findings has no data to draw, and a public one has figures in their place.
    page = parse(body)
    if not page.scripts:
        section = page.words().partition("lists none of its")[2]
        rows = dict(re.findall(r"\b(critical|high|medium|low|info) (\d+)", section.partition("Data protection")[0]))
        return Counter({label: int(number) for label, number in rows.items()})
    data = unpacked(page.scripts[0])
    return severities(data["levels"][number] for number in data["columns"]["severity"])


def of_pdf(body: bytes) -> Counter[str]:
    (attached,) = pypdf.PdfReader(io.BytesIO(body)).attachments["findings.json"]
    return of_master(attached)


def of_sarif(body: bytes) -> Counter[str]:
    (run,) = json.loads(body)["runs"]
    score = {rule["id"]: rule["properties"]["security-severity"] for rule in run["tool"]["driver"]["rules"]}
    return severities(SCORES[score[one["ruleId"]]] for one in run["results"])


def of_xlsx(body: bytes) -> Counter[str]:
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    rows = list(book["Findings"].iter_rows(values_only=True))[1:]
    return severities(str(row[0]) for row in rows if row[0] != "Nothing was found.")


def of_parquet(body: bytes) -> Counter[str]:
    return severities(pyarrow.parquet.read_table(io.BytesIO(body))["severity"].to_pylist())


def of_md(body: bytes) -> Counter[str]:
    rows = dict(re.findall(r"^\| (critical|high|medium|low|info) \| ([\d,]+) \|$", body.decode(), re.MULTILINE))
    assert set(rows) == LABELS
    return Counter({label: int(number.replace(",", "")) for label, number in rows.items()})


def of_ocsf(body: bytes) -> Counter[str]:
    return severities(OCSF[json.loads(line)["severity_id"]] for line in body.decode().split("\n") if line)


def of_oscal(body: bytes) -> Counter[str]:
    (result,) = json.loads(body)["assessment-results"]["results"]
    props = {prop["name"]: int(prop["value"]) for prop in result["props"] if prop["name"].startswith("findings")}
    held = sum(
        prop["name"] == "fingerprint"
        for observation in result["observations"]
        for proof in observation.get("relevant-evidence", [])
        for prop in proof["props"]
    )
    assert held == props.pop("findings")
    return Counter({name.removeprefix("findings-"): number for name, number in props.items()})


READERS: dict[str, Callable[[bytes], Counter[str]]] = {
    "csv": of_csv,
    "html": of_html,
    "json": of_master,
    "md": of_md,
    "ocsf": of_ocsf,
    "oscal": of_oscal,
    "parquet": of_parquet,
    "pdf": of_pdf,
    "sarif": of_sarif,
    "xlsx": of_xlsx,
}


def texts_of(name: str, body: bytes) -> list[str]:
    """Return every text that a reader of one format sees or a program reads, the page of HTML without its data."""
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        return [str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    if name in {"ocsf", "oscal"}:
        return [text for line in body.decode().split("\n") if line for text in strings(json.loads(line))]
    return [body.decode()]


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def worse() -> Evidence:
    """Return the hostile sample with more objects, whose titles and texts are long, rich, emoji and mentions."""
    evidence = samples.hostile()
    findings, objects = list(evidence.findings), dict(evidence.objects)
    for number, text in enumerate(MORE):
        first = evidence.findings[0]
        ref = replace(first.ref, id=f"{2_000 + number}", space=text)
        objects["page", ref.id] = ObjectFacts(ref, text, f"{samples.SITE}/{WORD}", text)
        subject = replace(first.subject, mask=text)
        findings.append(replace(first, ref=ref, excerpt=text, reason=text, path=text, subject=subject))
    return replace(evidence, findings=tuple(findings), objects=objects)


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("sample", [samples.audit, samples.migration, samples.empty])
def test_every_format_counts_as_many_findings_of_each_severity_as_the_master(
    name: str, sample: Callable[[], Evidence]
) -> None:
    evidence = sample()
    totals = json.loads(formats()["json"].render(evidence))["totals"]
    found = READERS[name](formats()[name].render(evidence))
    assert {label: found[label] for label in LABELS} == totals["by_severity"]
    assert found.total() == totals["findings"]


def test_each_row_of_a_table_says_whether_its_run_is_complete() -> None:
    whole = samples.audit()
    gap = replace(whole, run=samples.run(RunStatus.INCOMPLETE, ("12 pages were not read",)))
    for evidence, status in ((whole, "complete"), (gap, "incomplete")):
        text = formats()["csv"].render(evidence).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(rows) == len(evidence.findings)
        assert {row["run_status"] for row in rows} == {status}
        table = pyarrow.parquet.read_table(io.BytesIO(formats()["parquet"].render(evidence)))
        assert set(table["run_status"].to_pylist()) == {status}


@pytest.mark.parametrize("name", formats())
def test_equal_evidence_gives_equal_bytes(name: str) -> None:
    assert formats()[name].render(samples.migration()) == formats()[name].render(samples.migration())


@pytest.mark.parametrize("name", sorted({*formats()} - {"pdf"}))
def test_no_text_stops_a_format_and_none_is_lost(name: str) -> None:
    evidence = worse()
    found = READERS[name](formats()[name].render(evidence))
    assert found["critical"] == len(evidence.findings) == len(samples.HOSTILE) + len(MORE)


@pytest.mark.parametrize("name", ["md", "ocsf", "oscal", "xlsx"])
def test_no_character_hides_or_reorders_what_is_read(name: str) -> None:
    texts = texts_of(name, formats()[name].render(worse()))
    assert [text for text in texts if HIDDEN.search(text)] == []
    assert any("[U+202E]" in text.replace("\\", "") for text in texts)


@pytest.mark.parametrize("name", ["md", "ocsf", "oscal", "xlsx"])
def test_no_format_leads_away_from_the_site(name: str) -> None:
    body = formats()[name].render(samples.hostile())
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        targets = [cell.hyperlink.target for page in book for row in page.iter_rows() for cell in row if cell.hyperlink]
    else:
        targets = re.findall(r'(?:\]\(|"(?:href|src_url)":")(?!#)([^)"]+)', body.decode())
    assert all(target.startswith(f"{samples.SITE}/") for target in targets)


def test_a_machine_without_pyarrow_says_what_to_install_and_renders_the_rest() -> None:
    script = """
import sys
sys.modules["pyarrow"] = None
from reports.format import Unavailable
from reports.registry import formats
from tests.reports import samples
assert formats()["csv"].render(samples.audit())
try:
    formats()["parquet"].render(samples.audit())
except Unavailable as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'confluence-gdpr[parquet]'" in done.stdout


def test_the_help_of_the_report_names_every_format() -> None:
    (option,) = [one for one in report.params if one.name == "names"]
    assert f"Some of {','.join(formats())}." in getattr(option, "help", "")
