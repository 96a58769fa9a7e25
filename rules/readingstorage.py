"""The readable text of a storage body, as somebody reads it who sees the page, and what stands in its markup.

Tags that interrupt no word are taken out, all others end a line; a tab stands between two cells of a row, the date of
a date picker for its element, one character for a mention. Sections stand where they are shown. Behind all that come
targets of links, titles, names of pages and files, and comments of the markup, each on a line.

The text is made by a few substitutions over the whole body, at the speed of the expressions. The places of its
characters are found by the same expressions, one match after the other, when somebody asks for the first one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import accumulate
from typing import Final

from rules.model import Span
from rules.passage import plain
from rules.readingtables import Tables
from rules.reduced import Kept, Located, decoded, substituted
from rules.storage import PARAMETERS, Storage
from rules.surroundings import MENTION, Field, Grid, Place, Surroundings, Wanted, any_wanted, block
from rules.tokens import EXPORT_CLOSER
from rules.view import View
from rules.vocabulary import ATTRIBUTES as KNOWN_ATTRIBUTES
from rules.wellformed import as_stored, examine

_AHEAD: Final = rb"(?=[\s/>])"
_ATTRIBUTES: Final = rb"[^<>\"'/]*+(?:(?:\"[^\"<]*+\"|'[^'<]*+'|/(?!>))[^<>\"'/]*+)*+/?"
_USUAL: Final = rb"[^<>]*+"
"""Attributes none of which holds a `>`."""
_BLOCKS: Final = (
    rb"(?:p|li|t[drh]|h[1-6]|div|ul|ol|table|tbody|br"
    rb"|ac:(?:structured-macro|rich-text-body|parameter|layout[a-z-]*+|task[a-z-]*+|image))"
)
"""The most frequent elements that end a line: several of their tags together are taken out at once."""
INLINE: Final = (
    rb"(?:a|s(?:trong|pan|mall|amp|trike|u[bp]|)|em|[ubiq]|code|tt|time|abbr|big|cite|del|font|ins|kbd|mark|wbr"
    rb"|ri:[a-z-]++|ac:(?:inline-comment-marker|link-body|link|plain-text-link-body|emoticon))"
)
"""Elements that do not interrupt a word."""


def _tags(attributes: bytes) -> re.Pattern[bytes]:
    """Return the expression of what is taken out: tags as a whole, those that end a line up to their `>`."""
    ending = rb"/?+" + _BLOCKS + _AHEAD + attributes + rb"(?=>)"
    return re.compile(
        rb"<(?:" + ending + rb"(?:>\s*+<" + ending + rb")*+"
        rb"|/?+" + INLINE + _AHEAD + attributes + rb">"
        rb"|/?+[A-Za-z_:\x80-\xff]" + attributes + rb"(?=>)|[?!][^<>]*+>)"
    )  # fmt: skip


_QUICK: Final = _tags(_USUAL)
_STRICT: Final = _tags(_ATTRIBUTES)
_TAG: Final = re.compile(rb"<[A-Za-z_:\x80-\xff]" + _ATTRIBUTES + rb">")
_ODD: Final = re.compile(rb"=(?<=[A-Za-z]=)(?:\"[^\"<>]*+>|'[^'<>]*+>)")
"""An attribute that holds a `>`: rare, as Confluence writes it as an entity."""
_CELLS: Final = re.compile(
    rb"</(?:(?:p|div)>\s*+</){0,3}t[dh]>\s*+<t[dh](?:\s[^<>]*+)?>(?:\s*+<(?:p|div)(?:\s[^<>]*+)?>){0,3}"
)
"""From the text of one cell to that of the next."""
_USER: Final = re.compile(rb"<ri:user(?=[\s/>])[^<>]*+>")
_TIME: Final = re.compile(rb"<time\s(?:[^<>]{0,300}?\s)?datetime=\"([^\"<>]*+)\"[^<>]{0,300}+>")
_TAB: Final = b"\x01"
"""What stands for the border of two cells until blanks are blanks."""
_STEPS: Final = (
    (b"</t", _CELLS, _TAB),
    (b"<ri:user", _USER, MENTION.encode()),
    (b"<time", _TIME, None),
)
"""What is looked for first, what is replaced, and by what; None: by its first group. Tags go last."""
_SECTION: Final = re.compile(
    rb"<(?:!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|!--(?P<comment>.*?)(?:-->|\Z)"
    rb"|(?P<lines>pre(?=[\s>]).*?(?:(?=</pre|<!)|\Z)))",
    re.DOTALL,
)
_BLANKS: Final = bytes.maketrans(b"\n\r\t>" + _TAB, b"   \n\t")
"""Of prose: a line of the source is no line of the page; what is left of a tag is a `>`."""
_VALUES: Final = bytes.maketrans(b"\n\r\t\0", b"   \n")
_LINES: Final = bytes.maketrans(b">" + _TAB, b"\n\t")
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
_CODE: Final = frozenset({"pre", "code", "tt", "samp", "kbd", "ac:plain-text-body"})
_NAMED: Final = re.compile(rb"([\w:-]++)=\Z")
_LONGEST_NAME: Final = 30
_DETAILS: Final = b"details"
_PROPERTIES: Final = "macro[details]/ac:rich-text-body"


class _What(IntEnum):
    MARKUP = 0
    SECTION = 1
    LINES = 2
    COMMENT = 3
    LINK = 4
    DIALLED = 5
    ATTRIBUTE = 6


_ASIDE: Final = (_What.LINK, _What.DIALLED, _What.ATTRIBUTE)
"""Values of attributes: all of one kind are one piece."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Bytes that are read in one way."""

    what: _What
    start: int
    """Where it begins in the body; of values where the first of them does."""
    raw: bytes = field(repr=False)
    """Of a comment with the byte before, which becomes the end of a line; of values each behind a NUL byte."""
    starts: Sequence[int] = ()
    """Where each of several values begins."""

    @property
    def escapes(self) -> str:
        """Return how the bytes are escaped."""
        plain = self.what in {_What.SECTION, _What.COMMENT}
        return "plain" if plain else "xml-url" if self.what is _What.DIALLED else "xml"


class StorageReading:
    """The readable text of one body."""

    def __init__(self, view: View) -> None:
        self._view: Final = view
        self._data: Final = _as_read(view.data)
        self._pieces: Final = tuple(_pieces(self._data))
        self._tags: Final = _STRICT if _ODD.search(self._data) else _QUICK
        texts = [decoded(self._reduced(each), each.escapes) for each in self._pieces]
        self._firsts: Final = tuple(accumulate(map(len, texts), initial=0))
        self._located: Final[dict[int, Located]] = {}
        self.text: Final = "".join(texts)

    @property
    def _storage(self) -> Storage:
        """Return the body as it is read for places: asking for it counts as looking into the part."""
        return self._view.storage

    def _reduced(self, piece: _Piece) -> bytes:
        """Return the bytes of a piece as they are decoded."""
        raw = piece.raw
        if piece.what in {_What.MARKUP, _What.LINES}:
            for sign, pattern, new in _STEPS:
                if sign in raw:
                    raw = pattern.sub(rb"\1" if new is None else new, raw)
            raw = self._tags.sub(b"", raw)
        return _blanked(piece.what, raw)

    def _locate(self, piece: _Piece) -> Located:
        """Return the characters of a piece with their places."""
        layers = [_origin(piece)]
        raw = piece.raw
        if piece.what in {_What.MARKUP, _What.LINES}:
            for sign, pattern, new in (*_STEPS, (b"<", self._tags, b"")):
                if sign in raw:
                    layers.append(substituted(raw, pattern, new))
                    raw = layers[-1].data
        return Located(_blanked(piece.what, raw), piece.escapes, layers[::-1])

    def _at(self, place: int) -> tuple[int, Located]:
        """Return the piece that a character stands in, and its places."""
        number = bisect_right(self._firsts, place) - 1
        found = self._located.get(number)
        if found is None:
            found = self._located[number] = self._locate(self._pieces[number])
        return number, found

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of one block."""
        one, first = self._at(start)
        two, last = self._at(end - 1)
        if one == two:
            return first.span(start - self._firsts[one], end - self._firsts[one])
        begin = first.span(start - self._firsts[one], start - self._firsts[one] + 1)
        close = last.span(end - 1 - self._firsts[two], end - self._firsts[two])
        return Span(begin.start, max(begin.end, close.end))

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self._data, self._holds_properties)

    @cached_property
    def _has_tables(self) -> bool:
        return b"<table" in self._data

    @cached_property
    def _may_hold_properties(self) -> bool:
        return _DETAILS in self._data

    def _holds_properties(self, offset: int) -> bool:
        return self._may_hold_properties and self._storage.path(self._storage.around(offset)).endswith(_PROPERTIES)

    def tables(self, wanted: Wanted) -> Iterator[Grid]:
        """Yield the tables in which a heading is wanted, inner ones before those around them."""
        for rows in self._tables.tables if self._has_tables else ():
            if any_wanted(wanted, (self._tables.heads(number) for row in rows for number in row)):
                yield [[self._field(number) for number in row] for row in rows]

    def _field(self, number: int) -> Field:
        start, end = self._tables.extent(number)
        cell = _Piece(_What.MARKUP, start, self._data[start:end])
        text = decoded(self._reduced(cell), cell.escapes)
        return Field(
            " ".join(text.split()),
            self._tables.heads(number),
            lambda: _below(self._storage.path(self._storage.around(start)), "text()"),
            lambda: self._locate(cell).span(len(text) - len(text.lstrip()), len(text.rstrip())),
        )

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""
        number, located = self._at(start)
        piece = self._pieces[number]
        at = start - self._firsts[number]
        offset = located.span(at, at + 1).start
        bounds = block(self.text, start)
        index = self._storage.around(offset)
        path = self._storage.path(index)
        if piece.what in _ASIDE:
            name = _name(self._data, piece.starts[bisect_right(piece.starts, offset + 1) - 1])
            place = Place.ATTRIBUTE if piece.what is _What.ATTRIBUTE else Place.LINK
            return Surroundings(place, name if place is Place.ATTRIBUTE else "", _below(path, f"@{name}"), bounds)
        if piece.what is _What.COMMENT:
            return Surroundings(Place.CODE, "", _below(path, "comment"), bounds)
        where = _below(path, "cdata" if piece.what is _What.SECTION else "text()")
        parameter = self._storage.nearest(index, PARAMETERS)
        if parameter is not None:
            return Surroundings(Place.ATTRIBUTE, self._storage.value(parameter, "ac:name"), where, bounds)
        place = Place.PROSE if self._storage.nearest(index, _CODE) is None else Place.CODE
        return Surroundings(place, self._tables.header(offset) if self._has_tables else "", where, bounds)


def _name(data: bytes, start: int) -> str:
    """Return the name of the attribute whose value begins at a byte, as a path may show it."""
    found = _NAMED.search(data, max(0, start - _LONGEST_NAME), start - 1)
    name = "" if found is None else plain(found[1])
    return name if name in KNOWN_ATTRIBUTES else "*"


def _below(path: str, step: str) -> str:
    return f"{path}/{step}" if path else step


def _as_read(data: bytes) -> bytes:
    """Return a body with its sections ended as on a site, of the same length."""
    if EXPORT_CLOSER in data and examine(data) is not None and examine(stored := as_stored(data)) is None:
        return stored
    return data


def _blanked(what: _What, raw: bytes) -> bytes:
    """Return the bytes of a piece with lines and blanks as they are shown."""
    match what:
        case _What.MARKUP:
            return raw.translate(_BLANKS)
        case _What.LINES:
            return raw.translate(_LINES)
        case _What.SECTION:
            return raw
        case _What.COMMENT:
            return b"\n" + raw[1:]
        case _:
            return raw.translate(_VALUES)


def _origin(piece: _Piece) -> Kept:
    """Return where the bytes of a piece stand in the body."""
    kept = Kept()
    if not piece.starts:
        kept.keep(piece.start, piece.raw)
    for start, value in zip(piece.starts, piece.raw.split(b"\0")[1:], strict=False):
        kept.keep(start - 1, b"\0" + value)
    return kept


def _pieces(data: bytes) -> Iterator[_Piece]:
    """Yield the pieces of a body in the order of its text."""
    markup: list[_Piece] = []
    comments: list[_Piece] = []
    done = 0
    for found in _SECTION.finditer(data) if b"<!" in data or b"<pre" in data else ():
        start, end = found.span()
        if done < start:
            markup.append(_Piece(_What.MARKUP, done, data[done:start]))
            yield markup[-1]
        if found.lastgroup == "lines":
            markup.append(_Piece(_What.LINES, start, found[0]))
            yield markup[-1]
        elif found.lastgroup == "cdata":
            yield _Piece(_What.SECTION, found.start("cdata"), found["cdata"])
        else:
            at = found.start("comment") - 1
            comments.append(_Piece(_What.COMMENT, at, data[at : found.end("comment")]))
        done = end
    if done < len(data):
        markup.append(_Piece(_What.MARKUP, done, data[done:]))
        yield markup[-1]
    yield from _values(markup)
    yield from comments


def _values(markup: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the values of attributes. Linear: a tag is looked at once, however many values it has."""
    starts: dict[_What, list[int]] = {what: [] for what in _ASIDE}
    raws: dict[_What, list[bytes]] = {what: [b""] for what in _ASIDE}
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
                what = _What.LINK if linked else _What.ATTRIBUTE
                if what is _What.LINK and _DIALLED.match(value):
                    what = _What.DIALLED
                starts[what].append(piece.start + low - 1 - len(value))
                raws[what].append(value.replace(b"\0", b" "))
    for what in _ASIDE:
        if starts[what]:
            yield _Piece(what, starts[what][0], b"\0".join(raws[what]), starts[what])
