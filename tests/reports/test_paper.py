"""The PDF: tagged, outlined, dated by the run, with its data attached, and bounded."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pypdf
import pytest

from reports.evidence import Evidence, RunStatus
from reports.format import Unavailable
from reports.formats import html, pdf
from reports.formats.json import FORMAT as JSON
from reports.places import LONGEST, MOST, sections
from reports.view import shown
from rules.measured import COMMAND
from rules.model import Severity
from tests.reports import samples
from tests.reports.pages import parse
from tests.reports.printed import printed
from tests.reports.standing_samples import compared


def paper(name: str) -> pypdf.PdfReader:
    """Return the PDF of one sample."""
    return pypdf.PdfReader(io.BytesIO(printed(name)))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def outline(reader: pypdf.PdfReader) -> list[tuple[str, int]]:
    """Return title and page number, from 1, of every bookmark."""

    def walk(items: list[Any]) -> Iterator[tuple[str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item)
            else:
                number = reader.get_destination_page_number(item)
                assert number is not None
                yield item.title, number + 1

    return list(walk(reader.outline))


def test_the_file_is_tagged_has_a_language_a_title_and_both_conformance_marks() -> None:
    reader = paper("audit")
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Privacy audit: wiki.example.org, run R-20261120-7f3a"
    assert reader.metadata.creation_date == datetime(2026, 11, 20, 14, 5, 9, tzinfo=UTC)
    metadata = root["/Metadata"].get_data()
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfaid:conformance="A"' in metadata
    assert b'pdfuaid:part="1"' in metadata


def test_the_outline_and_the_table_of_contents_name_the_same_sections() -> None:
    reader = paper("dry_run")
    parts = {
        "": ["The plan", "Changes", "Held back", "Who is who"],
        "Technical part": ["Coverage", "By rule"],
        "Data protection part": ["Data protection", "Annexes", "Sign-off"],
        "Appendix": ["Method and limits", "Conditions", "Integrity", "Glossary"],
    }
    sections = [section for part in parts.values() for section in part]
    marks = [(title, number) for title, number in outline(reader) if title in sections]
    assert [title for title, _ in marks] == sections
    contents = " ".join(reader.pages[1].extract_text().split())
    assert " ".join(f"{name} {' '.join(part)}".strip() for name, part in parts.items()) in contents
    assert " ".join(str(number) for _, number in marks) in contents


def test_the_master_is_attached_byte_for_byte() -> None:
    assert paper("audit").attachments == {"findings.json": [JSON.render(samples.audit())]}


def test_every_page_has_its_number_and_the_run_and_a_dry_run_says_that_nothing_has_been_changed() -> None:
    for name in ("audit", "dry_run"):
        reader = paper(name)
        for number, page in enumerate(reader.pages, 1):
            words = " ".join(page.extract_text().split())
            assert f"Page {number} of {len(reader.pages)}" in words
            assert "Run R-20261120-7f3a" in words
            assert ("nothing has been changed" in words) == (name == "dry_run")


def test_the_first_page_answers_what_how_completely_and_what_to_do() -> None:
    words = " ".join(paper("audit").pages[0].extract_text().split())
    for part in (
        "wiki.example.org",
        "Action needed",
        "21 findings in 6 objects",
        "99.2 %",
        "What to do",
        "Bank account",
    ):
        assert part in words


def test_an_incomplete_run_says_so_at_the_top_of_the_first_page() -> None:
    words = " ".join(paper("incomplete").pages[0].extract_text().split())
    assert words.index("504 pages were not read") < words.index("What was found")


def test_the_figures_are_those_of_the_other_formats() -> None:
    words = text_of(paper("audit"))
    for one in samples.findings():
        assert one.fingerprint[:12] in words.replace(" ", "")
    page = parse(pdf.page(samples.audit()))
    assert page.attributes("id").count("F-" + samples.findings()[0].fingerprint) == 1
    assert sum(1 for identity in page.attributes("id") if identity.startswith("F-")) == 21


@pytest.mark.parametrize("name", ["migration", "hostile", "empty"])
def test_every_kind_of_report_can_be_printed(name: str) -> None:
    reader = paper(name)
    assert len(reader.pages) >= 2
    assert "R-20261120-7f3a" in text_of(reader)


def test_links_of_the_pdf_lead_to_the_audited_site_only() -> None:
    for name in ("audit", "dry_run", "hostile"):
        for page in paper(name).pages:
            for annotation in page.get("/Annots", []):
                action = annotation.get_object().get("/A", {})
                assert str(action.get("/URI", samples.SITE)).startswith(samples.SITE)
                assert action.get("/S") != "/JavaScript"


def test_a_character_without_a_glyph_becomes_a_box_and_an_invisible_one_its_number() -> None:
    words = parse(pdf.page(samples.hostile())).text
    assert "\u25a1\u25a1 \u25a1" in words
    assert "\u4f60" not in words
    assert "[U+202E]" in words
    assert ord("\u25a1") in pdf.coverage()
    assert {ord(c) for c in "\u00e4\u00df\u20ac\u2192\u2713\u0416\u03a9"} <= pdf.coverage()


def test_a_cap_is_announced_before_the_table() -> None:
    evidence = samples.big(600)
    words = parse(pdf.page(evidence)).words()
    notice = words.index("The first 500 of 600 findings, worst first")
    assert notice < words.index("Findings Where What")
    many = samples.dry_run()
    many = replace(many, changes=many.changes * 100, held=many.held * 300)
    words = parse(pdf.page(many)).words()
    assert "The first 250 of 400 objects" in words
    assert "The first 500 of 600; all of them" in words


def test_a_run_without_an_end_is_dated_by_the_epoch_and_never_by_today() -> None:
    unfinished = replace(samples.empty(), run=replace(samples.run(RunStatus.RUNNING), finished_at_utc=""))
    body = pdf.FORMAT.render(unfinished)
    reader = pypdf.PdfReader(io.BytesIO(body))
    assert "Still running" in text_of(reader)
    [attached] = reader.attachment_list
    assert attached.modification_date == datetime(1970, 1, 1, tzinfo=UTC)
    assert reader.metadata is not None
    assert reader.metadata.creation_date is None


def test_rendering_leaves_the_environment_as_it_was() -> None:
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    try:
        os.environ[name] = "12345"
        pdf.FORMAT.render(samples.empty())
        assert os.environ[name] == "12345"
        del os.environ[name]
        pdf.FORMAT.render(samples.empty())
        assert name not in os.environ
    finally:
        if before is not None:
            os.environ[name] = before


@pytest.mark.parametrize("error", [OSError("cannot load library 'libpango-1.0-0'"), ImportError("no module")])
def test_a_missing_library_names_what_to_install(error: Exception) -> None:
    def load() -> ModuleType:
        raise error

    with pytest.raises(Unavailable, match=r"apt-get install libpango-1\.0-0 .*brew install pango"):
        pdf.engine(load)


def test_two_purposes_of_one_run_have_two_identifiers() -> None:
    def identifier(evidence: Evidence) -> object:
        return pypdf.PdfReader(io.BytesIO(pdf.FORMAT.render(evidence))).trailer["/ID"]

    same = samples.empty()
    other = replace(same, purpose=samples.dry_run().purpose)
    once = paper("empty").trailer["/ID"]
    assert identifier(same) == once
    assert identifier(other) != once


def test_a_long_text_and_a_long_word_are_cut_and_the_rest_is_counted() -> None:
    assert pdf.bounded("short") == "short"
    assert pdf.bounded("W" * 10_000) == "W" * 150 + " … [9,850 more characters]"
    assert pdf.bounded("x " * 5_000) == "x " * 500 + " … [9,000 more characters]"
    words = " ".join(["W" * 151] * 8)
    assert pdf.bounded(words).startswith("W" * 150 + " … [1 more characters] W")


def test_hostile_words_of_ten_thousand_characters_are_printed_cut_and_attached_whole() -> None:
    evidence = samples.audit()
    word = "W" * 10_000
    evidence = replace(
        evidence,
        findings=tuple(replace(one, path=word, excerpt=word, reason=word) for one in evidence.findings),
        objects={key: replace(facts, title=word) for key, facts in evidence.objects.items()},
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf.FORMAT.render(evidence)))
    assert "[9,850 more characters]" in text_of(reader)
    assert reader.attachments == {"findings.json": [JSON.render(evidence)]}


@pytest.mark.parametrize("name", ["audit", "dry_run", "migration", "empty"])
def test_the_short_form_has_no_tables_of_findings_changes_and_held_items_and_says_so(name: str) -> None:
    evidence = getattr(samples, name)()
    body = pdf.page(evidence, short=True)
    page = parse(body)
    assert "This is the short form, without the tables." in page.words()
    places = set(page.attributes("id"))
    for kept in ("summary", "coverage", "method", "conditions", "integrity"):
        assert f'<section id="{kept}"' in body
    for left_out in ("plan", "changes", "held", "residue", "identities", "rules", "spaces", "findings", "officer"):
        assert f'<section id="{left_out}"' not in body
    assert not [place for place in places if place.startswith(("F-", "A-"))]
    assert {address[1:] for address in page.attributes("href") if address.startswith("#")} <= places
    assert "This is the short form" not in parse(pdf.page(evidence)).words()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_summary_is_one_page_however_much_an_incomplete_run_has_to_say(language: str) -> None:
    """Five steps, an earlier run, accepted findings and fifty reasons: the most that it can hold."""
    reasons = tuple(
        f"The listing comments/{n} failed: The site answered 500. {'Because of that, again. ' * 20}" for n in range(50)
    )
    evidence = compared()
    run = replace(evidence.run, status=RunStatus.INCOMPLETE, incomplete=reasons)
    reader = pypdf.PdfReader(io.BytesIO(pdf.FORMAT.render(replace(evidence, run=run, language=language))))
    first, second = (" ".join(reader.pages[number].extract_text().split()) for number in range(2))
    assert ("47 more reasons: see Coverage" if language == "en" else "47 weitere Gründe: siehe Abdeckung") in first
    assert ("How the verdict is reached" if language == "en" else "Wie das Urteil zustande kommt") in first
    assert ("Contents Summary" if language == "en" else "Inhalt Zusammenfassung") in second
    assert "comments/49" in text_of(reader)


def test_findings_that_share_rule_reason_and_object_share_a_row_of_bounded_length() -> None:
    evidence = samples.big(600)
    listed = shown(evidence, Severity.INFO, 500)
    found = sections(listed)
    assert sorted(one.anchor for section in found for row in section.rows for one in row) == sorted(
        one.anchor for one in listed
    )
    for section in found:
        assert len({(one.finding.rule, one.finding.reason) for row in section.rows for one in row}) == 1
        for row in section.rows:
            assert len({one.finding.ref for one in row}) == 1
            assert len(row) <= MOST
            assert len(row) == 1 or sum(len(one.finding.path) + len(one.finding.excerpt) for one in row) <= LONGEST
    same = listed[0]
    [section] = sections([same] * (MOST + 1))
    assert [len(row) for row in section.rows] == [MOST, 1]
    long = replace(same, finding=replace(same.finding, excerpt="x" * LONGEST))
    assert [len(row) for row in sections([long, long])[0].rows] == [1, 1]


def test_rules_without_findings_are_a_list_and_not_rows_of_the_table() -> None:
    page = parse(pdf.page(samples.empty()))
    assert "6 rules ran and found nothing in what was read." in page.words()
    assert "Rules that found something" not in page.words()
    assert "Why it matters" not in page.words()


def test_page_paper_and_master_say_how_often_a_rule_was_wrong_or_that_nobody_measured_it() -> None:
    evidence = samples.audit()
    for body in (pdf.page(evidence), html.FORMAT.render(evidence).decode()):
        words = parse(body).words()
        assert "Mention by username legacy-mention 42 6 0" in words
        assert "5 rules of this run have not been measured, so nothing is known of how often they are wrong" in words
        assert "personal-iban" in words
        assert COMMAND in words
    rules = {rule["id"]: rule["measured"] for rule in json.loads(JSON.render(evidence))["rules"]}
    assert rules.pop("legacy-mention") == {"findings": 42, "wrong": 6, "unclear": 0}
    assert set(rules.values()) == {None}
