"""One cycle of reports: what is due, batch by batch, and what the answers ask for carried out in the store.

Order of each batch: ask, change the store, note in the ledger. A process that dies in between asks again, so that no
erasure is lost; an account that was noted is not reported again before its cycle is over.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from audit.connect.accountstore import AccountStore
from audit.connect.reporting import BATCH, CYCLE, Stored, Told
from audit.errors import GdprError, WorkspaceError
from rules.model import Personal, SubjectKind

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS reports (
  store TEXT NOT NULL, account TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (store, account)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cycles (store TEXT PRIMARY KEY, seconds REAL NOT NULL) WITHOUT ROWID;
"""
"""What an app holds in one store says nothing about another: each has copies, and times, of its own."""


class Reports(Protocol):
    """Whoever takes reports."""

    async def report(self, batch: Sequence[Stored]) -> Told:
        """Return what has to be done about at most `BATCH` accounts."""
        ...


class Ledger:
    """When each account of one store of one app was reported last, by keyed hash. No account id is in it."""

    def __init__(self, path: Path, key: bytes, store: Sequence[str]) -> None:
        """Open the ledger at `path`, made where it is missing. Raises `WorkspaceError` when it cannot be used.

        `store` are the words that tell one store of one app from all others; the ledger keeps a keyed hash of them.
        """
        self._path: Final = path
        self._key: Final = key
        self._store: Final = hmac.digest(key, "\0".join(store).encode(errors="surrogateescape"), "sha256").hex()
        path.touch(mode=0o600)
        with closing(self._opened()) as database, database:
            database.executescript(_TABLES)

    def hashed(self, account_id: str) -> str:
        """Return by what an account is known here and in the evidence."""
        return Personal(SubjectKind.ACCOUNT_ID, account_id).pseudonym(self._key)

    @property
    def cycle(self) -> timedelta:
        """Return the cycle that was told last, seven days before any was."""
        with closing(self._opened()) as database:
            row = database.execute("SELECT seconds FROM cycles WHERE store = ?", (self._store,)).fetchone()
        return CYCLE if row is None else timedelta(seconds=row[0])

    def due(self, accounts: Sequence[Stored], now: datetime) -> tuple[Stored, ...]:
        """Return the accounts whose last report is a cycle ago, or that were never reported."""
        since = (now - self.cycle).isoformat()
        with closing(self._opened()) as database:
            found = database.execute("SELECT account FROM reports WHERE store = ? AND at > ?", (self._store, since))
            fresh = {row[0] for row in found}
        return tuple(each for each in accounts if self.hashed(each.account_id) not in fresh)

    def note(self, batch: Sequence[Stored], cycle: timedelta | None, now: datetime) -> None:
        """Note that a batch was reported and acted on."""
        rows = [(self._store, self.hashed(each.account_id), now.isoformat()) for each in batch]
        with closing(self._opened()) as database, database:
            database.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?)", rows)
            if cycle is not None:
                database.execute("INSERT OR REPLACE INTO cycles VALUES (?, ?)", (self._store, cycle.total_seconds()))

    def forget(self, kept: Sequence[Stored]) -> None:
        """Forget the accounts that the store no longer holds."""
        known = {self.hashed(each.account_id) for each in kept}
        with closing(self._opened()) as database, database:
            rows = database.execute("SELECT account FROM reports WHERE store = ?", (self._store,))
            gone = [(self._store, row[0]) for row in rows if row[0] not in known]
            database.executemany("DELETE FROM reports WHERE store = ? AND account = ?", gone)

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        try:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.Error:
            database.close()
            raise WorkspaceError(
                what="The ledger of reported accounts cannot be used",
                where=str(self._path),
                why="SQLite cannot read it",
                fix="Move it away: every account is then reported once more, and nothing is lost.",
            ) from None
        return database


@dataclass(frozen=True, slots=True)
class Batch:
    """What one answer led to."""

    at_utc: str
    accounts: int
    erased: tuple[str, ...]
    """Keyed hashes of the accounts whose rows were removed."""
    emptied: tuple[str, ...]
    """Keyed hashes of the accounts whose copy was emptied, to be read anew when it is needed."""
    cycle_s: int | None
    """What the answer said of the time between two reports."""
    carried_out: bool = False
    """False: the store was about to be changed, and nobody saw that it was. The same accounts are reported again."""
    kept: tuple[str, ...] = ()
    """Keyed hashes of those of `erased` and `emptied` that the store did not let go. They are reported again."""


@dataclass(slots=True)
class Cycle:
    """One run over the store, and its evidence: counts, times and keyed hashes."""

    began_utc: str
    accounts: int
    """Of which the store held data."""
    due: int
    nameless: int = 0
    """Rows with personal data and without an account id: nobody can be told of them."""
    strange: tuple[int, ...] = ()
    """Numbers of the rows whose account id is none: they were not reported."""
    batches: list[Batch] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Why the store did not let an account go, one text each, without any value."""
    stopped: str = ""
    """Why it ended before everything that was due was reported; empty when it did not."""

    @property
    def reported(self) -> int:
        """Return how many accounts were reported and acted on."""
        return sum(batch.accounts - len(batch.kept) for batch in self.batches if batch.carried_out)

    @property
    def complete(self) -> bool:
        """Return whether everything that was due was reported and acted on, and no row had to be left out."""
        return self.reported == self.due and not self.strange

    def encoded(self, host: str, auth: str, tool: str) -> bytes:
        """Return the evidence of this cycle as JSON; its keys are a contract."""
        document = {
            "type": "report-accounts",
            "tool": tool,
            "host": host,
            "credentials": auth,
            "began_utc": self.began_utc,
            "accounts": self.accounts,
            "due": self.due,
            "reported": self.reported,
            "complete": self.complete,
            "stopped": self.stopped or None,
            "rows_without_account_id": self.nameless,
            "rows_with_an_unusable_account_id": list(self.strange),
            "batches": [
                {
                    "at_utc": batch.at_utc,
                    "accounts": batch.accounts,
                    "cycle_s": batch.cycle_s,
                    "carried_out": batch.carried_out,
                    "erased": list(batch.erased),
                    "emptied": list(batch.emptied),
                    "kept": list(batch.kept),
                }
                for batch in self.batches
            ],
        }
        return (json.dumps(document, indent=2) + "\n").encode()


async def run(
    store: AccountStore,
    ledger: Ledger,
    reports: Reports,
    now: Callable[[], datetime],
    keep: Callable[[Cycle], None],
    stopping: Callable[[], bool] = lambda: False,
) -> Cycle:
    """Report what is due, act on each answer, and return what came of it.

    `keep` writes the evidence: before and after each change of the store, and at the end. An error of the host or of
    the store ends the cycle early and is not raised: what was done until then is done, and stands in the result.
    """
    held = store.held()
    due = ledger.due(held.accounts, now())
    cycle = Cycle(_stamp(now()), len(held.accounts), len(due), held.nameless, held.strange)
    try:
        for start in range(0, len(due), BATCH):
            if stopping():
                cycle.stopped = "on request"
                break
            await _batch(due[start : start + BATCH], cycle, store, ledger, reports, now, keep)
        else:
            ledger.forget(store.held().accounts)
    except GdprError as error:
        cycle.stopped = str(error)
    keep(cycle)
    return cycle


async def _batch(
    batch: Sequence[Stored],
    cycle: Cycle,
    store: AccountStore,
    ledger: Ledger,
    reports: Reports,
    now: Callable[[], datetime],
    keep: Callable[[Cycle], None],
) -> None:
    told = await reports.report(batch)
    moment = now()
    seconds = None if told.cycle is None else round(told.cycle.total_seconds())
    erased, emptied = _hashes(ledger, told.closed), _hashes(ledger, told.updated)
    cycle.batches.append(Batch(_stamp(moment), len(batch), erased, emptied, seconds))
    stayed: dict[str, str] = {}
    if erased or emptied:
        keep(cycle)
        stayed = {each.account_id: each.why for each in store.carry_out(told.closed, told.updated)}
    ledger.note([each for each in batch if each.account_id not in stayed], told.cycle, moment)
    cycle.kept += stayed.values()
    cycle.batches[-1] = replace(cycle.batches[-1], carried_out=True, kept=_hashes(ledger, frozenset(stayed)))
    keep(cycle)


def _hashes(ledger: Ledger, accounts: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(map(ledger.hashed, accounts)))


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
