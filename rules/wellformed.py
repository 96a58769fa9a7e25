"""Whether a storage body is well-formed, by expat: the oracle of the tokenizer and the verifier of each rewrite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from typing import Final
from xml.parsers import expat

from rules.model import Unreadable
from rules.tokens import EXPORT_CLOSER, MARKUP

_WRAPPER: Final = b"<confluence-gdpr>"
_WRAPPER_END: Final = b"</confluence-gdpr>"
_OPENER: Final = re.compile(rb"<(?=[!?])(?:(!\[CDATA\[)|!--.*?(?:-->|\Z)|\?.*?(?:\?>|\Z))", re.DOTALL)
_VERBATIM: Final = re.compile(rb"<(ac:plain-text-(?:link-)?body)(?:\s[^<>]*+)?(?<!/)>")
"""The start tag of an element that holds CDATA sections and nothing else."""
_CLOSER: Final = re.compile(rb"\]\] ?>")
_BEHIND: Final = re.compile(rb"\s*+(?!\Z)(?:" + MARKUP.pattern + rb")?", re.DOTALL)
"""What follows a section, if anything but blanks does: a token, which sets a group, or text."""
_XML_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^<>]*\?>")


class _UnknownEntityError(Exception):
    """Raised inside expat's call-back for an entity that HTML does not know; carries the index."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


@dataclass(frozen=True, slots=True)
class _Section:
    """A CDATA section of a body that was cut from an XML export."""

    start: int
    end: int
    element: bytes
    """The element around that holds sections only, nothing where there is none."""


def as_stored(data: bytes) -> bytes:
    """Return a body that was cut from an XML export with its CDATA sections ended as on the site, of the same length.

    For reading only: the blank of `]] >` moves into the section, so that every offset stays.
    """
    pieces: list[bytes] = []
    done = 0
    for section in _sections(data):
        if data.endswith(EXPORT_CLOSER, 0, section.end):
            pieces += (data[done : section.end - len(EXPORT_CLOSER)], b" ]]>")
            done = section.end
    return b"".join((*pieces, data[done:]))


def ambiguous(data: bytes) -> Unreadable | None:
    """Return where a section of a body cut from an XML export could end in more than one place, None when none can.

    Exports write the end of a section as `]] >`, which code may hold too (`a[b[0]] > 1`). The body of a macro and the
    text of a link end before their end tags. Elsewhere only a section that stands alone between two tags is told apart
    from the markup behind it, and only with one such end for each section.
    """
    sections = list(_sections(data))
    loose = [section for section in sections if not section.element]
    doubt = "the end of a CDATA section cannot be told from its contents"
    for section in loose:
        behind = _BEHIND.match(data, section.end)
        opened = data.find(b"<![CDATA[", section.start + 1, section.end) >= 0
        if behind is not None and (behind.lastindex is None or opened):
            return Unreadable(doubt, section.start)
    inside = sum(data.count(EXPORT_CLOSER, each.start, each.end) for each in sections if each.element)
    if loose and data.count(EXPORT_CLOSER) - inside > len(loose):
        return Unreadable(doubt, loose[0].start)
    if loose and b"]]>" in data:
        return Unreadable("some CDATA sections end as on a site and some as in an export", loose[0].start)
    return None


def _sections(data: bytes) -> Iterator[_Section]:
    """Yield the CDATA sections of a body cut from an XML export in order; one that never ends takes the rest."""
    at, element = 0, b""
    while (found := _OPENER.search(data, at)) is not None:
        if found[1] is None:
            at, element = found.end(), b""
            continue
        start = found.start()
        if not element or start != at:
            tag = _VERBATIM.fullmatch(data, max(data.rfind(b"<", at, start), 0), start)
            element = b"" if tag is None else tag[1]
        closer = _closer(element).search(data, found.end())
        at = len(data) if closer is None else closer.end()
        yield _Section(start, at, element)


@lru_cache
def _closer(element: bytes) -> re.Pattern[bytes]:
    """Return what ends a section: in an element of sections, what its end tag or, where it was split, another follows.

    A site splits a section that would hold its own end: `]]]]><![CDATA[>`.
    """
    if not element:
        return _CLOSER
    return re.compile(rb"\]\]>|\]\] >(?=\s*+</" + element + rb"\s*+>|<!\[CDATA\[>)")


def parser() -> expat.XMLParserType:
    """Return an expat parser that takes undeclared prefixes and HTML entities, and refuses every DOCTYPE."""
    made = expat.ParserCreate("UTF-8")
    made.UseForeignDTD(True)  # noqa: FBT003 - positional only

    def entity(name: str, is_parameter: bool) -> None:  # noqa: FBT001 - expat calls it by position
        if is_parameter or f"{name};" not in html5:
            raise _UnknownEntityError(made.CurrentByteIndex)

    made.SkippedEntityHandler = entity
    return made


def examine(data: bytes) -> Unreadable | None:
    """Return None when `data` is well-formed content, else why not and where. Never expands or fetches anything.

    An XML declaration at the top of a file is passed over.
    """
    made = parser()
    declaration = _XML_DECLARATION.match(data)
    if declaration:
        data = b" " * declaration.end() + data[declaration.end() :]
    try:
        made.Parse(_WRAPPER)
        made.Parse(data)
        made.Parse(_WRAPPER_END, True)  # noqa: FBT003 - positional only
    except expat.ExpatError as error:
        reason = (expat.ErrorString(error.code) or "").removeprefix("not well-formed (").removesuffix(")")
        return Unreadable(f"not well-formed: {reason}", _offset(made.ErrorByteIndex, data))
    except _UnknownEntityError as error:
        return Unreadable("not well-formed: unknown entity", _offset(error.index, data))
    return None


def _offset(index: int, data: bytes) -> int:
    """Return an index of the parser as an offset into the body."""
    return min(max(index - len(_WRAPPER), 0), len(data))
