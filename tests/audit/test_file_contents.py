"""What is in attachments: fetched, read, and found, and where nobody may fetch them from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from audit.attachments.contents import Contents, Piece, Texts
from audit.attachments.contents import Failed as Broken
from audit.attachments.contents import Skipped as Unread
from audit.attachments.standing import Standing
from audit.auth import NoCredentials, Place
from audit.crawl import Crawl
from audit.errors import ForeignLink
from audit.http import Api, Limits, SystemClock
from audit.run import RunStore
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.filecontents import Files, Reader
from audit.sites.cloud.site import CloudSite, Wanted
from reports.language import language
from rules.model import Finding, Kind, ObjectType
from rules.registry import load
from tests.audit.cloud import KEY, ORIGIN, connected, no_sleep

CONTENTS = Wanted(include=frozenset({"attachment-contents"}))
MEDIA = "https://media.acme-optics.se"


async def as_text(name: str, media_type: str, data: bytes) -> Contents:
    """Read a file as the text that it is."""
    if media_type.startswith("image/"):
        return Unread("a picture")
    if name.endswith(".pdf"):
        return Broken("its reader crashed")
    return Texts((Piece("content", data, Kind.TEXT),), gaps=("a sheet is not read",) if name.endswith(".csv") else ())


@asynccontextmanager
async def files(sandbox: Sandbox, read: Reader = as_text, limit_bytes: int = 1 << 20) -> AsyncIterator[Files]:
    """Return what fetches files of the sandbox without credentials."""
    async with Api(
        Place(ORIGIN, MEDIA, ORIGIN),
        NoCredentials(),
        transport=httpx.ASGITransport(app=sandbox.app),
        clock=SystemClock(),
        sleep=no_sleep,
        random=lambda: 0.5,
        limits=Limits(),
    ) as signed:
        yield Files(signed, read, limit_bytes, lambda: Standing.CALLS)


async def crawled(sandbox: Sandbox, folder: Path, limit_bytes: int = 1 << 20) -> tuple[RunStore, CloudSite]:
    """Crawl the sandbox with what is in its files."""
    store = RunStore(folder / "run.db")
    async with connected(sandbox) as api, files(sandbox, limit_bytes=limit_bytes) as fetched:
        site = CloudSite(api, ORIGIN, CONTENTS, fetched)
        await Crawl(site, store, load(), KEY, lambda _progress: None).run(await site.survey())
    return store, site


def of_files(store: RunStore) -> list[Finding]:
    return [
        finding
        for finding in store.findings()
        if finding.ref.type is ObjectType.ATTACHMENT and finding.path.startswith("content")
    ]


@pytest.mark.anyio
async def test_addresses_in_files_are_findings_of_their_attachments(tmp_path: Path) -> None:
    store, site = await crawled(Sandbox(), tmp_path)
    found = of_files(store)
    assert {finding.rule for finding in found} >= {"email-address"}
    rows = {row.state: row for row in store.coverage({}) if row.object_class == "attachment-content"}
    assert set(rows["current"].failed) == {"its reader crashed", "read in part: a sheet is not read"}
    assert rows["current"].skipped
    assert rows["current"].read > 0
    assert [one.purpose for one in site.hosts()] == ["Confluence REST API", "files of attachments"]


async def as_pictures(_name: str, _media_type: str, _data: bytes) -> Contents:
    """Read a file as a picture without text that names its author."""
    return Texts((Piece("metadata/author", b"Author: Tilda Bergmann", Kind.TEXT),), passed=1)


@pytest.mark.anyio
async def test_files_of_pictures_only_are_not_counted_as_read_and_their_metadata_is_judged(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run.db")
    async with connected(Sandbox()) as api, files(Sandbox(), as_pictures) as fetched:
        site = CloudSite(api, ORIGIN, CONTENTS, fetched)
        await Crawl(site, store, load(), KEY, lambda _progress: None).run(await site.survey())
    row = next(row for row in store.coverage({}) if row.object_class == "attachment-content" and row.skipped)
    assert (row.read, set(row.skipped)) == (0, {"text in pictures: OCR is off"})
    assert any(finding.path == "metadata/author" for finding in store.findings())
    assert "beside text" not in row.note


async def as_text_beside_pictures(_name: str, _media_type: str, _data: bytes) -> Contents:
    """Read a file as a text with pictures in it."""
    return Texts((Piece("content", b"see the picture", Kind.TEXT),), passed=700)


@pytest.mark.anyio
async def test_pictures_beside_text_are_counted_and_the_protections_are_named(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run.db")
    async with connected(Sandbox()) as api, files(Sandbox(), as_text_beside_pictures) as fetched:
        site = CloudSite(api, ORIGIN, CONTENTS, fetched)
        await Crawl(site, store, load(), KEY, lambda _progress: None).run(await site.survey())
    rows = [row for row in store.coverage({}) if row.object_class == "attachment-content"]
    count = sum(row.read for row in rows)
    note = next(row.note for row in rows if row.note)
    assert count > 1
    assert note.endswith(f"; {count * 700:,} pictures or pages beside text were not looked into, as OCR is off")
    for sentence in (
        "text and metadata of the current version of each file that is not in the trash",
        "files are read without a network namespace, which this system does not grant",
        "system calls are filtered: no socket, no program, no writing",
        "time and size are limited, memory is not on this system",
    ):
        assert sentence in note
    assert language("de").known(note) is not None
    store.close()


@pytest.mark.anyio
async def test_no_credentials_go_with_the_request_for_the_signed_address(tmp_path: Path) -> None:
    sandbox = Sandbox()
    await crawled(sandbox, tmp_path)
    signed = [entry for entry in sandbox.log if "/download/signed/" in entry.path]
    assert signed
    assert {entry.caller for entry in signed} == {"none"}


@pytest.mark.anyio
async def test_large_files_are_not_fetched(tmp_path: Path) -> None:
    sandbox = Sandbox()
    store, _ = await crawled(sandbox, tmp_path, limit_bytes=1)
    row = next(row for row in store.coverage({}) if row.object_class == "attachment-content")
    assert (row.read, row.failed) == (0, {})
    assert not [entry for entry in sandbox.log if "/download" in entry.path]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example.net/f?token=1", "http://media.acme-optics.se/f", "ftp://x/y", "//other.example/f"],
)
async def test_files_on_other_hosts_are_not_fetched(address: str) -> None:
    sandbox = Sandbox()

    class Pointing(Api):
        async def download(self, path: str, params: object = None, *, root: bool = False) -> bytes | str:
            return address

    async with files(sandbox) as fetched:
        before = len(sandbox.log)
        site = Pointing(
            Place(ORIGIN, ORIGIN, ORIGIN), NoCredentials(), clock=SystemClock(), sleep=no_sleep, random=lambda: 0.5
        )
        with pytest.raises(ForeignLink):
            await fetched.fetch(site, "1", "att2", 1)
        assert len(sandbox.log) == before


@pytest.mark.anyio
async def test_without_the_option_the_class_is_named_as_not_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run.db")
    sandbox = Sandbox()
    async with connected(sandbox) as api, files(sandbox) as fetched:
        site = CloudSite(api, ORIGIN, Wanted(), fetched)
        survey = await site.survey()
    assert [one.note for one in survey.not_assessed if one.object_class is ObjectType.ATTACHMENT_CONTENT]
    store.close()
