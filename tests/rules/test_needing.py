from __future__ import annotations

import re
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors import load
from rules.needing import Need, need

EXPRESSIONS = sorted({anchor.expression for detector in load(frozenset({"DE"})) for anchor in detector.anchors})


@pytest.mark.parametrize(
    ("expression", "digits", "longest"),
    [
        (rb"abc", 0, 3),
        (rb"a1c", 1, 3),
        (rb"\b[0-9]{4}\b", 4, 4),
        (rb"[0-9](?:[ -]?[0-9]){3,5}[^0-9]", 4, 12),
        (rb"\d{2}|[A-Z]\d", 1, 2),
        (rb"\d{2}|[A-Z]", 0, 2),
        (rb"(\d|[1-9\d])x", 1, 2),
        (rb"(?i)tel\.? ?[0-9]?", 0, 6),
        (rb"\xc2\xa0[5]", 1, 3),
        (rb"[]0-9]", 0, 1),
        (rb"[^0-9]", 0, 1),
        (rb"[0-9-]", 0, 1),
        (rb"[\]0]", 0, 1),
        (rb"[0-9]{2,}", 2, inf),
        (rb"[0-9]+x*", 1, inf),
        (rb"\b*[0-9]", 1, 1),
        (rb"[0-9]{2}?", 2, 2),
        (rb"(?=1)1", 0, inf),
        (rb"(1", 0, inf),
        (rb"1)1", 0, inf),
        (rb"[1", 0, inf),
    ],
)
def test_an_expression_tells_how_many_digits_it_needs_and_how_long_it_gets(
    expression: bytes, digits: int, longest: float
) -> None:
    assert need(expression) == Need(digits, longest)


@given(st.data())
def test_what_the_anchors_match_has_the_digits_and_the_length_that_were_worked_out(data: st.DataObject) -> None:
    expression = data.draw(st.sampled_from(EXPRESSIONS))
    found = re.search(expression, data.draw(st.from_regex(expression)))
    assert found is not None
    needed = need(expression)
    assert len(found[0]) <= needed.longest
    assert sum(byte in b"0123456789" for byte in found[0]) >= needed.digits
