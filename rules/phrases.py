"""Which of thousands of phrases stand in a text, and where: words that blanks, hyphens or other signs of names part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Generic, TypeVar

from rules.folding import narrow
from rules.wordsearch import Chooser, best, keys_of, word_of

BLANKS: Final = frozenset(" \u00a0\u2007\u2009\u202f")
"""Blanks that may part the words of a phrase: a tab or the end of a line parts two phrases."""
JOINTS: Final = frozenset("-\u2010\u2011'\u2019`\u00b4_.")
"""Signs that may part them without a blank."""
_APOSTROPHES: Final = frozenset("'\u2019`\u00b4")
"""Signs that a word may begin with: van 't Hoff."""
COMMA: Final = ", "
"""How a comma stands in a phrase, whatever blanks are around it; everything else is one blank."""
_GAP: Final = 2
"""Characters between two words at most."""
_INITIAL: Final = re.compile(r"(?<![^\W_])[A-Z]\.?[ \u00a0]{1,2}\Z")
"""An initial before a word."""
_MIDDLE: Final = 4
"""Characters of that at most."""

Payload = TypeVar("Payload")
Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Found(Generic[Payload]):
    """One phrase in a text."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...]
    """Characters of each word."""
    key: str
    """The phrase, folded."""
    payload: Payload
    initial: bool = False
    """Whether a letter stands between two words that is no part of the phrase."""


class Phrases(Generic[Payload]):
    """Folded phrases, each with what it stands for."""

    def __init__(
        self, entries: Mapping[str, Payload], anchors: Iterable[str], engine: Chooser = best, *, initials: bool = False
    ) -> None:
        """Prepare the search. Each phrase holds one of the `anchors`: one of its words, or two that follow each other.

        An anchor that few other texts hold costs least. `initials`: one letter may stand before an anchor of one word.
        """
        self._initials: Final = initials
        self._entries: Final = entries
        self._pairs: Final = frozenset(
            f"{one} {other.rstrip(',')}" for key in entries for one, other in pairwise(key.split(" "))
        )
        self._most: Final = max((key.count(" ") + 1 for key in entries), default=0)
        self._engine: Final = engine(frozenset(key for anchor in anchors for key in keys_of(anchor)))

    def find(
        self, text: str, choose: Callable[[str, Found[Payload]], Chosen | None]
    ) -> Iterator[tuple[Found[Payload], Chosen]]:
        """Yield the phrases in order, of overlapping ones the longest that counts, with what was chosen of it.

        `choose` says what a phrase stands for as it is written there, None where it does not count.
        """
        data = narrow(text)
        done = 0
        for at in sorted(set(self._engine.starts(data))):
            if at - 1 >= done:
                for found in self._at(text, data, at, done):
                    chosen = choose(text, found)
                    if chosen is not None:
                        done = found.end
                        yield found, chosen
                        break

    def _at(self, text: str, data: bytes, at: int, done: int) -> Iterator[Found[Payload]]:
        """Yield the phrases with the word that begins at `at` in them, the longest first."""
        initial = _INITIAL.search(text, max(done, at - 1 - _MIDDLE), at - 1) if self._initials else None
        if initial is not None:
            yield from self._among(*self._around(text, data, at, done, initial.start()), initial=True)
        yield from self._among(*self._around(text, data, at, done, at - 1))

    def _among(
        self, here: int, spans: list[tuple[int, int]], words: list[str], gaps: list[str], *, initial: bool = False
    ) -> Iterator[Found[Payload]]:
        """Yield the phrases among some words, the longest first, that hold the word with the number `here`.

        With an `initial` before that word they hold the one before it too.
        """
        for count in range(min(self._most, len(spans)), initial, -1):
            latest = min(here - initial, len(spans) - count)
            for first in range(max(0, here - count + 1), latest + 1):
                key = words[first] + "".join(gaps[n - 1] + words[n] for n in range(first + 1, first + count))
                payload = self._entries.get(key)
                if payload is not None:
                    some = tuple(spans[first : first + count])
                    yield Found(some[0][0], some[-1][1], some, key, payload, initial)

    def _around(
        self, text: str, data: bytes, at: int, done: int, left: int
    ) -> tuple[int, list[tuple[int, int]], list[str], list[str]]:
        """Return the number of the word at `at`, the words around it that may belong to it, and what is between.

        They end where two neighbours follow each other in no phrase. Those before it end at `left`.
        """
        spans = [(at - 1, data.index(b" ", at) - 1)]
        words = [word_of(text, data, at, spans[0][1] + 1)]
        gaps: list[str] = []
        for _ in range(self._most - 1):
            end = spans[-1][1]
            start = next((n for n in range(end + 1, end + _GAP + 1) if data[n + 1 : n + 2] not in {b" ", b""}), 0)
            gap = gap_of(text[end:start], end - spans[-1][0]) if start else ""
            if not gap:
                break
            behind = data.index(b" ", start + 1) - 1
            word = word_of(text, data, start + 1, behind + 1)
            if words[-1] + gap + word not in self._pairs:
                break
            words.append(word)
            gaps.append(gap)
            spans.append((start, behind))
        here = 0
        for _ in range(self._most - 1):
            start = spans[0][0] if here else left
            end = next((n for n in range(start - 1, max(start - _GAP, done) - 1, -1) if data[n : n + 1] != b" "), 0)
            first = max(data.rfind(b" ", 0, end + 1), 0)
            gap = gap_of(text[end:start], end - first) if end and first >= done else ""
            word = word_of(text, data, first + 1, end + 1) if gap else ""
            if word + gap + words[0] not in self._pairs:
                break
            words.insert(0, word)
            gaps.insert(0, gap)
            spans.insert(0, (first, end))
            here += 1
        return here, spans, words, gaps


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text as phrases are made of them, as they are written."""
    words = []
    at = 0
    for each in narrow(text)[1:-1].split(b" "):
        words.append(text[at : at + len(each)])
        at += len(each) + 1
    return tuple(filter(None, words))


@lru_cache(maxsize=4096)
def gap_of(gap: str, before: int) -> str:
    """Return how a gap between two words stands in a phrase, empty where it parts two; `before` is a word's length."""
    if "," in gap:
        return COMMA if gap == "," or (gap[0] == "," and gap[1] in BLANKS) else ""
    if len(gap) == 1:
        return " " if gap in BLANKS or gap in JOINTS else ""
    if gap[0] == ".":
        return " " if before == 1 and (gap[1] in BLANKS or gap[1] in JOINTS) else ""
    return " " if gap[0] in BLANKS and (gap[1] in BLANKS or gap[1] in _APOSTROPHES) else ""
