"""A workbook for people who sort, filter and comment: one sheet a part of the report. Office Open XML (ECMA-376).

No cell is a formula, no link leaves the site, and the file is made in memory: nothing is written on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, assert_never

from reports.evidence import Evidence
from reports.format import Format
from reports.language import ENGLISH, Language, language
from reports.sheet import Address, Cell, Said, Sheet, Toned
from reports.spoken import translated
from reports.tables import inert
from reports.text import moment, visible
from reports.words import words
from reports.workbook import ROWS, sheets

LINKS: Final = 65_530
"""Links that Excel reads in one sheet; addresses behind them stand as text."""
LONGEST_LINK: Final = 2_079
"""Characters of an address that Excel follows."""
LONGEST_CELL: Final = 16_000
"""Characters of a cell; the format holds 32,767 UTF-16 units. What is cut says so."""

PRINTED: Final = 180
"""Characters that one printed page takes side by side; a wider sheet goes on beside it."""

_MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TONES: Final = {
    "critical": ("#FFFFFF", "#A8123E"),
    "high": ("#FFFFFF", "#B8430A"),
    "medium": ("#5A4105", "#FDF3D7"),
    "low": ("#1F4468", "#E3EDF7"),
    "info": ("#414B55", "#EEF1F3"),
    "good": ("#0C4A52", "#E2F2EE"),
    "held": ("#5A4105", "#FDF3D7"),
    "bad": ("#FFFFFF", "#A8123E"),
    "waiting": ("#2C3848", "#E6EAEC"),
}
"""Ink and ground of each tone, as in the other reports; every pair has a contrast of 5:1 at least."""


def render(evidence: Evidence) -> bytes:
    """Return the workbook. Its date is the end of the run."""
    return write(evidence)


def write(evidence: Evidence, most: int = ROWS, most_links: int = LINKS) -> bytes:
    """Return the workbook with at most `most` rows and `most_links` links in a sheet.

    Further rows go on in a sheet of their own, further addresses stand as text.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    run = evidence.run
    speech = language(evidence.language)
    said = words(speech)
    title = f"{said.titles[evidence.purpose]}: {text_cell(run.site)}"
    created = moment(run.finished_at_utc).replace(tzinfo=None)
    book.set_properties(
        {
            "title": title,
            "subject": speech.say("Run %(run)s", run=run.id),
            "author": "confluence-gdpr",
            "created": created,
        }
    )
    styles = _styles(book)
    for sheet in sheets(evidence, said, most):
        spoken = translated(sheet, speech)
        _fill(_Page(book.add_worksheet(spoken.name), styles, speech), spoken, run.id, most_links)
    book.close()
    return file.getvalue()


def text_cell(text: str, language: Language = ENGLISH) -> str:
    """Return text that no spreadsheet runs, reorders or refuses.

    xlsxwriter takes a text between `<r>` and `</r>` for markup of its own and writes it raw, so such a text gets an
    apostrophe too.
    """
    shown = visible(text)
    if len(shown) > LONGEST_CELL:
        note = language.say("%(number)s more characters, see the JSON report", number=len(shown) - LONGEST_CELL)
        shown = f"{shown[:LONGEST_CELL]}\u2026 [{note}]"
    return "'" + shown if shown.startswith("<r>") else inert(shown)


def _styles(book: Any) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter has no types
    frame = {"valign": "top", "text_wrap": True, "font_size": 10, "border": 1, "border_color": "#DFE3E6"}
    plain = frame | {"align": "left", "indent": 1}
    tones = {
        tone: plain | {"font_color": ink, "bg_color": ground, "bold": True} for tone, (ink, ground) in _TONES.items()
    }
    head = {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#0F5C66",
        "text_wrap": True,
        "valign": "vcenter",
        "indent": 1,
    }
    link = plain | {"font_color": "#0F5C66", "underline": 1, "text_wrap": False}
    looks = tones | {
        "text": plain,
        "number": plain | {"num_format": "#,##0", "align": "right"},
        "head": head,
        "link": link,
        "nothing": {"italic": True, "font_color": "#566270"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet of the file, and what its cells look like."""

    sheet: Any  # xlsxwriter has no types
    styles: dict[str, Any]
    language: Language


def _fill(into: _Page, sheet: Sheet, run: str, most_links: int) -> None:
    page, styles = into.sheet, into.styles
    last = max(len(sheet.rows), 1)
    for column, (head, width) in enumerate(sheet.heads):
        page.set_column(column, column, width)
        page.write_string(0, column, head, styles["head"])
    page.set_row(0, 30)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.heads) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(-(-sum(width for _, width in sheet.heads) // PRINTED), 0)
    page.repeat_rows(0)
    number = into.language.say("Page %(page)s of %(pages)s", page="&P", pages="&N")
    page.set_footer(f"&L{sheet.name}&C{run}&R{number}")
    links = 0
    for place, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            linked = isinstance(cell, Address) and 0 < len(cell.url) <= LONGEST_LINK and links < most_links
            links += linked
            _put(into, (place, column), cell, linked=linked)
    if not sheet.rows:
        page.write_string(1, 0, sheet.nothing, styles["nothing"])


def _put(into: _Page, place: tuple[int, int], cell: Cell, *, linked: bool) -> None:
    page, styles = into.sheet, into.styles
    match cell:
        case int():
            page.write_number(*place, cell, styles["number"])
        case Toned():
            page.write_string(*place, text_cell(cell.text, into.language), styles[cell.tone])
        case Address(url) if linked:
            page.write_url(*place, url, styles["link"])
        case Address(url):
            page.write_string(*place, text_cell(url, into.language), styles["text"])
        case Said(text) | (str() as text):
            page.write_string(*place, text_cell(text, into.language), styles["text"])
        case _ as other:
            assert_never(other)


FORMAT: Final = Format(name="xlsx", suffix=".xlsx", media_type=_MEDIA_TYPE, render=render)
