"""Text as it reads, together with the bytes it is written in: where its characters stand and how new ones go there.

A query inside a parameter inside a document inside a JSON string is one text under several layers of escapes. Each
layer maps characters to the layer around it, the outermost to bytes, so that a change deep inside is still one edit
of exact bytes.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate

from rules.jsontree import Text
from rules.model import Span
from rules.passage import Passage


@dataclass(frozen=True, slots=True)
class Written:
    """One text and its place."""

    text: str = field(repr=False)
    span: Callable[[int, int], Span] = field(repr=False)
    """The bytes of the characters [start, end), which must not be none."""
    write: Callable[[str], bytes] = field(repr=False)
    """The bytes that stand for a new text in this place."""
    fixed: str = ""
    """Why nothing in it may change, in plain words; empty where it may."""


def in_xml(start: int, raw: bytes) -> Written:
    """Return a run of text in markup. Quotes are written as entities unless the run has bare ones already."""
    passage = Passage(((start, raw),), "xml")
    bare = b'"' in raw
    return Written(passage.text, passage.span, lambda new: escape(new, quote=not bare).encode())


def in_attribute(start: int, raw: bytes) -> Written:
    """Return the value of an attribute, which stands between quotes that it must not hold."""
    passage = Passage(((start, raw),), "xml")
    double = '"' if b'"' in raw else "&quot;"
    return Written(
        passage.text,
        passage.span,
        lambda new: escape(new, quote=False).replace('"', double).replace("'", "&#x27;").encode(),
    )


def layered(inner: Written, outer: Written) -> Written:
    """Return a text whose places are bytes of the text of `outer` as one whose places are those of the whole."""
    place = within(outer)
    return Written(
        inner.text,
        lambda start, end: place(inner.span(start, end)),
        lambda new: outer.write(inner.write(new).decode()),
        inner.fixed or outer.fixed,
    )


def in_cdata(start: int, raw: bytes) -> Written:
    """Return the content of a CDATA section."""
    passage = Passage(((start, raw),), "plain")
    return Written(passage.text, passage.span, str.encode, fixed="it stands in a CDATA section")


def in_json(data: bytes, text: Text) -> Written:
    """Return a string of a JSON document."""
    passage = Passage(((text.span.start, text.span.of(data)),), "json")
    return Written(passage.text, passage.span, lambda new: json.dumps(new)[1:-1].encode())


def within(outer: Written) -> Callable[[Span], Span]:
    """Return how bytes of the text of `outer`, encoded, become bytes of the whole. Building is linear."""
    if outer.text.isascii():
        return lambda span: outer.span(span.start, span.end)
    firsts = [0, *accumulate(len(letter.encode()) for letter in outer.text)]
    return lambda span: outer.span(bisect_left(firsts, span.start), bisect_left(firsts, span.end))
