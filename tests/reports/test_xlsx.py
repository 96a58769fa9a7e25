"""The workbook: sheets, rows, looks, links, and cells that run nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.evidence import Evidence
from reports.formats.json import FORMAT as JSON
from reports.formats.xlsx import LONGEST_CELL, LONGEST_LINK, render, text_cell, write
from reports.language import language
from tests.reports import samples

NAMES = [
    "Summary", "Coverage", "Findings", "Groups", "Earlier findings", "Accepted", "Changes", "Held", "Identities", "Rules",
    "About",
]  # fmt: skip


def book(evidence: Evidence) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render(evidence)))


def rows(page: Any) -> list[dict[str, Any]]:
    head, *body = page.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def master(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(JSON.render(evidence))
    return found


def parts(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sheets_stand_in_their_order_each_with_a_frozen_head_and_a_filter() -> None:
    found = book(samples.migration())
    assert found.sheetnames == NAMES
    for page in found:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
        assert all(8 <= page.column_dimensions[cell.column_letter].width <= 112 for cell in page[1])
        assert all(cell.font.bold and cell.fill.fgColor.rgb == "FF0F5C66" for cell in page[1])
        assert page.print_title_rows == "$1:$1"


def test_the_file_is_dated_by_the_end_of_the_run_and_names_it() -> None:
    facts = book(samples.audit()).properties
    assert facts.created == datetime(2026, 11, 20, 14, 5, 9)  # noqa: DTZ001 - openpyxl reads UTC without a zone
    assert (facts.title, facts.creator) == ("Privacy audit: https://wiki.example.org", "confluence-gdpr")


def test_every_list_of_the_master_has_its_rows() -> None:
    evidence = samples.migration()
    found, said = book(evidence), master(evidence)
    assert [row["Fingerprint"] for row in rows(found["Findings"])] == [one["fingerprint"] for one in said["findings"]]
    edits = [(change["action"], edit["path"]) for change in said["changes"] for edit in change["edits"]]
    assert [(row["Action"], row["Place"]) for row in rows(found["Changes"])] == edits
    assert [row["What to do next"] for row in rows(found["Held"])] == [one["next_step"] for one in said["held"]]
    masks = [one["subject"]["mask"] for one in said["identities"]]
    assert [row["Identifier, masked"] for row in rows(found["Identities"])] == masks
    assert {row["Rule"]: row["Findings"] for row in rows(found["Rules"])} == {
        rule["id"]: sum(one["rule"] == rule["id"] for one in said["findings"]) for rule in said["rules"]
    }
    assert [(row["Object"], row["Seen"], row["Read"]) for row in rows(found["Coverage"])] == [
        (one["object_class"], one["seen"], one["read"]) for one in said["coverage"]
    ]
    assert said["run"]["data_sha256"] in [row["Value"] for row in rows(found["About"])]


def test_the_summary_says_verdict_scope_and_the_totals_of_the_master() -> None:
    evidence = samples.migration()
    found = {row["What"]: row for row in rows(book(evidence)["Summary"])}
    totals = master(evidence)["totals"]
    assert found["Verdict"]["Value"] == "Migration needs attention"
    assert found["Read"]["Note"] == "99.2 % of 5,181 objects"
    assert found["Not looked at"]["Note"] == "like, version"
    assert {label: found[label]["Value"] for label in totals["by_severity"]} == totals["by_severity"]
    for what, name in (("Objects", "objects"), ("Held back", "held"), ("Resolved", "resolved"), ("Changes", "changes")):
        assert found[what]["Value"] == totals[name]
    assert found["ENG"] == {"Section": "By space", "What": "ENG", "Value": 9, "Note": "1 high, 6 medium, 2 info"}


def test_an_incomplete_run_says_so_and_why_on_the_first_sheet() -> None:
    found = [row["Note"] for row in rows(book(samples.incomplete())["Summary"]) if row["What"] == "Not complete"]
    assert found == ["504 pages were not read: the site answered 401 since 14:02:11 UTC."]


def test_a_sheet_without_rows_says_so() -> None:
    found = book(samples.empty())
    assert found["Findings"]["A2"].value == "Nothing was found."
    assert found["Held"]["A2"].value == "Nothing is held back."
    assert found["Findings"].max_row == 2


def test_a_severity_is_a_word_on_a_colour_that_is_read_without_it() -> None:
    page = book(samples.audit())["Findings"]
    looks = {cell.value: (cell.font.color.rgb, cell.fill.fgColor.rgb) for cell in page["A"][1:]}
    assert set(looks) == {"critical", "high", "medium", "low", "info"}
    assert len({ground for _, ground in looks.values()}) == 5
    for ink, ground in looks.values():
        light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(argb: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    shares = [int(argb[place : place + 2], 16) / 255 for place in (2, 4, 6)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_cell_is_a_formula_and_none_becomes_one_when_it_is_edited() -> None:
    found = book(samples.hostile())
    cells = [cell for page in found for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = [cell.value.strip() for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(A1)" in texts
    assert not [
        name for name in parts(render(samples.hostile())) if "vba" in name.lower() or "external" in name.lower()
    ]
    sheets_ = [body for name, body in parts(render(samples.hostile())).items() if "worksheets/sheet" in name]
    assert all(b"<f>" not in body for body in sheets_)


def test_links_lead_to_the_site_and_nowhere_else() -> None:
    page = book(samples.audit())["Findings"]
    column = next(cell.column_letter for cell in page[1] if cell.value == "Address")
    assert page[f"{column}2"].hyperlink.target.startswith(f"{samples.SITE}/wiki/")
    targets = [body for name, body in parts(render(samples.hostile())).items() if name.endswith(".rels")]
    addresses = re.findall(rb'Target="([a-z]+:[^"]*)"', b"".join(targets))
    assert [one for one in addresses if not one.startswith(samples.SITE.encode())] == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("<r><t>x</t></r>", "'<r><t>x</t></r>"),
        ("_x0041_", "_x0041_"),
        ("nul\x00", "nul[U+0000]"),
        ("half \ud83d", "half [U+D83D]"),
        ("=1", "'=1"),
        ("a" * (LONGEST_CELL + 2), "a" * LONGEST_CELL + "\u2026 [2 more characters, see the JSON report]"),
    ],
)
def test_a_cell_shows_what_it_was_given_and_obeys_nothing_in_it(text: str, cell: str) -> None:
    assert text_cell(text) == cell
    evidence = samples.audit()
    evidence = replace(evidence, findings=(replace(evidence.findings[0], reason=text),))
    (row,) = rows(book(evidence)["Findings"])
    assert row["Why it was found"].replace("_x005F_", "_") == cell


def test_the_foot_of_a_page_and_the_note_of_a_cut_cell_are_in_the_language_of_the_report() -> None:
    data = render(replace(samples.audit(), language="de"))
    feet = {sheet.oddFooter.right.text for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets}
    assert feet == {"Seite &P von &N"}
    cut = text_cell("a" * (LONGEST_CELL + 1_200), language("de"))
    assert cut.endswith("\u2026 [1.200 weitere Zeichen, siehe den JSON-Bericht]")
    plain = openpyxl.load_workbook(io.BytesIO(render(samples.audit()))).worksheets[0]
    assert plain.oddFooter.right.text == "Page &P of &N"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next_one_and_the_summary_says_so() -> None:
    evidence = samples.audit()
    found = openpyxl.load_workbook(io.BytesIO(write(evidence, 10)))
    assert [page.max_row - 1 for page in found if page.title.startswith("Findings")] == [10, 10, 1]
    pages = [page for page in found if page.title.startswith("Findings")]
    prints = [row["Fingerprint"] for page in pages for row in rows(page)]
    assert prints == [finding.fingerprint for finding in evidence.findings]
    notes = {row["What"]: row for row in rows(found["Summary"]) if row["Section"] == "Sheets"}
    assert notes["Findings"]["Value"] == "21"
    assert notes["Findings"]["Note"].endswith("they go on in Findings 2.")
    assert "Held 2" not in found.sheetnames


def test_addresses_beyond_the_links_that_a_sheet_holds_stand_as_text() -> None:
    evidence = samples.audit()
    found = openpyxl.load_workbook(io.BytesIO(write(evidence, most_links=5)))["Findings"]
    column = next(cell.column_letter for cell in found[1] if cell.value == "Address")
    cells = [found[f"{column}{number}"] for number in range(2, found.max_row + 1)]
    assert [bool(cell.hyperlink) for cell in cells] == [True] * 5 + [False] * 16
    assert all(cell.value.startswith(samples.SITE) for cell in cells)
    far = replace(evidence.objects["page", "11001"], url=f"{samples.SITE}/{'x' * LONGEST_LINK}")
    (row, *_) = rows(book(replace(evidence, objects={("page", "11001"): far}))["Findings"])
    assert row["Address"] == far.url
