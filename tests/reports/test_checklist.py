"""What a careful reader asks of a report: the same conditions everywhere, commands that work, a way through it."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdf
import pytest

from reports.bag.archive import archive
from reports.evidence import CoverageRow, Evidence
from reports.registry import formats
from tests.reports import samples
from tests.reports.bag.samples import NAME, unsigned
from tests.reports.pages import parse
from tests.reports.printed import printed


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@cache
def paper() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(formats()["pdf"].render(audited())))


@cache
def audited() -> Evidence:
    base = samples.audit()
    return replace(base, run=replace(base.run, options={**base.run.options, "deep": ""}))


def commands(page: str) -> list[str]:
    section = page.partition('<section id="integrity"')[2].partition("</section>")[0]
    return [html.unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", section, re.DOTALL)]


def test_the_conditions_of_the_run_are_the_same_in_page_paper_and_master() -> None:
    run = json.loads(formats()["json"].render(audited()))["run"]
    page = squeezed(parse(formats()["html"].render(audited())).text)
    printed = squeezed("".join(one.extract_text() for one in paper().pages))
    facts = [run["id"], run["site"], run["account"], run["auth"], run["tool_version"], run["config_digest"]]
    facts += [run["rules_digest"], run["data_sha256"], "2026-11-2013:58:02UTC", "2026-11-2014:05:09UTC"]
    facts += [f"Option{name}{squeezed(value) or 'notgiven'}" for name, value in run["options"].items()]
    assert len(run["options"]) == 3
    for text in (page, printed):
        assert [fact for fact in facts if fact not in text] == []


def test_the_three_commands_of_a_report_work_as_they_are_copied(tmp_path: Path) -> None:
    evidence = samples.migration()
    (tmp_path / "findings.json").write_bytes(formats()["json"].render(evidence))
    (tmp_path / f"{NAME}.zip").write_bytes(archive(NAME, unsigned()))
    for path, data in unsigned().items():
        place = tmp_path / NAME / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    found = commands(formats()["html"].render(evidence).decode())
    assert len(found) == 3
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S602 - the command of our own report, as a reader would run it
            command, shell=True, cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=False
        )

    done = [run(command) for command in found]
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
    digest = json.loads((tmp_path / "findings.json").read_bytes())["run"]["data_sha256"]
    assert done[0].stdout.strip() == digest
    assert "It holds." in done[1].stdout

    report = tmp_path / NAME / "data" / "report.html"
    report.write_bytes(report.read_bytes() + b" ")
    changed = (tmp_path / "findings.json").read_text().replace("Onboarding", "Offboarding", 1)
    (tmp_path / "findings.json").write_text(changed)
    assert run(found[0]).stdout.strip() != digest
    assert run(found[2]).returncode != 0


def test_the_summary_of_the_paper_is_one_page_and_the_contents_name_three_parts() -> None:
    first, second = (squeezed(paper().pages[number].extract_text()) for number in range(2))
    assert "Howtheverdictisreached" in first
    assert second.partition("Contents")[2].startswith("SummaryTechnicalpart")
    places = [second.index(word) for word in ("Technicalpart", "Dataprotectionpart", "Annexes", "Sign-off", "Appendix")]
    assert places == sorted(places)


def test_the_audience_stands_on_the_cover() -> None:
    assert "Restricted:valuesaremasked" in squeezed(paper().pages[0].extract_text())


@pytest.mark.parametrize("name", ["html", "pdf", "md", "json", "xlsx"])
def test_an_empty_site_gives_a_report_that_says_so(name: str) -> None:
    body = printed("empty") if name == "pdf" else formats()[name].render(samples.empty())
    if name == "pdf":
        text = squeezed("".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(body)).pages))
        assert "Nothingfound" in text
        assert "Nopersonaldatawerefound" in text
    if name == "html":
        assert "<tbody>\n</tbody>" not in body.decode()
    assert body


def test_a_run_that_saw_nothing_at_all_can_be_reported() -> None:
    nothing = replace(samples.empty(), coverage=(CoverageRow("page", "", 0, 0, assessed=False),), rules={})
    text = parse(formats()["html"].render(nothing)).text
    assert "There was nothing to read." in " ".join(text.split())


def test_the_glossary_has_the_words_that_a_report_uses() -> None:
    page = formats()["html"].render(samples.migration()).decode()
    section = page.partition('<section id="glossary"')[2].partition("</section>")[0]
    terms = {html.unescape(one) for one in re.findall(r"<dt>(.*?)</dt>", section)}
    expected = {"Finding", "Severity, confidence", "Mask, keyed hash", "Audience", "Plan, change, place", "Residue"}
    assert expected <= terms
