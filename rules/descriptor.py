"""Descriptors of Connect apps (`atlassian-connect.json`): JSON that people write by hand, comments and all.

Comments and trailing commas become blanks of the same length, so that every byte keeps its place.
"""

from __future__ import annotations

import re
from typing import Final

from rules.jsontree import Node, Object

_ASIDES: Final = re.compile(
    rb"(?P<string>\"(?:[^\"\\]++|\\.)*+\"?)|(?P<aside>\A\xef\xbb\xbf|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)",
    re.DOTALL,
)
"""What never ends, a text or a comment, reaches to the end of the file: the time stays linear."""
_COMMAS: Final = re.compile(rb"(?P<string>\"(?:[^\"\\]++|\\.)*+\"?)|(?P<aside>,(?=[ \t\r\n]*+[}\]]))", re.DOTALL)
_INK: Final = re.compile(rb"[^\r\n]")
_MODULES: Final = ("modules", "baseUrl", "authentication", "lifecycle", "apiMigrations")


def without_comments(data: bytes) -> bytes:
    """Return `data` with comments, trailing commas and a byte order mark blanked, equal in length and lines."""
    return _COMMAS.sub(_blank, _ASIDES.sub(_blank, data))


def _blank(found: re.Match[bytes]) -> bytes:
    return found[0] if found["aside"] is None else _INK.sub(b" ", found[0])


def is_descriptor(tree: Node) -> bool:
    """Return whether a JSON document describes a Connect app: it has a key and two things that only apps have."""
    if not isinstance(tree, Object) or tree.text("key") is None:
        return False
    return sum(tree.get(name) is not None for name in _MODULES) > 1
