"""Events: the site tells an app that is installed what changed, signed, when a request changed it.

Source: https://developer.atlassian.com/cloud/confluence/modules/webhook/.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from audit.auth import Secret
from audit.connect.qsh import query_hash
from audit.connect.signing import LIFETIME_S, signed
from audit.sandbox.grants import APP_KEY, CLIENT_KEY, SHARED_SECRET
from audit.sandbox.people import ADMIN
from audit.sandbox.state import COMMENTS, Content, Json, Kind, Permission, Restriction, State

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_ID: Final = "sandbox-install-key"
PATIENCE_S: Final = 10
_NAMES: Final = {Kind.PAGE: "page", Kind.BLOGPOST: "blog", Kind.ATTACHMENT: "attachment"} | dict.fromkeys(
    COMMENTS, "comment"
)
_MEMBERS: Final = {"blog": "blog", "attachment": "attachments"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event that was sent."""

    event: str
    status: int
    """What the receiver answered; 0 for nothing."""
    path: str
    token: str = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Before:
    """What a site was like before a request."""

    contents: Mapping[str, Content]
    restrictions: Mapping[tuple[str, str], Restriction]
    permissions: Mapping[str, tuple[Permission, ...]]
    roles: Mapping[str, Mapping[tuple[str, str], str]]


class Hooks:
    """Sends events to one receiver, as soon as there is one."""

    def __init__(self, state: State) -> None:
        self.receiver = ""
        """`baseUrl` of the app; empty: nobody is told anything."""
        self.told: list[Told] = []
        self._state = state
        self._count = 0

    def before(self) -> Before | None:
        """Return what the site is like now, None where nobody wants to know."""
        if not self.receiver:
            return None
        state = self._state
        return Before(
            dict(state.contents),
            dict(state.restrictions),
            {key: space.permissions for key, space in state.spaces.items()},
            {key: dict(found) for key, found in state.roles.items()},
        )

    async def tell(self, before: Before | None) -> None:
        """Send an event for each object that is another than before."""
        if before is not None:
            for event, body in tuple(self._changes(before)):
                await self.send(event, body)

    async def install(self, receiver: str, site: str) -> int:
        """Install the app at a receiver and return its answer; from then on it is told what changes."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._state.grants.install_keys[KEY_ID] = public
        status = await self._lifecycle(receiver, "installed", site)
        if status < 300:  # noqa: PLR2004 - a success
            self.receiver = receiver
        return status

    async def remove(self, site: str) -> int:
        """Remove the app from its receiver and return its answer; from then on nobody is told anything."""
        receiver, self.receiver = self.receiver, ""
        return await self._lifecycle(receiver, "uninstalled", site)

    async def send(self, event: str, body: Json) -> Told:
        """Send one event, signed for its address, and return what came of it."""
        url = f"{self.receiver}/events/{event}?user_account_id={ADMIN.account_id}"
        # As the site has it: the name of an event stands in the address that the app gave for it, not in the body.
        stamped = {"timestamp": int(self._now() * 1000), **body}
        return await self._sent(event, url, signed(self._claims(url), Secret(SHARED_SECRET)), stamped)

    async def again(self, told: Told) -> int:
        """Send a request once more, byte for byte, and return the answer."""
        return await asyncio.to_thread(_post, self.receiver, told.path, told.token, told.body)

    async def _lifecycle(self, receiver: str, event: str, site: str) -> int:
        import jwt

        url = f"{receiver}/{event}"
        claims = {**self._claims(url, receiver), "aud": [receiver]}
        token = jwt.encode(claims, self._private, algorithm="RS256", headers={"kid": KEY_ID})
        body: Json = {"key": APP_KEY, "clientKey": CLIENT_KEY, "eventType": event, "baseUrl": f"{site}/wiki"}
        return (await self._sent(event, url, token, {**body, "sharedSecret": SHARED_SECRET})).status

    async def _sent(self, event: str, url: str, token: str, body: Json) -> Told:
        parts = urlsplit(url)
        path, data = f"{parts.path}?{parts.query}" if parts.query else parts.path, json.dumps(body).encode()
        told = Told(event, await asyncio.to_thread(_post, url, path, token, data), path, token, data)
        self.told.append(told)
        return told

    def _claims(self, url: str, receiver: str = "") -> dict[str, object]:
        self._count += 1
        issued = int(self._now())
        signs = query_hash("POST", url, urlsplit(receiver or self.receiver).path)
        # The site gives each token another `sub` or moment; here a number tells two of one second apart.
        return {"iss": CLIENT_KEY, "iat": issued, "exp": issued + LIFETIME_S, "qsh": signs, "jti": str(self._count)}

    def _now(self) -> float:
        return self._state.grants.now().timestamp()

    @cached_property
    def _private(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(65537, 2048)

    def _changes(self, before: Before) -> Iterator[tuple[str, Json]]:
        state = self._state
        for one in {**before.contents, **state.contents}.values():
            now, then = state.contents.get(one.id), before.contents.get(one.id)
            if now is not then and one.kind in _NAMES:
                name = _NAMES[one.kind]
                yield f"{name}_{_verb(then, now)}", _about(name, one)
        other = dict.fromkeys(_other(before.restrictions, state.restrictions))
        for one in (state.contents[key] for key in other if key in state.contents):
            yield "content_permissions_updated", {"content": {"id": _number(one), "contentType": one.kind.value}}
        for key, space in state.spaces.items():
            same = before.permissions.get(key) == space.permissions
            if not same or before.roles.get(key) != state.roles.get(key):
                yield "space_permissions_updated", {"space": {"key": space.key}}


def _verb(then: Content | None, now: Content | None) -> str:
    if then is None:
        return "created"
    if now is None:
        return "removed"
    if then.status != now.status:
        return {"trashed": "trashed", "archived": "archived"}.get(now.status, "restored")
    return "updated"


def _number(one: Content) -> int:
    """Return the id as events have it: v2 alone puts letters before that of a file."""
    return int(one.id.removeprefix("att"))


def _about(name: str, one: Content) -> Json:
    """Return what an event says of an object: more than its receiver may believe."""
    found: Json = {"id": _number(one), "title": one.title, "version": one.now.number, "creatorAccountId": one.author}
    member = _MEMBERS.get(name, name)
    return {"userAccountId": one.now.author, "accountType": "customer", member: [found] if member[-1] == "s" else found}


def _other(before: Mapping[tuple[str, str], Restriction], now: Mapping[tuple[str, str], Restriction]) -> Iterator[str]:
    for key in {**before, **now}:
        if before.get(key) != now.get(key):
            yield key[0]


def _post(origin: str, path: str, token: str, body: bytes) -> int:
    """Send one request to a receiver on this machine; 0 where nobody answers."""
    connection = HTTPConnection(urlsplit(origin).netloc, timeout=PATIENCE_S)
    try:
        connection.request("POST", path, body, {"Authorization": f"JWT {token}", "Content-Type": "application/json"})
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
