"""Names in scripts without blanks between words. All people are invented."""

from __future__ import annotations

import pytest

from rules.directory import WHAT, Directory, Person, is_looked_for
from rules.namescripts import UnspacedNames, unspaced
from rules.namevariants import Form

PEOPLE = (
    Person("\u7530\u4e2d \u592a\u90ce"),  # two characters each
    Person("\uae40\ubbfc\uc218"),  # three in one word
    Person("\u674e \u660e"),  # one each
    Person("Tilda Bergqvist"),
    Person("\u5c71\u53e3\u3000\u82b1\u5b50 (Hanako)"),
)
DIRECTORY = Directory(PEOPLE)


@pytest.mark.parametrize(
    ("text", "found", "form"),
    [
        ("\u7530\u4e2d \u592a\u90ce", "\u7530\u4e2d \u592a\u90ce", Form.FULL),
        ("\u4f1a\u8b70\u306b\u7530\u4e2d\u592a\u90ce\u3055\u3093\u304c", "\u7530\u4e2d\u592a\u90ce", Form.FULL),
        ("\u7530\u4e2d\u3000\u592a\u90ce", "\u7530\u4e2d\u3000\u592a\u90ce", Form.FULL),
        ("\u592a\u90ce \u7530\u4e2d", "\u592a\u90ce \u7530\u4e2d", Form.SWAPPED),
        ("\uae40\ubbfc\uc218\ub294", "\uae40\ubbfc\uc218", Form.FULL),
        ("Tel. \u674e\u660e, \u5317\u4eac", "\u674e\u660e", Form.FULL),
        ("\u674e \u660e", "\u674e \u660e", Form.FULL),
        ("\u5c71\u53e3\u82b1\u5b50", "\u5c71\u53e3\u82b1\u5b50", Form.FULL),
    ],
)
def test_a_name_is_found_in_every_way_of_writing_it(text: str, found: str, form: Form) -> None:
    (hit,) = DIRECTORY.hits(text)
    assert (text[hit.start : hit.end], hit.what) == (found, WHAT[form])


@pytest.mark.parametrize(
    "text",
    [
        "\u592a\u90ce\u7530\u4e2d",  # the other order without a sign
        "\u674e\u660e\u767d",  # a piece of a longer word
        "\u767d\u674e\u660e",
        "\u7530 \u4e2d\u592a\u90ce",  # a blank elsewhere
        "\u7530\u4e2d",
        "plain words",
    ],
)
def test_what_is_another_word_is_no_name(text: str) -> None:
    assert list(DIRECTORY.hits(text)) == []


@pytest.mark.parametrize("display", ["\u660e", "\u674e\u660e", "Tilda", "\u7530\u4e2d Tilda", ""])
def test_short_words_and_other_scripts_are_left_to_others(display: str) -> None:
    assert unspaced(display) is None
    assert not is_looked_for("Tilda")


def test_the_people_of_a_name_are_those_who_have_it() -> None:
    name = unspaced("\u7530\u4e2d \u592a\u90ce")
    names = UnspacedNames([name, None, name])
    assert list(names.find("\u7530\u4e2d\u592a\u90ce\u7530")) == [(0, 4, Form.FULL, (0, 2))]
    assert list(UnspacedNames([None]).find("\u7530\u4e2d\u592a\u90ce")) == []


def test_a_name_that_is_looked_for_is_not_counted_as_passed_over() -> None:
    assert all(is_looked_for(each.name) for each in PEOPLE)
