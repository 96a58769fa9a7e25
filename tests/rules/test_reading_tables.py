"""Headings of cells, in bodies and in lines of text, and the fields of people that tables hold."""

from __future__ import annotations

import pytest

from rules.headings import Cell, headings
from rules.model import Kind
from rules.reading import Place
from tests.rules.test_reading import read

HEAD = "<tr><th>Name</th><th>Phone</th></tr>"


def header(body: str, value: str, kind: Kind = Kind.STORAGE) -> str:
    found = read(body, kind)
    return found.around(found.text.index(value)).header


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (f"<table>{HEAD}<tr><td>a</td><td>VAL</td></tr></table>", "Phone"),
        ("<table><tr><th>Name</th><td>a</td><th>Phone</th><td>VAL</td></tr></table>", "Phone"),
        (f"<table>{HEAD}<tr><th>Tilda</th><td>VAL</td></tr></table>", "Phone Tilda"),
        ('<table><tr><th colspan="2">Office</th></tr><tr><td>1</td><td>VAL</td></tr></table>', "Office"),
        ('<table><tr><th rowspan="2">A</th><th>B</th></tr><tr><td>VAL</td></tr></table>', "B"),
        ('<table><tr><th>A</th><th>B</th></tr><tr><td colspan="2">VAL</td></tr></table>', "A B"),
        ("<table><tr><td>Name</td><td>Phone</td></tr><tr><td>T</td><td>VAL 1</td></tr></table>", "Phone T"),
        ("<table><tr><td>Name</td><td>1</td></tr><tr><td>Phone</td><td>VAL</td></tr></table>", "Phone"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>VAL</td></tr></table>", ""),
        ("<table><tr><th>Phone</th></tr><tr><td><b>VAL</b></td></tr></table>", "Phone"),
        (
            "<table><tr><th>A</th></tr><tr><td>b<table><tr><th>C</th></tr><tr><td>VAL</td></tr></table></td></tr></table>",
            "C",
        ),
        ("<table><tr><th>A</th></tr><tr><td>b<table></table>VAL</td></tr></table>", "A"),
        ("<table><td>x<table>VAL</table></td></table>", ""),
        ("<table><td><!-- <td> -->x</td></table>VAL", ""),
        ("<td>x</td>VAL", ""),
        (f"<table>{HEAD}<tr><td>a<td>VAL", "Phone"),
        ("<table>" * 30 + "<tr><td>VAL", ""),
    ],
)
def test_a_cell_knows_the_headings_of_its_column_and_its_row(body: str, wanted: str) -> None:
    assert header(body, "VAL") == wanted


def test_in_page_properties_the_first_column_names_the_values() -> None:
    table = "<table><tr><td>Phone 1</td><td>VAL</td><td>x</td></tr></table>"
    macro = '<ac:structured-macro ac:name="details"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
    assert header(macro.format(table), "VAL") == "Phone 1"
    assert header(table, "VAL") == ""


def test_cells_that_reach_down_push_others_aside_as_far_as_tables_are_wide() -> None:
    tall = Cell("x", height=3)
    rows = [[Cell("A", True), Cell("B", True)], [tall, Cell("1")], [Cell("2")], [Cell("3")], [Cell("4"), Cell("5")]]
    assert [[str(head) for head in row] for row in headings(rows)] == [
        ["", ""], ["A", "B"], ["B"], ["B"], ["A", "B"],
    ]  # fmt: skip
    wide = [[Cell("x", width=9999, height=2) for _ in range(4)], [Cell("y")]]
    assert [len(row) for row in headings(wide)] == [4, 1]


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("Name;Phone\nTilda;4711\n", "4711", "Phone Tilda"),
        ("Contacts\t\nName\tPhone\nTilda\t4711", "4711", "Phone Tilda"),
        ("| Name | Phone |\n| --- | --- |\n| Tilda | 4711 |", "4711", "Phone"),
        ('"Name, first",Phone,City\n"Bergmann, Tilda",4711,Lund', "4711", "Phone"),
        ('Name,Phone\nOla,1\n"Bergmann, Tilda 4711', "4711", "Name"),
        ("Phone\t4711", "4711", "Phone"),
        ("a\n\nName;Phone;City\nTilda;4711;", "4711", "Phone"),
        ("Name;Phone\n1;2;4711", "4711", ""),
        ("Hello, Tilda\nthis is 4711", "4711", ""),
        ("x" * 9000 + "\t4711", "4711", ""),
        (
            ";".join(f"column {chr(97 + at % 26)}" for at in range(900)) + ";Phone\n" + "0;" * 900 + "4711",
            "4711",
            "Phone",
        ),
        ("Name,City,Phone\n" + "a" * 5000 + ',"b, c",4711', "4711", "Phone"),
        ("Name;Phone\nTilda;1\nOla;2;3;4711", "4711", ""),
    ],
)
def test_lines_are_tables_where_a_line_of_headings_says_so(text: str, value: str, wanted: str) -> None:
    assert header(text, value, Kind.TEXT) == wanted
    assert read(text, Kind.TEXT).around(0).place is Place.PROSE


def test_each_field_of_a_line_has_its_own_bytes_be_it_written_twice_or_with_a_border_in_quotes() -> None:
    data = 'Name,Team,Phone\nOla,Ola,4711\n"Nord, Kito",Grinding,4712\n'
    fields = [field for grid in read(data, Kind.TEXT).tables(bool) for row in grid for field in row]
    assert [field.text for field in fields] == ["Ola", "Ola", "4711", "Nord, Kito", "Grinding", "4712"]
    assert [field.span().of(data.encode()).decode() for field in fields] == [field.text for field in fields]


def test_values_of_one_long_line_are_found_in_one_look_at_it() -> None:
    found = read("Name;Phone\n" + "a;1;" * 50_000, Kind.TEXT)
    lines = {found._line(at) for at in range(11, len(found.text), 997)}  # type: ignore[attr-defined]
    assert lines == {(11, len(found.text))}
