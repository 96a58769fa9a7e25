"""Which edits of a part pass the proof when all of them together do not: found by halving, with few proofs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, combinations
from typing import Final, TypeVar

from rules.model import Edit, Kind

_TAG: Final = re.compile(rb"<(?!/?ac:(?:default-)?parameter\b)")
"""Parts edits of storage format that do not need each other: the parameters of a macro belong together."""
_BRACE: Final = re.compile(rb"[{}]")
_OBJECTS: Final = frozenset({Kind.ADF, Kind.JSON})
"""Kinds whose edits belong together within one object; those of access lists and queries are one whole."""
_HOLDS_AT_MOST: Final = 8
"""Places that are looked for; where more of them fail, what has not been proved by then stays as it is."""
_PARTNERS: Final = 3
"""Most groups, among those that fail by themselves, that are tried as one."""
_TRIALS: Final = 40
"""Proofs for groups that may need each other."""

_T = TypeVar("_T")


def together(data: bytes, kind: Kind, edits: Sequence[Edit]) -> tuple[tuple[Edit, ...], ...]:
    """Return the edits of a part, given in order, in groups of which each is made whole or not at all."""
    groups: list[list[Edit]] = []
    for edit in edits:
        end = groups[-1][-1].span.end if groups else 0
        if not groups or _parted(kind, data[end : edit.span.start]):
            groups.append([])
        groups[-1].append(edit)
    return tuple(map(tuple, groups))


def _parted(kind: Kind, between: bytes) -> bool:
    """Return whether the bytes between two edits say that they do not need each other."""
    if kind is Kind.STORAGE:
        return _TAG.search(between) is not None
    steps = (1 if brace == b"{" else -1 for brace in _BRACE.findall(between))
    return kind in _OBJECTS and min(accumulate(steps), default=0) < 0


def passing(groups: Sequence[_T], passes: Callable[[Sequence[_T]], bool]) -> tuple[_T, ...]:
    """Return groups, in order, for which `passes` holds together, as many as few proofs find.

    It is known that all of them fail. The last call that held was for exactly what is returned; none held for nothing.
    Groups that fail by themselves are tried again beside what holds, alone and then some together, for they may need
    each other. For k groups that fail among n, `passes` is asked 2 k log2(n) times at most, and never more than for
    eight of them; then at most `_TRIALS` times for groups together.
    """
    search = _Search(
        len(groups),
        lambda numbers: passes([groups[number] for number in numbers]),
        2 * _HOLDS_AT_MOST * max(len(groups) - 1, 0).bit_length(),
    )
    failed = search.halved()
    search.left = _TRIALS
    for size in range(1, min(_PARTNERS, len(failed) - 1) + 1):
        for some in combinations(failed, size):
            search.add(some)
    return tuple(groups[number] for number in search.kept)


class _Search:
    """Groups by their numbers: those that pass together so far, and how many proofs are left."""

    def __init__(self, count: int, passes: Callable[[Sequence[int]], bool], left: int) -> None:
        self.kept: list[int] = []
        self.left = left
        self._count = count
        self._passes = passes

    def add(self, some: Sequence[int]) -> bool:
        """Keep some more groups if they pass with those that are kept."""
        if not self.left or not set(some).isdisjoint(self.kept):
            return False
        self.left -= 1
        more = sorted((*self.kept, *some))
        if self._passes(more):
            self.kept = more
            return True
        return False

    def halved(self) -> list[int]:
        """Keep as many groups as halving finds, and return those that fail by themselves."""
        failed: list[int] = []
        waiting = _halves(range(self._count))
        while waiting and self.left:
            some = waiting.pop()
            if self.add(some):
                continue
            waiting += _halves(some)
            failed += some if len(some) == 1 else ()
        return failed


def _halves(groups: Sequence[int]) -> list[Sequence[int]]:
    """Return both halves, the first one last; nothing for one group, which is not cut."""
    middle = len(groups) // 2
    return [groups[middle:], groups[:middle]] if middle else []
