"""Which edits of a part pass the proof when all of them together do not: found by halving, with few proofs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from rules.model import Edit, Kind

_BORDERS: Final = {
    Kind.STORAGE: re.compile(rb"<(?!/?ac:(?:default-)?parameter\b)"),
    Kind.ADF: re.compile(rb"\}"),
    Kind.JSON: re.compile(rb"\}"),
}
"""What stands between edits that do not need each other. The parameters of a macro belong together, and so do the
field and the values of a query; edits of every other kind of part, as of access lists, are one whole."""
_HOLDS_AT_MOST: Final = 8
"""Places that are looked for; where more of them fail, what has not been proved by then stays as it is."""

_T = TypeVar("_T")


def together(data: bytes, kind: Kind, edits: Sequence[Edit]) -> tuple[tuple[Edit, ...], ...]:
    """Return the edits of a part, given in order, in groups of which each is made whole or not at all."""
    border = _BORDERS.get(kind)
    groups: list[list[Edit]] = []
    for edit in edits:
        end = groups[-1][-1].span.end if groups else 0
        if not groups or (border is not None and border.search(data, end, max(edit.span.start, end))):
            groups.append([])
        groups[-1].append(edit)
    return tuple(map(tuple, groups))


def passing(groups: Sequence[_T], passes: Callable[[Sequence[_T]], bool]) -> tuple[_T, ...]:
    """Return groups, in order, for which `passes` holds together, as many as few proofs find.

    It is known that all of them fail. The last call that held was for exactly what is returned; none held for nothing.
    For k groups that fail among n, `passes` is asked 2 k log2(n) times at most, and never more than for eight of them.
    """
    kept: list[_T] = []
    left = 2 * _HOLDS_AT_MOST * max(len(groups) - 1, 0).bit_length()
    waiting = _halves(groups)
    while waiting and left:
        some = waiting.pop()
        left -= 1
        if passes([*kept, *some]):
            kept += some
        else:
            waiting += _halves(some)
    return tuple(kept)


def _halves(groups: Sequence[_T]) -> list[Sequence[_T]]:
    """Return both halves, the first one last; nothing for one group, which is not cut."""
    middle = len(groups) // 2
    return [groups[middle:], groups[:middle]] if middle else []
