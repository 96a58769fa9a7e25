"""Cells that lie far apart are read within the limits, in every format of a workbook."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit.attachments.contents import Failed, Skipped, Texts
from audit.attachments.readers import Readers
from audit.attachments.spread import TOO_FAR
from tests.audit.attachments import made
from tests.audit.attachments.binary import Cells, xls, xlsb

NEAR: Cells = [(0, 0, "Name"), (0, 1, "Phone"), (1, 0, "Jo"), (1, 1, 4711.0)]
DIAGONAL: Cells = [(number, number, "x") for number in range(2100)]


def sheet(name: str, data: bytes, number: int = 1) -> str:
    found = made.of(name, data)
    assert isinstance(found, Texts), found
    assert found.gaps == ()
    return {each.path: each.text.decode() for each in found.pieces}[f"content/sheet[{number}]"]


def test_sheets_in_binary_records_are_read() -> None:
    assert sheet("a.xlsb", xlsb(NEAR)) == "Name\tPhone\nJo\t4711\n"
    assert sheet("a.xls", xls(NEAR, [(0, 0, "second")]), 2) == "second\n"
    assert sheet("a.xls", xls([(0, 0, "Name"), (1, 0, "Jo")], codes=(1, 2))) == "Name\n1\t2\n"


def test_cells_far_apart_stay_under_their_headings() -> None:
    far: Cells = [(0, 0, "Name"), (0, 200, "Phone"), (900, 0, "Jo"), (900, 200, 4711.0)]
    assert sheet("a.xlsb", xlsb([*far, (1_048_575, 16_383, "last")])) == "Name\tPhone\nJo\t4711\n\t\tlast\n"
    book = xls([*far, (65_535, 255, "last")], [(0, 0, "first"), (65_535, 255, "last")])
    assert sheet("a.xls", book) == "Name\tPhone\nJo\t4711\n\t\tlast\n"
    assert sheet("a.xls", book, 2) == "first\n\tlast\n"


def test_figures_side_by_side_stay_where_they_are() -> None:
    book = xls([(0, 1, "Room"), (65_535, 255, "last")], codes=(1, 2, 3))
    assert sheet("a.xls", book) == "\tRoom\n1\t2\t3\n\t\t\tlast\n"


def test_a_sheet_that_claims_corners_far_away_costs_nothing() -> None:
    assert sheet("a.xlsb", xlsb(NEAR, (0, 0xFFFFFFFF, 0, 0xFFFFFFFF))) == "Name\tPhone\nJo\t4711\n"


def test_a_sheet_without_room_even_so_is_a_gap_and_not_the_end() -> None:
    found = made.of("a.xlsb", xlsb(DIAGONAL))
    assert isinstance(found, Texts)
    assert found.gaps == (TOO_FAR,)
    assert "content/names" in {each.path for each in found.pieces}


def test_blank_rows_are_told_by_one() -> None:
    assert sheet("a.xlsb", xlsb([(0, 0, "Name"), (40_000, 0, "Jo")])) == "Name\n\nJo\n"


@pytest.mark.parametrize("make", [xlsb, xls])
def test_every_beginning_of_a_sheet_ends_somehow(make: Callable[[Cells], bytes]) -> None:
    data = make(NEAR)
    with Readers(1) as readers:
        for length in range(0, len(data), len(data) // 30):
            assert isinstance(readers.read("a.xls", "", data[:length]), Texts | Skipped | Failed)


def test_blank_cells_that_an_opendocument_sheet_only_counts_keep_the_others_under_their_headings() -> None:
    cell = "<t:table-cell{}><x:p>{}</x:p></t:table-cell>"
    blank = '<t:table-cell t:number-columns-repeated="{}"/>'
    rows = (
        cell.format("", "Name") + blank.format(2) + cell.format("", "Phone") + blank.format(16_380),
        cell.format(' t:number-columns-repeated="3"', "Jo") + cell.format("", "4711") + blank.format("x"),
        blank.format(3) + cell.format("", "4712"),
    )
    body = "".join(f'<t:table-row t:number-rows-repeated="1048576">{row}</t:table-row>' for row in rows)
    content = f'<o:d xmlns:o="urn:o" xmlns:t="urn:t" xmlns:x="urn:x"><t:table>{body}</t:table></o:d>'
    found = made.of("a.ods", made.zipped({"mimetype": "x", "content.xml": content}))
    assert isinstance(found, Texts)
    assert found.pieces[0].text.decode().strip("\n") == "Name\t\t\tPhone\nJo\t\t\t4711\n\t\t\t4712"
