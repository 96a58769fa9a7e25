"""Working a queue off: each object is read again from the site and stored in the run, then it stops waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.auditing import Conditions, account_of, stamp
from audit.crawl import Crawl
from audit.errors import GuardError, SiteError
from audit.events import OnEvent
from audit.people import Told, told_nothing
from audit.run import Scanned
from audit.sites.base import Failed, Known, SiteObject, stops_the_run
from audit.sites.cloud.scope import Scope
from audit.sites.cloud.single import (
    LETTERS,
    PAGE_LIKE,
    Answer,
    attachment_again,
    comment_again,
    content_again,
    space_again,
)
from audit.sites.cloud.site import CloudSite
from audit.watch.judging import space_name, verdict_of
from audit.watch.kept import WatchedRun
from audit.watch.queue import Job, Queue
from audit.watch.told import Subject
from rules.context import Context
from rules.model import ObjectType, Ref
from rules.registry import digest
from rules.rule import Rule

TOGETHER: Final = 50
"""Objects that are read before the run is free for another command for a moment."""
WAITING: Final = "events_waiting"
"""Fact of a run: how many objects waited when it was last worked on."""
KINDS: Final[Mapping[Subject, tuple[ObjectType, ...]]] = {
    Subject.PAGE: (ObjectType.PAGE,),
    Subject.BLOGPOST: (ObjectType.BLOGPOST,),
    Subject.CONTENT: PAGE_LIKE,
}
SPACE_LISTS: Final = (ObjectType.SPACE_PERMISSION, ObjectType.SPACE_ROLE)


@dataclass(frozen=True, slots=True)
class Source:
    """The site, connected."""

    site: CloudSite
    account_id: str
    """Of the caller."""
    names: Told = told_nothing
    """Adds the people of the site to what the rules are told, as they are now."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one object; nothing in it is a value of a person."""

    job: Job
    outcome: str
    """`read`, `gone`, `not shown`, `moved out`, `outside`, `judged` or `put off`."""
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Worker:
    """Everything that working off needs."""

    queue: Queue
    run: Callable[[], AbstractContextManager[WatchedRun]]
    """Holds the run for this process. Raises `GuardError` while another one works on it."""
    source: Callable[[], AbstractAsyncContextManager[Source]]
    conditions: Conditions
    rules: Sequence[Rule]
    key: bytes
    context: Context
    now: Callable[[], datetime]
    on_event: OnEvent
    told: Callable[[Done], None]

    def check(self) -> None:
        """Return when the run can be gone on with. Raises `GuardError` where its parts would not fit together."""
        with self.run() as store:
            _require_fit(store, self.conditions, self.rules)

    async def work_off(self) -> int:
        """Read everything that waits, and return how much waits afterwards.

        What cannot be read for reasons of its own stays, and so does everything when the site as a whole fails:
        raises its error. Cancelling it is safe at any moment.
        """
        jobs = self.queue.waiting()
        for start in range(0, len(jobs), TOGETHER):
            with self.run() as store:
                _require_fit(store, self.conditions, self.rules)
                try:
                    await self._some(store, jobs[start : start + TOGETHER])
                finally:
                    store.set({WAITING: str(len(self.queue.waiting()))})
        return len(self.queue.waiting())

    async def _some(self, store: WatchedRun, jobs: Sequence[Job]) -> None:
        async with self.source() as source:
            context, missing = await source.names(self.context)
            store.unassessed(missing)
            crawl = Crawl(source.site, store, self.rules, self.key, _unseen, self.on_event, context)
            try:
                self._require_account(store, source)
                look = _Look(await source.site.scope(), store, self.key)
                for job in jobs:
                    await self._one(crawl, look, job)
            finally:
                store.retitle(crawl.titles.masked)
                store.set_hosts((*source.site.hosts(), *self.queue.taken_over()))

    async def _one(self, crawl: Crawl, look: _Look, job: Job) -> None:
        if job.subject is Subject.USER:
            judged = Scanned(SiteObject(Ref(ObjectType.FILE, job.id)), verdict_of(job))
            look.store.read_again([judged], job.event, stamp(self.now()), judged=True)
            done = Done(job, "judged", len(judged.findings))
        else:
            try:
                done = self._stored(crawl, look, job, await look.at(job))
            except SiteError as error:
                if stops_the_run(error):
                    raise
                self.queue.postpone(job)
                self.told(Done(job, "put off"))
                return
        self.queue.done(job)
        self.told(done)

    def _stored(self, crawl: Crawl, look: _Look, job: Job, answer: Answer) -> Done:
        at_utc = stamp(self.now())
        if answer.gone and job.removed:
            look.store.gone(answer.gone, _named(job), job.event, at_utc)
            return Done(job, "gone")
        if answer.gone:
            look.store.hidden(answer.gone, _named(job), job.event, at_utc)
            return Done(job, "not shown")
        if not answer.objects:
            rows = look.store.moved_out(answer.outside, _named(job), job.event, at_utc)
            return Done(job, "moved out" if rows else "outside")
        scanned = [crawl.scanned(one) for one in answer.objects]
        look.store.read_again(scanned, job.event, at_utc)
        failed = any(isinstance(one.found.coverage, Failed) for one in scanned)
        return Done(job, "not read" if failed else "read", sum(len(one.findings) for one in scanned))

    def _require_account(self, store: WatchedRun, source: Source) -> None:
        if account_of(source.account_id, self.key) != store.get("account_hmac"):
            raise GuardError(
                what="The run was made by another account",
                where=self.conditions.run_id,
                why="two accounts see different content, so what one reads does not replace what the other read",
                fix="Watch with the account that audited, or audit anew with this one.",
            )


class _Look:
    """One look at the site: its spaces, and what the run knows of what comments hang on."""

    def __init__(self, scope: Scope, store: WatchedRun, key: bytes) -> None:
        self.store = store
        self._scope = scope
        self._key = key
        self._known: Known | None = None

    async def at(self, job: Job) -> Answer:
        """Return what the site says about one object. Raises the error of a site that does not answer."""
        match job.subject:
            case Subject.COMMENT:
                return self._taken(await comment_again(self._scope, self._containers(), job.id))
            case Subject.ATTACHMENT:
                return self._taken(await attachment_again(self._scope, self._containers(), job.id))
            case Subject.SPACE:
                return await self._space(job)
            case _:
                self._known = None
                return await content_again(self._scope, job.id, KINDS[job.subject], self.store.held)

    def _taken(self, answer: Answer) -> Answer:
        if any(one.ref.type in PAGE_LIKE for one in answer.objects):
            self._known = None
        return answer

    def _containers(self) -> Known:
        if self._known is None:
            self._known = Known(self.store.present(), frozenset(), frozenset())
        return self._known

    async def _space(self, job: Job) -> Answer:
        units = self.store.units()
        lists = frozenset(one for one in SPACE_LISTS if one.value in units)
        for space in self._scope.in_order():
            if space_name(space.key, self._key) == job.id:
                return await space_again(self._scope, space, lists)
        return Answer()


def _named(job: Job) -> str:
    """Return the id under which a run has an object."""
    return f"{LETTERS}{job.id}" if job.subject is Subject.ATTACHMENT else job.id


def _unseen(_progress: object) -> None:
    """Nobody looks at the progress of one object."""


def _require_fit(store: WatchedRun, conditions: Conditions, rules: Sequence[Rule]) -> None:
    """Raise `GuardError` where what is read now would be judged in another way than what was read before."""
    anew = "Audit anew, then watch that run."
    for there, here, what, why, fix in (
        (
            bool(store.get("finished_at_utc")), True, "was not finished", "its audit was interrupted",
            "Finish it with `confluence-gdpr audit --resume` or audit anew, then watch that run.",
        ),
        (store.get("site"), conditions.site, "is about another site", "it was made at another address", anew),
        (
            store.get("rules_digest"), digest(rules), "was made with other rules", "this version judges in another way",
            anew,
        ),
        (
            json.loads(store.get("options", "{}")),
            dict(conditions.options),
            "was made with other knowledge",
            "--known or `macros` are not those that it was begun with",
            "Name what it was begun with, or audit anew and watch that run.",
        ),
    ):  # fmt: skip
        if there != here:
            raise GuardError(
                what=f"The run {what}",
                where=conditions.run_id,
                why=why,
                fix=fix,
            )
