"""The query string hash of Connect: what a request asks for, in one form that both sides compute.

Atlassian's document sorts the values of a repeated parameter as they are encoded; its server and its test vectors sort
them as they are decoded (its issue JWT-20), and the server decides.
Source: https://developer.atlassian.com/cloud/confluence/understanding-jwt/ and Atlassian's signed URL test data.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

CONTEXT: Final = "context-qsh"
"""What stands in the place of the hash where a token is not for one request: in frames and pages of an app."""
CONTEXT_PATH: Final = "/wiki"
"""Of Confluence Cloud. It is not part of what is signed."""
_TOKEN: Final = "jwt"  # noqa: S105 - the name of a parameter


def query_hash(method: str, url: str, base_path: str = "") -> str:
    """Return the hash of a request: SHA-256 of its canonical form, in hexadecimal digits."""
    return sha256(canonical(method, url, base_path).encode("utf-8")).hexdigest()


def canonical(method: str, url: str, base_path: str = "") -> str:
    """Return the canonical form of a request: `METHOD&path&name=value,value&name=value`.

    `url` may be relative to its host; `base_path` is dropped from the beginning of its path. Host, fragment and a
    token among the parameters do not count.
    """
    parts = urlsplit(url)
    return "&".join((method.upper(), _path(parts.path, base_path.rstrip("/")), _query(parts.query)))


def site_context(url: str) -> str:
    """Return the context path of a URL of a Cloud site: `/wiki` for Confluence, nothing for what is beside it."""
    path = urlsplit(url).path
    return CONTEXT_PATH if path == CONTEXT_PATH or path.startswith(f"{CONTEXT_PATH}/") else ""


def _path(path: str, base: str) -> str:
    if base and (path == base or path.startswith(f"{base}/")):
        path = path[len(base) :]
    path = f"/{path.lstrip('/')}".replace("&", "%26")
    return path.removesuffix("/") or "/"


def _query(query: str) -> str:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name != _TOKEN:
            values.setdefault(name, []).append(value)
    pairs = ((_encoded(name), ",".join(map(_encoded, sorted(found, key=_order)))) for name, found in values.items())
    return "&".join(f"{name}={joined}" for name, joined in sorted(pairs))


def _order(value: str) -> bytes:
    """Return what the server compares: strings of Java, by units of UTF-16."""
    return value.encode("utf-16-be", "surrogatepass")


def _encoded(text: str) -> str:
    return quote(text, safe="~")
