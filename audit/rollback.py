"""Rolling back: the journal walked backwards, and only what is still ours put back as it was.

What somebody edited after us is reported and left alone. The text before comes from the sealed image in the journal
and must have the hash that was recorded for it; the site's own history is named where the image is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from audit.apply import never
from audit.begin import announce, identify, op_token, require_known
from audit.between import between, by_entries
from audit.breaker import Breaker
from audit.canonical import canonical_hash, keyed_hash
from audit.earlier import settled
from audit.errors import SiteError
from audit.events import OnEvent, ignore
from audit.guards import NEXT_STEP, Refusal, safe_access, writable
from audit.images import image_of
from audit.jobs import Request
from audit.journal import Journal
from audit.parts import has_versions, is_set
from audit.plan_file import Action, Plan, change_of, held_of
from audit.records import UNDO, Entry, Op, Purpose, State, Way
from audit.sites.base import Current, Target, stops_the_run
from audit.vault import Vault
from audit.workers import Result, carry_out
from audit.write import Writer, Written, at_once
from reports.evidence import Change, HeldItem, Outcome
from rules.model import HeldReason

AS_BEFORE: Final = "it already holds the text from before"
NO_HISTORY: Final = "the site keeps no earlier version of it, so change it by hand where that is needed."
STEPS: Final = {
    HeldReason.CHANGED: "It was edited since: {where}",
    HeldReason.NOT_CURRENT: "Restore it on the site and run `rollback` again.",
    HeldReason.GONE: "Nothing to do if it was deleted on purpose; otherwise restore it and run `rollback` again.",
    HeldReason.DRAFT: "Ask the author to publish or discard the draft, then look at it and run `rollback` again.",
    HeldReason.NO_PERMISSION: "Give the account edit permission for it and run `rollback` again.",
    HeldReason.NOT_PROVED: "Put it back by hand: {where}",
    HeldReason.NO_REWRITER: "Leave it as it is, or change it by hand on the site.",
    HeldReason.WOULD_LOCK_OUT: "Roll back with an account that stays on the access list, or change the list by hand.",
}
"""What a person can do about what a rollback left alone, where that is not the same as for apply."""


@dataclass(frozen=True, slots=True)
class RollbackJob:
    """One action on its way back."""

    op: Op
    intent: Entry
    """INTENT of the write that is undone."""
    left: Entry
    """The record of what the site had after it."""
    journal: Journal
    vault: Vault
    key: bytes
    caller: str

    def decide(self, current: Current) -> bytes | Refusal:
        """Return the bytes from before when what is there is still what we left, else why it stays."""
        refusal = writable(current, allow_drafts=False, allow_unversioned=self.intent.base_version is None)
        if refusal is not None:
            return refusal
        before = self._before()
        if before is None:
            version = self.intent.base_version
            elsewhere = "" if version is None else f"; version {version} in the site's history holds it"
            return Refusal(HeldReason.NOT_PROVED, f"what was there before is missing or damaged here{elsewhere}")
        found = canonical_hash(self.key, current.part, current.data)
        if not self._ours(current, before, found):
            as_before = found == canonical_hash(self.key, current.part, before)
            detail = AS_BEFORE if as_before else "somebody edited it after us"
            return Refusal(HeldReason.CHANGED, detail)
        return safe_access(current.part, current.data, before, self.caller) or before

    async def request(self, target: Target, current: Current, data: bytes) -> Request:
        """Return the write of the text from before."""
        return partial(target.replace, current, data, self.op.token)

    def _ours(self, current: Current, before: bytes, found: str) -> bool:
        """Return whether what is there is what we left; of a list also when it was left on the way there."""
        planned = image_of(self.journal, self.vault, self.intent.op.token, "planned")
        if planned is None or not by_entries(current.part):
            return found == self.left.read_hash
        undone = found == canonical_hash(self.key, current.part, before)
        return not undone and between(current.part, before, planned, current.data)

    def _before(self) -> bytes | None:
        before = image_of(self.journal, self.vault, self.intent.op.token, "before")
        return before if before is not None and keyed_hash(self.key, before) == self.intent.base_hash else None


async def roll_back(
    plan: Plan,
    target: Target,
    journal: Journal,
    vault: Vault,
    *,
    key: bytes,
    lock: AbstractContextManager[None],
    sleep: Callable[[float], Awaitable[None]],
    concurrency: int = 1,
    stopping: Callable[[], str] = never,
    accept_caller: bool = False,
    on_event: OnEvent = ignore,
    breaker: Breaker | None = None,
    turn: Callable[[], Awaitable[None]] = at_once,
) -> Result:
    """Return what became of every write of `plan`, the last one first. A second run does what the first left over.

    Writes of a rehearsal that were not put back are among them. Writes whose outcome is still open are settled by
    reading first. Raises as `apply_plan` does.
    """
    with lock:
        require_known(journal, plan.digest)
        writer = Writer(target, journal, vault, key, sleep, turn)
        caller = await identify(target, journal, plan.digest, key=key, accept_caller=accept_caller)
        return await put_back(
            writer,
            plan,
            (Purpose.APPLY, Purpose.REHEARSE),
            vault,
            key=key,
            caller=caller,
            concurrency=concurrency,
            stopping=stopping,
            on_event=on_event,
            breaker=breaker or Breaker(),
        )


async def put_back(
    writer: Writer,
    plan: Plan,
    purposes: Sequence[Purpose],
    vault: Vault,
    *,
    key: bytes,
    caller: str,
    concurrency: int,
    stopping: Callable[[], str],
    on_event: OnEvent,
    breaker: Breaker,
) -> Result:
    """Return what became of the writes of some purposes, each put back, the last one first."""
    journal = writer.journal
    intents = [intent for intent in reversed(journal.intents(*purposes)) if intent.op.plan == plan.digest]
    jobs: list[RollbackJob] = []
    left_alone: list[Written] = []
    for intent in intents:
        undo = _op(key, plan, intent.op)
        if _rehearsed_before(journal, undo):
            continue
        try:
            last, in_doubt = await settled(writer, journal, intent)
        except SiteError as error:
            if stops_the_run(error):
                raise
            left_alone.append(Written(undo, Outcome.FAILED, detail=f"{type(error).__name__}: {error.what}"))
            continue
        # What has no version and was not as planned when it was read back may be what somebody else saved meanwhile.
        foreign = last.state is State.MISMATCH and not is_set(undo.part) and not has_versions(undo.ref, undo.part)
        if foreign or last.outcome is Outcome.SUPERSEDED or (in_doubt and last.state is State.CONFLICT):
            reason = last.reason or HeldReason.CHANGED
            standing = last if last.state is State.DONE else None
            left_alone.append(Written(undo, Outcome.CONFLICT, None, reason, last.note, standing))
        elif last.state in {State.DONE, State.MISMATCH}:
            jobs.append(RollbackJob(undo, intent, last, journal, vault, key, caller))
    announce(journal, [job.op for job in jobs])
    result = await carry_out(
        writer, jobs, caller=caller, concurrency=concurrency, stopping=stopping, on_event=on_event, breaker=breaker
    )
    reverted = {Outcome.APPLIED: Outcome.REVERTED, Outcome.SUPERSEDED: Outcome.REVERTED}
    ends = {job.op.token: job.left for job in jobs if job.left.state is State.DONE}
    written = (
        replace(each, outcome=reverted.get(each.outcome, each.outcome), standing=ends.get(each.op.token))
        for each in result.written
    )
    return replace(result, written=(*map(_as_before, written), *left_alone))


def _as_before(written: Written) -> Written:
    """Return what already holds the text from before as done: nobody has to look at it."""
    if written.detail != AS_BEFORE:
        return written
    return replace(written, outcome=Outcome.ALREADY, reason=None)


def _rehearsed_before(journal: Journal, undo: Op) -> bool:
    """Return whether a rehearsal was put back by an earlier run: then it is over, and nothing is to be said of it."""
    last = journal.last(undo.token)
    return undo.purpose is Purpose.PUT_BACK and last is not None and last.state is State.DONE


def rolled_back(plan: Plan, result: Result) -> tuple[tuple[Change, ...], tuple[HeldItem, ...]]:
    """Return what the rollback changed and what it left alone, as reports show it."""
    actions = {action.id: action for action in plan.actions}
    changed = tuple(_shown(actions[each.op.action], each) for each in result.written)
    kept = tuple(
        replace(
            held_of(actions[each.op.action], each.reason, each.detail),
            next_step=_next_step(each.reason, actions[each.op.action].base_version),
        )
        for each in result.written
        if each.reason is not None and each.outcome is not Outcome.REVERTED
    )
    return changed, kept


def _shown(action: Action, each: Written) -> Change:
    """Return what became of an action; a write that the rollback left alone was applied, and its proof still holds."""
    stands = each.outcome in {Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED} and each.detail != AS_BEFORE
    if each.standing is None or not stands:
        return change_of(action, each.outcome, each.version, each.detail)
    proof = "; ".join((*action.proof, f"read back after the write; not taken back: {each.detail}"))
    return change_of(action, Outcome.KEPT, each.standing.version, proof)


def _next_step(reason: HeldReason, version: int | None) -> str:
    """Return what to do about what was left alone; `version` is the number that held the text from before."""
    where = (
        NO_HISTORY if version is None else f"the text from before is in version {version} of its history on the site."
    )
    return STEPS.get(reason, NEXT_STEP[reason]).format(where=where)


def _op(key: bytes, plan: Plan, applied: Op) -> Op:
    purpose = UNDO[applied.purpose]
    token = op_token(key, plan, applied.action, purpose)
    return replace(applied, token=token, purpose=purpose, way=Way.SPLICE)
