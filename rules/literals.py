"""Texts in quotes as programs of most languages write them, and queries inside them.

This is no parser of any language: a quote in a comment may open a text, which then ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_KEY: Final = rb"^(?P<indent>[ \t]*+)(?:-[ \t]++)?[\w.-]*?(?i:[cj]ql(?:[_-]?query)?)[ \t]*+:[ \t]*+"
"""The name of a value, as YAML has it."""
_LINE_OF_ITS_OWN: Final = re.compile(_KEY + rb"(?P<query>[^\s\"'`|>&*][^\n\r#]{1,4000}+)", re.MULTILINE)
"""A value without quotes."""
_BLOCK: Final = re.compile(
    _KEY + rb"(?:[|>][-+1-9]{0,2}[ \t]*+(?:#[^\n]*+)?\r?\n|(?=[^\s\"'`|>&*#]))"
    rb"(?P<query>(?:[^\s#][^\n]*+\n)?+(?:(?P=indent)[ \t]++[^\n]*+(?:\n|\Z)|[ \t]*+\r?\n){1,60}+)",
    re.MULTILINE,
)
"""A value over several lines, each further in than its name; quotes in it belong to the query."""
LIMIT: Final = 8000
"""Bytes of a text at most: a query is shorter."""


@dataclass(frozen=True, slots=True)
class Literal:
    """One text in quotes."""

    passage: Passage
    """What is in the quotes, escapes undone, every character mapped to its bytes."""
    start: int
    """Byte of the first quote."""
    end: int
    """Byte behind the last one."""


def literals(data: bytes) -> Iterator[Literal]:
    """Yield every text in quotes that is not empty. Linear: no byte is read thrice.

    A text over several lines that never ends is no text; behind its first quote only texts of one line are looked for.
    """
    rest = 0
    for found in _ANY.finditer(data):
        name = next(name for name in ("triple", "back", "double", "single") if found[name] is not None)
        if name in _CLOSED and found[_CLOSED[name]] is None:
            rest = found.start() + 1
            break
        yield from _literal(found, name)
    if rest:
        for found in _IN_LINES.finditer(data, rest):
            yield from _literal(found, found.lastgroup or "")


def _literal(found: re.Match[bytes], name: str) -> Iterator[Literal]:
    if 0 < len(found[name]) <= LIMIT:
        yield Literal(Passage(((found.start(name), found[name]),), "json"), found.start(), found.end())


def texts(data: bytes) -> Iterator[Passage]:
    """Yield what is in the quotes of every text."""
    return (literal.passage for literal in literals(data))


def queries_in_lines(data: bytes) -> Iterator[Passage]:
    """Yield the queries that are values without quotes behind their names: of one line, and of all lines further in."""
    for expression in (_LINE_OF_ITS_OWN, _BLOCK):
        for found in expression.finditer(data):
            yield Passage(((found.start("query"), found["query"].rstrip()),), "plain")


def queries_in_addresses(data: bytes) -> Iterator[Passage]:
    """Yield the queries that stand in addresses, percent signs undone; a plus sign stays and separates no words."""
    for found in _PARAMETER.finditer(data):
        yield Passage(((found.start("query"), found["query"]),), "xml-url")
