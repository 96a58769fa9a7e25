"""Exact expressions in the windows that anchors open: what detectors of short, bounded forms share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

BLANK: Final = rb"(?:[ \t]|\xc2\xa0|\xe2\x80[\x87\xaf])"
"""One blank as people see it, in UTF-8: also those that do not break a line."""


def spots(pattern: re.Pattern[str], text: str, start: int, end: int, reach: int) -> Iterator[re.Match[str]]:
    """Yield the matches that begin in [start, end), in order; none is longer than `reach` - 1 characters."""
    for found in pattern.finditer(text, start, min(len(text), end + reach)):
        if found.start() >= end:
            break
        yield found


def folded(words: str) -> frozenset[str]:
    """Return the words or phrases of a list, one a line or separated by commas, as a set in lower case."""
    return frozenset(word.strip().lower() for word in re.split(r"[,\n]", words) if word.strip())
