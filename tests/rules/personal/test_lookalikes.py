"""What looks like personal data and is something else: commits, checksums, percentages, examples, libraries."""

from __future__ import annotations

import pytest

from rules.checks import (
    birth_date,
    coordinates,
    email_address,
    iban,
    licence_plate,
    passport,
    phone_number,
    social_security,
    vat_number,
)
from rules.context import Context
from rules.model import Confidence, Kind, ObjectType, Part, Ref
from rules.rule import Rule
from rules.scan import scan

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


def found(text: str, rule: Rule, kind: Kind = Kind.TEXT) -> list[tuple[str, Confidence]]:
    """Return characters and confidence of what a rule sees in a text at a site in five countries."""
    part = Part(Ref(ObjectType.FILE, "1"), "body", kind, text.encode())
    matches = scan(part, [rule], Context(regions=frozenset({"DE", "FR", "GB", "NL", "US"}))).matches
    return [(each.span.of(text.encode()).decode(), each.confidence) for each in matches]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (coordinates.RULE, "p99 = 12.345678, 98.765432 %"),
        (coordinates.RULE, "12.345678, 98.765432\u00a0\u2030"),
        (passport.RULE, "the passport strategy AB1234567"),
        (passport.RULE, "passport.js AB1234567"),
        (phone_number.RULE, "a share of 0.123456789"),
        (iban.RULE, "commit be42999970906374"),
        (iban.RULE, "merged: be42999970906374"),
        (licence_plate.RULE, "sums by S-HA 256"),
        (licence_plate.RULE, "as in AB-CD 1234"),
        (birth_date.RULE, "Sitzung geb. Beitr\u00e4ge; Mitglied seit 13.05.1985"),
        (birth_date.RULE, "born in Kiruna; joined the choir on that day, 13.05.1985"),
        (birth_date.RULE, "birthday party, joined 03/07/2006"),
        (vat_number.RULE, "VAT number of the owner; company registration 09876543"),
    ],
)
def test_what_only_looks_alike_is_no_finding(rule: Rule, text: str) -> None:
    assert found(text, rule) == []


@pytest.mark.parametrize(
    ("rule", "text", "value", "sure"),
    [
        (coordinates.RULE, "at 57.708870, 11.974560 (100 %)", "57.708870, 11.974560", MEDIUM),
        (passport.RULE, "passport strategy AB1234567; passport number AB7654321", "AB7654321", MEDIUM),
        (passport.RULE, "Pass C01X00T47", "C01X00T47", MEDIUM),
        (phone_number.RULE, "phone 555-0123", "555-0123", LOW),
        (phone_number.RULE, "De Ruijter: 058 2345671", "058 2345671", MEDIUM),
        (iban.RULE, "BE42999970906374", "BE42999970906374", HIGH),
        (iban.RULE, "be42 9999 7090 6374 of the commit fund", "be42 9999 7090 6374", HIGH),
        (iban.RULE, "account be42999970906374", "be42999970906374", HIGH),
        (licence_plate.RULE, "Kennzeichen S-HA 256", "S-HA 256", LOW),
        (licence_plate.RULE, "parked: S-HA 257", "S-HA 257", MEDIUM),
        (birth_date.RULE, "| birthDate | date | 1970-01-01 |", "1970-01-01", LOW),
        (birth_date.RULE, "born 03/05/1971, joined 03/07/2006", "03/05/1971", MEDIUM),
        (social_security.RULE, "SSN 123-45-6789", "123-45-6789", LOW),
        (social_security.RULE, "219-09-9998", "219-09-9998", MEDIUM),
        (social_security.RULE, "PK 55 27 43 D", "PK 55 27 43 D", MEDIUM),
        (vat_number.RULE, "VAT number GB 952 4132 38; company registration 09876543", "GB 952 4132 38", HIGH),
    ],
)
def test_what_counts_beside_it_counts_as_before(rule: Rule, text: str, value: str, sure: Confidence) -> None:
    assert found(text, rule) == [(value, sure)]


def test_a_table_of_many_columns_keeps_its_headings_where_some_are_numbered() -> None:
    columns = [f"Custom field {number}" for number in range(78)]
    text = ",".join([*columns, "Passport number"]) + "\n" + "," * 78 + "AB1234567\n"
    assert found(text, passport.RULE) == [("AB1234567", MEDIUM)]
    assert found("Field 1,Passport number\nx,AB1234567\n", passport.RULE) == []
    assert found(text.replace("field 7,", "field 2026,"), passport.RULE) == []


def test_attributes_of_a_page_s_own_are_read() -> None:
    body = '<p><span class="x" data-payee="DE02120300000000202051">y</span></p>'
    assert found(body, iban.RULE, Kind.STORAGE) == [("DE02120300000000202051", HIGH)]
    assert found(body.replace("data-payee", "class"), iban.RULE, Kind.STORAGE) == []


def test_an_address_is_said_to_be_written_or_to_be_written_to() -> None:
    body = (
        '<p>tilda@acme-optics.se <a href="mailto:jo@acme-optics.se">x</a>'
        '<a href="https://acme-optics.se/?to=ola@acme-optics.se">y</a></p><!-- info@acme-optics.se -->'
    )
    part = Part(Ref(ObjectType.FILE, "1"), "body", Kind.STORAGE, body.encode())
    assert [each.reason.split("; ")[0] for each in scan(part, [email_address.RULE]).matches] == [
        "it is written as an e-mail address",
        "a link writes to it",
        "it is written as an e-mail address",
        "it is written as an e-mail address",
    ]
