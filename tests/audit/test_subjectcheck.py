"""Identifiers of two people make no dossier, unless somebody says that they are one person."""

from __future__ import annotations

import pytest

from audit.errors import UsageError
from audit.person import person
from audit.subjectcheck import OTHER_ACCOUNT, OTHER_EMAIL, OTHER_NAME, UNCHECKED, agreed
from audit.subjectindex import Shown
from reports.language import language

ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"
LEE = Shown("Ann Lee", "ann@acme-optics.se")
OTHER = {"email": ("otto.berg@acme-optics.se",), "account-id": (ANN,)}


def test_what_agrees_or_is_not_known_to_differ_passes_without_a_word() -> None:
    assert agreed(person({"account-id": (ANN,)}), (LEE,), allowed=False) == ()
    same = person({"email": ("Ann@Acme-Optics.se",), "account-id": (ANN,), "name": ("Ann Müller",)})
    assert agreed(same, (LEE,), allowed=False) == ()
    assert agreed(person({"email": ("otto@acme-optics.se",)}), (), allowed=False) == ()
    assert agreed(person({"name": ("muller, ann",)}), (Shown("Änn Müller"),), allowed=False) == ()


@pytest.mark.parametrize(
    ("given", "shown", "told", "why"),
    [
        (OTHER, (LEE,), OTHER_EMAIL, "the account has the address a***@a***.se on the site, and o***@a***.se was"),
        ({"name": ("Otto Berg",)}, (LEE,), OTHER_NAME, "the account has the name A*** on the site, and O*** was"),
        ({"account-id": (ANN,)}, (LEE, Shown("Otto Berg")), OTHER_ACCOUNT, "the accounts have different names"),
    ],
)
def test_what_differs_is_refused_with_masks_and_said_when_it_is_allowed(
    given: dict[str, tuple[str, ...]], shown: tuple[Shown, ...], told: str, why: str
) -> None:
    with pytest.raises(UsageError) as caught:
        agreed(person(given), shown, allowed=False)
    assert why in str(caught.value)
    assert "--same-person" in str(caught.value)
    assert not [value for value in ("Otto", "otto", "Ann", "ann@") if value in str(caught.value)]
    assert agreed(person(given), shown, allowed=True) == (told,)
    assert language("de").known(told)


def test_an_address_that_the_site_hides_is_told_as_unchecked() -> None:
    assert agreed(person(OTHER), (Shown("Otto Berg"),), allowed=False) == (UNCHECKED,)
    assert language("de").known(UNCHECKED)
    assert "Ann" not in repr(LEE)
