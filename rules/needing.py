"""What an anchor needs to match: how many digits each of its matches holds at least, and how long the longest one is.

Prose has few digits, so that anchors of numbers are only searched for around them. The answer errs on the careful
side: what is not understood needs nothing and has no end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<flags>\(\?[a-z]+\))|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\]|\\x[0-9A-Fa-f]{2}|\\.|[^\\\[])",
    re.DOTALL,
)
_REPEATED: Final = re.compile(r"(?:(?P<sign>[?*+])|\{(?P<low>\d+)(?P<comma>,)?(?P<high>\d*)\})[?+]?")
_DIGIT: Final = re.compile(r"[0-9]|\\d|\[(?:[0-9](?:-[0-9])?|\\d)+\]")
_SIGNS: Final = {"?": (0, 1.0), "*": (0, inf), "+": (1, inf)}


@dataclass(frozen=True, slots=True)
class Need:
    """What an expression needs."""

    digits: int
    """Digits in a match at least."""
    longest: float
    """Bytes of a match at most."""


_NOTHING: Final = Need(digits=0, longest=0)
_UNKNOWN: Final = Need(digits=0, longest=inf)


def need(expression: bytes) -> Need:
    """Return what the expression of an anchor needs. Linear in its length."""
    text = expression.decode("latin-1")
    try:
        found, at = _alternatives(text, 0)
    except ValueError:
        return _UNKNOWN
    return found if at == len(text) else _UNKNOWN


def _alternatives(text: str, at: int) -> tuple[Need, int]:
    """Return what the alternatives from `at` on need, and where they end."""
    one, at = _sequence(text, at)
    while text.startswith("|", at):
        other, at = _sequence(text, at + 1)
        one = Need(min(one.digits, other.digits), max(one.longest, other.longest))
    return one, at


def _sequence(text: str, at: int) -> tuple[Need, int]:
    """Return what comes one after the other from `at` on, and where it ends."""
    whole = _NOTHING
    while True:
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup in {"close", "or"}:
            return whole, at
        at = token.end()
        if token.lastgroup == "flags":
            continue
        if token.lastgroup == "open":
            item, at = _alternatives(text, at)
            if not text.startswith(")", at) or text.startswith("?", token.end()):
                raise ValueError("a group that does not end, or a construct that anchors do not have")
            at += 1
        else:
            item = Need(int(_DIGIT.fullmatch(token[0]) is not None), 0 if token[0] == r"\b" else 1)
        low, high, at = _repetition(text, at)
        whole = Need(whole.digits + item.digits * low, whole.longest + (item.longest and item.longest * high))


def _repetition(text: str, at: int) -> tuple[int, float, int]:
    """Return how often the item before `at` comes at least and at most, and where that is said to the end."""
    found = _REPEATED.match(text, at)
    if found is None:
        return 1, 1.0, at
    if found["sign"]:
        return *_SIGNS[found["sign"]], found.end()
    low = int(found["low"])
    high = float(found["high"]) if found["high"] else inf if found["comma"] else float(low)
    return low, high, found.end()
