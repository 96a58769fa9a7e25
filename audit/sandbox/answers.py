"""Whole answers before they are sent, and what faults send in their place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from audit.sandbox.faults import Fault, FaultKind

Headers = list[tuple[bytes, bytes]]
LOGIN: Final = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Log in to continue</form></body></html>"
)


@dataclass(slots=True)
class Answer:
    """A whole answer, before it is sent."""

    status: int = 200
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's value; empty when absent."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")

    def set(self, name: str, value: str) -> None:
        """Replace a header."""
        wanted = name.lower().encode()
        self.headers = [pair for pair in self.headers if pair[0].lower() != wanted]
        self.headers.append((wanted, value.encode("latin-1", "replace")))


def json_answer(body: Mapping[str, object], status: int = 200) -> Answer:
    """Return a JSON answer."""
    return Answer(status, [(b"content-type", b"application/json")], json.dumps(body, ensure_ascii=False).encode())


def recode(answer: Answer, fault: Fault) -> None:
    """Spoil the encoding or the media type of an answer, where the fault says so."""
    if fault.kind is FaultKind.WRONG_TYPE:
        answer.set("content-type", fault.body or "text/plain")
    elif fault.kind is FaultKind.BOM:
        answer.body = b"\xef\xbb\xbf" + answer.body
    elif fault.kind is FaultKind.UTF16:
        answer.body = answer.body.decode().encode("utf-16")


def instead_of(fault: Fault) -> Answer:
    """Return what a fault answers in place of the site."""
    if fault.kind is FaultKind.LOGIN_PAGE:
        return Answer(200, [(b"content-type", b"text/html;charset=UTF-8")], LOGIN)
    if fault.kind is FaultKind.REDIRECT:
        return Answer(302, [(b"location", fault.link.encode())])
    if fault.kind is FaultKind.UNAUTHORIZED:
        return json_answer({"code": 401, "message": "Unauthorized"}, 401)
    if fault.kind in {FaultKind.GZIP_BOMB, FaultKind.HUGE}:
        body = b'{"results": [' + b" " * fault.size + b'], "_links": {}}'
        answer = Answer(200, [(b"content-type", b"application/json")], body)
        if fault.kind is FaultKind.GZIP_BOMB:
            answer.body = gzip.compress(body)
            answer.set("content-encoding", "gzip")
        return answer
    answer = json_answer({"message": f"fault {fault.status}", "statusCode": fault.status}, fault.status)
    if fault.body:
        answer.body = fault.body.encode()
        answer.set("content-type", "application/json" if fault.body.startswith("{") else "text/html")
    for name, value in fault.headers:
        answer.set(name, value)
    return answer
