"""A sandbox site with the tool connected to it in memory: what tests of the cloud source begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from audit.auth import Basic, Secret, site_place
from audit.crawl import Crawl
from audit.http import Api, Limits, SystemClock
from audit.run import RunStore
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.site import CloudSite, Wanted
from reports.evidence import CoverageRow
from rules.registry import load

ORIGIN = "http://127.0.0.1:8990"
KEY = bytes(32)


async def no_sleep(_seconds: float) -> None:
    """Wait for nothing."""


@asynccontextmanager
async def connected(
    sandbox: Sandbox, role: str = "admin", token: str | None = None, app: Any = None
) -> AsyncIterator[Api]:
    """Connect to the sandbox, or to what stands before it, as one of its accounts, without a network or waiting."""
    person = sandbox.accounts[role]
    async with Api(
        site_place(ORIGIN),
        Basic(person.email, Secret(token or person.token)),
        transport=httpx.ASGITransport(app=app or sandbox.app),
        clock=SystemClock(),
        sleep=no_sleep,
        random=lambda: 0.5,
        limits=Limits(),
    ) as api:
        yield api


@dataclass
class Crawled:
    """What a crawl of the sandbox gave."""

    store: RunStore
    requests: int

    def row(self, object_class: str, state: str = "current") -> CoverageRow:
        """Return one row of the coverage table."""
        return next(row for row in self.store.coverage({}) if (row.object_class, row.state) == (object_class, state))

    def ids(self, object_class: str, state: str = "current") -> set[str]:
        """Return the ids of what was read of a class."""
        rows = self.store._db.execute(
            "SELECT id FROM objects WHERE class = ? AND status = ? AND coverage = 'read'", (object_class, state)
        )
        return {row[0] for row in rows}


async def crawled(sandbox: Sandbox, folder: Path, wanted: Wanted | None = None, role: str = "admin") -> Crawled:
    """Crawl the sandbox into a new database in `folder`."""
    before = len(sandbox.log)
    store = RunStore(folder / "run.db")
    async with connected(sandbox, role) as api:
        site = CloudSite(api, ORIGIN, wanted or Wanted())
        await Crawl(site, store, load(), KEY, lambda _progress: None).run(await site.survey())
    return Crawled(store, len(sandbox.log) - before)
