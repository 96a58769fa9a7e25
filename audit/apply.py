"""Applying a plan: each action once, under the eyes of the journal, and never on top of somebody else's edit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from audit.applied import require_no_open_rehearsal
from audit.begin import announce, identify, op_token
from audit.breaker import Breaker
from audit.canonical import keyed_hash
from audit.earlier import Earlier, rehearsed_version
from audit.errors import GuardError, Missing, NotAllowed
from audit.events import OnEvent, ignore
from audit.guards import DEFAULT_LIMITS, Limits, Refusal, safe_access, unchanged, within_limits, writable
from audit.jobs import Request
from audit.journal import Journal
from audit.moved import Anew, Newer
from audit.parts import RESTRICTIONS, is_grants
from audit.plan_file import Action, Plan, change_of, held_of, open_edits
from audit.records import Op, Purpose, State, Way
from audit.redacting import redaction_of
from audit.redaction import require_reviewed
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.workers import Result, carry_out
from audit.write import Writer, Written, at_once
from reports.anew import ANEW
from reports.evidence import Change, HeldItem, Outcome
from rules import acl
from rules.acl import Placed, Tree, Wider
from rules.model import Edit, HeldReason
from rules.permissions import exceeds
from rules.splice import apply


def never() -> str:
    """Return that nobody asked to stop."""
    return ""


def nothing() -> None:
    """Do nothing when the run begins."""


@dataclass(frozen=True, slots=True)
class ApplyJob:
    """One action of a plan on its way to the site."""

    op: Op
    action: Action
    edits: tuple[Edit, ...]
    key: bytes
    caller: str
    allow_drafts: bool
    base_version: int | None
    """The version that the plan was made for, or that a rehearsal left with the same text."""
    newer: Newer = Newer.REPLAN
    """What becomes of it when the site has a newer version with that text."""

    def decide(self, current: Current) -> bytes | Anew | Refusal:
        """Return the planned bytes when everything is as it was planned for, else why it is not written."""
        planned = self.action.base_version
        refusal = writable(current, allow_drafts=self.allow_drafts, allow_unversioned=planned is None) or unchanged(
            current, self.base_version, self.action.before_hash, self.key, planned_version=planned
        )
        anew = refusal is not None and refusal.newer_same and self.newer is Newer.REPLAN
        if refusal is not None and not anew:
            return refusal
        data = self.planned(current.data)
        found = (
            data if isinstance(data, Refusal) else safe_access(current.part, current.data, data, self.caller) or data
        )
        if refusal is None or isinstance(found, Refusal):
            return found
        return Anew(found, self.base_version, refusal.detail)

    async def request(self, target: Target, current: Current, data: bytes) -> Request | Refusal:
        """Return what is sent: the whole text, or the places of it that the site itself is to redact."""
        if self.op.way is Way.SPLICE:
            return partial(target.replace, current, data, self.op.token)
        return await redaction_of(target, current, self.edits, self.action.pointers)

    def planned(self, before: bytes) -> bytes | Refusal:
        """Return what the edits make of `before`, or why that is not what was planned."""
        try:
            data = apply(before, self.edits)
        except ValueError as error:
            return Refusal(HeldReason.NOT_PROVED, str(error))
        if keyed_hash(self.key, data) != self.action.after_hash:
            return Refusal(HeldReason.NOT_PROVED, "the edits do not give the planned contents")
        return data


async def apply_plan(
    plan: Plan,
    target: Target,
    journal: Journal,
    vault: Vault,
    *,
    key: bytes,
    lock: AbstractContextManager[None],
    sleep: Callable[[float], Awaitable[None]],
    limits: Limits = DEFAULT_LIMITS,
    concurrency: int = 2,
    stopping: Callable[[], str] = never,
    allow_drafts: bool = False,
    newer: Newer = Newer.REPLAN,
    accept_caller: bool = False,
    on_event: OnEvent = ignore,
    begun: Callable[[], None] = nothing,
    breaker: Breaker | None = None,
    turn: Callable[[], Awaitable[None]] = at_once,
) -> Result:
    """Return what became of each action of `plan`, in its order. A second run does only what the first left over.

    What another plan of the run did already, such as the one that was reviewed, counts as done, see `audit.earlier`.
    With `newer` an object that has a newer version with the planned text is written all the same, or left alone.

    `key` is the workspace key, `lock` the writer's lock of the site, held for the whole run. Before the first write
    everything is opened and checked that can be: limits, sealed edits, account, access; then `begun` is called.
    `turn` waits until the next write may be tried. Raises `GuardError`, `WorkspaceError` and `NotAuthenticated` with
    nothing written; `WorkspaceError` also when the journal cannot be kept any longer.
    """
    with lock:
        within_limits(plan.actions, limits, plan.objects_read)
        require_reviewed(plan)
        require_no_open_rehearsal(journal, plan)
        edits = [open_edits(plan, action, vault) for action in plan.actions]
        caller = await identify(target, journal, plan.digest, key=key, accept_caller=accept_caller)
        jobs = [
            job_of(plan, action, raw, journal, key, caller, allow_drafts=allow_drafts, newer=newer)
            for action, raw in zip(plan.actions, edits, strict=True)
        ]
        await require_no_wider(target, [job for job in jobs if journal.intent(job.op.token) is None])
        begun()
        writer = Writer(target, journal, vault, key, sleep, turn)
        await Earlier(plan, journal, vault, key).take_over([(job.op, job.action) for job in jobs], writer)
        announce(journal, [job.op for job in jobs])
        result = await carry_out(
            writer,
            jobs,
            caller=caller,
            concurrency=concurrency,
            stopping=stopping,
            on_event=on_event,
            breaker=breaker or Breaker(),
        )
        ended = (_rolled_back(written, plan, journal, key) for written in result.written)
        return replace(result, written=tuple(_with_anew(written, journal) for written in ended))


def changes(plan: Plan, result: Result) -> tuple[Change, ...]:
    """Return every action of the plan with what became of it, as reports show it."""
    return tuple(
        change_of(action, written.outcome, written.version, "; ".join(filter(None, (written.detail, written.anew))))
        for action, written in zip(plan.actions, result.written, strict=True)
    )


def held(plan: Plan, result: Result) -> tuple[HeldItem, ...]:
    """Return what the plan held back and what the run did, each with its reason and next step."""
    kept = {Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED}
    return plan.held + tuple(
        held_of(action, written.reason, written.detail)
        for action, written in zip(plan.actions, result.written, strict=True)
        if written.reason is not None and written.outcome in kept
    )


def job_of(
    plan: Plan,
    action: Action,
    edits: tuple[Edit, ...],
    journal: Journal,
    key: bytes,
    caller: str,
    *,
    allow_drafts: bool = False,
    newer: Newer = Newer.REPLAN,
    purpose: Purpose = Purpose.APPLY,
) -> ApplyJob:
    """Return one action as it is to be carried out. What a rehearsal put back has a later version with the old text."""
    op = Op(
        op_token(key, plan, action.id, purpose), purpose, plan.digest, action.id, action.ref, action.part, action.way
    )
    return ApplyJob(op, action, edits, key, caller, allow_drafts, rehearsed_version(journal, action), newer)


async def require_no_wider(target: Target, jobs: Sequence[ApplyJob]) -> None:
    """Raise `GuardError` when a list as it is now would let in somebody whom it keeps out; nobody can allow that.

    Lists that are not as they were planned for are passed over: they are not written. What no list alone lets in, no
    tree of lists does either, so the lists above need not be read.
    """
    before: dict[str, Placed] = {}
    after: dict[str, Placed] = {}
    found: list[Wider] = []
    for job in jobs:
        if job.op.part != RESTRICTIONS and not is_grants(job.op.part):
            continue
        try:
            current = await target.fetch(job.op.ref, job.op.part)
        except (Missing, NotAllowed):
            continue
        data = job.planned(current.data)
        if keyed_hash(job.key, current.data) != job.action.before_hash or isinstance(data, Refusal):
            continue
        if is_grants(job.op.part):
            reason = exceeds(acl.decode_permissions(current.data), acl.decode_permissions(data))
            found += [Wider(f"space {job.op.ref.id}", job.op.part, reason)] if reason else []
            continue
        old, new = acl.decode(current.data), acl.decode(data)
        before[job.op.ref.id], after[job.op.ref.id] = Placed(acl.credited(old, new)), Placed(new)
    wider = acl.wider(Tree(before), Tree(after), lambda _: None)
    found += [replace(one, id=f"content {one.id}") for one in wider]
    if found:
        raise GuardError(
            what="The plan would widen access",
            where=f"{found[0].id}, {found[0].operation}",
            why=found[0].reason + (f"; {len(found) - 1} more lists like it" if len(found) > 1 else ""),
            fix="Make a new plan and report this. Nothing was written, and no option allows it.",
        )


def _with_anew(written: Written, journal: Journal) -> Written:
    """Return what became of an action with the record that it was planned anew, where it was begun so."""
    intent = journal.intent(written.op.token)
    return replace(written, anew=intent.note) if intent is not None and ANEW in intent.note else written


def _rolled_back(written: Written, plan: Plan, journal: Journal, key: bytes) -> Written:
    """Return an action that was done and undone as what it is."""
    last = journal.last(op_token(key, plan, written.op.action, Purpose.ROLLBACK))
    if written.outcome is not Outcome.ALREADY or last is None or last.state is not State.DONE:
        return written
    return replace(written, outcome=Outcome.REVERTED, detail="it was done and rolled back: make a new plan")
