"""Dates of birth, as the detector sees them before their labels are weighed."""

from __future__ import annotations

import pytest

from rules.model import Confidence, Kind
from rules.personal.birth_date import detectors
from rules.scan import scan
from tests.rules.parts import BY_ID, part

DETECTOR = detectors(frozenset())[0]


def values(text: str) -> list[str]:
    return [hit.value for hit in DETECTOR.find(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1980-05-03", "1980-05-03"),
        ("1980/5/3", "1980-05-03"),
        ("3 augusti 1980", "1980-08-03"),
        ("3 października 1980", "1980-10-03"),
        ("3 de março de 1980", "1980-03-03"),
        ("3. desember 1980", "1980-12-03"),
        ("3. heinäkuuta 1980", "1980-07-03"),
        ("3. července 1980", "1980-07-03"),
        ("1980-05-03T10:00:00Z", "1980-05-03"),
        ("3.5.1980", "1980-05-03"),
        ("3. 5. 1980", "1980-05-03"),
        ("03/05/1980", "03/05/1980"),
        ("05/05/1980", "1980-05-05"),
        ("23/05/1980", "1980-05-23"),
        ("05/23/1980", "1980-05-23"),
        ("03.05.80", "1980-05-03"),
        ("3 May 1980", "1980-05-03"),
        ("3rd of May 1980", "1980-05-03"),
        ("May 3, 1980", "1980-05-03"),
        ("May 3rd 1980", "1980-05-03"),
        ("3. März 1980", "1980-03-03"),
        ("1er août 1980", "1980-08-01"),
        ("3 de mayo de 1980", "1980-05-03"),
        ("3 mei 1980", "1980-05-03"),
        ("3\u00a0gennaio 1980", "1980-01-03"),
        ("29.02.2000", "2000-02-29"),
    ],
)
def test_a_full_date_is_read_in_any_common_form(text: str, value: str) -> None:
    assert values(f"born {text}, in Lund") == [value]
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "31.02.1980", "29.02.1981", "1980-13-01", "3 Foo 1980", "2016-05-03", "03.05.16", "1.1980", "03-05.1980",
        "10.3.5.1980", "3.5.1980.2", "x3.5.1980", "3.5.19801", "32 May 1980", "a/3/5/1980",
    ],
)  # fmt: skip
def test_what_no_calendar_has_and_what_is_longer_is_no_date(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Jo was born in 1980. Founded on 12.05.1978", []),
        ("geboren in Bern! Eintritt war 12.05.1998", []),
        ("geb. 12.05.1978", ["1978-05-12"]),
        ("geb. in St. Gallen 12.05.1978", ["1978-05-12"]),
        ("geb. am ersten Mai d. h. am 01.05.1978", ["1978-05-01"]),
    ],
)
def test_the_label_of_another_sentence_is_none(text: str, dates: list[str]) -> None:
    assert values(text) == dates


def test_a_window_yields_the_dates_that_begin_in_it() -> None:
    text = "1980-05-03 1981-05-03"
    assert [hit.start for hit in DETECTOR.find(text, 1, len(text))] == [11]
    assert [hit.start for hit in DETECTOR.find(text, 0, 5)] == [0]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Sie ist am 5.11.1990 geboren.", Confidence.MEDIUM),
        ("Hij is op 5 november 1990 te Sint Annaparochie geboren.", Confidence.MEDIUM),
        ("On 5 November 1990 she was born", Confidence.MEDIUM),
        ("Vertrag vom 5.11.1990, geboren am 3.4.1970", None),
        ("Vertrag vom 5.11.1990 geboren am 3.4.1970", None),
        ("Am 5.11.1990 in Rom beschlossen", None),
    ],
)
def test_german_and_dutch_say_behind_the_date_that_it_is_a_birth(text: str, alone: Confidence | None) -> None:
    assert next(iter(DETECTOR.find(text, 0, len(text)))).alone is alone


@pytest.mark.parametrize(
    "text",
    [
        "Nació el",
        "Elle naquit le",
        "Nacque il",
        "Geburtsdat.:",
        "Fecha de nac.:",
        "Födelsedatum:",
        "född",
        "Urodzona",
        "Data urodzenia:",
        "Data de nascimento",
        "nascido em",
        "Fødselsdato",
        "født",
        "Syntymäaika:",
        "Datum narození:",
    ],
)
def test_more_words_for_a_birth_are_labels(text: str) -> None:
    (found,) = scan(part(f"{text} 5.11.1990".encode(), Kind.TEXT), [BY_ID["birth-date"]]).matches
    assert found.confidence is Confidence.MEDIUM
