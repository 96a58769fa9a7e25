"""Parts inside a part: queries, markup and settings in parameters of macros, documents and bodies in strings of JSON.

What stands inside is judged by the same rules as if it came alone; its findings and its edits are carried outside to
the bytes they came from, through every layer of escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from rules.base64text import Coded
from rules.gates import Gate
from rules.jsontree import Array, Object, Text, parse, walk
from rules.macros import Form
from rules.model import Edit, HeldReason, Hold, Kind, Match, Span, Unreadable, Unresolved
from rules.nested import in_percent, inside
from rules.parameters import Parameter, gate, in_document, in_storage
from rules.queries import Unparsed
from rules.rule import Change
from rules.storage import Storage
from rules.view import View
from rules.written import Written, in_json, within

_APP: Final = "these are settings of an app, and only its owner knows what depends on them"
DEPTH_LIMIT: Final = 3
"""Levels of parts in parts; deeper ones are not looked into."""

_QUERIES: Final = {Form.CQL: Kind.CQL, Form.JQL: Kind.JQL}
QUERIES: Final = frozenset(_QUERIES)
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}|\w\+")
_DOCUMENT: Final = re.compile(r'\s*\{.*"type"\s*:\s*"doc"', re.DOTALL)
_MARKUP: Final = "<ri:user"
_QUOTED: Final = (b"&lt;ri:user", b"CDATA[<ri:user")
_PARAMETERS: Final = (b"<ac:parameter", b"<ac:default-parameter", b"<ac:adf-")
"""What a body with parameters holds."""
_XML_OBJECT: Final = re.compile(rb"\{\s*+(?:\"|&quot;)")
"""What is quicker to look for and stands in all of `_XML_SETTINGS`."""
_XML_SETTINGS: Final = re.compile(rb">\s*\[?\s*\{\s*(?:\"|&quot;)")
_JSON_SETTINGS: Final = re.compile(rb"\"(?:\[\s*)?\{(?:\s|\\[nrt])*\\\"")


def _holds_object(data: bytes) -> bool:
    """Return whether settings stand in a body: a quicker answer than that of the expression alone."""
    return _XML_OBJECT.search(data) is not None and _XML_SETTINGS.search(data) is not None


TRACES: Final[Mapping[Kind, tuple[Gate, ...]]] = {
    Kind.STORAGE: (*gate(QUERIES), b"<ac:adf-", *_QUOTED, (b"{", _XML_SETTINGS, _holds_object)),
    Kind.ADF: (b"arameters", b'\\"doc\\"'),
    Kind.JSON: (),
}
"""What a part holds that has parts in it, as gates of rules say it; other kinds have none."""
_BODIES: Final = {
    "storage": Kind.STORAGE,
    "editor": Kind.STORAGE,
    "editor2": Kind.STORAGE,
    "atlas_doc_format": Kind.ADF,
    "wiki": Kind.TEXT,
}
"""Names of representations in REST answers and what they are written in."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One part inside another, with the way from its bytes to those of the part around it."""

    view: View
    where: str
    _text: Written = field(repr=False)

    @classmethod
    def of(cls, around: View, kind: Kind, text: Written, where: str) -> Embedded:
        """Return the part that `text` is."""
        return cls(around.inner(kind, text.text.encode()), where, text)

    @property
    def offset(self) -> int:
        """Return the byte at which it begins in the part around."""
        return self._text.span(0, 1).start

    def outer(self, offset: int) -> int:
        """Return the byte of the part around at which its byte `offset` stands, or its end."""
        return within(self._text)(Span(offset - 1, offset)).end if offset else self.offset

    @property
    def fixed(self) -> str:
        """Return why nothing in it may change, empty where it may."""
        return self._text.fixed

    def outside(self, matches: tuple[Match, ...]) -> Iterator[Match]:
        """Yield the matches with their places in the part around."""
        place = within(self._text)
        for match in matches:
            where = f"{self.where}/{match.where}" if match.where else self.where
            rewritable = match.rewritable and not self.fixed
            yield replace(match, span=place(match.span), where=where, rewritable=rewritable)

    def carried(self, data: bytes, change: Change) -> Change | Unresolved:
        """Return a change of this part as a change of the part around, whose bytes are `data`.

        What can change as a whole only stays, with the reason, when anything in it does.
        """
        holds = self.held(change.holds)
        if not isinstance(self._text, Coded) or not change.edits:
            place = within(self._text)
            return Change(tuple(self._edit(data, place(edit.span), edit) for edit in change.edits), holds)
        if holds:
            return Unresolved(holds[0].reason, holds[0].detail)
        replaced = [
            (self._characters(edit.span.start), self._characters(edit.span.end), edit.new.decode())
            for edit in change.edits
        ]
        whole = self._text.together(replaced)
        if isinstance(whole, str):
            return Unresolved(HeldReason.NO_REWRITER, whole)
        span, new = whole
        return Change((Edit(span, span.of(data), new, change.edits[0].rule),))

    def _characters(self, at: int) -> int:
        """Return how many characters stand before a byte of this part."""
        return len(self.view.data[:at].decode())

    def held(self, holds: Iterable[Hold]) -> tuple[Hold, ...]:
        """Return holds with their places in the part around."""
        place = within(self._text)
        return tuple(self._hold(place(hold.span), hold, hold.whole and place(hold.whole)) for hold in holds)

    def _edit(self, data: bytes, span: Span, edit: Edit) -> Edit:
        return Edit(span, span.of(data), self._text.write(edit.new.decode()), edit.rule)

    def _hold(self, span: Span, hold: Hold, whole: Span | None) -> Hold:
        where = f"{self.where}/{hold.where}" if hold.where else self.where
        return replace(hold, span=span, where=where, whole=whole)


def all_parts(view: View) -> tuple[Embedded, ...]:
    """Return the parts inside a part, to be asked for by `View.once`."""
    return tuple(embedded(view))


def embedded(view: View) -> Iterator[Embedded]:
    """Yield the parts inside a part. A byte search comes first: most parts have none and are not parsed."""
    if view.part.kind in {Kind.STORAGE, Kind.ADF}:
        yield from queries(view)
        if _may_hold_parts(view.part.kind, view.data):
            yield from _in_parameters(view)
    if view.part.kind is Kind.ADF and b'\\"doc\\"' in view.data:
        yield from _documents(view)
    if view.part.kind is Kind.JSON and b'"representation"' in view.data:
        yield from _bodies(view)
    if view.part.kind is Kind.JSON:
        yield from _inside(view)


def _inside(view: View) -> Iterator[Embedded]:
    return (Embedded.of(view, kind, text, where) for kind, text, where in inside(view))


def queries(view: View) -> tuple[Embedded, ...]:
    """Return the queries in parameters of macros, of data sources and in fields of stored JSON."""
    return view.once(_queries)


def _queries(view: View) -> tuple[Embedded, ...]:
    return tuple(_each_query(view))


def _each_query(view: View) -> Iterator[Embedded]:
    if view.part.kind is Kind.JSON:
        yield from (each for each in _inside(view) if each.view.part.kind in {Kind.CQL, Kind.JQL})
    for each in view.parameters_of(QUERIES):
        kind = next((_QUERIES[form] for form in each.forms if form in _QUERIES), None)
        if kind is not None and not each.is_address:
            yield Embedded.of(view, kind, _readable(view, kind, each.text), each.where)


def _readable(view: View, kind: Kind, text: Written) -> Written:
    """Return a query decoded where it is one in percent encoding only, else as it stands."""
    if not _ENCODED.search(text.text) or not _is_unparsed(view, kind, text):
        return text
    readings = (in_percent(text, plus=plus) for plus in (False, True))
    return next((each for each in readings if not _is_unparsed(view, kind, each)), text)


def _is_unparsed(view: View, kind: Kind, text: Written) -> bool:
    return isinstance(view.inner(kind, text.text.encode()).query, Unparsed)


def _may_hold_parts(kind: Kind, data: bytes) -> bool:
    """Return whether a parameter may hold markup with a reference to somebody, or settings, without parsing."""
    if kind is Kind.STORAGE:
        if not any(word in data for word in _PARAMETERS):
            return False
        quoted = b"ri:user" in data and any(each in data for each in _QUOTED)
        return quoted or _holds_object(data)
    if b"ri:user" in data:
        return True
    return (b'"{' in data or b'"[' in data) and _JSON_SETTINGS.search(data) is not None


def _in_parameters(view: View) -> Iterator[Embedded]:
    """Yield the markup and the settings that stand as text in parameters, those of unknown macros included.

    What an app keeps as JSON is judged like any stored JSON and never changes.
    """
    for each in every_parameter(view):
        text = each.text.text
        if _MARKUP in text and Storage(text.encode()).unreadable is None:
            yield Embedded.of(view, Kind.STORAGE, each.text, each.where)
        elif text.lstrip()[:1] in {"{", "["} and not _DOCUMENT.match(text) and _is_settings(text):
            yield Embedded.of(view, Kind.JSON, replace(each.text, fixed=_APP), each.where)


def _is_settings(text: str) -> bool:
    return isinstance(parse(text.encode()), Object | Array)


def every_parameter(view: View, called: Callable[[str], bool] | None = None) -> Iterator[Parameter]:
    """Yield the texts in parameters of a body or a document, those that the registry does not know included.

    `called` tells by its name whether a parameter of a body is wanted; None: any is.
    """
    if view.part.kind is Kind.STORAGE:
        return in_storage(view.storage, view.context.macros, all_of_them=True, called=called)
    if isinstance(view.tree, Unreadable):
        return iter(())
    return in_document(view.data, view.tree, view.context.macros, all_of_them=True)


def _documents(view: View) -> Iterator[Embedded]:
    """Yield the documents that stand in strings of a document, as tables in tables do."""
    if isinstance(view.tree, Unreadable):
        return
    for _, node in walk(view.tree):
        if isinstance(node, Text) and _DOCUMENT.match(node.value):
            text = in_json(view.data, node)
            if not isinstance(parse(text.text.encode()), Unreadable):
                yield Embedded.of(view, Kind.ADF, text, "nested")


def _bodies(view: View) -> Iterator[Embedded]:
    """Yield the bodies in a REST answer or an event. Only those of files change: on a site they are copies."""
    if isinstance(view.tree, Unreadable):
        return
    for path, node in walk(view.tree):
        if isinstance(node, Object):
            name, value = node.text("representation"), node.text("value")
            kind = None if name is None else _BODIES.get(name.value)
            if kind is not None and value is not None and value.value.strip():
                text = in_json(view.data, value)
                if not view.released:
                    text = replace(text, fixed="stored values are not rewritten on a site")
                yield Embedded.of(view, kind, text, f"{path}.value" if path else "value")
