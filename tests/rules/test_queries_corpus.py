"""Queries that nobody here wrote: what is one parses, what is none is refused, and every exception has its reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from rules import cql, jql
from rules.identifiers import is_account_id
from rules.model import Account, Kind, Personal, Resolution
from rules.queries import Unparsed, legacy
from rules.registry import load
from rules.rewrite import rewrite
from tests.rules.parts import part

WHOLE = {"cql": 177, "jql": 411}
REFUSED = {
    "cql": {"ends too early": 4, "quotes": 3, "no such operator": 1, "text around it": 2},
    "jql": {"ends too early": 15, "quotes": 3, "unquoted sign": 8, "reserved word": 6, "text around it": 8},
}
"""Complete queries of the collection that are none, by reason; each was read by eye. All others parse."""
TEMPLATES = {"cql": (58, 26), "jql": (68, 43)}
"""Queries with marks that a program fills in, and how many cannot be read before it does."""
MARKS = frozenset("{}<>$%*")


def rows(shared: Path, language: str) -> list[tuple[str, bool]]:
    """Return the queries of the collection, and whether each is a template with marks to be filled in."""
    path = shared / "corpus" / "queries" / language / "given.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(record["query"], record["template"]) for record in records]


def reason(query: str, answer: Unparsed) -> str:
    """Return why a query that does not parse is none."""
    rest = query[answer.at :]
    if (
        answer.expected in {"a closing quote", "straight quotes"}
        or "escape" in answer.expected
        or rest[:1] in {'"', "'"}
    ):
        return "quotes"
    if not rest.strip():
        return "ends too early"
    if rest[0] in MARKS:
        return "unquoted sign"
    if rest.lower().startswith("is "):
        return "no such operator"
    return "reserved word" if "value" in answer.expected else "text around it"


def invented(subject: Personal) -> Resolution:
    digest = hashlib.sha256(subject.pseudonym(b"corpus").encode()).hexdigest()
    return Account(f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}", "corpus")


def test_every_valid_case_of_the_public_jql_parser_parses_and_every_invalid_one_is_refused(shared: Path) -> None:
    wrong: list[str] = []
    counts = {"valid": 0, "invalid": 0}
    for path in sorted((shared / "jql").glob("*.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        for verdict in counts:
            counts[verdict] += len(cases[verdict])
            wrong += [case for case in cases[verdict] if isinstance(jql.parse(case), Unparsed) is (verdict == "valid")]
    assert wrong == []
    assert counts == {"valid": 242, "invalid": 430}


@pytest.mark.parametrize("language", sorted(REFUSED))
def test_the_collected_queries_parse_but_for_those_that_are_broken(shared: Path, language: str) -> None:
    parse = cql.parse if language == "cql" else jql.parse
    whole = [query for query, template in rows(shared, language) if not template]
    answers = [(query, parse(query)) for query in whole]
    reasons = Counter(reason(query, answer) for query, answer in answers if isinstance(answer, Unparsed))
    assert len(whole) == WHOLE[language]
    assert reasons == REFUSED[language]


@pytest.mark.parametrize("language", sorted(REFUSED))
def test_the_collected_templates_are_refused_at_their_marks_only(shared: Path, language: str) -> None:
    parse = cql.parse if language == "cql" else jql.parse
    templates = [query for query, template in rows(shared, language) if template]
    refused = [(query, answer) for query in templates if isinstance(answer := parse(query), Unparsed)]
    assert (len(templates), len(refused)) == TEMPLATES[language]
    assert all(MARKS & set(query) for query, _ in refused)


@pytest.mark.parametrize("language", sorted(REFUSED))
def test_under_a_full_mapping_every_retired_value_of_the_collection_is_rewritten_with_proof(
    shared: Path, language: str
) -> None:
    rules = load()
    parse = cql.parse if language == "cql" else jql.parse
    rewritten = 0
    for text, _ in rows(shared, language):
        query = parse(text)
        result = rewrite(part(text.encode(), Kind(language)), rules, invented)
        if isinstance(query, Unparsed) or not legacy(query):
            assert result.data == text.encode()
            continue
        rewritten += 1
        assert result.proof
        again = parse(result.data.decode())
        assert not isinstance(again, Unparsed)
        assert all(is_account_id(term.value) for term in again.users)
        assert len(again.users) == len(query.users)
    assert rewritten > 2
