"""A token host: it gets credentials and gives access tokens. Nothing else is sent there, and that nowhere else.

The host is named by the configuration. It points nobody to another address: redirects are errors here as everywhere.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

import msgspec

from audit.answers import Cut, converted, decode
from audit.attempts import Reply
from audit.auth import Secret
from audit.connect.grants import Asked, Token
from audit.connect.host import Host
from audit.errors import BadAnswer, NotAuthenticated
from audit.statuses import error_of, is_success

LONGEST_S: Final = 24 * 3600
"""For which a token is believed to be good, whatever the host says."""
_CODES: Final = {
    "access_denied": "The client id or the client secret is wrong: copy both again from the developer console.",
    "invalid_client": "The client id or the client secret is wrong: copy both again from the developer console.",
    "invalid_grant": "The grant is over. For a person: `confluence-gdpr login`. For an app: check its shared secret,"
    " its `oauthClientId` and the clock of this machine.",
    "unauthorized_client": "The grant was withdrawn, or the app is not allowed this way to a token. For a person:"
    " `confluence-gdpr login`. For an app: check that its descriptor asks for ACT_AS_USER.",
    "invalid_scope": "Check `scopes`: they have to be scopes of the app.",
    "invalid_request": "Check `client_id`, `callback` and `scopes` against the settings of the app.",
    "unsupported_grant_type": "Check that `token_host` or `act_as_host` is the host for this kind of credentials.",
}
"""Errors of RFC 6749 and of Atlassian's hosts, and what to do about them."""


class Denied(NotAuthenticated):
    """A token host refuses. `code` is its reason as RFC 6749 names it, empty for another one."""

    def __init__(self, *, what: str, where: str, why: str, fix: str, status: int | None, code: str = "") -> None:
        super().__init__(what=what, where=where, why=why, fix=fix, status=status)
        self.code = code


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str | None = None


class TokenHost(Host):
    """One token host. Use it as an asynchronous context manager, with `NoCredentials`: they are in what is asked."""

    async def token(self, asked: Asked, *, repeat: bool) -> Token:
        """Return the token that the host gives.

        With `repeat` the request is sent again when its answer is lost; without, that raises `Ambiguous`. Raises
        `Denied` when the host refuses, `BadAnswer` for an answer that is none, and what `Api.get` raises.
        """
        headers = {"Content-Type": asked.media_type}
        call = self._call("POST", self.place.api_base, asked.path, {}, body=asked.body, headers=headers)
        return self._judged(await self._settled(call, repeat=repeat), f"{self.place.site}, {call.where}")

    def _judged(self, reply: Reply, where: str) -> Token:
        if not is_success(reply.status):
            raise _denied(reply, where)
        now: datetime = self._clock.now()
        # A body that arrived and makes no sense is not repeated: the host has given a token all the same.
        answer = converted(_decoded(reply, where), _Answer, where)
        if not answer.access_token.isascii() or not answer.access_token.isprintable() or answer.expires_in <= 0:
            raise BadAnswer.shape(where, "`access_token` or `expires_in` is none")
        refresh = None if answer.refresh_token is None else Secret(answer.refresh_token)
        ends = now + timedelta(seconds=min(answer.expires_in, LONGEST_S))
        return Token(Secret(answer.access_token), ends, refresh)


def _decoded(reply: Reply, where: str) -> object:
    try:
        return decode(reply.body, reply.headers.get("content-type", ""), where, reply.status)
    except Cut as cut:
        why = str(cut)
    raise BadAnswer.shape(where, why)


def _denied(reply: Reply, where: str) -> Exception:
    """Return the error for a refusal. Of its body one known word is used; the description may hold anything."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        body = None
    code = body.get("error") if isinstance(body, dict) else None
    if not isinstance(code, str) or code not in _CODES:
        return error_of(reply.status, reply.headers, reply.body, where, "none")
    return Denied(
        what="The token host refuses the credentials",
        where=where,
        why=f"it answered {reply.status} {code}",
        fix=_CODES[code],
        status=reply.status,
        code=code,
    )
