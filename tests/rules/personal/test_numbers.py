"""Numbers with check digits: forms, labels, regions, pieces of longer numbers, several schemes at once."""

from __future__ import annotations

import re

import pytest

from rules.cardschemes import CARDS
from rules.model import Confidence
from rules.nationalschemes import NATIONAL
from rules.numberforms import FORM, PUBLISHED, RIGHT, RUNNING, TEST_RANGE, Scheme, Worth, dated, shapes, words
from rules.socialschemes import SOCIAL
from rules.subjects import SubjectKind
from rules.taxschemes import TAX
from rules.vatschemes import VAT
from tests.rules.personal.numbers import filled, hits

ALL = (*NATIONAL, *TAX, *SOCIAL, *VAT, *CARDS)


@pytest.mark.parametrize(
    ("text", "value", "what", "alone"),
    [
        ("08.12.05-696.85", "08120569685", "national id of Belgium", Confidence.HIGH),
        ("81 42 26 219 26", "81422621926", "national id of Belgium", Confidence.MEDIUM),
        ("130974-834M", "130974834M", "national id of Finland", Confidence.HIGH),
        ("1971 0501 49598", "1971050149598", "national id of Luxembourg", Confidence.MEDIUM),
        ("134980 17058", "13498017058", "national id of Norway", Confidence.MEDIUM),
        ("12.815.525-V", "12815525V", "national id of Spain", Confidence.HIGH),
        ("X4448190J", "X4448190J", "number of a foreigner of Spain", Confidence.MEDIUM),
        ("YKXCNT46C24E512Y", "YKXCNT46C24E512Y", "tax code of Italy", Confidence.HIGH),
        ("95 994 168 237", "95994168237", "tax id of Germany", Confidence.MEDIUM),
        ("1 92 90 38 803 529 46", "192903880352946", "social security number of France", Confidence.HIGH),
        ("2 59 12 2A 278 491 79", "259122A27849179", "social security number of France", Confidence.HIGH),
        ("86 150958 M 265", "86150958M265", "pension insurance number of Germany", Confidence.HIGH),
        (
            "756.9912.3966.54",
            "7569912396654",
            "social security number of Switzerland or Liechtenstein",
            Confidence.HIGH,
        ),
        ("44/61035999/82", "446103599982", "social security number of Spain", Confidence.MEDIUM),
        ("416-32-4155", "416324155", "social security number of the United States", Confidence.MEDIUM),
        ("960-82-0175", "960820175", "tax number of the United States", Confidence.MEDIUM),
        ("DE939500067", "DE939500067", "VAT id of Germany", Confidence.HIGH),
        ("CHE-160.468.258 TVA", "CHE160468258TVA", "VAT id of Switzerland or Liechtenstein", Confidence.HIGH),
        ("NO897 366 983 MVA", "NO897366983MVA", "VAT id of Norway", Confidence.HIGH),
        ("4575 5931 3364 1218", "4575593133641218", "payment card of Visa", Confidence.HIGH),
        ("5334136703297331", "5334136703297331", "payment card of Mastercard", Confidence.MEDIUM),
        ("DE69 9999 9145 8967 3463 77", "DE69999991458967346377", "IBAN of Germany", Confidence.HIGH),
        ("it43y9999975375546399598668", "IT43Y9999975375546399598668", "IBAN of Italy", Confidence.HIGH),
    ],
)
def test_a_number_in_its_own_form_needs_no_label(text: str, value: str, what: str, alone: Confidence) -> None:
    found = [hit for hit in hits(f"for {text} as said") if hit.alone is not None]
    assert [(hit.value, hit.what, hit.alone, hit.doubt) for hit in found] == [(value, what, alone, "")]
    assert (found[0].start, found[0].end) == (4, 4 + len(text))
    assert found[0].value not in repr(found[0])


@pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: scheme.title)
def test_each_scheme_has_forms_that_its_check_lets_pass_and_labels(scheme: Scheme) -> None:
    assert scheme.shapes
    assert scheme.labels
    assert all(label == label.lower() for label in scheme.labels)


def test_a_bare_number_counts_behind_a_label_for_its_scheme_only() -> None:
    assert hits("page 58293072914 was read") == []
    (hit,) = hits("PESEL: 58293072914")
    assert (hit.what, hit.alone, hit.labelled) == ("national id of Poland", None, Confidence.HIGH)
    assert "pesel" in hit.labels


def test_a_number_that_fills_its_line_or_cell_may_be_explained_by_a_heading() -> None:
    of_all = ["national id of Croatia or national id of Poland", "tax number of Germany", "VAT id of Croatia"]
    assert [hit.what for hit in hits("x\t58293072914\ty")] == of_all
    assert [(hit.value, hit.what, hit.alone) for hit in hits("58293072914")] == [
        ("58293072914", what, None) for what in of_all
    ]
    assert hits("x 58293072914\ty") == []
    assert [(hit.what, hit.alone, hit.doubt) for hit in hits("123456785")] == [
        (what, None, RUNNING)
        for what in (
            "identity card number",
            "passport number",
            "social security number of the United States",
            "tax number of Liechtenstein",
        )
    ]


def test_a_number_of_several_schemes_is_one_hit_unless_a_label_decides() -> None:
    both = [hit for hit in hits("national id: 0406561722") if hit.what.startswith("national id")]
    assert [hit.what for hit in both] == ["national id of Denmark"]
    number = next(
        number
        for number in filled("9999999999", 200_000)
        if sum(
            each.form.fullmatch(number) is not None and each.valid(number)
            for each in NATIONAL
            if each.region in {"BG", "SE"}
        )
        > 1
    )
    merged = [hit for hit in hits(f"national id: {number}") if " or " in hit.what]
    assert [hit.what for hit in merged if "Sweden" in hit.what]
    labelled = [hit for hit in hits(f"personnummer {number}") if hit.what.startswith("national id")]
    assert all("Bulgaria" not in hit.what for hit in labelled)


def test_a_form_of_a_country_counts_where_people_of_the_site_live_there() -> None:
    assert hits("ask 180587-4920 today") == []
    assert [(hit.what, hit.alone) for hit in hits("ask 180587-4920 today", "SE")] == [
        ("national id of Sweden", Confidence.MEDIUM)
    ]
    assert hits("ask 180587-4920 today", "FR") == []


@pytest.mark.parametrize(
    "text",
    [
        "4575 5931 3364 1218 4575",
        "1234 4575 5931 3364 1218",
        "x4575593133641218",
        "4575593133641218x",
        "0.4575593133641218",
        "4575593133641218.5",
        "4575593133641218-1",
        "+4575593133641218",
        "AB-4575593133641218",
        "/4575593133641218/x",
        "95 994 168 237 451",
        "12 95 994 168 237",
        "DE69999991458967346377A",
        "DE69 9999 9145 8967 3463",
        "DE69 9999 9145 8967 ?463 77",
        "AT749999921626246615",
        "12345678Z-8",
        "12345678A",
    ],
)
def test_pieces_of_longer_numbers_and_wrong_digits_are_none(text: str) -> None:
    assert [hit.what for hit in hits(f"see {text} there") if hit.alone is not None] == []


def test_numbers_beside_each_other_are_told_apart() -> None:
    found = hits("41241323T 130974-834M 4575 5931 3364 1218 12/27")
    assert [hit.value for hit in found] == ["41241323T", "130974834M", "4575593133641218"]
    assert [hit.value for hit in hits("DE69999991458967346377 AT749999921626246614")] == [
        "DE69999991458967346377",
        "AT749999921626246614",
    ]


def test_what_is_published_reserved_or_counted_up_is_doubted() -> None:
    assert [hit.doubt for hit in hits("4111 1111 1111 1111")] == [PUBLISHED]
    assert [hit.doubt for hit in hits("DE89 3704 0044 0532 0130 00")] == [PUBLISHED]
    assert [hit.doubt for hit in hits("NHS 999 123 4578") if hit.doubt] == [TEST_RANGE]
    assert [hit.doubt for hit in hits("passport 212345678")] == [RUNNING]
    assert hits("BSN 000000000") == []


def test_letters_in_lower_case_need_a_label() -> None:
    assert [hit.alone for hit in hits("dni 41241323t")] == [None]


def test_reasons_tell_check_digits_from_forms() -> None:
    assert [(hit.what, hit.alone, hit.reason) for hit in hits("41241323T")] == [
        ("national id of Spain", Confidence.MEDIUM, RIGHT),
        ("VAT id of Spain", None, RIGHT),
    ]
    assert [hit.reason for hit in hits("SSN 416-32-4155")] == [FORM]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("X4QK881709SWE6802295M2901318197802292385<<26", "X4QK881709SWE6802295M2901318197802292385<<26"),
        ("C01X0ZT9K1D<<7108123F3104079<<<<<<<<<<<<<<<2", "C01X0ZT9K1D<<7108123F3104079<<<<<<<<<<<<<<<2"),
        (
            "I<UTOZZ99881702<<<<<<<<<<<<<<<\n8502038F3301018UTO<<<<<<<<<<<2",
            "I<UTOZZ99881702<<<<<<<<<<<<<<<8502038F3301018UTO<<<<<<<<<<<2",
        ),
        ("D231458907UTO7408122F1204159<<<<<<<6", "D231458907UTO7408122F1204159<<<<<<<6"),
    ],
)
def test_lines_of_travel_documents_count_anywhere(text: str, value: str) -> None:
    (hit,) = hits(f"scan:\n{text}\n")
    assert (hit.value, hit.alone, hit.what) == (value, Confidence.HIGH, "machine-readable line of a travel document")
    wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
    assert hits(f"scan:\n{wrong}\n") == []


@pytest.mark.parametrize(
    ("text", "what", "labelled"),
    [
        ("Reisepass C01X0ZT9K1", "passport or identity card number of Germany", Confidence.HIGH),
        ("Reisepass C01X0ZT9K", "passport or identity card number of Germany", Confidence.MEDIUM),
        ("paspoort NXC1B23K4", "passport or identity card number of the Netherlands", Confidence.MEDIUM),
        ("paszport AA0000000 nie", "", Confidence.LOW),
        ("paszport ZS0123458", "passport number", Confidence.MEDIUM),
        ("passport 14AB03928", "passport number", Confidence.MEDIUM),
    ],
)
def test_numbers_of_passports_need_a_label(text: str, what: str, labelled: Confidence) -> None:
    found = hits(text)
    passports = {(hit.what, hit.alone, hit.labelled) for hit in found if hit.kind is SubjectKind.PASSPORT}
    assert passports == ({(what, None, labelled)} if what else set())


def test_words_and_wrong_check_digits_are_no_numbers_of_passports() -> None:
    assert hits("passport TRVZWXKLM and Reisepass C01X0ZT9K2 and paspoort NXO1B23K4") == []


@pytest.mark.parametrize("text", ["RSSMRA45C12F20RX", "RSSMRA45C12F2L5N", "RSSMRA45C12F2LRI"])
def test_a_tax_code_with_letters_in_the_place_of_digits_is_one(text: str) -> None:
    (hit,) = hits(f"for {text} as said")
    assert (hit.value, hit.what, hit.alone, hit.reason) == (text, "tax code of Italy", Confidence.MEDIUM, RIGHT)
    assert hits(f"for {text[:-1]}A as said") == []
    assert hits(f"for x-{text} and {text}9") == []


def test_the_number_of_a_door_and_of_a_street_is_no_social_security_number() -> None:
    assert [hit.kind for hit in hits("Suite 680 36 4022 Main Street", "US")] == []
    assert [hit.kind for hit in hits("ask 680 36 4022 today", "US")] == [SubjectKind.SOCIAL_SECURITY]


def test_a_tax_id_that_repeats_no_digit_is_for_a_human() -> None:
    (hit,) = (hit for hit in hits("Identifikationsnummer 10234567898") if hit.what == "tax id of Germany")
    assert (hit.alone, hit.labelled) == (None, Confidence.LOW)
    assert [hit.what for hit in hits("Identifikationsnummer 11112345678")] == []


def test_labels_are_written_in_every_way_that_joins_them() -> None:
    assert words("tax-id,  x ,") == {"tax-id", "tax id", "taxid", "x"}
    assert words("ahv-nummer") == {"ahv-nummer", "ahv nummer", "ahvnummer", "ahv-nr", "ahv nr", "ahvnr"}


def test_a_date_in_a_number_is_one_of_the_calendar() -> None:
    form = dated("[1-8]", "ymd", "[0-9]{4}")
    assert form.fullmatch("38703181745")
    assert not form.fullmatch("38713181745")
    assert dated("", "Ymd", "").fullmatch("18991231")


def test_what_a_form_is_worth_follows_from_the_scheme() -> None:
    scheme = Scheme("x", "Y", "YY", shapes("9", "99", "999", "9999"), re.compile("9+"), str.isdigit, frozenset({"x"}))
    assert set(scheme.shapes.values()) == set(Worth)
    assert [scheme.alone(shape, frozenset({"YY"})) for shape in scheme.shapes] == [
        Confidence.HIGH,
        Confidence.MEDIUM,
        Confidence.MEDIUM,
        None,
    ]
    assert scheme.alone("999", frozenset()) is None
    assert scheme.title == "x of Y"
