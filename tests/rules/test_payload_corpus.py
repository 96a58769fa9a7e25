"""Recorded answers and requests of the shared corpus go through scan and, under a full mapping, through rewrite."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rules.model import Account, HeldReason, Kind, ObjectType, Part, Personal, Ref, Resolution
from rules.registry import load
from rules.rewrite import rewrite
from rules.rule import Category
from rules.scan import scan
from rules.sniff import sniff
from tests.rules.parts import ANN

ROOT = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
FOLDERS = ("api-responses", "descriptors")
SIZE_LIMIT = 1_000_000

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared corpus is not beside this checkout")


def payloads() -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()):
        data = path.read_bytes() if path.stat().st_size < SIZE_LIMIT else b""
        if path.suffix == ".jsonl":
            for line in data.splitlines():
                record = json.loads(line)
                yield f"{path.parent.name}/{record['id']}", json.dumps(record.get("json")).encode()
        elif sniff(path.name, data) is Kind.JSON:
            yield path.name, data


def one_account(_: Personal) -> Resolution:
    return Account(ANN, "corpus")


def test_every_recorded_answer_is_rewritten_with_proof_or_held_with_a_reason() -> None:
    rules = load()
    legacy = {rule.id for rule in rules if rule.category is Category.LEGACY}
    figures: Counter[str] = Counter()
    for name, data in payloads():
        part = Part(Ref(ObjectType.FILE, name), "", Kind.JSON, data)
        seen = scan(part, rules)
        if seen.unreadable is not None:
            continue
        result = rewrite(part, rules, one_account)
        left = [m for m in scan(replace(part, data=result.data), rules).matches if m.rule in legacy]
        figures["payloads"] += 1
        figures["rewritten"] += bool(result.edits)
        figures.update(f"match {match.rule}" for match in seen.matches if match.rule in legacy)
        figures.update(f"held {hold.reason.value}" for hold in result.holds)
        json.loads(result.data)
        assert bool(result.proof) == bool(result.edits), name
        assert len(left) == len(result.holds), name
        assert all(hold.detail for hold in result.holds), name
        assert rewrite(replace(part, data=result.data), rules, one_account).edits == (), name
    print("\n" + "\n".join(f"{key}: {figures[key]}" for key in sorted(figures)))  # noqa: T201 - the figures
    assert figures["payloads"] > 100
    assert figures["rewritten"] > 10
    assert figures[f"held {HeldReason.NOT_PROVED.value}"] == 0
