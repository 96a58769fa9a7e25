"""Residue in words: one line an object, and totals. Ids, numbers and rules only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from audit.errors import UsageError
from audit.residue import Residue
from reports.migrated import Where
from reports.text import ranges

PLACES: Final = {
    Where.VERSION: "old versions hold what was removed",
    Where.DRAFT: "drafts",
    Where.TRASH: "objects in the trash",
    Where.ARCHIVE: "archived objects",
    Where.PRESENT: "published texts",
}
LARGEST_NUMBER: Final = 1_000_000


def numbers_of(text: str) -> frozenset[int]:
    """Return the numbers that `3-7, 9` names. Raises `UsageError` for anything else."""
    found: set[int] = set()
    for word in text.split(","):
        low, dash, high = (part.strip() for part in word.partition("-"))
        ends = (low, high if dash else low)
        if not all(end.isascii() and end.isdigit() and 0 < int(end) <= LARGEST_NUMBER for end in ends):
            raise _not_understood()
        if int(ends[0]) > int(ends[1]):
            raise _not_understood()
        found.update(range(int(ends[0]), int(ends[1]) + 1))
    return frozenset(found)


def _not_understood() -> UsageError:
    return UsageError(
        what="The versions are not understood", where="--versions", fix="Give numbers and ranges: --versions 3-7,9."
    )


def lines(found: Sequence[Residue], limit: int | None = None) -> Iterator[str]:
    """Yield one line for each object that holds something or was not read whole, up to `limit` of them."""
    shown = [one for one in found if one.traces or one.unread]
    for one in shown[:limit]:
        yield line(one)
    if limit is not None and len(shown) > limit:
        yield f"… and {len(shown) - limit} more objects: confluence-gdpr residue"


def line(one: Residue) -> str:
    """Return what is left in one object: which versions, and which rules find how many places."""
    name = f"{one.ref.type.value} {one.ref.id}" + (f" in {one.ref.space}" if one.ref.space else "")
    places = []
    if one.old:
        places.append(f"{_noun(len(one.old))} {ranges(trace.number or 0 for trace in one.old)} of {one.versions} old")
    places += [trace.where.value for trace in one.traces if trace.where is not Where.VERSION]
    rules: Counter[str] = Counter()
    for trace in one.traces:
        rules.update(trace.rules)
    text = f"{name}: {', '.join(places)}; {', '.join(f'{rule} {count}' for rule, count in sorted(rules.items()))}"
    if not one.traces:
        text = f"{name}: not looked into"
    return f"{text} ({one.unread})" if one.unread else text


def _noun(count: int) -> str:
    return "version" if count == 1 else "versions"


def totals(found: Sequence[Residue]) -> Iterator[str]:
    """Yield how many places of each kind hold something, and how many objects were not read whole."""
    counts = Counter(trace.where for one in found for trace in one.traces)
    for where, words in PLACES.items():
        if counts[where]:
            yield f"{counts[where]:>6}  {words}"
    yield f"{sum(bool(one.traces) for one in found):>6}  objects with residue, of {len(found)} looked into"
    unread = sum(bool(one.unread) for one in found)
    if unread:
        yield f"{unread:>6}  objects not read whole"


def exit_code(found: Sequence[Residue]) -> int:
    """Return 3 when something was not read, 1 when something is left, 0 otherwise."""
    if any(one.unread for one in found):
        return 3
    return 1 if any(one.traces for one in found) else 0
