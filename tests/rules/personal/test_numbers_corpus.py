"""Numbers of the test sets of others: python-stdnum, the IBAN registry, the recognisers of Presidio."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from rules.checks import iban, national_id, passport, payment_card, social_security, tax_id, vat_number
from rules.model import Kind, ObjectType, Part, Ref
from rules.nationalschemes import NATIONAL
from rules.scan import scan
from rules.socialschemes import SOCIAL
from rules.taxschemes import TAX
from tests.rules.personal.numbers import hits

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "pii"
REGISTRY = (
    FOLDER / "apache+commons-validator/src/test/resources/org/apache/commons/validator/routines/iban_registry_v99.txt"
)
RECOGNISERS = FOLDER / "presidio-recognizer-cases" / "given.jsonl"
DOCTESTS = FOLDER / "arthurdejong+python-stdnum" / "tests"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared is not here")

RULES = [each.RULE for each in (iban, national_id, passport, payment_card, social_security, tax_id, vat_number)]
LABELS = {
    "de_vat_id": "VAT",
    "de_tax_id": "Steuer-ID",
    "pl_pesel": "PESEL",
    "es_passport": "pasaporte",
    "us_ssn": "SSN",
    "uk_nino": "NINO",
    "us_passport": "passport",
    "uk_nhs": "NHS",
    "it_passport": "passaporto",
    "iban": "",
}
"""Recogniser of Presidio -> the label that its cases are shown with."""
JUDGED = {
    ("de_vat_id", "DE111111117"): "a filler",
    ("de_vat_id", "DE123456789"): "a wrong check digit, which Presidio accepts with less confidence",
    ("de_vat_id", "DE987654321"): "the same",
    ("de_vat_id", "DE100000001"): "the same, and a filler",
    ("pl_pesel", "44-051401458"): "right check digits in groups that nobody expects are for a human",
    ("es_passport", "AA123456"): "a form of other countries",
    ("es_passport", "AAAA12345"): "a form of the Netherlands",
    ("iban", "LV80 bANK 0000 4351 9500 1"): "letters in mixed case are read",
}
"""Where we differ, and why we mean to."""


def cases() -> Iterable[tuple[str, str, int]]:
    lines = RECOGNISERS.read_text("utf-8").splitlines() if RECOGNISERS.is_file() else []
    for case in map(json.loads, lines):
        name = case["recognizer"].removesuffix("_recognizer")
        text, *rest = case["values"]
        if name in LABELS and rest and isinstance(rest[0], int):
            yield name, text, int(rest[0])


def registry() -> list[str]:
    """Return the examples of the registry, in both the compact form and that for print."""
    rows = [line.split("\t") for line in REGISTRY.read_text("latin-1").splitlines()]
    return [
        cell.strip() for row in rows if row[0].startswith("IBAN ") and "format example" in row[0] for cell in row[1:]
    ]


def test_the_cases_of_presidio_are_judged_alike_or_we_say_why() -> None:
    seen = set[tuple[str, str]]()
    for name, text, expected in cases():
        label = LABELS[name]
        data = (f"{label}: {text}" if label else text).encode()
        if len(scan(Part(Ref(ObjectType.PAGE, "1", 1), "body", Kind.TEXT, data), RULES).matches) != expected:
            seen.add((name, text))
    assert seen == set(JUDGED)


def test_every_example_of_the_iban_registry_is_found() -> None:
    examples = [each for each in registry() if re.fullmatch(r"[A-Z]{2}\d\d[0-9A-Z ]+", each)]
    assert len(examples) > 100
    missed = [
        each
        for each in examples
        if [(hit.start, hit.end) for hit in hits(each) if hit.what.startswith("IBAN")] != [(0, len(each))]
    ]
    assert missed == []


SCHEMES = {
    "bg_egn": NATIONAL,
    "gr_amka": SOCIAL,
    "it_codicefiscale": TAX,
    "no_fodselsnummer": NATIONAL,
    "si_emso": NATIONAL,
}
"""Doctest of python-stdnum with a list of numbers -> the table that has their scheme."""


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_numbers_that_python_stdnum_proves_are_numbers_of_our_schemes(name: str) -> None:
    listed = (DOCTESTS / f"test_{name}.doctest").read_text("utf-8").partition("numbers = '''")[2].partition("'''")[0]
    numbers = [re.sub("[^0-9A-Z]", "", line.upper()) for line in listed.split("\n") if line.strip("> .")]
    formed = [(each, number) for number in numbers for each in SCHEMES[name] if each.form.fullmatch(number)]
    assert len({number for _, number in formed}) > 2
    assert all(
        any(each.form.fullmatch(number) and each.valid(number) for each in SCHEMES[name]) for _, number in formed
    )
