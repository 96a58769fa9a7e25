"""Which JQL queries a rewrite changed, each as it was and as it becomes, for whoever can confirm them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from rules.context import Context
from rules.embedded import DEPTH_LIMIT, embedded
from rules.linkrules import KINDS
from rules.linkterms import Form
from rules.model import Kind, Part
from rules.view import View

Pair = tuple[str, str]
"""One query, decoded, before and after. Both may name people: they are neither logged nor stored."""


def reworded(part: Part, new: bytes, context: Context) -> tuple[Pair, ...]:
    """Return the JQL queries of `part`, at any depth, that read otherwise in its rewritten bytes; each pair once.

    A rewrite keeps every query in its place, so they are told by their order. Were one lost, it would be paired with
    what is no rewrite of it, which nobody confirms.
    """
    before, after = _queries(View(part, context)), _queries(View(replace(part, data=new), context))
    pairs = zip_longest(before, after, fillvalue="")
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


def _queries(view: View, depth: int = 0) -> Iterator[str]:
    """Yield the queries in parameters and, once for each person in them, those in addresses."""
    if view.part.kind is Kind.JQL:
        yield view.passage.text
        return
    if view.part.kind in KINDS:
        yield from (found.term.query for found in view.links if found.term.form is Form.JQL)
    if depth < DEPTH_LIMIT:
        for inner in embedded(view):
            yield from _queries(inner.view, depth + 1)
