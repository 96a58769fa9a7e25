"""Readable text of stored JSON and of documents."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Kind, Span
from rules.reading import MENTION, Place
from tests.rules.test_reading import read, seen, under


def doc(*content: object) -> bytes:
    return json.dumps({"type": "doc", "version": 1, "content": content}).encode()


def para(*content: object) -> dict[str, object]:
    return {"type": "paragraph", "content": content}


def text(value: str, *marks: object) -> dict[str, object]:
    return {"type": "text", "text": value, "marks": marks}


def table(*rows: tuple[tuple[str, str], ...], **attrs: int) -> dict[str, object]:
    kinds = {"h": "tableHeader", "d": "tableCell"}
    cells = [
        [{"type": kinds[kind], "attrs": attrs, "content": [para(text(value))]} for kind, value in row] for row in rows
    ]
    return {"type": "table", "content": [{"type": "tableRow", "content": row} for row in cells]}


def test_every_string_is_a_line_and_its_keys_are_its_heading() -> None:
    data = {"owner": {"phone": "+49 170", "tags": ["x"]}, "n": 12345678, "short": 12, "a b": None, "k": ""}
    found = read(json.dumps(data), Kind.JSON)
    assert found.text.splitlines() == ["+49 170", "x", "12345678", "a b"]
    arounds = [found.around(found.text.index(each)) for each in ("+49", "x", "1234", "a b")]
    assert [(each.place, each.header, each.where) for each in arounds] == [
        (Place.VALUE, "owner phone", "owner.phone"),
        (Place.VALUE, "owner tags", "owner.*[0]"),
        (Place.VALUE, "n", "*"),
        (Place.VALUE, "", "*/key"),
    ]


def test_an_object_with_a_wanted_key_is_a_row_of_its_texts_and_numbers() -> None:
    data = b'[{"fullName":"Tilda  B","work_phone":4711,"on":true,"tags":["x"],"at":{"Version":"1"}},{"full.n":""}]'
    found = [each for ((*row,),) in read(data, Kind.JSON).tables("full Name".__eq__) for each in row]
    assert [(each.text, each.heads.before, each.where(), each.span().of(data)) for each in found] == [
        ("Tilda B", "full Name", "[0].*", b"Tilda  B"),
        ("4711", "work phone", "[0].*", b"4711"),
    ]
    assert [len(row) for grid in read(b'{"a":{"Name":"b"}}', Kind.JSON).tables("Name".__eq__) for row in grid] == [1]
    assert tuple(read(data, Kind.JSON).tables("none".__eq__)) == ()
    assert tuple(read(b'{"Name":"x', Kind.JSON).tables("Name".__eq__)) == ()


def test_json_that_cannot_be_read_as_a_tree_is_read_by_its_strings() -> None:
    found = read(b'{"a":"x1" "b":"y', Kind.JSON)
    assert found.text == "x1\ny\n"
    assert (found.around(0).header, found.around(0).where) == ("", "")


@pytest.mark.parametrize(
    ("value", "line", "raw"),
    [
        ("<p>17<b>0</b>1</p>", "1701", "17<b>0</b>1"),
        ("<p>a&nbsp;b &lt; c</p>", "a\xa0b < c", "a&nbsp;b &lt; c"),
        ("<p>a&#92;b</p>", "a\\b", "a&#92;b"),
        ('<a href="tel:123">x</a>', "tel:123", "tel:123"),
        ("<p>a</p><p>b</p>", "b", "b"),
        ("a < b </p", "a < b </p", "a < b </p"),
        ("a </x> b", "a </x> b", "a </x> b"),
    ],
)
def test_markup_in_a_string_is_taken_out(value: str, line: str, raw: str) -> None:
    data = json.dumps({"html": value})
    assert line in read(data, Kind.JSON).text.splitlines()
    assert under(data, line, Kind.JSON) == raw.encode()
    assert line in read(data.replace("</", "<\\/"), Kind.JSON).text.replace("<\\/", "</").splitlines()


def test_what_is_looked_at_by_itself_is_no_text_of_the_value_around() -> None:
    body = {"body": {"value": '<ri:user ri:username="x"/>1234', "representation": "storage"}, "title": "t"}
    assert read(json.dumps(body), Kind.JSON).text == "storage\nt\n"
    inner = json.dumps({"type": "doc", "content": [para(text("deep"))]})
    outer = doc({"type": "extension", "attrs": {"extensionKey": "x", "parameters": {"doc": inner, "a": "b"}}})
    assert read(outer, Kind.ADF).text == "b"


def test_texts_of_a_paragraph_stand_together_whatever_marks_them() -> None:
    link = {"type": "link", "attrs": {"href": "tel:17", "title": "call"}}
    data = doc(para(text("17"), text("01", {"type": "strong"}), text("23", link, "broken")), para(text("b")))
    assert read(data, Kind.ADF).text == "170123\ntel:17\ncall\nb"
    found = read(data, Kind.ADF)
    assert [found.around(found.text.index(each)).place for each in ("1701", "tel", "call")] == [
        Place.PROSE, Place.LINK, Place.ATTRIBUTE,
    ]  # fmt: skip
    assert found.around(0).where == "doc/paragraph/text"


def test_inline_nodes_are_read_as_they_are_shown() -> None:
    data = doc(
        para(
            text("a "),
            {"type": "mention", "attrs": {"id": "5d41", "text": "@x"}},
            {"type": "date", "attrs": {"timestamp": "326160000000"}},
            {"type": "status", "attrs": {"text": "done"}},
            {"type": "emoji", "attrs": {"shortName": ":x:"}},
            {"type": "hardBreak"},
            text("code", {"type": "code"}),
            {"type": "inlineCard", "attrs": {"url": "https://a.se"}},
        ),
        {"type": "codeBlock", "content": [text("x\ny")]},
        {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"alt": "face"}}]},
    )
    found = read(data, Kind.ADF)
    assert found.text.splitlines() == [f"a {MENTION}1980-05-03done", "code", "https://a.se", "x", "y", "face"]
    places = [found.around(found.text.index(each)).place for each in ("a ", "code", "https", "y", "face")]
    assert places == [Place.PROSE, Place.CODE, Place.LINK, Place.CODE, Place.ATTRIBUTE]


@pytest.mark.parametrize("stamp", [None, "x", "-", "99999999999999999", 5])
def test_what_is_no_date_is_not_shown(stamp: object) -> None:
    assert read(doc(para({"type": "date", "attrs": {"timestamp": stamp}}, text("a"))), Kind.ADF).text == "a"


def test_parameters_of_extensions_have_their_names() -> None:
    parameters = {"macroParams": {"contact": {"value": "Tilda"}}, "empty": {}}
    data = doc({"type": "extension", "attrs": {"extensionKey": "x", "parameters": parameters}})
    found = read(data, Kind.ADF)
    assert found.text == "Tilda"
    around = found.around(0)
    assert (around.place, around.header, around.where) == (Place.ATTRIBUTE, "contact value", "doc/extension")


def test_a_text_of_nothing_but_a_blank_parts_the_words_around_it() -> None:
    data = doc(table((("h", "Name"),), (("d", "x"),)), para(text("Tilda"), text(" "), text("Bergmann"), text("")))
    assert read(data, Kind.ADF).text == "Name\nx\nTilda Bergmann"


def test_cells_know_their_headings() -> None:
    data = doc(table((("h", "Name"), ("h", "Phone")), (("d", "Tilda"), ("d", "4711"))), para(text("b")))
    found = read(data, Kind.ADF)
    assert found.text == "Name\tPhone\nTilda\t4711\nb"
    assert found.around(found.text.index("4711")).header == "Phone"
    wide = read(doc(table((("h", "A"),), (("d", "b"),), colspan=2, rowspan=1)), Kind.ADF)
    assert wide.around(wide.text.index("b")).header == "A"


def test_the_first_column_of_page_properties_names_the_values() -> None:
    rows = table((("d", "Step 1"), ("d", "Ola 2")), (("d", "Phone 2"), ("d", "4711")))
    data = doc({"type": "bodiedExtension", "attrs": {"extensionKey": "details"}, "content": [rows]})
    found = read(data, Kind.ADF)
    assert found.around(found.text.index("4711")).header == "Phone 2"
    assert read(doc(rows), Kind.ADF).around(found.text.index("4711")).header == ""


def test_a_long_cell_is_no_heading_beyond_its_beginning() -> None:
    data = doc(table((("h", "w " * 90), ("h", "x")), (("d", "1"), ("d", "2"))))
    found = read(data, Kind.ADF)
    assert found.around(found.text.index("1")).header == " ".join(["w"] * 90)


@pytest.mark.parametrize(
    "tree",
    [
        {"type": "table", "content": ["x", {"type": "tableRow"}]},
        {"type": "table", "content": "x"},
        {"type": "paragraph", "content": [{"type": "text"}, {"type": "text", "text": 5}]},
        {"type": "extension", "attrs": "x"},
        [],
        "x",
    ],
)
def test_a_document_of_another_shape_has_no_text(tree: object) -> None:
    assert read(json.dumps(tree), Kind.ADF).text == ""


def test_a_document_that_is_no_json_has_no_text() -> None:
    assert read(b"{", Kind.ADF).text == ""
    assert tuple(read(b"{", Kind.ADF).tables(bool)) == ()


LETTERS = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\x85\u2028\u2029" + MENTION), min_size=1, max_size=8
).filter(lambda value: "<ri:user" not in value)
"""What is no part inside the part: such a part is read by itself."""


@given(st.lists(LETTERS, min_size=1, max_size=5), st.booleans(), st.sampled_from([Kind.JSON, Kind.ADF]))
def test_every_character_of_a_value_has_the_bytes_that_say_it(values: list[str], plain: bool, kind: Kind) -> None:
    tree = values if kind is Kind.JSON else {"type": "doc", "content": [para(*map(text, values))]}
    data = json.dumps(tree, ensure_ascii=plain).encode()
    found = read(data, kind)
    wanted = "".join(values) if kind is Kind.ADF else "\n".join(values)
    assert found.text.rstrip("\n") == seen(wanted).rstrip("\n")
    spans: list[Span] = []
    for at, letter in enumerate(found.text.rstrip("\n")):
        if letter != "\n":
            spans.append(found.span(at, at + 1))
            assert json.loads(b'"' + spans[-1].of(data) + b'"') == letter
    assert all(left.end <= right.start for left, right in pairwise(spans))
    if spans and kind is Kind.ADF:
        assert found.span(0, len(spans)) == Span(spans[0].start, spans[-1].end)
