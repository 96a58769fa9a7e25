"""Addresses of the house are no findings, and whoever reads a report learns how many were left out."""

from __future__ import annotations

import pytest

from rules.allowed import allowed
from rules.context import Context
from rules.model import Kind
from rules.registry import load
from rules.scan import scan
from tests.rules.parts import part

TEXT = (
    b"info@acme-optics.se Support@ACME-optics.se jane.doe@acme-optics.se news@lists.acme-optics.se o@x.acme-optics.se"
)


def left(known: frozenset[str]) -> tuple[list[str], int]:
    seen = scan(part(TEXT, Kind.TEXT), load(), Context(allowed=known))
    return [match.subject.reveal() for match in seen.matches], seen.allowed


def test_nothing_is_left_out_unless_it_is_said() -> None:
    assert left(frozenset()) == (TEXT.decode().split(), 0)


def test_an_address_is_allowed_as_it_is_written_and_no_other() -> None:
    found, out = left(allowed(["INFO@acme-optics.se "]))
    assert (found, out) == (TEXT.decode().split()[1:], 1)


def test_a_domain_allows_its_functions_and_none_of_its_people() -> None:
    found, out = left(allowed([], ["acme-optics.se"]))
    assert found == ["jane.doe@acme-optics.se", "news@lists.acme-optics.se", "o@x.acme-optics.se"]
    assert out == 2


def test_a_whole_domain_is_without_people_and_those_below_it_are_others() -> None:
    found, out = left(allowed([], [], ["@acme-optics.se"]))
    assert found == ["news@lists.acme-optics.se", "o@x.acme-optics.se"]
    assert out == 3


def test_values_of_another_kind_are_never_left_out() -> None:
    body = b'<p><ri:user ri:username="info@acme-optics.se"/></p>'
    seen = scan(part(body, Kind.STORAGE), load(), Context(allowed=allowed(["info@acme-optics.se"])))
    assert [match.rule for match in seen.matches] == ["legacy-mention"]
    assert seen.allowed == 0


@pytest.mark.parametrize(
    ("addresses", "domains", "whole"),
    [
        (["acme-optics.se"], [], []),
        (["@acme-optics.se"], [], []),
        (["info@localhost"], [], []),
        ([], ["*.acme-optics.se"], []),
        ([], ["acme-optics.se/x"], []),
        ([], [], ["se"]),
        ([], [], ["acme..se"]),
    ],
)
def test_what_is_neither_is_refused_without_its_value(
    addresses: list[str], domains: list[str], whole: list[str]
) -> None:
    with pytest.raises(ValueError, match=r"is written like|before its at sign") as refused:
        allowed(addresses, domains, whole)
    assert "info" not in str(refused.value)
