"""Where the elements of a body stand, in columns of numbers: what `rules.storage` answers its questions from.

Of a well-formed body only what says where something stands is read: the elements of Confluence and of code, sections
and comments, and everything inside small elements such as parameters. A body that is not well-formed is read as a
whole, as an end tag of HTML may close any element there. A column is an array: few bytes a token, whatever the bytes.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import Final

from rules.passage import plain
from rules.tokens import LEAF, MARKUP, OUTLINE, Token, What

DEPTH_LIMIT: Final = 500
"""Levels of elements; deeper ones are not told apart and make the body unreadable."""

_PROSE: Final = frozenset(
    b"ac:adf-content ac:adf-extension ac:adf-fallback ac:adf-node ac:caption ac:image ac:inline-comment-marker"
    b" ac:layout ac:layout-cell ac:layout-section ac:macro ac:placeholder ac:plain-text-body"
    b" ac:rich-text-body ac:structured-macro ac:task ac:task-body ac:task-list code kbd pre samp tt".split()
)
"""Elements that hold prose or other elements. Inside every other one, HTML and texts are told apart too."""

_TEXT: Final = int(What.TEXT)
_CLOSE: Final = int(What.CLOSE)
_OPEN: Final = int(What.OPEN)
_EMPTY: Final = int(What.EMPTY)
"""As plain numbers, which compare faster."""
_SKIMMED_EMPTY: Final = _EMPTY + 1
"""The same in `OUTLINE`, whose groups count one more behind `LEAF`."""


class Outline:
    """Elements in document order, and the texts, sections and comments that were read."""

    __slots__ = (
        "closes",
        "ends",
        "names",
        "numbers",
        "parents",
        "run_ends",
        "run_parents",
        "run_starts",
        "run_whats",
        "spelled",
        "starts",
        "too_deep",
    )

    def __init__(self, data: bytes, *, whole: bool) -> None:
        """Read `data`. `whole`: everything in it, rather than what says where something stands."""
        self.numbers: Final[dict[bytes, int]] = {}
        """Name of an element -> the number that stands for it in `names`."""
        self.names: Final = array("i")
        self.starts: Final = array("i")
        self.ends: Final = array("i")
        self.parents: Final = array("i")
        self.closes: Final = array("i")
        """Where the content of each element ends."""
        self.run_whats: Final = array("b")
        self.run_starts: Final = array("i")
        self.run_ends: Final = array("i")
        self.run_parents: Final = array("i")
        self.too_deep: int | None = None
        self.spelled: Final[list[str]] = []
        """The names by their numbers."""
        reader = _Reader(self, data, whole=whole)
        at = 0
        while at < len(data):
            at = reader.read(MARKUP, at) if reader.fine >= 0 else reader.skim(OUTLINE, at)
        reader.finish()

    def element(self, name: bytes, start: int, end: int, parent: int, close: int) -> int:
        """Take an element in: its start tag, what it stands in, where its content ends. Return its index."""
        number = self.numbers.get(name)
        self.names.append(self.number(name) if number is None else number)
        self.starts.append(start)
        self.ends.append(end)
        self.parents.append(parent)
        self.closes.append(close)
        return len(self.names) - 1

    def number(self, name: bytes) -> int:
        """Return the number of a name that has none yet."""
        number = self.numbers[name] = len(self.numbers)
        self.spelled.append(plain(name))
        return number

    def run(self, what: int, start: int, end: int, parent: int) -> None:
        """Take a text, a section, a comment or the like in."""
        self.run_whats.append(what)
        self.run_starts.append(start)
        self.run_ends.append(end)
        self.run_parents.append(parent)

    def around(self, offset: int) -> int:
        """Return the innermost element that a byte stands in, its start tag included, -1 where there is none."""
        index = bisect_right(self.starts, offset) - 1
        while index >= 0 and self.closes[index] <= offset:
            index = self.parents[index]
        return index

    def section(self, offset: int) -> Token | None:
        """Return the section, comment or instruction that a byte stands in, None where it stands in none."""
        at = bisect_right(self.run_starts, offset) - 1
        if at < 0 or offset >= self.run_ends[at] or self.run_whats[at] == What.TEXT:
            return None
        return What(self.run_whats[at]), self.run_starts[at], self.run_ends[at], b""


class _Reader:
    """The elements that are open while a body is read."""

    __slots__ = ("data", "fine", "indices", "into", "names")

    def __init__(self, into: Outline, data: bytes, *, whole: bool) -> None:
        self.into: Final = into
        self.data: Final = data
        self.names: Final[list[bytes]] = []
        self.indices: Final = [-1]
        self.fine = 0 if whole else -1
        """How many elements are open around and with the one that is read as a whole; -1: none is."""

    def skim(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Read on until an element is to be read as a whole. Return where that was, the end of the data otherwise.

        What `Outline.element` and `_open` do is done in place here, as most of the time goes to this loop.
        """
        into, names, indices, spare = self.into, self.names, self.indices, DEPTH_LIMIT - len(self.names)
        numbers, closes, run = into.numbers, into.closes, into.run
        add_name, add_start, add_end = into.names.append, into.starts.append, into.ends.append
        add_parent, add_close = into.parents.append, into.closes.append
        index = len(into.names)
        for found in pattern.finditer(self.data, at):
            what = found.lastindex
            start, end = found.span()
            if what == _CLOSE:
                name = found[1]
                if names and names[-1] == name:
                    names.pop()
                    closes[indices.pop()] = start
                    spare += 1
                else:
                    spare = self._close(name, start)
                continue
            if what is None or what > _SKIMMED_EMPTY:
                run((what or 0) - 1, start, end, indices[-1])
                continue
            if not spare and what != _SKIMMED_EMPTY:
                spare = self._too_deep(found)
                index += 1
                continue
            name, close = found[2], end
            number = numbers.get(name)
            add_name(into.number(name) if number is None else number)
            add_start(start)
            add_parent(indices[-1])
            if what == LEAF:
                end, close = found.span(LEAF)
                if end < close and name not in _PROSE:
                    run(_TEXT, end, close, index)
            add_end(end)
            add_close(close)
            index += 1
            if what == _OPEN:
                spare -= 1
                names.append(name)
                indices.append(index - 1)
                if name not in _PROSE:
                    self.fine = len(names)
                    return end
        return len(self.data)

    def read(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Read everything until the element is closed that is read as a whole. Return where that was, or the end."""
        for found in pattern.finditer(self.data, at):
            start, end = found.span()
            if start > at:
                self.into.run(What.TEXT, at, start, self.indices[-1])
            at = end
            what = found.lastindex or 0
            if what > _EMPTY:
                self.into.run(what, start, end, self.indices[-1])
            elif what == _EMPTY:
                self.into.element(found[2], start, end, self.indices[-1], end)
            elif what != _CLOSE:
                self._open(found[2], start, end)
            else:
                self._close(found[1], start)
                if len(self.names) < self.fine:
                    self.fine = -1
                    return at
        if at < len(self.data):
            self.into.run(What.TEXT, at, len(self.data), self.indices[-1])
        return len(self.data)

    def finish(self) -> None:
        """Close what is still open."""
        for index in self.indices[1:]:
            self.into.closes[index] = len(self.data)

    def _open(self, name: bytes, start: int, end: int) -> bool:
        """Take the start tag of an element with content in. Return whether it is open now."""
        index = self.into.element(name, start, end, self.indices[-1], end)
        if len(self.names) >= DEPTH_LIMIT:
            if self.into.too_deep is None:
                self.into.too_deep = start
            return False
        self.names.append(name)
        self.indices.append(index)
        return True

    def _too_deep(self, found: re.Match[bytes]) -> int:
        """Take an element in that has no level left. Return how many levels are left behind it."""
        name, leaf = found[2], found.lastindex == LEAF
        self._open(name, found.start(), found.start(LEAF) if leaf else found.end())
        return self._close(name, found.end(LEAF)) if leaf else 0

    def _close(self, name: bytes, at: int) -> int:
        """Close the innermost open element of this name and whatever is open in it, unless none is: expat says so.

        Return how many levels are left then.
        """
        closed = None if name in self.names else name
        while closed != name:
            closed = self.names.pop()
            self.into.closes[self.indices.pop()] = at
        return DEPTH_LIMIT - len(self.names)
