from __future__ import annotations

import pytest

from rules.model import Confidence
from rules.personal import coordinates, licence_plate
from rules.plates import AUSTRIAN, GERMAN, SWISS
from tests.rules.personal.contacts import seen

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("text", "value", "country", "sure"),
    [
        ("B-MW 1234", "BMW1234", "DE", MEDIUM),
        ("WÜ-AB 123E", "WÜAB123E", "DE", MEDIUM),
        ("B-MW1234", "BMW1234", "DE", LOW),
        ("B-MW 12", "BMW12", "DE", None),
        ("HH:XY 123", "HHXY123", "DE", None),
        ("HP-UX 1123", "HPUX1123", "DE", None),
        ("LK19 ZXD", "LK19ZXD", "GB", MEDIUM),
        ("LK19ZXD", "LK19ZXD", "GB", None),
        ("A123 BCD", "A123BCD", "GB", None),
        ("LN14-HGT", "LN14HGT", "GB", None),
        ("GH-317-KL", "GH317KL", "FR", MEDIUM),
        ("GH 317 KL", "GH317KL", "FR or IT", None),
        ("3172 KDV", "3172KDV", "ES", None),
        ("31-KD-VX", "31KDVX", "NL", None),
        ("1-KDV-317", "1KDV317", "BE", None),
        ("ZH 317 204", "ZH317204", "CH", None),
        ("W-31720 K", "W31720K", "AT", None),
    ],
)
def test_a_plate_counts_alone_only_in_a_form_that_little_else_has(
    text: str, value: str, country: str, sure: Confidence | None
) -> None:
    (hit,) = [each for each in seen(licence_plate, f"at {text} now") if each.value == value]
    assert (hit.what, hit.alone) == (f"licence plate ({country})", sure)


@pytest.mark.parametrize(
    ("text", "sure", "doubt"),
    [
        ("HH-XY 345", MEDIUM, ""),
        ("HH-XY 2024", MEDIUM, "its number may be a year"),
        ("HH-XY 2054", MEDIUM, ""),
        ("HH-IT 345", MEDIUM, "its letters are a common abbreviation"),
        ("M-PM 2024", None, "its number may be a year"),
        ("M-IT 1998", None, "its number may be a year"),
    ],
)
def test_years_and_abbreviations_speak_against_a_german_plate(text: str, sure: Confidence | None, doubt: str) -> None:
    (hit,) = seen(licence_plate, f"at {text} now")
    assert (hit.alone, hit.labelled, hit.doubt) == (sure, Confidence.HIGH, doubt)


@pytest.mark.parametrize(
    "text", ["QX-AB 1234", "XX 12345", "1-MAY-24", "AB00 ABC", "IB51 ABC", "xB-MW 1234", "qx-mw 1234", "1998 the"]
)
def test_places_that_do_not_exist_and_dates_are_no_plates(text: str) -> None:
    assert seen(licence_plate, f"at {text} now") == []


@pytest.mark.parametrize(
    ("text", "value", "country"),
    [
        ("b-mw 1234", "BMW1234", "DE"),
        ("aa02 aaa", "AA02AAA", "GB"),
        ("gh-317-kl", "GH317KL", "FR"),
        ("4418mrx", "4418MRX", "ES"),
        ("r-418-xt", "R418XT", "NL"),
    ],
)
def test_a_plate_in_lower_case_needs_a_label(text: str, value: str, country: str) -> None:
    (hit,) = seen(licence_plate, f"at {text} now")
    assert (hit.value, hit.what, hit.alone) == (value, f"licence plate ({country})", None)
    assert hit.labelled is Confidence.MEDIUM


@pytest.mark.parametrize("text", ["Zeichnung GT-AX 418", "Typ: GT-AX 418", "dessin n° GH-317-KL"])
def test_drawings_and_models_are_no_plates_without_a_label(text: str) -> None:
    assert [hit.alone for hit in seen(licence_plate, text)] == [None]


def test_a_plate_of_two_countries_is_one_hit() -> None:
    (hit,) = seen(licence_plate, "at GH-317-KL now")
    assert hit.what == "licence plate (FR)"


def test_the_lists_of_places_are_those_of_the_countries() -> None:
    assert len(SWISS) == 26
    assert {"B", "HH", "MÜ", "WÜM", "ZW"} <= GERMAN
    assert all(1 <= len(sign) <= 3 for sign in GERMAN)
    assert all(1 <= len(sign) <= 2 for sign in AUSTRIAN)


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("59.3293° N, 18.0686° E", "59.3293,18.0686", HIGH),
        ("N 59.3293 E 18.0686.", "59.3293,18.0686", HIGH),
        ("+59.3293; -18.0686", "59.3293,-18.0686", None),
        ("55.94912, -3.19071.", "55.94912,-3.19071", MEDIUM),
        ("lat=59.3293&lon=18.0686", "59.3293,18.0686", MEDIUM),
        ('"lat": 59.3293, "lng": 18.0686', "59.3293,18.0686", MEDIUM),
        ("59°19'45\"N 18°04'07,5\"E", "59 19 45,18 04 07.5", HIGH),
        ("N 59° 19.752', E 018° 04.116'", "59 19.752,018 04.116", HIGH),
        ("geo:59.3293,18.0686", "59.3293,18.0686", HIGH),
        ("https://www.google.com/maps/@59.3293,18.0686,15z", "59.3293,18.0686", HIGH),
        ("https://maps.google.com/?q=59.329,18.068", "59.329,18.068", HIGH),
        ("?mlat=59.3293&mlon=18.0686", "59.3293,18.0686", HIGH),
        ("#map=15/59.3293/18.0686", "59.3293,18.0686", HIGH),
    ],
)
def test_coordinates_are_read_in_the_forms_of_maps_and_people(text: str, value: str, sure: Confidence | None) -> None:
    hits = [hit for hit in seen(coordinates, text) if hit.value == value]
    assert max((hit.alone for hit in hits if hit.alone is not None), default=None) == sure


def test_fractions_count_at_most_behind_a_label() -> None:
    text = "3.1415, 2.7182 and 95.12345, 200.12345 and 1.23456 or 1.5, 2.5"
    assert [hit for hit in seen(coordinates, text) if hit.alone is not None] == []
    assert [hit.value for hit in seen(coordinates, "latitude 59.329323")] == ["59.329323"]
