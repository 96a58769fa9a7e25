"""Confluence's query language: which people and personal spaces a query names, and where.

The grammar follows the public documents of CQL: fields, the operators `= != > >= < <= ~ !~ IN NOT IN`, functions,
single and double quotes with backslash escapes, `AND` and `OR` without precedence, `NOT` before a clause that is not
the first, `ORDER BY`. More lenient than the documents are unquoted values: they may hold dots, dashes, slashes, `@`
and `~`, as queries in real pages do.
Source: Atlassian, Advanced searching using CQL; CQL fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, cast

from rules.cqloperators import misused
from rules.plainqueries import Plain
from rules.queries import (
    BY_VALUE,
    CURLY,
    FieldTerm,
    Language,
    NameTerm,
    Query,
    SpaceTerm,
    Unparsed,
    UserTerm,
    branches,
    extent,
    first,
    operands,
)

if TYPE_CHECKING:
    from lark import Token

    from rules.queries import Branch, Node

__all__ = ["USER_FIELDS", "NameTerm", "Query", "SpaceTerm", "Unparsed", "UserTerm", "parse"]

USER_FIELDS: Final = frozenset(
    {
        "user",
        "creator",
        "contributor",
        "mention",
        "watcher",
        "favourite",
        "favorite",
        "owner",
        "lastmodifier",
        "lastmodifiedby",
    }
)
"""Fields whose operands are people."""
SPACE_FIELDS: Final = frozenset({"space", "space.key"})
"""Fields whose operands are keys of spaces."""
RETIRED: Final = "userkey"
"""What follows the dot in a field that was removed: `creator.userkey`."""
_UNDOCUMENTED: Final = frozenset({"key", "username"})
"""What follows the dot in fields that queries hold and no document of CQL has: the value identifies somebody."""
_IDENTIFYING: Final = frozenset({"", "accountid", RETIRED}) | _UNDOCUMENTED
"""What may follow the dot, or nothing, in a field that identifies people; after anything else it describes them."""
_AROUND: Final = ("content.", "container.")
"""What may stand before a field: the content that is meant."""
_PLAIN_FIELDS: Final = """
    ancestor container content created id label lastmodified macro parent sitesearch space space.key space.title
    space.type text title type
"""
"""Fields that hold no people, personal spaces aside."""
_DOCUMENTED: Final = frozenset(_PLAIN_FIELDS.split())
_ORDERED: Final = frozenset({"<", ">", "<=", ">="})
_LABEL: Final = "label"
_OWNED: Final = re.compile(r"~([^\s:~/]+):")
"""Whose personal label is meant (`~jsmith:favourite`)."""
_NO_LABEL: Final = "nothing public says how Cloud writes the owner of a personal label"
_NO_FIELD: Final = "CQL documents no such field, so nobody can say what takes its place"
_NO_OPERATOR: Final = "CQL compares people with = and IN only, so the query means nothing that could be kept"

_RESERVED: Final = """
    after and as avg before begin by commit contains count distinct else empty end explain from having if in inner
    insert into is isnull left like limit max min not null or order outer right select sum then was where update
"""

_GRAMMAR: Final = r"""
query: [_clauses] [_order]
_clauses: _unit (_JOIN _NOT* _unit)*
_nested: _NOT* _unit (_JOIN _NOT* _unit)*
_unit: clause | "(" _nested ")"
clause: field COMPARE _operand
      | field LIKE _operand
      | field _IN (list | function)
      | field _NOT _IN (list | function)
field: FIELD ("[" KEY "]" PATH?)?
list: "(" _operand ("," _operand)* ")"
_operand: WORD | STRING | function
function: WORD "(" (argument ("," argument)*)? ")"
argument: WORD | STRING
_order: _ORDER _BY sort ("," sort)*
sort: FIELD ("[" KEY "]" PATH?)? [_DIRECTION]

_JOIN: /(?i:and|or)(?![\w.-])/
_NOT: /(?i:not)(?![\w.-])/
_IN: /(?i:in)(?![\w.-])/
_ORDER: /(?i:order)(?![\w.-])/
_BY: /(?i:by)(?![\w.-])/
_DIRECTION: /(?i:asc|desc)(?![\w.-])/
COMPARE: ">=" | "<=" | "!=" | "=" | ">" | "<"
LIKE: "~" | "!~"
FIELD: /(?!(?i:@RESERVED@)(?![\w.-]))[^\W\d][\w.-]*/
KEY: /[@WORD@]+/
PATH: /\.[\w.-]+/
WORD: /(?!(?i:@RESERVED@)(?![@WORD@])|[@CURLY@])~?[@WORD@]+/
STRING: /"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'/s
%ignore /\s+/
"""
_OUTSIDE: Final = r"""^\s\x00-\x1f\x7f"'`()\[\]{},=!<>~&|;*?%^$#\\\u201c\u201d\u201e"""
"""Characters that an unquoted value cannot hold. Nor does one begin with any other quote."""

_LANGUAGE: Final = Language(
    _GRAMMAR.replace("@RESERVED@", "|".join(_RESERVED.split())).replace("@WORD@", _OUTSIDE).replace("@CURLY@", CURLY),
    {
        "$END": "the end",
        "_JOIN": "AND or OR",
        "_NOT": "NOT",
        "_IN": "IN",
        "_ORDER": "ORDER BY",
        "_BY": "BY",
        "_DIRECTION": "ASC or DESC",
        "COMPARE": "an operator",
        "LIKE": "an operator",
        "FIELD": "a field",
        "KEY": "a property key",
        "PATH": "a property path",
        "WORD": "a value",
        "STRING": "a value",
        "LPAR": "an opening parenthesis",
        "RPAR": "a closing parenthesis",
        "COMMA": "a comma",
        "LSQB": "a property key in brackets",
        "RSQB": "a closing bracket",
    },
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_DOUBTFUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[^\W_]")
"""A backslash before a letter or a digit: an escape of nothing, or one not doubled (`DOMAIN\name`)."""
_TWO_READINGS: Final = "a backslash before a letter: it may be an escape, or a part of the name"
_PLAIN: Final = Plain(_PLAIN_FIELDS, USER_FIELDS, _RESERVED)


def parse(text: str) -> Query | Unparsed:
    """Return whom a CQL query names, or where and why it is none. Offsets are characters; time is linear."""
    if _PLAIN.holds(text):
        return Query()
    tree = _LANGUAGE.parse(text)
    if isinstance(tree, Unparsed):
        return tree
    terms = [term for branch in branches(tree) for term in _terms(branch)]
    return Query(
        users=tuple(term for term in terms if isinstance(term, UserTerm)),
        spaces=tuple(term for term in terms if isinstance(term, SpaceTerm)),
        names=tuple(term for term in terms if isinstance(term, NameTerm)),
        fields=tuple(term for term in terms if isinstance(term, FieldTerm)),
        others=tuple(term for branch in branches(tree) for term in _others(branch)),
    )


def refused(text: str) -> Unparsed | None:
    """Return where Confluence refuses a query and what could have stood there, None where it takes it.

    Stricter than `parse`: an operator that the field reference rules out for its field is refused too.
    """
    tree = _LANGUAGE.parse(text)
    return tree if isinstance(tree, Unparsed) else misused(tree)


def _terms(branch: Branch) -> Iterator[UserTerm | SpaceTerm | NameTerm | FieldTerm]:
    """Yield what one clause, or one field of the order, says of people; other branches say nothing."""
    if branch.data not in {"clause", "sort"}:
        return
    head, rest = (branch, []) if branch.data == "sort" else (cast("Branch", branch.children[0]), branch.children[1:])
    if len(head.children) > 1:
        return  # a content property: what it holds is the business of its app
    start, end = extent(head)
    written = str(first(head))
    name = written.casefold()
    inner = _inner(name)
    base, _, ending = inner.partition(".")
    person = base in USER_FIELDS
    identifies = person and ending in _IDENTIFYING
    retired = identifies and ending == RETIRED
    shown = base if retired else inner
    if retired:
        yield FieldTerm(start, end, written.rpartition(".")[0])
    fixed = _fixed(ending, rest) if identifies else ""
    for operand in (each for node in rest for each in operands(node)):
        if not isinstance(operand, str) or operand.type not in {"WORD", "STRING"}:
            continue
        value = _text(operand)
        if identifies:
            stays = fixed or (_TWO_READINGS if _DOUBTFUL.search(operand) else "")
            term = UserTerm(*extent(operand), value, shown, start, end, legacy_field=retired, fixed=stays)
            if term.subject is not None:
                yield term
        elif person and value.strip():
            yield NameTerm(*extent(operand), value, shown)
        elif value.startswith("~"):
            yield from _owned(operand, value, inner, (start, end))


def _owned(operand: Token, value: str, name: str, field: tuple[int, int]) -> Iterator[SpaceTerm | UserTerm]:
    """Yield the personal space that an operand is the key of, or the owner of the personal label that it is."""
    owner = _OWNED.match(value)
    if name in SPACE_FIELDS:
        yield SpaceTerm(*extent(operand), value, name)
    elif name == _LABEL and owner is not None:
        yield UserTerm(*extent(operand), owner[1], name, *field, fixed=_NO_LABEL)


def _others(branch: Branch) -> Iterator[UserTerm]:
    """Yield the operands of a clause over a field that no document describes, or over the property of an app."""
    if branch.data != "clause":
        return
    head, rest = cast("Branch", branch.children[0]), branch.children[1:]
    name = _inner(str(first(head)).casefold())
    documented = name in _DOCUMENTED or name.partition(".")[0] in USER_FIELDS
    if (documented and len(head.children) == 1) or _is_unequal(rest):
        return
    for operand in (each for node in rest for each in operands(node)):
        if isinstance(operand, str) and operand.type in {"WORD", "STRING"}:
            yield UserTerm(*extent(operand), _text(operand), name, *extent(head), fixed=BY_VALUE, by_value=True)


def _inner(name: str) -> str:
    """Return the name of a field without the content that it belongs to."""
    return next((name.removeprefix(each) for each in _AROUND if name.startswith(each)), name)


def _fixed(ending: str, rest: Sequence[Node]) -> str:
    """Return why the operands of a clause over people stay as they are, empty where they may change."""
    if ending in _UNDOCUMENTED:
        return _NO_FIELD
    return _NO_OPERATOR if _is_unequal(rest) else ""


def _is_unequal(rest: Sequence[Node]) -> bool:
    """Return whether a clause compares with an operator that people are not compared with."""
    return any(isinstance(node, str) and (node.type == "LIKE" or node in _ORDERED) for node in rest)


def _text(token: str) -> str:
    """Return what an operand says, without quotes and escapes."""
    return _ESCAPE.sub(r"\1", token[1:-1]) if token[0] in "\"'" else str(token)
