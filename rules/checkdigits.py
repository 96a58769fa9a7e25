"""Check digits of numbers that python-stdnum has no module for, from the public descriptions of their schemes.

Every function takes a number without separators, in upper case, whose form was looked at before: digits stand where
digits belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from stdnum import luhn, verhoeff
from stdnum.dk import cpr
from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def weighted(number: str, weights: Iterable[int]) -> int:
    """Return the sum of digits and letters (A is 10) times their weights, as far as there are weights."""
    return sum(_ALPHABET.index(sign) * weight for sign, weight in zip(number, weights, strict=False))


def machine_readable(field: str) -> int:
    """Return the check digit of a field of a travel document: weights 7, 3, 1; the filler `<` is nought.

    Source: ICAO Doc 9303, part 3, section 4.9.
    """
    return weighted(field.replace("<", "0"), (7, 3, 1) * (len(field) // 3 + 1)) % 10


def german_card(number: str) -> bool:
    """Return whether the tenth character of a German identity card or passport number is right (ICAO Doc 9303)."""
    return machine_readable(number[:9]) == int(number[9])


def german_pension(number: str) -> bool:
    """Return whether the last digit of a German pension insurance number is right.

    The letter counts as two digits, its place in the alphabet; products are reduced to their digit sums.
    Source: VKVV, section 4.
    """
    digits = f"{number[:8]}{ord(number[8]) - ord('A') + 1:02}{number[9:11]}"
    products = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[11])


def german_health(number: str) -> bool:
    """Return whether the last digit of a German health insurance number is right.

    The letter counts as two digits, its place in the alphabet; products are reduced to their digit sums.
    Source: Social Code V, section 290, and the common rules of the funds on it.
    """
    digits = f"{ord(number[0]) - ord('A') + 1:02}{number[1:9]}"
    products = (int(digit) * weight for digit, weight in zip(digits, (1, 2) * 5, strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[9])


def polish_card(number: str) -> bool:
    """Return whether the first digit behind the letters of a Polish identity card is right (weights 7, 3, 1)."""
    return weighted(number, (7, 3, 1, 0, 7, 3, 1, 7, 3)) % 10 == int(number[3])


def polish_passport(number: str) -> bool:
    """Return whether the first digit behind the letters of a Polish passport is right (weights 7, 3, 1, 7, 3)."""
    return weighted(number, (7, 3, 0, 1, 7, 3, 1, 7, 3)) % 10 == int(number[2])


def spanish_security(number: str) -> bool:
    """Return whether the last two digits of a Spanish social security number are right: modulo 97.

    A serial below ten million loses its first digit, which is nought. Source: Seguridad Social, descriptions of files.
    """
    province, serial = int(number[:2]), int(number[2:10])
    value = province * 10**7 + serial if serial < 10**7 else int(number[:10])
    return value % 97 == int(number[10:])


def hungarian_tax(number: str) -> bool:
    """Return whether the last digit of a Hungarian tax id is right. Source: Act CL of 2017, annex."""
    return weighted(number, range(1, 10)) % 11 == int(number[9])


def hungarian_security(number: str) -> bool:
    """Return whether the last digit of a Hungarian social security number (TAJ) is right. Source: Act XX of 1996."""
    return weighted(number, (3, 7, 3, 7, 3, 7, 3, 7)) % 10 == int(number[8])


def hungarian_personal(number: str) -> bool:
    """Return whether the last digit of a Hungarian personal number is right: the weights turned round in 1997.

    Source: Act XX of 1996, annex.
    """
    rising, falling = weighted(number, range(1, 11)) % 11, weighted(number, range(10, 0, -1)) % 11
    return int(number[10]) in {rising, falling}


def portuguese_security(number: str) -> bool:
    """Return whether the last digit of a Portuguese social security number (NISS) is right: weights are primes."""
    return 9 - weighted(number, (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)) % 10 == int(number[10])


def luxembourgish(number: str) -> bool:
    """Return whether both check digits of a Luxembourgish number are right: Luhn, then Verhoeff, over eleven digits.

    Source: règlement grand-ducal of 21 December 2012 on the numbering of natural persons.
    """
    return luhn.is_valid(number[:12]) and verhoeff.is_valid(number[:11] + number[12])


def swedish(number: str) -> bool:
    """Return whether the last digit of a Swedish personal or coordination number, of 10 or 12 digits, is right."""
    return luhn.is_valid(number[-10:])


def belgian(number: str) -> bool:
    """Return whether the last two digits of a Belgian national number are right, for a birth in either century.

    python-stdnum asks today's date which centuries there may be; a rule must not depend on it.
    """
    return any(97 - int(each[:-2]) % 97 == int(number[-2:]) for each in (number, f"2{number}"))


def danish(number: str) -> bool:
    """Return whether a Danish number holds a date of birth, past or not: its check digit was given up in 2007."""
    return _dated(cpr.get_birth_date, number)


def norwegian(number: str) -> bool:
    """Return whether both check digits of a Norwegian number are right and it holds a date of birth, past or not."""
    checks = fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)
    return checks == number[-2:] and _dated(fodselsnummer.get_birth_date, number)


def _dated(birth_date: Callable[[str], date], number: str) -> bool:
    try:
        birth_date(number)
    except ValidationError:
        return False
    return True
