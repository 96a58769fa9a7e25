"""Whoever a dossier is about is named by options or a file, checked, and never shown."""

from __future__ import annotations

import pytest

from audit.errors import UsageError
from audit.person import Person, person
from rules.model import Personal, SubjectKind

KEY = b"0" * 32
ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"


def test_identifiers_of_options_and_file_come_in_one_order_and_once() -> None:
    lines = [
        "\ufeff# whoever asks".lstrip("\ufeff"),
        "",
        "Email: ann@acme-optics.se",
        "account_id: " + ANN,
        "name:Ann Lee",
    ]
    one = person({"email": ("ann@acme-optics.se",), "username": ("alee",)}, lines)
    assert [value.kind.value for value in one.values] == ["account_id", "email", "display_name", "username"]
    assert one.of(SubjectKind.ACCOUNT_ID) == (ANN,)
    assert "ann" not in repr(one)
    assert {subject.mask for subject in one.subjects(KEY)} == {"712020:***", "a***@a***.se", "A***", "a***"}


def test_values_are_compared_under_every_name_that_rules_have_for_them() -> None:
    hashes = person({"email": ("Ann@acme-optics.se",), "username": ("alee",)}).pseudonyms(KEY)
    for kind, value in (
        (SubjectKind.EMAIL, "ann@acme-optics.se"),
        (SubjectKind.USERNAME, "ann@acme-optics.se"),
        (SubjectKind.USERNAME, "ALEE"),
        (SubjectKind.DISPLAY_NAME, "alee"),
    ):
        assert Personal(kind, value).pseudonym(KEY) in hashes
    assert Personal(SubjectKind.USERNAME, "blee").pseudonym(KEY) not in hashes


def test_what_the_site_adds_is_added_once() -> None:
    one = person({"email": ("ann@acme-optics.se",)})
    more = one.with_([Personal(SubjectKind.DISPLAY_NAME, "Ann Lee"), *one.values])
    assert [value.kind.value for value in more.values] == ["email", "display_name"]
    more = more.with_([Personal(SubjectKind.DISPLAY_NAME, "Ann Berg")])
    (named,) = more.named()
    assert (named.name, named.former) == ("Ann Lee", ("Ann Berg",))
    assert person({"account-id": (ANN,)}).named() == ()
    assert isinstance(more, Person)


@pytest.mark.parametrize(
    ("email", "names", "looked_for"),
    [
        ("nobody@acme-optics.se", (), False),
        ("nobody@acme-optics.se", ("Ann Lee", "Ann Berglund"), False),
        ("aberglund@acme-optics.se", (), False),
        ("aberglund@acme-optics.se", ("Ann Lee", "Ann Berglund"), True),
        ("aberg@acme-optics.se", ("Ann Berg",), False),
        ("ann.lee@acme-optics.se", (), True),
        ("ann7@acme-optics.se", (), True),
    ],
)
def test_the_first_part_of_an_address_is_looked_for_where_its_letters_tell_that_it_is_a_username(
    email: str, names: tuple[str, ...], *, looked_for: bool
) -> None:
    one = person({"email": (email,), "name": names})
    assert [named.emails for named in one.named()] == ([(email,)] if looked_for else [()] if names else [])
    (known,) = person({"email": (email,), "username": ("nobody",)}).named()
    assert known.usernames == ("nobody",)


@pytest.mark.parametrize(
    ("given", "lines", "where", "why"),
    [
        ({}, [], "subject", "a dossier is about one person"),
        ({"email": ("canary",)}, [], "--email", "it is no e-mail address"),
        ({"email": ("can ary@x.se",)}, [], "--email", "it is no e-mail address"),
        ({"account-id": ("canary",)}, [], "--account-id", "it has not the form of one"),
        ({"name": ("ab",)}, [], "--name", "fewer than 3 characters"),
        ({"name": ("canary\n",), "username": ("can\x07ary",)}, [], "--username", "cannot be printed"),
        ({}, ["# x", "canary"], "line 2 of --person", "it does not begin with one of `account-id:`"),
        ({}, ["phone: canary"], "line 1 of --person", "it does not begin with one of"),
        ({}, ["email:"], "line 1 of --person", "it does not begin with one of"),
        ({}, ["name: Ann Lee", "email: canary"], "line 2 of --person", "it is no e-mail address"),
    ],
)
def test_what_is_no_identifier_is_refused_without_being_shown(
    given: dict[str, tuple[str, ...]], lines: list[str], where: str, why: str
) -> None:
    with pytest.raises(UsageError) as refused:
        person(given, lines)
    assert refused.value.where == where
    assert why in str(refused.value)
    assert "canary" not in str(refused.value)
