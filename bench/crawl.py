"""Requests and time of a whole crawl, beside the way most clients go: one request a page and kind.

usage: python bench/crawl.py [PAGES]     (2,000 by default; everything runs on loopback)

Both sides use the same HTTP layer against the same sandbox site in one run, so that their ratio holds on any machine.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from audit.auth import Basic, Secret, site_place
from audit.crawl import Crawl
from audit.http import Api, SystemClock
from audit.run import RunStore
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from audit.sites.cloud.site import CloudSite, Wanted
from rules.registry import load

MAIN = ("pages", "blogposts", "footer-comments", "inline-comments", "attachments", "content/search")
"""Listings of pages with their bodies, comments, attachments and restrictions: what the aim of 60 requests is about."""
SIDE_BY_SIDE = 10


async def in_bulk(api: Api, url: str) -> dict[str, int]:
    """Crawl the site as `confluence-gdpr audit` does and return how many objects of each class were read."""
    with tempfile.TemporaryDirectory() as folder, RunStore(Path(folder) / "run.db") as store:
        site = CloudSite(api, url, Wanted())
        await Crawl(site, store, load(), bytes(32), lambda _progress: None).run(await site.survey())
        assert not store.failures()
        return {f"{row.object_class} {row.state}": row.read for row in store.coverage({})}


async def one_by_one(api: Api) -> int:
    """Read bodies, comments, attachments and restrictions page by page and return the number of pages."""
    ids = [item["id"] async for page in api.pages("/api/v2/pages", {"limit": "250"}) for item in page.results]
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def read(page_id: object) -> None:
        base = f"/api/v2/pages/{page_id}"
        async with slots:
            await api.get(base, {"body-format": "storage"})
            await api.get(f"{base}/footer-comments", {"body-format": "storage", "limit": "250"})
            await api.get(f"{base}/inline-comments", {"body-format": "storage", "limit": "250"})
            await api.get(f"{base}/attachments", {"limit": "250"})
            await api.get(f"/rest/api/content/{page_id}/restriction", {"expand": "read.restrictions.user"})

    await asyncio.gather(*(read(page_id) for page_id in ids))
    return len(ids)


async def measure(sandbox: Sandbox, url: str) -> None:
    """Run both ways and print what they took."""
    admin = sandbox.accounts["admin"]
    auth = Basic(admin.email, Secret(admin.token))
    async with Api(site_place(url), auth, clock=SystemClock(), sleep=asyncio.sleep, random=random.random) as api:
        sandbox.log.clear()
        started = time.perf_counter()
        read = await in_bulk(api, url)
        bulk_s = time.perf_counter() - started
        kinds = Counter(kind_of(entry.path) for entry in sandbox.log)
        bulk = len(sandbox.log)
        main = sum(count for kind, count in kinds.items() if kind in MAIN)
        print(f"read: {', '.join(f'{count:,} {name}'.strip() for name, count in read.items() if count)}")
        print(f"in bulk: {bulk} requests in all, {main} for pages, bodies, comments, attachments and restrictions")
        print("  " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
        sandbox.log.clear()
        started = time.perf_counter()
        pages = await one_by_one(api)
        single_s = time.perf_counter() - started
        single = len(sandbox.log)
        print(f"one by one: {single} requests for {pages:,} pages")
        print(f"ratio: {single / main:.0f} times the requests, {single_s / bulk_s:.1f} times the time")


def kind_of(path: str) -> str:
    """Return the resource that a path names, without ids."""
    words = re.sub(r"^/wiki/(api/v2|rest/api)/", "", path)
    return re.sub(r"/?\d+/?", "", words.replace("spaces/", "spaces ", 1)) if words[0].isalpha() else words


if __name__ == "__main__":
    site = Sandbox(pages=int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    with serving(site.app) as origin:
        asyncio.run(measure(site, origin))
