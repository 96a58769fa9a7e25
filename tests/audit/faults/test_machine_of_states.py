"""Anything in any order: edits by others, faults, lost answers, deaths, resumes, rehearsals and rollbacks.

The invariants I1 to I11 are asserted after every step. With CONFLUENCE_GDPR_LONG_TESTS=1 ten times as many stories are
told, each of them longer.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from audit.canonical import canonical
from audit.errors import GdprError
from audit.rehearse import rehearse
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.mischief import ADDED, HUMAN
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud.target import CloudTarget
from audit.workers import Result
from reports.evidence import Outcome
from rules.model import Ref
from tests.audit.doubles import KillSwitch
from tests.audit.faults.site import Small
from tests.audit.test_crash import died

LONG = bool(os.environ.get("CONFLUENCE_GDPR_LONG_TESTS"))
PAGES = 3
RENAMER = "712020:renames-and-writes-no-text"
FINISHED = {Outcome.APPLIED, Outcome.ALREADY, Outcome.SUPERSEDED, Outcome.REVERTED}
FAULTS = (
    Fault(FaultKind.STATUS, "PUT", status=500),
    Fault(FaultKind.STATUS, "PUT", status=503),
    Fault(FaultKind.STATUS, "PUT", status=403),
    Fault(FaultKind.STATUS, "PUT", status=409),
    Fault(FaultKind.STATUS, "PUT", status=413),
    Fault(FaultKind.STATUS, "PUT", status=429, headers=(("Retry-After", "9999"),)),
    Fault(FaultKind.STATUS_AFTER, "PUT", status=502),
    Fault(FaultKind.LOGIN_PAGE, "PUT"),
    Fault(FaultKind.WRONG_SHAPE, "PUT", body="null"),
    Fault(FaultKind.WRONG_SHAPE, "GET", path="/pages/", body="version-null"),
    Fault(FaultKind.STATUS, "GET", path="/versions", status=500, times=3),
    Fault(FaultKind.STATUS, "GET", path="/pages/", status=500, times=3),
    Fault(FaultKind.UNAUTHORIZED, "PUT"),
    Fault(FaultKind.ANONYMOUS, "GET", path="/user/current"),
    Fault(FaultKind.EDIT_BEFORE, "PUT"),
    Fault(FaultKind.EDIT_AFTER, "PUT"),
    Fault(FaultKind.EDIT_BEFORE, "GET", path="/pages/"),
    Fault(FaultKind.NORMALISE_ON_SAVE, "PUT"),
)


class Mortal:
    """A target whose process can die right before and right after each call."""

    def __init__(self, target: CloudTarget, fatal: int) -> None:
        self._target = target
        self._left = fatal

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise KillSwitch

    async def _done(self, call: Callable[..., Awaitable[Any]], *given: object) -> Any:
        self._step()
        found = await call(*given)
        self._step()
        return found

    async def caller(self) -> str:
        return str(await self._target.caller())

    async def fetch(self, ref: Ref, part: str) -> Current:
        found: Current = await self._done(self._target.fetch, ref, part)
        return found

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        await self._done(self._target.replace, current, data, op_token)

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        return await self._target.history(ref)


class Story(RuleBasedStateMachine):
    """One plan on one site, and everything that can happen to it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="story-"))
        self.runner = asyncio.Runner()
        self.small = Small(self.folder, PAGES)
        self.runner.run(self.small.make())
        assert not self.small.sandbox.writes, "I9"
        self.undone = False

    def teardown(self) -> None:
        if not hasattr(self, "runner"):
            return
        try:
            self.end()
        finally:
            self.runner.close()
            shutil.rmtree(self.folder)

    # --- what others do

    def editable(self, number: int) -> Any:
        page = self.small.pages()[self.small.ids[number]]
        return page if page.status == "current" else None

    @rule(number=st.integers(0, PAGES - 1))
    def somebody_edits(self, number: int) -> None:
        page = self.editable(number)
        if page is not None:
            self.small.sandbox.state.revise(page, HUMAN, page.now.body + ADDED)

    @rule(number=st.integers(0, PAGES - 1))
    def somebody_renames(self, number: int) -> None:
        page = self.editable(number)
        if page is not None:
            self.small.sandbox.state.revise(page, RENAMER, page.now.body, title=f"{page.title}!")

    @rule(number=st.integers(0, PAGES - 1), status=st.sampled_from(["trashed", "archived"]))
    def somebody_removes(self, number: int, status: str) -> None:
        page = self.editable(number)
        if page is not None:
            self.small.sandbox.state.put(replace(page, status=status))

    @rule(fault=st.sampled_from(FAULTS), nth=st.integers(1, 4))
    def something_will_break(self, fault: Fault, nth: int) -> None:
        self.small.sandbox.faults.add(replace(fault, nth=nth))

    @rule()
    def everything_is_mended(self) -> None:
        self.small.sandbox.faults.clear()

    # --- what the tool does

    @rule(fatal=st.one_of(st.just(0), st.integers(1, 14)), workers=st.integers(1, 3))
    def apply(self, fatal: int, workers: int) -> None:
        self.attempt(self.small.apply, fatal, concurrency=workers)

    @rule(fatal=st.one_of(st.just(0), st.integers(1, 14)))
    @precondition(lambda self: self.small.journal_path.exists())
    def undo(self, fatal: int) -> None:
        self.undone = True
        self.attempt(self.small.undo, fatal)

    @rule(fatal=st.one_of(st.just(0), st.integers(1, 24)), count=st.integers(1, 2))
    @precondition(lambda self: not self.undone)
    def rehearse(self, fatal: int, count: int) -> None:
        async def both_ways(target: Any) -> Result:
            done = await self.small.go(rehearse, target, count=count)
            result: Result = done.back
            return result

        self.attempt(both_ways, fatal)

    @rule()
    def the_same_command_twice_writes_nothing_the_second_time(self) -> None:
        self.small.sandbox.faults.clear()
        with expected():
            self.runner.run(self.small.apply())
            second = self.runner.run(self.small.apply())
            assert second.writes == 0, "I10"

    def attempt(self, work: Callable[..., Any], fatal: int, **options: Any) -> None:
        async def story() -> Result | None:
            async with self.small.target() as target:
                result: Result | None = await work(target=Mortal(target, fatal), **options)
                return result

        with expected():
            result = self.runner.run(asyncio.wait_for(story(), 30))  # I11
            if result is not None and not {one.outcome for one in result.written} <= FINISHED:
                assert result.exit_code, "I8"

    # --- what always holds

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "small"):
            self.small.check()

    @invariant()
    def nobody_is_overwritten(self) -> None:
        """Assert I5: what somebody wrote is never followed by a version of ours."""
        if not hasattr(self, "small"):
            return
        admin = self.small.sandbox.accounts["admin"].account_id
        for page in self.small.pages().values():
            authors = [one.author for one in page.revisions]
            if HUMAN in authors:
                assert admin not in authors[authors.index(HUMAN) :], "I5"

    @invariant()
    def no_title_is_put_back(self) -> None:
        """Assert F9: a title is only ever followed by itself or by what somebody made of it."""
        if not hasattr(self, "small"):
            return
        for page in self.small.pages().values():
            titles = [one.title for one in page.revisions]
            assert titles == sorted(titles, key=len), "F9"

    @invariant()
    def nobody_else_is_asked(self) -> None:
        if hasattr(self, "small"):
            assert {entry.host for entry in self.small.sandbox.log} <= {"127.0.0.1:8990"}, "I6"

    def end(self) -> None:
        """Assert I4: with everything mended, a rollback puts back whatever nobody touched and reports the rest."""
        small = self.small
        small.sandbox.faults.clear()
        if not small.journal_path.exists():
            return
        with expected():
            result = self.runner.run(small.undo())
            assert self.runner.run(small.undo()).writes == 0, "I10"
            left = {one.op.ref.id for one in result.written if one.outcome not in FINISHED}
            for page_id, page in small.pages().items():
                touched = page.status != "current" or any(one.author == HUMAN for one in page.revisions)
                same = canonical("body", page.now.body.encode()) == canonical("body", small.original[page_id].encode())
                assert same or (touched and (page_id in left or ADDED in page.now.body)), "I4"
        small.check()
        self.nobody_is_overwritten()


@contextmanager
def expected() -> Iterator[None]:
    """Pass over what may end a run: an error of ours, or the death of the process."""
    try:
        yield
    except GdprError:
        return
    except BaseException as error:
        if not died(error):
            raise


TestStory = pytest.mark.slow(Story.TestCase)
TestStory.settings = settings(
    max_examples=300 if LONG else 30,
    stateful_step_count=30 if LONG else 10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
