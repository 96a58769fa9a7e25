"""Text that came from a site, made fit to be shown: invisible characters become visible, links stay on the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

# Characters that change what is read without being seen: controls (but tab and newline), soft hyphen, zero-width and
# bidirectional marks, line and paragraph separators, byte-order mark, lone surrogates, tags, noncharacters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_URL: Final = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>\\^`{|}]")
MISSING: Final = "\u25a1"
"""Stands in the PDF for a character that the report's own fonts do not have."""


def visible(text: str) -> str:
    """Return `text` with every character that hides or reorders others written as `[U+202E]`."""
    return _UNSEEN.sub(lambda match: f"[U+{ord(match.group()):04X}]", text)


def one_line(text: str) -> str:
    """Return the visible text on one line, fit to be written as UTF-8: an end of a line is written as `[U+000A]`."""
    return sound(visible(text).replace("\n", "[U+000A]"))


def printable(text: str, covered: Container[int]) -> str:
    """Return the visible text with `MISSING` for each character that is not `covered` by the fonts of the PDF."""
    return "".join(c if c in "\n\t" or ord(c) in covered else MISSING for c in visible(text))


def sound(text: str) -> str:
    """Return `text` without lone surrogates, so that it can be written as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def site_link(url: str, site: str) -> str:
    """Return `url` if it is an http(s) address on the origin of `site`, else an empty string.

    A report links to nothing but the site that it is about: not to `javascript:`, not to another host.
    """
    if _UNSAFE_IN_URL.search(url) or not url.startswith(("https://", "http://")):
        return ""
    try:
        there, here = urlsplit(url), urlsplit(site)
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return ""
    return url if same and there.username is None else ""


def grouped(number: int) -> str:
    """Return a whole number with its thousands set apart: `12,345`."""
    return f"{number:,}"


def _per_cent(number: Decimal) -> str:
    return f"{number:g} %"


def per_cent(part: int, whole: int, fraction: Callable[[Decimal], str] = _per_cent) -> str:
    """Return a share in words that never round up to all or down to nothing: `99.9 %` until it is complete.

    `fraction` writes a number of per cent with its sign.
    """
    if whole == 0:
        return "\u2013"
    tenths = part * 1000 // whole
    if part and not tenths:
        return f"< {fraction(Decimal('0.1'))}"
    return fraction(Decimal(tenths) / 10)


def size(number: int, decimal: Callable[[Decimal], str] = "{:.1f}".format, unit: str = "bytes") -> str:
    """Return a number of bytes in the unit that a reader would choose; `decimal` writes a number with one decimal."""
    for limit, prefixed in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if number >= limit:
            return f"{decimal(Decimal(number) / limit)} {prefixed}"
    return f"{number} {unit}"


def when(at_utc: str, moment: Callable[[datetime], str] = "{:%Y-%m-%d %H:%M:%S} UTC".format) -> str:
    """Return an RFC 3339 time as people read it: `2026-11-20 14:05:09 UTC`; any other text as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", at_utc)
    try:
        return moment(datetime.fromisoformat(match[1]).replace(tzinfo=UTC)) if match else at_utc
    except ValueError:
        return at_utc


def moment(at_utc: str) -> datetime:
    """Return an RFC 3339 time, or the epoch where there is none yet: the date of a file is never today's."""
    try:
        return datetime.fromisoformat(at_utc).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as `1-3, 7`."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)
