"""Tables of people, and what their headings are called."""

from __future__ import annotations

import json

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
        (rows("Username|Department", "tbergmann|Coatings", "|none"), ["Coatings"]),
        (rows("Username|Location", "tbergmann|Lund"), []),
        (rows("Name|SSN", "Tilda Bergmann|000-00-0000"), ["Tilda Bergmann"]),
        (rows("Nom|Poste", "Kito Abara|4711", "Ola Nord|opticien"), ["Kito Abara", "4711", "Ola Nord", "opticien"]),
        (rows("First|Last|Tel.", "Tilda|Bergmann|4711"), ["Tilda", "Bergmann", "4711"]),
        (rows("First|Tel.", "Tilda|4711"), []),
    ],
)
def test_cells_of_people_are_told_from_those_of_things(body: str, found: list[str]) -> None:
    assert [each for each in cells(body) if each not in {"x", "y"}] == found


def test_a_name_that_reaches_down_names_all_rows_that_it_stands_in() -> None:
    body = (
        "<table><tr><th>Employee</th><th>Location</th></tr><tr><td rowspan='2'>Tilda</td><td>Lund</td></tr>"
        "<tr><td>Lodi</td></tr><tr><td></td><td>Lugo</td></tr></table>"
    )
    assert cells(body) == ["Tilda", "Lund", "Lodi"]
    one, two = (("h", "Location"), ("h", "Employee")), (("d", "Lund"), ("d", "Tilda"))
    written = doc(table(one, two, (("d", "Lodi"),), rowspan=2)).decode()
    assert cells(written.replace('{"rowspan": 2}', "{}", 3), Kind.ADF) == ["Lund", "Tilda", "Lodi"]
    assert cells(written.replace('{"rowspan": 2}', "{}"), Kind.ADF) == ["Lund", "Tilda"]


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("<td>1</td>", ["Tilda Bergmann", "4711"]),
        ("<th>1</th>", ["Tilda Bergmann", "4711"]),
        ("<td>1</td><td>2</td>", []),
    ],
)
def test_the_number_of_a_row_does_not_hide_its_headings(before: str, found: list[str]) -> None:
    row = before.replace("th>", "td>")
    body = f"<tr>{before}<th>Name</th><th>Tel.</th></tr><tr>{row}<td>Tilda Bergmann</td><td>4711</td></tr>"
    assert cells(f"<table>{body}</table>") == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"userId": "u1", "department": "Coatings", "office": "Lund"}, ["Coatings", "Lund"]),
        ({"userId": "u1", "office": "Lund"}, []),
        ({"name": "Word Document", "extension": "docx"}, []),
        ({"name": "Ola Nord", "extension": "x", "department": "-"}, []),
        ({"name": "Ola Nord", "poste": "opticien"}, ["Ola Nord", "opticien"]),
        ({"name": "build", "location": "eu-west", "position": 3}, []),
        ({"displayName": "Open day", "location": "Hall 3", "phone": "4711"}, []),
        ([{"firstName": "Ola", "position": "Optician"}, {"last_name": "Nord", "mobile": 4711}],
         ["Ola", "Optician", "Nord", "4711"]),
    ],
)  # fmt: skip
def test_an_object_that_describes_a_person_is_a_row(body: object, found: list[str]) -> None:
    assert cells(json.dumps(body), Kind.JSON) == found


def test_a_picture_alone_in_a_cell_is_its_address_or_the_name_of_its_file() -> None:
    shown = '<ac:image ac:alt="x"><ri:attachment ri:version="1" ri:filename="a &amp; b.png"/></ac:image>'
    linked = '<p><ac:image><ri:url ri:value="https://acme-optics.se/t.jpg" /></ac:image></p>'
    body = rows("Employee|Photo", f"Tilda|{shown}", f"Ola|{linked}", f"Kito|{shown} her face", f"Vega|{linked[:16]}")
    found = [each.field for grid in read(body).tables(is_column) for each in profile_cells(grid)]
    pictures = [(each.text, each.span().of(body.encode()), each.where()) for each in found if "." in each.text]
    assert pictures == [
        ("a & b.png", b"a &amp; b.png", "ac:image/ri:attachment/@ri:filename"),
        ("https://acme-optics.se/t.jpg", b"https://acme-optics.se/t.jpg", "ac:image/ri:url/@ri:value"),
    ]


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
