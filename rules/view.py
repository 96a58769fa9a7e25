"""One part as rules see it: parsed at most once, however many rules look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, TypeVar, cast

from rules import cql, jql
from rules.acl import entries, principals
from rules.codelinks import in_code
from rules.context import NOTHING_KNOWN, Context
from rules.descriptor import without_comments
from rules.gates import JSON_KINDS
from rules.jsontree import Node, parse
from rules.linkparameters import ADDRESSES, in_parameters
from rules.linkplaces import Found, in_passage, in_storage, in_tree
from rules.macros import Form, names_in
from rules.model import Kind, ObjectType, Part, Unreadable
from rules.parameters import Parameter, in_document, unreadable_card
from rules.parameters import in_storage as parameters_in_storage
from rules.passage import Passage
from rules.queries import Query, Unparsed, met, undecodable
from rules.spacekeys import space_keys
from rules.storage import Storage

SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a part at most; larger ones are reported as not assessed."""

_SETTINGS: Final = (b"arameters", b"\\u00")
"""What a document with parameters of extensions or data sources holds; the word may be written with escapes."""

_MISSING: Final = object()
Made = TypeVar("Made")


class View:
    """A part and what was parsed of it so far. Parsing happens when a rule asks for it."""

    __slots__ = (
        "_forms",
        "_inner",
        "_links",
        "_made",
        "_parameters",
        "_passage",
        "_query",
        "_storage",
        "_tree",
        "context",
        "part",
    )

    def __init__(self, part: Part, context: Context = NOTHING_KNOWN) -> None:
        self.part: Final = part
        self.context: Final = context
        self._storage: Storage | None = None
        self._tree: Node | Unreadable | None = None
        self._links: tuple[Found, ...] | None = None
        self._forms: frozenset[Form] | None = None
        self._inner: dict[tuple[Kind, bytes], View] = {}
        self._passage: Passage | None = None
        self._query: Query | Unparsed | None = None
        self._made: dict[object, object] = {}
        self._parameters: tuple[Parameter, ...] | None = None

    def once(self, make: Callable[[View], Made]) -> Made:
        """Return what `make` makes of this part, made once however many rules ask for it."""
        made = self._made.get(make, _MISSING)
        if made is _MISSING:
            made = self._made[make] = make(self)
        return cast("Made", made)

    @property
    def data(self) -> bytes:
        """Return the bytes of the part."""
        return self.part.data

    def inner(self, kind: Kind, data: bytes) -> View:
        """Return the part inside this one that `data` is, made once however many rules ask for it."""
        made = self._inner.get((kind, data))
        if made is None:
            part = Part(self.part.ref, self.part.path, kind, data)
            made = self._inner[kind, data] = View(part, self.context)
        return made

    @property
    def released(self) -> bool:
        """Return whether stored JSON may change: in a file that was handed over, or where the run was told so."""
        return self.part.ref.type is ObjectType.FILE or self.part.path in self.context.released

    @property
    def storage(self) -> Storage:
        """Return the part read as storage format."""
        if self._storage is None:
            self._storage = Storage(self.part.data)
        return self._storage

    @property
    def tree(self) -> Node | Unreadable:
        """Return the part read as JSON, or why it is none."""
        if self._tree is None:
            strict = self.part.kind is not Kind.DESCRIPTOR
            self._tree = parse(self.part.data if strict else without_comments(self.part.data))
        return self._tree

    @property
    def passage(self) -> Passage:
        """Return the part read as plain text."""
        if self._passage is None:
            self._passage = Passage(((0, self.part.data),), "plain")
        return self._passage

    @property
    def query(self) -> Query | Unparsed:
        """Return the part read as a query: JQL when it is of that kind, CQL otherwise."""
        if self._query is None:
            is_jql = self.part.kind is Kind.JQL
            text = self.passage.text
            read = jql.parse(text, self.context.pickers) if is_jql else cql.parse(text)
            known = self.context.known
            self._query = undecodable(self.part.data) or (met(read, known) if isinstance(read, Query) else read)
        return self._query

    @property
    def links(self) -> tuple[Found, ...]:
        """Return everybody that an address in the part names, in no particular order."""
        if self._links is None:
            # An absolute address in a parameter is met twice; what is known of the parameter comes last and counts.
            self._links = tuple({(each.term.form, each.value_span): each for each in self._named_by_links()}.values())
        return self._links

    def _named_by_links(self) -> Iterator[Found]:
        if self.part.kind is Kind.STORAGE:
            return chain(in_storage(self.storage), in_parameters(self.parameters_of(ADDRESSES), "xml"))
        if self.part.kind is Kind.CODE:
            return in_code(self.part.data)
        if self.part.kind not in JSON_KINDS:
            return in_passage(Passage(((0, self.part.data),), "plain"), "", "plain")
        if isinstance(self.tree, Unreadable):
            return iter(())
        found = in_tree(self.part.data, self.tree, adf=self.part.kind is Kind.ADF)
        keys = space_keys(self.part.data, self.tree) if self.part.kind is Kind.JSON else ()
        return chain(found, keys, in_parameters(self.parameters, "json"))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the texts in parameters of macros, unknown ones only when somebody is known to the run."""
        if self._parameters is None:
            self._parameters = tuple(self._all_parameters())
        return self._parameters

    def parameters_of(self, forms: frozenset[Form]) -> tuple[Parameter, ...]:
        """Return the texts in parameters, none where a byte search shows that no parameter has one of these forms."""
        return () if not self.context.known and forms.isdisjoint(self._possible()) else self.parameters

    def _possible(self) -> frozenset[Form]:
        """Return the forms that parameters in the part can have, told by a byte search."""
        if self._forms is None:
            if self.part.kind is Kind.STORAGE:
                self._forms = self.context.macros.possible(names_in(self.part.data))
            else:
                self._forms = frozenset(Form if any(trace in self.part.data for trace in _SETTINGS) else ())
        return self._forms

    def _all_parameters(self) -> Iterator[Parameter]:
        known, everything = self.context.macros, bool(self.context.known)
        if self.part.kind is Kind.STORAGE:
            return parameters_in_storage(self.storage, known, all_of_them=everything)
        if self.part.kind is not Kind.ADF or isinstance(self.tree, Unreadable):
            return iter(())
        return in_document(self.part.data, self.tree, known, all_of_them=everything)

    @property
    def touched(self) -> bool:
        """Return whether anything had to be parsed so far."""
        return any(each is not None for each in (self._storage, self._tree, self._query))

    @property
    def unreadable(self) -> Unreadable | None:
        """Return why the part cannot be judged, None when it can. Parses the part if nothing has yet."""
        if len(self.part.data) > SIZE_LIMIT:
            return Unreadable(f"larger than {SIZE_LIMIT} bytes", SIZE_LIMIT)
        if self.part.kind is Kind.STORAGE:
            return self.storage.unreadable or unreadable_card(self.storage)
        if self.part.kind in {Kind.CQL, Kind.JQL}:
            return self._unparsed()
        if self.part.kind not in JSON_KINDS:
            return None
        return self.tree if isinstance(self.tree, Unreadable) else self._misshapen(self.tree)

    def _unparsed(self) -> Unreadable | None:
        """Return where a query stops to be one and what could have stood there."""
        query = self.query
        if not isinstance(query, Unparsed):
            return None
        at = self.passage.span(query.at - 1, query.at).end if query.at else 0
        return Unreadable(f"no {self.part.kind.upper()}: expected {query.expected}", at)

    def _misshapen(self, tree: Node) -> Unreadable | None:
        """Return why an access list is none: JSON of another shape must not pass for an empty list."""
        try:
            if self.part.kind is Kind.ACCESS:
                entries(tree)
            elif self.part.kind is Kind.PERMISSIONS:
                tuple(principals(tree))
        except ValueError as error:
            return Unreadable(str(error), 0)
        return None
