"""What the crawler sends, and what it is answered, is what Atlassian's own documents describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.site import INCLUDABLE, Wanted
from tests.audit.cloud import crawled
from tests.contract.documents import Contract


@pytest.mark.anyio
async def test_a_whole_crawl_keeps_to_the_documents(tmp_path: Path, shared: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    types = tuple(sorted({c.type_key for c in sandbox.state.contents.values() if c.type_key}))
    await crawled(sandbox, tmp_path, Wanted((), frozenset(INCLUDABLE), types, ("reviewer", "mentor")))
    assert len(sandbox.log) > 100
    assert Contract(shared).check(sandbox.log) == []


@pytest.mark.anyio
async def test_a_crawl_of_named_spaces_keeps_to_the_documents(tmp_path: Path, shared: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    wanted = Wanted(("HR", "~hbrandt"), frozenset(INCLUDABLE), relations=("mentor",))
    await crawled(sandbox, tmp_path, wanted)
    assert Contract(shared).check(sandbox.log) == []
