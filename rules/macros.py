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
from functools import cache, lru_cache
from typing import Final

ANY: Final = "*"
"""The macro of rows that hold for every macro."""
UNNAMED: Final = ""
"""The parameter that has no name: `ac:default-parameter`, or a parameter named by nothing."""

_COMMA: Final = re.compile(r"[,;]")
_TERM: Final = re.compile(r"[^\s,;]+")
_PREFIXES: Final = "+-"
_MARKS: Final = f"{_PREFIXES}@"
_ID: Final = re.compile(r"[0-9a-f]{24}|[0-9a-f]{32}|[0-9]+:[A-Za-z0-9-]+|JIRAUSER[0-9]+")
"""What is an account id or a user key by its shape."""


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
    PAGE = "page"
    """A page by the key of its space: `KEY:Title`, or `space:KEY` beside `page:ID`; several separated by commas."""
    URL = "url"
    URL_QUERY = "url-query"
    """What stands behind the question mark of an address: names and values, percent-encoded."""
    MESSENGER = "im"
    """The address of a person in a messenger: personal data, and no identifier of the site."""
    DIRECTORY = "directory-id"
    """The id of a person in another directory: personal data, and no identifier of the site."""
    LOGIN = "login"
    """A login for an address that the macro reads, often with its password beside it: no identifier of the site."""
    ENCODED = "encoded-json"
    """Settings as JSON in percent encoding in Base64; `rules.encoded` reads the people in them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of one macro, names folded, and the public source of what it holds."""

    macro: str
    parameter: str
    forms: tuple[Form, ...]
    source: str


_NAME: Final = re.compile(rb"ac:name\s*=\s*[\"']([^\"'<>]*)")
_PARAMETER_NAME: Final = re.compile(rb"<ac:parameter\s[^<]*?ac:name\s*+=\s*+[\"']([^\"'<>]*+)")
_ADF: Final = b"<ac:adf-"
CARD: Final = b"data-datasource"
"""The attribute of a link that is shown as a card, with its data source as JSON."""
_PARAMETER: Final = b"<ac:parameter"
_DEFAULT: Final = b"<ac:default-parameter"


def names_in(data: bytes) -> frozenset[str] | None:
    """Return the folded names of macros and parameters in a storage body, without parsing it; None: any names.

    Nothing is in a body without parameters. The names of a body with an entity in a name or with extensions of the
    newer format, or with cards that have a data source, may be any.
    """
    if _ADF in data or CARD in data:
        return None
    default = _DEFAULT in data
    if not default and _PARAMETER not in data:
        return frozenset()
    found = set(_NAME.findall(data))
    if b"&" in b"".join(found):
        return None
    names = set(map(_folded, found))
    return frozenset(names | {UNNAMED} if default else names)


def parameters_in(data: bytes) -> frozenset[str] | None:
    """Return the folded names in the tags of parameters of a storage body, without parsing it; None: any names."""
    found = set(_PARAMETER_NAME.findall(data))
    return None if b"&" in b"".join(found) else frozenset(map(_folded, found))


@lru_cache(maxsize=4096)
def _folded(name: bytes) -> str:
    """Return a name as it is looked up; the same few names stand in all bodies of a site."""
    return folded(name.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Registry:
    """All rows, found by macro and parameter."""

    rows: tuple[Row, ...]
    _found: Mapping[tuple[str, str], tuple[Form, ...]] = field(repr=False, compare=False)
    _macros: Mapping[str, Mapping[str, frozenset[Form]]] = field(repr=False, compare=False)
    """Parameter -> macros that have it -> its forms, all names folded."""

    def possible(self, names: frozenset[str] | None) -> frozenset[Form]:
        """Return the forms that parameters of a storage body with these names can have."""
        if names is None:
            return frozenset(Form)
        found: set[Form] = set()
        for name in self._macros.keys() & names:
            held = self._macros[name]
            for macro in held.keys() & names:
                found |= held[macro]
            found.update(held.get(ANY, ()))
        return frozenset(found)

    def has(self, parameter: str) -> bool:
        """Return whether any macro has a parameter of this name."""
        return folded(parameter) in self._macros

    def forms(self, macro: str, parameter: str) -> tuple[Form, ...]:
        """Return the forms in which a parameter may hold somebody, none when nothing is known of it."""
        name = folded(parameter)
        return self._found.get((folded(macro), name), ()) or self._found.get((ANY, name), ())


def folded(name: str) -> str:
    """Return a name without regard to case and dashes: the newer storage format writes `jqlQuery` as `jql-query`."""
    return _remembered(name) if len(name) <= _USUAL else _without_case(name)


def _without_case(name: str) -> str:
    return name.strip().casefold().replace("-", "")


_USUAL: Final = 40
"""Characters of a name at most that is remembered: the same few stand in all bodies of a site."""
_remembered: Final = lru_cache(maxsize=4096)(_without_case)


@dataclass(frozen=True, slots=True)
class ListTerm:
    """One entry of a list of people: characters [start, end) of the text, without its prefix."""

    start: int
    end: int
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListPart:
    """One piece of a list that may be read in two ways: as one name with blanks in it, or as a name for each word."""

    whole: ListTerm
    words: tuple[ListTerm, ...]
    terms: tuple[ListTerm, ...]
    """The reading that holds where nobody is known: the words, or the whole where commas separate."""


def user_parts(text: str) -> tuple[ListPart, ...]:
    """Return the pieces of a list of people: what stands between commas, and between prefixes and ids within that."""
    commas = _COMMA.search(text) is not None
    parts: list[ListPart] = []
    for part in name_list(text, ",;\r\n"):
        pieces = _pieces(part)
        for words in pieces:
            start, end = words[0].start, words[-1].end
            whole = ListTerm(start, end, part.value[start - part.start : end - part.start])
            parts.append(ListPart(whole, words, (whole,) if commas and len(pieces) == 1 else words))
    return tuple(parts)


def _pieces(part: ListTerm) -> list[tuple[ListTerm, ...]]:
    """Return the words of a part without their prefixes, cut before whoever is certainly somebody else."""
    pieces: list[list[ListTerm]] = []
    cut = True
    for found in _TERM.finditer(part.value):
        value = found[0].lstrip(_PREFIXES)
        begins = _begins(found[0])
        if cut or begins:
            pieces.append([])
        cut = begins and _ID.fullmatch(value) is not None
        if value:
            end = part.start + found.end()
            pieces[-1].append(ListTerm(end - len(value), end, value))
    return [tuple(words) for words in pieces if words]


def user_list(text: str) -> tuple[ListTerm, ...]:
    """Return the people of a list; separators and the prefixes `+` (must) and `-` (not) are not part of a name.

    Where commas separate, blanks belong to a name, unless a prefix or an id between them says otherwise.
    """
    return tuple(term for part in user_parts(text) for term in part.terms)


def _begins(word: str) -> bool:
    """Return whether a word behind a blank is somebody else: it has a prefix, or is an id."""
    return (len(word) > 1 and word[0] in _MARKS) or _ID.fullmatch(word) is not None


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
    table = tomllib.loads(text)
    if set(table) - {"row"}:
        raise ValueError("macro registry: there is something beside the tables [[row]]")
    for number, given in enumerate(_listed(table.get("row", [])), 1):
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
    return Registry(rows, found, _by_parameter(rows))


@cache
def registered() -> tuple[frozenset[str], frozenset[str]]:
    """Return the folded names of the macros and of the parameters of the built-in registry."""
    rows = registry().rows
    return frozenset(row.macro for row in rows), frozenset(row.parameter for row in rows)


def _by_parameter(rows: tuple[Row, ...]) -> Mapping[str, Mapping[str, frozenset[Form]]]:
    found: dict[str, dict[str, frozenset[Form]]] = {}
    for row in rows:
        held = found.setdefault(row.parameter, {})
        held[row.macro] = held.get(row.macro, frozenset()) | frozenset(row.forms)
    return found


def forms(macro: str, parameter: str) -> tuple[Form, ...]:
    """Return what the built-in registry knows of a parameter."""
    return registry().forms(macro, parameter)
