from __future__ import annotations

import pytest

from audit.errors import UsageError
from audit.leftover import exit_code, lines, numbers_of, totals
from audit.residue import Residue, Trace
from reports.migrated import Where
from reports.text import ranges
from rules.model import ObjectType, Ref

PAGE = Ref(ObjectType.PAGE, "101", 9, "ENG")
OLD = tuple(Trace(Where.VERSION, n, {"legacy-mention": 2}) for n in (1, 2, 3, 7))
FOUND = Residue(PAGE, (*OLD, Trace(Where.DRAFT, None, {"email-address": 1})), 8)
CLEAN = Residue(PAGE, (), 8)
UNREAD = Residue(PAGE, unread="the account may not see it")


def test_numbers_are_shown_and_read_as_ranges() -> None:
    assert ranges([7, 3, 2, 1, 2]) == "1-3, 7"
    assert numbers_of("3-5, 9,1") == {1, 3, 4, 5, 9}


@pytest.mark.parametrize("text", ["", "0", "a", "3-", "-3", "5-3", "1,,2", "1-9999999", "²"])
def test_other_words_are_no_version_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="not understood"):
        numbers_of(text)


def test_an_object_is_one_line_and_a_clean_one_none() -> None:
    assert list(lines([FOUND, CLEAN, UNREAD])) == [
        "page 101 in ENG: versions 1-3, 7 of 8 old, draft; email-address 1, legacy-mention 8",
        "page 101 in ENG: not looked into (the account may not see it)",
    ]
    assert list(lines([FOUND, FOUND, FOUND], 1))[1:] == ["… and 2 more objects: confluence-gdpr residue"]


def test_totals_count_places_and_what_was_not_read() -> None:
    shown = list(totals([FOUND, CLEAN, UNREAD]))
    assert [line.split()[0] for line in shown] == ["4", "1", "1", "1"]
    assert "of 3 looked into" in shown[2]


def test_what_was_not_read_counts_more_than_what_was_found() -> None:
    assert [exit_code(one) for one in ([CLEAN], [FOUND, CLEAN], [FOUND, UNREAD])] == [0, 1, 3]
