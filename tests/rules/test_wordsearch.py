"""Where some of many words stand: both engines find the same places."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folding import narrow
from rules.wordsearch import Hyperscan, Index, best, keys_of, word_of

hyperscan = pytest.importorskip("hyperscan", reason="the library is not installed on this machine")
WORDS = ("muller", "strasser", "anne marie", "j li", "li", "aether", "иван", "thoene x", "strassenmass")
KEYS = frozenset(key for word in WORDS for key in keys_of(word))
PIECES = st.sampled_from(
    ["Müller", "müller", "Mu\u0308ller", "Straßer", "anne", "Anne", "marie", "-", " ", "  ", "j", "J.", "Li", "\n", "Æther",
     "Иван", "x", "Þoene", "“", "ł", ",", "7", "\ufffc"]
)  # fmt: skip


class Busy(ModuleType):
    """A library whose scratch space is in use."""

    class error(Exception):  # noqa: N801, N818 - as the library calls it
        """What it raises then."""

    class Database:
        """Searches nothing."""

        def compile(self, **_given: Any) -> None:
            """Take what is given."""

        def scan(self, *_given: Any, **_more: Any) -> None:
            """Refuse."""
            raise Busy.error


def places(engine: Any, text: str) -> list[int]:
    return sorted(set(engine.starts(narrow(text))))


@given(st.lists(PIECES, max_size=30).map("".join))
def test_both_engines_find_the_same_places(text: str) -> None:
    assert places(Hyperscan(hyperscan, KEYS, 0), text) == places(Index(KEYS), text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müller", [1]), ("Mu\u0308ller Mu\u0308ller", [1, 9]), ("Straßer", [1]), ("Æther-Straßenmaß Strassenmass", [1, 7, 18]), ("Anne-Marie Anne  Marie Anne", [1, 12]),
        ("J. Li", [1, 4]), ("Mullerin", []), ("", []), ("Æther aether", [1, 7]),
    ],
)  # fmt: skip
def test_words_are_found_as_wholes_in_every_spelling(text: str, found: Sequence[int]) -> None:
    assert places(Index(KEYS), text) == found
    assert places(Hyperscan(hyperscan, KEYS, 0), text) == found


def test_the_library_is_asked_once_it_is_worth_it_and_never_where_it_is_busy() -> None:
    late = Hyperscan(hyperscan, KEYS, 20)
    assert [places(late, "Müller") for _ in range(4)] == [[1]] * 4
    assert places(Hyperscan(Busy("busy"), KEYS, 0), "Müller") == [1]
    assert places(best(KEYS), "Müller") == [*places(best(frozenset()), "Müller"), 1]


def test_without_the_library_the_index_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert isinstance(best(KEYS), Index)


def test_a_word_is_folded_from_the_text_where_its_bytes_do_not_say_all() -> None:
    text = "Иван Müller"
    data = narrow(text)
    assert (word_of(text, data, 1, 5), word_of(text, data, 6, 12)) == ("иван", "muller")
    assert word_of("a" * 101, narrow("a" * 101), 1, 102) == ""
