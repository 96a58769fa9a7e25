from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.subjects import SubjectKind
from rules.surroundings import Place, Surroundings, block
from rules.weighing import (
    CODE,
    FILE,
    HEADED,
    HEADED_OTHERWISE,
    ISSUE,
    LABELLED,
    OTHERWISE,
    OVER,
    Weighed,
    heading,
    is_piece,
    weigh,
)

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
VALUE = re.compile(r"\+?[0-9][0-9 ]{5,}[0-9]|[A-Z]{2,3}-[0-9]{3,}")


def nothing(_text: str, _start: int, _end: int) -> Iterator[Hit]:
    return iter(())


DETECTOR = Detector("number", (Anchor(rb"[0-9]{7}\b", 20),), nothing, frozenset({"tel.", "phone", "telefon"}))
HIT = Hit(0, 1, "", SubjectKind.PHONE, "phone number", MEDIUM, HIGH, "it is written as one")


def weighed(
    text: str, hit: Hit = HIT, detector: Detector = DETECTOR, place: Place = Place.PROSE, header: str = ""
) -> Weighed | None:
    """Return what the first number in a text is worth."""
    found = VALUE.search(text)
    assert found is not None
    around = Surroundings(place, header, str, block(text, found.start()))
    return weigh(text, detector, replace(hit, start=found.start(), end=found.end()), around)


def sure(*args: object, **kwargs: object) -> Confidence | None:
    worth = weighed(*args, **kwargs)  # type: ignore[arg-type]  # handed on
    return None if worth is None else worth.confidence


@pytest.mark.parametrize(
    ("text", "header", "expected", "reason"),
    [
        ("call 030 1234567 now", "", MEDIUM, "it is written as one"),
        ("Tel. 030 1234567", "", HIGH, f"it is written as one; {LABELLED}"),
        ("TELEFON (work): 030 1234567", "", HIGH, f"it is written as one; {LABELLED}"),
        ("phone\t030 1234567", "", HIGH, f"it is written as one; {LABELLED}"),
        ("phone\n030 1234567", "", HIGH, f"it is written as one; {OVER}"),
        ("phone of\n030 1234567", "", MEDIUM, "it is written as one"),
        ("phone " + "x" * 38 + " 030 1234567", "", HIGH, f"it is written as one; {LABELLED}"),
        ("phone " + "x" * 39 + " 030 1234567", "", MEDIUM, "it is written as one"),
        ("telephones 030 1234567", "", MEDIUM, "it is written as one"),
        ("030 1234567", "Phone", HIGH, f"it is written as one; {HEADED}"),
        ("030 1234567", "workPhone", HIGH, f"it is written as one; {HEADED}"),
        ("030 1234567", "work_phone", HIGH, f"it is written as one; {HEADED}"),
        ("030 1234567", "Office hours", MEDIUM, "it is written as one"),
    ],
)
def test_a_label_before_a_value_or_a_heading_over_it_makes_it_surer(
    text: str, header: str, expected: Confidence, reason: str
) -> None:
    worth = weighed(text, header=header)
    assert worth is not None
    assert (worth.confidence, worth.reason) == (expected, reason)


def test_what_needs_a_label_is_nothing_without_one() -> None:
    hit = replace(HIT, alone=None)
    assert sure("call 030 1234567", hit) is None
    assert sure("phone 030 1234567", hit) is HIGH


def test_a_hit_may_have_labels_of_its_own_or_none_at_all() -> None:
    own = replace(HIT, labels=frozenset({"fax"}))
    assert [sure(text, own) for text in ("fax 030 1234567", "phone 030 1234567")] == [HIGH, MEDIUM]
    assert sure("phone 030 1234567", detector=replace(DETECTOR, labels=frozenset())) is MEDIUM


@pytest.mark.parametrize(
    ("text", "header", "alone", "expected", "doubt"),
    [
        ("Order no. 030 1234567", "", HIGH, LOW, OTHERWISE),
        ("Order no. 030 1234567", "", MEDIUM, None, ""),
        ("Bestellnummer: 030 1234567", "", MEDIUM, None, ""),
        ("phone of the order 030 1234567", "", MEDIUM, MEDIUM, OTHERWISE),
        ("Rechnungs-Nr.: 030 1234567", "", MEDIUM, None, ""),
        ("Ticket #030 1234567", "", MEDIUM, None, ""),
        ("for any issue call 030 1234567", "", MEDIUM, MEDIUM, ""),
        ("order by phone 030 1234567", "", MEDIUM, HIGH, ""),
        ("030 1234567", "Order no.", MEDIUM, None, ""),
        ("030 1234567", "Order no.", HIGH, LOW, HEADED_OTHERWISE),
        ("030 1234567", "pageId", HIGH, LOW, HEADED_OTHERWISE),
        ("phone 030 1234567", "id", MEDIUM, HIGH, ""),
        ("ABC-123", "", HIGH, MEDIUM, ISSUE),
        ("030 1234567.pdf", "", HIGH, MEDIUM, FILE),
        ("030 1234567. Next", "", HIGH, HIGH, ""),
    ],
)
def test_words_and_forms_of_other_things_speak_against_a_number(
    text: str, header: str, alone: Confidence, expected: Confidence | None, doubt: str
) -> None:
    worth = weighed(text, replace(HIT, alone=alone), header=header)
    assert (worth and worth.confidence) == expected
    assert (worth.doubts if worth else ()) == ((doubt,) if doubt else ())


def test_a_number_that_is_a_piece_of_something_longer_is_nothing() -> None:
    assert sure("phone a030 1234567") is None


def test_words_of_other_things_say_nothing_of_what_is_no_number() -> None:
    name = replace(HIT, kind=SubjectKind.DISPLAY_NAME, alone=HIGH)
    assert sure("Order no. 030 1234567.pdf", name) is HIGH
    assert sure("a030 1234567", name) is HIGH


def test_code_and_a_doubt_of_the_detector_take_one_step_each() -> None:
    tested = replace(HIT, alone=HIGH, doubt="a number that is published for tests")
    assert sure("030 1234567", tested) is MEDIUM
    worth = weighed("030 1234567", tested, place=Place.CODE)
    assert worth is not None
    assert (worth.confidence, worth.claim, worth.doubts) == (LOW, HIGH, (tested.doubt, CODE))
    assert sure("030 1234567", replace(tested, alone=LOW), place=Place.CODE) is LOW


def test_links_and_code_are_read_by_those_that_want_to() -> None:
    linked, unread = replace(DETECTOR, in_links=True), replace(DETECTOR, in_code=False)
    assert sure("tel.: 030 1234567", place=Place.LINK) is None
    assert sure("tel.: 030 1234567", detector=linked, place=Place.LINK) is HIGH
    assert sure("030 1234567", detector=unread, place=Place.CODE) is None
    assert sure("030 1234567", detector=unread, place=Place.VALUE) is MEDIUM


@pytest.mark.parametrize(
    ("text", "value", "piece"),
    [
        ("x1234567", "1234567", True),
        ("1234567x", "1234567", True),
        ("_1234567", "1234567", True),
        ("x+1234567", "+1234567", False),
        ("\u7535\u8bdd1234567\u53f7", "1234567", False),
        ("3.1234567", "1234567", True),
        ("1234567.89", "1234567", True),
        ("1234567,89", "1234567", True),
        ("1234567,8901234", "1234567", False),
        ("1234567. 89", "1234567", False),
        ("4e1f7c02-5b1d-4f6a-9c0e-222222222222", "222222222222", True),
        ("{4e1f7c02-5b1d-4f6a-9c0e-222222222222}", "222222222222", True),
        ("see https://acme.example/x/1234567", "1234567", True),
        ("see www.acme.example/x/1234567", "1234567", True),
        ("see https://acme.example/ 1234567", "1234567", False),
        ("(1234567)", "1234567", False),
        ("-1234567-", "1234567", False),
    ],
)
def test_a_piece_of_something_longer_is_no_value(text: str, value: str, piece: bool) -> None:
    start = text.index(value)
    assert is_piece(text, start, start + len(value), in_link=False) is piece


def test_a_piece_of_an_address_is_read_by_those_that_read_links() -> None:
    assert not is_piece("https://acme.example/1234567", 21, 28, in_link=True)


def test_a_heading_is_read_as_it_is_and_in_words() -> None:
    assert heading("") == ""
    assert heading("contact.workPhone") == "contact.workphone contact work phone"
