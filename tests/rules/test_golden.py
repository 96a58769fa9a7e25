"""Every kind of personal data that a detector finds is shown by examples: ten that count, ten that only look alike."""

from __future__ import annotations

import pytest

from rules.detectors import load as detectors
from rules.registry import load
from rules.rule import Flag, Rule

LEAST = 10
OF_THE_RUN = {"directory-name", "document-metadata", "profile-field-table", "recognised-name"}
"""Rules whose detectors a run makes, and those that read tables and metadata."""
OF_OBJECTS = {"retired-profile-field", "stored-profile-field"}
"""Rules that read user objects."""
FOUND = {
    *("email-address" if one.rule.startswith("email-address") else one.rule for one in detectors()),
    *OF_THE_RUN,
    *OF_OBJECTS,
}


@pytest.mark.parametrize("rule", [rule for rule in load() if rule.id in FOUND], ids=lambda rule: str(rule.id))
def test_each_has_ten_examples_and_ten_hard_negatives(rule: Rule) -> None:
    flags = sum(isinstance(example, Flag) for example in rule.examples)
    assert flags >= LEAST
    assert len(rule.examples) - flags >= LEAST


def test_every_detector_has_a_rule() -> None:
    assert {rule.id for rule in load()} >= FOUND - {"recognised-name"}
