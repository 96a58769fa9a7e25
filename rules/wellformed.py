"""Whether a storage body is well-formed, by expat: the oracle of the tokenizer and the verifier of each rewrite."""

from __future__ import annotations

import re
from html.entities import html5
from itertools import pairwise
from typing import Final
from xml.parsers import expat

from rules.model import Unreadable
from rules.tokens import EXPORT_CLOSER, Token, What, tokens

_CDATA: Final = b"<![CDATA["
_WRAPPER: Final = b"<confluence-gdpr>"
_WRAPPER_END: Final = b"</confluence-gdpr>"
_XML_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^<>]*\?>")


class _UnknownEntityError(Exception):
    """Raised inside expat's call-back for an entity that HTML does not know; carries the index."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def as_stored(data: bytes) -> bytes:
    """Return a body that was cut from an XML export with its CDATA sections ended as on the site, of the same length.

    For reading only: the blank of `]] >` moves into the section, so that every offset stays.
    """
    pieces: list[bytes] = []
    done = 0
    for what, _, end, _ in tokens(data, exported=True):
        if what is What.CDATA and data.endswith(EXPORT_CLOSER, 0, end):
            pieces += (data[done : end - len(EXPORT_CLOSER)], b" ]]>")
            done = end
    return b"".join((*pieces, data[done:]))


def ambiguous(data: bytes) -> Unreadable | None:
    """Return where a section of a body cut from an XML export could end in more than one place, None when none can.

    Exports write the end of a section as `]] >`, which code may hold too (`a[b[0]] > 1`). Only a section that stands
    alone between two tags, in a body with one such end for each section, is told apart from the markup behind it.
    """
    found = [token for token in tokens(data, exported=True) if token[0] is not What.TEXT or _strip(data, token)]
    sections = [each for each in found if each[0] is What.CDATA]
    doubt = "the end of a CDATA section cannot be told from its contents"
    for (what, start, end, _), behind in pairwise(found):
        if what is What.CDATA and (behind[0] is What.TEXT or _CDATA in data[start + len(_CDATA) : end]):
            return Unreadable(doubt, start)
    if sections and (b"]]>" in data or data.count(EXPORT_CLOSER) > len(sections)):
        return Unreadable(doubt, sections[0][1])
    return None


def _strip(data: bytes, token: Token) -> bytes:
    return data[token[1] : token[2]].strip()


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
