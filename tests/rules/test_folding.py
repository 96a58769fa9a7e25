"""Texts and words as names are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folding import fold, listed, narrow, transcribed


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Müller", "muller"), ("MU\u0308LLER", "muller"), ("Straße", "strasse"), ("Łucja", "lucja"), ("Æther", "aether"),
        ("Nguyễn", "nguyen"), ("İstanbul", "istanbul"), ("Иван", "иван"), ("山田", "山田"), ("plain7", "plain7"),
    ],
)  # fmt: skip
def test_words_are_folded_to_what_people_type_for_them(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_letters_with_dots_are_written_as_two() -> None:
    assert (transcribed("Jörg"), transcribed("Ångström")) == ("joerg", "aangstroem")
    assert listed("Über öfter") == {"uber", "ofter"}


@given(st.text())
def test_a_narrow_text_has_one_byte_for_each_character_and_a_blank_on_either_side(text: str) -> None:
    data = narrow(text)
    assert len(data) == len(text) + 2
    assert (data[:1], data[-1:]) == (b" ", b" ")


@given(st.characters(), st.sampled_from(["", "ü", "“", "œ", "œ\x9c", "Œł", "ł", "\ufffc", "😀"]))
def test_a_character_has_the_same_byte_whatever_stands_beside_it(letter: str, beside: str) -> None:
    assert narrow(letter)[1] == narrow(beside + letter)[-2]


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F), min_size=1))
def test_what_is_ascii_in_a_narrow_word_is_the_word_folded(word: str) -> None:
    data = narrow(word)[1:-1]
    if data.isascii():
        assert data.decode() == fold(word)


def test_every_kind_of_character_has_its_byte() -> None:
    assert narrow("a\u0308ß“–ł_\ufffc山7") == b" a\x9d\xdf  l  \x85" + b"7 "
    assert narrow("“quoted”, ok\ufffc") == b"  quoted   ok  "
    assert narrow("“Œuvre” \x9c cœur") == b"  \x9cuvre    c\x9cur "


LETTERS = st.sampled_from("aE7 -_.üÜßæœŒŁłéñ\u0308\x9c\xa0“”’–…€\u2c61\ufffcИ山😀\n")


@given(st.text(alphabet=LETTERS))
def test_a_text_is_narrow_as_its_characters_are_one_by_one(text: str) -> None:
    assert narrow(text)[1:-1] == b"".join(narrow(letter)[1:-1] for letter in text)
