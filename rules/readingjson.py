"""The readable text of stored JSON: every string on a line, numbers of many digits too, and names that are no names.

A value is found by the form of a string alone, so that what is broken elsewhere can still be read; where it stands is
told by the tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rules.embedded import all_parts
from rules.headings import Heads, spaced
from rules.jsontree import Array, Node, Object, Scalar, Text, shown, walk
from rules.model import Kind, Span, Unreadable
from rules.passage import ESCAPES, plain, unescaped
from rules.readingstorage import INLINE
from rules.reduced import Kept, Located, decoded
from rules.surroundings import Field, Grid, Place, Surroundings, Wanted, block
from rules.view import View

_VALUE: Final = re.compile(
    rb"\"(?P<text>(?:[^\"\\]++|\\.)*+)(?P<end>\"|\Z)(?P<key>\s*+:)?+|(?<![\w.+-])-?(?P<number>[0-9]{7,19})(?![\w.])",
    re.DOTALL,
)
_KEY: Final = re.compile(rb"\"([^\"\\]{1,40})\"\s*+:")
_NO_NAME: Final = re.compile(rb"[@ +]|[0-9]{5}|\\u")
"""What a name of a field holds that may be a value: an address, a person's name, a number."""

BODIES: Final = frozenset({Kind.STORAGE, Kind.ADF, Kind.JSON, Kind.TEXT})
"""What is looked at by itself where it stands in a string."""
_MARKUP: Final = re.compile(rb"<\\?/(?:a|b|div|em|h[1-6]|i|li|ol|p|span|strong|t[dhr]|table|u|ul)>")
_TAG: Final = re.compile(
    rb"<(?:\\?/)?+(?:(?P<inline>"
    + INLINE
    + rb")(?=[\s/>\\])|[A-Za-z])[^<>]*+>|(?P<entity>"
    + ESCAPES["xml"].pattern
    + rb")"
)
_TARGET: Final = re.compile(rb"\shref=(?:\\?\"|')(?P<target>[^\"'<>\\]++)")

SomeValue = Text | Scalar


class JsonReading:
    """The readable text of one document."""

    def __init__(self, view: View) -> None:
        self._view: Final = view
        self._kept: Final = Kept()
        apart = {each.offset for each in view.once(all_parts) if each.view.part.kind in BODIES}
        for found in _VALUE.finditer(view.data):
            name = found.lastgroup == "key"
            group = "number" if found["text"] is None else "text"
            start, raw = found.start(group), found[group]
            if raw and start not in apart and (not name or _NO_NAME.search(raw)):
                self._keep(start, raw)
                self._kept.put(start + len(raw), start + len(raw) + 1, b"\n")
        self._raw: Final = self._kept.data
        self.text: Final = decoded(self._raw, "json")

    def _keep(self, start: int, raw: bytes) -> None:
        """Take a value in. Markup in it is taken out; its lines are those of the markup."""
        if b"</" not in raw.replace(b"<\\/", b"</") or _MARKUP.search(raw) is None:
            self._kept.keep(start, raw)
            return
        done = 0
        for found in _TAG.finditer(raw):
            one, two = found.span()
            self._kept.keep(start + done, raw[done:one])
            if found.lastgroup == "entity":
                self._kept.put(start + one, start + two, unescaped(found[0]).encode().replace(b"\\", b"\\\\"))
            elif found.lastgroup != "inline":
                self._kept.put(start + one, start + two, b"\n")
            done = two
        self._kept.keep(start + done, raw[done:])
        for found in _TARGET.finditer(raw):
            one, two = found.span("target")
            self._kept.put(start + one - 1, start + one, b"\n")
            self._kept.keep(start + one, raw[one:two])

    @cached_property
    def _located(self) -> Located:
        return Located(self._raw, "json", (self._kept,))

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of one block."""
        return self._located.span(start, end)

    @cached_property
    def _places(self) -> tuple[list[int], list[tuple[str, str]]]:
        """Return where each value begins, and its path and keys."""
        tree = self._view.tree
        found = [] if isinstance(tree, Unreadable) else list(values(tree))
        return [each.node.span.start for each in found], [(each.path, each.keys) for each in found]

    def around(self, start: int) -> Surroundings:
        """Return where a character stands."""
        starts, known = self._places
        at = bisect_right(starts, self.span(start, start + 1).start) - 1
        path, keys = known[at] if at >= 0 else ("", "")
        return Surroundings(Place.VALUE, keys, lambda: path, block(self.text, start))

    def tables(self, wanted: Wanted) -> Iterator[Grid]:
        """Yield each object with a wanted key as one row; the keys, their words apart, stand before the values."""
        if not any(wanted(spaced(plain(name))) for name in set(_KEY.findall(self._view.data))):
            return
        tree = self._view.tree
        for path, node in () if isinstance(tree, Unreadable) else walk(tree):
            if isinstance(node, Object) and any(wanted(spaced(key.value)) for key, _ in node.members):
                yield [[field for key, value in node.members if (field := self._field(path, key, value)) is not None]]

    def _field(self, path: str, key: Text, value: Node) -> Field | None:
        """Return a member of an object, None where its value is neither a text nor a number."""
        raw = value.span.of(self._view.data)
        if not isinstance(value, Text) and not (isinstance(value, Scalar) and raw.isdigit()):
            return None
        text = value.value if isinstance(value, Text) else raw.decode()
        below = f"{path}.{shown(key.value)}" if path else shown(key.value)
        return Field(" ".join(text.split()), Heads(before=spaced(key.value)), lambda: below, lambda: value.span)


@dataclass(frozen=True, slots=True)
class Value:
    """A string or a scalar of a tree; the name of a field is one too."""

    node: SomeValue
    path: str
    keys: str
    """The names it stands under, the outer one before its own; nothing for the name of a field."""


def values(tree: Node) -> Iterator[Value]:
    """Yield the strings and scalars of a tree in document order, names of fields included."""
    waiting: list[tuple[Node, str, tuple[str, str] | None]] = [(tree, "", ("", ""))]
    while waiting:
        node, path, keys = waiting.pop()
        if isinstance(node, Array):
            waiting += reversed([(item, f"{path}[{index}]", keys) for index, item in enumerate(node.items)])
        elif isinstance(node, Object):
            outer = "" if keys is None else keys[1]
            for key, value in reversed(node.members):
                below = f"{path}.{shown(key.value)}" if path else shown(key.value)
                waiting += ((value, below, (outer, key.value)), (key, f"{below}/key", None))
        else:
            yield Value(node, path, " ".join(filter(None, keys or ())))
