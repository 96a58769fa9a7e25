"""What tracked changes took out of a line: as it stood there, with what it was one word or one number with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

_LABEL: Final = re.compile(r"[^\W\d_][\w .-]{0,40}:[ \t]*\Z")
"""What names the value behind it."""
_BESIDE: Final = 120
"""Characters on each side of a deletion in which the rest of a word or a number is looked for."""
_BLANKS: Final = " \t\xa0\u202f"
_DIGIT: Final = re.compile(r"\d")


class Change(Enum):
    """What tracked changes say of a text."""

    NONE = auto()
    DELETED = auto()
    INSERTED = auto()


class Line:
    """One line as its pieces come: what was inserted is no part of what it said before."""

    def __init__(self) -> None:
        self._before: list[str] = []
        self._gone: list[tuple[int, int]] = []
        self._length = 0

    def add(self, text: str, change: Change) -> None:
        """Take the next piece."""
        if change is Change.INSERTED:
            return
        start, self._length = self._length, self._length + len(text)
        self._before.append(text)
        if change is Change.DELETED and text:
            if self._gone and self._gone[-1][1] == start:
                start = self._gone.pop()[0]
            self._gone.append((start, self._length))

    def deleted(self) -> Iterator[str]:
        """Yield each deletion with the rest of the word or the number that it was in, behind its label."""
        text = "".join(self._before) if self._gone else ""
        done = 0
        for start, end in self._gone:
            if end <= done or not text[start:end].strip():
                continue
            begin = max(_begin(text, start, end), done)
            done = _end(text, start, end)
            label = _LABEL.search(text[max(0, begin - _BESIDE) : begin])
            yield f"{label[0] if label else ''}{text[begin:done].strip()}"


def _begin(text: str, start: int, end: int) -> int:
    """Return where the word begins that a deletion cuts, or the number, whose groups stand apart."""
    before, gone = text[max(0, start - _BESIDE) : start], text[start:end]
    at = len(before) if gone[0].isspace() else len(before) - len(_last(before))
    if _DIGIT.search(before[at:] + gone.split()[0]):
        while _DIGIT.search(group := _last(rest := before[:at].rstrip(_BLANKS))):
            at = len(rest) - len(group)
    return start - len(before) + at


def _end(text: str, start: int, end: int) -> int:
    """Return where the same ends."""
    behind, gone = text[end : end + _BESIDE], text[start:end]
    at = 0 if gone[-1].isspace() else len(_first(behind))
    if _DIGIT.search(gone.split()[-1] + behind[:at]):
        while _DIGIT.search(group := _first(rest := behind[at:].lstrip(_BLANKS))):
            at = len(behind) - len(rest) + len(group)
    return end + at


def _last(text: str) -> str:
    """Return the word that a text ends with, empty where it ends with a blank."""
    return "" if not text or text[-1].isspace() else text.rsplit(maxsplit=1)[-1]


def _first(text: str) -> str:
    """Return the word that a text begins with, empty where it begins with a blank."""
    return "" if not text or text[0].isspace() else text.split(maxsplit=1)[0]
