"""One write, from the last look before it to the first look after it. Apply and rollback are made of these.

Everything that matters is in the journal before it happens: INTENT with the sealed text before, SENT before the one
request. Whatever goes wrong afterwards, including the end of this process, is settled by reading. A request is
repeated only when reading has shown that the first one did not take place, with the same token, so that a late twin
loses against the site's version check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, assert_never

from audit.between import between, by_entries
from audit.canonical import canonical_hash, keyed_hash
from audit.errors import (
    Conflict,
    Missing,
    NotAllowed,
    NotAuthenticated,
    Rejected,
    SiteError,
    Throttled,
)
from audit.guards import NO_LONGER, Refusal
from audit.images import image_of
from audit.jobs import Job, Request
from audit.journal import Journal
from audit.marks import lost
from audit.moved import Anew, told
from audit.parts import has_versions
from audit.records import OPEN, OVERTAKEN, Entry, Op, State, Way
from audit.redacted import LOOKS, UNSEEN, WITHOUT_REDACTION, settle_redaction, stands
from audit.settle import Verdict, as_recorded, holds_planned, settle
from audit.sites.base import Current, Target, stops_the_run
from audit.statuses import leads_elsewhere
from audit.vault import Vault
from reports.evidence import Outcome
from rules.model import HeldReason

SENDS: Final = 2
"""Requests that one write may take in one run: the second only when the first has provably not taken place."""
SETTLE_DELAY_S: Final = 2.0
"""Wait before an undone write counts as undone, so that a request under way can still arrive."""
_SILENT: Final = frozenset({HeldReason.GONE, HeldReason.NO_PERMISSION})
"""Reasons after which reading once more has nothing to tell."""

HALF: Final = "only a part of it stands"


class Left(Enum):
    """What is still to be sent of a write that is not done."""

    ALL = auto()
    """Reading shows nothing of it."""
    REST = auto()
    """Some of its requests took place, see `audit.between`."""


async def at_once() -> None:
    """Wait for nothing: the turn of runs without a rate."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one job."""

    op: Op
    outcome: Outcome
    version: int | None = None
    reason: HeldReason | None = None
    detail: str = ""
    standing: Entry | None = None
    """Of a rollback that left its write alone: the record that ended the write, which stands."""
    anew: str = ""
    """What the journal says of a write that was planned anew, see `audit.moved`; empty where it was not."""


class Writer:
    """Carries out jobs against one target, one journal and one vault."""

    def __init__(
        self,
        target: Target,
        journal: Journal,
        vault: Vault,
        key: bytes,
        sleep: Callable[[float], Awaitable[None]],
        turn: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self.target = target
        self.journal = journal
        self.writes = 0
        """Write requests sent in this run."""
        self._vault = vault
        self._key = key
        self.turn = turn
        """Waits until the next write may be tried."""
        self._sleep = sleep

    async def run(self, job: Job) -> Written:
        """Return what became of `job`, after doing whatever is still missing of it.

        Raises `SiteError` when the site cannot be asked; the journal then knows enough to go on later. What is not
        found or not shown says nothing about the object before the site has said that it still knows our account.
        """
        recorded = self.recorded(job.op)
        if recorded is not None:
            return await self._looked_again(recorded) if recorded.outcome is Outcome.DIVERGED else recorded
        doubted = self.journal.doubted(job.op.token)
        found = await self.resumed(job.op) if doubted else Left.ALL
        return found if isinstance(found, Written) else await self._write(job, late=doubted)

    async def resumed(self, op: Op) -> Written | Left:
        """Return what reading says became of an op that an earlier run sent and that was not plainly refused."""
        last = self.journal.last(op.token)
        if last is not None and last.state is State.SENT:
            self.journal.append(Entry(op, State.AMBIGUOUS, note="no answer was recorded"))
        return await self.settled(op, acked=last is not None and last.state is State.ACKED)

    async def settled(self, op: Op, *, acked: bool) -> Written | Left:
        """Return what reading says became of an op that may have been sent, or what is left of it to be sent."""
        intent = self.journal.intent(op.token)
        if intent is None:
            return Left.ALL
        before, planned = self._image(op, "before"), self._image(op, "planned")
        judge = settle if op.way is Way.SPLICE else settle_redaction
        verdict, current = await judge(self.target, intent, self._key, acked=acked, planned=planned, before=before)
        return self._concluded(intent, verdict, current, planned)

    def recorded(self, op: Op) -> Written | None:
        """Return what an earlier run made of an op for which nothing is left to be sent, None for any other."""
        last = self.journal.last(op.token)
        if last is not None and last.state is State.DONE:
            return Written(op, Outcome.ALREADY, last.version, last.reason, "it was done by an earlier run")
        if last is not None and last.state is State.MISMATCH:
            return Written(op, Outcome.DIVERGED, last.version, last.reason, last.note)
        return None

    async def _looked_again(self, diverged: Written) -> Written:
        """Return a write as done when the site now holds what was planned, else as it was recorded."""
        op = diverged.op
        intent = self.journal.intent(op.token)
        try:
            current = await self.target.fetch(op.ref, op.part)
        except SiteError as error:
            if stops_the_run(error):
                raise
            return diverged
        planned = self._image(op, "planned")
        if intent is None or current.ref.status != "current" or not self._holds(current, intent, planned):
            return diverged
        ours = _version_of(intent) if op.way is Way.SPLICE else diverged.version
        if ours is None or current.ref.version == ours:
            return self._done(op, current, ours)
        return self._superseded(op, current.ref.version, ours)

    def _holds(self, current: Current, intent: Entry, planned: bytes | None) -> bool:
        """Return whether what is there now is what was planned."""
        if intent.op.way is Way.ENDPOINT:
            return stands(current, self._image(intent.op, "before"), planned)
        return holds_planned(current, intent, self._key, planned)

    def _image(self, op: Op, name: str) -> bytes | None:
        """Return the bytes `before` or those `planned`, None where the journal has lost them."""
        return image_of(self.journal, self._vault, op.token, name)

    def _unfinished(self, op: Op, current: Current) -> tuple[Entry, bytes] | None:
        """Return the intent of a list that was written in part and what it is to become, None for everything else.

        It goes on from where it stands: the intent keeps the list from before its first request.
        """
        last = self.journal.last(op.token)
        if last is None or last.state not in OPEN:
            return None
        intent, planned = self.journal.intent(op.token), self._image(op, "planned")
        if intent is None or planned is None or current.ref.status != "current" or current.fixed:
            return None
        on_the_way = between(op.part, self._image(op, "before"), planned, current.data)
        return (intent, planned) if on_the_way else None

    async def _write(self, job: Job, *, late: bool) -> Written:
        """Return what became of a job. `late`: an earlier request may still arrive, so the site gets time first."""
        left = Left.ALL
        for attempt in range(SENDS):
            if attempt or late:
                await self._sleep(SETTLE_DELAY_S)
            if attempt:
                await self.turn()
            try:
                current = await self.target.fetch(job.op.ref, job.op.part)
            except Missing:
                await self.target.caller()
                return await self._refused(job.op, Refusal(HeldReason.GONE, "the site does not find it"))
            except NotAllowed:
                await self.target.caller()
                return await self._refused(job.op, Refusal(HeldReason.NO_PERMISSION, "the site does not show it"))
            found = await self._once_more(job, current)
            if isinstance(found, Written):
                return found
            left = found
        stands = "nothing has changed" if left is Left.ALL else f"{HALF}: the same command goes on with the rest"
        return Written(job.op, Outcome.FAILED, detail=f"the site did not take the write, and {stands}")

    async def _once_more(self, job: Job, current: Current) -> Written | Left:
        """Send what is to be sent to the object as it is now, if anything, and return what became of it."""
        again = self.journal.intent(job.op.token) is not None
        rest = self._unfinished(job.op, current)
        decision = job.decide(current) if rest is None else rest[1]
        if isinstance(decision, Refusal):
            return await self._refused(job.op, decision)
        data = decision.data if isinstance(decision, Anew) else decision
        request = await job.request(self.target, current, data)
        if isinstance(request, Refusal):
            return await self._refused(job.op, request)
        note = await told(self.target, job.op, decision, current) if isinstance(decision, Anew) else ""
        intent = self._intend(job.op, current, data, note) if rest is None else rest[0]
        return await self._send(intent, request, again=again)

    def _intend(self, op: Op, current: Current, data: bytes, note: str) -> Entry:
        """Make the intention durable, with everything that is needed to undo it, and return it."""
        images = {
            "before": self._vault.seal(current.data, f"{op.token}/before"),
            "planned": self._vault.seal(data, f"{op.token}/planned"),
        }
        intent = Entry(
            op,
            State.INTENT,
            base_version=current.ref.version if has_versions(current.ref, op.part) else None,
            base_hash=keyed_hash(self._key, current.data),
            planned_hash=canonical_hash(self._key, op.part, data),
            before=hashlib.sha256(images["before"]).hexdigest(),
            planned=hashlib.sha256(images["planned"]).hexdigest(),
            note=note,
        )
        self.journal.append(intent, images=images)
        return intent

    async def _send(self, intent: Entry, request: Request, *, again: bool) -> Written | Left:
        """Send a write once and return what became of it, or what of it has not taken place and may be sent again.

        With `again` there was an earlier request, which may have arrived late and be the reason of a refusal.
        """
        op = intent.op
        self.journal.append(Entry(op, State.SENT))
        self.writes += 1
        try:
            await request()
        except (NotAuthenticated, Throttled) as error:
            state = State.AMBIGUOUS if by_entries(op.part) else State.REJECTED
            self.journal.append(Entry(op, state, note=type(error).__name__))
            raise
        except (NotAllowed, Missing, Rejected) as error:
            return await self._turned_down(op, error, again=again)
        except Conflict:
            self.journal.append(Entry(op, State.AMBIGUOUS, note="409"))
        except SiteError as error:
            self.journal.append(Entry(op, State.AMBIGUOUS, note=type(error).__name__))
            if leads_elsewhere(error):
                raise
        else:
            self.journal.append(Entry(op, State.ACKED))
            return await self._acknowledged(intent)
        return await self._looked_for(op, acked=False, looks=1 if op.way is Way.SPLICE else LOOKS)

    async def _acknowledged(self, intent: Entry) -> Written:
        """Return what became of a write that the site has confirmed. An unchanged version is not success."""
        spliced = intent.op.way is Way.SPLICE
        found = await self._looked_for(intent.op, acked=True, looks=2 if spliced else LOOKS)
        if isinstance(found, Written):
            return found
        if found is Left.REST:
            return self._half(intent.op, "the site confirmed all of it")
        if not spliced:
            self.journal.append(Entry(intent.op, State.AMBIGUOUS, note=UNSEEN))
            return Written(intent.op, Outcome.FAILED, detail=UNSEEN)
        self.journal.append(Entry(intent.op, State.REJECTED, note="confirmed, and nothing changed"))
        return Written(intent.op, Outcome.REJECTED, detail="the site confirmed the write and changed nothing")

    async def _looked_for(self, op: Op, *, acked: bool, looks: int) -> Written | Left:
        """Return what reading says became of an op, after up to so many looks while there is nothing of it."""
        found: Written | Left = Left.ALL
        for look in range(looks):
            if look:
                await self._sleep(SETTLE_DELAY_S)
            found = await self.settled(op, acked=acked)
            if isinstance(found, Written):
                break
        return found

    async def _turned_down(self, op: Op, error: SiteError, *, again: bool) -> Written:
        """Return what became of a refused write: an earlier request of it may have arrived, or part of this one."""
        doubtful = again or by_entries(op.part) or op.way is Way.ENDPOINT
        found = await self.settled(op, acked=False) if doubtful else Left.ALL
        if isinstance(found, Written):
            return found
        if found is Left.REST:
            return self._half(op, f"the site refused the rest with status {error.status}")
        rejected = self._rejected(op, error)
        if rejected.reason in _SILENT:
            await self.target.caller()
        return rejected

    def _half(self, op: Op, why: str) -> Written:
        """Record that a write stands half: it stays open, for the next run or a rollback to go on from there."""
        self._once(Entry(op, State.AMBIGUOUS, note=f"{HALF}: {why}"))
        return Written(op, Outcome.FAILED, detail=f"{HALF}: {why}")

    def _rejected(self, op: Op, error: SiteError) -> Written:
        """Record that the site refused the request as such: nothing was changed by it."""
        if op.way is Way.ENDPOINT and error.status in WITHOUT_REDACTION:
            reason, detail = HeldReason.NO_PERMISSION, f"it answered {error.status}: {NO_LONGER}"
        elif isinstance(error, NotAllowed):
            reason, detail = HeldReason.NO_PERMISSION, "the site does not let this account write it"
        elif isinstance(error, Missing):
            reason, detail = HeldReason.GONE, "the site does not find it"
        else:
            reason, detail = None, f"the site refused the write with status {error.status}"
        self.journal.append(Entry(op, State.REJECTED, reason=reason, note=detail))
        return Written(op, Outcome.REJECTED, None, reason, detail)

    async def _refused(self, op: Op, refusal: Refusal) -> Written:
        """Record a refusal, unless an earlier request of the same op turns out to have arrived after all."""
        found = Left.ALL if refusal.reason in _SILENT else await self.settled(op, acked=False)
        if isinstance(found, Written):
            return found
        if found is Left.REST:
            return self._half(op, refusal.detail)
        if self.journal.intent(op.token) is None:
            refusal = await as_recorded(self.target, op, refusal)
        self._once(Entry(op, State.CONFLICT, reason=refusal.reason, note=refusal.detail))
        outcome = Outcome.CONFLICT if refusal.reason in OVERTAKEN else Outcome.HELD
        return Written(op, outcome, None, refusal.reason, refusal.detail)

    def _concluded(
        self, intent: Entry, verdict: Verdict, current: Current | None, planned: bytes | None
    ) -> Written | Left:
        """Record a verdict and return what it means, or what of the write has not taken place."""
        op = intent.op
        version = current.ref.version if current else None
        ours = _version_of(intent)
        match verdict:
            case Verdict.UNWRITTEN | Verdict.HALF:
                return Left.REST if verdict is Verdict.HALF else Left.ALL
            case Verdict.WRITTEN:
                return self._done(op, current, ours if op.way is Way.SPLICE else version)
            case Verdict.SUPERSEDED:
                return self._superseded(op, version, ours)
            case Verdict.ALTERED:
                what = lost(op.part, planned, current.data) if planned is not None and current else None
                note = "the site stored something else than was sent" + (f": {what}" if what else "")
                read_hash = canonical_hash(self._key, op.part, current.data) if current else ""
                self.journal.append(Entry(op, State.MISMATCH, version=version, read_hash=read_hash, note=note))
                return Written(op, Outcome.DIVERGED, version, None, note)
            case Verdict.OVERTAKEN:
                return self._lost(op, Refusal(HeldReason.CHANGED, "somebody else changed it first"))
            case Verdict.GONE:
                return self._lost(op, Refusal(HeldReason.GONE, "it is no longer a current object"))
            case _:
                assert_never(verdict)

    def _done(self, op: Op, current: Current | None, version: int | None) -> Written:
        outcome = Outcome.APPLIED
        read_hash = canonical_hash(self._key, op.part, current.data) if current else ""
        self.journal.append(
            Entry(op, State.VERIFIED, version=version, read_hash=read_hash),
            Entry(op, State.DONE, version=version, read_hash=read_hash, outcome=outcome),
        )
        return Written(op, outcome, version, detail="read back, equal to the plan")

    def _superseded(self, op: Op, version: int | None, ours: int | None) -> Written:
        """Record that the write took place and that somebody edited after it: a rollback leaves that alone."""
        note = f"version {ours} is ours, version {version} is there"
        if ours is None:
            note = "all of it is there, beside what somebody else changed"
        self.journal.append(Entry(op, State.DONE, version=ours, outcome=Outcome.SUPERSEDED, note=note))
        return Written(op, Outcome.SUPERSEDED, ours, HeldReason.CHANGED, note)

    def _lost(self, op: Op, refusal: Refusal) -> Written:
        self._once(Entry(op, State.CONFLICT, reason=refusal.reason, note=refusal.detail))
        return Written(op, Outcome.CONFLICT, None, refusal.reason, refusal.detail)

    def _once(self, entry: Entry) -> None:
        """Append a record, unless the journal ends with exactly this one: a second run repeats nothing."""
        if self.journal.last(entry.op.token) != entry:
            self.journal.append(entry)


def _version_of(intent: Entry) -> int | None:
    """Return the number of the version that a write makes, None for a part without versions."""
    return None if intent.base_version is None else intent.base_version + 1
