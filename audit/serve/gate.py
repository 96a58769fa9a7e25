"""The gate before every page: who may come in, and what each answer forbids a browser to do.

Loopback is shared by all users and by all pages that a browser shows, so being asked on it proves nothing. A request
has to name our own address as its host (a page elsewhere that has its name point here does not), and to carry the
cookie that only the secret address gives. The cookie is bound to a path with a secret of its own, because browsers send
cookies to every port of a host. What is sent to us has to come from our own pages: Origin here, a secret in each form.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.events import Answered, OnEvent
from reports.language import ENGLISH, Language

ENTER: Final = "/enter/"
COOKIE: Final = "confluence-gdpr"
METHODS: Final = ("GET", "HEAD", "POST")
POLICY: Final = (
    "default-src 'none'; style-src 'self'; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages: a stylesheet of ours with its fonts, forms to us, and no script at all."""
REFERRER: Final = "same-origin"
"""Not `no-referrer`: with that a browser sends `Origin: null` with our own forms, and they could not be told apart."""
SAME_FOR_ALL: Final = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What only the person who started the server, and then the browser, may know. 256 bits each."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """In the first address."""
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """In the cookie."""
    form: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """In each form."""
    root: str = field(default_factory=lambda: "/" + secrets.token_urlsafe(12))
    """Path of all pages, and of the cookie."""


def same(given: str, wanted: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


@dataclass(frozen=True, slots=True)
class Gate:
    """An ASGI application that lets requests through to `pages`, which know nothing of secrets but their own path."""

    pages: ASGIApp
    secrets: Secrets
    authority: str
    """Host and port under which we serve: `127.0.0.1:8123`."""
    welcome: Callable[[], Response]
    """What the right token is answered with; the cookie is added here."""
    on_event: OnEvent
    clock_s: Callable[[], float]
    """Monotonic."""
    language: Language = ENGLISH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Anything but HTTP is not answered at all."""
        if scope["type"] != "http":
            return
        began, status = self.clock_s(), 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(SAME_FOR_ALL)
                headers.setdefault("content-security-policy", POLICY)
                headers.setdefault("referrer-policy", REFERRER)
            await send(message)

        answer = self._refusal(scope) or self._entrance(scope)
        try:
            await (answer or self.pages)(scope, receive, guarded)
        finally:
            # The name of the page, never the address: that may hold the token or whatever somebody typed.
            name = getattr(scope.get("endpoint"), "__name__", "none")
            self.on_event(Answered(scope["method"], name, status, int((self.clock_s() - began) * 1000), 1, 0))

    def _refusal(self, scope: Scope) -> Response | None:
        """Return why a request is not answered; None where it is in order as far as anybody may know."""
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self.authority]:
            return _refused(
                421, self.language.say("This is %(authority)s, and nothing else.", authority=self.authority)
            )
        if scope["method"] not in METHODS:
            return _refused(405, self.language.text("Only pages can be read here, and decisions sent."))
        if scope["method"] == "POST" and (
            headers.getlist("origin") != [f"http://{self.authority}"]
            or headers.get("sec-fetch-site", "same-origin") != "same-origin"
        ):
            return _refused(403, self.language.text("Decisions are taken from our own forms only."))
        return None

    def _entrance(self, scope: Scope) -> Response | None:
        """Return the answer to a request that has no session yet; None where it has one."""
        request = Request(scope)
        path = scope["path"]
        if path.startswith(ENTER):
            if scope["method"] == "POST" or not same(path.removeprefix(ENTER), self.secrets.token):
                why = self.language.text("This is not the address that `confluence-gdpr serve` printed.")
                return _refused(403, why)
            answer = self.welcome()
            answer.set_cookie(
                COOKIE, self.secrets.session, path=f"{self.secrets.root}/", httponly=True, samesite="strict"
            )
            return answer
        if not same(request.cookies.get(COOKIE, ""), self.secrets.session):
            why = self.language.text("Open the address that `confluence-gdpr serve` printed when it was started.")
            return _refused(403, why)
        return None


def _refused(status: int, why: str) -> Response:
    return PlainTextResponse(why + "\n", status)
