"""Where detectors see something in a text: one pass for the anchors of all of them, then each looks at its windows.

Two engines look for the anchors, and both lead to the same windows: Hyperscan, where it is installed, and the
expressions of the standard library. Anchors that need digits are searched for in the surroundings of digits only. What
an anchor says about bytes is turned into characters once for all windows, so that the whole is linear in the length of
the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import ModuleType
from typing import Any, Final, Protocol

from rules.hits import Detector, Headed, Hit
from rules.model import Confidence
from rules.needing import Need, need

Seen = tuple[Detector, Hit]
Ends = Mapping[int, Sequence[int]]
"""Number of an expression -> the bytes behind its matches, in rising order."""

_WORTH: Final = 256 * 1024 * 1024
"""Bytes that are searched without the library first, times those of the expressions: compiling takes longer."""
_LONGEST: Final = 128
"""Bytes of a match at most that is searched for around digits."""
_MANY: Final = 5
"""Digits of most numbers of people at least: plates of cars have fewer, as versions and chapters do."""
_BULKY: Final = 400
"""Bytes of an expression that is better compiled by itself."""
_DIGITS: Final = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
"""Digits as noughts, all else as blanks: one byte is found quicker than one of ten."""


class Engine(Protocol):
    """Tells where expressions match in some bytes."""

    def ends(self, data: bytes) -> Ends:
        """Return the ends of the matches of each expression that has any, overlapping ones included."""


Chooser = Callable[[Sequence[bytes]], Engine]
"""Makes an engine for some expressions."""


class Expressions:
    """The engine that needs no library: it searches for one expression after the other."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        """Compile `expressions`."""
        self._searches: Final = tuple(re.compile(each).search for each in expressions)

    def ends(self, data: bytes) -> Ends:
        """Return the ends of the matches, one for each place where one begins."""
        found: dict[int, Sequence[int]] = {}
        for number, search in enumerate(self._searches):
            ends: set[int] = set()
            match = search(data)
            while match is not None:
                ends.add(match.end())
                match = search(data, match.start() + 1)
            if ends:
                found[number] = sorted(ends)
        return found


class Hyperscan:
    """The engine of the library of that name. One object serves one call at a time; a second one gets the other."""

    def __init__(self, library: ModuleType, expressions: Sequence[bytes], after: int) -> None:
        """Prepare the search. The expressions are compiled once more than `after` bytes have been searched."""
        self._library: Final[Any] = library
        self._expressions: Final = expressions
        self._otherwise: Final = Expressions(expressions)
        self._left = after
        self._database: Any = None

    def ends(self, data: bytes) -> Ends:
        """Return the ends of the matches."""
        if self._database is None:
            self._left -= len(data)
            if self._left > 0:
                return self._otherwise.ends(data)
            database = self._library.Database()
            database.compile(expressions=list(self._expressions), ids=list(range(len(self._expressions))))
            self._database = database
        found: defaultdict[int, list[int]] = defaultdict(list)
        try:
            self._database.scan(data, match_event_handler=_note, context=found)
        except self._library.error:  # its scratch space is in use by another thread
            return self._otherwise.ends(data)
        return found


def _note(number: int, _start: int, end: int, _flags: int, found: defaultdict[int, list[int]]) -> None:
    found[number].append(end)


def best(expressions: Sequence[bytes]) -> Engine:
    """Return the fastest engine that this machine has."""
    try:
        import hyperscan
    except ImportError:
        return Expressions(expressions)
    if not expressions:
        return Expressions(expressions)
    return Hyperscan(hyperscan, expressions, after=_WORTH // sum(map(len, expressions)))


@dataclass(frozen=True, slots=True)
class _Numeric:
    """Expressions that match around digits only."""

    digits: int
    """That stand in each match at least."""
    reach: int
    """Bytes of a match at most, and one behind it."""
    engines: tuple[tuple[tuple[int, ...], Engine], ...]
    """Numbers of the expressions that each engine looks for."""

    @classmethod
    def of(cls, expressions: Mapping[bytes, Need], numbers: Mapping[bytes, int], engine: Chooser) -> _Numeric:
        """Return the search for some expressions: the small ones together, each bulky one by itself."""
        small = tuple(each for each in expressions if len(each) <= _BULKY)
        groups = [(each,) for each in expressions if len(each) > _BULKY]
        return cls(
            digits=min(each.digits for each in expressions.values()),
            reach=int(max(each.longest for each in expressions.values())) + 1,
            engines=tuple(
                (tuple(numbers[each] for each in group), engine(group)) for group in ([small] if small else []) + groups
            ),
        )

    def ends(self, data: bytes, digits: bytes) -> Iterator[tuple[int, list[int]]]:
        """Yield the ends of the matches of each expression that has any. `digits` shows where the digits are."""
        regions = [each for each in _regions(digits, self.reach) if digits.count(b"0", *each) >= self.digits]
        if not regions:
            return
        near = b"\n%b" % b"\n".join([data[start:end] for start, end in regions])
        firsts = list(accumulate((end - start + 1 for start, end in regions), initial=1))
        for numbers, engine in self.engines:
            for local, ends in engine.ends(near).items():
                places = [bisect_left(firsts, end, 1) - 1 for end in ends]
                yield numbers[local], [regions[at][0] + end - firsts[at] for at, end in zip(places, ends, strict=True)]


class Finder:
    """The anchors of some detectors, equal ones once."""

    __slots__ = ("_engine", "_first", "_numeric", "_wanted", "_whole")

    def __init__(self, detectors: Sequence[Detector], engine: Chooser = best) -> None:
        """Prepare the search for `detectors`."""
        self._whole: Final = tuple((each, each.whole) for each in detectors if each.whole is not None)
        anchored = [(each, anchor) for each in detectors if each.whole is None for anchor in each.anchors]
        needs = {anchor.expression: need(anchor.expression) for _, anchor in anchored}
        anywhere = [each for each, found in needs.items() if not found.digits or found.longest > _LONGEST]
        few = {each: found for each, found in needs.items() if each not in anywhere and found.digits < _MANY}
        many = {each: found for each, found in needs.items() if each not in anywhere and each not in few}
        numbers = {expression: number for number, expression in enumerate((*anywhere, *few, *many))}
        wanted: defaultdict[int, list[tuple[Detector, int, int]]] = defaultdict(list)
        for detector, anchor in anchored:
            wanted[numbers[anchor.expression]].append((detector, anchor.before, anchor.after))
        self._wanted: Final = dict(wanted)
        self._first: Final = frozenset(n for n, each in wanted.items() if any(one.first for one, _, _ in each))
        """Numbers of the expressions of detectors that are asked first."""
        self._engine: Final = engine(tuple(anywhere))
        self._numeric: Final = tuple(_Numeric.of(each, numbers, engine) for each in (few, many) if each)

    def hits(self, text: str, headed: Headed | None = None) -> tuple[Seen, ...]:
        """Return what the detectors see, in the order of the text. Hits may overlap.

        `headed` tells the words over a cell; None: any may stand there.
        """
        found = [(detector, hit) for detector, whole in self._whole for hit in whole(text)]
        data = text.encode("utf-8", "surrogatepass")
        closed = data if data.endswith(b"\n") else data + b"\n"
        ends = dict(self._engine.ends(closed))
        numeric = self._numeric_ends(closed)
        ends.update((number, numeric.pop(number)) for number in self._first.intersection(numeric))
        found += self._asked(text, data, ends, headed)
        found += self._asked(text, data, _outside(numeric, _sure(text, data, found)), headed)
        return tuple(sorted(found, key=_place))

    def _asked(self, text: str, data: bytes, ends: Ends, headed: Headed | None) -> list[Seen]:
        """Return what the detectors see around some ends."""
        found: list[Seen] = []
        for detector, start, end in self._windows(text, data, ends):
            told = detector.told
            for hit in told(text, start, end, headed) if told and headed else detector.find(text, start, end):
                if start <= hit.start < end:
                    found.append((detector, hit))  # noqa: PERF401 - most windows hold nothing, and a generator costs more
        return found

    def _windows(self, text: str, data: bytes, ends: Ends) -> Iterator[tuple[Detector, int, int]]:
        """Yield the characters that each detector is asked about; those of one detector do not overlap."""
        around: defaultdict[Detector, list[tuple[int, int]]] = defaultdict(list)
        for number, each in ends.items():
            for detector, before, after in self._wanted[number]:
                around[detector] += [(at - before, at + after) for at in each]
        last = len(data)
        windows = [
            (detector, max(0, start), min(last, end))
            for detector, some in around.items()
            for start, end in _merged(some)
        ]
        if last == len(text):
            yield from windows
            return
        places = _characters(data, sorted({place for _, *window in windows for place in window}))
        for detector, start, end in windows:
            yield detector, places[start][0], places[end][1]

    def _numeric_ends(self, data: bytes) -> dict[int, Sequence[int]]:
        """Return the ends of the matches of the anchors that need digits."""
        digits = data.translate(_DIGITS) if self._numeric else b""
        return {number: ends for each in self._numeric for number, ends in each.ends(data, digits)}


def _regions(digits: bytes, reach: int) -> Iterator[tuple[int, int]]:
    """Yield the bytes around noughts in rising order, each with so many on either side, those that touch as one.

    Linear: many of them are passed in steps of `reach`.
    """
    at = digits.find(b"0")
    while at >= 0:
        last = at
        while (further := digits.rfind(b"0", last + 1, last + 2 * reach)) > 0:
            last = further
        yield max(0, at - reach), min(len(digits), last + reach + 1)
        at = digits.find(b"0", last + 1)


def _sure(text: str, data: bytes, found: Iterable[Seen]) -> list[tuple[int, int]]:
    """Return the bytes of what the detectors that are asked first are wholly sure of, in rising order."""
    sure = sorted(
        (hit.start, hit.end)
        for detector, hit in found
        if detector.first and hit.alone is Confidence.HIGH and not hit.doubt
    )
    if len(data) == len(text) or not sure:
        return sure
    spans: list[tuple[int, int]] = []
    done = count = 0
    for start, end in sure:
        count += len(text[done:start].encode("utf-8", "surrogatepass"))
        done = start
        spans.append((count, count + len(text[start:end].encode("utf-8", "surrogatepass"))))
    return spans


def _outside(ends: Ends, spans: Sequence[tuple[int, int]]) -> Ends:
    """Return the ends that lie in none of some spans, nor right behind one."""
    if not spans:
        return ends
    starts = [start for start, _ in spans]
    left: dict[int, Sequence[int]] = {}
    for number, places in ends.items():
        kept = [at for at in places if not (n := bisect_left(starts, at)) or spans[n - 1][1] + 1 < at]
        if kept:
            left[number] = kept
    return left


def _place(seen: Seen) -> tuple[int, int, str, str]:
    detector, hit = seen
    return hit.start, hit.end, detector.rule, hit.what


def _merged(windows: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Return windows in rising order; those that touch are one."""
    if len(windows) == 1:
        return windows
    windows.sort()
    merged: list[tuple[int, int]] = []
    first, last = windows[0]
    for start, end in windows:
        if start > last:
            merged.append((first, last))
            first = start
        last = max(last, end)
    merged.append((first, last))
    return merged


def _characters(data: bytes, places: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return for bytes in rising order the character that each stands in and, where it stands in one, the next one."""
    found: dict[int, tuple[int, int]] = {}
    done, count = 0, 0
    for place in places:
        start = place
        while start < len(data) and data[start] & 0xC0 == 0x80:  # noqa: PLR2004 - bytes inside a character
            start -= 1
        count += len(data[done:start].decode("utf-8", "surrogatepass"))
        done = start
        found[place] = count, count + (start < place)
    return found
