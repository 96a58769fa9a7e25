"""Parameters of macros, in whatever notation, and what `rules.macros` knows of them.

Storage format has `ac:parameter` and `ac:default-parameter` in macros of either notation, and `ac:adf-parameter` in
extensions; a document in the newer format has the parameters of its extensions and of the data sources of its cards.
Other nodes of the newer format that are written in storage format count as macros named `adf:TYPE`. A link that is
shown as a card has its data source as JSON in an attribute.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from rules import adf
from rules.gates import Gate, NamedGate
from rules.jsontree import Node, Object, parse
from rules.macros import CARD, UNNAMED, Form, Registry, folded, registry
from rules.model import Span, Unreadable
from rules.placeholders import holds_variable
from rules.storage import MACROS, PARAMETERS, Run, Storage
from rules.tokens import What
from rules.vocabulary import MACROS as KNOWN_MACROS
from rules.vocabulary import PARAMETERS as KNOWN_PARAMETERS
from rules.written import Written, in_attribute, in_cdata, in_json, in_xml, layered, within

GATE: Final = (b"<ac:parameter", b"<ac:default-parameter", b"<ac:adf-parameter", b"arameters")
"""What a part with parameters holds; the last one is for JSON."""
_CARDS: Final = re.compile(CARD + rb"\s*+=")


def holds_card(data: bytes) -> bool:
    """Return whether a body has a card with a data source."""
    return _CARDS.search(data) is not None


_CARD_GATE: Final = (b"{", _CARDS, holds_card)
"""The JSON of a data source is an object, so the sign that other gates look for anyway has to occur."""


@cache
def gate(forms: frozenset[Form]) -> tuple[Gate, ...]:
    """Return what a part holds whose parameters can have one of `forms`.

    A parameter opens it that bears one of their names, or a name that `folded` could turn into one.
    """
    word, *others = GATE
    names = frozenset(row.parameter for row in registry().rows if not forms.isdisjoint(row.forms))
    called = "|".join(sorted(map(re.escape, names))).encode()
    pattern = rb"%b\s[^<]*?ac:name\s*=\s*[\"'](?:[^\"'<>]*[&\x80-\xff-]|[\s\x1c-\x1f]*(?i:%b)[\s\x1c-\x1f]*[\"'])"
    return (NamedGate(word, re.compile(pattern % (word, called)), names), *others, _CARD_GATE)


NODES: Final = (
    b"<ac:adf-attribute",
    re.compile(rb"<ac:adf-node[^<>]{0,200}\stype\s*=\s*[\"'](?:mention|(?:block-?)?[tT]ask-?[iI]tem)[\"']"),
)
"""What a body with a node of the newer format holds that can name a person without parameters."""

_ADF_PARAMETERS: Final = frozenset({"ac:adf-parameter", "ac:adf-parameter-value", "ac:adf-attribute"})
_NODE: Final = "adf:"
MENTION: Final = "adf:mention"
"""The macro that a mention counts as."""
_ADF_NODES: Final = frozenset({"ac:adf-node", "ac:adf-extension"})
_BLOCKS: Final = ("div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "tbody", "td", "th", "tr", "ul")
_INLINE: Final = ("a", "b", "code", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u")
"""Elements that an editor for rich text puts around what somebody typed into a parameter."""
_SEPARATOR: Final = re.compile(r"[\s,;]")
_ADDRESS: Final = re.compile(r"\s*https?://")
_QUERY: Final = re.compile(
    r"(?!\s*+(?:[a-z][a-z0-9+.-]*+:|[/?]))[^%=~<>!/?&]{1,200}?(?:[=~<>!]|\s(?:in|is|was|not|changed)\b)", re.IGNORECASE
)
"""How a query begins: what is compared, and an operator."""
_SURE: Final = re.compile(r"[^<>{}$\r\n\t]{1,255}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One text in a parameter; a parameter with elements between its texts has several."""

    macro: str
    name: str
    forms: tuple[Form, ...]
    """What is known of it, nothing for an unknown parameter."""
    text: Written = field(repr=False)
    where: str

    @property
    def is_address(self) -> bool:
        """Return whether it holds an address: one may stand where a query is expected, as the Jira macro takes both."""
        query = Form.CQL in self.forms or Form.JQL in self.forms
        if Form.URL in self.forms:
            return not query or _QUERY.match(self.text.text) is None
        return query and _ADDRESS.match(self.text.text) is not None

    @property
    def is_list(self) -> bool:
        """Return whether the text has entries of its own: beside a template's variable, another text is part of it."""
        queries = {Form.CQL, Form.JQL}
        return queries.isdisjoint(self.forms) and _SEPARATOR.search(self.text.text.strip()) is not None


def in_storage(
    storage: Storage, known: Registry, *, all_of_them: bool, called: Callable[[str], bool] | None = None
) -> Iterator[Parameter]:
    """Yield the texts in parameters of a body in order, those that the registry does not know only when asked.

    `called` tells by its name whether a parameter is wanted; None: any is.
    """
    wanted: dict[int, tuple[str, str, tuple[Form, ...]]] = {}
    macros: dict[int, str] = {}
    for index in storage.indices(*PARAMETERS):
        name = storage.value(index, "ac:name") or UNNAMED
        if (all_of_them or known.has(name)) and (called is None or called(name)):
            macro = _macro_of(storage, index, macros)
            forms = known.forms(macro, name)
            if forms or all_of_them:
                wanted[index] = (macro, name, forms)
    extended = storage.indices(*_ADF_PARAMETERS)
    if extended:
        keys = _extension_keys(storage)
        for index in extended:
            macro, name = _of_extension(storage, index, keys)
            forms = known.forms(macro, name)
            if (forms or all_of_them) and (called is None or called(name)):
                wanted[index] = (macro, name, forms)
    if wanted:
        yield from _in_macros(storage, wanted)
    if holds_card(storage.data):
        yield from _in_cards(storage, known, all_of_them=all_of_them, called=called)


def _in_macros(storage: Storage, wanted: Mapping[int, tuple[str, str, tuple[Form, ...]]]) -> Iterator[Parameter]:
    """Yield the texts in parameters by the names of their macros, their own and what is known of them."""
    variables = {each.parent for each in storage.named("at:var")}
    for index, run, fixed in _texts(storage, wanted.keys()):
        macro, name, forms = wanted[index]
        start, raw = storage.content(run)
        text = in_xml(start, raw) if run.what is What.TEXT else in_cdata(start, raw)
        if fixed:
            text = replace(text, fixed="other markup interrupts the text of the parameter")
        found = Parameter(macro, name, forms, text, storage.path(index))
        if run.parent not in variables or found.is_list:
            yield found


def _in_cards(
    storage: Storage, known: Registry, *, all_of_them: bool, called: Callable[[str], bool] | None
) -> Iterator[Parameter]:
    """Yield the strings that configure the data sources of cards, which stand as JSON in an attribute."""
    for element in storage.tags(_CARDS):
        for attribute in storage.attributes(element):
            if attribute.name != CARD.decode():
                continue
            span = attribute.value_span
            source = in_attribute(span.start, span.of(storage.data))
            data = source.text.encode()
            tree = parse(data)
            where = "/".join(filter(None, (storage.path(element.index), f"@{attribute.name}")))
            for each in adf.source_settings(tree, where) if isinstance(tree, Object) else ():
                found = _setting(data, each, known)
                if (found.forms or all_of_them) and (called is None or called(each.name)):
                    yield replace(found, text=layered(found.text, source))


def unreadable_card(storage: Storage) -> Unreadable | None:
    """Return the first data source of a card that is no JSON, None where each says nothing or can be read."""
    for element in storage.tags(_CARDS) if holds_card(storage.data) else ():
        for attribute in storage.attributes(element):
            span = attribute.value_span
            if attribute.name == CARD.decode() and span.of(storage.data).strip():
                source = in_attribute(span.start, span.of(storage.data))
                tree = parse(source.text.encode())
                if isinstance(tree, Unreadable):
                    at = within(source)(Span(tree.offset - 1, tree.offset)).end if tree.offset else span.start
                    return Unreadable(f"the data source of a card is {tree.reason}", at)
    return None


def _texts(storage: Storage, wanted: AbstractSet[int]) -> Iterator[tuple[int, Run, bool]]:
    """Yield the texts of parameters by parameter, each with whether it is only a piece of what the parameter says.

    A text in a paragraph, a cell or an item of a list is a value of its own, as editors for rich text write them;
    beside a text that stands in the parameter itself, such elements are decoration.
    """
    parents = storage.parents()
    owners = _owners(storage, {index for index in wanted if index in parents})
    runs = [run for run in storage.runs(wanted | owners.keys()) if _says_something(storage, run)]
    direct = {run.parent for run in runs if run.parent in wanted}
    each_held = Counter(run.parent for run in runs)
    held = Counter(owners.get(run.parent, run.parent) for run in runs)
    for run in runs:
        index = owners.get(run.parent, run.parent)
        if run.parent in wanted:
            yield index, run, each_held[run.parent] > 1 or run.parent in parents
        elif index not in direct:
            inline = storage.element(run.parent).name in _INLINE
            alone = each_held[run.parent] == 1 and run.parent not in parents
            yield index, run, not alone or (inline and held[index] > 1)


def _says_something(storage: Storage, run: Run) -> bool:
    return run.what is not What.COMMENT and bool(storage.content(run)[1].strip())


def _owners(storage: Storage, wanted: AbstractSet[int]) -> dict[int, int]:
    """Return the parameter around each element of prose, where nothing but prose lies between the two."""
    owners: dict[int, int] = {}
    for element in storage.named(*_BLOCKS, *_INLINE) if wanted else ():
        around = owners.get(element.parent, element.parent)
        if around in wanted:
            owners[element.index] = around
    return owners


def _macro_of(storage: Storage, index: int, macros: dict[int, str]) -> str:
    """Return the name of the macro of a parameter; `macros` keeps those of the macros by what is in them."""
    parent = storage.parent(index)
    macro = macros.get(parent)
    if macro is None:
        around = storage.nearest(parent, MACROS)
        macro = macros[parent] = "" if around is None else storage.value(around, "ac:name")
    return macro


def _extension_keys(storage: Storage) -> dict[int, str]:
    """Return the macro that each node of the newer format stands for, by the element around its attributes."""
    named = {
        each.index: each.parent
        for each in storage.named("ac:adf-attribute")
        if storage.value(each, "key") == "extension-key"
    }
    keys = {
        each.index: f"{_NODE}{folded(storage.value(each, 'type'))}"
        for each in storage.named("ac:adf-node")
        if storage.value(each, "type")
    }
    for run in storage.runs(named) if named else ():
        if run.what is What.TEXT:
            keys[named[run.parent]] = adf.short_key(in_xml(*storage.content(run)).text.strip())
    return keys


def _of_extension(storage: Storage, index: int, keys: dict[int, str]) -> tuple[str, str]:
    name, macro, source = "", "", False
    for around in storage.ancestors(index):
        if around.name in _ADF_NODES:
            macro = adf.DATASOURCE if source else keys.get(around.index, "")
            break
        key = storage.value(around, "key")
        source = source or (key == adf.DATASOURCE and around.name == "ac:adf-attribute")
        name = name or (key if key != "value" else "")
    return macro, name


def in_document(data: bytes, tree: Node, known: Registry, *, all_of_them: bool) -> Iterator[Parameter]:
    """Yield the strings that configure extensions and data sources, those that are not known only when asked."""
    for each in adf.settings(tree):
        found = _setting(data, each, known)
        if found.forms or all_of_them:
            yield found


def _setting(data: bytes, setting: adf.Setting, known: Registry) -> Parameter:
    """Return what configures an extension or a data source as the parameter that it is."""
    macro = setting.macro if setting.macro in KNOWN_MACROS else ""
    name = setting.name if setting.name in KNOWN_PARAMETERS else ""
    where = f"{setting.path}/macro[{macro}]/parameter[{name}]"
    forms = known.forms(setting.macro, setting.name)
    return Parameter(setting.macro, setting.name, forms, in_json(data, setting.text), where)


def may_be_user(value: str) -> bool:
    """Return whether a value could be the name of somebody, rather than a variable or a piece of a template."""
    return _SURE.fullmatch(value) is not None and not holds_variable(value)
