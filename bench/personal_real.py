"""Real texts in which nobody labelled anything: how often the detectors speak up, and where, to be read by eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.corpus import Document, shown, storage
from bench.personal_sets import CORPUS, EUROPE
from rules.context import Context
from rules.model import Confidence, Kind, Match, ObjectType, Part, Ref
from rules.rule import Rule
from rules.scan import scan

WORDS: Final = 400
"""Words of a newspaper that make one text where its file does not say where sentences end."""
NEWSPAPERS: Final = (
    ("EuropeanaNewspapers+ner-corpora", "*/*.bio", 0),
    ("davidsbatista+NER-datasets", "WNUT17/*.annotated", 0),
    ("davidsbatista+NER-datasets", "GermEval2014/*.tsv", 1),
)
"""Folders, files, and the column of their words: German, French and Dutch papers, English posts, German articles."""


def materials() -> dict[str, tuple[Iterable[Document], Context]]:
    """Return the texts by what they are, with what a run would know of them."""
    return {
        "real storage bodies": (storage(), Context()),
        "pieces of newspapers": (newspapers(), Context(regions=EUROPE)),
    }


def newspapers() -> Iterator[Document]:
    """Yield pieces of real papers and posts as plain text, their words divided by blanks."""
    for folder, pattern, column in NEWSPAPERS:
        for path in sorted((CORPUS / folder).glob(pattern)):
            for number, text in enumerate(_pieces(path, column)):
                yield f"{path.name}#{number}", Kind.TEXT, text.encode()


def _pieces(path: Path, column: int) -> Iterator[str]:
    words: list[str] = []
    for line in path.read_text("utf-8", "replace").splitlines():
        if column and line.startswith("#"):
            continue
        fields = line.split()
        words += fields[column : column + 1]
        if len(words) >= WORDS or (words and not fields):
            yield " ".join(words)
            words = []
    if words:
        yield " ".join(words)


def findings(documents: Iterable[Document], rules: Sequence[Rule], context: Context) -> Iterator[tuple[str, Match]]:
    """Yield what the rules see, with the names of the documents."""
    for name, kind, data in documents:
        part = Part(Ref(ObjectType.FILE, name), "body", kind, data)
        for match in scan(part, rules, context).matches:
            yield name, match


def table(title: str, documents: Iterable[Document], rules: Sequence[Rule], context: Context) -> Iterator[str]:
    """Yield how many findings there are by rule and confidence."""
    whole = list(documents)
    if not whole:
        return
    counts = Counter((match.rule, match.confidence) for _, match in findings(whole, rules, context))
    size = sum(len(data) for *_, data in whole)
    yield f"\n### {len(whole):,} {title}, {size / 1e6:.2f} MB\n"
    yield "| rule | high | medium | low | a thousand texts | a megabyte |"
    yield "|---|---|---|---|---|---|"
    for rule in sorted({rule for rule, _ in counts}):
        each = [counts[rule, confidence] for confidence in sorted(Confidence, reverse=True)]
        rates = f"{1000 * sum(each) / len(whole):.1f} | {sum(each) / size * 1e6:.1f}"
        yield f"| {rule} | {' | '.join(map(str, each))} | {rates} |"


def listed(rule: str, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield the findings of one rule in all real texts: places and masks, no values."""
    for documents, context in materials().values():
        for name, match in findings(documents, rules, context):
            if match.rule == rule:
                yield shown(name, match)
