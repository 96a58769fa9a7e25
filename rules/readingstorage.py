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
from collections.abc import Iterator
from functools import cached_property, partial
from itertools import accumulate
from typing import Final

from rules.model import Span
from rules.passage import plain, unescaped
from rules.readingpieces import ASIDE, ATTRIBUTES, TAGGED, Piece, What, pieces
from rules.readingtables import Tables
from rules.reduced import Located, decoded, substituted
from rules.storage import PARAMETERS, Storage
from rules.surroundings import MENTION, Field, Grid, Place, Surroundings, Wanted, any_wanted, block
from rules.tokens import EXPORT_CLOSER
from rules.view import View
from rules.vocabulary import ATTRIBUTES as KNOWN_ATTRIBUTES
from rules.wellformed import as_stored, examine

_BLANK: Final = rb"[ \t\r\n]*+"
"""What is no text between two tags. A form feed is none of XML's blanks."""
_AHEAD: Final = rb"(?=[\s/>])"
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
        rb"<(?:" + ending + rb"(?:>" + _BLANK + rb"<" + ending + rb")*+"
        rb"|/?+" + INLINE + _AHEAD + attributes + rb">"
        rb"|/?+[A-Za-z_:\x80-\xff]" + attributes + rb"(?=>)|[?!][^<>]*+>)"
    )  # fmt: skip


_QUICK: Final = _tags(_USUAL)
_STRICT: Final = _tags(ATTRIBUTES)
_ODD: Final = re.compile(rb"=(?<=[A-Za-z]=)(?:\"[^\"<>]*+>|'[^'<>]*+>)")
"""An attribute that holds a `>`: rare, as Confluence writes it as an entity."""
_CELLS: Final = re.compile(
    rb"</(?:(?:p|div)>%b</){0,3}t[dh]>%b<t[dh](?:\s[^<>]*+)?>(?:%b<(?:p|div)(?:\s[^<>]*+)?>){0,3}" % ((_BLANK,) * 3)
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
_BLANKS: Final = bytes.maketrans(b"\n\r\t>" + _TAB, b"   \n\t")
"""Of prose: a line of the source is no line of the page; what is left of a tag is a `>`."""
_VALUES: Final = bytes.maketrans(b"\n\r\t\0", b"   \n")
_LINES: Final = bytes.maketrans(b">" + _TAB, b"\n\t")
_CODE: Final = frozenset({"pre", "code", "tt", "samp", "kbd", "ac:plain-text-body"})
_SHOWN: Final = re.compile(
    rb"<ac:image(?=[\s/>])[^<>]*+>\s*+<ri:(?:url|attachment)\s(?:[^<>]{0,300}?\s)?"
    rb"ri:(?:value|filename)=\"(?P<file>[^\"<>]++)\""
)
"""A picture, and where it is from."""
_NAMED: Final = re.compile(rb"([\w:-]++)=\Z")
_LONGEST_NAME: Final = 30
_FRAMES: Final = re.compile(
    b"<(?:" + b"|".join(sorted(re.escape(name.encode()) for name in _CODE | PARAMETERS)) + rb")(?![\w:-])"
)
"""What a body holds in which a text is something else than prose."""
_DETAILS: Final = b"details"
_PROPERTIES: Final = "macro[details]/ac:rich-text-body"
_SHOWN_AS: Final = (_BLANKS, None, _LINES, None, _VALUES, _VALUES, _VALUES)
"""Lines and blanks of a piece as they are shown, by what it is."""


class StorageReading:
    """The readable text of one body."""

    def __init__(self, view: View) -> None:
        self._view: Final = view
        self._data: Final = _as_read(view.data)
        self._pieces: Final = pieces(self._data)
        self._tags: Final = _STRICT if _ODD.search(self._data) else _QUICK
        texts = [decoded(self._reduced(each), each.escapes) for each in self._pieces]
        self._firsts: Final = tuple(accumulate(map(len, texts), initial=0))
        self._located: Final[dict[int, Located]] = {}
        self.text: Final = "".join(texts)

    @property
    def _storage(self) -> Storage:
        """Return the body as it is read for places: asking for it counts as looking into the part."""
        return self._view.storage

    def _reduced(self, piece: Piece) -> bytes:
        """Return the bytes of a piece as they are decoded."""
        raw = piece.raw
        if piece.what in TAGGED:
            for sign, pattern, new in _STEPS:
                if sign in raw:
                    raw = pattern.sub(rb"\1" if new is None else new, raw)
            raw = self._tags.sub(b"", raw)
        return _blanked(piece.what, raw)

    def _locate(self, piece: Piece) -> Located:
        """Return the characters of a piece with their places."""
        layers = [piece.origin]
        raw = piece.raw
        if piece.what in TAGGED:
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
        cell = Piece(What.MARKUP, start, self._data[start:end])
        text = decoded(self._reduced(cell), cell.escapes)
        shown = None if text.strip() else _SHOWN.search(self._data, start, end)
        if shown is not None:
            return self._picture(number, shown)
        return Field(
            " ".join(text.split()),
            self._tables.heads(number),
            lambda: _below(self._storage.path(self._storage.around(start)), "text()"),
            lambda: self._locate(cell).span(len(text) - len(text.lstrip()), len(text.rstrip())),
            self._tables.height(number),
        )

    def _picture(self, number: int, shown: re.Match[bytes]) -> Field:
        """Return a cell that holds nothing but a picture: its text is the address or the name of the file."""
        start, end = shown.span("file")
        return Field(
            unescaped(shown["file"]),
            self._tables.heads(number),
            lambda: _below(self._storage.path(self._storage.around(start)), f"@{_name(self._data, start)}"),
            lambda: Span(start, end),
            self._tables.height(number),
        )

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""
        piece = self._pieces[bisect_right(self._firsts, start) - 1]
        bounds = block(self.text, start)
        if piece.what is What.COMMENT:
            return Surroundings(Place.CODE, "", partial(self._path, start, "comment"), bounds)
        if piece.what in ASIDE:
            name = self._name(piece, start)
            path = partial(self._path, start, f"@{name}")
            linked = piece.what is not What.ATTRIBUTE
            return Surroundings(Place.LINK if linked else Place.ATTRIBUTE, "" if linked else name, path, bounds)
        path = partial(self._path, start, "cdata" if piece.what is What.SECTION else "text()")
        code = False
        if self._has_frames:
            index = self._storage.around(self._offset(start))
            parameter = self._storage.nearest(index, PARAMETERS)
            if parameter is not None:
                return Surroundings(Place.ATTRIBUTE, self._storage.value(parameter, "ac:name"), path, bounds)
            code = self._storage.nearest(index, _CODE) is not None
        header = self._tables.header(self._offset(start)) if self._has_tables else ""
        return Surroundings(Place.CODE if code else Place.PROSE, header, path, bounds)

    @cached_property
    def _has_frames(self) -> bool:
        return _FRAMES.search(self._data) is not None

    def _offset(self, start: int) -> int:
        """Return the byte at which a character begins."""
        return self.span(start, start + 1).start

    def _path(self, start: int, step: str) -> str:
        """Return the path of a character, with the last step given."""
        path = self._storage.path(self._storage.around(self._offset(start)))
        return _below(path, step)

    def _name(self, piece: Piece, start: int) -> str:
        """Return the name of the attribute whose value a character stands in."""
        return _name(self._data, piece.starts[bisect_right(piece.starts, self._offset(start) + 1) - 1])


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


def _blanked(what: What, raw: bytes) -> bytes:
    """Return the bytes of a piece with lines and blanks as they are shown."""
    return b"\n" + raw[1:] if what is What.COMMENT else raw.translate(_SHOWN_AS[what])
