from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from rules.model import Span
from rules.passage import ESCAPES, REPLACEMENT, Passage, character, plain, unescaped


def test_entities_of_every_spelling_become_characters() -> None:
    assert unescaped(b"a&amp;b&#64;&#x40;&eacute;&nbsp;&commat;") == "a&b@@é\xa0@"


def test_an_unknown_entity_stands_for_itself_and_a_bare_ampersand_too() -> None:
    assert unescaped(b"&foo; & &#; &#xZZ;") == "&foo; & &#; &#xZZ;"


def test_numbers_that_are_no_characters_become_the_replacement_character() -> None:
    assert unescaped(b"&#0;&#xD800;&#x110000;&#99999999;") == REPLACEMENT * 4
    assert character(0x41) == "A"


def test_json_escapes_become_characters_and_lone_surrogates_do_not_travel() -> None:
    assert unescaped(rb"\u0040\n\"\\\/\ud83d\ude00\ud800", "json") == f'@\n"\\/😀{REPLACEMENT}'


def test_percent_escapes_count_in_links_only() -> None:
    raw = b"mailto:tilda%40acme&#x2e;se%E9"
    assert Passage(((0, raw),), "xml-url").text == "mailto:tilda@acme.se%E9"
    assert Passage(((0, raw),), "xml").text == "mailto:tilda%40acme.se%E9"


def test_a_place_in_the_text_leads_back_to_its_bytes() -> None:
    text = Passage(((10, b"x&eacute;y"), (30, "zü".encode()), (40, b"\xff!")), "xml")
    assert text.text == f"xéyzü{REPLACEMENT}!"
    assert [text.span(index, index + 1) for index in range(7)] == [
        Span(10, 11), Span(11, 19), Span(19, 20), Span(30, 31), Span(31, 33), Span(40, 41), Span(41, 42),
    ]  # fmt: skip
    assert text.span(0, 7) == Span(10, 42)


def test_places_in_a_long_text_are_counted_whatever_a_character_takes() -> None:
    pieces = [piece.encode() for piece in ("a", "ü", "–", "😀")] + [b"\xff"]
    raw = [pieces[number * number % 7 % 5] for number in range(5000)]
    text = Passage(((3, b"".join(raw)),), "plain")
    ends = list(accumulate(map(len, raw), initial=3))
    at = (0, 1, 1023, 1024, 1025, 2047, 2048, 4998, 4999)
    assert [text.span(index, index + 1) for index in at] == [Span(ends[index], ends[index + 1]) for index in at]
    assert text.span(1000, 5000) == Span(ends[1000], ends[5000])


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert plain(b"a\xffb") == f"a{REPLACEMENT}b"


@given(st.binary(max_size=200), st.sampled_from(["plain", "xml", "xml-url"]))
def test_every_character_of_any_bytes_has_a_place_and_places_never_run_backwards(raw: bytes, escapes: str) -> None:
    text = Passage(((5, raw),), escapes)
    spans = [text.span(index, index + 1) for index in range(len(text.text))]
    assert all(5 <= span.start < span.end <= 5 + len(raw) for span in spans)
    assert all(left == right or left.end <= right.start for left, right in pairwise(spans))
    assert "plain" in ESCAPES


@given(st.text(max_size=60))
def test_plain_text_is_itself(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    assert Passage(((0, raw),), "plain").text == raw.decode()
