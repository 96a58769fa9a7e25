"""What the labelled texts of the benchmark taught: cards, numbers beside other numbers, words that look like letters."""

from __future__ import annotations

import pytest

from rules.checks import birth_date, national_id, passport, payment_card, social_security, vat_number
from rules.model import Confidence, Kind, ObjectType, Part, Ref
from rules.rule import Rule
from rules.scan import scan


def found(text: str, *rules: Rule) -> list[tuple[str, str, Confidence]]:
    """Return rule, characters and confidence of what some rules see in a text."""
    matches = scan(Part(Ref(ObjectType.FILE, "1"), "body", Kind.TEXT, text.encode()), rules).matches
    return [(each.rule, each.span.of(text.encode()).decode(), each.confidence) for each in matches]


@pytest.mark.parametrize(
    "number",
    ["30436162440986", "180016070420458", "213176828496175", "501864667909", "4131034282458809939"],
)
def test_a_card_of_any_length_counts_behind_the_word_card(number: str) -> None:
    assert found(f"What is the limit for card {number}?", payment_card.RULE) == [
        ("payment-card", number, Confidence.HIGH)
    ]
    assert found(f"What is the limit for order {number}?", payment_card.RULE) == []


@pytest.mark.parametrize("number", ["4242 4242 4242 4242", "4000 0025 0000 0003", "5555 5555 5555 4444"])
def test_cards_that_are_published_for_tests_are_for_a_human_at_most(number: str) -> None:
    assert found(f"Test cards: {number}", payment_card.RULE) == [("payment-card", number, Confidence.LOW)]


def test_the_tail_of_a_longer_number_is_no_card() -> None:
    assert found("This account is wrong: IT60 X123 4567 8901 2345 6789 012", payment_card.RULE) == []


def test_a_cell_of_a_list_with_commas_ends_at_the_comma() -> None:
    text = "id,name,ni_number,sort_code\n100482,Tilda,PK552743D,20-44-91"
    assert found(text, social_security.RULE) == [("social-security", "PK552743D", Confidence.HIGH)]


def test_a_word_of_two_letters_is_no_country() -> None:
    assert found("El NIF es 20337880S", vat_number.RULE, national_id.RULE) == [
        ("national-id", "20337880S", Confidence.HIGH)
    ]


@pytest.mark.parametrize("number", ["L22N7G8XP", "T22000129", "LZ6311T475"])
def test_the_label_tells_an_identity_card_from_a_passport(number: str) -> None:
    rules = national_id.RULE, passport.RULE
    assert [rule for rule, *_ in found(f"Personalausweis {number}", *rules)] == ["national-id"]
    assert [rule for rule, *_ in found(f"Reisepass {number}", *rules)] == ["passport"]


def test_a_label_belongs_to_the_first_date_behind_it() -> None:
    assert [value for _, value, _ in found("DOB: 03/07/1976. Joined 03/07/2006.", birth_date.RULE)] == ["03/07/1976"]
    table = "Name\tDate of birth\nTilda\t1976-07-03\nBo\t1981-02-11\n"
    assert [value for _, value, _ in found(table, birth_date.RULE)] == ["1976-07-03", "1981-02-11"]
