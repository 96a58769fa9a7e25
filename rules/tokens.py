"""The tolerant tokenizer of storage format: quotes, CDATA and comments are respected, nothing is ever refused.

It reads any bytes in linear time and agrees with expat wherever expat reads at all (a test generates bodies and
compares). Whether a body is well-formed is the question of `rules.wellformed`.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

_NAME: Final = rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_:.\x80-\xff-]*+"
ATTRIBUTE: Final = re.compile(
    rb"(?<=[\s\"'])(?P<name>" + _NAME + rb")(?P<equals>\s*+=\s*+)(?:\"(?P<double>[^\"<]*+)\"|'(?P<single>[^'<]*+)')"
)
"""One attribute inside a start tag. It begins behind a blank, so that a search through junk stays linear."""

EXPORT_CLOSER: Final = b"]] >"
"""How XML exports write the end of an inner CDATA section."""


_OUTLINE: Final = rb"(?:(?:ac|ri|at):[A-Za-z0-9_:.\x80-\xff-]*+|(?:pre|code|tt|samp|kbd)(?![A-Za-z0-9_:.\x80-\xff-]))"
"""Names of the elements that say where something stands: those of Confluence, and those of code."""
_OUTLINE_AHEAD: Final = rb"(?=/?(?:a[ct]:|ri:|pre|code|tt|samp|kbd)|[!?])"
"""Saves trying every alternative at every tag."""


def _pattern(name: bytes, ahead: bytes = b"", leaf: bytes = b"") -> re.Pattern[bytes]:
    """Return the expression for one piece of markup. Its groups are numbered as the kinds in `What` are.

    `leaf` is what may stand behind a start tag and be read with it; its group counts between OPEN and EMPTY.

    No value of an attribute holds `<` in well-formed XML; that limit also keeps the reading of hostile bytes linear.
    A section that never ends takes the rest.
    """
    attributes = rb"[^<>\"'/]*+(?:(?:\"[^\"<]*+\"|'[^'<]*+'|/(?!>))[^<>\"'/]*+)*+"
    return re.compile(
        rb"<" + ahead + rb"(?:/(" + name + rb")[^<>]*+>"
        rb"|(" + name + rb")" + attributes + rb"(?:>" + leaf + rb"|(/>))"
        rb"|(!\[CDATA\[)(?:.*?\]\]>|.*+)"
        rb"|(!--)(?:.*?-->|.*+)"
        rb"|(\?)(?:.*?\?>|.*+)"
        rb"|(!)[^<>]*+>)",
        re.DOTALL,
    )


MARKUP: Final = _pattern(_NAME)
"""One token that is no text; the index of its last group is its kind in `What`."""
OUTLINE: Final = _pattern(_OUTLINE, _OUTLINE_AHEAD, rb"(?:([^<]*+)</\2>)?+")
"""The same for the elements that say where something stands, and for sections, comments and the like.

It finds what `MARKUP` finds of those, and nothing else, as no tag holds a second `<`. An element with nothing but text
in it is one find, with the text in the group `LEAF`; the groups behind it count one more than in `What`.
"""
LEAF: Final = 3


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


Token = tuple[What, int, int, bytes]
"""Kind, start, end, and for tags the name of the element. A plain tuple: there are tens of thousands in a body."""


def name_of(found: re.Match[bytes]) -> bytes:
    """Return the name of the element that a token opens or closes, nothing for other tokens."""
    return found[1] or found[2] or b""
