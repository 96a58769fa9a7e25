"""The pieces of a storage body, each read in one way: markup, sections, comments, values of attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from rules.reduced import Kept

ATTRIBUTES: Final = rb"[^<>\"'/]*+(?:(?:\"[^\"<]*+\"|'[^'<]*+'|/(?!>))[^<>\"'/]*+)*+/?"
"""Attributes of a tag, whatever their values hold."""
_TAG: Final = re.compile(rb"<[A-Za-z_:\x80-\xff]" + ATTRIBUTES + rb">")
_OPENED: Final = re.compile(rb"<(?:!(?:(?P<cdata>\[CDATA\[)|(?P<comment>--))|pre(?=[\s>]))")
_SHOWN: Final = (
    rb"=(?:(?<=[\s\"']href=)|(?<=[\s\"']src=)|(?<=[\s\"']ri:value=)|(?P<plain>(?<=[\s\"']title=)|(?<=[\s\"']alt=)"
    rb"|(?<=[\s\"']ac:title=)|(?<=[\s\"']ac:alt=)|(?<=[\s\"']ri:content-title=)|(?<=[\s\"']ri:filename=)"
    rb"|(?<=[\s\"']ri:display-name=)))"
)
_QUOTED: Final = rb"(?:\"([^\"<]*+)\"|'([^'<]*+)')"
_VALUE: Final = re.compile(_SHOWN + _QUOTED)
"""A value that a reader may see, or that a link leads to."""
_OWN: Final = b" data-"
_OR_OWN: Final = re.compile(rb"(?:" + _SHOWN + rb"|(?P<own> data-[\w-]++=))" + _QUOTED)
"""The same, or one of a page's own, which scripts read; slower to look for."""
_DIALLED: Final = re.compile(rb"\s*+(?:tel|callto|sms|skype|xmpp|mailto|im|sip)(?::|&#58;)", re.IGNORECASE)
"""Links that hold a person's number or name in percent encoding; addresses of the web are read as they stand."""


class What(IntEnum):
    """How a piece is read."""

    MARKUP = 0
    SECTION = 1
    LINES = 2
    COMMENT = 3
    LINK = 4
    DIALLED = 5
    ATTRIBUTE = 6


TAGGED: Final = (What.MARKUP, What.LINES)
"""What tags are taken out of."""
ASIDE: Final = (What.LINK, What.DIALLED, What.ATTRIBUTE)
"""Values of attributes: all of one kind are one piece."""
_ESCAPES: Final = ("xml", "plain", "xml", "plain", "xml", "xml-url", "xml")
"""How the bytes of a piece are escaped, by what it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that are read in one way."""

    what: What
    start: int
    """Where it begins in the body; of values where the first of them does."""
    raw: bytes = field(repr=False)
    """Of a comment with the byte before, which becomes the end of a line; of values each behind a NUL byte."""
    starts: Sequence[int] = ()
    """Where each of several values begins."""

    @property
    def escapes(self) -> str:
        """Return how the bytes are escaped."""
        return _ESCAPES[self.what]

    @property
    def origin(self) -> Kept:
        """Return where the bytes stand in the body."""
        kept = Kept()
        if not self.starts:
            kept.keep(self.start, self.raw)
        for start, value in zip(self.starts, self.raw.split(b"\0")[1:], strict=False):
            kept.keep(start - 1, b"\0" + value)
        return kept


def pieces(data: bytes) -> list[Piece]:
    """Return the pieces of a body in the order of its text. Linear."""
    if b"<!" not in data and b"<pre" not in data:
        whole = [Piece(What.MARKUP, 0, data)] if data else []
        return [*whole, *_values(whole)]
    found: list[Piece] = []
    comments: list[Piece] = []
    done = close = 0
    while (opened := _OPENED.search(data, done)) is not None:
        start, end = opened.span()
        if done < start:
            found.append(Piece(What.MARKUP, done, data[done:start]))
        if opened["cdata"]:
            done = _ahead(data, b"]]>", end)
            found.append(Piece(What.SECTION, end, data[end:done]))
            done += len(b"]]>")
        elif opened["comment"]:
            done = _ahead(data, b"-->", end)
            comments.append(Piece(What.COMMENT, end - 1, data[end - 1 : done]))
            done += len(b"-->")
        else:
            close = close if close >= end else _ahead(data, b"</pre", end)
            done = _ahead(data, b"<!", end, close)
            found.append(Piece(What.LINES, start, data[start:done]))
    if done < len(data):
        found.append(Piece(What.MARKUP, done, data[done:]))
    return [*found, *_values(each for each in found if each.what in TAGGED), *comments]


def _ahead(data: bytes, sign: bytes, start: int, end: int | None = None) -> int:
    """Return where some bytes come first in [start, end), `end` where they do not."""
    at = data.find(sign, start, end)
    return at if at >= 0 else len(data) if end is None else end


def _values(markup: Iterable[Piece]) -> list[Piece]:
    """Return the values of attributes. Linear: a tag is looked at once, however many values it has."""
    held: dict[What, list[tuple[int, bytes]]] = {}
    for piece in markup:
        raw = piece.raw
        low = end_of_tag = 0
        for found in (_OR_OWN if _OWN in raw else _VALUE).finditer(raw):
            opened = raw.rfind(b"<", low, found.start())
            if opened >= 0:
                tag = _TAG.match(raw, opened)
                end_of_tag = 0 if tag is None else tag.end()
            low = found.end()
            value = found[found.lastindex or 0]
            if value and low < end_of_tag:
                linked = found["plain"] is None and not found[0].startswith(_OWN)
                what = What.LINK if linked else What.ATTRIBUTE
                if what is What.LINK and _DIALLED.match(value):
                    what = What.DIALLED
                held.setdefault(what, []).append((piece.start + low - 1 - len(value), value.replace(b"\0", b" ")))
    return [_aside(what, held[what]) for what in ASIDE if what in held] if held else []


def _aside(what: What, values: Sequence[tuple[int, bytes]]) -> Piece:
    """Return the piece of some values of one kind, each with its place."""
    raw = b"\0".join([b"", *(value for _, value in values)])
    return Piece(what, values[0][0], raw, [start for start, _ in values])
