"""Storage format as elements, attributes, text, CDATA and macros, each with its place in bytes.

Built from the tolerant tokenizer, so that a body that is not well-formed can still be looked at; such a body says so
in `unreadable` and is never rewritten. CDATA and comments are never taken for markup.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import merge
from itertools import chain
from typing import Final

from rules.macros import folded, registered
from rules.model import Span, Unreadable
from rules.outline import DEPTH_LIMIT, Outline
from rules.passage import Passage, plain, unescaped
from rules.tokens import ATTRIBUTE, EXPORT_CLOSER, MARKUP, Token, What, name_of
from rules.vocabulary import MACROS as KNOWN_MACROS
from rules.vocabulary import PARAMETERS as KNOWN_PARAMETERS
from rules.wellformed import ambiguous, as_stored, examine

INLINE: Final = frozenset(
    b"a abbr ac:inline-comment-marker b big cite code del em font i ins kbd mark q s samp small span strike strong sub"
    b" sup tt u wbr".split()
)
"""Elements that do not interrupt a word or an address."""

MACROS: Final = frozenset({"ac:structured-macro", "ac:macro"})
PARAMETERS: Final = frozenset({"ac:parameter", "ac:default-parameter"})
_FIRST_NAME: Final = re.compile(rb"<[A-Za-z:-]++\s++ac:name=\"([^\"<&\\]*+)\"")
"""A start tag whose first attribute is a name without entities, as nearly every macro and parameter is written."""
_STEP: Final = re.compile(r"(?:ac|ri|at):[a-z][a-z-]{0,30}")
_DELIMITERS: Final = {What.CDATA: (b"<![CDATA[", (b"]]>", EXPORT_CLOSER)), What.COMMENT: (b"<!--", (b"-->",))}
_SECTIONS: Final = frozenset({What.CDATA, What.COMMENT})
_RUNS: Final = _SECTIONS | {What.TEXT}
PATH_LIMIT: Final = 8
"""Steps of a structural path; further ones outside become `…`."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a start tag."""

    name: str
    value: str = field(repr=False)
    """The value unescaped."""
    _found: re.Match[bytes] = field(repr=False)
    """Where it stands: the last group of `ATTRIBUTE` that matched holds the value."""

    @property
    def span(self) -> Span:
        """Return the bytes of name, equals sign, quotes and value."""
        return Span(*self._found.span())

    @property
    def name_span(self) -> Span:
        """Return the bytes of the name."""
        return Span(*self._found.span(1))

    @property
    def value_span(self) -> Span:
        """Return the bytes of the raw value without its quotes."""
        return Span(*self._found.span(self._found.lastindex or 0))


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `index` is its place in `Storage.elements`, or behind all of those for one of HTML."""

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
    """One body, read once. `unreadable` tells why it is not well-formed, None when it is.

    Of HTML, only what stands in small elements such as parameters has a place in `elements`; what stands elsewhere is
    read around the bytes that somebody asks for.
    """

    def __init__(self, data: bytes) -> None:
        self.data: Final = data
        unreadable = examine(data)
        read = data
        if unreadable is not None and EXPORT_CLOSER in data and examine(stored := as_stored(data)) is None:
            unreadable, read = ambiguous(data), stored
        self._bytes: Final = read
        """The data as they are read: the same, but for the ends of sections in a body that was cut from an export."""
        self._broken: Final = unreadable
        self._strange: dict[str, dict[str, int]] = {}
        self._html: list[Element] = []
        self._named: dict[int, Sequence[int]] = {}

    @cached_property
    def _read(self) -> Outline:
        """Return where the elements stand, read when somebody asks for it."""
        return Outline(self._bytes, whole=self._broken is not None)

    @property
    def unreadable(self) -> Unreadable | None:
        """Return why the body is not well-formed or nested too deep, None when it can be read."""
        shallow = self._broken is None and self.data.count(b"</") <= DEPTH_LIMIT  # each open element has an end tag
        too_deep = None if shallow else self._read.too_deep
        return self._broken if too_deep is None else Unreadable(f"nested deeper than {DEPTH_LIMIT} levels", too_deep)

    def element(self, index: int) -> Element:
        """Return the element with this index."""
        read = self._read
        if index >= len(read.starts):
            return self._html[index - len(read.starts)]
        name = read.spelled[read.names[index]]
        return Element(index, name, Span(read.starts[index], read.ends[index]), read.parents[index])

    @property
    def elements(self) -> Iterator[Element]:
        """Yield the elements that have a place, in document order."""
        return map(self.element, range(len(self._read.starts)))

    def tags(self, *needles: re.Pattern[bytes], trace: re.Pattern[bytes] | None = None) -> Iterator[Element]:
        """Yield the elements with one of `needles`, and with `trace`, in the start tag, each once, HTML included."""
        behind = 0
        for found in merge(*(needle.finditer(self.data) for needle in needles), key=re.Match.start):
            if found.start() >= behind:
                what, start, behind, name = self._token(found.start())
                if What.OPEN <= what <= What.EMPTY and (trace is None or trace.search(self.data, start, behind)):
                    yield self._placed(start, behind, name)

    def _placed(self, start: int, end: int, name: bytes) -> Element:
        """Return the element of a start tag; one of HTML gets an index behind all others."""
        read = self._read
        index = bisect_left(read.starts, start)
        if index < len(read.starts) and read.starts[index] == start:
            return self.element(index)
        made = Element(len(read.starts) + len(self._html), plain(name), Span(start, end), read.around(start))
        self._html.append(made)
        return made

    def _token(self, offset: int) -> Token:
        """Return the token that a byte stands in. Tokens hold one `<` only, at the start, unless they are sections."""
        data, read = self._bytes, self._read
        section = read.section(offset)
        if section is not None:
            return section
        start, at = 0, offset + 1
        while (at := data.rfind(b"<", 0, at)) >= 0:
            section = read.section(at)
            found = None if section else MARKUP.match(data, at)
            if found is not None and found.end() > offset:
                return What(found.lastindex or 0), at, found.end(), name_of(found)
            if section is not None or found is not None:
                start = section[2] if section is not None else found.end() if found is not None else 0
                break
        at = data.find(b"<", offset + 1)
        while at >= 0 and MARKUP.match(data, at) is None:
            at = data.find(b"<", at + 1)
        return What.TEXT, start, at if at >= 0 else len(data), b""

    def sections(self) -> Iterator[Run]:
        """Yield the CDATA sections and comments in order."""
        return (self._run(index) for index, what in enumerate(self._read.run_whats) if what in _SECTIONS)

    def runs(self, parents: Container[int]) -> Iterator[Run]:
        """Yield the texts, CDATA sections and comments that stand directly in one of the elements, in order.

        Texts are known in elements that `elements` has everything of.
        """
        whats = self._read.run_whats
        found = (index for index, parent in enumerate(self._read.run_parents) if parent in parents)
        return (self._run(index) for index in found if whats[index] in _RUNS)

    def _run(self, index: int) -> Run:
        read = self._read
        return Run(What(read.run_whats[index]), read.run_starts[index], read.run_ends[index], read.run_parents[index])

    def inside(self, element: Element, limit: int) -> Iterator[Run]:
        """Yield the first `limit` texts and sections inside an element, however deep they stand."""
        close = self._read.closes[element.index]
        at = element.tag.end
        while at < close and limit:
            what, _, end, _ = self._token(at)
            if what in _RUNS:
                yield Run(what, at, min(end, close), element.index)
                limit -= 1
            at = end

    def within(self, element: Element) -> Iterator[Element]:
        """Yield the elements inside one, in document order, as far as `elements` has those."""
        close, starts = self._read.closes[element.index], self._read.starts
        index = element.index + 1
        while index < len(starts) and starts[index] < close:
            yield self.element(index)
            index += 1

    def extent(self, element: Element) -> tuple[Span, Span]:
        """Return what stands between the tags of an element of a well-formed body, and the same with its tags."""
        close = self._read.closes[element.index]
        if self.data.endswith(b"/>", element.tag.start, element.tag.end):
            return Span(close, close), element.tag
        return Span(element.tag.end, close), Span(element.tag.start, self.data.index(b">", close) + 1)

    def content(self, run: Run) -> tuple[int, bytes]:
        """Return where the content of a text or a section begins, and its bytes without delimiters."""
        opener, closers = _DELIMITERS.get(run.what, (b"", ()))
        start, end = run.start + len(opener), run.end
        closer = next((each for each in closers if self.data.endswith(each, start, end)), b"")
        return start, self.data[start : end - len(closer)]

    def attributes(self, element: Element) -> tuple[Attribute, ...]:
        """Return the attributes of `element` in the order in which they are written."""
        return tuple(map(_attribute, ATTRIBUTE.finditer(self.data, element.tag.start, element.tag.end)))

    def parents(self) -> frozenset[int]:
        """Return the elements that have an element directly in them, by index, as far as `elements` has those."""
        return frozenset(self._read.parents)

    def around(self, offset: int) -> int:
        """Return the index of the innermost element around a byte, -1 for none, as far as `elements` has those."""
        return self._read.around(offset)

    def inside_any(self, offset: int, names: Container[str]) -> bool:
        """Return whether a byte stands in an element with one of the names, in its start tag included."""
        return self.nearest(self.around(offset), names) is not None

    def value(self, element: Element | int, name: str) -> str:
        """Return the value of one attribute of an element or of the one with this index, empty where it is missing."""
        start, end = self._tag(element) if isinstance(element, int) else (element.tag.start, element.tag.end)
        first = _FIRST_NAME.match(self.data, start) if name == "ac:name" else None
        if first is not None:
            return plain(first[1])
        for found in ATTRIBUTE.finditer(self.data, start, end):
            if found[1] == name.encode():
                return unescaped(found[found.lastindex or 0])
        return ""

    def _tag(self, index: int) -> tuple[int, int]:
        return self._read.starts[index], self._read.ends[index]

    def parent(self, index: int) -> int:
        """Return the index of the element around the one with this index, -1 at the top."""
        return self._read.parents[index]

    def ancestors(self, index: int) -> Iterator[Element]:
        """Return the element with this index and those around it, innermost first."""
        return (self.element(at) for at, _ in self._around(index))

    def nearest(self, index: int, names: Container[str]) -> Element | None:
        """Return the innermost of the element with this index and those around it that bears one of the names."""
        found = self._nearest(index, names)
        return self.element(found) if found >= 0 else None

    def surrounding(self, index: int, names: Container[str]) -> str:
        """Return the name of that element, empty where there is none."""
        found = self._nearest(index, names)
        return self._read.spelled[self._read.names[found]] if found >= 0 else ""

    def _nearest(self, index: int, names: Container[str]) -> int:
        """Return the index of that element, -1 where there is none."""
        read = self._read
        if index >= len(read.starts):
            each = self._html[index - len(read.starts)]
            if each.name in names:
                return index
            index = each.parent
        while index >= 0 and read.spelled[read.names[index]] not in names:
            index = read.parents[index]
        return index

    def _around(self, index: int) -> Iterator[tuple[int, str]]:
        """Yield the index and the name of an element and of those around it, innermost first."""
        read = self._read
        if index >= len(read.starts):
            each = self.element(index)
            yield index, each.name
            index = each.parent
        while index >= 0:
            yield index, read.spelled[read.names[index]]
            index = read.parents[index]

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the elements that bear one of the names, in document order."""
        return map(self.element, self.indices(*names))

    def indices(self, *names: str) -> Sequence[int]:
        """Return the indices of the elements that bear one of the names, in document order."""
        known = self._read.numbers
        found = [self._numbered(known[name]) for name in map(str.encode, names) if name in known]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))

    def _numbered(self, number: int) -> Sequence[int]:
        """Return the indices of the elements whose name has this number."""
        found = self._named.get(number)
        if found is None:
            found = self._named[number] = array("i", [at for at, each in enumerate(self._read.names) if each == number])
        return found

    def macros(self) -> Iterator[Macro]:
        """Yield every macro, those of the old notation included."""
        for element in self.named(*MACROS):
            yield Macro(self.value(element, "ac:name"), self.value(element, "ac:macro-id"), element)

    def anchors(self) -> tuple[str, ...]:
        """Return the references of the inline-comment markers in order."""
        return tuple(self.value(element, "ac:ref") for element in self.named("ac:inline-comment-marker"))

    def cdata(self) -> tuple[bytes, ...]:
        """Return the CDATA sections with their delimiters in order."""
        return tuple(self.data[run.start : run.end] for run in self.sections() if run.what is What.CDATA)

    def passages(
        self, needle: re.Pattern[bytes], trace: re.Pattern[bytes] | None = None
    ) -> Iterator[tuple[int, Passage]]:
        """Yield the stretches of text in which `needle` occurs, inline tags taken out, with the index around them.

        `trace`: what has to occur in the bytes of the whole stretch too.
        """
        at = 0
        while (found := needle.search(self.data, at)) is not None and found.start() < len(self.data):
            what, start, at, _ = self._token(found.start())
            if what is What.TEXT:
                pieces = [*reversed(list(self._joined(start, -1))), (start, at), *self._joined(at, 1)]
                at = pieces[-1][1]
                raw = [(one, self.data[one:two]) for one, two in pieces]
                if trace is None or trace.search(b"".join(text for _, text in raw)):
                    yield self._read.around(raw[0][0]), Passage(raw, "xml")

    def _joined(self, at: int, step: int) -> Iterator[tuple[int, int]]:
        """Yield the texts before or behind an offset that only inline tags part from it, the nearest first."""
        while 0 < at + step <= len(self.data) and at + min(step, 0) < len(self.data):
            what, start, end, name = self._token(at if step > 0 else at - 1)
            if what is What.TEXT:
                yield start, end
            elif what > What.EMPTY or name not in INLINE:
                return
            at = end if step > 0 else start

    def path(self, index: int) -> str:
        """Return the macros, parameters and Confluence elements around an element, outermost first, no contents.

        Macros and parameters are shown by their names where these are words of the vocabulary, else by a number:
        `macro[#2]` is the second unknown name of a macro in the body. Users name macros as they like, after people too.
        """
        steps: list[str] = []
        for at, name in self._around(index):
            if name in MACROS:
                steps.append(f"macro[{self._name(self.element(at), 'macro')}]")
            elif name in PARAMETERS:
                steps.append(f"parameter[{self._name(self.element(at), 'parameter')}]")
            elif _STEP.fullmatch(name):
                steps.append(name)
        steps[PATH_LIMIT:] = ["…"] * (len(steps) > PATH_LIMIT)
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


def _attribute(found: re.Match[bytes]) -> Attribute:
    return Attribute(plain(found[1]), unescaped(found[found.lastindex or 0]), found)


def _is_common(name: str, what: str) -> bool:
    """Return whether everybody's pages share this name of a macro or a parameter."""
    known = KNOWN_MACROS if what == "macro" else KNOWN_PARAMETERS
    return name in known or folded(name) in registered()[what != "macro"]
