"""A redaction by the site whose process dies: before and after every call, and the same command goes on from there."""

from __future__ import annotations

import asyncio
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audit.apply import apply_plan
from audit.journal import Journal, check
from audit.plan_file import read_any_plan
from audit.redacting import Shown
from audit.rollback import roll_back
from audit.sites.cloud.target import CloudTarget
from audit.workers import Result
from rules.model import Ref
from rules.pointers import Pointer
from tests.audit.cloud import ORIGIN, connected, no_sleep
from tests.audit.faults.test_machine_of_states import Mortal
from tests.audit.shell import Shell
from tests.audit.test_crash import died
from tests.audit.test_redact_endpoint import AFTER, REDACT, TEXT, audited, body, made, pages

__all__ = ["audited"]  # a fixture
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Redacting(Mortal):
    """A target with redaction whose process can die around each call."""

    async def document(self, ref: Ref) -> Shown:
        found: Shown = await self._done(self._target.document, ref)
        return found

    async def redact(self, ref: Ref, changed_at: str, places: tuple[Pointer, ...]) -> None:
        await self._done(self._target.redact, ref, changed_at, places)


@dataclass(frozen=True)
class Story:
    """One plan of one redaction, and a journal of its own."""

    shell: Shell
    plan: Path
    journal: Path

    def run(self, work: Any, fatal: int = 0) -> Result | None:
        """Do one step to its end, or return None where the process died at its call number `fatal`."""

        async def story() -> Result:
            workspace = self.shell.workspace()
            async with connected(self.shell.sandbox) as api:
                with closing(Journal.open(self.journal, lambda: NOW)) as journal:
                    done: Result = await work(
                        read_any_plan(self.plan),
                        Redacting(CloudTarget(api, ORIGIN), fatal),
                        journal,
                        workspace.vault(workspace.run_path(None)),
                        key=workspace.key(),
                        lock=nullcontext(),
                        sleep=no_sleep,
                    )
                    return done

        try:
            return asyncio.run(story())
        except BaseException as error:
            if not died(error):
                raise
            return None


def outcomes(result: Result | None) -> list[str]:
    return [one.outcome.value for one in result.written] if result else []


def redactions(shell: Shell) -> int:
    return sum(one.path.endswith(REDACT) for one in shell.sandbox.writes)


@pytest.mark.slow
def test_a_redaction_killed_at_any_call_ends_like_an_undisturbed_one(audited: Shell, tmp_path: Path) -> None:
    plan = made(audited)
    before = pages(audited)[0]
    for fatal in range(1, 40):
        audited.sandbox.state.put(before)
        audited.sandbox.log.clear()
        story = Story(audited, plan, tmp_path / f"{fatal}.db")
        ended = story.run(apply_plan, fatal)
        assert body(audited) in {TEXT, AFTER}
        assert check(story.journal).first_bad is None
        assert set(outcomes(story.run(apply_plan))) <= {"applied", "already-done"}
        assert (body(audited), len(pages(audited)[0].revisions), redactions(audited)) == (AFTER, 2, 1)
        undone = story.run(roll_back, fatal)
        assert set(outcomes(undone or story.run(roll_back))) <= {"rolled-back", "already-done"}
        assert (body(audited), len(pages(audited)[0].revisions)) == (TEXT, 3)
        if ended is not None and undone is not None:
            break
    assert fatal > 6
