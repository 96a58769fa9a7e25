"""The people of a site in free text. All of them are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.directory import ALIKE, LEFT, OURS, RULE_ID, SEVERAL, TABLED, WHAT, Directory, Person
from rules.hits import Hit
from rules.model import Confidence, SubjectKind
from rules.namevariants import Form, is_rare, parsed, spellings
from rules.wordsearch import Hyperscan, Index
from tests.rules.test_wordsearch import hyperscan

PEOPLE = (
    Person("Jörg Mühlbrecht", ("jmuehl7",), ("j.muehlbrecht@acme.example",)),
    Person("Anne-Marie van der Zwaluw"),
    Person("Oluwaseun Adeyinka-Brandt", ("oadeyinka",), left=True),
    Person("José Ibarrola Quintanilla"),
    Person("Rose Page"),
    Person("Tilda Bergqvist"),
    Person("Tilda Bergqvist", ("tb.lab",)),
    Person("Jan Mühlbrecht"),
    Person("Kofi Albrook Mensah-Tay", former=("Kofi Albrook",)),
    Person(usernames=("qx77",)),
    Person(emails=("dana_k@acme.example",)),
    Person("QUARRICK Dana"),
    Person("Li Wu", ("lw", "12345", "page")),
)
DIRECTORY = Directory(PEOPLE)


def seen(text: str, directory: Directory = DIRECTORY) -> list[tuple[str, str, str]]:
    """Return what is found without a heading over it: the characters, the form, the person."""
    listed = WHAT[Form.LISTED]
    hits = (hit for hit in directory.hits(text) if hit.alone is not None or hit.what != listed)
    return [(text[hit.start : hit.end], hit.what, hit.value) for hit in hits]


def hit(text: str) -> Hit:
    (found,) = DIRECTORY.hits(text)
    return found


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("Jörg Mühlbrecht", Form.FULL, "Jörg Mühlbrecht"),
        ("JOERG MUEHLBRECHT", Form.FULL, "Jörg Mühlbrecht"),
        ("Jorg\u00a0Muhlbrecht", Form.FULL, "Jörg Mühlbrecht"),
        ("Jo\u0308rg Mu\u0308hlbrecht", Form.FULL, "Jörg Mühlbrecht"),
        ("Mühlbrecht, Jörg", Form.INVERTED, "Jörg Mühlbrecht"),
        ("Mühlbrecht Jörg", Form.SWAPPED, "Jörg Mühlbrecht"),
        ("Jo. Mühlbrecht", None, ""),
        ("Jörg M.", Form.CUT, "Jörg Mühlbrecht"),
        ("Jörg M", None, ""),
        ("Jörg. Mühlbrecht", None, ""),
        ("Jörg\nMühlbrecht", None, ""),
        ("Jörg\tMühlbrecht", None, ""),
        ("Jörg / Mühlbrecht", None, ""),
        ("Anne Marie van der Zwaluw", Form.FULL, "Anne-Marie van der Zwaluw"),
        ("Annemarie van der Zwaluw", Form.FULL, "Anne-Marie van der Zwaluw"),
        ("A. van der Zwaluw", Form.INITIAL, "Anne-Marie van der Zwaluw"),
        ("A.-M. van der Zwaluw", Form.INITIAL, "Anne-Marie van der Zwaluw"),
        ("van der Zwaluw, A.", Form.INITIAL, "Anne-Marie van der Zwaluw"),
        ("O. Adeyinka Brandt", Form.INITIAL, "Oluwaseun Adeyinka-Brandt"),
        ("o. Adeyinka Brandt", None, ""),
        ("Oluwaseun Brandt", Form.SHORT, "Oluwaseun Adeyinka-Brandt"),
        ("Jose Ibarrola", Form.SHORT, "José Ibarrola Quintanilla"),
        ("Rose Page", Form.FULL, "Rose Page"),
        ("rose page", None, ""),
        ("R. Page", Form.INITIAL, "Rose Page"),
        ("R Page", None, ""),
        ("Kofi Albrook", Form.FULL, "Kofi Albrook Mensah-Tay"),
        ("Kofi Mensah-Tay", Form.SHORT, "Kofi Albrook Mensah-Tay"),
        ("Dana Quarrick", Form.FULL, "QUARRICK Dana"),
        ("Li Wu", Form.FULL, "Li Wu"),
        ("L. Wu", Form.INITIAL, "Li Wu"),
    ],
)
def test_a_person_is_found_in_every_usual_form_and_in_no_other(text: str, form: Form | None, name: str) -> None:
    for around in ("{}", "ask {} now", "({});", "“{}” – ł"):
        found = [each[:3] for each in seen(around.format(text))]
        written = text.removesuffix(".")
        assert found == ([(written, WHAT[form], name)] if form is not None else []), around


@pytest.mark.parametrize(
    ("text", "alone", "kind"),
    [
        ("jmuehl7", Confidence.MEDIUM, SubjectKind.DISPLAY_NAME),
        ("@jmuehl7", Confidence.HIGH, SubjectKind.DISPLAY_NAME),
        ("~oadeyinka", Confidence.HIGH, SubjectKind.DISPLAY_NAME),
        ("oadeyinka", Confidence.MEDIUM, SubjectKind.DISPLAY_NAME),
        ("TB.LAB", Confidence.MEDIUM, SubjectKind.DISPLAY_NAME),
        ("qx77", Confidence.MEDIUM, SubjectKind.USERNAME),
        ("dana_k", Confidence.MEDIUM, SubjectKind.EMAIL),
        ("j.muehlbrecht", Confidence.MEDIUM, SubjectKind.DISPLAY_NAME),
    ],
)
def test_a_username_counts_with_a_sign_before_it_or_where_no_word_looks_like_it(
    text: str, alone: Confidence | None, kind: SubjectKind
) -> None:
    found = hit(f"ask {text} now")
    assert (found.alone, found.kind, found.labelled) == (alone, kind, Confidence.HIGH)
    assert found.labels


def test_a_username_with_other_signs_in_it_is_another_word() -> None:
    assert seen("tb lab, tb-lab") == []


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("Rose Page", OURS),
        ("Oluwaseun Adeyinka-Brandt", LEFT),
        ("Tilda Bergqvist", SEVERAL),
        ("J. Mühlbrecht", SEVERAL),
    ],
)
def test_the_reason_says_whose_name_it_is(text: str, whose: str) -> None:
    assert hit(text).reason == whose


def test_a_form_of_two_people_is_one_finding_with_what_is_written_as_its_value() -> None:
    assert hit("J.\u00a0Mühlbrecht").value == "J. Mühlbrecht"


def test_a_name_in_lower_case_and_one_behind_another_name_have_something_against_them() -> None:
    assert hit("jörg mühlbrecht").doubt
    assert hit("Petra Mühlbrecht, Jörg").doubt
    assert not hit("Herr Mühlbrecht, Jörg").doubt
    assert not hit("von Mühlbrecht, Jörg").doubt


def test_a_surname_or_first_name_alone_counts_beside_the_whole_name_only() -> None:
    assert seen("Frau Bergqvist, Tilda") == [("Bergqvist, Tilda", WHAT[Form.INVERTED], "Tilda Bergqvist")]
    assert seen("Bergqvist is away. Tilda too.") == []
    text = (
        "Tilda Bergqvist: Petra Bergqvist; Tilda Ost, bergqvist, @Tilda, Tilda@x, Frau Bergqvist here, and Tilda, so."
    )
    found = [(text[each.start : each.end], each.alone) for each in DIRECTORY.hits(text)]
    assert found == [
        ("Tilda Bergqvist", Confidence.HIGH),
        ("Bergqvist", Confidence.MEDIUM),
        ("Tilda", Confidence.LOW),
    ]
    assert text.index("Frau Bergqvist") + 5 in [each.start for each in DIRECTORY.hits(text)]


KNOWN = Directory(
    (
        Person("Anna-Lena Bergström", ("aberg",)),
        Person("Maria Chiara Franceschini"),
        Person("Hans Müller-Lüdenscheidt"),
        Person("Pieter van den Berg"),
        Person("Sinéad O'Connor"),
        Person("Fiona MacAllister", ("fmacallister",)),
        Person("Anneloes van 't Zandveld"),
    )
)


@pytest.mark.parametrize(
    ("text", "written", "form", "name"),
    [
        ("Anna-Lena Bergströms Laptop", "Anna-Lena Bergströms", Form.GENITIVE, "Anna-Lena Bergström"),
        ("Anna-Lena Bergström’s laptop", "Anna-Lena Bergström", Form.FULL, "Anna-Lena Bergström"),
        ("Franceschini Maria Chiara", "Franceschini Maria Chiara", Form.SWAPPED, "Maria Chiara Franceschini"),
        ("M.C. Franceschini", "M.C. Franceschini", Form.INITIAL, "Maria Chiara Franceschini"),
        ("AL Bergström", "AL Bergström", Form.INITIAL, "Anna-Lena Bergström"),
        ("Pieter v.d. Berg", "Pieter v.d. Berg", Form.FULL, "Pieter van den Berg"),
        ("P. v.d. Berg", "P. v.d. Berg", Form.INITIAL, "Pieter van den Berg"),
        ("Berg, Pieter van den", "Berg, Pieter van den", Form.INVERTED, "Pieter van den Berg"),
        ("S. OConnor", "S. OConnor", Form.INITIAL, "Sinéad O'Connor"),
        ("Fiona Mac Allister", "Fiona Mac Allister", Form.FULL, "Fiona MacAllister"),
        ("van Anneloes van 't Zandveld", "Anneloes van 't Zandveld", Form.FULL, "Anneloes van 't Zandveld"),
        ("Herr Müller-Lüdenscheidt", "Müller-Lüdenscheidt", Form.ADDRESSED, "Hans Müller-Lüdenscheidt"),
        ("Herrn Dr. Müller-Lüdenscheidt", "Müller-Lüdenscheidt", Form.ADDRESSED, "Hans Müller-Lüdenscheidt"),
        ("Frau Bergströms Laptop", "Bergströms", Form.ADDRESSED, "Anna-Lena Bergström"),
        ("la dottoressa Franceschini è qui", "Franceschini", Form.ADDRESSED, "Maria Chiara Franceschini"),
        ("M. O'Connor", "O'Connor", Form.ADDRESSED, "Sinéad O'Connor"),
        ("mevrouw van 't Zandveld", "van 't Zandveld", Form.ADDRESSED, "Anneloes van 't Zandveld"),
        ("collega Zandveld", "Zandveld", Form.ADDRESSED, "Anneloes van 't Zandveld"),
        ("/home/aberg/x", "aberg", Form.USERNAME, "Anna-Lena Bergström"),
        ("C:\\Users\\fmacallister\\x", "fmacallister", Form.USERNAME, "Fiona MacAllister"),
        ("committed by fmacallister", "fmacallister", Form.USERNAME, "Fiona MacAllister"),
    ],
)
def test_names_are_found_as_people_type_them(text: str, written: str, form: Form, name: str) -> None:
    assert seen(text, KNOWN) == [(written, WHAT[form], name)]


@pytest.mark.parametrize(
    "text", ["Herr Bergström-Ost", "Frau bergström", "al bergström", "Herr 7", "fiona.macallister@acme.example", "Mr X"]
)
def test_other_surnames_and_names_in_addresses_are_none(text: str) -> None:
    assert seen(text, KNOWN) == []


def test_a_username_in_a_folder_or_behind_who_did_it_needs_no_label() -> None:
    worth = [next(KNOWN.hits(text)).alone for text in ("/home/aberg", "by aberg", "by Aberg", "aberg")]
    assert worth == [Confidence.HIGH, Confidence.MEDIUM, None, None]


def test_two_surnames_that_a_hyphen_joins_are_one_finding() -> None:
    found = seen("Hans Müller-Lüdenscheidt was here; we asked Müller-Lüdenscheidt", KNOWN)
    assert found[1:] == [("Müller-Lüdenscheidt", WHAT[Form.SURNAME], "Hans Müller-Lüdenscheidt")]


def test_people_of_a_table_alone_are_said_to_be_such() -> None:
    table = Directory((Person("Rose Page", tabled=True), Person("Rose Pager", tabled=True)))
    assert [each.reason for each in table.hits("Rose Page, R. Pager")] == [TABLED, TABLED]
    assert [each.reason for each in Directory((Person("Rose Page", tabled=True),) * 2).hits("Rose Page")] == [ALIKE]


def test_words_of_other_people_around_a_name_do_not_hide_it() -> None:
    found = seen("Kofi Rose Page Brandt Jan Mühlbrecht Wu")
    assert found == [("Rose Page", WHAT[Form.FULL], "Rose Page"), ("Jan Mühlbrecht", WHAT[Form.FULL], "Jan Mühlbrecht")]


def test_many_people_in_one_text_are_looked_for_in_one_pass() -> None:
    people = [Person(f"Vorn{chr(97 + n)}a Nachn{chr(97 + n)}bel") for n in range(26)]
    text = " ".join(person.name for person in people) + "; Frau Nachncbel"
    found = seen(text + " read it, and Nachndbel", Directory(people))
    assert len(found) == 28
    assert found[-2:] == [
        ("Nachncbel", WHAT[Form.ADDRESSED], "Vornca Nachncbel"),
        ("Nachndbel", WHAT[Form.SURNAME], "Vornda Nachndbel"),
    ]


@pytest.mark.parametrize(
    "name", ["", "Cher", "Service Desk", "HR Team", "Agent 7", "One Two Three Four Five Six Seven Eight", ","]
)
def test_what_is_no_name_of_a_person_is_not_looked_for(name: str) -> None:
    assert parsed(name) is None


@pytest.mark.parametrize(
    ("display", "first", "middle", "last"),
    [
        ("Dr. Jörg Mühlbrecht (ACME)", ("Jörg",), (), ("Mühlbrecht",)),
        ("Mühlbrecht, Jörg Peter [ext]", ("Jörg",), ("Peter",), ("Mühlbrecht",)),
        ("Anne-Marie van der Zwaluw - Lab", ("Anne", "Marie"), (), ("van", "der", "Zwaluw")),
        ("Síle O’Hanrahan", ("Síle",), (), ("O", "Hanrahan")),
        ("QUARRICK Dana", ("Dana",), (), ("QUARRICK",)),
        ("Jörg Mühlbrecht,", ("Jörg",), (), ("Mühlbrecht",)),
        ("Prof. Kate M Albrook PhD", ("Kate",), ("M",), ("Albrook",)),
        ("M. Loïc Albrook", ("Loïc",), (), ("Albrook",)),
    ],
)
def test_display_names_are_read_as_people_write_them(
    display: str, first: tuple[str, ...], middle: tuple[str, ...], last: tuple[str, ...]
) -> None:
    name = parsed(display)
    assert name is not None
    assert (name.first, name.middle, name.last) == (first, middle, last)


def test_spellings_go_both_ways_and_spare_names_that_only_look_so() -> None:
    assert spellings("Müller") == ("muller", "mueller")
    assert spellings("Mueller") == ("mueller", "muller")
    for same in ("Michael", "Manuela", "Bauer", "Miguel"):
        assert spellings(same) == (same.lower(),)
    assert [is_rare(word) for word in ("page", "abc", "1234", "quarrick")] == [False, False, False, True]


NAMES = [person.name for person in PEOPLE if person.name]
PIECES = st.sampled_from([
    *NAMES, "Mühlbrecht", "Jörg", "J.", " ", " ", ", ", ". ", "\n", "-", "jmuehl7", "@", "Tilda", "tb.lab", "Frau", "“", "ł",
    "Mu\u0308hlbrecht", "ask", "Page", "qx77",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_both_engines_find_the_same_people_in_order_and_apart(text: str) -> None:
    found = [
        list(Directory(PEOPLE, engine).hits(text)) for engine in (Index, lambda keys: Hyperscan(hyperscan, keys, 0))
    ]
    assert found[0] == found[1]
    assert all(one.end <= other.start for one, other in zip(found[0], found[0][1:], strict=False))


def test_a_directory_shows_nobody() -> None:
    assert repr(DIRECTORY) == f"Directory(<{len(PEOPLE)} people>)"
    assert "Mühlbrecht" not in repr(PEOPLE) + repr(DIRECTORY.detector)
    assert (DIRECTORY.detector.rule, tuple(DIRECTORY.detector.find("x", 0, 1))) == (RULE_ID, ())
    assert list(Directory(()).hits("Jörg Mühlbrecht")) == []
