"""The tolerant tokenizer of storage format: quotes, CDATA and comments are respected, nothing is ever refused.

It reads any bytes in linear time and agrees with expat wherever expat reads at all (a test generates bodies and
compares). Whether a body is well-formed is the question of `rules.wellformed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

_NAME: Final = rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_:.\x80-\xff-]*+"
ATTRIBUTE: Final = re.compile(
    rb"(?<=[\s\"'])(?P<name>" + _NAME + rb")(?P<equals>\s*+=\s*+)(?:\"(?P<double>[^\"<]*+)\"|'(?P<single>[^'<]*+)')"
)
"""One attribute inside a start tag. It begins behind a blank, so that a search through junk stays linear."""

EXPORT_CLOSER: Final = b"]] >"
"""How XML exports write the end of an inner CDATA section; some sections of one body may end in either form."""


def _pattern(cdata_end: bytes) -> re.Pattern[bytes]:
    """Return the expression for one piece of markup. Its groups are numbered as the kinds in `What` are.

    No value of an attribute holds `<` in well-formed XML; that limit also keeps the reading of hostile bytes linear.
    A section that never ends takes the rest.
    """
    attributes = rb"(?:[^<>\"'/]++|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+"
    return re.compile(
        rb"<(?:/(" + _NAME + rb")[^<>]*+>"
        rb"|(" + _NAME + rb")" + attributes + rb">"
        rb"|(" + _NAME + rb")" + attributes + rb"/>"
        rb"|(!\[CDATA\[)(?:.*?" + cdata_end + rb"|.*+)"
        rb"|(!--)(?:.*?-->|.*+)"
        rb"|(\?)(?:.*?\?>|.*+)"
        rb"|(!)[^<>]*+>)",
        re.DOTALL,
    )


_PLAIN: Final = _pattern(rb"\]\]>")
_EXPORTED: Final = _pattern(rb"\]\] ?>")


class What(IntEnum):
    """Kinds of tokens."""

    TEXT = 0
    CLOSE = 1
    OPEN = 2
    EMPTY = 3
    """A start tag that closes itself."""
    CDATA = 4
    COMMENT = 5
    INSTRUCTION = 6
    DECLARATION = 7


_WHAT: Final = tuple(What)

Token = tuple[What, int, int, bytes]
"""Kind, start, end, and for tags the name of the element. A plain tuple: there are tens of thousands in a body."""


def tokens(data: bytes, *, exported: bool = False) -> Iterator[Token]:
    """Yield the tokens of `data` in order, without gaps. Linear in time, whatever the bytes.

    `exported`: CDATA sections end in `]] >` too, as in a body that was cut from an XML export.
    """
    done = 0
    for found in (_EXPORTED if exported else _PLAIN).finditer(data):
        start, end = found.span()
        if start > done:
            yield What.TEXT, done, start, b""
        index = found.lastindex or 0
        yield _WHAT[index], start, end, found[index] if index <= What.EMPTY else b""
        done = end
    if done < len(data):
        yield What.TEXT, done, len(data), b""
