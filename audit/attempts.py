"""What one attempt at a request is worth: the part of the network layer that needs no network."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from audit.answers import Answer, Cut, decode, kept
from audit.errors import Ambiguous, BadAnswer, NotAuthenticated
from audit.statuses import SERVER_ERROR, anonymous, error_of, is_redirect, is_success, is_transient

EMPTY_ALLOWED: Final = frozenset({202, 204, 205})
"""Statuses that promise no body."""
SafeMethod = Literal["GET", "HEAD", "OPTIONS"]
BODILESS: Final = frozenset({"HEAD", "OPTIONS"})
"""Methods whose answers hold nothing that is read: their status and headers count."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went to one origin and came back: bodies as they travelled, without headers."""

    requests: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0


def added(first: Mapping[str, Traffic], second: Mapping[str, Traffic]) -> dict[str, Traffic]:
    """Return what was exchanged with each origin, added up."""
    sums = {origin: Counter[str]() for origin in (*first, *second)}
    for each in (first, second):
        for origin, one in each.items():
            sums[origin].update(requests=one.requests, received_bytes=one.received_bytes, sent_bytes=one.sent_bytes)
    return {origin: Traffic(one["requests"], one["received_bytes"], one["sent_bytes"]) for origin, one in sums.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """One attempt that ended with a status."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes

    def __repr__(self) -> str:
        return f"Reply(status={self.status}, body=<{len(self.body)} bytes>)"


@dataclass(frozen=True, slots=True)
class Fault:
    """One attempt that ended without a usable answer."""

    name: str
    sent: bool
    """True when bytes of the request may have reached the site."""
    status: int | None = None


def read_result(
    reply: Reply, where: str, auth_kind: str, *, bodiless: bool = False, file: bool = False
) -> Answer | Fault:
    """Return the answer to a read, or a fault that another attempt may mend.

    Of a `file` it holds the bytes in the place of JSON, or the address that the site names, which nobody asked yet,
    under `location`. Raises the error of a status or of a body that no other attempt would change.
    """
    status, headers = reply.status, kept(reply.headers)
    if is_transient(status):
        return Fault(f"the site answered {status}", sent=True, status=status)
    if file and is_redirect(status) and reply.headers.get("location"):
        return Answer(status, None, {"location": reply.headers["location"]}, where)
    if not is_success(status):
        raise error_of(status, reply.headers, reply.body, where, auth_kind)
    if "AUTHENTICATED_FAILED" in headers.get("x-seraph-loginreason", ""):
        # Atlassian's login filter serves the public part of a site to wrong credentials and says so here only.
        raise anonymous(where, status)
    if file:
        return Answer(status, reply.body, headers, where)
    if bodiless or (status in EMPTY_ALLOWED and not reply.body):
        return Answer(status, None, headers, where)
    try:
        content = decode(reply.body, reply.headers.get("content-type", ""), where, status)
    except Cut as cut:
        return Fault(str(cut), sent=True, status=status)
    return Answer(status, content, headers, where)


def write_result(reply: Reply, method: str, where: str, auth_kind: str) -> Answer:
    """Return the answer to a write that the site carried out.

    Raises the error of a refusal, and `Ambiguous` for every status and body that leaves the outcome open.
    """
    status, headers = reply.status, kept(reply.headers)
    if is_redirect(status) or is_transient(status) or status >= SERVER_ERROR:
        raise Ambiguous.after(where, f"the site answered {status}", status)
    if not is_success(status):
        raise error_of(status, reply.headers, reply.body, where, auth_kind)
    if not reply.body and (method == "DELETE" or status in EMPTY_ALLOWED):
        return Answer(status, None, headers, where)
    try:
        content = decode(reply.body, reply.headers.get("content-type", ""), where, status)
    except (Cut, BadAnswer, NotAuthenticated) as error:
        why = f"the site answered {status} with a body that cannot be used"
        raise Ambiguous.after(where, why, status) from error
    return Answer(status, content, headers, where)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and everything that led to it. Several addresses of one host fail as a group."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from (cause for one in error.exceptions for cause in causes(one))
        error = error.__cause__ or error.__context__


def is_tls(error: BaseException) -> bool:
    """Return whether a handshake failed for good. One that was merely cut is a broken connection like any other."""
    cut = ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError
    return any(isinstance(cause, ssl.SSLError) and not isinstance(cause, cut) for cause in causes(error))
