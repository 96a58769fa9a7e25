"""The readable text of a document: texts of one paragraph together, whatever marks part them.

A line is a node that holds texts, a tab stands between two cells of a row, one character for a mention. Targets of
links, titles and parameters follow the line that they stand in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from rules.adf import nodes, short_key
from rules.embedded import all_parts
from rules.headings import Cell, Heads, headings
from rules.jsontree import Array, Node, Object, Scalar, Text
from rules.model import Span, Unreadable
from rules.readingjson import BODIES, SomeValue, values
from rules.reduced import Kept, Located, decoded
from rules.surroundings import MENTION, Field, Grid, Place, Surroundings, Wanted, any_wanted, block
from rules.view import View

_SEEN: Final = frozenset({"alt", "label", "name", "text", "title"})
"""Attributes that a reader may see."""
_TARGETS: Final = frozenset({"href", "url"})
_WRITTEN: Final = frozenset({"placeholder", "status"})
"""Nodes in a line whose text is an attribute."""
_LINED: Final = frozenset({"emoji", "inlineCard", "inlineExtension", "mediaInline"})
"""Nodes in a line without a text of their own."""
_PROPERTIES: Final = "details"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR: Final = 10**14
"""Milliseconds from 1970 beyond which nobody picks a date."""
_SIZE: Final = re.compile(rb"[0-9]{1,4}")
_HEADING: Final = 100
"""Characters of a cell that are looked at for a heading."""


@dataclass(frozen=True, slots=True)
class _At:
    """What is known of the place of a text."""

    node: int
    """The first byte of its node."""
    place: Place
    header: str = field(repr=False)


_Cell = tuple[Object, int, int]
"""The node of a cell, and between which of the kept bytes its text stands."""


class AdfReading:
    """The readable text of one document."""

    def __init__(self, view: View) -> None:
        self._tree: Final = view.tree
        self._data: Final = view.data
        apart = {each.offset for each in view.once(all_parts) if each.view.part.kind in BODIES}
        self._read: Final = _Reader(view.data, apart)
        if not isinstance(self._tree, Unreadable):
            self._read.read(self._tree, _At(0, Place.PROSE, ""), named=False)
        self._raw: Final = self._read.kept.data
        self.text: Final = decoded(self._raw, "json")

    @cached_property
    def _located(self) -> Located:
        return Located(self._raw, "json", (self._read.kept,))

    @cached_property
    def _paths(self) -> dict[int, str]:
        """Return the paths of all nodes by their first bytes."""
        tree = self._tree
        return {} if isinstance(tree, Unreadable) else {each.node.span.start: each.path for each in nodes(tree)}

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of one block."""
        return self._located.span(start, end)

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""
        at = self._read.marks[bisect_right(self._read.firsts, self._located.inner(start, start + 1).start) - 1]
        return Surroundings(at.place, at.header, lambda: self._paths.get(at.node, ""), block(self.text, start))

    def tables(self, wanted: Wanted) -> Iterator[Grid]:
        """Yield the tables in which a heading is wanted, those around others first."""
        for rows in self._read.tables:
            if any_wanted(wanted, (heads for row in rows for _, heads in row)):
                yield [[self._field(cell, heads) for cell, heads in row] for row in rows]

    def _field(self, cell: _Cell, heads: Heads) -> Field:
        node, start, end = cell
        text = decoded(self._raw[start:end], "json")
        within = Located(self._raw[start:end], "json", ())
        return Field(
            " ".join(text.split()),
            heads,
            lambda: self._paths.get(node.span.start, ""),
            lambda: self._outer(start, within.span(len(text) - len(text.lstrip()), len(text.rstrip()))),
            _cell(self._data, node).height,
        )

    def _outer(self, start: int, inner: Span) -> Span:
        return Span(*self._read.kept.span(start + inner.start, start + inner.end))


class _Reader:
    """Puts the texts of a document one behind the other."""

    def __init__(self, data: bytes, apart: Container[int]) -> None:
        """Take the bytes of the document, and where in it strings begin that are looked at by themselves."""
        self._data: Final = data
        self._apart: Final = apart
        self.kept: Final = Kept()
        self.firsts: Final[list[int]] = []
        self.marks: Final[list[_At]] = []
        """What is known of the kept bytes from each of `firsts` on."""
        self._aside: list[tuple[SomeValue, _At]] = []
        """What comes behind the line that is read."""
        self.tables: Final[list[list[list[tuple[_Cell, Heads]]]]] = []
        """The cells of each table by row, with their headings."""
        self._line: Span | None = None
        """What ends the line that was read last; None where the line goes on."""

    def read(self, tree: Node, at: _At, *, named: bool) -> None:
        """Read a node or a list of nodes; `named`: inside page properties."""
        if isinstance(tree, Array):
            for item in tree.items:
                self.read(item, at, named=named)
        elif isinstance(tree, Object):
            kind = tree.text("type")
            self._node(tree, "" if kind is None else kind.value, replace(at, node=tree.span.start), named=named)

    def _node(self, node: Object, kind: str, at: _At, *, named: bool) -> None:
        attrs, content = node.get("attrs"), node.get("content")
        held = attrs if isinstance(attrs, Object) else Object(node.span, ())
        if kind == "text":
            self._text(node, at)
        elif kind in {"mention", "date"}:
            new = MENTION if kind == "mention" else _date(held)
            self._put(node.span, new.encode(), at)
        elif kind in _WRITTEN:
            self._keep(held.text("text"), at)
        elif kind == "hardBreak":
            self._end(node)
        else:
            self._attributes(held, at)
            if kind in _LINED:
                return
            key = held.text("extensionKey")
            named = named if key is None else short_key(key.value) == _PROPERTIES
            if kind == "table" and isinstance(content, Array):
                self._table(content, at, named=named)
            elif content is not None:
                self.read(content, replace(at, place=Place.CODE) if kind == "codeBlock" else at, named=named)
            self._end(node)

    def _text(self, node: Object, at: _At) -> None:
        marks = node.get("marks")
        for mark in marks.items if isinstance(marks, Array) else ():
            if isinstance(mark, Object):
                kind, attrs = mark.text("type"), mark.get("attrs")
                if kind is not None and kind.value == "code":
                    at = replace(at, place=Place.CODE)
                if isinstance(attrs, Object):
                    self._attributes(attrs, at)
        self._keep(_said(node), at)

    def _attributes(self, attrs: Object, at: _At) -> None:
        """Take what stands in attributes for the lines that follow."""
        for key, value in attrs.members:
            if key.value == "parameters":
                found = (each for each in values(value) if each.keys)
                self._aside += ((each.node, replace(at, place=Place.ATTRIBUTE, header=each.keys)) for each in found)
            elif isinstance(value, Text) and key.value in _TARGETS:
                self._aside.append((value, replace(at, place=Place.LINK)))
            elif isinstance(value, Text) and key.value in _SEEN:
                self._aside.append((value, replace(at, place=Place.ATTRIBUTE)))

    def _table(self, rows: Array, at: _At, *, named: bool) -> None:
        cells = [[item for item in _items(row) if isinstance(item, Object)] for row in rows.items]
        found = headings([[_cell(self._data, cell) for cell in row] for row in cells], named=named)
        table: list[list[tuple[_Cell, Heads]]] = []
        self.tables.append(table)
        for row, headers in zip(cells, found, strict=True):
            table.append([])
            for number, (cell, header) in enumerate(zip(row, headers, strict=True)):
                if number:
                    self._line = None
                    self._put(Span(cell.span.start, cell.span.start + 1), b"\t", at)
                start = self.kept.size
                self.read(cell, replace(at, header=str(header)), named=named)
                table[-1].append(((cell, start, self.kept.size), header))

    def _keep(self, text: Text | None, at: _At) -> None:
        if text is not None:
            self._mark(at)
            self.kept.keep(text.span.start, text.span.of(self._data))

    def _put(self, span: Span, raw: bytes, at: _At) -> None:
        if raw:
            self._mark(at)
            self.kept.put(span.start, span.end, raw)

    def _mark(self, at: _At) -> None:
        """Keep what is known of the bytes that follow, behind the end of the line before."""
        if self._line is not None:
            self.kept.put(self._line.start, self._line.end, b"\n")
            self._line = None
        self.firsts.append(self.kept.size)
        self.marks.append(at)

    def _end(self, node: Object) -> None:
        """End the line where the node ends, and give what stands aside lines of its own."""
        if self.kept.size:
            self._line = Span(node.span.end - 1, node.span.end)
        aside, self._aside = self._aside, []
        for value, at in aside:
            if value.span.start in self._apart:
                continue
            self._mark(at)
            self.kept.keep(value.span.start, value.span.of(self._data))
            self._line = Span(value.span.end - 1, value.span.end)


def _said(node: Object) -> Text | None:
    """Return the text of a node, be it a blank: it parts the words on either side."""
    text = node.get("text")
    return text if isinstance(text, Text) and text.value else None


def _items(node: Node) -> tuple[Node, ...]:
    """Return what stands in a row of a table."""
    content = node.get("content") if isinstance(node, Object) else None
    return content.items if isinstance(content, Array) else ()


def _cell(data: bytes, node: Object) -> Cell:
    kind, attrs = node.text("type"), node.get("attrs")
    held = attrs if isinstance(attrs, Object) else Object(node.span, ())
    is_heading = kind is not None and kind.value == "tableHeader"
    return Cell(_flat(node), is_heading, _size(data, held, "colspan"), _size(data, held, "rowspan"))


def _size(data: bytes, attrs: Object, name: str) -> int:
    """Return how many columns or rows a cell takes."""
    node = attrs.get(name)
    raw = node.span.of(data) if isinstance(node, Scalar) else b""
    return int(raw) if _SIZE.fullmatch(raw) else 1


def _flat(node: Node) -> str:
    """Return the beginning of the text of a cell, on one line."""
    texts, size = [], 0
    for each in nodes(node):
        text = _said(each.node) if each.type == "text" else None
        if text is not None:
            texts.append(text.value)
            size += len(text.value)
            if size > _HEADING:
                break
    return " ".join("".join(texts).split())


def _date(attrs: Object) -> str:
    """Return the date that was picked as it is written by ISO 8601, nothing where there is none."""
    stamp = attrs.text("timestamp")
    if stamp is None or not stamp.value.removeprefix("-").isdecimal() or abs(int(stamp.value)) > _FAR:
        return ""
    return (_EPOCH + timedelta(milliseconds=int(stamp.value))).date().isoformat()
