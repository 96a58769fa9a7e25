from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detecting import Engine, Expressions, Finder, Hyperscan, best
from rules.detectors import load
from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.subjects import SubjectKind

hyperscan = import_module("hyperscan") if find_spec("hyperscan") else None
needs_hyperscan = pytest.mark.skipif(
    hyperscan is None, reason="hyperscan is not installed: it has no wheel for this machine"
)


def with_hyperscan(expressions: Sequence[bytes]) -> Engine:
    """Return the faster engine, the other one where the library is missing: then there is nothing to compare."""
    return Expressions(expressions) if hyperscan is None else Hyperscan(hyperscan, expressions, after=0)


def hit(start: int, end: int, value: str) -> Hit:
    return Hit(start, end, value, SubjectKind.CUSTOM, "number", Confidence.HIGH)


class Digits:
    """A detector of numbers with three digits that writes down which windows it was asked about."""

    def __init__(self, before: int = 4, after: int = 1, expression: bytes = rb"[0-9]{3}[^0-9]") -> None:
        self.asked: list[tuple[int, int]] = []
        self.detector = Detector("digits", (Anchor(expression, before, after),), self.find)

    def find(self, text: str, start: int, end: int) -> Iterator[Hit]:
        self.asked.append((start, end))
        for found in re.compile(r"[0-9]{3}").finditer(text, max(0, start - 20), end + 20):
            yield hit(*found.span(), found[0])


def places(found: Sequence[tuple[Detector, Hit]]) -> list[tuple[str, int, int]]:
    return [(detector.rule, each.start, each.end) for detector, each in found]


def test_a_detector_is_asked_about_the_windows_of_its_anchors_only() -> None:
    digits = Digits()
    found = Finder((digits.detector,)).hits("a" * 50 + " 123 " + "b" * 50 + " 456 " + "c" * 50)
    assert [each.value for _, each in found] == ["123", "456"]
    assert digits.asked == [(51, 56), (106, 111)]


def test_windows_that_touch_are_one_and_a_hit_outside_of_its_window_is_dropped() -> None:
    digits = Digits()
    found = Finder((digits.detector,)).hits("123 456 78 901x 23456 789")
    assert [each.value for _, each in found] == ["123", "456", "901", "789"]
    assert digits.asked == [(0, 9), (11, 16), (18, 25)]


def test_offsets_are_characters_whatever_stands_before() -> None:
    text = "\u00fc\u20ac\U0001f600 123\u00fc 456"
    digits = Digits(before=5, after=1)
    assert [text[each.start : each.end] for _, each in Finder((digits.detector,)).hits(text)] == ["123", "456"]
    assert digits.asked == [(3, 12)]


def test_a_window_that_begins_or_ends_within_a_character_holds_it_whole() -> None:
    text = "\u20ac123\u20ac..."
    digits = Digits(before=6, after=0)
    assert [each.value for _, each in Finder((digits.detector,)).hits(text)] == ["123"]
    assert digits.asked == [(0, 5)]


def test_equal_anchors_of_several_detectors_are_searched_for_once() -> None:
    searched: list[Sequence[bytes]] = []

    def engine(expressions: Sequence[bytes]) -> Engine:
        searched.append(expressions)
        return Expressions(expressions)

    one, other, third = Digits(), Digits(before=5), Digits(expression=rb"\b[0-9]{3}\b")
    finder = Finder((one.detector, other.detector, third.detector), engine)
    assert searched == [(), (rb"[0-9]{3}[^0-9]", rb"\b[0-9]{3}\b")]
    assert len(finder.hits(" 123 ")) == 3
    assert (one.asked, other.asked, third.asked) == ([(1, 5)], [(0, 5)], [(0, 5)])


def test_a_detector_that_reads_everything_gets_the_text_and_no_windows() -> None:
    def names(text: str) -> Iterator[Hit]:
        yield hit(text.index("Ada"), text.index("Ada") + 3, "Ada")

    whole = Detector("names", (Anchor(rb"x", 1),), Digits().find, whole=names)
    digits = Digits().detector
    assert places(Finder((whole, digits)).hits("x 123 Ada")) == [("digits", 2, 5), ("names", 6, 9)]


def test_where_nothing_can_be_nobody_is_asked() -> None:
    digits = Digits()
    assert Finder((digits.detector,)).hits("nothing at all") == ()
    assert Finder(()).hits("123") == ()
    assert digits.asked == []


def test_the_end_of_the_text_counts_as_a_line_break() -> None:
    assert [each.end for _, each in Finder((Digits().detector,)).hits("x123")] == [4]
    assert [each.end for _, each in Finder((Digits().detector,)).hits("x123\n")] == [4]


def test_a_lone_surrogate_is_a_character_like_others() -> None:
    assert [each.start for _, each in Finder((Digits().detector,)).hits("\ud800 123")] == [2]


GENERAL = (rb"[0-9]{3}[^0-9]", rb"\b[0-9](?:[ -]?[0-9]){3,6}\b", rb"(?i)tel\.?", rb"[a-z\x80-\xff]@[a-z]", rb"a\sb")
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "123",
                " ",
                "12 34 56",
                "-",
                "tel.",
                "Tel",
                "@",
                "a",
                "a b",
                "a\x0bb",
                "\n",
                "\t",
                "\u00fc",
                "+49 30 ",
                "(at)",
            ]
        ),
        st.text(max_size=4),
        st.sampled_from(["ada@acme-optics.se", "IBAN DE", "DE89 3704", "4111 1111 1111 1111", "192.0.2.17", "::1"]),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200)
@given(TEXTS)
def test_both_engines_lead_to_the_same_ends(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass") + b"\n"
    ends = [
        {GENERAL[number]: sorted(set(found)) for number, found in engine(GENERAL).ends(data).items()}
        for engine in (Expressions, with_hyperscan)
    ]
    fixed = [each.copy() for each in ends]
    for each in fixed:
        each.pop(GENERAL[1], None)  # ends wherever a word does
        each.pop(GENERAL[2], None)
    assert fixed[0] == fixed[1]
    assert all(set(ends[0].get(each, ())) <= set(ends[1].get(each, ())) for each in GENERAL)


@pytest.fixture(scope="module")
def both() -> tuple[Finder, Finder]:
    """Return the search for all detectors with either engine."""
    detectors = load(frozenset({"DE", "GB"}))
    return Finder(detectors, Expressions), Finder(detectors, with_hyperscan)


@settings(max_examples=150)
@given(text=TEXTS)
def test_both_engines_lead_to_the_same_hits_of_all_detectors(both: tuple[Finder, Finder], text: str) -> None:
    slow, fast = (each.hits(text) for each in both)
    assert slow == fast


def test_an_engine_that_is_busy_leaves_the_search_to_the_other() -> None:
    class BusyError(Exception):
        pass

    class Database:
        def compile(self, **_: object) -> None:
            pass

        def scan(self, *_: object, **__: object) -> None:
            raise BusyError

    library = SimpleNamespace(Database=Database, error=BusyError)
    assert Hyperscan(library, [b"b"], after=0).ends(b"abba") == {0: [2, 3]}  # type: ignore[arg-type]  # a stand-in


@needs_hyperscan
def test_nothing_is_compiled_for_a_few_bytes_and_the_answer_stays_the_same() -> None:
    assert hyperscan is not None
    engine = Hyperscan(hyperscan, [b"b", b"c"], after=6)
    assert [defaultdict(list, engine.ends(b"abba")) for _ in range(3)] == [{0: [2, 3]}] * 3


@needs_hyperscan
def test_the_library_is_used_where_it_is_installed() -> None:
    assert isinstance(best((b"user",)), Hyperscan)
    assert isinstance(best(()), Expressions)


def test_without_the_library_the_expressions_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert isinstance(best((b"user",)), Expressions)


def _sure_of(confidence: Confidence | None, doubt: str = "") -> Detector:
    """Return a detector of two letters with six digits that is asked first."""

    def find(text: str, start: int, end: int) -> Iterator[Hit]:
        for found in re.compile("[A-Z]{2}[0-9 ]{7}").finditer(text, start, end):
            yield Hit(*found.span(), found[0], SubjectKind.CUSTOM, "code", confidence, doubt=doubt)

    return Detector("code", (Anchor(rb"\b[A-Z]{2}[0-9 ]{7}\b", before=9),), find, first=True)


@pytest.mark.parametrize("before", ["", "\u00fc\u20ac ", "AB123 456 \u00fc "])
def test_what_ends_inside_a_sure_number_is_no_number_of_another_kind(before: str) -> None:
    text = f"{before}XY123 456, 789 and \u00e9 XY987 654 321"
    digits = Digits()
    found = Finder((digits.detector, _sure_of(Confidence.HIGH))).hits(text)
    assert [each.value for _, each in found if each.value.isdigit()] == ["789", "321"]
    assert [each.value for _, each in found if not each.value.isdigit()][-2:] == ["XY123 456", "XY987 654"]


@pytest.mark.parametrize("detector", [_sure_of(Confidence.MEDIUM), _sure_of(None), _sure_of(Confidence.HIGH, "odd")])
def test_a_number_that_is_not_quite_sure_leaves_others_their_say(detector: Detector) -> None:
    found = Finder((Digits().detector, detector)).hits("XY123 456, 789")
    assert sorted(each.value for _, each in found) == ["123", "456", "789", "XY123 456"]
