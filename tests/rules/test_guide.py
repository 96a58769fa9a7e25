from __future__ import annotations

from dataclasses import replace

import pytest

from rules.exercise import failure
from rules.guide import ROWS, rows_of
from rules.model import Kind
from rules.rule import Clean, Example, Flag
from tests.rules.parts import BY_ID, RULES


def test_every_row_of_the_guide_has_rules_that_exist() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) >= 30
    for row in ROWS:
        assert row.rules, row.id
        assert set(row.rules) <= set(BY_ID), row.id
        assert row.outcome, row.id


def test_the_sections_are_those_of_the_guide() -> None:
    assert list(dict.fromkeys(row.section for row in ROWS)) == [
        "Resources", "User object", "Webhooks", "CQL", "Testing", "Removed protocols", "Connect",
    ]  # fmt: skip


def test_a_rule_knows_its_rows() -> None:
    assert [row.id for row in rows_of("code-privacy-mode")] == ["privacy-mode"]
    assert rows_of("email-address") == ()


def test_every_example_of_every_rule_holds() -> None:
    assert [(rule.id, each.why) for rule in RULES for each in rule.examples if failure(rule, each) is not None] == []


RULE = BY_ID["legacy-mention"]
BODY = b'<ri:user ri:username="tbergmann"/>'
NEW = b'<ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"/>'
GOOD = Flag(BODY, Kind.STORAGE, "x", ("tbergmann",), NEW)


@pytest.mark.parametrize(
    ("example", "words"),
    [
        (GOOD, None),
        (Clean(b"<p/>", Kind.STORAGE, "x"), None),
        (Clean(BODY, Kind.STORAGE, "x"), "1 found where nothing"),
        (replace(GOOD, finds=()), "1 found instead of 0"),
        (replace(GOOD, finds=("olindqvist",)), "not the one expected"),
        (replace(GOOD, rewritten=None), "does not say to what"),
        (replace(GOOD, rewritten=BODY), "gives something else"),
        (replace(GOOD, data=BODY + b"<p>"), "cannot be read"),
    ],
)
def test_a_failing_example_says_why_without_a_value(example: Example, words: str | None) -> None:
    said = failure(RULE, example)
    if words is None:
        assert said is None
    else:
        assert said is not None
        assert words in said
        assert "tbergmann" not in said


def test_a_rule_without_a_rewriter_fails_an_example_that_wants_one() -> None:
    example = Flag(b"ask tilda@acme-optics.se", Kind.TEXT, "x", ("tilda@acme-optics.se",), b"ask nobody")
    assert failure(BY_ID["email-address"], example) == "it is not rewritten"
