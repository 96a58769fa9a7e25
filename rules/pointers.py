"""Where matches stand in a document of Atlassian's format: JSON pointer of the text node, and characters in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.jsontree import Array, Node, Object, Text
from rules.model import Match, Span

_ASTRAL: Final = "\uffff"
"""The last character before those that some languages count as two: which way a site counts is nowhere said."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Characters of one text node: from the first to before the last, counted from 0."""

    pointer: str
    first: int
    last: int


def pointers(data: bytes, tree: Node, matches: Sequence[Match]) -> tuple[Pointer, ...] | None:
    """Return where each of `matches` stands, without repetitions; None when one of them stands in no text node."""
    return places(data, tree, [match.span for match in matches])


def places(data: bytes, tree: Node, spans: Sequence[Span]) -> tuple[Pointer, ...] | None:
    """Return the characters of each stretch of bytes, without repetitions; None when one stands in no text node."""
    found: list[Pointer] = []
    texts = tuple(_texts(tree, ""))
    for span in spans:
        at = next((one for one in texts if _holds(one[1].span, span)), None)
        place = None if at is None else _place(data, at[0], at[1], span)
        if place is None:
            return None
        found.append(place)
    return tuple(dict.fromkeys(found))


def occurrences(tree: Node, value: str) -> tuple[Pointer, ...] | None:
    """Return where a value stands in text nodes, in order; None when its characters cannot be counted without doubt."""
    found: list[Pointer] = []
    for pointer, text in _texts(tree, ""):
        first = text.value.find(value)
        if first >= 0 and any(letter > _ASTRAL for letter in text.value):
            return None
        while first >= 0:
            found.append(Pointer(pointer, first, first + len(value)))
            first = text.value.find(value, first + len(value))
    return tuple(found)


def _texts(node: Node, pointer: str) -> Iterator[tuple[str, Text]]:
    """Yield the text of every text node with its pointer."""
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _texts(item, f"{pointer}/{index}")
    elif isinstance(node, Object):
        text, kind = node.get("text"), node.text("type")
        if isinstance(text, Text) and kind is not None and kind.value == "text":
            yield f"{pointer}/text", text
        content = node.get("content")
        if content is not None:
            yield from _texts(content, f"{pointer}/content")


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _place(data: bytes, pointer: str, text: Text, span: Span) -> Pointer | None:
    """Return the characters of a stretch of bytes, None where they cannot be counted without doubt."""
    if any(letter > _ASTRAL for letter in text.value):
        return None
    first = len(_decoded(data[text.span.start : span.start]))
    return Pointer(pointer, first, first + len(_decoded(data[span.start : span.end])))


def _decoded(raw: bytes) -> str:
    value: str = json.loads(b'"' + raw + b'"', strict=False)
    return value
