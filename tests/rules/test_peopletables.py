"""Tables of people, and what their headings are called."""

from __future__ import annotations

import pytest

from rules.model import Kind, Span, SubjectKind
from rules.peopletables import is_column, is_telling, profile_cells
from rules.profilewords import COLUMNS, Column, Telling, column
from tests.rules.test_reading import read
from tests.rules.test_reading_json import doc, table


def cells(body: str, kind: Kind = Kind.STORAGE) -> list[str]:
    return [each.field.text for grid in read(body, kind).tables(is_column) for each in profile_cells(grid)]


def rows(*lines: str) -> str:
    """Return a table whose first line are headings; cells are parted by bars."""
    made = [f"<td>{'</td><td>'.join(line.split('|'))}</td>" for line in lines]
    made[0] = made[0].replace("td>", "th>")
    return f"<table><tr>{'</tr><tr>'.join(made)}</tr></table>"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Phone:", SubjectKind.PHONE),
        ("Phone / Mobile", SubjectKind.PHONE),
        ("* Telefon (dienstlich):", SubjectKind.PHONE),
        ("Vor- und Nachname", None),
        ("Vorname und Nachname", SubjectKind.DISPLAY_NAME),
        ("Date de naissance", SubjectKind.BIRTH_DATE),
        ("Standort", SubjectKind.LOCATION),
        ("Phone, E-mail", None),
        ("Version", None),
        ("", None),
    ],
)
def test_a_heading_says_what_stands_under_it(heading: str, kind: SubjectKind | None) -> None:
    found = column(heading)
    assert (None if found is None else found.kind) is kind


def test_every_word_is_in_lower_case_and_said_once() -> None:
    assert all(word == word.casefold().strip() and word for word in COLUMNS)
    assert COLUMNS["dob"] == Column(SubjectKind.BIRTH_DATE, Telling.SURE)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (rows("Name|Department", "Tilda Bergmann|Coatings"), ["Tilda Bergmann", "Coatings"]),
        (rows("Name|Department", "Tilda van der Berg|Coatings"), ["Tilda van der Berg", "Coatings"]),
        (rows("Name|Department", "Bergmann, Tilda|Coatings", "x|y"), ["Bergmann, Tilda", "Coatings"]),
        (rows("Name|Department", "lens|Coatings"), []),
        (rows("Name|Department", "|Coatings"), []),
        (rows("Name|Location", "Tilda Bergmann|Lund"), []),
        (rows("Name|Birthday", "Tilda|3. Mai"), ["Tilda", "3. Mai"]),
        (rows("E-mail|Department", "t@acme-optics.se|Coatings", "x|y"), ["Coatings"]),
        (rows("E-mail|Location", "t@acme-optics.se|Lund"), []),
        (rows("Department|Location", "Coatings|Lund"), []),
        (rows("Employee", "Tilda"), []),
        (rows("Employee|Website|IM", "Tilda|www.tilda.example|tilda_b"), ["Tilda", "www.tilda.example", "tilda_b"]),
        (rows("Employee|Website|IM|Photo|Phone", "Tilda|none|?|face|12"), ["Tilda"]),
        (rows("Employee|Photo|Phone", "Tilda|faces/t.png|4711"), ["Tilda", "faces/t.png", "4711"]),
        (rows("Employee|Office", f"Tilda|{'long ' * 30}"), ["Tilda"]),
        (rows("Employee|Office", "1234|Lund"), []),
    ],
)
def test_cells_of_people_are_told_from_those_of_things(body: str, found: list[str]) -> None:
    assert [each for each in cells(body) if each not in {"x", "y"}] == found


def test_a_table_inside_a_table_and_a_document_are_read_too() -> None:
    inner = rows("Employee|Office", "Tilda|Lund")
    assert cells(f"<table><tr><td>a{inner}</td></tr></table>") == ["Tilda", "Lund"]
    assert cells("Employee\tOffice\nTilda\tLund\n", Kind.TEXT) == ["Tilda", "Lund"]


def test_a_cell_leads_back_to_its_bytes_whatever_is_in_it() -> None:
    body = rows("Employee|Office", "<p>Til<b>da</b>&nbsp;B </p>|<p> Lund<br/>2 </p>")
    found = [each.field for grid in read(body).tables(is_column) for each in profile_cells(grid)]
    assert [(each.text, each.span().of(body.encode())) for each in found] == [
        ("Tilda B", b"Til<b>da</b>&nbsp;B"),
        ("Lund 2", b"Lund<br/>2"),
    ]
    assert [each.where() for each in found] == ["text()", "text()"]


def test_a_table_without_such_headings_is_passed_over() -> None:
    assert cells(rows("Version|Status", "1|done")) == []
    assert cells(doc(table((("h", "Version"),), (("d", "1"),))).decode(), Kind.ADF) == []
    assert cells("Version;Status\n1;done", Kind.TEXT) == []


def test_a_cell_of_a_document_leads_back_to_its_texts() -> None:
    body = doc(table((("h", "Employee"), ("h", "Office")), (("d", "Tilda"), ("d", " Lund \u00e5 "))))
    found = [each.field for grid in read(body, Kind.ADF).tables(is_column) for each in profile_cells(grid)]
    assert [(each.text, each.span().of(body)) for each in found] == [
        ("Tilda", b"Tilda"),
        ("Lund \u00e5", b"Lund \\u00e5"),
    ]
    assert found[0].where() == "doc/table/tableRow/tableCell"
    assert found[0].span() == Span(body.index(b"Tilda"), body.index(b"Tilda") + 5)


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [("Width", False), ("Name", False), ("Full name", True), ("TELEFON / Mobil:", True), ("", False)],
)
def test_a_heading_that_things_have_too_tells_nothing_of_people(heading: str, is_one: bool) -> None:
    assert is_telling(heading) is is_one
