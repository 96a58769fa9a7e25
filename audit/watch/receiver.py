"""The receiver of events: an ASGI application that believes signed requests only and answers before anything is read.

Nothing of an event is kept but ids. What is not signed, or was accepted before, is answered with 401 and counted.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from audit.auth import Secret, origin
from audit.connect.incoming import WINDOW, Claims, Request, digest_of, key_id, lifecycle, replayed, token_of, webhook
from audit.connect.installation import Installation, InstallationStore
from audit.connect.refusals import TokenRefused, WrongIssuer
from audit.errors import ConfigError, SiteError, WorkspaceError
from audit.watch.queue import Full, Job, Queue, Token
from audit.watch.told import EVENTS, Unusable

LARGEST_BYTES: Final = 256 * 1024
BODY_S: Final = 10.0
"""For the body of one request to arrive."""
RETRY_S: Final = 60
DESCRIPTOR: Final = "/atlassian-connect.json"
INSTALLED, UNINSTALLED, EVENT = "/installed", "/uninstalled", "/events/"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Judge = Callable[[str, bytes], Sequence[Job]]
"""(name of an event, its body) -> what waits because of it. Raises `Unusable`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    status: int
    body: bytes = b""
    retry_s: int = 0


class TooLarge(Exception):  # noqa: N818 - says what the body is
    """The body is larger than any event."""


_UNTAKEN: Final[Mapping[type[Exception], tuple[int, str]]] = {
    TooLarge: (413, "too large"),
    TimeoutError: (408, "too slow"),
    Unusable: (400, "unusable"),
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """One app at one site. Used by one thread."""

    base_url: str
    """As the site reaches it, without a slash at its end."""
    site: str
    app_key: str
    queue: Queue
    installed: InstallationStore
    public_key: Callable[[str], Awaitable[bytes]]
    """Id of one of Atlassian's keys -> PEM. Raises `KeyRefused` and `SiteError`."""
    judge: Judge
    now: Callable[[], datetime]
    arrived: Callable[[], None]
    """Called when something waits that did not before."""
    looking_up: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a key is asked for: anybody can name one, and one request at a time is enough for all of them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Anything but HTTP is not answered at all."""
        if scope["type"] != "http":
            return
        answer = await self._answered(scope, receive)
        headers = [(b"content-length", str(len(answer.body)).encode()), (b"cache-control", b"no-store")]
        if answer.body:
            headers.append((b"content-type", b"application/json"))
        if answer.retry_s:
            headers.append((b"retry-after", str(answer.retry_s).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        path, base = str(scope["path"]), urlsplit(self.base_url).path
        here = path.removeprefix(base) if path.startswith(f"{base}/") else ""
        taken = here in {INSTALLED, UNINSTALLED} or here.startswith(EVENT)
        if here == DESCRIPTOR and _reads(scope):
            return Answer(200, descriptor(self.base_url, self.app_key))
        if not taken or scope["method"] != "POST":
            return Answer(405 if taken or here == DESCRIPTOR else 404)
        try:
            return await self._judged(here, scope, receive)
        except (TokenRefused, TooLarge, TimeoutError, Unusable, Full) as error:
            return self._counted(error)
        except (SiteError, WorkspaceError, OSError):
            # No key to verify with, or no disk to keep it on: the site is asked to send it again.
            return Answer(503, retry_s=RETRY_S)

    def _counted(self, error: Exception) -> Answer:
        """Return the answer to a request that nothing is done about, which is counted."""
        match error:
            case TokenRefused():
                self.queue.count("refused", f"refused: {type(error).__name__}")
                return Answer(401)
            case Full():
                self.queue.count("full")
                return Answer(503, retry_s=RETRY_S)
            case _:
                status, name = _UNTAKEN[type(error)]
                self.queue.count(name)
                return Answer(status)

    async def _judged(self, here: str, scope: Scope, receive: Receive) -> Answer:
        token, request = _token(scope), Request("POST", _address(scope), self.base_url)
        if not here.startswith(EVENT):
            return await self._lifecycle(here, token, request, await _body(scope, receive))
        claims = webhook(token, request, self.installed.secret_of, self.now())
        body, event = await _body(scope, receive), here.removeprefix(EVENT)
        if event not in EVENTS:
            self.queue.count("ignored")
            return Answer(202)
        jobs = self.judge(event, body)
        if not self.queue.put(jobs, f"{self.now():%Y-%m-%dT%H:%M:%SZ}", self._accepted(token, claims)):
            raise replayed()
        self.arrived()
        return Answer(202)

    async def _lifecycle(self, here: str, token: str, request: Request, body: bytes) -> Answer:
        """Keep or forget the installation that Atlassian signs for, of our site and no other."""
        told = _object(body)
        client_key = str(told.get("clientKey") or "")
        named = key_id(token)
        async with self.looking_up:
            pem = await self.public_key(named)
        claims = lifecycle(token, request, pem, client_key, self.now())
        known = self.installed.load()
        if known is not None and known.client_key != client_key:
            raise WrongIssuer("the app is installed already, at a site with another client key")
        if here == UNINSTALLED:
            self._once(token, claims)
            self.installed.forget()
            self.queue.count("uninstalled")
            return Answer(204)
        secret = told.get("sharedSecret")
        if not isinstance(secret, str) or not secret or not self._ours(told.get("baseUrl")):
            raise WrongIssuer("it is for another site than the one that is watched, or brings no secret")
        self._once(token, claims)
        self.installed.save(Installation(client_key, Secret(secret)))
        self.queue.count("installed")
        return Answer(204)

    def _ours(self, address: object) -> bool:
        try:
            return isinstance(address, str) and origin(address) == self.site
        except ConfigError:
            return False

    def _once(self, token: str, claims: Claims) -> None:
        if not self.queue.once(self._accepted(token, claims)):
            raise replayed()

    def _accepted(self, token: str, claims: Claims) -> Token:
        return Token(digest_of(token), claims.expires + WINDOW.leeway_s, int(self.now().timestamp()))


def descriptor(base_url: str, app_key: str) -> bytes:
    """Return the descriptor of the app as JSON: every event that is worked on, signed installation, reading only."""
    return json.dumps(
        {
            "key": app_key,
            "name": "confluence-gdpr watch",
            "description": "Has what changed looked at again by confluence-gdpr. It keeps ids only.",
            "baseUrl": base_url,
            "authentication": {"type": "jwt"},
            "lifecycle": {"installed": INSTALLED, "uninstalled": UNINSTALLED},
            "scopes": ["READ"],
            "apiMigrations": {"gdpr": True, "signed-install": True},
            "modules": {"webhooks": [{"event": event, "url": f"{EVENT}{event}"} for event in EVENTS]},
        },
        indent=2,
    ).encode()


def _reads(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"}


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _token(scope: Scope) -> str:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return token_of(_headers(scope), {name: values[0] for name, values in query.items()})


def _address(scope: Scope) -> str:
    """Return path and query as they arrived, which is what the token signs."""
    path = (scope.get("raw_path") or str(scope["path"]).encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Return the body. Raises `TooLarge` as soon as it is known, and `TimeoutError` for one that does not arrive."""
    announced = _headers(scope).get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST_BYTES:
        raise TooLarge
    found = bytearray()
    async with asyncio.timeout(BODY_S):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise TimeoutError
            found += message.get("body", b"")
            if len(found) > LARGEST_BYTES:
                raise TooLarge
            if not message.get("more_body"):
                return bytes(found)


def _object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unusable("its body is no JSON object")
    return found
