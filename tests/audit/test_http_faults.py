"""Faults that need a real connection: a raw server on loopback, and a second one that must stay untouched."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme

from audit.answers import Body
from audit.auth import site_place
from audit.errors import Ambiguous, BadAnswer, ConfigError, ForeignLink, RedirectRefused, TlsError, Unreachable
from audit.http import Limits, network
from tests.audit.net import drip, net, raw, reset, server, stall, whole

pytestmark = pytest.mark.anyio

QUICK = Limits(attempts=2, stall_timeout_s=0.2, deadline_s=0.5, connect_timeout_s=2.0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def chunked(data: bytes) -> bytes:
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


LONGER = HEAD + b'Content-Length: 500\r\n\r\n{"results": ['
CUT = raw(LONGER, close=True)


@pytest.mark.parametrize(
    "talk",
    [
        CUT,
        raw(chunked(b'{"results": [{"id": "1"')),
        raw(
            chunked(gzip.compress(b'{"results": []}')[:-6]).replace(
                b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1
            )
        ),
        raw(chunked(b"no gzip at all").replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1)),
        raw(b"garbage\r\n\r\n", close=True),
        reset(),
        stall(),
        stall(LONGER),
        drip(HEAD + b"Content-Length: 100000\r\n\r\n"),
    ],
    ids=["longer-length", "chunked-json", "cut-gzip", "no-gzip", "no-http", "reset", "silent", "stall", "drip"],
)
async def test_a_read_survives_a_broken_answer_and_a_write_is_not_repeated(talk: object) -> None:
    async with (
        server(talk, whole({"results": [{"id": "1"}]})) as first,  # type: ignore[arg-type] # each is a talk
        net(None, place=site_place(first.origin), limits=QUICK) as one,
    ):
        assert [found.results[0]["id"] async for found in one.api.pages("/api/v2/pages")] == ["1"]
        assert len(first.heads) == 2
    async with (
        server(talk) as second,  # type: ignore[arg-type] # each is a talk
        net(None, place=site_place(second.origin), limits=QUICK) as two,
    ):
        with pytest.raises(Ambiguous):
            await two.api.write("PUT", "/api/v2/pages/1", {"a": 1})
        assert len(second.heads) == 1
        assert second.heads[0].endswith(b'{"a":1}')


async def test_a_connection_that_was_closed_while_idle_costs_a_read_nothing() -> None:
    async with (
        server(raw(HEAD + b"Content-Length: 2\r\n\r\n{}", close=True)) as site,
        net(None, place=site_place(site.origin), limits=QUICK) as one,
    ):
        for _ in range(3):
            assert (await one.api.get("/api/v2/pages")).json == {}
        assert site.connections == 3


async def test_at_most_ten_connections_are_opened() -> None:
    async with server(whole({})) as site, net(None, place=site_place(site.origin)) as one:
        await asyncio.gather(*(one.api.get(f"/api/v2/pages/{number}") for number in range(60)))
        assert len(site.heads) == 60
        assert site.connections <= 10


async def test_neither_a_redirect_nor_a_foreign_link_reaches_a_second_host() -> None:
    async with server(whole({"results": []})) as other:
        port = other.origin.rpartition(":")[2]
        links = [
            f"{other.origin}/wiki/api/v2/pages",
            f"//127.0.0.1:{port}/wiki/api/v2/pages",
            f"http://localhost:{port}/x",
        ]
        for link in links:
            async with (
                server(whole({"results": [], "_links": {"next": link}})) as site,
                net(None, place=site_place(site.origin)) as one,
            ):
                with pytest.raises(ForeignLink):
                    _ = [found async for found in one.api.pages("/api/v2/pages")]
                assert set(one.api.traffic) == {site.origin}
        async with (
            server(whole({}, 302, f"Location: {links[0]}")) as site,
            net(None, place=site_place(site.origin)) as one,
        ):
            with pytest.raises(RedirectRefused):
                await one.api.get("/api/v2/pages")
            with pytest.raises(Ambiguous):
                await one.api.write("PUT", "/api/v2/pages/1", {})
        assert (other.connections, other.heads) == (0, [])


async def test_proxy_variables_and_netrc_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login canary password canary")
    async with server(whole({})) as other, server(whole({})) as site:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, other.origin)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        async with net(None, place=site_place(site.origin)) as one:
            await one.api.get("/api/v2/pages")
        assert other.connections == 0
        assert site.heads[0].lower().count(b"authorization:") == 1


async def test_a_proxy_is_used_when_the_configuration_names_it() -> None:
    async with server(whole({})) as proxy:
        transport = network(QUICK, proxy=proxy.origin)
        async with net(None, place=site_place("http://localhost:9"), transport=transport, limits=QUICK) as one:
            await one.api.get("/api/v2/pages")
        assert proxy.heads[0].startswith(b"GET http://localhost:9/wiki/api/v2/pages ")


@pytest.mark.parametrize(
    "settings", [{"ca_file": "missing.pem"}, {"ca_file": "text.pem"}, {"proxy": "canary://user:pw@x"}]
)
async def test_network_settings_that_cannot_be_used_are_named_but_not_repeated(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    (tmp_path / "text.pem").write_text("no certificate")
    ca_file = tmp_path / settings["ca_file"] if "ca_file" in settings else None
    with pytest.raises(ConfigError) as caught:
        network(QUICK, ca_file=ca_file, proxy=settings.get("proxy"))
    assert "canary" not in repr(caught.value)


async def test_an_unknown_host_and_a_closed_port_are_named() -> None:
    for origin, words in (("https://nobody.invalid", "not known"), ("http://127.0.0.1:9", "refuses")):
        async with net(None, place=site_place(origin), limits=QUICK) as one:
            with pytest.raises(Unreachable, match=words):
                await one.api.get("/api/v2/pages")
            with pytest.raises(Unreachable, match="nothing was sent"):
                await one.api.write("PUT", "/api/v2/pages/1", {})


# --- size ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compressed", [True, False])
async def test_an_answer_beyond_the_limit_is_refused_before_it_unfolds(compressed: bool) -> None:
    small = Limits(answer_bytes=1_000_000)
    data = b" " * 50_000_000
    if compressed:
        data, extra = gzip.compress(data), b"Content-Encoding: gzip\r\n"
    else:
        extra = b""
    head = HEAD + extra + b"Content-Length: %d\r\n\r\n" % len(data)
    async with server(raw(head + data)) as site, net(None, place=site_place(site.origin), limits=small) as one:
        with pytest.raises(BadAnswer, match="larger than 1000000"):
            await one.api.get("/api/v2/pages")
        with pytest.raises(Ambiguous):
            await one.api.write("POST", "/api/v2/pages", {})
        assert len(site.heads) == 2
        assert one.api.traffic[site.origin].received_bytes < 5_000_000


async def test_a_bomb_is_unfolded_in_steps_that_stay_near_the_limit() -> None:
    bomb = zlib.compress(b"", wbits=31)
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(200)), packer.flush()])

    async def stream() -> object:
        yield bomb

    body = Body("gzip", 1_000_000, "GET /x")
    with pytest.raises(BadAnswer):
        await body.read(stream())  # type: ignore[arg-type] # a generator of bytes
    assert sum(map(len, body._chunks)) <= 1_000_000


# --- TLS ----------------------------------------------------------------------------------------------------------


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("fault", ["unknown authority", "wrong host", "expired"])
async def test_a_certificate_that_is_not_valid_is_refused_once_and_for_all(
    authority: trustme.CA, tmp_path: Path, fault: str
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    leaf = authority.issue_cert(
        "wrong.example" if fault == "wrong host" else "127.0.0.1",
        not_after=yesterday if fault == "expired" else None,
    )
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    transport = network(QUICK, ca_file=None if fault == "unknown authority" else tmp_path / "ca.pem")
    async with (
        server(whole({}), ssl=serving(leaf)) as site,
        net(None, place=site_place(site.origin), transport=transport, limits=QUICK) as one,
    ):
        with pytest.raises(TlsError, match="ca_file"):
            await one.api.get("/api/v2/pages")
        with pytest.raises(TlsError):
            await one.api.write("PUT", "/api/v2/pages/1", {})
        assert site.heads == []
        assert one.time.slept == []


async def test_a_named_authority_is_trusted(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    transport = network(QUICK, ca_file=tmp_path / "ca.pem")
    async with (
        server(whole({"a": 1}), ssl=serving(authority.issue_cert("127.0.0.1"))) as site,
        net(None, place=site_place(site.origin), transport=transport, limits=QUICK) as one,
    ):
        assert (await one.api.get("/api/v2/pages")).json == {"a": 1}


async def test_certificates_named_by_the_environment_are_not_trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(tmp_path / "ca.pem"))
    async with (
        server(whole({}), ssl=serving(authority.issue_cert("127.0.0.1"))) as site,
        net(None, place=site_place(site.origin), transport=network(QUICK), limits=QUICK) as one,
    ):
        with pytest.raises(TlsError):
            await one.api.get("/api/v2/pages")


@pytest.mark.parametrize(
    ("said", "attempts", "final"),
    [(b"\x15\x03\x01\x00\x02\x02\x46", 1, True), (b"", QUICK.attempts, False)],
    ids=["only an old protocol", "cut"],
)
async def test_a_protocol_too_old_is_final_and_a_handshake_that_was_cut_is_tried_again(
    said: bytes, attempts: int, final: bool
) -> None:
    seen = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        await reader.read(16_384)
        writer.write(said)
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, net(None, place=site_place(f"https://127.0.0.1:{port}"), limits=QUICK) as one:
        with pytest.raises(Unreachable) as caught:
            await one.api.get("/api/v2/pages")
    assert isinstance(caught.value, TlsError) == final
    assert seen == attempts


async def test_a_transport_that_is_not_asynchronous_is_a_mistake_of_the_caller() -> None:
    class Blocking(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = httpx.Response(200)
            response.stream = httpx.SyncByteStream()
            response.aclose = self.aclose  # type: ignore[method-assign] # it would refuse the stream before we do
            return response

    async with net(None, transport=Blocking()) as one:
        with pytest.raises(TypeError):
            await one.api.get("/api/v2/pages")
