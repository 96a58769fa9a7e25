"""Applying a plan: each action once, under the eyes of the journal, and never on top of somebody else's edit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from audit.begin import announce, identify, op_token
from audit.canonical import keyed_hash
from audit.events import OnEvent, ignore
from audit.guards import DEFAULT_LIMITS, Limits, Refusal, safe_access, unchanged, within_limits, writable
from audit.journal import Journal
from audit.plan_file import Action, Plan, change_of, held_of, open_edits
from audit.records import Op, Purpose, State
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.workers import Result, carry_out
from audit.write import Writer, Written
from reports.evidence import Change, HeldItem, Outcome
from rules.model import Edit, HeldReason
from rules.splice import apply


def never() -> bool:
    """Return that nobody asked to stop."""
    return False


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

    def decide(self, current: Current) -> bytes | Refusal:
        """Return the planned bytes when everything is as it was planned for, else why it is not written."""
        refusal = writable(current, allow_drafts=self.allow_drafts) or unchanged(
            current, self.action.base_version, self.action.before_hash, self.key
        )
        if refusal is not None:
            return refusal
        try:
            data = apply(current.data, self.edits)
        except ValueError as error:
            return Refusal(HeldReason.NOT_PROVED, str(error))
        if keyed_hash(self.key, data) != self.action.after_hash:
            return Refusal(HeldReason.NOT_PROVED, "the edits do not give the planned contents")
        return safe_access(current.part, current.data, data, self.caller) or data


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
    stopping: Callable[[], bool] = never,
    allow_drafts: bool = False,
    accept_caller: bool = False,
    on_event: OnEvent = ignore,
    begun: Callable[[], None] = nothing,
) -> Result:
    """Return what became of each action of `plan`, in its order. A second run does only what the first left over.

    `key` is the workspace key, `lock` the writer's lock of the site, held for the whole run. Before the first write
    everything is opened and checked that can be: limits, sealed edits, account; then `begun` is called. Raises
    `GuardError`, `WorkspaceError` and `NotAuthenticated` with nothing written; `WorkspaceError` also when the journal
    cannot be kept any longer.
    """
    with lock:
        within_limits(plan.actions, limits)
        edits = [open_edits(plan, action, vault) for action in plan.actions]
        ops = [_op(plan, action, key) for action in plan.actions]
        caller = await identify(target, journal, plan.digest, key=key, accept_caller=accept_caller)
        begun()
        announce(journal, ops)
        jobs = [
            ApplyJob(op, action, raw, key, caller, allow_drafts)
            for op, action, raw in zip(ops, plan.actions, edits, strict=True)
        ]
        result = await carry_out(
            Writer(target, journal, vault, key, sleep),
            jobs,
            caller=caller,
            concurrency=concurrency,
            stopping=stopping,
            on_event=on_event,
        )
        return replace(result, written=tuple(_rolled_back(written, plan, journal, key) for written in result.written))


def changes(plan: Plan, result: Result) -> tuple[Change, ...]:
    """Return every action of the plan with what became of it, as reports show it."""
    return tuple(
        change_of(action, written.outcome, written.version, written.detail)
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


def _op(plan: Plan, action: Action, key: bytes) -> Op:
    token = op_token(key, plan.digest, action.id, Purpose.APPLY)
    return Op(token, Purpose.APPLY, plan.digest, action.id, action.ref, action.part)


def _rolled_back(written: Written, plan: Plan, journal: Journal, key: bytes) -> Written:
    """Return an action that was done and undone as what it is."""
    last = journal.last(op_token(key, plan.digest, written.op.action, Purpose.ROLLBACK))
    if written.outcome is not Outcome.ALREADY or last is None or last.state is not State.DONE:
        return written
    return replace(written, outcome=Outcome.REVERTED, detail="it was done and rolled back: make a new plan")
