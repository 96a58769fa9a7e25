"""Where addresses stand in a part: attributes, resource identifiers, marks and cards, running text, stored JSON.

Of parameters of macros only absolute addresses are seen here; `rules.linkparameters` knows which parameters hold an
address or the key of a space. CDATA sections hold samples and are not looked at here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from rules.jsontree import Array, Node, Object, Text, passage, shown
from rules.links import TRACE, identities
from rules.linkterms import Form, LinkTerm
from rules.model import Span
from rules.passage import Passage
from rules.storage import Attribute, Storage
from rules.vocabulary import ATTRIBUTES
from rules.written import Written

_LINKS: Final = frozenset({"href", "src", "cite", "action", "ri:value"})
_SPACE_KEY: Final = "ri:space-key"
_TAGS: Final = tuple(
    re.compile(rb"%b(?<!\w%b)\s*=" % (word, word))
    for word in (b"href", b"src", b"cite", b"action", b"ri:value", b"ri:space-key")
)
_TEXT: Final = re.compile(rb":[/\\]{2}|/display/~|/spaces/~|/viewuserprofile\.action")
_URL: Final = re.compile(
    r"(?:\b[A-Za-z][A-Za-z+]{1,9}://"
    r"|(?:(?<=[\s(,;\"'])|\A)/(?:[\w-]{1,40}/){0,2}(?:display/~|spaces/~|viewuserprofile\.action\?user))"
    r"[^\s<>\"'`^{}\\|]+"
    r"|\b[hH][tT][tT][pP][sS]?:(?:\\[\\/]|/\\)[^\s<>\"'`^{}|]+"
)
"""An absolute address, also one whose slashes are backslashes, or a relative one that leads to somebody's profile or
space and nowhere else."""
_SIGNS: Final = ("/", "mailto:", "\\")
"""What every address has, one of them."""
_ADDRESS: Final = re.compile(r"(?:[/\\]|https?:[/\\]{2}|mailto:)[^ \n\t<]*+\Z")
"""A string that is one address and nothing else."""
_TRAILING: Final = ".,;:!?)]*_"
_CODE: Final = frozenset({"pre", "code"})
_QUOTED_CODE: Final = re.compile(r"<(?:pre|code)\b|<!\[CDATA\[|\"code(?:Block)?\"")
"""What a body or a document in a string has when some of it is code; which of it, only the inner reading knows."""
_ADF_LINKS: Final = frozenset({"href", "url"})
_ADF_TEXT: Final = frozenset({"text", "value"})


@dataclass(frozen=True, slots=True)
class Found:
    """One person in one address of a part."""

    text: Passage | Written
    base: int
    """Where the address begins in the text."""
    term: LinkTerm
    where: str
    escapes: str
    code: bool = False
    """It stands in a piece of code: what looks like a link may be a sample."""

    @property
    def value_span(self) -> Span:
        """Return the bytes that hold the value itself."""
        return self.span(self.term.value_start, self.term.value_end)

    @property
    def whole_span(self) -> Span:
        """Return the bytes that a replacement takes the place of."""
        return self.span(self.term.start, self.term.end)

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the characters [start, end) of the address."""
        return self.text.span(self.base + start, self.base + end)

    def escaped(self, text: str) -> bytes:
        """Return `text` as it is written where the address stands."""
        if isinstance(self.text, Written):
            return self.text.write(text)
        if self.escapes == "xml":
            return escape(text).encode()
        return (json.dumps(text)[1:-1] if self.escapes == "json" else text).encode()


def in_storage(storage: Storage) -> Iterator[Found]:
    """Yield everybody named by an address in an attribute or in running text of a body."""
    for element in storage.tags(*_TAGS, trace=TRACE):
        for attribute in storage.attributes(element):
            terms: tuple[LinkTerm, ...] = ()
            if attribute.name in _LINKS:
                terms = identities(attribute.value)
            elif attribute.name == _SPACE_KEY:
                terms = space_key(attribute.value)
            if terms:
                name = attribute.name if attribute.name in ATTRIBUTES else "*"
                where = "/".join(filter(None, (storage.path(element.index), f"@{name}")))
                code = storage.inside_any(element.tag.start, _CODE)
                yield from (Found(_passage(storage, attribute), 0, term, where, "xml", code) for term in terms)
    for parent, text in storage.passages(_TEXT, TRACE):
        for found in in_passage(text, "/".join(filter(None, (storage.path(parent), "text()"))), "xml"):
            yield replace(found, code=storage.inside_any(found.value_span.start, _CODE))


def _passage(storage: Storage, attribute: Attribute) -> Passage:
    return Passage(((attribute.value_span.start, attribute.value_span.of(storage.data)),), "xml")


def space_key(key: str) -> tuple[LinkTerm, ...]:
    """Return the owner of a personal space that stands as a bare key; nobody for any other key."""
    if not key.startswith("~") or not key[1:].strip():
        return ()
    return (LinkTerm(1, len(key), key[1:], Form.PERSONAL_SPACE, "", 1, len(key), ("", "")),)


def in_passage(text: Passage, where: str, escapes: str) -> Iterator[Found]:
    """Yield everybody named by an address in running text."""
    for found in _URL.finditer(text.text):
        terms = (term for term in identities(_trimmed(found[0])) if not term.cut_off)
        yield from (Found(text, found.start(), term, where, escapes) for term in terms)


def _trimmed(url: str) -> str:
    """Return an address of running text without the marks of the sentence; what it opened itself it closes too."""
    kept = url.rstrip(_TRAILING)
    opened = kept.count("(") - kept.count(")")
    closed = len(url) - len(kept) - len(url[len(kept) :].lstrip(")"))
    return url[: len(kept) + max(0, min(opened, closed))]


def in_tree(data: bytes, tree: Node, *, adf: bool) -> Iterator[Found]:
    """Yield everybody named by an address in a string of stored JSON, in a document only where links stand."""
    for path, name, text, code in _strings(tree, "", "", adf=adf):
        if not any(sign in text.value for sign in _SIGNS):
            continue
        if (adf and name in _ADF_LINKS) or (not adf and _ADDRESS.match(text.value)):
            terms = identities(text.value)
            if terms:
                held = passage(data, text)
                yield from (Found(held, 0, term, path, "json", code) for term in terms)
        elif not adf or name in _ADF_TEXT:
            sample = code or _QUOTED_CODE.search(text.value) is not None
            yield from (replace(found, code=sample) for found in in_passage(passage(data, text), path, "json"))


def _is_code(node: Object) -> bool:
    """Return whether a node of a document is a block of code, or a text with the mark of code."""
    kind, marks = node.text("type"), node.get("marks")
    if kind is not None and kind.value == "codeBlock":
        return True
    each = marks.items if isinstance(marks, Array) else ()
    types = [mark.text("type") for mark in each if isinstance(mark, Object)]
    return any(kind is not None and kind.value == "code" for kind in types)


def _strings(
    node: Node, path: str, name: str, *, adf: bool, code: bool = False
) -> Iterator[tuple[str, str, Text, bool]]:
    """Yield every string with its path, the name it stands under and whether it stands in code of a document.

    Names that may be personal become `*`.
    """
    if isinstance(node, Text):
        yield path, name, node, code
    elif isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _strings(item, f"{path}[{index}]", name, adf=adf, code=code)
    elif isinstance(node, Object):
        code = code or _is_code(node)
        for key, value in node.members:
            step = key.value if key.value in _ADF_LINKS else shown(key.value)
            yield from _strings(value, f"{path}.{step}" if path else step, key.value, adf=adf, code=code)
