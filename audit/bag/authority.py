"""A time stamp authority (RFC 3161): it gets one SHA-256 and a random number, and answers with a signed moment.

It is asked only where the configuration names one, over the same network layer as everything else, without credentials.
"""

from __future__ import annotations

import secrets
from typing import Final, Self
from urllib.parse import urlsplit

from audit.attempts import Fault
from audit.auth import NoCredentials, Place, origin
from audit.config import Sealing
from audit.errors import BadAnswer, ConfigError, SiteError
from audit.http import Api, network
from audit.pacing import Clock, Sleep
from audit.statuses import TOO_MANY, error_of, is_success, is_transient
from reports.bag.manifest import sha256

NONCE_BITS: Final = 64
_GRANTED: Final = frozenset({"granted", "granted_with_mods"})
_HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def question(data: bytes, nonce: int) -> bytes:
    """Return the request, in DER, to stamp the SHA-256 of `data`. Nothing else of it is in there."""
    from asn1crypto import tsp  # type: ignore[import-untyped]

    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes.fromhex(sha256(data))}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(request.dump())


def why_not(answer: bytes, data: bytes, nonce: int) -> str:
    """Return why an answer is no time stamp of `data`, empty when it is one. Its signature is not looked at here."""
    from asn1crypto import tsp

    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in _GRANTED:
            return f"the authority answered {str(status)[:40]!r}"
        info = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        stamped, given = info["message_imprint"]["hashed_message"].native, info["nonce"].native
    except (ValueError, LookupError, TypeError, AttributeError):
        return "it is no answer after RFC 3161"
    same = stamped == bytes.fromhex(sha256(data)) and given == nonce
    return "" if same else "it is the answer to another request"


def place(url: str) -> tuple[Place, str]:
    """Return where an authority is asked: its origin, and the path there. Raises `ConfigError` for another address."""
    try:
        host = origin(url)
        parts = urlsplit(url.strip())
    except ConfigError as error:
        raise _refused("it does not begin with https://, or holds credentials") from error
    if parts.query or parts.fragment:
        raise _refused("it goes on behind its path")
    return Place(site=host, api_base=host, root_base=host), parts.path or "/"


class Authority(Api):
    """One authority. Use it as an asynchronous context manager."""

    path = "/"

    @classmethod
    def at(cls, sealing: Sealing, clock: Clock, sleep: Sleep) -> Self:
        """Return the configured authority, not yet opened. Raises `ConfigError` when its address cannot be used."""
        where, path = place(sealing.authority)
        given = network(sealing.limits, ca_file=sealing.ca_file, proxy=sealing.proxy)
        authority = cls(
            where, NoCredentials(), transport=given, clock=clock, sleep=sleep, random=lambda: 0.5, limits=sealing.limits
        )
        authority.path = path
        return authority

    async def stamp(self, data: bytes) -> bytes:
        """Return the answer, in DER, that stamps `data` with the time. Raises a `SiteError` naming the host."""
        nonce = secrets.randbits(NONCE_BITS)
        try:
            answer = await self._answer(question(data, nonce))
        except SiteError as error:
            error.where = f"{self.place.site}, {error.where}"
            raise
        if why := why_not(answer, data, nonce):
            raise BadAnswer(
                what="The time stamp cannot be used",
                where=self.place.site,
                why=why,
                fix="Check `timestamp_authority`, name another one, or export with --no-stamp.",
            )
        return answer

    async def _answer(self, request: bytes) -> bytes:
        call = self._call("POST", self.place.api_base, self.path, {}, body=request, headers=_HEADERS)
        why, status = "no attempt was made", None
        for attempt in range(1, self._limits.attempts + 1):
            outcome = await self._exchange(call, attempt)
            if isinstance(outcome, Fault):
                why = outcome.name
                if not outcome.sent and self._pace.hopeless(attempt):
                    break
            elif is_success(outcome.status):
                return outcome.body
            elif not is_transient(outcome.status) and outcome.status != TOO_MANY:
                raise error_of(outcome.status, outcome.headers, outcome.body, call.where, self.auth.kind)
            else:
                why, status = f"it answered {outcome.status}", outcome.status
            await self._pace.back_off(attempt)
        raise self._pace.give_up(call.where, why, status)


def _refused(why: str) -> ConfigError:
    return ConfigError(
        what="The address of the time stamp authority cannot be used",
        where="timestamp_authority",
        why=why,
        fix="Give it as https://HOST/PATH; plain http is accepted on 127.0.0.1, ::1 and localhost only.",
    )
