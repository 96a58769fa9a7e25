"""Queries that nobody here wrote: what is one parses, what is none is refused, and every exception has its reason."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from rules import cql, jql
from rules.identifiers import is_account_id
from rules.model import Account, Kind, Personal, Resolution
from rules.queries import Unparsed, legacy
from rules.registry import load
from rules.rewrite import rewrite
from tests.rules.parts import part

BROKEN = {
    "cql": 10,
    "jql": 40,
}
"""Complete queries of the collection that are none: cut off, unbalanced, reserved words unquoted, text around them."""


def rows(shared: Path, language: str) -> list[tuple[str, bool]]:
    """Return the queries of the collection, and whether each is a template with marks to be filled in."""
    path = shared / "corpus" / "queries" / language / "given.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(record["query"], record["template"]) for record in records]


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


@pytest.mark.parametrize("language", sorted(BROKEN))
def test_the_collected_queries_parse_but_for_those_that_are_broken(shared: Path, language: str) -> None:
    parse = cql.parse if language == "cql" else jql.parse
    whole = [query for query, template in rows(shared, language) if not template]
    refused = [query for query in whole if isinstance(parse(query), Unparsed)]
    assert len(whole) > 150
    assert len(refused) == BROKEN[language]


@pytest.mark.parametrize("language", sorted(BROKEN))
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
