"""Detectors that leave out what stands behind certain words, which name something else for sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from rules.hits import Detector, Headed, Hit

_REACH: Final = 80
"""Characters before a value that are looked at."""


def not_behind(detector: Detector, words: re.Pattern[str]) -> Detector:
    r"""Return a detector without the values that stand behind `words`, an expression that ends with `\Z`."""
    told = detector.told or detector.find
    return replace(detector, find=partial(_left, detector.find, words), told=partial(_left, told, words))


def _left(
    find: Callable[..., Iterable[Hit]], words: re.Pattern[str], text: str, start: int, end: int, *headed: Headed
) -> Iterator[Hit]:
    for hit in find(text, start, end, *headed):
        if words.search(text, max(0, hit.start - _REACH), hit.start) is None:
            yield hit
