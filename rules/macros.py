"""The registry of macro parameters that name people: `macros.toml`, to which a site adds rows of its own.

One row is a macro, a parameter of it and the forms in which the parameter may hold somebody. Names are compared
without regard to case, as the documentation of macros spells one parameter in several ways.
"""

from __future__ import annotations

import pkgutil
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final

ANY: Final = "*"
"""The macro of rows that hold for every macro."""
UNNAMED: Final = ""
"""The parameter that has no name: `ac:default-parameter`, or a parameter named by nothing."""

_TERM: Final = re.compile(r"[^\s,;]+")
_PREFIXES: Final = "+-"


class Form(StrEnum):
    """What the text of a parameter is."""

    USER = "user"
    """One person; blanks belong to the name."""
    USERS = "users"
    """People, separated by commas or blanks, each with `+` or `-` before it or nothing."""
    USER_NAMES = "user-names"
    """People, separated by commas only: the names may hold blanks."""
    REFERENCE = "ri:user"
    """Elements that refer to people; `rules.mentions` reads them."""
    CQL = "cql"
    JQL = "jql"
    SPACE = "space"
    """Keys of spaces, separated by commas or blanks."""
    URL = "url"
    MESSENGER = "im"
    """The address of a person in a messenger: personal data, and no identifier of the site."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of one macro, names folded, and the public source of what it holds."""

    macro: str
    parameter: str
    forms: tuple[Form, ...]
    source: str


_NAME: Final = re.compile(rb"ac:name\s*=\s*[\"']([^\"'<>]*)")


@dataclass(frozen=True, slots=True)
class Registry:
    """All rows, found by macro and parameter."""

    rows: tuple[Row, ...]
    _found: Mapping[tuple[str, str], tuple[Form, ...]] = field(repr=False, compare=False)
    _pairs: Mapping[Form, frozenset[tuple[str, str]]] = field(repr=False, compare=False)
    """Form -> folded names of macros and their parameters that have it."""

    def may_hold(self, data: bytes, forms: frozenset[Form]) -> bool:
        """Return whether a storage body can have a parameter of one of these forms, without parsing it."""
        if b"<ac:adf-" in data:
            return True
        found = set(_NAME.findall(data))
        names = {folded(name.decode("utf-8", "replace")) for name in found}
        if b"<ac:default-parameter" in data:
            names.add(UNNAMED)
        pairs = {pair for form in forms for pair in self._pairs.get(form, frozenset())}
        # A name with an entity in it may be any.
        return any(b"&" in name for name in found) or any(
            parameter in names and (macro == ANY or macro in names) for macro, parameter in pairs
        )

    def forms(self, macro: str, parameter: str) -> tuple[Form, ...]:
        """Return the forms in which a parameter may hold somebody, none when nothing is known of it."""
        name = folded(parameter)
        return self._found.get((folded(macro), name), ()) or self._found.get((ANY, name), ())


def folded(name: str) -> str:
    """Return a name without regard to case and dashes: the newer storage format writes `jqlQuery` as `jql-query`."""
    return name.strip().casefold().replace("-", "")


@dataclass(frozen=True, slots=True)
class ListTerm:
    """One entry of a list of people: characters [start, end) of the text, without its prefix."""

    start: int
    end: int
    value: str = field(repr=False)


def user_list(text: str) -> tuple[ListTerm, ...]:
    """Return the people of a list; separators and the prefixes `+` (must) and `-` (not) are not part of a name."""
    terms: list[ListTerm] = []
    for found in _TERM.finditer(text):
        value = found[0].lstrip(_PREFIXES)
        if value:
            terms.append(ListTerm(found.end() - len(value), found.end(), value))
    return tuple(terms)


def name_list(text: str, separators: str = ",;") -> tuple[ListTerm, ...]:
    """Return the people of a list whose names may hold blanks; blanks around a name are not part of it."""
    terms: list[ListTerm] = []
    for found in re.finditer(f"[^{re.escape(separators)}]+", text):
        value = found[0].strip()
        if value:
            start = found.start() + found[0].index(value)
            terms.append(ListTerm(start, start + len(value), value))
    return tuple(terms)


def parse(text: str) -> tuple[Row, ...]:
    """Return the rows of one table in TOML. Raises ValueError, naming the row by its number, when it is no table.

    A row is `{macro, parameter, forms, source}`; `macro` and `parameter` are a name or a list of names.
    """
    rows: list[Row] = []
    for number, given in enumerate(_listed(tomllib.loads(text).get("row", [])), 1):
        if not isinstance(given, dict) or set(given) - {"macro", "parameter", "forms", "source"}:
            raise ValueError(f"macro registry: row {number} is no table of macro, parameter, forms and source")
        macros, parameters = _names(given.get("macro"), number), _names(given.get("parameter"), number)
        source = given.get("source")
        if not isinstance(source, str) or not source.strip():
            raise ValueError(f"macro registry: row {number} names no source")
        try:
            forms = tuple(Form(name) for name in _names(given.get("forms"), number))
        except ValueError:
            known = ", ".join(form.value for form in Form)
            raise ValueError(f"macro registry: row {number} has a form that is none of {known}") from None
        rows += [Row(folded(macro), folded(name), forms, source) for macro in macros for name in parameters]
    return tuple(dict.fromkeys(rows))  # two spellings of one name are one row


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _names(value: object, number: int) -> list[str]:
    names = [name for name in _listed(value) if isinstance(name, str)]
    if not names or len(names) != len(_listed(value)):
        raise ValueError(f"macro registry: row {number} lacks a macro, a parameter or a form")
    return names


@cache
def registry(extra: str = "") -> Registry:
    """Return the registry of `rules/macros.toml` with the rows of `extra`, TOML too, which win over those."""
    own = pkgutil.get_data("rules", "macros.toml")
    rows = parse((own or b"").decode()) + parse(extra)
    found = {(row.macro, row.parameter): row.forms for row in rows}
    return Registry(rows, found, _pairs_by_form(rows))


@cache
def registered() -> tuple[frozenset[str], frozenset[str]]:
    """Return the folded names of the macros and of the parameters of the built-in registry."""
    rows = registry().rows
    return frozenset(row.macro for row in rows), frozenset(row.parameter for row in rows)


def _pairs_by_form(rows: tuple[Row, ...]) -> Mapping[Form, frozenset[tuple[str, str]]]:
    return {form: frozenset((row.macro, row.parameter) for row in rows if form in row.forms) for form in Form}


def forms(macro: str, parameter: str) -> tuple[Form, ...]:
    """Return what the built-in registry knows of a parameter."""
    return registry().forms(macro, parameter)
