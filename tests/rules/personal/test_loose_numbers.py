"""Numbers behind a label whose groups are not the usual ones. All numbers are made up; their check digits are right."""

from __future__ import annotations

import pytest

from rules.loosenumbers import UNUSUAL, loosely
from rules.model import Confidence
from rules.numberforms import FILLER, PUBLISHED, RIGHT
from rules.socialschemes import LABELS, SOCIAL
from rules.subjects import SubjectKind
from tests.rules.personal.numbers import hits


def loose(text: str) -> list[tuple[str, str, str]]:
    """Return what only the loose detectors see: title, value as written, doubt."""
    return [(hit.what, text[hit.start : hit.end], hit.doubt) for hit in hits(text) if hit.doubt in {UNUSUAL, PUBLISHED}]


@pytest.mark.parametrize(
    ("text", "what", "written"),
    [
        ("USt-IdNr.: DE.229.951.090", "VAT id of Germany", "DE.229.951.090"),
        ("USt-IdNr.: DE 229-951.090, Köln", "VAT id of Germany", "DE 229-951.090"),
        ("USt-IdNr.: de 229 951 090.", "VAT id of Germany", "de 229 951 090"),
        ("Steuer-ID 7385610412 6 laut Bescheid", "tax id of Germany", "7385610412 6"),
        ("Steuer-ID: 738 561 041-26; Beleg 12", "tax id of Germany", "738 561 041-26"),
        ("rijksregisternummer 79.03.14-102 91 (kopie)", "national id of Belgium", "79.03.14-102 91"),
        ("Kreditkarte 453915 6244 397966", "payment card of Visa", "453915 6244 397966"),
        ("SSN: 416-324155", "social security number of the United States", "416-324155"),
        ("nr. DNI 314-27838-V", "national id of Spain", "314-27838-V"),
    ],
)
def test_a_number_in_unusual_groups_counts_behind_its_label(text: str, what: str, written: str) -> None:
    assert loose(text) == [(what, written, UNUSUAL)]
    (hit,) = (hit for hit in hits(text) if hit.doubt == UNUSUAL)
    assert (hit.alone, hit.labelled) == (None, Confidence.HIGH)


@pytest.mark.parametrize(
    "text",
    [
        "DE.229.951.090 without a label",
        "USt-IdNr.: DE.229.951.091",
        "USt-IdNr.: DE.229.951.090.5",
        "USt-IdNr.: DE.229.951.090-7",
        "VAT 229.95.10.90 without a country",
        "Steuer-ID 738 56 104 126 4",
        "Steuer-ID 738561041 26 4711 26 4",
        "SSN: 416-32.4155",
        "SSN: 111-121112",
        "Kreditkarte 1111 11111111 1117",
        "USt-IdNr.: 229.951.090,17",
    ],
)
def test_pieces_wrong_digits_fillers_and_numbers_without_a_label_are_none(text: str) -> None:
    assert [each for each in loose(text) if each[2] == UNUSUAL] == []


def test_a_usual_form_is_left_to_its_own_detector() -> None:
    assert loose("NIE: Y8557516N, DNI 31.427.838-V") == []
    assert [hit.doubt for hit in hits("Steuer-ID 73 856 104 126") if hit.what.startswith("tax id")] == [""]


def test_what_is_published_and_oddly_grouped_is_for_a_human() -> None:
    (hit,) = (hit for hit in hits("PESEL: 44-051401458") if hit.doubt)
    assert (hit.doubt, hit.labelled) == (PUBLISHED, Confidence.MEDIUM)


def test_numbers_beside_each_other_are_found_both() -> None:
    assert [each[1] for each in loose("SSN: 416-324155 41632-4156")] == ["416-324155", "41632-4156"]


def test_a_window_sees_only_what_begins_in_it() -> None:
    detector = loosely("social-security", SubjectKind.SOCIAL_SECURITY, SOCIAL, LABELS)
    text = "SSN: 416-324155 and SSN: 416-324156"
    assert [hit.start for hit in detector.find(text, 0, 10)] == [5]
    assert [hit.start for hit in detector.find(text, 6, len(text))] == [25]


def test_a_filler_with_right_check_digits_is_for_a_human_behind_its_label_only() -> None:
    (hit,) = hits("PESEL: 11111111116")
    assert (hit.what, hit.alone, hit.labelled) == ("national id of Poland", None, Confidence.LOW)
    assert (hit.doubt, hit.reason) == (FILLER, RIGHT)
    assert hits("PESEL: 00000000000 and 11111111117") == []
    assert hits("11111111116") == []
