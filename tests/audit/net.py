"""A network for tests: a clock that only sleeping moves, scripted answers, and a raw server on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from audit.auth import Auth, Basic, Place, Secret, site_place
from audit.events import Event
from audit.http import Api, Limits

TOKEN = "canary-token-5f1d"
EMAIL = "nora.quill@acme.example"
SITE = "https://acme.atlassian.net"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Handler = Callable[[httpx.Request], httpx.Response]
Step = httpx.Response | Exception


class FakeTime:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class Net:
    """One Api with everything a test wants to look at."""

    api: Api
    time: FakeTime
    events: list[Event]
    requests: list[httpx.Request] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def ok(body: Any, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=body, headers=headers)


def page(results: Sequence[Any], link: str | None = None) -> httpx.Response:
    return ok({"results": list(results), "_links": {"next": link} if link else {}})


def status(code: int, **headers: str) -> httpx.Response:
    return httpx.Response(code, headers={name.replace("_", "-"): value for name, value in headers.items()}, json={})


def body(content: bytes, content_type: str = "application/json", **headers: str) -> httpx.Response:
    return httpx.Response(200, content=content, headers={"content-type": content_type, **headers})


def script(*steps: Step) -> Handler:
    """Return a handler that plays `steps`, the last one for ever."""
    left = list(steps)

    def handle(_request: httpx.Request) -> httpx.Response:
        step = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(step, Exception):
            raise step
        assert isinstance(step.stream, httpx.ByteStream)
        return httpx.Response(step.status_code, headers=step.headers, stream=httpx.ByteStream(b"".join(step.stream)))

    return handle


@asynccontextmanager
async def net(
    handler: Handler | None,
    *,
    place: Place | None = None,
    auth: Auth | None = None,
    limits: Limits | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Net]:
    """Open an Api over scripted answers; without a handler over `transport`, or over the real network."""
    time, events, requests = FakeTime(), list[Event](), list[httpx.Request]()

    def recorded(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        assert handler is not None
        return handler(request)

    async with Api(
        place or site_place(SITE),
        auth or Basic(EMAIL, Secret(TOKEN)),
        transport=httpx.MockTransport(recorded) if handler else transport,
        clock=time,
        sleep=time.sleep,
        random=lambda: 0.5,
        limits=limits or Limits(),
        on_event=events.append,
    ) as api:
        yield Net(api, time, events, requests)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A raw server: it counts connections and requests and says byte for byte what a test wants."""

    origin: str
    heads: list[bytes]
    connections: int = 0


@asynccontextmanager
async def server(*talks: Talk, ssl: Any = None) -> AsyncIterator[Server]:
    """Serve on loopback: request n is answered by talk n, the last one for ever."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running = asyncio.current_task()
        assert running is not None
        tasks.add(running)
        state.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
                )
                state.heads.append(head + await reader.readexactly(length))
                await talks[min(len(state.heads), len(talks)) - 1](reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            tasks.discard(running)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=ssl)
    port = listening.sockets[0].getsockname()[1]
    state = Server(f"{'https' if ssl else 'http'}://127.0.0.1:{port}", [])
    try:
        yield state
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def raw(text: bytes, *, close: bool = False) -> Talk:
    """Return a talk that sends bytes as they are, and may hang up after them."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        if close:
            raise ConnectionResetError

    return talk


def whole(body: Any, status: int = 200, *headers: str) -> Talk:
    """Return a talk that sends one complete JSON answer."""
    data = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(data)}", *headers]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + data)


def reset() -> Talk:
    """Return a talk that cuts the connection instead of answering."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        raise ConnectionResetError

    return talk


def stall(first: bytes = b"") -> Talk:
    """Return a talk that says `first` and then nothing."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.Event().wait()

    return talk


def drip(head: bytes) -> Talk:
    """Return a talk that keeps sending one byte after another and never ends."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    return talk
