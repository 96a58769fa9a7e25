"""Atlassian's public keys for the lifecycle of installations: one file a key, by the id that a token names.

Source: https://developer.atlassian.com/cloud/confluence/security-for-connect-apps/ (host of the keys).
"""

from __future__ import annotations

from typing import Final

from audit.connect.host import Host
from audit.connect.incoming import KEY_ID
from audit.connect.refusals import KeyRefused
from audit.errors import BadAnswer, Missing
from audit.statuses import error_of, is_success

LONGEST_BYTES: Final = 16 * 1024
MOST_KEYS: Final = 64
"""That are remembered: there are a few at a time, and the ids come from outside."""


class InstallKeys(Host):
    """The host of the keys. Use it as an asynchronous context manager, with `NoCredentials`."""

    _known: dict[str, bytes] | None = None

    async def pem(self, key_id: str) -> bytes:
        """Return a public key in PEM, asked for once. What it holds is looked at where it is used.

        Raises `KeyRefused` for an id that is none or that the host does not know, `BadAnswer` for an answer too large
        for a key, and the `SiteError` of a host that does not answer.
        """
        if KEY_ID.fullmatch(key_id) is None:
            raise KeyRefused("it names a key whose name is no identifier")
        known = self._known or {}
        if key_id not in known:
            known = {**dict(list(known.items())[1 - MOST_KEYS :]), key_id: await self._fetched(key_id)}
            self._known = known
        return known[key_id]

    async def _fetched(self, key_id: str) -> bytes:
        call = self._call("GET", self.place.api_base, f"/{key_id}", {}, headers={"Accept": "*/*"})
        reply = await self._settled(call)
        if is_success(reply.status):
            return _bounded(reply.body, call.where)
        error = error_of(reply.status, reply.headers, reply.body, call.where, self.auth.kind)
        if isinstance(error, Missing):
            raise KeyRefused("the host of the keys does not know the key that it names") from error
        raise error


def _bounded(body: bytes, where: str) -> bytes:
    if len(body) > LONGEST_BYTES:
        raise BadAnswer.shape(where, f"it is larger than {LONGEST_BYTES} bytes, and a key is not")
    return body
