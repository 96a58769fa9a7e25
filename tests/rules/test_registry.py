from __future__ import annotations

from dataclasses import replace

import pytest

from rules.articles import ARTICLES, article
from rules.model import Severity
from rules.registry import digest, load, verify
from rules.rule import Clean, Example, Flag
from tests.rules.parts import BY_ID, RULES


def test_the_rules_are_sorted_unique_and_the_same_each_time() -> None:
    ids = [rule.id for rule in load()]
    assert ids == sorted(set(ids))
    assert {"legacy-mention", "email-address", "legacy-restriction-user"} <= set(ids)
    assert load() == RULES


def test_the_digest_does_not_depend_on_order_and_changes_with_any_text_or_example() -> None:
    rule = RULES[0]
    assert digest(RULES) == digest(tuple(reversed(RULES)))
    assert len(digest(RULES)) == 64
    changed = [
        replace(rule, why="x"),
        replace(rule, examples=rule.examples[1:]),
        replace(rule, severity=Severity.INFO),
    ]
    assert len({digest((each, *RULES[1:])) for each in [*changed, rule]}) == 4


def test_a_file_that_exports_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="RULE is no Rule"):
        verify("email_address", "a rule")


def test_a_rule_whose_id_is_not_its_file_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not the name of the file"):
        verify("other_name", BY_ID["email-address"])


def test_a_rule_needs_a_clean_example_for_each_flag() -> None:
    rule = BY_ID["email-address"]
    flags = tuple(each for each in rule.examples if isinstance(each, Flag))
    cleans = tuple(each for each in rule.examples if isinstance(each, Clean))
    broken: list[tuple[Example, ...]] = [(), cleans, (*flags, *cleans[:1])]
    for examples in broken:
        with pytest.raises(ValueError, match="a Clean for each"):
            verify("email_address", replace(rule, examples=examples))


def test_a_rule_names_articles_that_exist_and_examples_of_its_kinds() -> None:
    rule = BY_ID["email-address"]
    with pytest.raises(ValueError, match="articles"):
        verify("email_address", replace(rule, articles=("99",)))
    with pytest.raises(ValueError, match="articles"):
        verify("email_address", replace(rule, articles=()))
    with pytest.raises(ValueError, match="of a kind"):
        verify("email_address", replace(rule, kinds=()))


def test_every_article_has_a_number_a_title_and_one_sentence() -> None:
    for number in (
        "4",
        "5(1)(a)",
        "5(1)(f)",
        "6",
        "9",
        "10",
        "13",
        "17",
        "20",
        "24",
        "25",
        "28",
        "30",
        "32",
        "33",
        "35",
    ):
        found = article(number)
        assert found.number == number
        assert found.title
        assert found.summary.endswith(".")
    assert len(ARTICLES) == 23
    with pytest.raises(KeyError):
        article("99")
