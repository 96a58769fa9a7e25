"""Every rule proves itself by its examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.model import Kind, SubjectKind
from rules.rewrite import rewrite
from rules.rule import EXAMPLE_ACCOUNT, Clean, Flag, Rule
from rules.scan import scan
from tests.rules.parts import RULES, part

FLAGS = [
    pytest.param(rule, each, id=f"{rule.id}: {each.why}")
    for rule in RULES
    for each in rule.examples
    if isinstance(each, Flag)
]
CLEANS = [
    pytest.param(rule, each, id=f"{rule.id}: {each.why}")
    for rule in RULES
    for each in rule.examples
    if isinstance(each, Clean)
]


@pytest.mark.parametrize(("rule", "example"), FLAGS)
def test_a_rule_finds_what_its_flags_say_and_shows_none_of_it(rule: Rule, example: Flag) -> None:
    seen = scan(replace(part(example.data, example.kind), path=example.path), [rule], example.context)
    assert seen.unreadable is None
    assert tuple(match.subject.reveal() for match in seen.matches) == example.finds
    for match in seen.matches:
        assert match.rule == rule.id
        assert match.severity is rule.severity
        assert len(match.excerpt) <= 200
        for value in example.finds if match.subject.kind is not SubjectKind.INTERFACE else ():
            assert value not in match.excerpt + match.where + match.reason + repr(match)


@pytest.mark.parametrize(("rule", "example"), CLEANS)
def test_a_rule_leaves_its_clean_examples_alone(rule: Rule, example: Clean) -> None:
    seen = scan(replace(part(example.data, example.kind), path=example.path), [rule], example.context)
    assert (seen.matches, seen.unreadable) == ((), None)


@pytest.mark.parametrize(("rule", "example"), FLAGS)
def test_a_flag_is_rewritten_as_it_says_or_not_at_all(rule: Rule, example: Flag) -> None:
    original = replace(part(example.data, example.kind), path=example.path)
    result = rewrite(original, [rule], lambda _: EXAMPLE_ACCOUNT, example.context)
    assert result.data == (example.data if example.rewritten is None else example.rewritten)
    assert bool(result.proof) == (example.rewritten is not None)
    again = rewrite(replace(original, data=result.data), [rule], lambda _: EXAMPLE_ACCOUNT, example.context)
    assert again.edits == ()


def test_of_the_rules_for_mentions_exactly_one_reports_each_reference() -> None:
    for rule in RULES:
        for example in rule.examples:
            if example.kind is Kind.STORAGE and isinstance(example, Flag):
                spans = [match.span for match in scan(part(example.data), RULES).matches]
                assert len(spans) == len(set(spans))
