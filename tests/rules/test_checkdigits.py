"""Numbers with a date of birth in them: what is right does not depend on the day on which it is asked.

The library judges Belgian numbers by today's date; the births here lie before and behind any day these tests run on.
"""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from stdnum.no import fodselsnummer

from rules.checkdigits import belgian, danish, german_health, norwegian

BIRTHS = tuple(date(year, 3, 14) for year in (1902, 1957, 1999, 2000, 2026, 2039))
TO_COME = tuple(date(year, 3, 14) for year in (2045, 2078, 2099))


def test_one_digit_is_right_for_a_german_health_insurance() -> None:
    assert german_health("A123456780")
    assert [each for each in range(10) if german_health(f"M73184629{each}")] == [6]


@pytest.mark.parametrize("born", BIRTHS + TO_COME, ids=str)
def test_a_belgian_number_may_be_of_a_birth_to_come(born: date) -> None:
    digits = f"{born:%y%m%d}417"
    check = 97 - int(f"2{digits}" if born.year >= 2000 else digits) % 97
    other = 97 - int(digits if born.year >= 2000 else f"2{digits}") % 97
    right = [each for each in range(1, 98) if belgian(f"{digits}{each:02}")]
    assert right == sorted({check, other})


@pytest.mark.parametrize(
    ("seventh", "years"),
    [
        ("0", (1900, 1957, 1999)),
        ("3", (1900, 1936, 1999)),
        ("4", (1937, 1999, 2000, 2036)),
        ("5", (2000, 2057, 1858, 1899)),
        ("8", (2000, 2057, 1858, 1899)),
        ("9", (1937, 1999, 2000, 2036)),
    ],
)
def test_a_danish_number_holds_a_day_of_its_century_past_or_to_come(seventh: str, years: tuple[int, ...]) -> None:
    assert all(danish(f"{date(year, 3, 14):%d%m%y}{seventh}417") for year in years)
    leaps = [year for year in range(1858, 2058) if danish(f"2902{year % 100:02}{seventh}417")]
    assert {year % 4 for year in leaps} == {0}
    assert not danish(f"310499{seventh}417")


def test_a_danish_leap_day_depends_on_the_century_that_its_seventh_digit_tells() -> None:
    assert danish("2902004417")
    assert not danish("2902000417")


@pytest.mark.parametrize(
    ("born", "serials"),
    [(date(1957, 3, 14), 0), (date(1871, 3, 14), 500), (date(2026, 3, 14), 500), (date(2039, 3, 14), 500)],
    ids=str,
)
def test_a_norwegian_number_may_be_of_a_birth_to_come(born: date, serials: int) -> None:
    number = next(filter(None, (checked(f"{born:%d%m%y}{serial:03}") for serial in count(serials))))
    assert norwegian(number)
    assert not norwegian(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_norwegian_number_without_a_century_or_a_day_is_none() -> None:
    assert not norwegian(next(filter(None, (checked(f"140345{serial:03}") for serial in range(750, 900)))))
    assert not norwegian(next(filter(None, (checked(f"310457{serial:03}") for serial in range(400)))))


def checked(digits: str) -> str | None:
    """Return the number with its two check digits, None where no number with these digits is given out."""
    first = fodselsnummer.calc_check_digit1(digits)
    second = fodselsnummer.calc_check_digit2(digits + first)
    return digits + first + second if len(first + second) == 2 else None
