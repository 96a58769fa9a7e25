"""Documents and queries that stand in strings of stored JSON.

JSON is known by what it is, percent-encoded and in Base64 too; a query by the name of its field. What Base64 hides is
read and never changed, because no byte of it belongs to one character alone.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.jsontree import Array, Node, Object, Text, parse, shown, walk
from rules.model import Kind, Part, Unreadable
from rules.queries import Unparsed
from rules.sniff import json_kind
from rules.urls import Decoded, encode
from rules.userfields import folded
from rules.view import View
from rules.written import Written, in_json

_FIELDS: Final = {
    **dict.fromkeys(("cql", "cqlfilter", "cqlquery", "cqlstring", "cqlsearch"), Kind.CQL),
    **dict.fromkeys(("jql", "jqlfilter", "jqlquery", "jqlstring", "jqlsearch"), Kind.JQL),
}
_PERHAPS: Final = frozenset({"filter", "filterquery", "query", "querystring", "searchquery"})
"""Fields that may hold a query of any language."""
_ISSUES: Final = re.compile(
    r"\b(?:assignee|fixversion|issue|issuekey|issuetype|project|reporter|resolution|sprint|voter|worklogauthor)\b"
    r"(?=\s*(?:[=!<>~]|in\b|not\b|is\b|was\b))",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\w\"?\s*(?:[=~<>]|!=|!~)|\w\s+(?:not\s+)?(?:in|is|was)\b|\border\s+by\b", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|/|\?)", re.IGNORECASE)

_START: Final = re.compile(r"\s*(?:[{\[]|%7[Bb]|%5[Bb]|(?:ey|JTdC|JTVC|W[3y])[A-Za-z0-9+/=]{12})")
_TRACE: Final = re.compile(
    rb"\"(?:\\[nrt]|\\u00[0-9a-fA-F]{2}|[ \t])*+(?:[{\[]|%7[Bb]|%5[Bb]|ey|JTdC|JTVC|W[3y])|[cCjJ][qQ][lL]|ilter|uery"
    rb"|\\u00"
)
"""Bytes without which no string of a document holds any of it."""
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_ON_SITE: Final = "stored values are not rewritten on a site"
_HIDDEN: Final = "it stands in Base64"

Inside = tuple[Kind, Written, str]
"""What a string holds, the string, and its path."""


def inside(view: View) -> Iterator[Inside]:
    """Yield what stands in the strings of stored JSON. Only what is in files may change: on a site they are copies."""
    if _TRACE.search(view.data) is None or isinstance(view.tree, Unreadable):
        return
    for path, name, node in _strings(view.tree):
        if _START.match(node.value) or name in _FIELDS or name in _PERHAPS:
            text = in_json(view.data, node)
            if not view.released:
                text = replace(text, fixed=_ON_SITE)
            found = _held(text) or _query(view, name, text)
            if found is not None:
                yield (*found, path)


def _strings(tree: Node) -> Iterator[tuple[str, str, Text]]:
    """Yield every string with its path and the name of its field; bodies with their representation aside."""
    for path, node in walk(tree):
        if isinstance(node, Array):
            for index, item in enumerate(node.items):
                if isinstance(item, Text):
                    yield f"{path}[{index}]", "", item
        elif isinstance(node, Object):
            body = node.text("representation") is not None
            for key, value in node.members:
                if isinstance(value, Text) and not (body and key.value == "value"):
                    name = shown(key.value)
                    yield f"{path}.{name}" if path else name, folded(key.value), value


def _held(text: Written) -> tuple[Kind, Written] | None:
    """Return the document that `text` is, None when it is none."""
    for each in _readings(text):
        tree = parse(each.text.encode())
        if isinstance(tree, Object | Array):
            kind = json_kind(tree)
            return (kind if kind is Kind.ADF else Kind.JSON, each)
    return None


def _readings(text: Written) -> Iterator[Written]:
    """Yield `text` as it stands where it may be JSON, else decoded."""
    start = text.text.lstrip()[:1]
    if start and start in "{[":
        yield text
    if "%22" in text.text:
        yield from (_percent(text, plus=plus) for plus in (False, True))
    elif start.isalpha() and _START.match(text.text):
        yield from _base64(text)


def _percent(text: Written, *, plus: bool) -> Written:
    decoded = Decoded(text.text, plus=plus)
    return Written(
        decoded.text,
        lambda start, end: text.span(*decoded.place(start, end)),
        lambda new: text.write(encode(new)),
        text.fixed,
    )


def _base64(text: Written) -> Iterator[Written]:
    """Yield what Base64 hides: every place in it is the whole of the string."""
    raw = text.text.strip()
    if _BASE64.fullmatch(raw) is None:
        return
    try:
        plain = b64decode(raw + "=" * (-len(raw) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    whole = text.span(0, len(text.text))
    hidden = Written(plain, lambda _start, _end: whole, text.write, _HIDDEN)
    if plain.startswith("%"):
        yield from (replace(_percent(hidden, plus=plus), fixed=_HIDDEN) for plus in (False, True))
    else:
        yield hidden


def _query(view: View, name: str, text: Written) -> tuple[Kind, Written] | None:
    """Return the query that `text` is by the name of its field; where that says little, it has to be one."""
    query = text.text
    if (name not in _FIELDS and name not in _PERHAPS) or _CONDITION.search(query) is None or _ADDRESS.match(query):
        return None
    kind = _FIELDS.get(name)
    if kind is None:
        kind = Kind.JQL if _ISSUES.search(query) else Kind.CQL
        part = Part(view.part.ref, view.part.path, kind, query.encode())
        if isinstance(View(part, view.context).query, Unparsed):
            return None
    return kind, text
