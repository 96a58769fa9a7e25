"""Plans that lie open for review, and what was said about their actions so far. Nothing is written before the end.

What was said is kept in memory under the digest of the plan: it counts for exactly those bytes. When the file holds
another plan in the meantime, whoever decided about the first is told so, and nothing is taken over. Neither is a form
that was shown before something else was said, or before another review was written: it would undo that without a word.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from audit.errors import GuardError, PlanError, UsageError
from audit.plan_file import Plan, read_any_plan
from audit.review import EVERY_OTHER, WORDS, Verdict, Verdicts

LONGEST_REASON: Final = 500
"""Characters."""
UNREADABLE: Final = "unreadable"
"""In place of the digest of a file that the system does not let us read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one action, by somebody who is named at the end."""

    accepted: bool
    why: str = field(default="", repr=False)


Sent = Mapping[str, Said | None]
"""Id of an action -> what a form says about it, None to take it back."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said about one plan so far."""

    said: Mapping[str, Said] = field(default_factory=dict)
    """By the ids of the actions."""
    state: int = 0
    """How often something was changed: a form carries the state that it was shown in."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """Id of an action -> the state that its last change led to."""

    def after(self, sent: Sent) -> Talk:
        """Return this with what a form says; the same state where that changes nothing."""
        new = [action for action, one in sent.items() if one != self.said.get(action)]
        if not new:
            return self
        known = {**self.said, **sent}
        state = self.state + 1
        said = {action: one for action, one in known.items() if one is not None}
        return Talk(said, state, {**self.changed, **dict.fromkeys(new, state)})


@dataclass(frozen=True, slots=True)
class Ending:
    """The last form: what it was shown, and what it asks for."""

    digest: str
    """Of the plan."""
    state: int
    """Of what was said."""
    there: str
    """Digest of the file that lay in the place of the review; empty for none."""
    by: str = field(repr=False)
    others: str = ""
    """What becomes of the actions that are open: accept, decline or nothing."""
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies where a review is to be written."""

    digest: str
    """SHA-256 of the file, in hexadecimal digits."""
    holds: Plan | PlanError
    """The review, or why the file is none."""


class OlderFormError(GuardError):
    """A form that was shown before something else was said about the same plan."""

    def __init__(self, plan: Plan, changed: frozenset[str], sent: Sent) -> None:
        super().__init__(
            what="Decisions were changed after this form was shown",
            where=f"plan {plan.id}",
            fix="Look at what is decided now, and decide again. Nothing was kept or written.",
        )
        self.changed = changed
        """Ids of the actions that somebody decided about since."""
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Job:
    """One report that is still to be made beside a review."""

    name: str
    """Of its file."""
    make: Callable[[], bool]
    """Makes it and returns whether it is there."""


class Making(StrEnum):
    """How far a report beside a review is."""

    MADE = "made"
    GOING_ON = "going on"
    FAILED = "failed"


Write = Callable[[Path, Plan, Verdicts, bool], Sequence[Job]]
"""(plan file, plan, decisions, whether a review that exists is replaced): writes the reviewed plan and returns the
reports that are to be made of it."""


Tell = Callable[[str, BaseException], None]
"""(what failed, error): says it on the terminal, without contents."""


class Desk:
    """The plans on review, each known by its place in the list. Used by several threads at a time."""

    def __init__(self, files: Sequence[Path], place: Callable[[Path], Path], write: Write, tell: Tell) -> None:
        self.files = tuple(files)
        self._place = place
        self._write = write
        self._tell = tell
        self._talks: dict[str, Talk] = {}
        self._read: dict[Path, tuple[tuple[int, ...], Plan]] = {}
        self._reports: dict[Path, tuple[tuple[str, Future[bool]], ...]] = {}
        self._maker = ThreadPoolExecutor(1, "reports")
        self._writing = threading.Lock()
        self._saying = threading.Lock()

    def plan(self, number: int) -> Plan:
        """Return the plan as its file holds it now. Raises `PlanError` when that is none, `UsageError` for no file."""
        return self._plan(self._file(number))

    def review(self, number: int) -> tuple[Path, Lying | None]:
        """Return where the review of a plan is written, and what lies there now."""
        path = self._place(self._file(number))
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return path, None
        except OSError:
            digest = UNREADABLE
        try:
            return path, Lying(digest, self._plan(path))
        except PlanError as error:
            return path, Lying(digest, error)

    def talk(self, plan: Plan) -> Talk:
        """Return what was said about the actions of a plan so far."""
        return self._talks.get(plan.digest, Talk())

    def note(self, number: int, digest: str, state: int, sent: Sent) -> Plan:
        """Keep what a form says about some actions and return the plan.

        `digest` is that of the plan, and `state` that of what was said, which the form was shown. Raises `GuardError`
        when the file holds another plan or something else was said since, and `UsageError` when an action is not in
        the plan or a reason is too long.
        """
        plan = self._same(number, digest, self.plan(number))
        unknown = sorted(sent.keys() - {action.id for action in plan.actions})
        if unknown or any(one and len(one.why) > LONGEST_REASON for one in sent.values()):
            raise UsageError(
                what="The decisions cannot be used",
                where=f"plan {plan.id}",
                why="an action is not in this plan" if unknown else f"a reason has over {LONGEST_REASON} characters",
                fix="Go back, change it, and send it again. Nothing was kept.",
            )
        with self._saying:
            self._talks[digest] = self._current(plan, state, sent).after(sent)
        return plan

    def write(self, number: int, ending: Ending) -> None:
        """Write the reviewed plan as the last form asks; its reports are made one after the other behind it.

        Raises `GuardError` when the file holds another plan than the form was shown, when something else was said
        since or another review was written, and `UsageError` when nobody is named, when actions are undecided, or when
        a review exists and is not to be replaced.
        """
        if not ending.by:
            raise UsageError(what="Nobody is named as the reviewer", where="Who decides", fix="Go back and say who.")
        with self._writing:
            file = self._file(number)
            plan = self._same(number, ending.digest, read_any_plan(file))
            said = self._current(plan, ending.state, {}).said
            verdicts = {action: Verdict(one.accepted, ending.by, one.why) for action, one in said.items()}
            open_ = [action.id for action in plan.actions if action.id not in said]
            if open_:
                verdicts[EVERY_OTHER] = Verdict(_about_others(plan, open_, ending.others), ending.by)
            jobs = self._write(file, plan, verdicts, self._replaces(number, ending))
            for _, made in self._reports.get(file, ()):
                made.cancel()  # it is about the review that was replaced
            self._reports[file] = tuple((job.name, self._maker.submit(job.make)) for job in jobs)
            for name, made in self._reports[file]:
                made.add_done_callback(partial(self._ended, name))

    def reports(self, number: int) -> tuple[tuple[str, Making], ...]:
        """Return the reports beside the review of a plan that was written here, and how far each is."""
        return tuple((name, _how_far(made)) for name, made in self._reports.get(self._file(number), ()))

    def close(self) -> None:
        """Return when everything that was begun is there."""
        self._maker.shutdown()

    def _ended(self, name: str, made: Future[bool]) -> None:
        error = None if made.cancelled() else made.exception()
        if error is not None:
            self._tell(f"the report {name}", error)

    def _current(self, plan: Plan, state: int, sent: Sent) -> Talk:
        """Return what was said about a plan. Raises `OlderFormError` when that is not in the state a form was shown."""
        talk = self.talk(plan)
        if talk.state != state:
            raise OlderFormError(plan, frozenset(action for action, when in talk.changed.items() if when > state), sent)
        return talk

    def _replaces(self, number: int, ending: Ending) -> bool:
        """Return whether writing replaces a file, which the last form then has named and asked for."""
        place, lying = self.review(number)
        if lying is not None and lying.digest != ending.there:
            raise GuardError(
                what="Another review was written in the meantime",
                where=place.name,
                why="it is not the one that your form named" if ending.there else "your form was shown before it",
                fix="Open the last step again and see which review is there. Nothing was written.",
            )
        if lying is not None and not ending.replace:
            raise UsageError(
                what="A file is there already",
                where=place.name,
                fix="Go back and tick that it is replaced. Nothing was written.",
            )
        return lying is not None

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


def _how_far(made: Future[bool]) -> Making:
    if not made.done():
        return Making.GOING_ON
    return Making.MADE if made.exception() is None and made.result() else Making.FAILED


def _about_others(plan: Plan, open_: Sequence[str], others: str) -> bool:
    """Return whether the open actions are accepted. Raises `UsageError` when the last form does not say it."""
    if others in WORDS:
        return WORDS[others]
    raise UsageError(
        what=f"Nobody decided about {open_[0]}" + (f" and {len(open_) - 1} more" if len(open_) > 1 else ""),
        where=f"plan {plan.id}",
        why=f"{len(open_)} of {len(plan.actions)} actions are open",
        fix="Go back and decide about each, or choose in the last step what becomes of them. Nothing was written.",
    )
