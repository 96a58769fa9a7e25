"""How many random numbers pass: what counts without a label is hard to write by chance."""

from __future__ import annotations

import re

import pytest

from rules import checkdigits
from rules.cardschemes import CARDS
from rules.nationalschemes import NATIONAL
from rules.numberforms import FORM, Scheme, Worth
from rules.socialschemes import SOCIAL
from rules.taxschemes import TAX
from rules.vatschemes import VAT
from tests.rules.personal.numbers import filled

DRAWN = 1500
MOST = {Worth.SURE: 0.12, Worth.LIKELY: 0.12, Worth.HOME: 0.12}
"""Share of random numbers of a form that may pass; a form with letters or signs is rare by itself."""
BARE = 0.012
"""The same for forms of digits alone, which numbers of all kinds share."""
CASES = [
    pytest.param(scheme, shape, worth, id=f"{scheme.title}: {shape}")
    for scheme in (*NATIONAL, *TAX, *SOCIAL, *VAT, *CARDS)
    for shape, worth in scheme.shapes.items()
    if worth is not Worth.NOTHING and scheme.reason != FORM
]


@pytest.mark.parametrize(("scheme", "shape", "worth"), CASES)
def test_random_numbers_of_a_form_that_needs_no_label_rarely_pass(scheme: Scheme, shape: str, worth: Worth) -> None:
    passed = 0
    for text in filled(shape, DRAWN):
        number = re.sub("[^0-9A-Z]", "", text)
        passed += scheme.form.fullmatch(number) is not None and scheme.valid(number)
    assert passed / DRAWN <= (BARE if set(shape) == {"9"} else MOST[worth])


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (checkdigits.german_card, "C01X0ZT9K1"),
        (checkdigits.german_pension, "86150958M265"),
        (checkdigits.polish_card, "ETA861811"),
        (checkdigits.polish_passport, "AA0000000"),
        (checkdigits.spanish_security, "446103599982"),
        (checkdigits.spanish_security, "080123456774"),
        (checkdigits.hungarian_tax, "8936454072"),
        (checkdigits.hungarian_security, "742204722"),
        (checkdigits.hungarian_personal, "73410099497"),
        (checkdigits.portuguese_security, "17290857199"),
        (checkdigits.luxembourgish, "1975052885346"),
        (checkdigits.swedish, "198112289874"),
    ],
)
def test_our_own_check_digits_accept_the_right_one_only(check: object, right: str) -> None:
    assert callable(check)
    place = {checkdigits.polish_card: 3, checkdigits.polish_passport: 2}.get(check, len(right) - 1)
    wrong = [right[:place] + digit + right[place + 1 :] for digit in "0123456789" if digit != right[place]]
    assert check(right)
    accepted = sum(check(each) for each in wrong)
    assert accepted <= (1 if check is checkdigits.hungarian_personal else 0)
