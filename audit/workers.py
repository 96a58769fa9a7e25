"""Several writes side by side: at most four, one at a time for each object, and all of them stop at a safe point.

A run stops early when the site or the credentials fail, when the site wants to send us elsewhere, when it stored
something else than was sent, when writes fail again and again, when somebody asks it to, or when the account behind
the credentials changes. Writes under way are finished first, even when this tool itself fails in one of them; whatever
was not begun stays planned. An answer that makes no sense costs its own object only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.breaker import Breaker
from audit.errors import GdprError, NotAuthenticated, SiteError, Throttled, Unreachable
from audit.events import Noted, OnEvent
from audit.jobs import Job
from audit.statuses import leads_elsewhere
from audit.write import Writer, Written
from reports.evidence import Outcome

MOST_WORKERS: Final = 4
CALLER_CHECK_EVERY: Final = 50
"""Writes between two questions who we are: expired credentials can turn into anonymous ones without an error."""
DEFECT: Final = "a defect of this tool stopped another write"
_FINAL: Final = (NotAuthenticated, Throttled, Unreachable)
"""Failures that every further write would meet as well."""
_SETTLED: Final = frozenset({Outcome.APPLIED, Outcome.ALREADY, Outcome.SUPERSEDED, Outcome.REVERTED})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the jobs of one run, in their order."""

    written: tuple[Written, ...]
    writes: int
    """Write requests that were sent."""
    stopped: str = ""
    """Why the run ended early, in plain words; empty when it went through."""
    failure: SiteError | None = None
    """The failure of the site that ended it."""

    @property
    def exit_code(self) -> int:
        """Return 0 when every job is done, 5 when the site ended the run, 3 when anything else is left over."""
        if self.failure is not None:
            return self.failure.exit_code
        done = not self.stopped and all(written.outcome in _SETTLED for written in self.written)
        return 0 if done else 3


@dataclass(slots=True)
class _Round:
    """The shared state of the workers of one run."""

    writer: Writer
    caller: str
    stopping: Callable[[], str]
    on_event: OnEvent
    breaker: Breaker
    written: dict[str, Written] = field(default_factory=dict)
    stopped: str = ""
    failure: SiteError | None = None
    fatal: GdprError | None = None
    checks: int = 0

    async def look_again(self, jobs: Sequence[Job]) -> None:
        """Read again whatever an earlier run found to differ: nothing is written before all of that is settled."""
        for job in jobs:
            recorded = self.writer.recorded(job.op)
            if recorded is None or recorded.outcome is not Outcome.DIVERGED:
                continue
            if self.failure or self.fatal or (not self.stopped and self._must_stop()):
                return
            await self._one(job)

    async def work(self, queue: deque[list[Job]]) -> None:
        """Take object after object until there is none, or until the run has to stop."""
        while queue and not self._must_stop():
            for job in queue.popleft():
                if self.writer.recorded(job.op) is None:
                    await self.writer.turn()
                if self._must_stop():
                    return
                await self._one(job)
                await self._ask_who_we_are()

    def _must_stop(self) -> bool:
        self.stopped = self.stopped or self.stopping()
        return bool(self.stopped)

    async def _one(self, job: Job) -> None:
        try:
            written = await self.writer.run(job)
        except SiteError as error:
            written = Written(job.op, Outcome.FAILED, detail=f"{type(error).__name__}: {error.what}")
            if isinstance(error, _FINAL) or leads_elsewhere(error):
                self.stopped, self.failure = self.stopped or str(error), self.failure or error
        except GdprError as error:
            self.stopped, self.fatal = self.stopped or str(error), self.fatal or error
            return
        self.written[job.op.token] = written
        self.on_event(Noted(written.outcome.value, job.op.action))
        self._judge(written)

    def _judge(self, written: Written) -> None:
        """Stop the run when this outcome means that the next one will be no better."""
        if written.outcome is Outcome.DIVERGED:
            self.stopped = self.stopped or f"{written.op.action}: {written.detail}"
        broken = self.breaker.count(written)
        self.stopped = self.stopped or broken

    async def _ask_who_we_are(self) -> None:
        due = self.writer.writes // CALLER_CHECK_EVERY
        if due > self.checks and not self.stopped:
            self.checks = due
            await self.confirm_caller()

    async def confirm_caller(self) -> None:
        """Stop the run when the site no longer takes us for the account that began it."""
        try:
            caller = await self.writer.target.caller()
        except SiteError as error:
            self.stopped, self.failure = self.stopped or str(error), self.failure or error
            return
        if caller != self.caller:
            self.stopped = "the credentials belong to another account than at the start"


async def _all(state: _Round, queue: deque[list[Job]], count: int) -> None:
    """Return when `count` workers have ended. A defect in one of them is raised after the others have stopped.

    Whoever was writing then finishes that write: cancelled in the middle, it would be in doubt for no reason. Anything
    that is meant to end the process does so at once.
    """
    tasks = [asyncio.create_task(state.work(queue)) for _ in range(count)]
    try:
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        if pending and all(isinstance(task.exception(), Exception | None) for task in done):
            state.stopped = state.stopped or DEFECT
            await asyncio.wait(pending)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def carry_out(
    writer: Writer,
    jobs: Sequence[Job],
    *,
    caller: str,
    concurrency: int,
    stopping: Callable[[], str],
    on_event: OnEvent,
    breaker: Breaker,
) -> Result:
    """Return what became of `jobs`. Jobs of one object run one after the other, in their order.

    `stopping` says why no further write may begin, empty while it may.

    Raises what the journal or the vault raise, after the writes under way have ended, and so with any defect.
    """
    state = _Round(writer, caller, stopping, on_event, breaker)
    await state.look_again(jobs)
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        if job.op.token not in state.written:
            groups.setdefault(job.op.ref.id, []).append(job)
    queue = deque(groups.values())
    await _all(state, queue, max(1, min(concurrency, MOST_WORKERS, len(queue))))
    if state.fatal is not None:
        raise state.fatal
    if writer.writes and state.failure is None:
        await state.confirm_caller()
    untouched = "not begun: the run stopped before"
    return Result(
        written=tuple(
            state.written.get(job.op.token)
            or writer.recorded(job.op)
            or Written(job.op, Outcome.PLANNED, detail=untouched)
            for job in jobs
        ),
        writes=writer.writes,
        stopped=state.stopped,
        failure=state.failure,
    )
