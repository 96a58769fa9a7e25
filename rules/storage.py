"""Storage format as elements, attributes, text, CDATA and macros, each with its place in bytes.

Built from the tolerant tokenizer, so that a body that is not well-formed can still be looked at; such a body says so
in `unreadable` and is never rewritten. CDATA and comments are never taken for markup.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.macros import folded, registered
from rules.model import Span, Unreadable
from rules.passage import Passage, plain, unescaped
from rules.tokens import ATTRIBUTE, EXPORT_CLOSER, Token, What, tokens
from rules.vocabulary import MACROS as KNOWN_MACROS
from rules.vocabulary import PARAMETERS as KNOWN_PARAMETERS
from rules.wellformed import ambiguous, as_stored, examine

DEPTH_LIMIT: Final = 500
"""Levels of elements; deeper ones are not told apart and make the body unreadable."""

INLINE: Final = frozenset(
    b"a abbr ac:inline-comment-marker b big cite code del em font i ins kbd mark q s samp small span strike strong sub"
    b" sup tt u wbr".split()
)
"""Elements that do not interrupt a word or an address."""

MACROS: Final = frozenset({"ac:structured-macro", "ac:macro"})
PARAMETERS: Final = frozenset({"ac:parameter", "ac:default-parameter"})
_STEP: Final = re.compile(r"(?:ac|ri|at):[a-z][a-z-]{0,30}")
_DELIMITERS: Final = {What.CDATA: (b"<![CDATA[", (b"]]>", EXPORT_CLOSER)), What.COMMENT: (b"<!--", (b"-->",))}
PATH_LIMIT: Final = 8
"""Steps of a structural path; further ones outside become `…`."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a start tag."""

    name: str
    span: Span
    """Name, equals sign, quotes and value."""
    name_span: Span
    value_span: Span
    """The raw value without its quotes."""
    value: str = field(repr=False)
    """The value unescaped."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `index` is its place in `Storage.elements`."""

    index: int
    name: str
    tag: Span
    """The start tag."""
    parent: int
    """Index of the element around it, -1 at the top."""


@dataclass(frozen=True, slots=True)
class Run:
    """A CDATA section or a comment."""

    what: What
    start: int
    end: int
    parent: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro of either notation."""

    name: str
    id: str
    element: Element


class Storage:
    """One body, read once. `unreadable` tells why it is not well-formed, None when it is."""

    __slots__ = ("_read", "_strange", "data", "unreadable")

    def __init__(self, data: bytes) -> None:
        self.data: Final = data
        unreadable = examine(data)
        exported = False
        if unreadable is not None and EXPORT_CLOSER in data and examine(as_stored(data)) is None:
            unreadable, exported = ambiguous(data), True
        reader = _Reader()
        reader.read(tokens(data, exported=exported))
        if reader.too_deep is not None:
            unreadable = Unreadable(f"nested deeper than {DEPTH_LIMIT} levels", reader.too_deep)
        self._read: Final = reader
        self._strange: dict[str, dict[str, int]] = {}
        self.unreadable: Final = unreadable

    def element(self, index: int) -> Element:
        """Return the element with this index."""
        read = self._read
        return Element(index, plain(read.names[index]), Span(read.starts[index], read.ends[index]), read.parents[index])

    @property
    def elements(self) -> Iterator[Element]:
        """Yield all elements in document order."""
        return map(self.element, range(len(self._read.names)))

    def tags(self, needle: re.Pattern[bytes]) -> Iterator[Element]:
        """Yield the elements in whose start tags `needle` occurs, each once."""
        last = -1
        for found in needle.finditer(self.data):
            index = bisect_right(self._read.starts, found.start()) - 1
            if index > last and found.start() < self._read.ends[index]:
                last = index
                yield self.element(index)

    def sections(self) -> Iterator[Run]:
        """Yield the CDATA sections and comments in order."""
        read = self._read
        columns = zip(read.run_whats, read.run_starts, read.run_ends, read.run_parents, strict=True)
        return (Run(*run) for run in columns if run[0] is not What.TEXT)

    def runs(self, parents: Container[int]) -> Iterator[Run]:
        """Yield the texts, CDATA sections and comments that stand directly in one of the elements, in order."""
        read = self._read
        columns = zip(read.run_whats, read.run_starts, read.run_ends, read.run_parents, strict=True)
        return (Run(*run) for run in columns if run[3] in parents)

    def inside(self, element: Element, limit: int) -> Iterator[Run]:
        """Yield the first `limit` texts and sections inside an element, however deep they stand."""
        read = self._read
        first = bisect_left(read.run_starts, element.tag.end)
        for at in range(first, min(first + limit, len(read.run_starts))):
            if all(each.index != element.index for each in self.ancestors(read.run_parents[at])):
                return
            yield Run(read.run_whats[at], read.run_starts[at], read.run_ends[at], read.run_parents[at])

    def content(self, run: Run) -> tuple[int, bytes]:
        """Return where the content of a text or a section begins, and its bytes without delimiters."""
        opener, closers = _DELIMITERS.get(run.what, (b"", ()))
        start, end = run.start + len(opener), run.end
        closer = next((each for each in closers if self.data.endswith(each, start, end)), b"")
        return start, self.data[start : end - len(closer)]

    def attributes(self, element: Element) -> tuple[Attribute, ...]:
        """Return the attributes of `element` in the order in which they are written."""
        return tuple(
            Attribute(
                name=plain(found["name"]),
                span=Span(*found.span()),
                name_span=Span(*found.span("name")),
                value_span=Span(*found.span(found.lastgroup or 0)),
                value=unescaped(found[found.lastgroup or 0]),
            )
            for found in ATTRIBUTE.finditer(self.data, element.tag.start, element.tag.end)
        )

    def parents(self) -> frozenset[int]:
        """Return the elements that have an element directly in them, by index."""
        return frozenset(self._read.parents)

    def inside_any(self, offset: int, names: Container[str]) -> bool:
        """Return whether a byte stands in an element with one of the names, in its start tag included."""
        read = self._read
        element = bisect_right(read.starts, offset) - 1
        if element >= 0 and offset < read.ends[element]:
            return any(each.name in names for each in self.ancestors(element))
        run = bisect_right(read.run_starts, offset) - 1
        return run >= 0 and any(each.name in names for each in self.ancestors(read.run_parents[run]))

    def value(self, element: Element, name: str) -> str:
        """Return the value of one attribute, empty where it is missing."""
        return next((each.value for each in self.attributes(element) if each.name == name), "")

    def ancestors(self, index: int) -> Iterator[Element]:
        """Yield the element with this index and those around it, innermost first."""
        while index >= 0:
            yield self.element(index)
            index = self._read.parents[index]

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the elements that bear one of the names, in document order."""
        wanted = {name.encode() for name in names}
        return (self.element(index) for index, name in enumerate(self._read.names) if name in wanted)

    def macros(self) -> Iterator[Macro]:
        """Yield every macro, those of the old notation included."""
        for element in self.named(*MACROS):
            attributes = {each.name: each.value for each in self.attributes(element)}
            yield Macro(attributes.get("ac:name", ""), attributes.get("ac:macro-id", ""), element)

    def anchors(self) -> tuple[str, ...]:
        """Return the references of the inline-comment markers in order."""
        return tuple(self.value(element, "ac:ref") for element in self.named("ac:inline-comment-marker"))

    def cdata(self) -> tuple[bytes, ...]:
        """Return the CDATA sections with their delimiters in order."""
        return tuple(self.data[run.start : run.end] for run in self.sections() if run.what is What.CDATA)

    def passages(self, needle: re.Pattern[bytes]) -> Iterator[tuple[int, Passage]]:
        """Yield the stretches of text in which `needle` occurs, inline tags taken out, with the index around them."""
        read = self._read
        done = 0
        for found in needle.finditer(self.data):
            first = bisect_right(read.run_starts, found.start()) - 1
            if first < done or read.run_whats[first] is not What.TEXT or found.start() >= read.run_ends[first]:
                continue
            while read.run_joined[first]:
                first -= 1
            done = first + 1
            while done < len(read.run_joined) and read.run_joined[done]:
                done += 1
            bounds = zip(read.run_starts[first:done], read.run_ends[first:done], strict=True)
            yield read.run_parents[first], Passage(((start, self.data[start:end]) for start, end in bounds), "xml")

    def path(self, index: int) -> str:
        """Return the macros, parameters and Confluence elements around an element, outermost first, no contents.

        Macros and parameters are shown by their names where these are words of the vocabulary, else by a number:
        `macro[#2]` is the second unknown name of a macro in the body. Users name macros as they like, after people too.
        """
        steps: list[str] = []
        for element in self.ancestors(index):
            if element.name in MACROS:
                steps.append(f"macro[{self._name(element, 'macro')}]")
            elif element.name in PARAMETERS:
                steps.append(f"parameter[{self._name(element, 'parameter')}]")
            elif _STEP.fullmatch(element.name):
                steps.append(element.name)
        if len(steps) > PATH_LIMIT:
            steps[PATH_LIMIT:] = ["…"]
        return "/".join(reversed(steps))

    def _name(self, element: Element, what: str) -> str:
        name = self.value(element, "ac:name")
        if not name or _is_common(name, what):
            return name
        if what not in self._strange:
            values = (self.value(each, "ac:name") for each in self.named(*(MACROS if what == "macro" else PARAMETERS)))
            strange = dict.fromkeys(value for value in values if value and not _is_common(value, what))
            self._strange[what] = {value: number for number, value in enumerate(strange, start=1)}
        return f"#{self._strange[what][name]}"


def _is_common(name: str, what: str) -> bool:
    """Return whether everybody's pages share this name of a macro or a parameter."""
    if name in (KNOWN_MACROS if what == "macro" else KNOWN_PARAMETERS):
        return True
    macros, parameters = registered()
    return folded(name) in (macros if what == "macro" else parameters)


class _Reader:
    """Turns tokens into columns of elements and runs.

    Written for speed, as a body has tens of thousands of tokens: numbers in lists cost the garbage collector nothing.
    """

    __slots__ = (
        "ends",
        "names",
        "parents",
        "run_ends",
        "run_joined",
        "run_parents",
        "run_starts",
        "run_whats",
        "starts",
        "too_deep",
    )

    def __init__(self) -> None:
        self.names: list[bytes] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.parents: list[int] = []
        self.run_whats: list[What] = []
        self.run_starts: list[int] = []
        self.run_ends: list[int] = []
        self.run_parents: list[int] = []
        self.run_joined: list[bool] = []
        self.too_deep: int | None = None

    def read(self, found: Iterable[Token]) -> None:
        """Take all tokens in."""
        names: list[bytes] = []
        indices = [-1]
        waiting: dict[bytes, int] = {}
        joined = False
        for what, start, end, name in found:
            if what is What.TEXT:
                self._run(what, start, end, indices[-1], joined=joined)
                joined = True
                continue
            joined = joined and name in INLINE
            if what is What.CLOSE:
                if waiting.get(name):  # else it closes nothing that is open: expat says so
                    _close(name, names, indices, waiting)
            elif what is What.CDATA or what is What.COMMENT:
                self._run(what, start, end, indices[-1], joined=False)
            elif name:
                self.names.append(name)
                self.starts.append(start)
                self.ends.append(end)
                self.parents.append(indices[-1])
                if what is What.OPEN:
                    if len(names) < DEPTH_LIMIT:
                        names.append(name)
                        indices.append(len(self.names) - 1)
                        waiting[name] = waiting.get(name, 0) + 1
                    elif self.too_deep is None:
                        self.too_deep = start

    def _run(self, what: What, start: int, end: int, parent: int, *, joined: bool) -> None:
        self.run_whats.append(what)
        self.run_starts.append(start)
        self.run_ends.append(end)
        self.run_parents.append(parent)
        self.run_joined.append(joined)


def _close(name: bytes, names: list[bytes], indices: list[int], waiting: dict[bytes, int]) -> None:
    """Close the innermost open element of this name and whatever is open inside it."""
    closed = b""
    while closed != name:
        closed = names.pop()
        indices.pop()
        waiting[closed] -= 1
