"""Who wrote what is changed: kept as a pseudonym by the crawl, and links of what has no address of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from audit.run import RunStore
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.site import Wanted
from rules.model import Personal, SubjectKind
from tests.audit.cloud import KEY, crawled
from tests.audit.test_crawl import FakeSite, crawl, page

AUTHOR = "712020:3f0c9a44-7d21-4c53-9e0a-2b6f1d8a5e77"


@pytest.mark.anyio
async def test_the_author_of_a_version_is_kept_as_a_mask_and_a_keyed_hash(tmp_path: Path) -> None:
    store = await crawl(FakeSite({"page/1": [(replace(page(1), author=AUTHOR), page(2))]}), tmp_path)
    found = store.objects()
    assert found["page", "1"].author == Personal(SubjectKind.ACCOUNT_ID, AUTHOR).subject(KEY)
    assert found["page", "2"].author is None
    store.close()
    assert AUTHOR.encode() not in store.path.read_bytes()


@pytest.mark.anyio
async def test_a_run_that_kept_no_authors_can_still_be_read_and_gone_on_with(tmp_path: Path) -> None:
    store = await crawl(FakeSite({"page/1": [(replace(page(1), author=AUTHOR),)]}), tmp_path)
    store.close()
    with sqlite3.connect(store.path) as before:
        before.execute("DROP TABLE authors")
    before.close()
    with RunStore.reading(store.path) as old:
        assert old.objects()["page", "1"].author is None
    with RunStore(store.path) as again:
        assert again.objects()["page", "1"].author is None


@pytest.mark.anyio
async def test_the_source_names_authors_and_links_what_has_no_address_to_its_page(tmp_path: Path) -> None:
    sandbox = Sandbox()
    types = tuple(sorted({c.type_key for c in sandbox.state.contents.values() if c.kind.value == "custom-content"}))
    found = (await crawled(sandbox, tmp_path, Wanted(custom_content_types=types))).store.objects()
    written = {"page", "blogpost", "footer-comment", "inline-comment", "attachment", "custom-content"}
    assert all(facts.author for (kind, _), facts in found.items() if kind in written and facts.ref.status != "draft")
    apps = [facts for (kind, _), facts in found.items() if kind == "custom-content"]
    assert apps
    assert all(one.url.endswith(f"pageId={one.parent.removeprefix('page ')}") for one in apps)
    assert not [facts.url for (kind, _), facts in found.items() if kind == "label" and facts.url]
