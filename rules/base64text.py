"""Text that stands in Base64, read and written again as its writer wrote it: alphabet, padding and line breaks.

Three bytes become four characters, so what changes shifts what follows: a text in Base64 changes as a whole, and only
where encoding what was decoded gives exactly what stands there. RFC 4648 section 3 leaves all of this to each writer.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from rules.model import Span
from rules.urls import Decoded, encode
from rules.written import Written

_LINES: Final = re.compile(r"(?P<lead>\s*+)(?P<first>[\w+/=-]++)(?P<rest>(?:\s++[\w+/=-]++)*+)(?P<trail>\s*+)")
_BREAK: Final = re.compile(r"\s+")
_PLAIN: Final = re.compile(r"[A-Za-z0-9]*+(?:[A-Za-z0-9+/]*+|[A-Za-z0-9_-]*+)=*+")
_SPECIAL: Final = re.compile(r"[+/_-]")
_URL_SAFE: Final = str.maketrans("+/", "-_")
_STANDARD: Final = str.maketrans("-_", "+/")

_UNUSUAL: Final = "the Base64 it stands in is not what encoding gives again"
_ALPHABET: Final = "nothing shows which of the two alphabets of Base64 its writer used, and the new text needs one"
_PADDING: Final = "nothing shows whether the Base64 it stands in is padded, and the new text needs to know"


Replaced = tuple[int, int, str]
"""The characters [start, end) of a text and what takes their place."""


@dataclass(frozen=True, slots=True)
class Coded(Written):
    """A text whose characters share bytes: it changes as a whole, and `write` is never asked."""

    together: Callable[[Sequence[Replaced]], tuple[Span, bytes] | str] = field(kw_only=True, repr=False)
    """The smallest change of the part that makes these replacements, which are in order; or why there is none."""


@dataclass(frozen=True, slots=True)
class Base64:
    """One text in Base64."""

    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    lead: int
    """Blanks before it."""
    width: int
    """Characters of a line, all of them where there is one line only."""
    separator: str
    """What breaks its lines, blanks before the next one included; empty where nothing does."""
    trail: str

    @classmethod
    def read(cls, text: str) -> Base64 | None:
        """Return `text` as Base64, None where it is none."""
        found = _LINES.fullmatch(text)
        if found is None:
            return None
        breaks = _BREAK.search(found["rest"])
        separator = "" if breaks is None else breaks[0]
        coded = "".join((found["first"], *_BREAK.split(found["rest"])))
        plain = coded.rstrip("=")
        if _PLAIN.fullmatch(coded) is None:
            return None
        try:
            raw = b64decode(plain.translate(_STANDARD) + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            return None
        return cls(text, raw, len(found["lead"]), len(found["first"]), separator, found["trail"])

    @property
    def exact(self) -> bool:
        """Return whether encoding what was decoded gives `text`."""
        return self.encoded(self.raw) == self.text

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters that hold the bytes [start, end), with what shares a group of four with them."""
        first, last = start // 3 * 4, -(-end // 3) * 4
        begin, behind = (self.lead + at + at // self.width * len(self.separator) for at in (first, last - 1))
        return begin, min(behind + 1, len(self.text) - len(self.trail))

    def unknown(self, raw: bytes) -> str:
        """Return why other bytes cannot be written as an exact text is, in plain words; empty where they can."""
        if _SPECIAL.search(b64encode(raw).decode()) and not _SPECIAL.search(self.text):
            return _ALPHABET
        return _PADDING if self._is_url_safe and len(self.raw) % 3 == 0 and len(raw) % 3 else ""

    @property
    def _is_url_safe(self) -> bool:
        return "-" in self.text or "_" in self.text

    def encoded(self, raw: bytes) -> str:
        """Return bytes as this text has its own; padded where nothing shows its use (RFC 4648 section 3.2)."""
        coded = b64encode(raw).decode()
        if len(self.raw) % 3 and "=" not in self.text:
            coded = coded.rstrip("=")
        if self._is_url_safe:
            coded = coded.translate(_URL_SAFE)
        if self.separator:
            coded = self.separator.join(coded[at : at + self.width] for at in range(0, len(coded), self.width))
        return self.text[: self.lead] + coded + self.trail


def hidden(text: Written, data: bytes) -> Iterator[Coded]:
    """Yield what `text` of a part says when read as Base64: as it stands, or without the percent encoding in it.

    `data` are the bytes of the part. A text that encoding would not give again is fixed.
    """
    coded = Base64.read(text.text)
    if coded is None:
        return
    try:
        plain = coded.raw.decode()
    except UnicodeDecodeError:
        return
    usual = coded.exact and text.write(text.text) == text.span(0, len(text.text)).of(data)
    found = _Hidden(text, coded, plain)
    fixed = text.fixed or ("" if usual else _UNUSUAL)
    if plain.lstrip().startswith("%"):
        yield from (found.decoded(Decoded(plain, plus=plus), fixed) for plus in (False, True))
    else:
        yield Coded(plain, found.span, text.write, fixed, together=found.together)


class _Hidden:
    """What Base64 hides, and its way out."""

    __slots__ = ("_around", "_coded", "_firsts", "_plain")

    def __init__(self, around: Written, coded: Base64, plain: str) -> None:
        self._around: Final = around
        self._coded: Final = coded
        self._plain: Final = plain
        self._firsts: Final = tuple(accumulate((len(letter.encode()) for letter in plain), initial=0))
        """The byte at which each character begins."""

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the part that hold the characters [start, end)."""
        return self._around.span(*self._coded.place(self._firsts[start], self._firsts[end]))

    def decoded(self, inner: Decoded, fixed: str) -> Coded:
        """Return what percent encoding hides in it."""
        return Coded(
            inner.text,
            lambda start, end: self.span(*inner.place(start, end)),
            self._around.write,
            fixed,
            together=lambda changes: self.together(
                [(*inner.place(one, two), encode(new)) for one, two, new in changes]
            ),
        )

    def together(self, changes: Sequence[Replaced]) -> tuple[Span, bytes] | str:
        """Return the smallest change of the part by which the text reads as `changes` say, or why there is none."""
        pieces: list[str] = []
        done = 0
        for start, end, new in changes:
            pieces += (self._plain[done:start], new)
            done = end
        raw = "".join((*pieces, self._plain[done:])).encode()
        why = self._coded.unknown(raw)
        if why:
            return why
        old, new = self._coded.text, self._coded.encoded(raw)
        # One character stays on either side at least, so that something is replaced even where text is only added.
        start = min(_common(old, new), min(len(old), len(new)) - 1)
        tail = min(_common(old[:start:-1], new[:start:-1]), min(len(old), len(new)) - start - 1)
        span = self._around.span(start, len(old) - tail)
        return span, self._around.write(new[start : len(new) - tail])


def _common(one: str, two: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(two)))
