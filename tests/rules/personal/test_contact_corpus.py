"""Vectors that others made: numbers of all regions, and cases that libraries for telephone numbers test with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import phonenumbers
import pytest

from rules.personal import phone
from tests.rules.personal.contacts import seen, values

ROOT = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "pii"

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared corpus is not beside this checkout")


def test_every_example_number_in_international_form_is_found_with_its_value() -> None:
    with (ROOT / "phone-example-numbers.tsv").open(encoding="utf-8") as lines:
        numbers = [row["e164"] for row in csv.DictReader(lines, delimiter="\t")]
    valid = [each for each in numbers if phonenumbers.is_valid_number(phonenumbers.parse(each))]
    assert len(valid) > 1100
    for each in valid:
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        written = phonenumbers.format_number(phonenumbers.parse(each), form)
        assert values(phone, f"call {written} or {each}.") == [each, each]


def test_what_looks_like_dates_and_times_is_no_number_in_its_region() -> None:
    cases = [json.loads(line) for line in (ROOT / "phone-matcher-cases" / "given.jsonl").read_text().splitlines()]
    assert {case["list"] for case in cases} > {"IMPOSSIBLE_CASES"}
    for case in cases:
        if case["list"] == "IMPOSSIBLE_CASES":
            assert values(phone, case["text"], case["region"]) == []
        elif case["list"] == "VALID_CASES":
            assert seen(phone, case["text"], case["region"])
