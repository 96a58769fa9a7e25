"""Plans that lie open for review, and what was said about their actions so far. Nothing is written before the end.

What was said is kept in memory under the digest of the plan: it counts for exactly those bytes. When the file holds
another plan in the meantime, whoever decided about the first is told so, and nothing is taken over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from audit.errors import GuardError, UsageError
from audit.plan_file import Plan, read_any_plan
from audit.review import EVERY_OTHER, WORDS, Verdict, Verdicts

LONGEST_REASON: Final = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one action, by somebody who is named at the end."""

    accepted: bool
    why: str = field(default="", repr=False)


Write = Callable[[Path, Plan, Verdicts, bool], None]
"""(plan file, plan, decisions, whether a review that exists is replaced): writes the reviewed plan and its reports."""


class Desk:
    """The plans on review, each known by its place in the list. Used by several threads at a time."""

    def __init__(self, files: Sequence[Path], place: Callable[[Path], Path], write: Write) -> None:
        self.files = tuple(files)
        self._place = place
        self._write = write
        self._said: dict[str, dict[str, Said]] = {}
        self._read: dict[Path, tuple[tuple[int, ...], Plan]] = {}
        self._writing = threading.Lock()

    def plan(self, number: int) -> Plan:
        """Return the plan as its file holds it now. Raises `PlanError` when that is none, `UsageError` for no file."""
        return self._plan(self._file(number))

    def review(self, number: int) -> tuple[Path, Plan | None]:
        """Return where the review of a plan is written, and what lies there now."""
        path = self._place(self._file(number))
        return path, self._plan(path) if path.exists() else None

    def said(self, plan: Plan) -> Mapping[str, Said]:
        """Return what was said about the actions of a plan so far, by their ids."""
        return dict(self._said.get(plan.digest, {}))

    def note(self, number: int, digest: str, said: Mapping[str, Said | None]) -> Plan:
        """Keep what was said about some actions, None to take it back, and return the plan.

        Raises `GuardError` when the file holds another plan than the one with that digest, and `UsageError` when an
        action is not in it or a reason is too long.
        """
        plan = self._same(number, digest, self.plan(number))
        unknown = sorted(said.keys() - {action.id for action in plan.actions})
        if unknown or any(one and len(one.why) > LONGEST_REASON for one in said.values()):
            raise UsageError(
                what="The decisions cannot be used",
                where=f"plan {plan.id}",
                why="an action is not in this plan" if unknown else f"a reason has over {LONGEST_REASON} characters",
                fix="Go back, change it, and send it again. Nothing was kept.",
            )
        known = {**self._said.get(digest, {}), **said}
        self._said[digest] = {action: one for action, one in known.items() if one is not None}
        return plan

    def write(self, number: int, digest: str, by: str, others: str, *, replace: bool) -> None:
        """Write the reviewed plan; `others` (accept, decline or nothing) counts for the actions still open.

        Raises `GuardError` when the file holds another plan than the one with that digest, and `UsageError` when
        nobody is named, when actions are undecided, or when a review exists and is not to be replaced.
        """
        if not by:
            raise UsageError(what="Nobody is named as the reviewer", where="Who decides", fix="Go back and say who.")
        with self._writing:
            file = self._file(number)
            plan = self._same(number, digest, read_any_plan(file))
            verdicts = {action: Verdict(one.accepted, by, one.why) for action, one in self.said(plan).items()}
            if others in WORDS and len(verdicts) < len(plan.actions):
                verdicts[EVERY_OTHER] = Verdict(WORDS[others], by)
            self._write(file, plan, verdicts, replace)

    def _same(self, number: int, digest: str, plan: Plan) -> Plan:
        if plan.digest == digest:
            return plan
        raise GuardError(
            what="The plan was changed while you were reviewing it",
            where=self._file(number).name,
            why=f"you saw the one with digest {digest[:16] or 'none'}, now it has {plan.digest[:16]}",
            fix="Review the present plan. Nothing was written, and nothing is taken over.",
        )

    def _file(self, number: int) -> Path:
        if number >= len(self.files):
            raise UsageError(
                what="There is no such plan on review", where=f"plans/{number}", fix="Take one of the list."
            )
        return self.files[number]

    def _plan(self, path: Path) -> Plan:
        """Return the plan in a file; it is decoded again only when the file is another one."""
        try:
            facts = path.stat()
            state = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        except OSError:
            return read_any_plan(path)  # which says what is wrong
        known = self._read.get(path)
        if known is None or known[0] != state:
            known = self._read[path] = (state, read_any_plan(path))
        return known[1]
