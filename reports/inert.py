"""Text from outside as text that is nothing but text in Markdown and in HTML."""

from __future__ import annotations

import re
from typing import Final

from reports.text import visible

CELL_CAP: Final = 120
"""Characters of a text from outside, before it is escaped; what is cut ends in an ellipsis."""
_SIGNS: Final = re.compile(r"[\\`*_{}\[\]#!|~^$]|:(?![\d\s]|$)|(?<=www)\.|^[-+=]", re.IGNORECASE)
"""Signs that start markup, in a line or at its start, and what makes a bare address a link."""
_SPELT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "(at)"}


def inert(text: str, most: int = CELL_CAP) -> str:
    """Return text that is nothing but text in Markdown and in HTML: one line, no markup, no link, no mention.

    A sign of markup gets a backslash, the three of HTML become entities, and `@` is spelt out: mentions are looked
    for after everything else was taken for text.
    """
    line = " ".join(visible(text).split())
    if len(line) > most:
        line = f"{line[:most]}\u2026"
    line = _SIGNS.sub(r"\\\g<0>", line)
    return "".join(_SPELT.get(sign, sign) for sign in line)
