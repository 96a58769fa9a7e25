"""The parsers under mutated input: a fixed seed and a fixed count, so that a failure can be repeated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.fuzz import TARGETS, broken, fuzz, inputs, seeds
from rules.context import NOTHING_KNOWN
from rules.model import Edit, Match, Span
from rules.rule import Change, Resolver, Rule
from rules.view import View
from tests.rules.parts import BY_ID, RULES, part

COUNT = 60
MENTION = b'<p>x</p><ri:user ri:username="tilda" />'
RULE = BY_ID["legacy-mention"]


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_keeps_its_promises_under_mutated_input(name: str) -> None:
    tried = fuzz(name, seed=7, count=COUNT)
    assert tried.failures == ()
    assert tried.inputs == COUNT
    assert tried.found > 0, "the inputs are so broken that nothing is tried"


def test_the_same_seed_gives_the_same_inputs_and_another_one_others() -> None:
    known = seeds(TARGETS["cql"], RULES)
    first, again, other = (
        [each.data for each, _ in zip(inputs(known, seed), range(20), strict=False)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_fuzzing_sees_a_place_outside_the_bytes() -> None:
    def beyond(view: View) -> list[Match]:
        return [replace(match, span=Span(1, len(view.data) + 1)) for match in RULE.detect(view)]

    assert "is not within" in str(broken(part(MENTION), (_like(detect=beyond),), NOTHING_KNOWN))


def test_fuzzing_sees_a_rewrite_without_an_end() -> None:
    def longer(view: View, found: tuple[Match, ...], ask: Resolver) -> Change:
        return Change((Edit(Span(3, 4), b"x", b"xx"),))

    answer = broken(part(MENTION), (_like(rewrite=longer),), NOTHING_KNOWN)
    assert not isinstance(answer, str)
    assert answer[2].edits == (), "the proof of the product refuses it first"


def _like(**other: object) -> Rule:
    return replace(RULE, **other)  # type: ignore[arg-type]
