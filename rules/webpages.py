"""Pages of the web: told by name and tags, and read as storage bodies are, with the same places.

A page need not be well-formed, writes names in either case, and holds programs and settings that no body has. So there
are two readings, each of the length of the page: what a reader sees, as a body may be written, and all else, on lines.
"""

from __future__ import annotations

import re
from typing import Final

from rules.readingpieces import ATTRIBUTES

_NAMED: Final = frozenset({"htm", "html", "xhtml"})
_PERHAPS: Final = frozenset({"vm", "xml"})
"""Suffixes of pages and of much else."""
_TEXTS: Final = frozenset({"mraw", "txt"})
"""Suffixes under which a whole page may lie."""
_DOCUMENT: Final = re.compile(
    rb"\s*+(?:<\?xml[^<>]*+>\s*+)?(?:<!--(?:[^-]++|-(?!->))*+-->\s*+)*+<(?:!doctype\s++html|html)\b", re.IGNORECASE
)
_SHOWN: Final = re.compile(rb"</(?:p|t[dh]|li|h[1-6]|div|body)\s*+>", re.IGNORECASE)
"""Ends of elements that only pages have."""
_OPENED: Final = re.compile(rb"<(?P<name>script|style)(?=[\s>])[^<>]*+>", re.IGNORECASE)
_CLOSED: Final = {
    b"script": re.compile(rb"</script(?![\w-])", re.IGNORECASE),
    b"style": re.compile(rb"</style(?![\w-])", re.IGNORECASE),
}
_LETTERS: Final = re.compile(rb"[A-Z]")
_TAG: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?(?P<instruction>.*?)(?:\?>|\Z)"
    rb"|<(?P<name>/?[A-Za-z][A-Za-z0-9:-]*+)(?P<held>(?=[\s/>])" + ATTRIBUTES + rb")>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    rb"(?P<name>[A-Za-z_:][\w:.-]*+)(?P<value>\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=]++))?+"
)
_READ: Final = re.compile(
    rb"(?:href|src|title|alt|data-[\w-]++)\s*+=\s*+[\"'].*+|(?:class|id|style|srcset|d|points|integrity|nonce)\s*+=.*+",
    re.IGNORECASE | re.DOTALL,
)
"""Settings that are read with the text, and such as say nothing of people."""


def is_page(suffix: str, data: bytes) -> bool:
    """Return whether a file is a page of the web, or a piece of one. `suffix` is in lower case and without its dot."""
    if suffix in _NAMED:
        return True
    if suffix in _PERHAPS and _SHOWN.search(data) is not None:
        return True
    return suffix in _PERHAPS | _TEXTS and _DOCUMENT.match(data) is not None


def seen(data: bytes) -> bytes:
    """Return what a reader of a page sees as a body may be written, of the same length: programs are blanks in it."""
    pieces: list[bytes] = []
    done = 0
    for start, end in _programs(data):
        pieces += (data[done:start], b" " * (end - start))
        done = end
    return _TAG.sub(_lowered, b"".join((*pieces, data[done:])))


def unseen(data: bytes) -> bytes:
    """Return what a page holds beside that, of the same length: settings of tags, instructions and programs."""
    pieces: list[bytes] = []
    done = 0
    for start, end in _programs(data):
        pieces += (_settings(data[done:start]), data[start:end])
        done = end
    return b"".join((*pieces, _settings(data[done:])))


def _programs(data: bytes) -> list[tuple[int, int]]:
    """Return where the programs and styles in a page begin and end. Linear."""
    found: list[tuple[int, int]] = []
    at = 0
    while (opened := _OPENED.search(data, at)) is not None:
        closed = _CLOSED[opened["name"].lower()].search(data, opened.end())
        at = len(data) if closed is None else closed.start()
        found.append((opened.end(), at))
    return found


def _lowered(found: re.Match[bytes]) -> bytes:
    """Return a tag with the names in it in lower case."""
    if found["name"] is None or _LETTERS.search(found[0]) is None:
        return found[0]
    held = _ATTRIBUTE.sub(lambda each: each["name"].lower() + (each["value"] or b""), found["held"])
    return b"<" + found["name"].lower() + held + b">"


def _settings(markup: bytes) -> bytes:
    """Return the settings of tags and the instructions in markup, of the same length, each tag on lines of its own."""
    pieces: list[bytes] = []
    done = 0
    for found in _TAG.finditer(markup):
        group = "instruction" if found["name"] is None else "held"
        start, end = found.span(group)
        if start >= 0:
            kept = found[group] if group == "instruction" else _ATTRIBUTE.sub(_unread, found[group])
            pieces += (b" " * (start - done - 1), b"\n", kept, b"\n")
            done = end + 1
    return b"".join((*pieces, b" " * (len(markup) - done)))[: len(markup)]


def _unread(found: re.Match[bytes]) -> bytes:
    """Return a setting, blanks for one that needs no other reading."""
    return b" " * len(found[0]) if _READ.fullmatch(found[0]) else found[0]
