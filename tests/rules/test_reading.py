"""Readable text of any part: what it says, where each character stands, and that both ways to make it agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Kind, ObjectType, Part, Ref
from rules.reading import MENTION, Place, Reading, reading
from rules.readingstorage import StorageReading
from rules.reduced import UNSEEN
from rules.view import View

TAGS = ("<b>", "</b>", '<span class="x">', "</span>", "<em>", "</em>", "<u>", "</u>", "<wbr/>")
ENTITIES = ("&amp;", "&lt;", "&gt;", "&nbsp;", "&eacute;", "&#43;", "&#x2B;", "&unknown;", "&", "&shy;", "&quot;")


def read(data: bytes | str, kind: Kind = Kind.STORAGE) -> Reading:
    raw = data if isinstance(data, bytes) else data.encode()
    return reading(View(Part(Ref(ObjectType.PAGE, "1"), "body", kind, raw)))


def under(data: bytes | str, value: str, kind: Kind = Kind.STORAGE) -> bytes:
    """Return the bytes under the first place of a value in the text of a part."""
    raw = data if isinstance(data, bytes) else data.encode()
    found = read(raw, kind)
    start = found.text.index(value)
    return found.span(start, start + len(value)).of(raw)


def seen(text: str) -> str:
    return "".join(letter for letter in text if letter not in UNSEEN)


@pytest.mark.parametrize(
    ("body", "value", "raw"),
    [
        ("<p>+49 <strong>170</strong>12<em>3</em></p>", "170123", "170</strong>12<em>3"),
        ("<p>+49&nbsp;170</p>", "+49\xa0170", "+49&nbsp;170"),
        ("<p>17&shy;01\u200b23</p>", "170123", "17&shy;01\u200b23"),
        ('<p>a <ri:user ri:account-id="5d41"/>b</p>', f"{MENTION}b", '<ri:user ri:account-id="5d41"/>b'),
        ("<p>a&eacute;\u00e9b</p>", "\u00e9\u00e9", "&eacute;\u00e9"),
        ('<p><time datetime="1980-05-03" /></p>', "1980-05-03", "1980-05-03"),
        ("<pre>one\ntwo</pre>", "one\ntwo", "one\ntwo"),
        ("<p>one\n\ttwo</p>", "one  two", "one\n\ttwo"),
        ('<a href="tel:%2B49%20170">x</a>', "+49 170", "%2B49%20170"),
        ('<a href="https://a.se/%2B49">x</a>', "https://a.se/%2B49", "https://a.se/%2B49"),
        ('<ac:image ac:alt="Tilda &amp; Ola"/>', "Tilda & Ola", "Tilda &amp; Ola"),
        ("<ac:image ac:alt='a>b'/><p title=\"x\">y</p>", "a>b", "a>b"),
        ('<a href="x" title="a>b">17</a>0', "170", "17</a>0"),
        ("<!-- Tilda\nBergmann -->", "Tilda\nBergmann", "Tilda\nBergmann"),
        ("<b><![CDATA[a &amp; b]]></b>c", "a &amp; bc", "a &amp; b]]></b>c"),
        ("a<?x y?>b", "ab", "a<?x y?>b"),
        ("<p>a</p>\x0c<p>b</p>", "a\n\x0c\nb", "a</p>\x0c<p>b"),
        ("<td>a</td>\x0c<td>b</td>", "a\n\x0c\nb", "a</td>\x0c<td>b"),
    ],
)
def test_a_value_stands_together_in_the_text_and_leads_back_to_its_bytes(body: str, value: str, raw: str) -> None:
    assert under(body, value) == raw.encode()


def test_blocks_end_lines_and_cells_of_a_row_are_parted_by_tabs() -> None:
    row = "<tr><td><p>a</p></td>\n <td><div class='x'><p>b</p></div></td><th>c</th></tr>"
    assert [line for line in read(f"<h1>t</h1><table>{row}</table><p>d<br/>e</p>").text.split("\n") if line] == [
        "t", "a\tb\tc", "d", "e",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "value", "place", "header", "where"),
    [
        ("<p>a</p>", "a", Place.PROSE, "", "text()"),
        ("<p><code>a</code></p>", "a", Place.CODE, "", "text()"),
        ("<pre>a</pre>", "a", Place.CODE, "", "text()"),
        ("<!-- a -->", "a", Place.CODE, "", "comment"),
        ("<p title='a'/>", "a", Place.ATTRIBUTE, "title", "@title"),
        ("<p><a href='a'/></p>", "a", Place.LINK, "", "@href"),
        ('<ri:page ri:content-title="a"/>', "a", Place.ATTRIBUTE, "ri:content-title", "ri:page/@ri:content-title"),
        (
            '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">a</ac:parameter></ac:structured-macro>',
            "a", Place.ATTRIBUTE, "key", "macro[jira]/parameter[key]/text()",
        ),
        (
            '<ac:macro ac:name="code"><ac:plain-text-body><![CDATA[a]]></ac:plain-text-body></ac:macro>',
            "a", Place.CODE, "", "macro[code]/ac:plain-text-body/cdata",
        ),
        (
            "<ac:link><ac:plain-text-link-body><![CDATA[a]]></ac:plain-text-link-body></ac:link>",
            "a", Place.PROSE, "", "ac:link/ac:plain-text-link-body/cdata",
        ),
    ],
)  # fmt: skip
def test_the_place_of_a_value_is_told(body: str, value: str, place: Place, header: str, where: str) -> None:
    found = read(body)
    around = found.around(found.text.index(value))
    assert (around.place, around.header, around.where) == (place, header, where)


def test_a_body_cut_from_an_export_is_read_as_it_stands_on_the_site() -> None:
    body = (
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a[b[0]] > 1]] ></ac:plain-text-body>'
        "</ac:structured-macro><p>17<b>0</b></p>"
    )
    assert "170" in read(body).text
    assert "a[b[0]] > 1" in read(body).text


def test_a_block_is_a_line_and_is_cut_where_it_is_very_long() -> None:
    found = read("<p>abc</p><p>def</p>")
    start, end = found.around(found.text.index("e")).block
    assert found.text[start:end] == "def"
    assert read("x" * 9000).around(4500).block == (2500, 6500)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<p>a < b</p><p>c > d</p>", "b"),
        ("<p>a<b>b", "ab"),
        ("</td><td>a", "a"),
        ("<p <p>a</p>", "a"),
        ("<p 'x>a", "a"),
        ('<a href="" title="ab">', "ab"),
        ('<time datetime="ab" <time datetime="ab">', "ab"),
        ("<![CDATA[ab", "ab"),
        ("<!-- ab", "ab"),
        ("<pre>ab", "ab"),
        ("&am<b>p;</b>", "&"),
        ('href="a" <p href="ab">', "ab"),
        ("<p>\xff".encode("latin-1").decode("latin-1") + "ab", "ab"),
    ],
)
def test_a_broken_body_is_read_as_far_as_it_goes(body: str, value: str) -> None:
    raw = body.encode("latin-1")
    found = read(raw)
    assert value in found.text
    start = found.text.index(value)
    assert found.span(start, start + len(value)).end <= len(raw)
    assert found.around(start).block[0] <= start


def test_bytes_that_are_no_text_have_places_too() -> None:
    assert under(b"<p>a\xffb&amp;c</p>", "\N{REPLACEMENT CHARACTER}b&c") == b"\xffb&amp;c"


PIECES = st.one_of(
    st.sampled_from(TAGS),
    st.sampled_from([each for each in ENTITIES if each != "&unknown;"]),
    st.text(st.characters(codec="utf-8", exclude_characters="<>&\x00\x01\t\n\r" + MENTION), max_size=6),
    st.sampled_from(("0170", "\u00ad", "\u200b", "12")),
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.data())
def test_the_bytes_under_any_piece_of_a_line_are_its_characters(pieces: list[str], data: st.DataObject) -> None:
    body = f"<p>{''.join(pieces)}</p>".encode()
    found = read(body)
    line = found.text.strip("\n")
    first = found.text.index(line)
    if not line:
        return
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    raw = found.span(first + start, first + end).of(body).decode()
    for tag in TAGS:
        raw = raw.replace(tag, "")
    assert seen(read(f"<p>{raw}</p>").text.strip("\n ")) == line[start:end].strip("\n ")  # blanks alone are no text
    assert line[start:end] == seen(line[start:end])


MARKUP = st.lists(
    st.sampled_from(
        (
            *TAGS, *ENTITIES, "<p>", "</p>", "<td>", "</td>", " </td> <td>", '<ri:user ri:username="x"/>', "<time ",
            'datetime="1980-05-03"', "/>", ">", "<", '"', "'", "=", "<![CDATA[", "]]>", "<!--", "-->", "<pre>", "</pre>",
            ' href="', "tel:%2B", "<a ", "a", "b ", "\n", "\u00ad", "\u00e9", "<div>", "</div>", "<table>", "</table>",
            "<tr>", "<th>", "]] >", "<ac:parameter ac:name='x'>", "</ac:parameter>", "17",
        )
    ),
    max_size=25,
)  # fmt: skip


def places(data: bytes, kind: Kind) -> None:
    """Every character has a place inside the part, and its surroundings; the text of both readings is the same."""
    found = read(data, kind)
    if isinstance(found, StorageReading):
        exact = (found._locate(each)._passage.text for each in found._pieces)
        assert found.text == "".join(map(seen, exact))
    for at in range(len(found.text)):
        span = found.span(at, at + 1)
        assert 0 <= span.start < span.end <= len(data) + 1
        start, end = found.around(at).block
        assert start <= at <= end
    for grid in found.tables(bool):
        for field in (field for row in grid for field in row if field.text):
            assert field.span().end <= len(data)
            assert isinstance(field.where(), str)


@given(MARKUP)
def test_any_body_has_a_text_whose_characters_all_have_places(pieces: list[str]) -> None:
    places("".join(pieces).encode(), Kind.STORAGE)


@given(st.binary(max_size=60), st.sampled_from([Kind.STORAGE, Kind.TEXT, Kind.JSON, Kind.ADF]))
def test_any_bytes_have_a_text_whose_characters_all_have_places(data: bytes, kind: Kind) -> None:
    places(data, kind)
