"""Uploads: streamed from the disk in one request, broken off by silence only, never sent twice blindly."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from audit.auth import NoCredentials, Place
from audit.errors import Ambiguous, Rejected, Throttled, UsageError
from audit.http import Limits
from audit.uploads import PIECE_BYTES, LocalFile, Multipart, local_file, media_type, quoted
from tests.audit.net import Net, Talk, net, ok, reset, script, server, stall, status, whole

pytestmark = pytest.mark.anyio
PATH = "/rest/api/content/1/child/attachment"


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    path = tmp_path / "a b.html"
    path.write_bytes(b"<title>" + b"x" * 3 * PIECE_BYTES + b"</title>")
    return local_file(path)


def parsed(content_type: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """Return name -> (file name, contents) as another implementation reads a multipart body."""
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: dict[str, tuple[str | None, bytes]] = {}
    for part in message.walk():
        if not part.is_multipart():
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            parts[str(name)] = (part.get_filename(), payload)
    return parts


def real(origin: str, *, deadline_s: float = 5, stall_timeout_s: float = 5) -> AbstractAsyncContextManager[Net]:
    """Return an Api over a real connection."""
    limits = Limits(attempts=2, deadline_s=deadline_s, stall_timeout_s=stall_timeout_s)
    return net(None, place=Place(origin, origin, origin), auth=NoCredentials(), limits=limits)


@asynccontextmanager
async def peer(talk: Talk) -> AsyncIterator[str]:
    """Serve connections that are answered while their bytes are still coming; yield the origin."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0, limit=1024) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def send(one: Net, upload: Multipart) -> None:
    await one.api.upload("PUT", PATH, upload, {"X-Atlassian-Token": "no-check"})


async def test_the_body_is_a_multipart_form_of_exactly_the_announced_length(file: LocalFile) -> None:
    upload = Multipart(file, {"comment": "Größe"})
    async with net(script(ok({}))) as one:
        await send(one, upload)
        (traffic,) = one.api.traffic.values()
    body = b"".join([piece async for piece in upload.chunks()])
    assert len(body) == upload.size_bytes == upload.sent_bytes == traffic.sent_bytes
    request = one.requests[0]
    assert request.headers["content-length"] == str(len(body))
    assert "transfer-encoding" not in request.headers
    assert request.headers["x-atlassian-token"] == "no-check"
    fields = parsed(request.headers["content-type"], body)
    assert fields["comment"] == (None, "Größe".encode())
    assert fields["file"] == ("a b.html", file.path.read_bytes())


async def test_the_bytes_arrive_whole_over_a_real_connection(file: LocalFile) -> None:
    upload = Multipart(file)
    async with server(whole({"ok": True})) as site, real(site.origin) as one:
        await send(one, upload)
    assert site.heads[0].endswith(file.path.read_bytes() + f"\r\n--{upload.boundary}--\r\n".encode())


async def test_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:
        stream.truncate(64 * 1024 * 1024)
    upload = Multipart(local_file(path))
    tracemalloc.start()
    total = 0
    async for piece in upload.chunks():
        total += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == upload.size_bytes
    assert peak < 20 * PIECE_BYTES


async def test_an_upload_may_take_longer_than_any_other_request(file: LocalFile) -> None:
    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await whole({})(_reader, writer)

    async with server(slow) as site, real(site.origin, deadline_s=0.4, stall_timeout_s=0.2) as one:
        await send(one, Multipart(file))
    assert len(site.heads) == 1


async def test_a_peer_that_stops_taking_bytes_ends_the_upload(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as stream:
        stream.truncate(32 * 1024 * 1024)

    done = asyncio.Event()

    async def deaf(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await done.wait()

    upload = Multipart(local_file(path))
    async with peer(deaf) as origin, real(origin, stall_timeout_s=0.2) as one:
        with pytest.raises(Ambiguous, match="stopped taking"):
            await send(one, upload)
        done.set()
    assert 0 < upload.sent_bytes < upload.size_bytes


@pytest.mark.parametrize("talk", [reset(), stall()])
async def test_a_cut_upload_is_ambiguous_and_sent_once(file: LocalFile, talk: Talk) -> None:
    async with server(talk) as site, real(site.origin, deadline_s=0.2) as one:
        with pytest.raises(Ambiguous):
            await send(one, Multipart(file))
    assert len(site.heads) == 1


async def test_a_refusal_before_the_end_of_the_body_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"x" * 300_000)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        while await reader.read(65536):
            pass

    async with peer(refuse) as origin, real(origin) as one:
        with pytest.raises(Rejected) as caught:
            await send(one, Multipart(local_file(path)))
    assert caught.value.status == 413


async def test_a_site_that_asks_to_wait_gets_the_whole_body_again(file: LocalFile) -> None:
    upload = Multipart(file)
    async with net(script(status(429, retry_after="9"), ok({}))) as one:
        await send(one, upload)
    assert (len(one.requests), upload.sent_bytes) == (2, upload.size_bytes)
    assert one.time.slept
    async with net(script(status(429, retry_after="9999"))) as two:
        with pytest.raises(Throttled):
            await send(two, upload)


async def test_a_redirected_upload_goes_nowhere(file: LocalFile) -> None:
    async with net(script(status(307, location="https://evil.example/take"))) as one:
        with pytest.raises(Ambiguous):
            await send(one, Multipart(file))
    assert [httpx.URL(url).host for url in one.urls] == ["acme.atlassian.net"]


@pytest.mark.parametrize("change", ["shorter", "longer", "other"])
async def test_a_file_that_changed_is_broken_off_before_its_end(file: LocalFile, change: str) -> None:
    data = file.path.read_bytes()
    file.path.write_bytes({"shorter": data[:-1], "longer": data + b"!", "other": b"?" + data[1:]}[change])
    upload = Multipart(file)
    with pytest.raises(UsageError, match="changed while it was sent"):
        _ = [piece async for piece in upload.chunks()]
    assert upload.sent_bytes < upload.size_bytes


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_text("x")
    for name, why in (("link", "symbolic link"), (".", "a folder"), ("nothing", "No such file")):
        with pytest.raises(UsageError, match=why):
            local_file(tmp_path / name)
    with pytest.raises(UsageError, match="no plain file"):
        local_file(Path("/dev/null"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.html", "text/html"),
        ("a.PDF", "application/pdf"),
        ("a.md", "text/markdown"),
        ("a.sarif", "application/sarif+json"),
        ("bag.zip", "application/zip"),
        ("a.tar.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_type_of_a_file_comes_from_its_name(name: str, found: str) -> None:
    assert media_type(name) == found


def test_a_name_cannot_end_its_header() -> None:
    assert quoted('a"\r\nX-Evil: 1') == "a%22%0D%0AX-Evil: 1"
