"""Titles without the people whom a run found: their words are hashed as found values are, and looked up.

A title says what people called a page, and some call it by the username that the page is about, or write a number of
somebody into it. What the rules see in the title is masked (`rules.veiled`); so are values without any shape, once the
run has found them anywhere. Only keyed hashes are compared, so that a run that is resumed knows what it found before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rules.context import NOTHING_KNOWN, Context
from rules.hits import Hit
from rules.model import Personal, Subject, SubjectKind
from rules.veiled import veiled

KINDS: Final = frozenset({
    SubjectKind.USERNAME, SubjectKind.USER_KEY, SubjectKind.ACCOUNT_ID, SubjectKind.DISPLAY_NAME, SubjectKind.EMAIL,
    SubjectKind.IM, SubjectKind.DIRECTORY_ID,
})  # fmt: skip
"""Kinds of values that name a person; a department or a place in a title names nobody."""
_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 6
"""Most words that are tried as one value: `anna.maria@mail.example.org` has five."""
_MOST_BLANKS: Final = 2
"""Most blanks in one value: a name of three words."""


class Titles:
    """What the titles of one run must not show: grows with what the run finds."""

    def __init__(self, key: bytes, context: Context = NOTHING_KNOWN) -> None:
        """Begin with a key and with what the rules of the run are told: names of the site's people among it."""
        self._key = key
        self._context = context
        self._wholes = tuple(each.whole for each in context.detectors if each.whole is not None)
        self._masks: dict[str, str] = {}
        self._kinds: set[SubjectKind] = set()
        self._hashes: dict[str, dict[SubjectKind, str]] = {}

    def learn(self, found: Iterable[Subject]) -> None:
        """Take further values into account; those of kinds that name nobody are passed over."""
        for one in found:
            if one.kind in KINDS:
                self._masks[one.hmac] = one.mask
                self._kinds.add(one.kind)

    def masked(self, title: str) -> str:
        """Return a title with what the rules find and every known value in it as masks, the longest first.

        Cost: about 0.1 ms, and some 10 µs a new word.
        """
        title = veiled(title, self._context)
        for whole in self._wholes:
            title = _veiled(title, whole(title))
        if not self._masks:
            return title
        words = [found.span() for found in _WORD.finditer(title)]
        pieces: list[str] = []
        done, at = 0, 0
        while at < len(words):
            start = words[at][0]
            for last, end in _ends(title, words, at):
                mask = self._mask(title[start:end])
                if mask is not None:
                    pieces += (title[done:start], mask)
                    done, at = end, last
                    break
            at += 1
        return "".join((*pieces, title[done:]))

    def _mask(self, value: str) -> str | None:
        """Return the mask of a value that is known under one of its kinds, else None."""
        hashes = self._hashes.setdefault(value, {})
        for kind in sorted(self._kinds - hashes.keys()):
            hashes[kind] = Personal(kind, value).pseudonym(self._key)
        return next((self._masks[one] for one in hashes.values() if one in self._masks), None)


def _veiled(title: str, hits: Iterable[Hit]) -> str:
    """Return a title with everybody whom it names as the mask of the name."""
    pieces: list[str] = []
    done = 0
    for hit in hits:
        if hit.alone is not None:
            pieces += (title[done : hit.start], Personal(hit.kind, hit.value).mask)
            done = hit.end
    return "".join((*pieces, title[done:]))


def _ends(title: str, words: list[tuple[int, int]], first: int) -> Iterator[tuple[int, int]]:
    """Yield number and end of each word that a value which begins with the word `first` may end with, last ones first.

    Between two words of a value stands one blank, or marks without blanks (`j.doe`, `jane@example.org`).
    """
    ends: list[tuple[int, int]] = []
    blanks = 0
    for number in range(first, min(first + _MOST_WORDS, len(words))):
        between = title[words[number - 1][1] : words[number][0]] if number > first else ""
        blanks += between == " "
        if blanks > _MOST_BLANKS or (between != " " and re.search(r"\s", between)):
            break
        ends.append((number, words[number][1]))
    return reversed(ends)
