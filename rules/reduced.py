"""Bytes of a part in which pieces were taken out or replaced, decoded, with the way back to the bytes of the part.

Readable text is made in two steps: expressions take markup out of the bytes, then what is left is decoded. The text
alone is made in one go for each expression; places are columns of numbers that are made when somebody asks for one,
by the same expressions, match for match.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rules.model import Span
from rules.passage import ESCAPES, Passage, unescape

UNSEEN: Final = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
"""Soft hyphen, characters of no width, byte order mark: nobody sees them, and they may stand inside a number."""
_SIGNS: Final = {"xml": b"&", "json": b"\\"}
"""What stands in bytes that are escaped so."""
_ONE_BY_ONE: Final = -1


class Kept:
    """Bytes that were kept or put in, one behind the other, and where in the bytes before that they stood."""

    __slots__ = ("_ends", "_firsts", "_raw", "_size", "_starts")

    def __init__(self) -> None:
        self._raw: Final[list[bytes]] = []
        self._size = 0
        self._firsts: Final = array("i")
        self._starts: Final = array("i")
        self._ends: Final = array("i")
        """Behind what was replaced; -1 for bytes that were kept as they are, one by one."""

    @property
    def size(self) -> int:
        """Return how many bytes there are so far."""
        return self._size

    @property
    def data(self) -> bytes:
        """Return the bytes."""
        return b"".join(self._raw)

    def keep(self, start: int, raw: bytes) -> None:
        """Add bytes that stood at `start`, one by one."""
        self._add(raw, start, _ONE_BY_ONE)

    def put(self, start: int, end: int, raw: bytes) -> None:
        """Add bytes that stand for all of [start, end)."""
        self._add(raw, start, end)

    def replace(self, raw: bytes, spans: Sequence[tuple[int, int]], new: bytes) -> None:
        """Add bytes that stood at 0, but for `spans` of them, for each of which `new` stands; in one go."""
        done, size, step = 0, self._size, len(new)
        for start, end in (*spans, (len(raw), len(raw))):
            if done < start:
                self._raw.append(raw[done:start])
                self._firsts.append(size)
                self._starts.append(done)
                self._ends.append(_ONE_BY_ONE)
                size += start - done
            if step and start < end:
                self._raw.append(new)
                self._firsts.append(size)
                self._starts.append(start)
                self._ends.append(end)
                size += step
            done = end
        self._size = size

    def _add(self, raw: bytes, start: int, end: int) -> None:
        if raw:
            self._raw.append(raw)
            self._firsts.append(self._size)
            self._starts.append(start)
            self._ends.append(end)
            self._size += len(raw)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the bytes [start, end) come from; `end` must lie behind `start`."""
        first, last = self._border(start, 0), self._border(end - 1, 1)
        return first, max(first, last)

    def _border(self, index: int, side: int) -> int:
        at = bisect_right(self._firsts, index) - 1
        end = self._ends[at]
        if end == _ONE_BY_ONE:
            return self._starts[at] + index - self._firsts[at] + side
        return end if side else self._starts[at]


def substituted(raw: bytes, pattern: re.Pattern[bytes], new: bytes | None) -> Kept:
    """Return what `pattern.sub(new, raw)` returns, with its places; None: a match is replaced by its first group."""
    kept = Kept()
    found = pattern.finditer(raw)
    if new is not None:
        kept.replace(raw, [each.span() for each in found], new)
        return kept
    done = 0
    for each in found:
        kept.keep(done, raw[done : each.start()])
        kept.keep(each.start(1), each[1])
        done = each.end()
    kept.keep(done, raw[done:])
    return kept


class Located:
    """Decoded bytes, every character with its place in the part."""

    __slots__ = ("_layers", "_passage", "_places")

    def __init__(self, raw: bytes, escapes: str, layers: Sequence[Kept]) -> None:
        """Take the bytes that are left and the ways back, that of the last step first."""
        self._layers: Final = layers
        self._passage: Final = Passage(((0, raw),), escapes)
        text = self._passage.text
        self._places: Final = (
            array("i", [place for place, letter in enumerate(text) if letter not in UNSEEN])
            if not text.isascii() and any(each in text for each in UNSEEN)
            else None
        )

    def inner(self, start: int, end: int) -> Span:
        """Return the bytes under the characters [start, end) in the bytes that were decoded."""
        if self._places is not None:
            start, end = self._places[start], self._places[end - 1] + 1
        return self._passage.span(start, end)

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the part under the characters [start, end); `end` must lie behind `start`."""
        inner = self.inner(start, end)
        one, two = inner.start, inner.end
        for layer in self._layers:
            one, two = layer.span(one, two)
        return Span(one, two)


def decoded(raw: bytes, escapes: str) -> str:
    """Return bytes as text, without what nobody sees in it. `escapes` is one of `rules.passage.ESCAPES`."""
    whole = raw
    if escapes != "plain" and _SIGNS.get(escapes, b"") in raw:
        whole = ESCAPES[escapes].sub(lambda found: _unescaped(found[0]), raw)
    try:
        text = whole.decode()
    except UnicodeDecodeError:
        text = Passage(((0, raw),), escapes).text
    if not text.isascii():
        for each in UNSEEN:
            if each in text:
                text = text.replace(each, "")
    return text


@lru_cache(maxsize=4096)
def _unescaped(escape: bytes) -> bytes:
    return unescape(escape.decode("utf-8", "replace")).encode()
