"""What detectors are spared where nothing is to be found, with the same findings."""

from __future__ import annotations

import pytest

from rules.company import Company
from rules.hits import Hit
from rules.personal import phone
from rules.subjects import SubjectKind


@pytest.mark.parametrize(
    "form", ["Herr", "Herrn", "Mrs.", "Prof.", "Mme", "Signora", "Señor", "Sra.", "Dhr.", "Mevrouw", "Sig.ra"]
)
def test_a_name_behind_a_form_of_address_is_somebody(form: str) -> None:
    text = f"x {form} Vogel y"
    assert Company(text, ()).near(_hit(len(text) - 1), (0, len(text)))


def test_only_those_who_are_named_near_count() -> None:
    text = "x" * 600
    names = [Hit(start, start + 4, "Tove", SubjectKind.DISPLAY_NAME, "a name", alone=None) for start in (0, 500)]
    assert [Company(text, names).near(_hit(at), (0, 600)) for at in (150, 250, 350)] == [True, False, True]


def test_a_person_that_is_far_away_or_in_the_value_itself_is_not_beside_it() -> None:
    text = "Frau Vogel" + " " * 300
    assert not Company(text, ()).near(_hit(5), (0, len(text)))
    assert not Company(text[::-1] + "Frau Vogel", ()).near(_hit(20), (0, 2 * len(text)))


@pytest.mark.parametrize("before", range(495, 530))
def test_somebody_is_found_wherever_in_the_text_the_name_stands(before: int) -> None:
    text = "x" * before + " Frau Vogel " + "y" * 100
    assert Company(text, ()).near(_hit(len(text) - 1), (0, len(text)))
    assert Company(text, ()).near(_hit(before - 1), (0, len(text)))
    assert not Company(text, ()).near(_hit(before - 1), (0, before))


def _hit(start: int) -> Hit:
    return Hit(start, start + 1, "y", SubjectKind.CUSTOM, "a letter", alone=None)


@pytest.mark.parametrize(
    ("text", "count"), [("+49 30 23125 017", 1), ("0049 30 23125 017", 1), ("+999 1234 567 890", 0)]
)
def test_numbers_of_no_country_are_none(text: str, count: int) -> None:
    (detector, *_) = phone.detectors(frozenset())
    assert len(list(detector.find(text, 0, len(text)))) == count
