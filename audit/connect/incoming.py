"""Tokens that arrive: whether a request comes from the site that it names. Pure: keys and time are arguments.

Three kinds, and none is taken for another: the lifecycle of an installation is signed with a private key of Atlassian
(RS256, public key by `kid`), webhooks with the secret that site and app share (HS256, for that request only), frames
and pages of the app with the same secret and no request (`context-qsh`).
Source: https://developer.atlassian.com/cloud/confluence/understanding-jwt/ and
https://developer.atlassian.com/cloud/confluence/security-for-connect-apps/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from audit.auth import Secret
from audit.connect.qsh import CONTEXT, query_hash
from audit.connect.refusals import (
    AlgorithmRefused,
    ClaimMissing,
    Expired,
    KeyRefused,
    MalformedToken,
    NotYetValid,
    Replayed,
    SignatureRefused,
    TooOld,
    WrongAudience,
    WrongIssuer,
    WrongRequest,
)
from audit.connect.signing import SYMMETRIC

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from jwt.types import Options

ASYMMETRIC: Final = "RS256"
LONGEST_CHARS: Final = 16_384
KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What may be put into the address of a key: no slash, dot or percent sign."""
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")

Secrets = Callable[[str], Secret | None]
"""Client key of a site -> the secret shared with it, None for a site where the app is not installed."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far clocks may differ, and for how long a token may be good."""

    leeway_s: int = 90
    """As in Atlassian's own library for Python."""
    longest_s: int = 900
    """From its issue to now, and to its end: the site issues tokens for a quarter of an hour at most."""


WINDOW: Final = Window()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, as it arrived at the app."""

    method: str
    url: str = field(repr=False)
    """Path and query, with or without scheme and host."""
    base_url: str = ""
    """`baseUrl` of the descriptor of the app; its path is not part of what is signed."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    issuer: str
    """Client key of the site."""
    account_id: str = field(repr=False)
    """Of the person who acts; empty where none does."""
    issued: int
    """Seconds since 1970."""
    expires: int
    context: Mapping[str, object] = field(default_factory=dict, repr=False)


class Seen:
    """Tokens that were accepted while they are still good, so that none is accepted twice.

    Only verified tokens are remembered, and none longer than the window: nobody else can fill it.
    """

    def __init__(self) -> None:
        self._until: dict[bytes, int] = {}

    def once(self, token: str, claims: Claims, now: datetime, window: Window = WINDOW) -> None:
        """Remember a verified token. Raises `Replayed` when it is remembered already."""
        moment = int(now.timestamp())
        self._until = {known: until for known, until in self._until.items() if until >= moment}
        digest = digest_of(token)
        if digest in self._until:
            raise replayed()
        self._until[digest] = claims.expires + window.leeway_s

    def __len__(self) -> int:
        return len(self._until)


def digest_of(token: str) -> bytes:
    """Return what a token is remembered by, whoever remembers it.

    Without the signature, whose last character has spare bits: a copy could be spelled in another way.
    """
    return sha256(token.rpartition(".")[0].encode("ascii")).digest()


def replayed() -> Replayed:
    """Return the error for a token that was accepted before."""
    return Replayed("the same token was accepted before, and each is good for one request")


def key_id(token: str) -> str:
    """Return the id of the key that a lifecycle token names. Nothing of the token is believed yet.

    Raises `KeyRefused` for an id that has no place in an address, and what `lifecycle` raises for its header.
    """
    found = _header(token, ASYMMETRIC).get("kid")
    if not isinstance(found, str) or KEY_ID.fullmatch(found) is None:
        raise KeyRefused("it names no key, or one whose name is no identifier")
    return found


def lifecycle(
    token: str, request: Request, key_pem: bytes, client_key: str, now: datetime, window: Window = WINDOW
) -> Claims:
    """Return the claims of the token of an installation or removal, signed with Atlassian's key `key_pem`.

    `client_key` is the one in the body of the request. Raises a `TokenRefused` that says why.
    """
    _header(token, ASYMMETRIC)
    claims = _verified(token, _public(key_pem), ASYMMETRIC)
    _for_audience(claims, request.base_url)
    read = _read(claims, now, window)
    if read.issuer != client_key:
        raise WrongIssuer("its issuer is not the site that the body of the request names")
    _for_request(claims, request)
    return read


def webhook(token: str, request: Request, secrets: Secrets, now: datetime, window: Window = WINDOW) -> Claims:
    """Return the claims of a token that is good for this request only. Raises a `TokenRefused` that says why."""
    claims = _shared(token, secrets)
    read = _read(claims, now, window)
    _for_request(claims, request)
    return read


def context(token: str, secrets: Secrets, now: datetime, window: Window = WINDOW) -> Claims:
    """Return the claims of a token of a frame or page of the app, which is for no request of its own.

    Raises a `TokenRefused` that says why.
    """
    claims = _shared(token, secrets)
    read = _read(claims, now, window)
    if _text(claims, "qsh") != CONTEXT:
        raise WrongRequest("it is for one request, and a token of a page is wanted here")
    return read


def token_of(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the token of a request: of the header (`JWT ...`), else of the parameter `jwt`.

    `headers` has lower-case names. Raises `MalformedToken` when there is none.
    """
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    found = rest.strip() if scheme.lower() == "jwt" else query.get("jwt", "")
    if not found:
        raise MalformedToken("the request brings none")
    return found


def _header(token: str, algorithm: str) -> Mapping[str, object]:
    """Return the header of a token. Raises `AlgorithmRefused` for any other algorithm, before a key is looked for."""
    import jwt

    if len(token) > LONGEST_CHARS or _SHAPE.fullmatch(token) is None:
        raise MalformedToken("it is longer than any token, or has not three parts")
    try:
        header: Mapping[str, object] = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        header = {}
    if not header:
        raise MalformedToken("its header cannot be read")
    if header.get("alg") != algorithm:
        raise AlgorithmRefused(f"only {algorithm} is taken here, and it names another algorithm or none")
    return header


def _shared(token: str, secrets: Secrets) -> Mapping[str, object]:
    """Return the claims of a token under a shared secret, which its issuer chooses among those of known sites."""
    import jwt

    _header(token, SYMMETRIC)
    try:
        unproven = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        unproven = None
    if unproven is None:
        raise MalformedToken("its claims cannot be read")
    secret = secrets(_text(unproven, "iss"))
    if secret is None:
        raise WrongIssuer("the app is not installed at the site that issued it")
    return _verified(token, secret.reveal(), SYMMETRIC)


def _verified(token: str, key: RSAPublicKey | str, algorithm: str) -> Mapping[str, object]:
    """Return the claims of a token whose signature fits. Times and audience are looked at elsewhere, by our clock."""
    import jwt

    options: Options = {
        "verify_signature": True,
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
        "verify_aud": False,
        "verify_iss": False,
        "verify_sub": False,
        "verify_jti": False,
    }
    try:
        claims: Mapping[str, object] = jwt.decode(token, key, algorithms=[algorithm], options=options)
    except jwt.InvalidSignatureError:
        refused: KeyRefused | SignatureRefused | MalformedToken = SignatureRefused("its signature does not fit")
    except jwt.InvalidKeyError:
        refused = KeyRefused(f"the key that the app holds for it is no key for {algorithm}")
    except jwt.InvalidTokenError:
        refused = MalformedToken("its claims cannot be read")
    else:
        return claims
    raise refused  # here and not above: the library's errors may quote the token


def _public(pem: bytes) -> RSAPublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyRefused("what stands under its id is no public key in PEM") from error
    if not isinstance(key, RSAPublicKey):
        raise KeyRefused("the key under its id is of another kind than RSA")
    return key


def _read(claims: Mapping[str, object], now: datetime, window: Window) -> Claims:
    """Return the claims as ours. Raises when one is missing or the moment is outside of its time."""
    moment = int(now.timestamp())
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    if expires + window.leeway_s < moment:
        raise Expired(f"its time was over {moment - expires} s ago")
    if issued - window.leeway_s > moment or _moment(claims, "nbf", default=issued) - window.leeway_s > moment:
        raise NotYetValid("it was issued in the future, further than clocks may differ")
    if moment - issued > window.longest_s + window.leeway_s or expires - issued > window.longest_s:
        raise TooOld(f"it was issued more than {window.longest_s} s ago, or is good for longer than that")
    if expires <= issued:
        raise MalformedToken("its `exp` is not after its `iat`")
    subject, about = claims.get("sub", ""), claims.get("context", {})
    if not isinstance(subject, str) or not isinstance(about, dict):
        raise MalformedToken("its `sub` is no text, or its `context` is no object")
    return Claims(_text(claims, "iss"), subject, issued, expires, about)


def _for_audience(claims: Mapping[str, object], base_url: str) -> None:
    given = claims.get("aud")
    if given is None:
        raise ClaimMissing("it has no `aud`")
    audience = given if isinstance(given, list) else [given]
    if not base_url or base_url.rstrip("/") not in {each.rstrip("/") for each in audience if isinstance(each, str)}:
        raise WrongAudience("the address of this app is not among those that it is for")


def _for_request(claims: Mapping[str, object], request: Request) -> None:
    wanted = query_hash(request.method, request.url, urlsplit(request.base_url).path)
    given = _text(claims, "qsh")
    if given == CONTEXT:
        raise WrongRequest("it is a token of a page, which is good for no request from the site")
    if given != wanted:
        raise WrongRequest("its method, path or query is not that of this request")


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if value is None:
        raise ClaimMissing(f"it has no `{name}`")
    if not isinstance(value, str) or not value:
        raise MalformedToken(f"its `{name}` is no text")
    return value


def _moment(claims: Mapping[str, object], name: str, default: int | None = None) -> int:
    value = claims.get(name, default)
    if value is None:
        raise ClaimMissing(f"it has no `{name}`")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LAST:
        raise MalformedToken(f"its `{name}` is no moment in whole seconds")
    return value


_LAST: Final = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
