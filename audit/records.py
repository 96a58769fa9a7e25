"""What the journal records: the steps of one write, and the chain that holds them in order.

    PLANNED -> INTENT -> SENT -> ACKED | AMBIGUOUS | CONFLICT | REJECTED -> VERIFIED | MISMATCH -> DONE

Records name ids, versions and keyed hashes. Nothing in them is a raw value or the text of a page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reports.bag.chain import UNSETTLED
from reports.evidence import Outcome
from rules.model import HeldReason, Ref


class State(StrEnum):
    """How far one write has come."""

    PLANNED = "PLANNED"
    INTENT = "INTENT"
    SENT = "SENT"
    """The request is about to leave; from here on only reading tells whether it took place."""
    ACKED = "ACKED"
    AMBIGUOUS = "AMBIGUOUS"
    CONFLICT = "CONFLICT"
    REJECTED = "REJECTED"
    VERIFIED = "VERIFIED"
    MISMATCH = "MISMATCH"
    DONE = "DONE"


class Purpose(StrEnum):
    """Which way a write goes."""

    APPLY = "apply"
    ROLLBACK = "rollback"
    REHEARSE = "rehearse"
    """As apply, to be put back at once."""
    PUT_BACK = "put-back"
    """As rollback, of a rehearsal."""
    DELETE_VERSION = "delete-version"
    """An old version is deleted for good: nothing undoes it."""
    REDACT_VERSION = "redact-version"
    """Words in an old version are taken out by the site itself."""


class Way(StrEnum):
    """Who changes the text."""

    SPLICE = "splice"
    """We do: the whole new text is sent."""
    ENDPOINT = "endpoint"
    """The site does, by its own redaction: only the places are sent, and it writes a marker of its own."""


OPEN: Final = frozenset(map(State, UNSETTLED))
"""States in which nobody knows yet, or has checked, what became of a request; packages count by the same list."""
OVERTAKEN: Final = frozenset({HeldReason.CHANGED, HeldReason.GONE, HeldReason.NOT_CURRENT})
"""Reasons that mean: somebody did something to the object after the plan was made."""
UNDO: Final = {Purpose.APPLY: Purpose.ROLLBACK, Purpose.REHEARSE: Purpose.PUT_BACK}
"""What undoes what."""


@dataclass(frozen=True, slots=True)
class Op:
    """One intended write. Its token is the only thing that is ever sent to the site about it."""

    token: str
    """For example `confluence-gdpr 20261120T120000Z-abcdef apply A-0007 0f3c9a5be214`."""
    purpose: Purpose
    plan: str
    """Digest of the plan."""
    action: str
    ref: Ref
    part: str
    way: Way = Way.SPLICE


@dataclass(frozen=True, slots=True)
class Entry:
    """What one record says. Fields that do not belong to its state keep their defaults."""

    op: Op
    state: State
    base_version: int | None = None
    base_hash: str = ""
    """Keyed hash of the bytes before."""
    planned_hash: str = ""
    """Keyed hash of the canonical form of the bytes planned."""
    before: str = ""
    """SHA-256 of the sealed before-image."""
    planned: str = ""
    """SHA-256 of the sealed planned bytes."""
    version: int | None = None
    """Version that was read back."""
    read_hash: str = ""
    """Keyed hash of the canonical form that was read back."""
    outcome: Outcome | None = None
    reason: HeldReason | None = None
    note: str = ""
    """Plain words without contents."""
    caller: str = ""
    """Keyed hash of the account that began a run."""


@dataclass(frozen=True, slots=True)
class Record:
    """One link of the chain."""

    seq: int
    at_utc: str
    entry: Entry
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Check:
    """Result of walking the chain."""

    records: int
    """Records before the first bad one."""
    first_bad: int | None = None
    why: str = ""


def encoded(entry: Entry) -> str:
    """Return an entry as canonical JSON."""
    import msgspec

    return json.dumps(msgspec.to_builtins(entry), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def decoded(text: str) -> Entry | None:
    """Return the entry in `text`, None when it is not one that this version writes."""
    import msgspec

    try:
        return msgspec.json.decode(text, type=Entry)
    except msgspec.MsgspecError:
        return None
