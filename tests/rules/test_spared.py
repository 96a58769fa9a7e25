"""What detectors are spared where nothing is to be found, with the same findings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.company import Company, anybody
from rules.detecting import Finder
from rules.hits import Detector, Hit
from rules.peopletables import may_describe
from rules.personal import phone
from rules.subjects import SubjectKind


class Asked:
    """A detector of whole texts that counts beside a person, and the texts that it was asked about."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.detector = Detector("words", (), lambda _text, _start, _end: iter(()), whole=self._whole, beside=True)

    def _whole(self, text: str) -> Iterator[Hit]:
        self.texts.append(text)
        return iter(())


@pytest.mark.parametrize(
    ("text", "times"),
    [("the drift of each lens", 0), ("we asked Frau Vogel", 1), ("we asked \ufffc", 1), ("we asked Mr Vogel", 1)],
)
def test_words_that_need_a_person_are_looked_for_beside_one_only(text: str, times: int) -> None:
    asked = Asked()
    assert Finder([asked.detector]).hits(text) == ()
    assert len(asked.texts) == times


@pytest.mark.parametrize(
    "form", ["Herr", "Herrn", "Mrs.", "Prof.", "Mme", "Signora", "Señor", "Sra.", "Dhr.", "Mevrouw", "Sig.ra"]
)
def test_every_form_of_address_is_seen_by_the_quick_look(form: str) -> None:
    text = f"x {form} Vogel y"
    assert Company(text, ()).near(_hit(len(text) - 1), (0, len(text)))
    assert anybody(text, ())


def test_a_person_that_is_far_away_or_in_the_value_itself_is_not_beside_it() -> None:
    text = "Frau Vogel" + " " * 300
    assert not Company(text, ()).near(_hit(5), (0, len(text)))
    assert not Company(text[::-1] + "Frau Vogel", ()).near(_hit(20), (0, 2 * len(text)))


def _hit(start: int) -> Hit:
    return Hit(start, start + 1, "y", SubjectKind.CUSTOM, "a letter", alone=None)


@pytest.mark.parametrize(
    ("text", "may"),
    [("Width\tHeight\nName\tTeam", False), ("Full name\tTeam", True), ("TELEFON\tTeam", True), ("Name\n\ufffc", True)],
)
def test_a_text_without_any_telling_heading_holds_no_table_of_people(text: str, may: bool) -> None:
    assert may_describe(text) is may


@pytest.mark.parametrize(
    ("text", "count"), [("+49 30 23125 017", 1), ("0049 30 23125 017", 1), ("+999 1234 567 890", 0)]
)
def test_numbers_of_no_country_are_none(text: str, count: int) -> None:
    (detector, *_) = phone.detectors(frozenset())
    assert len(list(detector.find(text, 0, len(text)))) == count
