"""Whoever is known by an address or a username is traced to an account, and every route says what it did not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from audit.identity.ledger import Ledger, Row
from audit.identity.route import Answer, Heard, Identifier, Resolved, Unknown
from audit.person import person
from audit.subjectaccount import GIVEN, HOW, Table, of_others, traced
from reports.language import language
from rules.directory import Person as Named
from rules.model import SubjectKind

pytestmark = pytest.mark.anyio

ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"
BOB = "5d41402abc4b2a76b9719d91"
EMAIL = "ann@acme-optics.se"
AT = "2026-11-21T09:00:00Z"
ROW = Row("alee", "8a7f80826c1d4e5f016c1d4e6f700001", EMAIL, ANN, "Ann Lee", second="ACME-alee")


class Says:
    """A route that says the same of every address."""

    kinds: Final = frozenset({SubjectKind.EMAIL})

    def __init__(self, name: str, answer: Answer, unavailable: str = "") -> None:
        self.name: Final = name
        self.asked: list[Identifier] = []
        self._answer = answer
        self._unavailable = unavailable

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        self.asked += identifiers
        return Heard(
            {} if self._unavailable else dict.fromkeys(identifiers, self._answer), unavailable=self._unavailable
        )


def table(*rows: Row) -> Table:
    return Table((Ledger("csv", rows, AT),), rows)


async def test_a_route_names_the_account_and_is_named() -> None:
    one = await traced(person({"email": (EMAIL,)}), Table(), [Says("organisation", Resolved(ANN, "organisation", AT))])
    assert one.person.of(SubjectKind.ACCOUNT_ID) == (ANN,)
    assert (list(one.sources.values()), one.unknown) == (["organisation"], ())
    assert EMAIL not in repr(one)
    assert ANN not in repr(one)


async def test_nobody_is_asked_about_whoever_gave_the_account_or_stands_in_the_table() -> None:
    route = Says("organisation", Unknown())
    given = await traced(person({"account-id": (ANN,), "email": (EMAIL,)}), Table(), [route])
    assert (given.sources, given.unknown) == ({}, ())
    tabled = await traced(person({"email": (EMAIL,)}), table(ROW), [route])
    assert tabled.person.of(SubjectKind.ACCOUNT_ID) == (ANN,)
    assert route.asked == []


async def test_a_row_adds_what_somebody_was_called_and_other_rows_add_nothing() -> None:
    rows = table(ROW, Row("blee", "", "bob@acme-optics.se", BOB, "Bob Lee"), Row("alee2", "", EMAIL, BOB))
    one = await traced(person({"account-id": (ANN,)}), rows, [])
    assert one.person.of(SubjectKind.USERNAME) == ("alee", "ACME-alee")
    assert one.person.of(SubjectKind.DISPLAY_NAME) == ("Ann Lee",)
    assert one.person.of(SubjectKind.EMAIL) == (EMAIL,)
    assert set(one.sources.values()) == {GIVEN}
    assert one.person.of(SubjectKind.ACCOUNT_ID) == (ANN,)
    left = await traced(person({"username": ("alee",)}), table(Row("alee", "", EMAIL)), [])
    assert left.person.of(SubjectKind.EMAIL) == (EMAIL,)


def test_rows_of_others_are_those_that_share_nothing_with_the_person() -> None:
    other = Row("blee", "", "bob@acme-optics.se", BOB, "Bob Lee")
    nobody = Row("clee", name="Cy Lee")
    assert of_others(person({"account-id": (ANN,)}), (ROW, other, nobody)) == (other, nobody)
    assert of_others(person({"email": (EMAIL,)}), (ROW, other)) == (other,)


async def test_what_no_route_knows_is_told_route_by_route_with_the_way_on() -> None:
    routes = [Says("organisation", Unknown()), Says("site", Unknown(), "the site does not offer it (status 404)")]
    people = [Named("Ann Lee"), Named("ANN LEE"), Named("Bob Lee")]
    one = await traced(person({"email": (EMAIL,), "name": ("Ann Lee",)}), table(), routes, people)
    assert one.unknown == (
        "The route csv does not know the account.",
        "The route organisation does not know the account.",
        "The route site could not be asked for the account: the site does not offer it (status 404)",
        "Accounts of the site with the name that was given: 2. A name alone does not tell whose it is.",
        HOW,
    )
    assert not one.person.of(SubjectKind.ACCOUNT_ID)
    assert all(language("de").known(sentence) for sentence in one.unknown[1:])


async def test_an_address_of_two_accounts_is_not_decided() -> None:
    routes = [Says("organisation", Resolved(ANN, "organisation", AT)), Says("site", Resolved(BOB, "site", AT))]
    one = await traced(person({"email": (EMAIL,)}), Table(), routes)
    assert not one.person.of(SubjectKind.ACCOUNT_ID)
    assert one.unknown[0].startswith("Several accounts go by the identifiers")
    assert language("de").known(one.unknown[0])
