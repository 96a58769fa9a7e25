"""Parameters of macros, in whatever notation, and what `rules.macros` knows of them.

Storage format has `ac:parameter` and `ac:default-parameter` in macros of either notation, and `ac:adf-parameter` in
extensions; a document in the newer format has the parameters of its extensions and of the data sources of its cards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rules import adf
from rules.jsontree import Node
from rules.macros import UNNAMED, Form, Registry
from rules.storage import MACROS, PARAMETERS, Element, Run, Storage
from rules.tokens import What
from rules.vocabulary import MACROS as KNOWN_MACROS
from rules.vocabulary import PARAMETERS as KNOWN_PARAMETERS
from rules.written import Written, in_cdata, in_json, in_xml

GATE: Final = (b"<ac:parameter", b"<ac:default-parameter", b"<ac:adf-parameter", b"arameters")
"""What a part with parameters holds; the last one is for JSON."""

_ADF_PARAMETERS: Final = frozenset({"ac:adf-parameter", "ac:adf-attribute"})
_ADF_NODES: Final = frozenset({"ac:adf-node", "ac:adf-extension"})
_ADDRESS: Final = re.compile(r"\s*https?://")
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
        return Form.URL in self.forms or (query and _ADDRESS.match(self.text.text) is not None)


def in_storage(storage: Storage, known: Registry, *, all_of_them: bool) -> Iterator[Parameter]:
    """Yield the texts in parameters of a body in order, those that the registry does not know only when asked."""
    wanted: dict[int, tuple[str, str]] = {}
    keys = _extension_keys(storage)
    for element in storage.named(*PARAMETERS, *_ADF_PARAMETERS):
        macro, name = (
            _of_extension(storage, element, keys) if element.name in _ADF_PARAMETERS else _of(storage, element)
        )
        if all_of_them or known.forms(macro, name):
            wanted[element.index] = (macro, name)
    runs = [run for run in storage.runs(wanted) if storage.content(run)[1].strip()]
    cut = _interrupted(storage, runs)
    for run in runs:
        macro, name = wanted[run.parent]
        start, raw = storage.content(run)
        if run.what is not What.COMMENT:
            text = in_xml(start, raw) if run.what is What.TEXT else in_cdata(start, raw)
            if run.parent in cut:
                text = replace(text, fixed="other markup interrupts the text of the parameter")
            yield Parameter(macro, name, known.forms(macro, name), text, storage.path(run.parent))


def _interrupted(storage: Storage, runs: Sequence[Run]) -> set[int]:
    """Return the parameters of `runs` whose text is only a piece of what they say: elements or sections cut it."""
    held = Counter(run.parent for run in runs if run.what is not What.COMMENT)
    cut = {index for index, count in held.items() if count > 1}
    return cut | (storage.parents() & held.keys())


def _of(storage: Storage, element: Element) -> tuple[str, str]:
    """Return the names of the macro and of the parameter."""
    around = next((each for each in storage.ancestors(element.parent) if each.name in MACROS), None)
    return "" if around is None else storage.value(around, "ac:name"), storage.value(element, "ac:name") or UNNAMED


def _extension_keys(storage: Storage) -> dict[int, str]:
    """Return the macro that each extension in the body stands for, by the element around its attributes."""
    named = {
        each.index: each.parent
        for each in storage.named("ac:adf-attribute")
        if storage.value(each, "key") == "extension-key"
    }
    return {
        named[run.parent]: adf.short_key(in_xml(*storage.content(run)).text.strip())
        for run in storage.runs(named)
        if run.what is What.TEXT
    }


def _of_extension(storage: Storage, element: Element, keys: dict[int, str]) -> tuple[str, str]:
    name, macro = "", ""
    for around in storage.ancestors(element.index):
        if around.name in _ADF_NODES:
            macro = keys.get(around.index, "")
            break
        key = storage.value(around, "key")
        name = name or (key if key != "value" else "")
    return macro, name


def in_document(data: bytes, tree: Node, known: Registry, *, all_of_them: bool) -> Iterator[Parameter]:
    """Yield the strings that configure extensions and data sources, those that are not known only when asked."""
    for each in adf.settings(tree):
        forms = known.forms(each.macro, each.name)
        if forms or all_of_them:
            macro = each.macro if each.macro in KNOWN_MACROS else ""
            name = each.name if each.name in KNOWN_PARAMETERS else ""
            where = f"{each.path}/macro[{macro}]/parameter[{name}]"
            yield Parameter(each.macro, each.name, forms, in_json(data, each.text), where)


def may_be_user(value: str) -> bool:
    """Return whether a value could be the name of somebody, rather than a variable or a piece of a template."""
    return _SURE.fullmatch(value) is not None
