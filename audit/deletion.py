"""Old versions are deleted for good: each is named by what it is, read before, and looked for afterwards.

Confluence keeps no copy of a deleted version, and neither does this tool: the journal records a keyed hash of its
text, without an image. The later versions may be numbered anew, so the highest number goes first, a version is known by
its keyed identity, and the whole history is compared before and after. Nothing is deleted
that was not listed as residue.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import ClassVar, Final

from audit.begin import identify
from audit.canonical import keyed_hash
from audit.errors import BadAnswer, GuardError, Missing, NotAllowed, NotAuthenticated, Rejected, SiteError, Throttled
from audit.journal import Journal
from audit.parts import BODY
from audit.past import OldVersion, Past
from audit.plan_file import Plan
from audit.records import OPEN, Entry, Op, Purpose, State
from audit.residue import Residue, Trace
from audit.sites.base import Current, Target, stops_the_run
from reports.migrated import Where
from rules.model import Ref

PAST: Final = (Purpose.DELETE_VERSION, Purpose.REDACT_VERSION)
"""What is done to old versions."""
DELETE_DELAY_S: Final = 2.0
"""Wait before a confirmed deletion that shows no effect is looked for once more."""

Request = Callable[[], Awaitable[None]]


class Fate(StrEnum):
    """What became of one version."""

    DELETED = "deleted"
    REDACTED = "redacted"
    """The site took the words out of it; the version stays."""
    LEFT = "left"
    """It is not as it was listed, or the object is not; nothing was sent."""
    REFUSED = "refused"
    """The site refused, and nothing has changed."""
    DOUBTFUL = "doubtful"
    """The history is neither as before nor as expected: nothing more is deleted."""
    WAITING = "waiting"
    """The run ended before."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """One old version that is to be deleted."""

    ref: Ref
    number: int
    identity: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of one version, and why."""

    doomed: Doomed
    fate: Fate
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of all of them."""

    versions: tuple[Deleted, ...]
    stopped: str = ""
    failure: SiteError | None = None

    @property
    def exit_code(self) -> int:
        """Return 0 when all are gone, 5 when the site ended the run, 3 when anything else is left over."""
        if self.failure is not None:
            return self.failure.exit_code
        return 0 if all(one.fate in {Fate.DELETED, Fate.REDACTED} for one in self.versions) else 3


def doomed(found: Iterable[Residue], numbers: frozenset[int] | None = None) -> tuple[Doomed, ...]:
    """Return the old versions that hold something, object by object, each object's highest number first.

    `numbers` narrows them. Raises `GuardError` when one of these is the present version, or when the published text of
    an object still holds what is to be forgotten: then deleting its history would help nobody.
    """
    chosen: list[Doomed] = []
    for residue in found:
        if numbers is not None and residue.ref.version in numbers:
            raise _refused(residue.ref, f"version {residue.ref.version} is the present one", "Leave it out.")
        traces = [one for one in residue.old if numbers is None or one.number in numbers]
        if traces and residue.holds(Where.PRESENT):
            fix = "Repair the published text first; audit again and make a plan, or name other objects with --object."
            raise _refused(residue.ref, "its published text holds what was removed as well", fix)
        chosen += [_doomed(residue.ref, trace) for trace in reversed(traces)]
    return tuple(chosen)


def _doomed(ref: Ref, trace: Trace) -> Doomed:
    return Doomed(ref, trace.number or 0, trace.identity, trace.body_hash)


def set_digest(plan: Plan, chosen: Iterable[Doomed], verb: str) -> str:
    """Return 12 hex digits that name what is done to which versions: another set, or another text, gives others."""
    lines = sorted(f"{one.ref.type.value}:{one.ref.id} {one.number} {one.identity} {one.body_hash}" for one in chosen)
    return hashlib.sha256("\n".join([plan.digest, verb, *lines]).encode()).hexdigest()[:12]


def require_settled(journal: Journal, refs: Iterable[Ref]) -> None:
    """Raise `GuardError` when a write to one of the objects is in doubt: its history is what would settle it."""
    objects = {(ref.type, ref.id) for ref in refs}
    for intent in journal.intents(*(one for one in Purpose if one not in PAST)):
        last = journal.last(intent.op.token) or intent
        if last.state in OPEN and (intent.op.ref.type, intent.op.ref.id) in objects:
            fix = "Run the same apply or rollback again first: it settles what became of the write."
            raise _refused(intent.op.ref, f"nobody knows yet what became of {intent.op.action}", fix)


async def delete_versions(
    plan: Plan,
    chosen: Sequence[Doomed],
    past: Past,
    target: Target,
    journal: Journal,
    *,
    key: bytes,
    lock: AbstractContextManager[None],
    sleep: Callable[[float], Awaitable[None]],
    turn: Callable[[], Awaitable[None]],
    stopping: Callable[[], str],
    accept_caller: bool = False,
    worker: Callable[..., Deleter] | None = None,
) -> Deletion:
    """Return what became of each version of `chosen`, in its order. Nothing brings a deleted version back.

    Ends early when the site fails, somebody asks for it, or a history is not as expected. Raises `GuardError` when
    another process writes, another account began, or a write to one of the objects is in doubt.
    """
    with lock:
        require_settled(journal, [one.ref for one in chosen])
        await identify(target, journal, plan.digest, key=key, accept_caller=accept_caller)
        await _settle(plan, past, target, journal, key, sleep)
        carrying = (worker or Deleter)(plan, past, target, journal, key, sleep)
        results: list[Deleted] = []
        stopped, failure = "", None
        for one in chosen:
            stopped = stopped or stopping()
            if stopped:
                results.append(Deleted(one, Fate.WAITING))
                continue
            await turn()
            try:
                results.append(await carrying.run(one))
            except SiteError as error:
                results.append(Deleted(one, Fate.WAITING, error.what))
                stopped, failure = str(error), error
                continue
            if results[-1].fate is Fate.DOUBTFUL:
                stopped = f"{one.ref.type.value} {one.ref.id}: {results[-1].detail}"
        return Deletion(tuple(results), stopped, failure)


def in_doubt(plan: Plan, journal: Journal) -> tuple[Entry, ...]:
    """Return what was sent about old versions of a plan's objects and not looked after."""
    ours = (one for one in journal.intents(*PAST) if one.op.plan == plan.digest)
    return tuple(one for one in ours if (journal.last(one.op.token) or one).state in OPEN)


async def _settle(
    plan: Plan, past: Past, target: Target, journal: Journal, key: bytes, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Record what became of requests that an earlier run sent and did not look after, by reading alone.

    One that shows no effect yet is looked for once more after a while. Raises `BadAnswer` when a list of versions is
    empty or late: then nothing is recorded.
    """
    for intent in in_doubt(plan, journal):
        try:
            changed = await _took_place(intent, past, target, key)
            if not changed:
                await sleep(DELETE_DELAY_S)
                changed = await _took_place(intent, past, target, key)
        except (Missing, NotAllowed):
            continue
        note = "it is as it was to become" if changed else "it is as it was before"
        journal.append(Entry(intent.op, State.DONE if changed else State.REJECTED, note=note))


async def _took_place(intent: Entry, past: Past, target: Target, key: bytes) -> bool:
    """Return whether a version is gone, or its text another one."""
    ref = intent.op.ref
    identity, _, before = intent.note.partition(" of ")
    present = await target.fetch(ref, BODY)
    there = await history(past, ref)
    if there[-1].number < (present.ref.version or 0):
        raise BadAnswer.shape(_versions_of(ref), "the present version is not listed")
    same = [version for version in there if version.identity(key) == identity]
    if intent.op.purpose is not Purpose.REDACT_VERSION or len(same) < int(before):
        return len(same) < int(before)
    texts = [await past.version_body(ref, version.number) for version in same]
    return all(keyed_hash(key, text) != intent.base_hash for text in texts)


@dataclass(frozen=True, slots=True)
class Deleter:
    """Deletes one version after the other, each under the eyes of the journal."""

    purpose: ClassVar[Purpose] = Purpose.DELETE_VERSION
    plan: Plan
    past: Past
    target: Target
    journal: Journal
    key: bytes
    sleep: Callable[[float], Awaitable[None]]

    async def run(self, one: Doomed) -> Deleted:
        """Return what became of one version, after reading it, its object and its history once more."""
        try:
            before = await history(self.past, one.ref)
            present = await self.target.fetch(one.ref, BODY)
            index = next((at for at, version in enumerate(before) if version.number == one.number), -1)
            unfit = self._unfit(one, before, index, present)
            if (
                unfit is None
                and keyed_hash(self.key, await self.past.version_body(one.ref, one.number)) != one.body_hash
            ):
                unfit = "its text is another one than was listed"
            request = unfit or await self.request(one, before)
        except (Missing, NotAllowed) as error:
            return Deleted(one, Fate.LEFT, error.what)
        if isinstance(request, str):
            return Deleted(one, Fate.LEFT, request)
        same = Counter(version.identity(self.key) for version in before)[one.identity]
        op = self._op(one)
        self.journal.append(
            Entry(op, State.INTENT, base_version=one.number, base_hash=one.body_hash, note=f"{one.identity} of {same}")
        )
        self.journal.append(Entry(op, State.SENT))
        return await self._send(op, one, request) or await self.looked_after(
            op, one, before, index, keyed_hash(self.key, present.data)
        )

    def _unfit(self, one: Doomed, before: Sequence[OldVersion], index: int, present: Current) -> str | None:
        """Return why a version is left alone, None when it is the one that was listed and an old one."""
        if index < 0 or before[index].identity(self.key) != one.identity:
            return "the history has changed since it was listed"
        if index == len(before) - 1 or one.number >= (present.ref.version or 0):
            return "it is the present version"
        return None if present.ref.status == "current" else f"the object is {present.ref.status}"

    async def request(self, one: Doomed, before: Sequence[OldVersion]) -> Request | str:  # noqa: ARG002 - for others
        """Return the one request that is to be sent, or why none is."""
        return partial(self.past.delete_version, one.ref, one.number)

    async def _send(self, op: Op, one: Doomed, request: Request) -> Deleted | None:
        """Return what became of the request where its answer tells, None where only reading does."""
        try:
            await request()
        except (NotAuthenticated, Throttled) as error:
            self.journal.append(Entry(op, State.REJECTED, note=type(error).__name__))
            raise
        except (NotAllowed, Missing, Rejected) as error:
            note = f"the site refused it with status {error.status}"
            self.journal.append(Entry(op, State.REJECTED, note=note))
            return Deleted(one, Fate.REFUSED, note)
        except SiteError as error:
            self.journal.append(Entry(op, State.AMBIGUOUS, note=type(error).__name__))
            if stops_the_run(error):
                raise
        else:
            self.journal.append(Entry(op, State.ACKED))
        return None

    async def looked_after(
        self, op: Op, one: Doomed, before: Sequence[OldVersion], index: int, present: str
    ) -> Deleted:
        """Return what reading says: the history without this one version, and the published text as it was."""
        was = [version.identity(self.key) for version in before]
        wanted = was[:index] + was[index + 1 :]
        now = await self.identities(one.ref)
        if now[: len(was)] == was:
            await self.sleep(DELETE_DELAY_S)
            now = await self.identities(one.ref)
        if now[: len(was)] == was:
            last = self.journal.last(op.token)
            if last is not None and last.state is State.AMBIGUOUS:
                # It may still be carried out, and what is deleted before it could give its number to another version.
                return Deleted(one, Fate.DOUBTFUL, "it is not known whether the site will still delete it: try later")
            self.journal.append(Entry(op, State.REJECTED, note="it is still there"))
            return Deleted(one, Fate.REFUSED, "the site deleted nothing")
        current = await self.target.fetch(one.ref, BODY)
        edited = len(now) > len(wanted)
        if now[: len(wanted)] != wanted or not (edited or keyed_hash(self.key, current.data) == present):
            note = "the history or the published text is not as expected"
            self.journal.append(Entry(op, State.MISMATCH, version=current.ref.version, note=note))
            return Deleted(one, Fate.DOUBTFUL, note)
        self.journal.append(
            Entry(op, State.VERIFIED, version=current.ref.version), Entry(op, State.DONE, version=current.ref.version)
        )
        return Deleted(one, Fate.DELETED, "read again: it is gone, and the rest is as before")

    async def identities(self, ref: Ref) -> list[str]:
        """Return what names each version of an object, the oldest first."""
        return [version.identity(self.key) for version in await history(self.past, ref)]

    def _op(self, one: Doomed) -> Op:
        """Return what stands in the journal. The request itself carries no token: v1 takes none."""
        name = f"{one.ref.type.value}:{one.ref.id}"
        message = f"{self.purpose.value}\x00{self.plan.digest}\x00{name}\x00{one.identity}\x00{one.body_hash}".encode()
        mark = hmac.new(self.key, message, hashlib.sha256).hexdigest()[:12]
        token = f"confluence-gdpr {self.plan.run_id} {self.purpose.value} {name} {mark}"
        return Op(token, self.purpose, self.plan.digest, name, one.ref, f"version {one.number}")


async def history(past: Past, ref: Ref) -> list[OldVersion]:
    """Return all versions of an object, the oldest first, without texts. Raises `BadAnswer` when none is listed."""
    found = sorted([version async for version in past.versions(ref, bodies=False)], key=lambda one: one.number)
    if not found:
        raise BadAnswer.shape(_versions_of(ref), "the list is empty, and every object has a version")
    return found


def _versions_of(ref: Ref) -> str:
    return f"versions of {ref.type.value} {ref.id}"


def _refused(ref: Ref, why: str, fix: str) -> GuardError:
    return GuardError(
        what="No old version was touched", where=f"{ref.type.value} {ref.id}", why=why, fix=f"{fix} Nothing was sent."
    )
