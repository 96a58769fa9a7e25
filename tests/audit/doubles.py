"""A site in memory that keeps versions as Confluence does, and does on demand what sites and people do to writers."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.errors import (
    Ambiguous,
    BadAnswer,
    Conflict,
    Missing,
    NotAllowed,
    NotAuthenticated,
    Rejected,
    Throttled,
    Unreachable,
)
from audit.sites.base import Current, VersionFacts
from rules.model import ObjectType, Ref

CALLER = "712020:ca11e400-1111-4222-8333-444455556666"
HUMAN = "712020:0b5e55ed-aaaa-4bbb-8ccc-ddddeeeeffff"


class KillSwitch(BaseException):
    """The process dies here. No product code may catch it."""


@dataclass
class Page:
    """One object: its versions, its access lists, and what else a write must not touch."""

    id: str
    versions: list[tuple[int, str, str, bytes]]
    """number, message, author, body"""
    title: str = "A title"
    status: str = "current"
    draft: bytes | None = None
    restrictions: bytes = b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[]}}'
    type: ObjectType = ObjectType.PAGE
    restriction_writes: int = 0

    @property
    def number(self) -> int:
        return self.versions[-1][0]

    @property
    def body(self) -> bytes:
        return self.versions[-1][3]

    @property
    def ref(self) -> Ref:
        return Ref(self.type, self.id, self.number, "ENG", self.status)

    def edit(self, body: bytes, author: str = HUMAN, message: str = "") -> None:
        """Add a version, as a person in the editor or an accepted write does."""
        self.versions.append((self.number + 1, message, author, body))


@dataclass(frozen=True)
class Seen:
    """One request that the site received."""

    call: str
    id: str = ""
    part: str = ""
    token: str = ""


Hook = Callable[["FakeSite", Page], None]


@dataclass
class FakeSite:
    """Implements `Target`. `faults` maps the number of a write (from 1) to what happens to it."""

    pages: dict[str, Page]
    caller_id: str = CALLER
    faults: dict[int, str] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)
    """Number of a write -> what somebody does just before the site looks at it."""
    after: dict[int, Hook] = field(default_factory=dict)
    """Number of a write -> what somebody does right after it."""
    callers: list[str] = field(default_factory=list)
    """What `caller` answers, one after the other, before it goes on with `caller_id`; empty: anonymous."""
    fetch_faults: dict[int, Exception] = field(default_factory=dict)
    normalise: Callable[[bytes], bytes] = bytes
    """What the site makes of a body when it saves it."""
    log: list[Seen] = field(default_factory=list)
    writes: int = 0
    fetches: int = 0
    durable: Callable[[str], None] = lambda _step: None
    """Called before and after each change of state: where a crash can happen."""
    in_flight: int = 0
    busy: set[str] = field(default_factory=set)
    """Objects that are being written to at this moment."""
    most_in_flight: int = 0

    def page(self, page_id: str) -> Page:
        found = self.pages.get(page_id)
        if found is None:
            raise Missing(what="not there", where=page_id, status=404)
        return found

    def sent(self) -> list[Seen]:
        return [seen for seen in self.log if seen.call == "replace"]

    def tokens(self) -> list[str]:
        """Return the version messages of ours that the site holds."""
        return [
            message
            for page in self.pages.values()
            for _, message, _, _ in page.versions
            if message.startswith("confluence-gdpr")
        ]

    async def caller(self) -> str:
        self.log.append(Seen("caller"))
        answer = self.callers.pop(0) if self.callers else self.caller_id
        if not answer:
            raise NotAuthenticated(what="anonymous", status=200)
        return answer

    async def fetch(self, ref: Ref, part: str) -> Current:
        self.log.append(Seen("fetch", ref.id, part))
        self.fetches += 1
        number = self.fetches
        await asyncio.sleep(0)
        if number in self.fetch_faults:
            raise self.fetch_faults[number]
        page = self.page(ref.id)
        data = page.restrictions if part == "restrictions" else page.body
        version = None if page.type is ObjectType.TEMPLATE else page.number
        now = replace(page.ref, version=version)
        return Current(now, part, data, {"title": page.title}, has_draft=page.draft not in (None, page.body))

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        self.log.append(Seen("history", ref.id))
        versions = reversed(self.page(ref.id).versions)
        return tuple(VersionFacts(number, message, author) for number, message, author, _ in versions)

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        self.log.append(Seen("replace", current.ref.id, current.part, op_token))
        self.writes += 1
        assert current.ref.id not in self.busy, "two writes to one object at the same time"
        self.busy.add(current.ref.id)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        number = self.writes
        fault = self.faults.get(number, "")
        try:
            await asyncio.sleep(0)
            if number in self.hooks:
                self.hooks[number](self, self.page(current.ref.id))
            self._refuse(fault, current)
            if fault in {"reset before", "502 before"}:
                raise Ambiguous.after(current.ref.id, "the connection was reset")
            if fault != "ignored":
                self.durable("before commit")
                self._commit(current, data, op_token)
                self.durable("after commit")
            if number in self.after:
                self.after[number](self, self.page(current.ref.id))
            if fault in {"reset after", "502 after", "cut body"}:
                raise Ambiguous.after(current.ref.id, "the answer was cut")
            if fault == "unparsable after":
                raise BadAnswer(what="not JSON", where=current.ref.id, status=200)
        finally:
            self.in_flight -= 1
            self.busy.discard(current.ref.id)

    def _refuse(self, fault: str, current: Current) -> None:
        where = current.ref.id
        match fault:
            case "401":
                raise NotAuthenticated(what="401", where=where, status=401)
            case "403":
                raise NotAllowed(what="403", where=where, status=403)
            case "404":
                raise Missing(what="404", where=where, status=404)
            case "409":
                raise Conflict(what="409", where=where, status=409)
            case "413":
                raise Rejected(what="413", where=where, status=413)
            case "429":
                raise Throttled(what="429", where=where, status=429)
            case "unreachable":
                raise Unreachable(what="no connection", where=where)
            case _:
                return

    def _commit(self, current: Current, data: bytes, op_token: str) -> None:
        page = self.page(current.ref.id)
        if current.part == "restrictions":
            page.restrictions = self.normalise(data)
            page.restriction_writes += 1
            return
        if page.number != current.ref.version:
            raise Conflict(what="409", where=page.id, status=409)
        page.title = current.fields["title"]
        if page.status == "trashed":
            page.status = "current"  # the documented behaviour: restored, and without the new text
            page.edit(page.body, self.caller_id, op_token)
            return
        if data != page.body:
            page.edit(self.normalise(data), self.caller_id, op_token)

    def dump(self) -> dict[str, Any]:
        """Return the state as JSON."""
        return {
            page.id: {
                "versions": [[n, message, author, body.decode()] for n, message, author, body in page.versions],
                "status": page.status,
                "title": page.title,
                "restrictions": page.restrictions.decode(),
            }
            for page in self.pages.values()
        }


class FileSite(FakeSite):
    """The same site with its state in a file, so that it outlives the process that writes to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        stored = json.loads(path.read_text())
        super().__init__(pages_of(stored["pages"]))
        self.writes_before = stored["writes"]
        self.durable = self._store

    @classmethod
    def create(cls, path: Path, pages: Mapping[str, Page]) -> FileSite:
        path.write_text(json.dumps({"pages": FakeSite(dict(pages)).dump(), "writes": 0}))
        return cls(path)

    def _store(self, step: str) -> None:
        if step == "after commit":
            temporary = self._path.with_suffix(".tmp")
            temporary.write_text(json.dumps({"pages": self.dump(), "writes": self.writes_before + self.writes}))
            temporary.replace(self._path)


def pages_of(stored: Mapping[str, Any]) -> dict[str, Page]:
    return {
        page_id: Page(
            page_id,
            [(n, message, author, body.encode()) for n, message, author, body in facts["versions"]],
            facts["title"],
            facts["status"],
            restrictions=facts["restrictions"].encode(),
        )
        for page_id, facts in stored.items()
    }


def copy_of(site: FakeSite) -> dict[str, Page]:
    """Return the pages as they are now, safe from what comes."""
    return copy.deepcopy(site.pages)


class Clock:
    """Time that goes on by one second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Sleeps:
    """A sleep that takes no time and remembers how often it was asked."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.waits.append(wait_s)
