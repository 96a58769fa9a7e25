"""Texts in quotes as programs of most languages write them, and queries inside them.

This is no parser of any language: a quote in a comment may open a text, which then ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.passage import Passage

_LINE: Final = rb"\"(?P<double>(?:[^\"\\\n]++|\\[^\n])*+)\"?|'(?P<single>(?:[^'\\\n]++|\\[^\n])*+)'?"
_LINES: Final = (
    rb"\"\"\"(?P<triple>(?:[^\"\\]++|\\.|\"(?!\"\"))*+)(?P<shut>\"\"\")?|`(?P<back>(?:[^`\\]++|\\.)*+)(?P<closed>`)?"
)
_IN_LINES: Final = re.compile(_LINE)
_ANY: Final = re.compile(_LINES + rb"|" + _LINE, re.DOTALL)
_CLOSED: Final = {"triple": "shut", "back": "closed"}
_PARAMETER: Final = re.compile(rb"[?&](?:cql|jql|jqlQuery)=(?P<query>[^&\"'#\s]{1,4000}+)")
LIMIT: Final = 8000
"""Bytes of a text at most: a query is shorter."""


def texts(data: bytes) -> Iterator[Passage]:
    """Yield every text in quotes, escapes undone, every character mapped to its bytes. Linear: no byte is read thrice.

    A text over several lines that never ends is no text; behind its first quote only texts of one line are looked for.
    """
    rest = 0
    for found in _ANY.finditer(data):
        name = next(name for name in ("triple", "back", "double", "single") if found[name] is not None)
        if name in _CLOSED and found[_CLOSED[name]] is None:
            rest = found.start() + 1
            break
        yield from _passage(data, *found.span(name))
    if rest:
        for found in _IN_LINES.finditer(data, rest):
            yield from _passage(data, *found.span(found.lastgroup or 0))


def _passage(data: bytes, start: int, end: int) -> Iterator[Passage]:
    if 0 < end - start <= LIMIT:
        yield Passage(((start, data[start:end]),), "json")


def queries_in_addresses(data: bytes) -> Iterator[Passage]:
    """Yield the queries that stand in addresses, percent signs undone; a plus sign stays and separates no words."""
    for found in _PARAMETER.finditer(data):
        yield Passage(((found.start("query"), found["query"]),), "xml-url")
