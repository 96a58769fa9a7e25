"""Every storage body of the shared corpus goes through scan and, under a full mapping, through rewrite."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rules.model import Account, Edit, Kind, ObjectType, Part, Personal, Ref, Resolution
from rules.registry import load
from rules.rewrite import rewrite
from rules.rule import Category
from rules.scan import scan

ROOT = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "storage-format"
SUFFIXES = {".xml", ".html", ".xhtml", ".mraw", ".txt"}

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared corpus is not beside this checkout")


def bodies() -> Iterator[tuple[str, bytes]]:
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in SUFFIXES and path.name != "PROVENANCE.md":
            yield f"{path.relative_to(ROOT)}", path.read_bytes()
        elif path.suffix == ".jsonl":
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                yield f"{path.parent.name}/{record['id']}", record["body"].encode()


def invented(subject: Personal) -> Resolution:
    digest = hashlib.sha256(subject.pseudonym(b"corpus").encode()).hexdigest()
    return Account(f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}", "corpus")


def outside(data: bytes, edits: tuple[Edit, ...], *, new: bool) -> list[bytes]:
    pieces: list[bytes] = []
    done = shift = 0
    for edit in edits:
        pieces.append(data[done : edit.span.start + shift])
        done = edit.span.start + shift + len(edit.new if new else edit.old)
        shift += (len(edit.new) - len(edit.old)) if new else 0
    return [*pieces, data[done:]]


def test_every_body_of_the_corpus_is_rewritten_with_proof_or_held_with_a_counted_reason() -> None:
    rules = load()
    legacy = {rule.id for rule in rules if rule.category is Category.LEGACY}
    figures: Counter[str] = Counter()
    for name, data in bodies():
        part = Part(Ref(ObjectType.PAGE, name), "body", Kind.STORAGE, data)
        seen = scan(part, rules)
        figures["bodies"] += 1
        figures["unreadable"] += seen.unreadable is not None
        figures.update(f"match {match.rule} {match.confidence.label}" for match in seen.matches)
        result = rewrite(part, rules, invented)
        figures["rewritten bodies"] += bool(result.edits)
        figures["edits"] += len(result.edits)
        figures.update(f"held {hold.reason.value}" for hold in result.holds)
        assert len(seen.matches) >= len(result.holds), name
        assert outside(data, result.edits, new=False) == outside(result.data, result.edits, new=True), name
        found = [match for match in seen.matches if match.rule in legacy]
        if seen.unreadable is not None:
            assert len(result.holds) == len(found), name
            assert result.data == data, name
            continue
        left = [match for match in scan(replace(part, data=result.data), rules).matches if match.rule in legacy]
        assert len(left) == len(result.holds), name
        assert bool(result.proof) == bool(result.edits), name
        assert rewrite(replace(part, data=result.data), rules, invented).edits == (), name
    print("\n" + "\n".join(f"{key}: {figures[key]}" for key in sorted(figures)))  # noqa: T201 - the figures
    assert figures["bodies"] > 1000
    assert figures["rewritten bodies"] > 20
    assert figures["held proof-failed"] == 0
