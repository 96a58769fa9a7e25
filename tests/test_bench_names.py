"""The people with common names whom no real text knows."""

from __future__ import annotations

from bench.names import COMMON, people
from rules.directory import Directory


def test_the_people_are_the_same_in_every_run_and_no_two_have_one_name() -> None:
    drawn = people()
    assert [each.name for each in drawn] == [each.name for each in people()]
    assert len({each.name for each in drawn}) == len(drawn) == COMMON


def test_each_has_a_name_a_username_and_an_address_that_are_looked_for() -> None:
    for person in people(20):
        found = list(Directory((person,)).hits(f"{person.name}\n@{person.usernames[0]}\n"))
        assert len(found) == 2
        assert {hit.value for hit in found} == {person.name}
        assert person.emails[0].endswith("@example.org")
