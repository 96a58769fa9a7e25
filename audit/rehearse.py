"""Rehearsing a plan: a sample of its actions is written, read back and put back before anything is done in bulk.

Each object of the sample gets two new versions, the last of them with the text from before. The journal remembers which
version that is, so that the same plan can be applied afterwards. Access lists are not rehearsed: a list of retired
identifiers cannot be put back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from audit.applied import require_no_open_rehearsal
from audit.apply import job_of, never
from audit.begin import announce, identify, op_token
from audit.breaker import Breaker
from audit.earlier import Earlier
from audit.errors import GuardError
from audit.events import OnEvent, ignore
from audit.journal import Journal
from audit.moved import Newer
from audit.parts import is_set
from audit.plan_file import Action, Plan, open_edits
from audit.records import Purpose, State
from audit.redaction import require_reviewed
from audit.rollback import put_back
from audit.sites.base import Target
from audit.vault import Vault
from audit.workers import Result, carry_out
from audit.write import Writer, at_once
from reports.evidence import Outcome

VERSIONS_EACH: Final = 2


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What became of a sample, on the way there and on the way back."""

    sample: tuple[Action, ...]
    there: Result
    back: Result

    @property
    def versions(self) -> int:
        """Return how many versions the site has more than before."""
        kept = {Outcome.APPLIED, Outcome.SUPERSEDED, Outcome.DIVERGED, Outcome.REVERTED}
        return sum(one.outcome in kept for one in (*self.there.written, *self.back.written))

    @property
    def exit_code(self) -> int:
        """Return 0 when every action of the sample was written as planned and put back, 5 or 3 otherwise."""
        if self.there.exit_code or self.back.exit_code:
            return self.there.exit_code or self.back.exit_code
        whole = {one.outcome for one in self.there.written} <= {Outcome.APPLIED}
        return 0 if whole and len(self.back.written) == len(self.sample) else 3


async def rehearse(
    plan: Plan,
    target: Target,
    journal: Journal,
    vault: Vault,
    *,
    count: int,
    key: bytes,
    newer: Newer = Newer.REPLAN,
    lock: AbstractContextManager[None],
    sleep: Callable[[float], Awaitable[None]],
    stopping: Callable[[], str] = never,
    accept_caller: bool = False,
    on_event: OnEvent = ignore,
    breaker: Breaker | None = None,
    turn: Callable[[], Awaitable[None]] = at_once,
) -> Rehearsal:
    """Return what became of up to `count` actions of `plan`: written, read back, compared and put back.

    A request to stop ends the way there; the way back is gone all the same. Raises `GuardError` when nothing is left
    to rehearse or an earlier rehearsal was not finished, and otherwise as `apply_plan` does.
    """
    with lock:
        require_reviewed(plan)
        require_no_open_rehearsal(journal, plan)
        sample = sample_of(plan, journal, vault, key, count)
        edits = [open_edits(plan, action, vault) for action in sample]
        caller = await identify(target, journal, plan.digest, key=key, accept_caller=accept_caller)
        jobs = [
            job_of(plan, action, raw, journal, key, caller, newer=newer, purpose=Purpose.REHEARSE)
            for action, raw in zip(sample, edits, strict=True)
        ]
        announce(journal, [job.op for job in jobs])
        writer = Writer(target, journal, vault, key, sleep, turn)
        there = await carry_out(
            writer,
            jobs,
            caller=caller,
            concurrency=1,
            stopping=stopping,
            on_event=on_event,
            breaker=breaker or Breaker(),
        )
        back = await put_back(
            writer,
            plan,
            (Purpose.REHEARSE,),
            vault,
            key=key,
            caller=caller,
            concurrency=1,
            stopping=never,
            on_event=on_event,
            breaker=Breaker(),
        )
        return Rehearsal(sample, there, back)


def sample_of(plan: Plan, journal: Journal, vault: Vault, key: bytes, count: int) -> tuple[Action, ...]:
    """Return up to `count` actions that can be put back, of as many kinds of objects and rules as there are.

    Raises `GuardError` when there is none that was neither applied, with this plan or another one, nor rehearsed.
    """
    elsewhere = Earlier(plan, journal, vault, key).doing(plan.actions)
    kinds: dict[tuple[str, tuple[str, ...]], list[Action]] = {}
    for action in plan.actions:
        if not is_set(action.part) and action.id not in elsewhere and not _begun(plan, action, journal, key):
            kinds.setdefault((action.ref.type.value, action.rules), []).append(action)
    rounds = chain.from_iterable(zip_longest(*kinds.values()))
    sample = tuple(action for action in rounds if action is not None)[:count]
    if not sample:
        raise GuardError(
            what="Nothing of the plan can be rehearsed",
            where=f"plan {plan.id}",
            why="its actions were applied or rehearsed already, or they change access lists only",
            fix="Apply it, or make a new plan. Nothing was written.",
        )
    return sample


def _begun(plan: Plan, action: Action, journal: Journal, key: bytes) -> bool:
    """Return whether an action was applied or rehearsed."""
    for purpose in (Purpose.APPLY, Purpose.REHEARSE):
        last = journal.last(op_token(key, plan, action.id, purpose))
        if last is not None and last.state is not State.PLANNED:
            return True
    return False
