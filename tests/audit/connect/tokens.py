"""Tokens that arrive, made by tests: right ones, and each kind of wrong one."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit.auth import Secret
from audit.connect.incoming import Request
from audit.connect.qsh import query_hash
from tests.audit.net import START

BASE = "https://app.acme-optics.example/base"
CLIENT_KEY = "2f1d6c0a-0b1e-3c55-9a52-7f0f5a1d2c3b"
SECRET = "an-incoming-shared-secret-canary-3b7e91d2c4f6"
KEY_ID = "0e50fccb-239d-4991-a5db-dc850ba3f236"
NOW = int(START.timestamp())
INSTALLED = Request("POST", "/base/installed?a=1", BASE)


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def another_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def claims(request: Request = INSTALLED, **changed: Any) -> dict[str, Any]:
    """Return the claims of a right token; a change to None leaves one out."""
    found = {
        "iss": CLIENT_KEY,
        "iat": NOW - 5,
        "exp": NOW + 175,
        "aud": [BASE],
        "sub": "712020:one",
        "qsh": query_hash(request.method, request.url, "/base"),
        "context": {},
        **changed,
    }
    return {name: value for name, value in found.items() if value is not None}


def asymmetric(key: rsa.RSAPrivateKey | None = None, kid: str | None = KEY_ID, **changed: Any) -> str:
    return jwt.encode(
        claims(**changed), key or private_key(), algorithm="RS256", headers={} if kid is None else {"kid": kid}
    )


def symmetric(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), secret, algorithm=algorithm)


def spelled(header: object, body: object, signature: bytes = b"") -> str:
    """Return a token of any parts, as somebody makes it who has no key."""
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def installed_at(client_key: str) -> Secret | None:
    return Secret(SECRET) if client_key == CLIENT_KEY else None
