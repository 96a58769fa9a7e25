"""Which words of labels occur in a part at all, headings and keys with it.

Most numbers that fill a cell are nobody's, and a check of all that they might be costs more than the text around them.
A scheme whose words stand nowhere in the part cannot be what a heading or a key says, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from rules.weighing import heading

_WORD: Final = re.compile(r"[^\W\d_]+")
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})")


class LabelWords:
    """The words of one part. They are taken apart when somebody asks for the first time."""

    def __init__(self, texts: Callable[[], tuple[str, ...]]) -> None:
        """Prepare the words of what `texts` returns: the readable text, and the source, which holds keys too."""
        self._texts: Final = texts
        self._all: frozenset[str] | None = None
        self._known: Final[dict[frozenset[str], frozenset[str]]] = {}

    def among(self, words: frozenset[str]) -> frozenset[str]:
        """Return those of some words, in lower case, that occur."""
        known = self._known.get(words)
        if known is None:
            if self._all is None:
                self._all = frozenset(word for text in self._texts() for word in _WORD.findall(heading(plain(text))))
            known = self._known[words] = words & self._all
        return known


def plain(text: str) -> str:
    r"""Return a text with what JSON escapes as `\u00e9` as it reads."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text
