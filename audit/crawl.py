"""The crawl: every chain of a source is read, scanned and stored; nothing that failed is taken for empty.

Chains run side by side; a chain that needs the pages first waits for them. A failure of one endpoint costs its own
chain, a failure of the site or of the credentials stops the run, and either can be finished by `audit --resume`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from audit.errors import GdprError, Rejected, SiteError
from audit.events import Noted, OnEvent, ignore
from audit.run import RunStore, Scanned, UnitState
from audit.sites.base import Batch, Known, Site, SiteObject, Survey, Unit, stops_the_run
from audit.titles import Titles
from rules.context import NOTHING_KNOWN, Context
from rules.model import Finding, ObjectType, Personal, SubjectKind
from rules.rule import Rule
from rules.scan import findings as findings_of
from rules.scan import scan

CONFIRM_EVERY = 50
"""Batches between two questions who the site takes us for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a crawl stands. `estimate` counts pages and blog posts, None where the site does not say."""

    pages: int
    objects: int
    findings: int
    estimate: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Crawl:
    """Everything one crawl needs."""

    site: Site
    store: RunStore
    rules: Sequence[Rule]
    key: bytes
    """Key of the pseudonyms."""
    on_progress: Callable[[Progress], None]
    on_event: OnEvent = ignore
    context: Context = NOTHING_KNOWN
    titles: Titles = field(init=False)
    """What its titles must not show."""

    def __post_init__(self) -> None:
        """Begin with what earlier parts of the run found, and with whom the caller named."""
        object.__setattr__(self, "titles", Titles(self.key, self.context))
        self.titles.learn(self.store.subjects())
        self.titles.learn(Personal(SubjectKind.USERNAME, value).subject(self.key) for value in self.context.known)

    async def run(self, survey: Survey) -> None:
        """Read every chain that is not done yet.

        Raises the error of the site when no further call can succeed. Cancelling it is safe at any moment: what was
        stored stays, and the chain goes on behind it.
        """
        scope = " ".join(survey.scope)
        if self.store.get("scope", scope) != scope:
            self.store.restart()
        self.store.set({"scope": scope})
        self.store.begin(survey.units, survey.not_assessed)
        self.store.set_hosts(self.site.hosts())
        state = self._begun(survey.units)
        finished = {unit.name: asyncio.Event() for unit in survey.units}
        tally = _Tally(self, survey.estimate)
        try:
            async with asyncio.TaskGroup() as group:
                for unit in survey.units:
                    if state[unit.name].state == "done":
                        finished[unit.name].set()
                        continue
                    group.create_task(self._unit(unit, state[unit.name].resume_from, finished, tally))
        except* GdprError as errors:
            raise first(errors) from None
        finally:
            # What was stored early may bear the name of somebody who was found late.
            self.store.retitle(self.titles.masked)
        await self.site.confirm()

    async def _unit(
        self, unit: Unit, resume_from: str | None, finished: dict[str, asyncio.Event], tally: _Tally
    ) -> None:
        for name in unit.after:
            await finished[name].wait()
        try:
            await self._chain(unit, resume_from, tally)
        except SiteError as error:
            if stops_the_run(error):
                raise
            self.store.finish(unit.name, error=_reason(error))
            self.on_event(Noted("listing failed", unit.name))
        else:
            self.store.finish(unit.name)
        finished[unit.name].set()

    async def _chain(self, unit: Unit, resume_from: str | None, tally: _Tally) -> None:
        known = self._known(unit) if unit.after else NOTHING_SEEN
        try:
            await self._read(unit, known, resume_from, tally)
        except Rejected:
            if resume_from is None:
                raise
            # A cursor that was kept over an interruption may have expired: the chain then starts anew.
            self.on_event(Noted("listing starts anew", unit.name))
            await self._read(unit, known, None, tally)

    async def _read(self, unit: Unit, known: Known, resume_from: str | None, tally: _Tally) -> None:
        async for batch in self.site.read(unit, known, resume_from):
            self.store.save(unit.name, [self.scanned(one) for one in batch.objects], batch.resume_from, batch.note)
            # With each batch, not at the end only: a process that is killed has told whom it spoke to.
            self.store.set_hosts(self.site.hosts())
            await tally.add(unit, batch)

    def scanned(self, found: SiteObject) -> Scanned:
        """Return an object with what the rules find in it; its title shows nobody who was found so far."""
        findings: list[tuple[str, Finding]] = []
        unreadable = ""
        allowed = 0
        for part in found.parts:
            result = scan(part, self.rules, self.context)
            allowed += result.allowed
            # What an old version holds is residue, and files are changed by hand: neither is rewritten.
            past = part.ref.type is ObjectType.VERSION or found.counted_as is ObjectType.ATTACHMENT_CONTENT
            findings.extend(
                (part.path, replace(finding, rewritable=False) if past else finding)
                for finding in findings_of(part, result, self.key)
            )
            if result.unreadable is not None:
                unreadable = f"{part.path}: {result.unreadable.reason}"
        self.titles.learn(finding.subject for _, finding in findings)
        found = replace(found, title=self.titles.masked(found.title))
        author = Personal(SubjectKind.ACCOUNT_ID, found.author).subject(self.key) if found.author else None
        return Scanned(found, tuple(findings), unreadable, author, allowed)

    def _begun(self, units: Sequence[Unit]) -> dict[str, UnitState]:
        """Return how far each chain has come. One that builds on a chain not finished then starts anew."""
        state = self.store.units()
        for unit in units:
            if state[unit.name].state == "done" and any(state[name].state != "done" for name in unit.after):
                state[unit.name] = UnitState(unit.name, "todo", None)
        return state

    def _known(self, unit: Unit) -> Known:
        state = self.store.units()
        return Known(
            content=self.store.content(),
            restrictions=self.store.ids(ObjectType.RESTRICTION),
            custom_containers=self.store.custom_containers(),
            listed=self.store.listed,
            unlisted=self.store.unlisted,
            gaps=any(state[name].state == "failed" for name in unit.after),
        )


NOTHING_SEEN = Known(content={}, restrictions=frozenset(), custom_containers=frozenset())


class _Tally:
    """Counts batches for progress and asks from time to time who the site takes us for."""

    def __init__(self, crawl: Crawl, estimate: int | None) -> None:
        self._crawl = crawl
        self._estimate = estimate
        self._batches = 0
        self._pages = len(crawl.store.content())
        self._objects, self._findings = crawl.store.counts()

    async def add(self, unit: Unit, batch: Batch) -> None:
        self._batches += 1
        self._objects += len(batch.objects)
        if unit.object_class in (ObjectType.PAGE, ObjectType.BLOGPOST):
            self._pages += len(batch.objects)
        self._crawl.on_progress(Progress(self._pages, self._objects, self._findings, self._estimate, unit.name))
        if self._batches % CONFIRM_EVERY == 0:
            await self._crawl.site.confirm()


def first(group: BaseExceptionGroup[BaseException]) -> GdprError:
    """Return the first error in a group of errors of parallel chains."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            return first(error)
        if isinstance(error, GdprError):
            return error
    raise group


def _reason(error: SiteError) -> str:
    return f"{error.what}: {error.why}" if error.why else error.what
