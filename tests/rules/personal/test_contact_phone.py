from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import Confidence, Kind
from rules.personal import phone
from rules.scan import scan
from tests.rules.parts import BY_ID, part
from tests.rules.personal.contacts import seen, values

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+49 (0) 30 23125 017", ["+493023125017"]),
        ("(+49) (0)30-23125-017", ["+493023125017"]),
        ("0049/30/23125017", ["+493023125017"]),
        ("\uff0b49 30 23125017", ["+493023125017"]),
        ("+1 415-555-0123 x12", ["+14155550123;ext=12"]),
        ("+41 44 668 18 00 ext. 12", ["+41446681800;ext=12"]),
        ("+49 171 1234567 / +49 30 123456", ["+491711234567", "+4930123456"]),
        ("+1 212 555 0100/0101", ["+12125550100"]),
        ("+999 123 456 789, +0 30 23125017, +1 23", []),
        ("x+49 30 23125017, ++49 30 23125017", []),
        ("+49 30 23125017a", []),
    ],
)
def test_an_international_number_is_one_value_however_it_is_grouped(text: str, found: list[str]) -> None:
    assert values(phone, text) == found


@pytest.mark.parametrize(
    ("text", "region", "sure"),
    [
        ("030 901820", "DE", HIGH),
        ("030/901820", "DE", HIGH),
        ("(0171) 123 45 67", "DE", MEDIUM),
        ("049 115 561", "DE", LOW),
        ("01711234567", "DE", LOW),
        ("(415) 666-7777", "US", HIGH),
        ("415-666-7777", "US", HIGH),
        ("4156667777", "US", None),
        ("415 6667 777", "US", None),
        ("912 34 56 78", "ES", MEDIUM),
        ("612 345 678", "ES", LOW),
    ],
)
def test_the_grouping_of_a_national_number_says_how_sure_it_is(text: str, region: str, sure: Confidence | None) -> None:
    (hit,) = seen(phone, f"at {text} today", region)
    assert (hit.alone, hit.labelled) == (sure, HIGH)
    assert hit.what.endswith(f"({region})")


def test_of_several_regions_the_one_counts_where_the_form_is_surest() -> None:
    assert [hit.what for hit in seen(phone, "at 09-7625400 today", "DE", "IL")] == ["phone number (IL)"]
    assert [hit.what for hit in seen(phone, "at 030 901820 today", "DE", "ES")] == ["phone number (DE)"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-22 081530",
        "22.11.2024 0815",
        "20241122 081",
        "2019 - 2024",
        "84.12.9.201",
        "0170-0199",
        "1111111",
        "030 9018201234567890123456789",
        '"id": 03090182',
        "Ersatzteil 030 901820",
        "Kundennummer: 030 901820",
        "30-901820-XY",
        "INV-030901820",
        "EUR 030901820,17",
        "0800-1700",
    ],
)
def test_other_numbers_are_no_telephone_numbers_not_even_behind_a_label(text: str) -> None:
    assert seen(phone, f"tel {text}", "DE") == []


def test_a_label_for_a_telephone_is_no_other_number() -> None:
    assert values(phone, "Handynummer: 0171 1234567", "DE") == ["+491711234567"]
    (hit,) = seen(phone, "Handynummer: 0171 1234567")
    assert (hit.alone, hit.labelled) == (None, MEDIUM)


@pytest.mark.parametrize(
    "text", ["Phone:\n (341) 838-7176", "(341) 838-7176-Fax", "3418387176 mobile", "341 838 7176 (office)"]
)
def test_a_word_on_the_line_before_or_behind_the_number_says_what_it_is(text: str) -> None:
    (hit,) = seen(phone, text)
    assert (hit.value, hit.alone) == ("3418387176", MEDIUM)


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("Werkstatt\t030/901821\nLager\t0301234567", "+49301234567", MEDIUM),
        ("Lager: 0301234567\nWerkstatt: +49 30 901821\n", "+49301234567", MEDIUM),
        ("Lager: 0301234567\nWerkstatt: 0815\n", "+49301234567", LOW),
        ("Lager: 0301234567 gestern\nWerkstatt: 030 901821\n", "+49301234567", LOW),
        ("Werkstatt: 030 901821\n0301234567", "+49301234567", LOW),
        ("Werkstatt: 030 901821\nMenge: 0301.234", "+49301234", LOW),
    ],
)
def test_the_rows_of_a_list_say_what_a_number_without_groups_is(text: str, value: str, sure: Confidence) -> None:
    assert [hit.alone for hit in seen(phone, text, "DE") if hit.value == value] == [sure]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(030 901820 is at work)", ["+4930901820"]),
        ("at 0151 23485519 from six", ["+4915123485519"]),
        ("see 22/118/4470 there", []),
        ("Los 030 901820, partij 030 901820, SN: 030 901820", []),
        ("took 0301.23456 ms, 0301 234567 kg", []),
    ],
)
def test_what_stands_around_a_number_and_how_it_is_grouped_counts(text: str, found: list[str]) -> None:
    hits = seen(phone, text, "DE", "PT")
    assert [hit.value for hit in hits if hit.alone is not None and hit.alone > LOW] == found


def test_of_two_regions_the_one_counts_where_the_number_is_a_persons() -> None:
    (hit,) = seen(phone, "at 058 2345671 now", "CH", "NL")
    assert (hit.what, hit.doubt, hit.alone) == ("phone number (NL)", "", MEDIUM)
    (hit,) = seen(phone, "at 030/901/820 now", "DE")
    assert hit.alone is LOW


def test_a_short_run_of_digits_before_such_a_word_is_a_count() -> None:
    assert [hit.alone for hit in seen(phone, "1838717 mobile phones")] == [None]


def test_several_numbers_in_a_row_are_several_values() -> None:
    hits = seen(phone, "030 901820 / 030 901821", "DE")
    assert [hit.value for hit in hits] == ["+4930901820", "+4930901821"]
    assert [hit.value for hit in seen(phone, "030 901820 x12", "DE")] == ["+4930901820;ext=12"]
    assert values(phone, "12 030 901820 34567 / 030 901821", "DE") == ["+4930901821"]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("+44 7700 900123", "a number that is reserved for fiction and examples"),
        ("+44 1632 960123", "a number that is reserved for fiction and examples"),
        ("+49 800 1234567", "a number of a service rather than of a person"),
        ("+49 171 1234567", ""),
    ],
)
def test_numbers_of_nobody_are_doubted(text: str, doubt: str) -> None:
    (hit,) = seen(phone, text)
    assert hit.doubt == doubt


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("+49 30", None),
        ("0016668389055", None),
        ("001 666 838 9055 fax", HIGH),
        ("+16668389055", LOW),
        ("+1 666 838 9055", MEDIUM),
        ("+1 666 838 9055 fax", HIGH),
        ("+229 85751234", MEDIUM),
        ("+22985751234", None),
        ("+229 857512", None),
    ],
)
def test_a_number_that_no_plan_knows_counts_by_its_form(text: str, sure: Confidence | None) -> None:
    assert [hit.alone for hit in seen(phone, f"at {text}") if hit.alone is not None] == ([] if sure is None else [sure])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tel:+44-7700-900123", "+447700900123"),
        ("callto:0049301234567", "+49301234567"),
        ("sms:0171 1234567", "+491711234567"),
        ("fax:4711815", "4711815"),
        ("tel:+999999999", "999999999"),
    ],
)
def test_a_link_that_calls_holds_a_number_in_any_form(text: str, found: str) -> None:
    (link,) = (each for each in phone.detectors(frozenset({"DE"})) if each.in_links)
    (hit,) = link.find(text, 0, len(text))
    assert (hit.value, hit.alone) == (found, HIGH)


def test_a_link_with_a_short_number_of_the_house_is_none() -> None:
    (link,) = (each for each in phone.detectors(frozenset()) if each.in_links)
    assert list(link.find("tel:4711, fax:()", 0, 16)) == []


def test_regions_that_nobody_has_are_passed_over() -> None:
    assert [hit.alone for hit in seen(phone, "at 030 901820 today", "XX")] == [None]


def test_only_what_begins_in_a_window_is_told() -> None:
    text = "+49 30 901820, +49 30 901821"
    (detector, *_) = phone.detectors(frozenset())
    assert [hit.value for hit in detector.find(text, 5, len(text))] == ["+4930901821"]
    assert [hit.value for hit in detector.find(text, 0, 5)] == ["+4930901820"]


def test_a_heading_says_what_a_national_number_is_and_another_one_what_it_is_not() -> None:
    rule = BY_ID["phone-number"]
    table = "<table><tr><th>Name</th><th>%s</th></tr><tr><td>x</td><td>030 901820</td></tr></table>"
    found = {head: scan(part((table % head).encode()), [rule]).matches for head in ("Mobil", "Order no", "Room")}
    assert {head: len(matches) for head, matches in found.items()} == {"Mobil": 1, "Order no": 0, "Room": 0}
    assert "heading" in found["Mobil"][0].reason
    home = Context(regions=frozenset({"DE"}))
    assert scan(part(b"030 901820", Kind.TEXT), [rule], home).matches[0].confidence is HIGH
