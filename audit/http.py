"""The only way out to the network: one site, retried reads, writes in a single attempt, bounded answers.

httpx is used as a transport and no more. Its client, which follows redirects, keeps cookies and reads netrc and
proxy variables, is left out, so that none of that has to be switched off. Requests go to `Place.api_base` and
`Place.root_base`; there is no way to name another host.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from audit.answers import Answer, Body, Cut, Page, encode
from audit.attempts import BODILESS, Fault, Reply, SafeMethod, Traffic, added, causes, is_tls, read_result, write_result
from audit.auth import Auth, Place
from audit.cloudid import cloud_id
from audit.errors import Ambiguous, BadAnswer, ConfigError
from audit.events import Answered, Faulted, OnEvent, ignore
from audit.handshakes import followed
from audit.pacing import Clock, Limits, Pace, Sleep, SystemClock
from audit.paging import NO_PARAMS, Chain, Params, check_path, template
from audit.statuses import TOO_MANY, is_success, is_transient, tls_refused
from audit.uploads import Upload
from audit.version import tool_version

__all__ = ["Answer", "Api", "Limits", "Page", "SystemClock", "Traffic", "Transport", "cloud_id", "network"]

Transport = Callable[[], httpx.AsyncBaseTransport]
"""Returns a new network below one connection."""

SURELY_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Faults before the first byte of a request can have left."""
ERROR_BODY_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, as often as it is attempted."""

    method: str
    url: httpx.URL = field(repr=False)
    path: str
    """As it may be logged."""
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    upload: Upload | None = field(default=None, repr=False)
    """Streamed in the place of `body`."""
    file: bool = False
    """The answer is a file, or the address of one, rather than JSON."""

    @property
    def where(self) -> str:
        return f"{self.method} {self.path}"


def network(limits: Limits, *, ca_file: Path | None = None, proxy: str | None = None) -> httpx.AsyncBaseTransport:
    """Return the real network: TLS 1.2 or newer, certificates verified, nothing taken from the environment.

    Raises `ConfigError` when the CA file or the proxy cannot be used.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if ca_file is not None:
            context.load_verify_locations(cafile=ca_file)
        return httpx.AsyncHTTPTransport(
            verify=context,
            trust_env=False,
            proxy=proxy,
            limits=httpx.Limits(max_connections=limits.connections, max_keepalive_connections=limits.connections),
        )
    except (OSError, ValueError, httpx.InvalidURL) as error:
        reason = type(error).__name__
    # Raised here and not above: the message of the original repeats the proxy, which may hold a password.
    raise ConfigError(
        what="The network settings cannot be used",
        where="ca_file or proxy",
        why=f"the system said {reason}",
        fix="ca_file names a PEM file with certificates, proxy an address like http://proxy.example:3128.",
    )


class Api:
    """One site as this run sees it. Use it as an asynchronous context manager; it serves many tasks at once."""

    def __init__(
        self,
        place: Place,
        auth: Auth,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock,
        sleep: Sleep,
        random: Callable[[], float],
        limits: Limits | None = None,
        on_event: OnEvent = ignore,
    ) -> None:
        self.place = place
        self.auth = auth
        self._limits = limits or Limits()
        self._given = transport
        self._transport: httpx.AsyncBaseTransport | None = None
        self._clock = clock
        self._on_event = on_event
        self._pace = Pace(self._limits, clock, sleep, random, on_event)
        self._slots = asyncio.Semaphore(self._limits.connections)
        self._traffic: dict[str, Traffic] = {}
        self._agent = f"confluence-gdpr/{tool_version()}"

    async def __aenter__(self) -> Self:
        self._transport = self._given or network(self._limits)
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if self._transport is not None:
            await self._transport.__aexit__(kind, error, trace)
            self._transport = None
            # Connections that were cancelled while they were made are closed in the next turn of the loop.
            await asyncio.sleep(0)

    @property
    def traffic(self) -> Mapping[str, Traffic]:
        """Return what was exchanged so far with each origin."""
        return dict(self._traffic)

    def follows(self, other: Api) -> None:
        """Count what `other` exchanged, which was opened to find this place."""
        self._traffic = added(self._traffic, other._traffic)

    async def get(self, path: str, params: Params = NO_PARAMS, *, method: SafeMethod = "GET") -> Answer:
        """Return the answer to a GET below the base of the API (`/api/v2/...`, `/rest/api/...`).

        Retried on 429, 5xx, cut bodies and broken connections; raises a `SiteError` when that does not help.
        """
        return await self._read(self._call(method, self.place.api_base, path, params))

    async def get_root(self, path: str, params: Params = NO_PARAMS, *, method: SafeMethod = "GET") -> Answer:
        """Return the answer to a GET outside Confluence's own base, for example `/rest/api/3/myself` of Jira."""
        return await self._read(self._call(method, self.place.root_base, path, params))

    async def post_read(self, path: str, json: object, params: Params = NO_PARAMS) -> Answer:
        """Return the answer to a POST that changes nothing (`users-bulk`). Retried like a GET."""
        return await self._read(self._call("POST", self.place.api_base, path, params, body=encode(json)))

    async def post_root_read(self, path: str, json: object, params: Params = NO_PARAMS) -> Answer:
        """Return the answer to a POST outside Confluence's own base that changes nothing. Retried like a GET."""
        return await self._read(self._call("POST", self.place.root_base, path, params, body=encode(json)))

    async def download(self, path: str, params: Params = NO_PARAMS, *, root: bool = False) -> bytes | str:
        """Return a file, or the address at which the site says that it lies: what is there, another connection asks.

        Retried like a GET. `root`: the path stands below `Place.root_base`.
        """
        base = self.place.root_base if root else self.place.api_base
        call = self._call("GET", base, path, params, headers={"Accept": "*/*"})
        answer = await self._read(replace(call, file=True))
        return answer.json if isinstance(answer.json, bytes) else answer.headers["location"]

    async def pages(
        self, path: str, params: Params = NO_PARAMS, *, resume_from: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield a listing part by part, following `next` only, from its start or from `Page.next` of an earlier run.

        Raises `ForeignLink` for a link that leaves the site, `LoopingLink` when links or results repeat, `BadAnswer`
        for another shape, and what `get` raises.
        """
        chain = Chain(self.place, path, params, resume_from=resume_from, empty_limit=self._limits.empty_pages)
        while True:
            page = chain.step(await self.get(chain.here, chain.params))
            yield page
            if page.next is None:
                return

    async def write(
        self,
        method: str,
        path: str,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        params: Params = NO_PARAMS,
    ) -> Answer:
        """Return the answer to a write. It is sent once; only what was surely not processed is sent again.

        That is: no connection could be made, or the site answered 429. Raises `Conflict` (409), `Rejected` and the
        other 4xx errors when the site refused it, and `Ambiguous` for everything that leaves the outcome open: a
        time-out, a cut connection, a redirect, 408, 5xx, or a 2xx whose body does not arrive whole.
        """
        body = None if json is None else encode(json)
        return await self._write(self._call(method, self.place.api_base, path, params, body=body, headers=headers))

    async def write_root(self, method: str, path: str, json: object) -> Answer:
        """Return the answer to a write outside Confluence's own base, to an issue for example, as `write` does."""
        return await self._write(self._call(method, self.place.root_base, path, NO_PARAMS, body=encode(json)))

    async def upload(
        self, method: str, path: str, upload: Upload, headers: Mapping[str, str], params: Params = NO_PARAMS
    ) -> Answer:
        """Return the answer to an upload that is streamed from the disk; raises what `write` does.

        It may take any time, as long as each piece of it is taken within `Limits.stall_timeout_s`; the answer to the
        whole of it has `Limits.deadline_s`.
        """
        call = self._call(method, self.place.api_base, path, params, headers=headers)
        return await self._write(replace(call, upload=upload))

    async def _write(self, call: _Call) -> Answer:
        for attempt in range(1, self._limits.attempts + 1):
            try:
                outcome = await self._exchange(call, attempt)
            except BadAnswer as error:
                raise Ambiguous.after(call.where, "the answer cannot be used") from error
            if isinstance(outcome, Fault):
                if outcome.sent:
                    raise Ambiguous.after(call.where, outcome.name)
                await self._pace.back_off(attempt)
            elif outcome.status == TOO_MANY:
                self._pace.hold(outcome.status, outcome.headers, call.where, attempt)
            else:
                self._pace.written(outcome.status, outcome.headers, call.where)
                return write_result(outcome, call.method, call.where, self.auth.kind)
        raise self._pace.give_up(call.where, "no connection could be made, so nothing was sent", None)

    async def _read(self, call: _Call) -> Answer:
        fault = Fault("no attempt was made", sent=False)
        for attempt in range(1, self._limits.attempts + 1):
            judged = self._judge(await self._exchange(call, attempt), call, attempt)
            if isinstance(judged, Answer):
                self._pace.well()
                return judged
            if judged is not None:
                fault = judged
                if not fault.sent and self._pace.hopeless(attempt):
                    raise self._pace.give_up(call.where, fault.name, None, attempt)
                await self._pace.back_off(attempt)
        raise self._pace.give_up(call.where, fault.name, fault.status)

    def _judge(self, outcome: Reply | Fault, call: _Call, attempt: int) -> Answer | Fault | None:
        """Return what one attempt to read is worth, None when all requests are held back now.

        Raises the error of a status that no other attempt would change.
        """
        if isinstance(outcome, Fault):
            return outcome
        status = outcome.status
        if status == TOO_MANY or (is_transient(status) and "retry-after" in outcome.headers):
            self._pace.hold(status, outcome.headers, call.where, attempt)
            return None
        if not is_success(status) and not is_transient(status):
            self._pace.well()
        bodiless = call.method in BODILESS
        result = read_result(outcome, call.where, self.auth.kind, bodiless=bodiless, file=call.file)
        if isinstance(result, Fault) and is_success(status):
            self._on_event(Faulted(call.method, call.path, result.name, 0, attempt))
        return result

    async def _exchange(self, call: _Call, attempt: int) -> Reply | Fault:
        """Return what became of one attempt. Raises `TlsError`, and `Unreachable` once the breaker is open."""
        if self._transport is None:
            raise RuntimeError("Api is used outside `async with`")
        async with self._slots:
            await self._pace.ready(call.where)
            started_s = self._clock.monotonic()
            outcome = await self._send(self._transport, call)
            ms = round((self._clock.monotonic() - started_s) * 1000)
        if isinstance(outcome, Fault):
            self._on_event(Faulted(call.method, call.path, outcome.name, ms, attempt))
        else:
            self._pace.meet()
            self._on_event(Answered(call.method, call.path, outcome.status, ms, attempt, len(outcome.body)))
            self._pace.heed(outcome.headers)
        return outcome

    async def _send(self, transport: httpx.AsyncBaseTransport, call: _Call) -> Reply | Fault:
        request = self._request(call)
        body: Body | None = None
        try:
            async with asyncio.timeout(None if call.upload else self._limits.deadline_s):
                response = await transport.handle_async_request(request)
                try:
                    success = is_success(response.status_code)
                    limit = self._limits.answer_bytes if success else ERROR_BODY_BYTES
                    encoding = response.headers.get("content-encoding", "").strip().lower()
                    body = Body(encoding, limit, call.where)
                    content = await _read_body(response, body, lenient=not success)
                finally:
                    await response.aclose()
        except TimeoutError:
            return Fault("the answer did not arrive in time", sent=True)
        except Cut as error:
            return Fault(str(error), sent=True)
        except httpx.TransportError as error:
            if isinstance(error, httpx.ConnectError) and is_tls(error):
                raise tls_refused(call.where) from None
            return Fault(_fault_name(error), sent=not isinstance(error, SURELY_NOT_SENT))
        finally:
            sent_bytes = call.upload.sent_bytes if call.upload else len(request.content)
            self._count(request, sent_bytes, 0 if body is None else body.received_bytes)
        return Reply(response.status_code, {name.lower(): text for name, text in response.headers.items()}, content)

    def _request(self, call: _Call) -> httpx.Request:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": self._agent}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.upload is not None:
            size = str(call.upload.size_bytes)
            headers |= {"Content-Type": call.upload.content_type, "Content-Length": size}
        headers |= call.headers
        headers |= self.auth.headers(call.method, str(call.url), self._clock.now())
        stall_s = self._limits.stall_timeout_s
        read_s = self._limits.deadline_s if call.upload else stall_s
        timeout = {"connect": self._limits.connect_timeout_s, "read": read_s, "write": stall_s, "pool": stall_s}
        content = call.upload.chunks() if call.upload else call.body
        return httpx.Request(call.method, call.url, headers=headers, content=content, extensions=followed(timeout))

    def _count(self, request: httpx.Request, sent_bytes: int, received_bytes: int) -> None:
        origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        past = self._traffic.get(origin, Traffic())
        self._traffic[origin] = replace(
            past,
            requests=past.requests + 1,
            received_bytes=past.received_bytes + received_bytes,
            sent_bytes=past.sent_bytes + sent_bytes,
        )

    def _call(
        self,
        method: str,
        base: str,
        path: str,
        params: Params,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Call:
        pairs: list[tuple[str, str | int | float | bool | None]] = [
            (name, value) for name, given in params.items() for value in ([given] if isinstance(given, str) else given)
        ]
        url = httpx.URL(base + check_path(path))
        if pairs:
            url = url.copy_merge_params(httpx.QueryParams(pairs))
        return _Call(method, url, template(path), body, headers or {})


async def _read_body(response: httpx.Response, body: Body, *, lenient: bool) -> bytes:
    """Return the body of a response. Of an error page only a hint is wanted: what is wrong with it does not matter."""
    if not isinstance(response.stream, httpx.AsyncByteStream):
        raise TypeError("the transport is not asynchronous")
    try:
        return await body.read(response.stream)
    except (BadAnswer, Cut):
        if lenient:
            return b""
        raise


def _fault_name(error: httpx.TransportError) -> str:
    """Return what went wrong, in words of ours: those of the error may repeat what the other side sent."""
    for cause in causes(error):
        match cause:
            case socket.gaierror():
                return "the name of the host is not known"
            case ConnectionRefusedError():
                return "the host refuses connections on that port"
    return _FAULTS.get(type(error), "the connection broke")


_FAULTS: Final[Mapping[type[httpx.TransportError], str]] = {
    httpx.ConnectError: "no connection could be made",
    httpx.ConnectTimeout: "no connection could be made in time",
    httpx.ReadTimeout: "the site fell silent in the middle of an answer",
    httpx.WriteTimeout: "the site stopped taking the request",
    httpx.ProxyError: "the proxy refused",
    httpx.RemoteProtocolError: "the answer was cut or is not HTTP",
}
