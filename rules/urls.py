"""A web address cut into its pieces, and percent-encoding in both directions, each character with its place.

`urllib` is left aside: it tells neither where a piece stood nor keeps what it could not decode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Final

from rules.passage import REPLACEMENT

_PIECES: Final = re.compile(
    r"\s*(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}):)?(?://(?P<authority>[^/?#\s]*))?(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_UNCLEAR: Final = re.compile(r"[^?#\\]*\\|[^\x00-\x1f\x7f]*[\x00-\x1f\x7f]|https?:(?!//[^/?#])|///", re.IGNORECASE)
"""What browsers read otherwise than it is written: a backslash is a slash, controls fall out, slashes run together."""
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_SLASHED: Final = frozenset({"http", "https", "ftp", "ws", "wss"})
"""Schemes in whose addresses a backslash before the query is a slash (WHATWG, URL, special schemes)."""
_BEHIND_PATH: Final = re.compile(r"[?#]|\Z")
NO_HOST: Final = "?"
"""In the place of a host that cannot be told; nothing can be configured that equals it."""
_SEGMENT: Final = re.compile(r"[^/]+")
_SESSION: Final = re.compile(r";jsessionid=", re.IGNORECASE)
"""What servlets write behind a segment of the path, before the query."""
_PARAMETER: Final = re.compile(r"[^&]+")
_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|\+")
_UNRESERVED: Final = re.compile(r"[^A-Za-z0-9._~-]")
_ESCAPE: Final = len("%00")
_PORT: Final = re.compile(r":[0-9]*\Z")
_DEFAULTS: Final = {"http": "80", "https": "443"}
"""Schemes of the web, and the port that is meant where none is written."""
_HOST_LIMIT: Final = 253
"""Characters of a host at most (RFC 1035); what is longer is no name and is compared as it stands."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of an address, as they stand."""

    start: int
    end: int
    raw: str = field(repr=False)
    plus: bool = False
    """A plus sign is a blank, as in the values of a query."""

    @property
    def text(self) -> str:
        """Return the piece decoded."""
        return decode(self.raw, plus=self.plus)

    @property
    def word(self) -> str:
        """Return the piece decoded and case-folded, to be compared with known words."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `name=value` of a query."""

    name: Piece
    value: Piece


@dataclass(frozen=True, slots=True)
class Url:
    """One address in pieces. Nothing is ever refused: what is no address has a path only."""

    scheme: str
    authority: Piece
    path: Piece
    query: Piece
    fragment: Piece
    host: str
    """As hosts are compared (`origin`); empty for a relative address; `NO_HOST` where browsers may read another host
    than stands there, or one in what looks relative."""

    @property
    def segments(self) -> tuple[Piece, ...]:
        """Return the segments of the path that are not empty, each without the session that is written behind it."""
        return tuple(
            Piece(self.path.start + found.start(), self.path.start + found.start() + len(kept), kept)
            for found in _SEGMENT.finditer(self.path.raw)
            if (kept := _SESSION.split(found[0], maxsplit=1)[0])
        )

    @property
    def parameters(self) -> Iterator[Parameter]:
        """Yield the parameters of the query in order."""
        for found in _PARAMETER.finditer(self.query.raw):
            name, equals, value = found[0].partition("=")
            start = self.query.start + found.start()
            middle, end = start + len(name), start + len(found[0])
            # An ampersand that was escaped twice leaves `amp;` before the name.
            kept = name.rpartition(";")[2]
            if equals:
                yield Parameter(Piece(middle - len(kept), middle, kept), Piece(middle + 1, end, value, plus=True))


def split(url: str) -> Url:
    """Return the pieces of `url`, a backslash read as browsers do."""
    found = next(_PIECES.finditer(_slashed(url)))  # it matches the empty string too
    scheme, authority, path, query, fragment = (
        Piece(max(found.start(name), 0), max(found.end(name), 0), found[name] or "")
        for name in ("scheme", "authority", "path", "query", "fragment")
    )
    unclear = _UNCLEAR.match(url.strip()) is not None
    host = NO_HOST if unclear else origin(authority.raw.rpartition("@")[2], scheme.raw.casefold())
    return Url(scheme.raw.casefold(), authority, path, query, fragment, host)


def _slashed(url: str) -> str:
    """Return `url` with slashes for the backslashes that browsers take for slashes: as long as before."""
    scheme = _SCHEME.match(url)
    if "\\" not in url or (scheme is not None and scheme[1].casefold() not in _SLASHED):
        return url
    end = next(_BEHIND_PATH.finditer(url)).start()
    return url[:end].replace("\\", "/") + url[end:]


@lru_cache(maxsize=1024)
def canonical(host: str) -> str:
    """Return a host as hosts are compared: lower case, in the letters of the DNS, without port and dot of the root."""
    host = _PORT.sub("", decode(host)).casefold().removesuffix(".")
    if host.isascii() or len(host) > _HOST_LIMIT:
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def origin(host: str, scheme: str = "") -> str:
    """Return a host with what makes another server of it: a port that is not the web's own, a scheme that is not."""
    name, port = canonical(host), _PORT.search(host)
    if scheme not in {"", *_DEFAULTS}:
        return name and f"{scheme}://{name}"
    number = port[0].lstrip(":0") if port else ""
    usual = {_DEFAULTS[scheme]} if scheme else set(_DEFAULTS.values())
    return f"{name}:{number}" if number and number not in usual else name


def decode(raw: str, *, plus: bool = False) -> str:
    """Return `raw` with its percent-encoding undone; `plus`: a plus sign is a blank, as in queries."""
    return Decoded(raw, plus=plus).text if "%" in raw or (plus and "+" in raw) else raw


def encode(text: str) -> str:
    """Return `text` with every character encoded that means something anywhere in an address."""
    return _UNRESERVED.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text)


class Decoded:
    """Decoded text of a piece whose characters know where they stood. Linear in time."""

    __slots__ = ("_borders", "text")

    def __init__(self, raw: str, *, plus: bool = False) -> None:
        """Decode `raw`; `plus`: a plus sign is a blank."""
        chars: list[str] = []
        widths: list[int] = []
        done = 0
        for found in _ENCODED.finditer(raw):
            if found[0] == "+" and not plus:
                continue
            chars.append(raw[done : found.start()])
            widths += [1] * (found.start() - done)
            done = found.end()
            if found[0] == "+":
                chars.append(" ")
                widths.append(1)
                continue
            letters = bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "surrogateescape")
            for letter in letters:
                stray = "\udc80" <= letter <= "\udcff"
                chars.append(REPLACEMENT if stray else letter)
                widths.append(_ESCAPE if stray else _ESCAPE * len(letter.encode()))
        chars.append(raw[done:])
        widths += [1] * (len(raw) - done)
        self.text: Final = "".join(chars)
        self._borders: Final = tuple(accumulate(widths, initial=0))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where the decoded characters [start, end) stand in the raw piece."""
        return self._borders[start], self._borders[end]
