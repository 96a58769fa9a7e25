"""Documents, bodies and queries that stand in strings of stored JSON.

JSON is known by what it is, percent-encoded and in Base64 too; a body by a reference to somebody; a query by the name
of its field, or of the list that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.base64text import hidden
from rules.jsontree import Array, Node, Object, Text, parse, shown
from rules.model import Kind, Part, Unreadable
from rules.queries import Unparsed
from rules.sniff import json_kind
from rules.storage import Storage
from rules.urls import Decoded, encode
from rules.userfields import folded
from rules.view import View
from rules.written import Written, in_json

_CERTAIN: Final = frozenset(
    f"{kind}{what}" for kind in ("cql", "jql") for what in ("", "filter", "query", "string", "search")
)
"""Fields that hold a query and nothing else."""
_FIELD: Final = re.compile(
    r"(?!ldap)(?:.*(?P<language>[cj]ql)|.*(?:filter|query|search))(?:string|query|filter|search)?"
)
"""Fields that may hold a query; without a language in the name, of any."""
_INSIDE: Final = frozenset({"expression", "string", "text", "value"})
"""Fields that say nothing of their own: the field around them does."""
_LISTS: Final = (("queries", "query"), ("searches", "search"), ("s", ""))
"""How the name of a list ends, and how that of what stands in it does."""
_ISSUES: Final = re.compile(
    r"\b(?:assignee|fixversion|issue|issuekey|issuetype|project|reporter|resolution|sprint|voter|worklogauthor)\b"
    r"(?=\s*(?:[=!<>~]|in\b|not\b|is\b|was\b))",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\w\"?\s*(?:[=~<>]|!=|!~)|\w\s+(?:not\s+)?(?:in|is|was)\b|\border\s+by\b", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|/|\?)", re.IGNORECASE)

_PLAIN: Final = r"[{\[]|%7[Bb]|%5[Bb]"
_ENCODED: Final = ("e [yw]", "J T [Vd] C", "W [3yw]", "I [ACFH]", "C [QSVXgiln]", "D [QSVX]")
"""How JSON begins in Base64, in percent encoding too, and with blanks before it."""
_BLANKS: Final = r"(?:\\[nrt]|\\u00[0-9a-fA-F]{2}|[ \t])*+"
"""Blanks as they are written in a string of JSON."""


def _begins(blanks: str) -> str:
    """Return the expression of how JSON begins in Base64, where lines may break with `blanks` anywhere."""
    return "|".join(_ENCODED).replace(" ", blanks)


_START: Final = re.compile(r"\s*+(?:" + _PLAIN + "|(?:" + _begins(r"\s*+") + r")(?:\s*+[\w+/=-]){12})")
_TRACE: Final = re.compile(
    rf"\"{_BLANKS}(?:{_PLAIN}|{_begins(_BLANKS)})|[cCjJ][qQ][lL]|ilter|uer|earch|\\u00|<ri:user|\A\s*+\[\s*+\"".encode()
)
"""Bytes without which no string of a document holds any of it."""
_MARKUP: Final = re.compile(r"<ri:user\b")
_BODY: Final = re.compile(r"\s*<")
"""How a text with a reference begins that is a body even where it is broken: most others are prose with samples."""
_USER: Final = re.compile(r"<ri:user\s[^<>]{0,200}?\bri:(?:account-id|user-?key|username)\s*=\s*[\"'][^\"'<>]+[\"']")
_AROUND: Final = re.compile(r"</?(?:ac:[a-z]|(?:div|h[1-6]|li|ol|p|table|t[dhr]|ul)[\s>])")
"""Markup that a reference stands in: with both, a text is a body even where it is broken and does not begin as one."""
_SAMPLES: Final = "`"
"""What texts about markup put around samples of it."""
_ON_SITE: Final = "stored values are not rewritten on a site"

Inside = tuple[Kind, Written, str]
"""What a string holds, the string, and its path."""


def inside(view: View) -> Iterator[Inside]:
    """Yield what stands in the strings of stored JSON. Only what is in files may change: on a site they are copies."""
    if _TRACE.search(view.data) is None or isinstance(view.tree, Unreadable):
        return
    for path, name, node in _strings(view.tree):
        if _START.match(node.value) or _FIELD.fullmatch(name) or _MARKUP.search(node.value):
            text = in_json(view.data, node)
            if not view.released:
                text = replace(text, fixed=_ON_SITE)
            found = _held(text, view.data) or _body(text) or _query(view, name, text)
            if found is not None:
                yield (*found, path)


def _strings(tree: Node) -> Iterator[tuple[str, str, Text]]:
    """Yield every string with its path and the name of its field or list; bodies with their representation aside.

    A document that is a list of strings may be a list of queries.
    """
    queries = isinstance(tree, Array) and all(isinstance(item, Text) for item in tree.items)
    waiting: list[tuple[str, str, Node]] = [("", "queries" if queries else "", tree)]
    while waiting:
        path, name, node = waiting.pop()
        if isinstance(node, Text):
            yield path, name, node
        elif isinstance(node, Array):
            each = _single(name)
            waiting.extend((f"{path}[{index}]", each, item) for index, item in enumerate(node.items))
        elif isinstance(node, Object):
            body = node.text("representation") is not None
            for key, value in node.members:
                if not (body and key.value == "value" and isinstance(value, Text)):
                    own = folded(key.value)
                    below = f"{path}.{shown(key.value)}" if path else shown(key.value)
                    waiting.append((below, name if own in _INSIDE else own, value))


def _single(name: str) -> str:
    """Return the name of what stands in a list: `jqlQueries` holds a `jqlQuery` each."""
    ending, one = next(((ending, one) for ending, one in _LISTS if name.endswith(ending)), ("", ""))
    return name.removesuffix(ending) + one


def _held(text: Written, data: bytes) -> tuple[Kind, Written] | None:
    """Return the document that `text` is, None when it is none."""
    for each in _readings(text, data):
        tree = parse(each.text.encode())
        if isinstance(tree, Object | Array):
            kind = json_kind(tree)
            return (kind if kind is Kind.ADF else Kind.JSON, each)
    return None


def _body(text: Written) -> tuple[Kind, Written] | None:
    """Return the storage body that `text` is, None where it holds no reference to anybody or is prose with signs."""
    if _MARKUP.search(text.text) is None:
        return None
    body = _BODY.match(text.text) is not None or _is_body(text.text)
    return (Kind.STORAGE, text) if body else None


def _is_body(text: str) -> bool:
    """Return whether a text that does not begin as one is a body: a broken one has a reference where it can be read."""
    data = text.encode()
    unreadable = Storage(data).unreadable
    if unreadable is None:
        return True
    read = data[: unreadable.offset].decode("utf-8", "replace")
    return _SAMPLES not in text and _USER.search(read) is not None and _AROUND.search(read) is not None


def _readings(text: Written, data: bytes) -> Iterator[Written]:
    """Yield `text` as it stands where it may be JSON, else decoded."""
    start = text.text.lstrip()[:1]
    if start and start in "{[":
        yield text
    if "%22" in text.text:
        yield from (in_percent(text, plus=plus) for plus in (False, True))
    elif start.isalpha() and _START.match(text.text):
        yield from hidden(text, data)


def in_percent(text: Written, *, plus: bool) -> Written:
    """Return a text in percent encoding decoded; `plus`: a plus sign is a blank. What is written is encoded again."""
    decoded = Decoded(text.text, plus=plus)
    return Written(
        decoded.text,
        lambda start, end: text.span(*decoded.place(start, end)),
        lambda new: text.write(encode(new)),
        text.fixed,
    )


def _query(view: View, name: str, text: Written) -> tuple[Kind, Written] | None:
    """Return the query that `text` is by the name of its field; where that says little, it has to be one."""
    query, field = text.text, _FIELD.fullmatch(name)
    if field is None or _CONDITION.search(query) is None or _ADDRESS.match(query):
        return None
    guess = Kind.JQL if _ISSUES.search(query) else Kind.CQL
    kind = guess if field["language"] is None else Kind(field["language"])
    if name not in _CERTAIN:
        part = Part(view.part.ref, view.part.path, kind, query.encode())
        if isinstance(View(part, view.context).query, Unparsed):
            return None
    return kind, text
