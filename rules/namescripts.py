"""Names in Chinese, Japanese and Korean: without capitals, in texts whose words no blanks part.

They are looked for as they are listed, with a blank, a dot or nothing between surname and first name; in the other
order only with a sign between them. Names of two characters are words and parts of words: they must stand by
themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.namevariants import Form

_WIDE: Final = r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
_GAP: Final = r"[ \u00a0\u3000\u30fb\u00b7]"
_HALF: Final = r"(?:(?!\u30fb)" + _WIDE + ")"
_BESIDE: Final = re.compile(r"[(\[\uff08\uff3b/|].*")
"""What people add to their names: how it is read, a role."""
_NAME: Final = re.compile(rf"(?P<one>{_HALF}{{1,8}}){_GAP}{{1,2}}(?P<other>{_HALF}{{1,8}})|(?P<whole>{_HALF}{{3,8}})")
_RUN: Final = rf"(?P<one>{_HALF}{{1,8}})(?:{_GAP}{_HALF}{{1,8}})?"
_LETTER: Final = re.compile(_WIDE)
_BY_ITSELF: Final = 2
"""Characters of a name that may be a part of another word."""


@dataclass(frozen=True, slots=True)
class Unspaced:
    """A name in these scripts."""

    halves: tuple[str, ...]
    """Surname and first name as they are listed, or both in one."""

    def forms(self) -> Iterator[tuple[tuple[str, ...], Form]]:
        """Yield the orders of its halves."""
        yield self.halves, Form.FULL
        if len(self.halves) > 1:
            yield self.halves[::-1], Form.SWAPPED


def unspaced(display: str) -> Unspaced | None:
    """Return a display name in one of these scripts, None where it is another one or a single short word."""
    found = _NAME.fullmatch(_BESIDE.sub("", display).strip())
    if found is None:
        return None
    return Unspaced((found["whole"],) if found["whole"] else (found["one"], found["other"]))


class UnspacedNames:
    """Where the names of some people stand in a text."""

    def __init__(self, names: Sequence[Unspaced | None]) -> None:
        """Prepare the search for names by the numbers of their people."""
        self._known: Final[defaultdict[tuple[str, ...], dict[Form, list[int]]]] = defaultdict(dict)
        for number, name in enumerate(names):
            for halves, form in name.forms() if name else ():
                self._known[halves].setdefault(form, []).append(number)
        self._joined: Final = {"".join(halves): halves for halves, forms in self._known.items() if Form.FULL in forms}
        firsts = "".join(sorted({halves[0][0] for halves in self._known}))
        self._first: Final = re.compile(f"(?=[{firsts}]){_RUN}") if firsts else None

    def find(self, text: str) -> Iterator[tuple[int, int, Form, tuple[int, ...]]]:
        """Yield the place of each name, its form and the people, in order and without overlaps."""
        at = 0
        while self._first is not None and not text.isascii() and (begun := self._first.search(text, at)) is not None:
            at = begun.start() + 1
            found = self._longest(begun)
            if found is not None:
                end, halves = found
                form = min(self._known[halves])
                yield begun.start(), end, form, tuple(self._known[halves][form])
                at = end

    def _longest(self, run: re.Match[str]) -> tuple[int, tuple[str, ...]] | None:
        """Return where the longest name that begins with a run of letters ends, and its halves."""
        text, start, one = run.string, run.start(), run["one"]
        for end in range(run.end(), run.end("one") + 1, -1):
            halves = (one, text[run.end("one") + 1 : end])
            if halves in self._known:
                return end, halves
        for end in range(run.end("one"), start + 1, -1):
            joined = self._joined.get(text[start:end])
            if joined and (end - start > _BY_ITSELF or not _is_inside(text, start, end)):
                return end, joined
        return None


def _is_inside(text: str, start: int, end: int) -> bool:
    """Return whether a letter of these scripts stands on either side of [start, end)."""
    return any(map(_LETTER.match, (text[end : end + 1], text[max(0, start - 1) : start])))
