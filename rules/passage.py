"""Readable text and the bytes it came from: every character knows its place, whatever was escaped or merged.

A passage is built from pieces of raw bytes (runs of text that only inline tags separate, one attribute's value, one
JSON string). Characters that were written as themselves, as entities or as escapes are all mapped back to bytes.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from html.entities import html5
from itertools import accumulate
from typing import Final

from rules.model import Span

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
"""What stands for bytes that are no text and for characters that must not travel."""

_XML: Final = re.compile(rb"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{0,31});")
_XML_URL: Final = re.compile(rb"%(?:[0-7][0-9a-fA-F])|" + _XML.pattern)
_JSON: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)
_NONE: Final = re.compile(rb"(?!)")
_STRAY: Final = re.compile("[\ud800-\udfff]")
_SHORT_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_UNICODE_LIMIT: Final = 0x110000
_SINGLE: Final = -1
_OWN: Final = -2
_STEP: Final = 1024
"""Characters whose bytes are counted anew for a place among them."""

ESCAPES: Final = {"plain": _NONE, "xml": _XML, "xml-url": _XML_URL, "json": _JSON}
"""Names of the ways in which the bytes of a piece may be escaped."""


def character(code: int) -> str:
    """Return the character with number `code`, or the replacement character where there is none."""
    if not 0 < code < _UNICODE_LIMIT or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        return REPLACEMENT
    return chr(code)


def unescape(escape: str) -> str:
    """Return what one entity, percent or JSON escape stands for; an unknown entity stands for itself."""
    if escape[0] == "%":
        return character(int(escape[1:], 16))
    if escape[0] == "&":
        if escape[1] == "#":
            return character(int(escape[3:-1], 16) if escape[2] in "xX" else int(escape[2:-1]))
        return html5.get(escape[1:], escape)
    if escape[1] == "u" and len(escape) > len("\\u"):
        high = int(escape[2:6], 16)
        if len(escape) == len("\\u0000"):
            return character(high) if high else "\0"
        return chr(0x10000 + ((high & 0x3FF) << 10) + (int(escape[8:], 16) & 0x3FF))
    return _SHORT_ESCAPES.get(escape[1], escape[1])


class _Wide:
    """Characters some of which took several bytes. Their places are counted when somebody asks for the first one."""

    __slots__ = ("_steps", "_text")

    def __init__(self, text: str) -> None:
        """Take the characters, each byte that is no text as a surrogate."""
        self._text: Final = text
        self._steps: array[int] | None = None

    def before(self, index: int) -> int:
        """Return how many bytes stand before a character."""
        if self._steps is None:
            self._steps = array("i", accumulate(map(self._bytes, range(0, len(self._text), _STEP)), initial=0))
        step = index // _STEP
        return self._steps[step] + self._bytes(step * _STEP, index)

    def _bytes(self, start: int, end: int | None = None) -> int:
        return len(self._text[start : start + _STEP if end is None else end].encode("utf-8", "surrogateescape"))


class Passage:
    """Decoded text of one or more pieces of bytes. Building is linear, a look-up logarithmic.

    What it remembers of places are columns of numbers: text of nothing but escapes takes little more than its bytes.
    """

    __slots__ = ("_ends", "_firsts", "_starts", "_wide", "text")

    def __init__(self, pieces: Iterable[tuple[int, bytes]], escapes: str) -> None:
        """Decode `pieces`, each its byte offset in the part and its raw bytes, escaped in the way named."""
        pattern = ESCAPES[escapes]
        self._firsts: Final = array("i")
        """The first character of each segment: a run that was written as itself, or what one escape stands for."""
        self._starts: Final = array("i")
        """The byte at which a segment begins."""
        self._ends: Final = array("i")
        """The byte behind an escape; -1 for a run of single bytes, -2 for one with characters of several bytes."""
        self._wide: Final[dict[int, _Wide]] = {}
        """Such runs by the number of the segment."""
        chars: list[str] = []
        size = 0
        for base, raw in pieces:
            done = 0
            for found in () if escapes == "plain" else pattern.finditer(raw):
                size = self._plain(chars, size, base + done, raw[done : found.start()])
                value = unescape(found[0].decode("utf-8", "replace"))
                size = self._add(chars, size, value, base + found.start(), base + found.end())
                done = found.end()
            size = self._plain(chars, size, base + done, raw[done:])
        self.text: Final = "".join(chars)

    def _plain(self, chars: list[str], size: int, base: int, raw: bytes) -> int:
        if raw.isascii():
            return self._add(chars, size, raw.decode("ascii"), base, _SINGLE) if raw else size
        try:
            text = decoded = raw.decode()
        except UnicodeDecodeError:
            decoded = raw.decode("utf-8", "surrogateescape")
            text = _STRAY.sub(REPLACEMENT, decoded)
        kind = _SINGLE
        if len(decoded) != len(raw):
            kind = _OWN
            self._wide[len(self._firsts)] = _Wide(decoded)
        return self._add(chars, size, text, base, kind)

    def _add(self, chars: list[str], size: int, text: str, start: int, end: int) -> int:
        self._firsts.append(size)
        self._starts.append(start)
        self._ends.append(end)
        chars.append(text)
        return size + len(text)

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end); `end` must lie behind `start`."""
        return Span(self._border(start, 0), self._border(end - 1, 1))

    def _border(self, index: int, side: int) -> int:
        position = bisect_right(self._firsts, index) - 1
        within = index - self._firsts[position] + side
        end = self._ends[position]
        if end == _SINGLE:
            return self._starts[position] + within
        if end == _OWN:
            return self._starts[position] + self._wide[position].before(within)
        return end if side else self._starts[position]


def plain(data: bytes) -> str:
    """Return `data` as text, with replacement characters where it is none."""
    return data.decode("utf-8", "replace")


def unescaped(raw: bytes, escapes: str = "xml") -> str:
    """Return the text of one escaped piece, for example the value of an attribute."""
    is_escaped = b"\\" in raw or (b"&" in raw and escapes != "json")
    return Passage(((0, raw),), escapes).text if is_escaped else plain(raw)
