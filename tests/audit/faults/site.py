"""A small site of three pages with the tool connected to it, and the invariants that hold whatever happens to them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from audit.apply import apply_plan
from audit.auth import Basic, Secret, site_place
from audit.canonical import canonical
from audit.http import Api, Limits, network
from audit.identity.csv import parse_mapping
from audit.journal import Journal, check
from audit.pacing import Clock, SystemClock
from audit.plan import make_plan
from audit.plan_file import Plan, plan_bytes
from audit.records import State as Step
from audit.rollback import roll_back
from audit.sandbox.catalogue import SPACES
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.seed import build_empty
from audit.sandbox.state import Content, Kind, Revision, Space, State
from audit.sites.cloud.target import CloudTarget
from audit.vault import Vault
from audit.workers import Result
from rules.model import ObjectType, Ref
from rules.registry import load

KEY, RUN_KEY = bytes(32), bytes(range(32))
RULES = load()
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PERSON = PEOPLE[4]
"""Who is mentioned on every page."""
AUTHOR = PEOPLE[6]
BODY = (
    '<p class="a" title="b">Minutes &ndash; <em>draft</em> by <ac:link><ri:user ri:username="{name}"/></ac:link>'
    '<ac:inline-comment-marker ac:ref="8f1c">{n}</ac:inline-comment-marker></p>'
)
QUICK = Limits(
    attempts=3, first_attempts=2, stall_timeout_s=0.3, deadline_s=1.5, answer_bytes=200_000, longest_wait_s=60
)


def seeded(pages: int) -> Any:
    """Return what fills a sandbox with the people, one space and so many pages that mention one of them."""

    def seed(state: State) -> None:
        build_empty(state)
        space = state.new_id()
        state.spaces[space] = Space(
            space, SPACES[0][0], "Fault tests", "global", AUTHOR.account_id, "2026-01-01T00:00:00.000Z", ""
        )
        for number in range(pages):
            text = BODY.format(name=PERSON.username, n=number)
            made = "2026-01-01T00:00:00.000Z"
            revision = Revision(1, AUTHOR.account_id, made, f"Page {number}", text)
            state.add(Content(state.new_id(), Kind.PAGE, space, AUTHOR.account_id, made, (revision,)))

    return seed


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


@dataclass
class Small:
    """The site, the run that writes to it, and what everything was like before."""

    SITE: ClassVar[str] = "http://127.0.0.1:8990"
    TOOL: ClassVar[str] = "1"

    folder: Path
    count: int = 3
    url: str = ""
    """Where the site is served; empty where the tool is connected to it in memory."""
    sandbox: Sandbox = field(init=False)
    original: dict[str, str] = field(init=False)
    plan: Plan = field(init=False)
    vault: Vault = field(default_factory=lambda: Vault(RUN_KEY))

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(seed=seeded(self.count))
        self.original = {page.id: page.now.body for page in self.sandbox.state.contents.values()}

    @property
    def ids(self) -> list[str]:
        return list(self.original)

    @property
    def journal_path(self) -> Path:
        return self.folder / "journal.db"

    def planned(self, page_id: str) -> str:
        """Return what a page becomes, computed without the engine."""
        before = f'ri:username="{PERSON.username}"'
        return self.original[page_id].replace(before, f'ri:account-id="{PERSON.account_id}"')

    @asynccontextmanager
    async def target(self, clock: Clock | None = None, limits: Limits = QUICK) -> AsyncIterator[CloudTarget]:
        """Connect as the administrator, over the network where the site is served."""
        person = self.sandbox.accounts["admin"]
        transport = network(limits) if self.url else httpx.ASGITransport(app=self.sandbox.app)
        origin = self.url or self.SITE
        sleep = getattr(clock, "sleep", at_once)
        async with Api(
            site_place(origin),
            Basic(person.email, Secret(person.token)),
            transport=transport,
            clock=clock or SystemClock(),
            sleep=sleep,
            random=lambda: 0.5,
            limits=limits,
        ) as api:
            yield CloudTarget(api, origin)

    async def make(self) -> Plan:
        """Plan every page."""
        mapping = parse_mapping(self.sandbox.mapping_csv().encode(), "users.csv")
        async with self.target() as target:
            self.plan = await make_plan(
                target,
                [(Ref(ObjectType.PAGE, page_id), "body") for page_id in self.ids],
                mapping.resolve,
                RULES,
                self.vault,
                now=NOW,
                run_id="20261120T120000Z-abcdef",
                site=self.SITE,
                key=KEY,
                tool_version=self.TOOL,
                facts={},
            )
        assert len(self.plan.actions) == self.count
        return self.plan

    async def apply(self, target: Any = None, **options: Any) -> Result:
        result: Result = await self.go(apply_plan, target, **{"concurrency": 1, **options})
        return result

    async def undo(self, target: Any = None, **options: Any) -> Result:
        result: Result = await self.go(roll_back, target, **options)
        return result

    async def go(self, work: Any, target: Any = None, **options: Any) -> Any:
        """Do one step of the run, on a target of the test's own or connected to the site."""
        settings = {"key": KEY, "lock": nullcontext(), "sleep": at_once, **options}
        with closing(Journal.open(self.journal_path, lambda: NOW)) as journal:
            if target is not None:
                return await work(self.plan, target, journal, self.vault, **settings)
            async with self.target() as connected:
                return await work(self.plan, connected, journal, self.vault, **settings)

    def pages(self) -> Mapping[str, Content]:
        return self.sandbox.state.contents

    def tokens(self) -> list[str]:
        """Return our messages in the histories of all pages."""
        messages = (one.message for page in self.pages().values() for one in page.revisions)
        return [message for message in messages if message.startswith("confluence-gdpr")]

    def check(self, *, lossy: bool = False) -> None:
        """Assert I1, I2, I3 and I7. What others wrote is known by its author."""
        admin = self.sandbox.accounts["admin"].account_id
        for page_id, page in self.pages().items():
            allowed = {canonical("body", text.encode()) for text in (self.original[page_id], self.planned(page_id))}
            ours = [one for one in page.revisions if one.author == admin]
            assert lossy or all(canonical("body", one.body.encode()) in allowed for one in ours), "I1"
            assert [one.number for one in page.revisions] == list(range(1, len(page.revisions) + 1)), "I1"
        tokens = self.tokens()
        assert len(tokens) == len(set(tokens)), "I3"
        if not self.journal_path.exists():
            assert not self.sandbox.writes, "I2"
            return
        assert check(self.journal_path).first_bad is None
        with closing(Journal.open(self.journal_path, lambda: NOW)) as journal:
            sealed = {
                one.entry.op.token: journal.image(one.entry.op.token, "before")
                for one in journal.records()
                if one.entry.state is Step.INTENT
            }
        for token in tokens:
            before = self.vault.open(sealed[token] or b"", f"{token}/before").decode()
            assert re.search(r"<ri:user", before), "I2"
        for data in (*(path.read_bytes() for path in self.folder.iterdir() if path.is_file()), plan_bytes(self.plan)):
            for value in (PERSON.username, PERSON.user_key, PERSON.account_id, PERSON.email, "sandbox-admin-token"):
                assert value.encode() not in data, "I7"


def outcomes(result: Result) -> str:
    """Return what became of each action in one line."""
    return " ".join(written.outcome.value for written in result.written)
