"""What a handler gets and gives: a decoded request, an answer, and refusals with the vendor's error bodies.

The error bodies follow what public bug reports show: v2 answers `{"errors": [...]}`, v1 answers `statusCode`, `data`
and `message` with a Java exception in it, the edge answers `{"code", "message"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.sandbox.people import ADMINS, Person
from audit.sandbox.state import Content, Json, State

MAX_LIMIT: Final = 250
"""Of every v2 listing."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON, or bytes with their own media type."""

    status: int = 200
    json: object | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    media_type: str = "application/json"

    def encoded(self) -> bytes:
        """Return the body as bytes; no content at all for answers without one."""
        if self.content is not None:
            return self.content
        return b"" if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure of the sandbox
    """A handler's way to answer with an error; it ends the handler."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status}")
        self.reply = reply


def v2_error(status: int, code: str, title: str) -> Refusal:
    """Return an error in the form of API v2."""
    body = {"errors": [{"status": status, "code": code, "title": title, "detail": None}]}
    return Refusal(Reply(status, body))


def v1_error(status: int, exception: str, message: str, *, authorized: bool = False) -> Refusal:
    """Return an error in the form of API v1, with the exception's class in the message."""
    data = {"authorized": authorized, "valid": status != 400, "errors": [], "successful": False}  # noqa: PLR2004
    text = f"com.atlassian.confluence.api.service.exceptions.{exception}: {message}"
    return Refusal(Reply(status, {"statusCode": status, "data": data, "message": text}))


def not_found(what: str = "Not Found") -> Refusal:
    """Return v2's 404; what the caller may not see looks the same as what does not exist."""
    return v2_error(404, "NOT_FOUND", what)


def bad_request(title: str) -> Refusal:
    """Return v2's 400."""
    return v2_error(400, "INVALID_REQUEST_PARAMETER", title)


def forbidden(title: str) -> Refusal:
    """Return v2's 403."""
    return v2_error(403, "FORBIDDEN", title)


def unauthorized() -> Refusal:
    """Return the edge's 401 for missing or wrong credentials."""
    return Refusal(
        Reply(401, {"code": 401, "message": "Unauthorized"}, (("WWW-Authenticate", 'OAuth realm="sandbox"'),))
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One decoded request."""

    state: State
    caller: Person | None
    """None for anonymous."""
    method: str
    path: str
    """Without the gateway prefix."""
    parts: Mapping[str, str]
    """Parameters in the path."""
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    fields: Mapping[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    origin: str = ""
    """Scheme, host and port, for `_links.base`."""
    search_view: Mapping[str, Content] = field(default_factory=dict)
    """Content as the search index has it, when the index lags; empty otherwise."""

    @property
    def account(self) -> str:
        """Return the caller's account id; empty for anonymous."""
        return self.caller.account_id if self.caller else ""

    @property
    def is_admin(self) -> bool:
        """Return whether the caller administers the site."""
        return self.caller is not None and ADMINS in self.caller.groups

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), default)

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of a query parameter, repeated or comma separated."""
        return tuple(part for key, value in self.query if key == name for part in value.split(",") if part)

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**31 - 1) -> int:
        """Return a query parameter as a whole number, or refuse with 400 as v2 does."""
        text = self.one(name, str(default))
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise bad_request(f"Provided value {{{text}}} for '{name}' is not valid. Expected {low} to {high}.")
        return int(text)

    def json_body(self) -> object:
        """Return the decoded JSON body, or refuse with 400."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise bad_request("Request body is not valid JSON") from error

    def json_object(self) -> Json:
        """Return the body as a JSON object, or refuse with 400."""
        body = self.json_body()
        if not isinstance(body, dict):
            raise bad_request("Request body must be an object")
        return body


def text_of(body: Mapping[str, object], name: str) -> str:
    """Return a required string of a JSON object, or refuse with 400."""
    value = body.get(name)
    if not isinstance(value, str):
        raise bad_request(f"'{name}' must be a string")
    return value


def object_of(body: Mapping[str, object], name: str) -> Json:
    """Return a required object of a JSON object, or refuse with 400."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise bad_request(f"'{name}' must be an object")
    return value


def list_of(body: Mapping[str, object], name: str) -> Sequence[object]:
    """Return a required list of a JSON object, or refuse with 400."""
    value = body.get(name)
    if not isinstance(value, list):
        raise bad_request(f"'{name}' must be a list")
    return value
