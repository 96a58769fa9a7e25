"""A web address cut into its pieces, and percent-encoding in both directions, each character with its place.

`urllib` is left aside: it tells neither where a piece stood nor keeps what it could not decode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from rules.passage import REPLACEMENT

_PIECES: Final = re.compile(
    r"\s*(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}):)?(?://(?P<authority>[^/?#\s]*))?(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?"
)
_SEGMENT: Final = re.compile(r"[^/]+")
_PARAMETER: Final = re.compile(r"[^&]+")
_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|\+")
_UNRESERVED: Final = re.compile(r"[^A-Za-z0-9._~-]")
_ESCAPE: Final = len("%00")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of an address, as they stand."""

    start: int
    end: int
    raw: str = field(repr=False)

    @property
    def text(self) -> str:
        """Return the piece decoded."""
        return decode(self.raw)

    @property
    def word(self) -> str:
        """Return the piece decoded and case-folded, to be compared with known words."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `name=value` of a query."""

    name: Piece
    value: Piece
    first: bool
    """No other parameter stands before it."""


@dataclass(frozen=True, slots=True)
class Url:
    """One address in pieces. Nothing is ever refused: what is no address has a path only."""

    scheme: str
    authority: Piece
    path: Piece
    query: Piece

    @property
    def host(self) -> str:
        """Return the host in lower case without port, empty for a relative address."""
        host = self.authority.raw.rpartition("@")[2].casefold()
        return host if host.endswith("]") else re.sub(r":\d*\Z", "", host)

    @property
    def segments(self) -> tuple[Piece, ...]:
        """Return the segments of the path that are not empty."""
        return tuple(
            Piece(self.path.start + found.start(), self.path.start + found.end(), found[0])
            for found in _SEGMENT.finditer(self.path.raw)
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
                yield Parameter(
                    Piece(middle - len(kept), middle, kept), Piece(middle + 1, end, value), found.start() == 0
                )


def split(url: str) -> Url:
    """Return the pieces of `url`."""
    found = next(_PIECES.finditer(url))  # it matches the empty string too
    scheme, authority, path, query = (
        Piece(max(found.start(name), 0), max(found.end(name), 0), found[name] or "")
        for name in ("scheme", "authority", "path", "query")
    )
    return Url(scheme.raw.casefold(), authority, path, query)


def decode(raw: str, *, plus: bool = False) -> str:
    """Return `raw` with its percent-encoding undone; `plus`: a plus sign is a blank, as in queries."""
    return Decoded(raw, plus=plus).text


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
