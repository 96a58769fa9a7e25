"""What the rules find in collected real material: counts a group and a rule, with rewrites and their proofs.

    python -m bench.corpus [--show RULE]

Every identifier resolves to an invented account, so each rewritable one is rewritten and proved. Nothing that is
printed is a value: rules, places and masks only. The material lies beside the checkout, in shared/corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rules.model import Account, Kind, Match, ObjectType, Part, Personal, Ref, Resolution
from rules.registry import load
from rules.rewrite import rewrite
from rules.rule import Category, Rule
from rules.scan import Scan, scan

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
MARKUP = {".xml", ".html", ".xhtml", ".mraw", ".txt"}

Document = tuple[str, Kind, bytes]


@dataclass(slots=True)
class Group:
    """The figures of one kind of material."""

    documents: int = 0
    size_bytes: int = 0
    with_findings: int = 0
    unreadable: int = 0
    rewritten: int = 0
    edits: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    unproved: int = 0
    left: int = 0
    """Legacy identifiers that a second scan finds and that were not held: must be none."""


def storage() -> Iterator[Document]:
    """Yield the storage bodies."""
    for path in sorted((CORPUS / "storage-format").rglob("*")):
        if path.suffix in MARKUP:
            yield path.name, Kind.STORAGE, path.read_bytes()
        elif path.suffix == ".jsonl" and path.parent.name != "index-hits":
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                yield str(record["id"]), Kind.STORAGE, record["body"].encode()


def files(folder: str, kind: Kind, *suffixes: str) -> Iterator[Document]:
    """Yield the files of one folder as they are."""
    for path in sorted((CORPUS / folder).rglob("*")):
        if path.is_file() and path.suffix in suffixes:
            yield path.name, kind, path.read_bytes()


def groups() -> dict[str, Iterator[Document]]:
    """Return the material by what it is."""
    return {
        "storage": storage(),
        "adf": files("adf", Kind.ADF, ".json"),
        "answers": files("api-responses", Kind.JSON, ".json"),
        "descriptors": files("descriptors", Kind.DESCRIPTOR, ".json"),
    }


def invented(subject: Personal) -> Resolution:
    """Return an account made from the value: equal values, equal accounts."""
    digest = hashlib.sha256(subject.pseudonym(b"corpus").encode()).hexdigest()
    return Account(f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}", "corpus")


def judge(group: Group, document: Document, rules: tuple[Rule, ...], legacy: frozenset[str]) -> Scan:
    """Count what is in one document and what a rewrite makes of it."""
    name, kind, data = document
    part = Part(Ref(ObjectType.FILE, name), "body", kind, data)
    seen = scan(part, rules)
    group.documents += 1
    group.size_bytes += len(data)
    group.with_findings += bool(seen.matches)
    group.unreadable += seen.unreadable is not None
    group.rules.update(match.rule for match in seen.matches)
    result = rewrite(part, rules, invented)
    group.rewritten += bool(result.edits)
    group.edits += len(result.edits)
    group.held.update(hold.reason.value for hold in result.holds)
    group.unproved += bool(result.edits) and not result.proof
    again = scan(replace(part, data=result.data), rules)
    group.left += len([match for match in again.matches if match.rule in legacy]) - len(result.holds)
    return seen


def shown(name: str, match: Match) -> str:
    """Return one finding without its value."""
    place = f"{name}:{match.span.start}"
    return f"  {place:<60} {match.confidence.label:<7} {match.subject.mask:<30} {match.where}"


def main() -> None:
    """Print one block a group."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--show", metavar="RULE", help="list the findings of one rule, masked")
    wanted = parser.parse_args().show
    rules = load()
    legacy = frozenset(rule.id for rule in rules if rule.category is Category.LEGACY)
    for title, documents in groups().items():
        group = Group()
        for document in documents:
            seen = judge(group, document, rules, legacy)
            for match in seen.matches:
                if match.rule == wanted:
                    print(shown(document[0], match))
        print(
            f"{title}: {group.documents} documents, {group.size_bytes / 1e6:.2f} MB; {group.with_findings} with"
            f" findings, {group.unreadable} unreadable; {group.rewritten} rewritten, {group.edits} edits,"
            f" {group.unproved} without proof, {group.left} left and not held"
        )
        for name, count in [*sorted(group.rules.items()), *sorted((f"held {k}", n) for k, n in group.held.items())]:
            print(f"  {count:6} {name}")


if __name__ == "__main__":
    main()
