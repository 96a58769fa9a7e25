"""Names that are pieces of others, stand with an initial, in lower case, or in the name of a street. All are invented."""

from __future__ import annotations

import pytest

from rules.checks.directory_name import RULE
from rules.context import Context
from rules.directory import Directory, Person
from rules.model import Confidence, Kind
from rules.namecontext import COMPANY, STREET
from rules.scan import scan
from tests.rules.parts import part

DIRECTORY = Directory(
    (
        Person("Ute Sommer"),
        Person("Nora O'Leary"),
        Person("Jan M\u00fchlbrecht-\u00d6zdemir"),
        Person("Rose Page"),
        Person("Li Wu"),
    )
)
LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


def seen(text: str) -> list[tuple[str, Confidence, str]]:
    matches = scan(part(text.encode(), Kind.TEXT), (RULE,), Context(detectors=(DIRECTORY.detector,))).matches
    return [(each.span.of(text.encode()).decode(), each.confidence, each.reason) for each in matches]


@pytest.mark.parametrize(
    ("text", "found", "sure"),
    [
        ("Ute M. Sommer came", "Ute M. Sommer", MEDIUM),
        ("M. Sommer est l\u00e0", "Sommer", MEDIUM),
        ("Eva M. Sommer", "Sommer", MEDIUM),
        ("Herr Sommer", "Sommer", MEDIUM),
        ("J. M\u00fchlbrecht", "J. M\u00fchlbrecht", MEDIUM),
        ("ute sommer", "ute sommer", LOW),
    ],
)
def test_a_name_is_found_whole(text: str, found: str, sure: Confidence) -> None:
    ((written, confidence, _),) = seen(text)
    assert (written, confidence) == (found, sure)


@pytest.mark.parametrize("text", ["rose page", "li wu"])
def test_common_and_tiny_words_in_lower_case_are_no_names(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize("sign", ["'", "\u2019"])
def test_a_surname_elsewhere_in_the_text_has_its_beginning(sign: str) -> None:
    text = f"Nora O{sign}Leary came. We saw O{sign}Leary, and X{sign}Leary"
    assert [written for written, _, _ in seen(text)] == [f"Nora O{sign}Leary", f"O{sign}Leary", "Leary"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ute-Sommer-Stra\u00dfe 5", STREET),
        ("Ute Sommer Str. 5", STREET),
        ("Ute-Sommer-Schule", STREET),
        ("Ute Sommer Award 2024", STREET),
        ("12, rue de Ute Sommer", STREET),
        ("Ute Sommer GmbH", COMPANY),
        ("Ute Sommer, Inc.", COMPANY),
        ("Ute Sommer & S\u00f6hne", COMPANY),
    ],
)
def test_what_bears_a_name_speaks_against_the_person(text: str, why: str) -> None:
    ((_, confidence, reason),) = seen(text)
    assert confidence is LOW
    assert reason.endswith(why)


@pytest.mark.parametrize(
    "text", ["Ute Sommer Ringelnatz", "Ute Sommer ist weg", "Ute Sommer Hallstr\u00f6m", "Ute Sommer Sales"]
)
def test_other_words_behind_a_name_do_not(text: str) -> None:
    assert [confidence for _, confidence, _ in seen(text)] == [HIGH]
