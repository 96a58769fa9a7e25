"""What a site's own redaction takes: the places of a splice as JSON pointers into the document of the same text.

A splice names bytes of storage format; the endpoint of API v2 names characters of text nodes in Atlassian's document
format. Both are two views of one text, so a value is found again by itself: only where all of its occurrences are to
go, and both views have as many, is there no doubt which one is meant. Everything else stays with the splice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.jsontree import Node, parse
from rules.model import Edit, Kind, Part, Unreadable
from rules.passage import unescaped
from rules.pointers import Pointer, occurrences, places
from rules.tokens import MARKUP

OPENED: Final = b"[site-redaction:"
CLOSED: Final = b":site-redaction]"
"""Around each value in the text that is kept to compare what the site made of it. Both forms of a text keep them."""
NOT_A_TEXT: Final = "A value stands in an attribute, a setting or a section, which the site does not redact."
NOT_ALL: Final = "A value also stands where it is not to be masked, so it is not certain which one the site would take."
NOT_THE_SAME: Final = "The site's document does not hold a value as often as the stored text does."
NO_DOCUMENT: Final = "The site's document of the text cannot be read."
MARKED: Final = "The text holds the marks by which the result would be compared."


def redactable(part: Part, edits: Sequence[Edit], document: bytes) -> tuple[Pointer, ...] | str:
    """Return where the values under `edits` stand in `document`, which shows the same text, or why that is not known.

    Of a part that is stored as a document, `document` is the part itself.
    """
    if OPENED in part.data or CLOSED in part.data:
        return MARKED
    tree = parse(document)
    if isinstance(tree, Unreadable):
        return NO_DOCUMENT
    if part.kind is Kind.ADF:
        return places(document, tree, [edit.span for edit in edits]) or NOT_A_TEXT
    texts = tuple(_texts(part.data))
    around = (texts[bisect_right(texts, (each.span.start, len(part.data))) - 1] for each in edits)
    if not all(each.span.end <= end for each, (_, end) in zip(edits, around, strict=True)):
        return NOT_A_TEXT
    if any(part.data.count(old) != wanted for old, wanted in Counter(edit.old for edit in edits).items()):
        return NOT_ALL
    return _found_again([unescaped(part.data[start:end]) for start, end in texts], edits, tree)


def _found_again(texts: Sequence[str], edits: Sequence[Edit], tree: Node) -> tuple[Pointer, ...] | str:
    """Return where the document holds the values, or why that is not certain."""
    found: list[Pointer] = []
    for value, wanted in Counter(unescaped(edit.old) for edit in edits).items():
        if sum(text.count(value) for text in texts) != wanted:
            return NOT_ALL
        shown = occurrences(tree, value)
        if shown is None or len(shown) != wanted:
            return NOT_THE_SAME
        found += shown
    return tuple(found)


def marked(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits that put marks around each value and change nothing else."""
    return tuple(replace(edit, new=OPENED + edit.old + CLOSED) for edit in edits)


def _texts(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the texts between the tags of storage format begin and end."""
    at = 0
    for found in MARKUP.finditer(data):
        yield at, found.start()
        at = found.end()
    yield at, len(data)
