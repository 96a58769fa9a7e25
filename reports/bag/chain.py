"""The chain of the journal, as it stands in a bag: one record on a line, each bound to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from reports.document import canonical
from reports.plain import Json

GENESIS: Final = "0" * 64
"""What the first record follows."""
UNSETTLED: Final = frozenset({"SENT", "AMBIGUOUS", "ACKED"})
"""States behind which nobody knows yet, or has checked, what became of a write."""


@dataclass(frozen=True, slots=True)
class Link:
    """One record of the journal."""

    seq: int
    """1 for the first."""
    at_utc: str
    entry: str
    """The entry as canonical JSON text, exactly as it was hashed."""
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Result of walking a journal."""

    links: tuple[Link, ...]
    """The intact records from the first one on."""
    why: str = ""
    """Why the record behind them does not follow; empty where the chain is whole."""


def facts_of(links: Sequence[Link]) -> dict[str, Json]:
    """Return what the facts of a run say about its journal: length, head, first and last moment."""
    return {
        "records": len(links),
        "head": links[-1].hash if links else GENESIS,
        "first_at_utc": links[0].at_utc if links else "",
        "last_at_utc": links[-1].at_utc if links else "",
        "unsettled": unsettled(links),
    }


def unsettled(links: Iterable[Link]) -> int:
    """Return how many writes were sent of which the journal does not know what became of them.

    Raises `ValueError`, `KeyError` or `TypeError` when an entry is not one of a journal.
    """
    last: dict[str, str] = {}
    for link in links:
        entry = json.loads(link.entry)
        last[entry["op"]["token"]] = entry["state"]
    return sum(state in UNSETTLED for state in last.values())


def digest(seq: int, at_utc: str, text: str, prev: str) -> str:
    """Return the hash of one link: SHA-256 over number, time, entry as written and the hash before it."""
    message = json.dumps([seq, at_utc, text, prev], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(message.encode()).hexdigest()


def written(links: Iterable[Link]) -> bytes:
    """Return a journal as JSON lines."""
    return "".join(f"{canonical(asdict(link))}\n" for link in links).encode()


def walked(data: bytes) -> Chain:
    """Return the intact part of a journal and why it ends there, if it does not end at its end."""
    import msgspec

    good: list[Link] = []
    last = GENESIS
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            link = msgspec.json.decode(line, type=Link)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Chain(tuple(good), f"line {number} is no record")
        why = _wrong(link, number, last) or ("" if written([link]) == line else "it is not written as an export does")
        if why:
            return Chain(tuple(good), f"record {number}: {why}")
        good.append(link)
        last = link.hash
    return Chain(tuple(good))


def _wrong(link: Link, expected: int, last: str) -> str:
    if link.seq != expected:
        return f"it has number {link.seq}"
    if link.prev != last:
        return "it does not follow the record before it"
    if link.hash != digest(link.seq, link.at_utc, link.entry, last):
        return "its contents do not match its hash"
    return ""
