"""The outermost layer: strips the gateway prefix, lets faults strike, adds quota headers, keeps the log."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from audit.sandbox import mischief
from audit.sandbox.answers import Answer, instead_of, json_answer, recode
from audit.sandbox.faults import Fault, FaultKind, FaultScript, decode, kinds
from audit.sandbox.hooks import Hooks
from audit.sandbox.log import Exchange
from audit.sandbox.serve import reset
from audit.sandbox.state import Json, State

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTROL: Final = "/__sandbox__/"
GATEWAY: Final = re.compile(r"^/ex/(?:confluence(?=/[^/]+/wiki/)|jira(?=/[^/]+/(?:rest|jsm)/))/([^/]+)(/.*)$")
INSTEAD: Final = frozenset(
    {
        FaultKind.STATUS,
        FaultKind.RESET_BEFORE,
        FaultKind.HOLD_BEFORE,
        FaultKind.LOGIN_PAGE,
        FaultKind.REDIRECT,
        FaultKind.GZIP_BOMB,
        FaultKind.HUGE,
        FaultKind.UNAUTHORIZED,
    }
)
"""Faults that answer in place of the site."""
RESHAPING: Final = frozenset(
    {FaultKind.WRONG_SHAPE, FaultKind.FOREIGN_NEXT, FaultKind.REPEATED_NEXT, FaultKind.EMPTY_WITH_NEXT}
)


class Gate:
    """An ASGI application around the site."""

    def __init__(
        self,
        inner: App,
        state: State,
        *,
        cloud_id: str,
        keep_bodies: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dump: Callable[[], Json],
    ) -> None:
        self.inner = inner
        self.state = state
        self.cloud_id = cloud_id
        self.keep_bodies = keep_bodies
        self.sleep = sleep
        self.dump = dump
        self.faults = FaultScript(state)
        self.hooks = Hooks(state)
        self.log: list[Exchange] = []
        self.transports: dict[tuple[str, int], asyncio.Transport] = {}
        """Open connections by the client's address; filled by the loopback server, so that faults can cut them."""
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        body = await _read(receive)
        path = str(scope["path"])
        if path.startswith(CONTROL):
            installed = await self._installed(scope, path, body)
            await _send(send, installed or self._control(str(scope["method"]), path, body))
            return
        gateway = GATEWAY.match(path)
        if gateway:
            path = gateway.group(2) if gateway.group(1) == self.cloud_id else "/unknown-site"
            scope = {**scope, "path": path, "raw_path": path.encode(), "sandbox.gateway": True}
        self._count += 1
        number = self._count
        faults = self.faults.striking(str(scope["method"]), path)
        before = self.hooks.before()
        answer = await self._answer(dict(scope), body, path, faults)
        await self.hooks.tell(before)
        self._quota(answer, scope, number)
        instead = next(
            (
                fault
                for fault in faults
                if fault.kind
                in {FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.HOLD_BEFORE, FaultKind.HOLD_AFTER}
            ),
            None,
        )
        self.log.append(
            self._exchange(number, scope, path, body, answer, faults, cut=instead is not None, gateway=bool(gateway))
        )
        if instead is not None:
            await self._silence(instead, scope, receive)
            return
        await self._deliver(answer, faults, scope, receive, send)

    async def _answer(self, scope: Scope, body: bytes, path: str, faults: tuple[Fault, ...]) -> Answer:
        for fault in faults:
            if fault.kind is not FaultKind.EDIT_AFTER:
                mischief.act(self.state, fault, path)
            if fault.kind is FaultKind.ANONYMOUS:
                scope["sandbox.anonymous"] = True
            if fault.kind is FaultKind.SHORT_PAGE:
                scope["query_string"] = _shorter(scope["query_string"])
        instead = next((fault for fault in faults if fault.kind in INSTEAD), None)
        if instead is not None:
            return instead_of(instead)
        scope["sandbox.index"] = self.faults.index
        answer = await _capture(self.inner, scope, body)
        return self._afterwards(answer, path, scope["query_string"].decode("latin-1"), faults)

    def _afterwards(self, answer: Answer, path: str, query: str, faults: tuple[Fault, ...]) -> Answer:
        for fault in faults:
            if fault.kind is FaultKind.EDIT_AFTER:
                mischief.act(self.state, fault, path)
            elif fault.kind in {FaultKind.STRIP_ON_SAVE, FaultKind.NORMALISE_ON_SAVE} and answer.status < 300:  # noqa: PLR2004
                answer.body = mischief.on_save(self.state, fault, path, answer.body)
            elif fault.kind in RESHAPING:
                answer.body, following = mischief.reshape(fault, answer.body, path, query)
                if following is not None:
                    answer.set("link", f'<{following}>; rel="next"')
            elif fault.kind is FaultKind.STATUS_AFTER:
                answer = instead_of(fault)
            else:
                recode(answer, fault)
        return answer

    def _quota(self, answer: Answer, scope: Scope, number: int) -> None:
        left = 99 - number % 10  # far from the limit: scarcity is a fault and belongs into the script
        reset = self.state.clock() + timedelta(seconds=1)
        for name, value in (
            ("X-RateLimit-Limit", "100"),
            ("X-RateLimit-Remaining", str(left)),
            ("X-RateLimit-Reset", f"{reset:%Y-%m-%dT%H:%MZ}"),
        ):
            if not answer.header(name):
                answer.set(name, value)
        if _scheme(scope) == "bearer":
            answer.set("RateLimit-Policy", '"global-app-quota";q=65000;w=3600')
            answer.set("RateLimit", f'"global-app-quota";r={65000 - number};t=1800')

    async def _silence(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        if fault.kind in {FaultKind.HOLD_BEFORE, FaultKind.HOLD_AFTER}:
            await _until_gone(receive)
            return
        transport = self.transports.get(tuple(scope.get("client") or ("", 0)))
        if transport is None:
            raise ConnectionResetError("the sandbox cut the connection")
        reset(transport)

    async def _deliver(
        self, answer: Answer, faults: tuple[Fault, ...], scope: Scope, receive: Receive, send: Send
    ) -> None:
        by_kind = {fault.kind: fault for fault in faults}
        half = answer.body[: len(answer.body) // 2]
        if FaultKind.CUT_CHUNKED in by_kind:
            await _send(send, Answer(answer.status, answer.headers, half), announce=False)
            return
        if FaultKind.CUT_BODY in by_kind or FaultKind.STALL in by_kind:
            await _start(send, answer, len(answer.body))
            await send({"type": "http.response.body", "body": half, "more_body": True})
            if FaultKind.STALL in by_kind:
                await _until_gone(receive)
            else:
                await self.sleep(0.05)  # lets the half leave before the connection is cut
                await self._silence(by_kind[FaultKind.CUT_BODY], scope, receive)
            return
        if FaultKind.DRIP in by_kind:
            await _start(send, answer, len(answer.body))
            for at in range(len(answer.body)):
                await send(
                    {
                        "type": "http.response.body",
                        "body": answer.body[at : at + 1],
                        "more_body": at + 1 < len(answer.body),
                    }
                )
                await self.sleep(by_kind[FaultKind.DRIP].seconds)
            return
        await _send(send, answer)

    def _exchange(
        self,
        number: int,
        scope: Scope,
        path: str,
        body: bytes,
        answer: Answer,
        faults: tuple[Fault, ...],
        *,
        cut: bool,
        gateway: bool,
    ) -> Exchange:
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        return Exchange(
            number=number,
            method=str(scope["method"]),
            path=path,
            query=tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            status=0 if cut else answer.status,
            request_bytes=len(body),
            response_bytes=0 if cut else len(answer.body),
            caller=_scheme(scope),
            gateway=gateway,
            fault=kinds(faults),
            host=headers.get("host", ""),
            request_type=headers.get("content-type", ""),
            response_type=answer.header("content-type"),
            request_body=body if self.keep_bodies else b"",
            response_body=answer.body if self.keep_bodies else b"",
        )

    async def _installed(self, scope: Scope, path: str, body: bytes) -> Answer | None:
        """Install the app at a receiver of events, whose address is the body; None for any other request."""
        if (scope["method"], path) != ("POST", f"{CONTROL}receiver"):
            return None
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
        return json_answer({"sandbox": True, "status": await self.hooks.install(body.decode(), f"http://{host}")})

    def _control(self, method: str, path: str, body: bytes) -> Answer:
        what = path.removeprefix(CONTROL)
        if (method, what) == ("GET", "log"):
            return json_answer({"sandbox": True, "log": [entry.summary() for entry in self.log]})
        if (method, what) == ("GET", "state"):
            return json_answer({"sandbox": True, "state": self.dump()})
        if what == "faults" and method in {"POST", "DELETE"}:
            if method == "DELETE":
                self.faults.clear()
                return json_answer({"sandbox": True, "faults": 0})
            try:
                faults = decode(json.loads(body))
            except ValueError as error:
                return json_answer({"sandbox": True, "error": str(error)}, 400)
            self.faults.add(*faults)
            return json_answer({"sandbox": True, "faults": len(faults)})
        hint = (
            "This is the sandbox of confluence-gdpr, no Atlassian site."
            " GET log, GET state, POST or DELETE faults, POST receiver."
        )
        return json_answer({"sandbox": True, "error": hint}, 404)


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _capture(inner: App, scope: Scope, body: bytes) -> Answer:
    answer = Answer()
    chunks: list[bytes] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], list(message.get("headers", ()))
        else:
            chunks.append(message.get("body", b""))

    await inner(scope, receive, send)
    answer.body = b"".join(chunks)
    return answer


async def _start(send: Send, answer: Answer, length: int | None) -> None:
    headers = [pair for pair in answer.headers if pair[0].lower() != b"content-length"]
    if length is not None and answer.status != 204:  # noqa: PLR2004 - no content
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _send(send: Send, answer: Answer, *, announce: bool = True) -> None:
    await _start(send, answer, len(answer.body) if announce else None)
    await send({"type": "http.response.body", "body": answer.body})


def _scheme(scope: Scope) -> str:
    value = next((value for key, value in scope["headers"] if key.lower() == b"authorization"), b"none")
    return value.decode("latin-1").partition(" ")[0].lower()


def _shorter(query: bytes) -> bytes:
    pairs = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    limit = int(pairs.get("limit", "25"))
    return urlencode({**pairs, "limit": str(max(1, limit // 3))}).encode()
