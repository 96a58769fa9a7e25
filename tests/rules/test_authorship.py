"""Who the metadata of a file names: what is a person, a firm, a login, and what is none of them."""

from __future__ import annotations

import pytest

from rules.authorship import is_firm, is_somebody, is_written_out, logins
from rules.checks.document_metadata import RULE
from rules.model import Confidence, Kind, Match, ObjectType, Part, Ref
from rules.scan import scan


def found(path: str, text: str) -> tuple[Match, ...]:
    return scan(Part(Ref(ObjectType.ATTACHMENT, "1"), path, Kind.TEXT, text.encode()), [RULE]).matches


@pytest.mark.parametrize("name", ["Tilda Bergmann", "O'Neill, Jo", "山田 太郎", "tbergmann", "J. Vega", "Vega-Marti"])
def test_a_name_is_somebody(name: str) -> None:
    assert is_somebody(name)


@pytest.mark.parametrize(
    "name",
    ["", "x", "4711", "User", "Windows User", "openpyxl", "Acrobat Distiller 9.0", "Sales Team", "ACME Optics AG",
     "Universität Köln", "jo@acme-optics.se", "https://acme.example", "Letter.docx", "A very long sentence " * 6],
)  # fmt: skip
def test_programs_offices_and_placeholders_are_nobody(name: str) -> None:
    assert not is_somebody(name)


def test_abbreviations_of_firms_count_in_capitals_only() -> None:
    assert not is_somebody("Bergmann KG")
    assert is_somebody("Se Ri Pak")
    assert is_somebody("Sa Nguyen")


def test_a_firm_is_what_no_installation_brings() -> None:
    assert [is_firm(name) for name in ("ACME Optics", "Microsoft Corporation", "-", "7")] == [True, False, False, False]


def test_a_name_of_several_words_with_capitals_is_written_out() -> None:
    assert [is_written_out(name) for name in ("Tilda Bergmann", "Bergmann, T.", "山田 太郎", "tilda", "T. b")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_folder_of_somebody_names_their_login() -> None:
    assert logins(r"C:\Users\tbergmann\x.dotx and /home/jvega/y") == [(9, "tbergmann"), (36, "jvega")]
    assert logins(r"C:\Users\Public\x and /usr/home") == []


def test_a_path_in_any_field_names_a_login_and_no_person() -> None:
    (match,) = found("metadata/author[2]", r"Author: C:\Users\tbergmann\x")
    assert (match.subject.reveal(), match.confidence) == ("tbergmann", Confidence.MEDIUM)


def test_places_are_bytes_of_the_text() -> None:
    text = "Author: Jörg Müller; Zoë Ek"
    first, second = found("metadata/author", text)
    assert [each.span.of(text.encode()).decode() for each in (first, second)] == ["Jörg Müller", "Zoë Ek"]


def test_a_text_without_a_label_names_nobody() -> None:
    assert found("metadata/author", "Tilda Bergmann") == ()
    assert found("metadata/gps", "GPS: 52.520000, 13.405000") == ()
