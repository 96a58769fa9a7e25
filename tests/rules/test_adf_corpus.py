"""Every document of the shared corpus goes through scan and, under a full mapping, through rewrite."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rules.model import Kind, ObjectType, Part, Ref
from rules.registry import load
from rules.rewrite import rewrite
from rules.rule import Category
from rules.scan import scan
from tests.rules.test_corpus import invented, outside

ROOT = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "adf"

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared corpus is not beside this checkout")


def documents() -> Iterator[tuple[str, bytes]]:
    for path in sorted(ROOT.rglob("*")):
        if path.suffix == ".json":
            yield f"{path.relative_to(ROOT)}", path.read_bytes()
        elif path.suffix == ".jsonl":
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                yield f"{path.parent.name}/{record['id']}", json.dumps(record["adf"]).encode()


def test_every_document_of_the_corpus_is_rewritten_with_proof_or_held_with_a_counted_reason() -> None:
    rules = load()
    legacy = {rule.id for rule in rules if rule.category is Category.LEGACY}
    figures: Counter[str] = Counter()
    for name, data in documents():
        part = Part(Ref(ObjectType.PAGE, name), "body", Kind.ADF, data)
        seen = scan(part, rules)
        figures["documents"] += 1
        figures["unreadable"] += seen.unreadable is not None
        figures.update(f"match {match.rule} {match.confidence.label}" for match in seen.matches)
        result = rewrite(part, rules, invented)
        figures["rewritten documents"] += bool(result.edits)
        figures["edits"] += len(result.edits)
        figures.update(f"held {hold.reason.value}" for hold in result.holds)
        assert outside(data, result.edits, new=False) == outside(result.data, result.edits, new=True), name
        if seen.unreadable is not None:
            assert result.data == data, name
            continue
        left = [match for match in scan(replace(part, data=result.data), rules).matches if match.rule in legacy]
        assert len(left) == len(result.holds), name
        assert bool(result.proof) == bool(result.edits), name
    print("\n" + "\n".join(f"{key}: {figures[key]}" for key in sorted(figures)))  # noqa: T201 - the figures
    assert figures["documents"] > 300
    assert figures["rewritten documents"] > 5
    assert figures["held proof-failed"] == 0
