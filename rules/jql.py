"""Jira's query language: which people a query names, and where.

The grammar follows the public documents of JQL: `NOT` (or `!`), `AND` (`&`, `&&`) and `OR` (`|`, `||`), comparisons,
lists and functions, `IS EMPTY`, the history operators `WAS` and `CHANGED` with their predicates, custom fields
(`cf[10100]`), properties of fields, words that must be quoted, and `ORDER BY`.
Source: Atlassian, JQL reference: fields, operators, keywords, functions and reserved words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from rules.passage import character
from rules.plainqueries import Plain
from rules.queries import (
    BY_VALUE,
    CURLY,
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
    from rules.queries import Branch, Node

__all__ = ["USER_FIELDS", "NameTerm", "Query", "SpaceTerm", "Unparsed", "UserTerm", "parse"]

USER_FIELDS: Final = frozenset(
    {
        "assignee",
        "reporter",
        "creator",
        "voter",
        "watcher",
        "worklogauthor",
        "request participants",
        "approvers",
    }
)
"""Fields whose operands are people: Jira's own and those that Jira Service Management creates."""
_UNDOCUMENTED: Final = frozenset({"approver"})
"""Fields that no document describes and whose names say that they hold people: reported, changed only as pickers."""
USER_FUNCTIONS: Final = frozenset({"updatedby", "projectsleadbyuser", "componentsleadbyuser"})
"""Functions whose first argument is a person."""
PEOPLE_FUNCTIONS: Final = frozenset({"approver", "pendingby", "pendingapprovalby"})
"""Functions all of whose arguments are people."""
_PLAIN_FUNCTIONS: Final = frozenset(
    """
    cascadeoption earliestunreleasedversion issueswithremotelinksbyglobalid latestreleasedversion linkedissues membersof
    projectswhereuserhaspermission projectswhereuserhasrole releasedversions standardissuetypes subtaskissuetypes
    unreleasedversions
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Functions of Jira whose arguments are documented and name nobody: groups, projects, issues, roles."""
_PERSON: Final = re.compile(r"[\w+-](?:[\w.@+-]*[\w+-])?")
"""What may be somebody in an argument that is a phrase or a query itself."""
_PHRASE: Final = 4096
"""Characters of such an argument at most; longer ones are compared as a whole only."""
PICKERS: Final = ("[user picker (single user)]", "[user picker (multiple users)]", "[people]")
"""How the names of fields end that Jira tells apart by their type, where that type holds people."""
NOBODY: Final = "unknown"
"""What Jira's own converter writes for people that it cannot find. A user may have that name, so it is one like any."""

_PLAIN_FIELDS: Final = """
    affectedversion category component created description due duedate environment filter fixversion id issue issuekey
    issuetype key labels parent priority project resolution resolutiondate resolved sprint status statuscategory
    summary text type updated
"""
"""Fields that hold no people, unless a run knows better."""
_DOCUMENTED: Final = frozenset(_PLAIN_FIELDS.split())
_UNEQUAL: Final = frozenset({"LIKE", "ORDERED"})
_NO_OPERATOR: Final = "JQL compares people with =, IN, IS, WAS and CHANGED only, so nobody can say what is meant"
_NO_PICKER: Final = "no document describes this field of people; name it as a user picker to have it rewritten"
_NO_QUOTES: Final = "its quotes are not straight, so they are part of the value"

_RESERVED: Final = """
    abort access add after alias alter and any as asc audit avg before begin between boolean break by byte catch cf
    changed char character check checkpoint collate collation column commit connect continue count create current
    date decimal declare decrement default defaults define delete delimiter desc difference distinct divide do
    double drop else empty encoding end equals escape exclusive exec execute exists explain false fetch field file
    first float for from function go goto grant greater group having identified if immediate in increment index
    initial inner inout input insert int integer intersect intersection into is isempty isnull join last left less
    like limit lock long max min minus mode modify modulo more multiply next noaudit not notin nowait null number
    object of on option or order outer output power previous prior privileges public raise raw remainder rename
    resource return returns revoke right row rowid rownum rows select session set share size sqrt start strict
    string subtract sum synonym table then to trans transaction trigger true uid union unique update user validate
    values view was when whenever where while with
"""

_GRAMMAR: Final = r"""
query: [_clauses] [_order]
_clauses: _unit (_JOIN _unit)*
_unit: (_NOT | _BANG)* (clause | "(" _clauses ")")
clause: field EQUALS (_single | EMPTY)
      | field ORDERED _single
      | field LIKE (_single | EMPTY)
      | field _in (list | function)
      | field _IS _NOT? EMPTY
      | field _WAS _NOT? (_single | EMPTY) (when | by)*
      | field _WAS _in (list | function) (when | by)*
      | field _CHANGED (when | by | turn)*
_in: _NOT? _IN
when: (_AFTER | _BEFORE | _ON) _single | _DURING list
by: _BY _any
turn: (_FROM | _TO) _any
field: CF "[" DIGITS "]" | (WORD | STRING) ("[" (WORD | STRING) "]" PATH?)*
_single: WORD | STRING | function
_any: _single | EMPTY | list
list: "(" _item ("," _item)* ")"
_item: _single | EMPTY | list
function: (WORD | STRING) "(" (_argument ("," _argument)*)? ")"
_argument: WORD | STRING
_order: _ORDER _BY field _DIRECTION? ("," field _DIRECTION?)*

_JOIN: /(?:(?i:and|or)(?![@WORD@])|&&?|\|\|?)/
_NOT: /(?i:not)(?![@WORD@])/
_BANG: /!(?![=~])/
_IN: /(?i:in)(?![@WORD@])/
_IS: /(?i:is)(?![@WORD@])/
_WAS: /(?i:was)(?![@WORD@])/
_CHANGED: /(?i:changed)(?![@WORD@])/
_AFTER: /(?i:after)(?![@WORD@])/
_BEFORE: /(?i:before)(?![@WORD@])/
_ON: /(?i:on)(?![@WORD@])/
_DURING: /(?i:during)(?![@WORD@])/
_FROM: /(?i:from)(?![@WORD@])/
_TO: /(?i:to)(?![@WORD@])/
_ORDER: /(?i:order)(?![@WORD@])/
_BY: /(?i:by)(?![@WORD@])/
_DIRECTION: /(?i:asc|desc)(?![@WORD@])/
EMPTY: /(?i:empty|null)(?![@WORD@])/
CF: /(?i:cf)(?![@WORD@])/
EQUALS: "=" | "!="
ORDERED: ">=" | "<=" | ">" | "<"
LIKE: "~" | "!~"
DIGITS: /[0-9]+/
PATH: /\.\s*[\w.-]+/
WORD: /(?!(?i:@RESERVED@)(?![@WORD@\\]))(?:[@WORD@]|@ESCAPE@)+/
STRING: /"@IN2@(?:@ESCAPE@@IN2@)*"|'@IN1@(?:@ESCAPE@@IN1@)*'/
%ignore /\s+/
"""
_OUTSIDE: Final = r"""^\s\x00-\x1f\x7f"'()\[\]{},=!<>~&|;*?%^$#+\/@\\"""
"""Characters that an unquoted word cannot hold, but for the backslash of an escape."""

_KNOWN_ESCAPE: Final = r"""\\(?:u[0-9a-fA-F]{4}|[ntr"'\\ ])"""
_LANGUAGE: Final = Language(
    _GRAMMAR.replace("@RESERVED@", "|".join(_RESERVED.split()))
    .replace("@WORD@", _OUTSIDE)
    .replace("@ESCAPE@", _KNOWN_ESCAPE)
    .replace("@IN2@", r"""[^"\\\r\n]*""")
    .replace("@IN1@", r"""[^'\\\r\n]*"""),
    {
        "$END": "the end",
        "_JOIN": "AND or OR",
        "_NOT": "NOT",
        "_BANG": "NOT",
        "_IN": "IN",
        "_IS": "IS",
        "_WAS": "WAS",
        "_CHANGED": "CHANGED",
        "_AFTER": "a predicate",
        "_BEFORE": "a predicate",
        "_ON": "a predicate",
        "_DURING": "a predicate",
        "_FROM": "a predicate",
        "_TO": "a predicate",
        "_ORDER": "ORDER BY",
        "_BY": "BY",
        "_DIRECTION": "ASC or DESC",
        "EMPTY": "EMPTY",
        "CF": "a field or value",
        "EQUALS": "an operator",
        "ORDERED": "an operator",
        "LIKE": "an operator",
        "DIGITS": "the number of a custom field",
        "PATH": "a property path",
        "WORD": "a field or value",
        "STRING": "a field or value",
        "LPAR": "an opening parenthesis",
        "RPAR": "a closing parenthesis",
        "COMMA": "a comma",
        "LSQB": "an opening bracket",
        "RSQB": "a closing bracket",
    },
    _KNOWN_ESCAPE,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_EMPTY: Final = r"|\s++is\s++(?:not\s++)?+(?:empty|null)(?=\s|\Z)"
_PLAIN: Final = Plain(_PLAIN_FIELDS, USER_FIELDS, _RESERVED, _EMPTY)
_BLANKS: Final = {"n": "\n", "r": "\r", "t": "\t"}


def parse(text: str, pickers: frozenset[str] = frozenset()) -> Query | Unparsed:
    """Return whom a JQL query names, or where and why it is none. Offsets are characters; time is linear.

    `pickers` are the names of further fields that hold people, in lower case: `approver`, `cf[10100]`.
    """
    if pickers.isdisjoint(_PLAIN_FIELDS.split()) and _PLAIN.holds(text):
        return Query()
    tree = _LANGUAGE.parse(text)
    if isinstance(tree, Unparsed):
        return tree
    fields = USER_FIELDS | pickers
    users: list[UserTerm] = []
    others: list[UserTerm] = []
    for node in branches(tree):
        if node.data == "clause":
            found = tuple(_clause(node, fields))
            users += (each for each in found if not each.by_value)
            others += (each for each in found if each.by_value)
        elif node.data == "function":
            found = tuple(_function(node))
            users += (each for each in found if not each.by_value)
            others += (each for each in found if each.by_value)
    return Query(tuple(sorted(users, key=lambda term: term.start)), others=tuple(others))


def _clause(clause: Branch, fields: frozenset[str]) -> Iterator[UserTerm]:
    """Yield the people that one clause names: operands of a field that holds people, and who changed any field.

    So are the operands of fields that no document describes, marked as such.
    """
    head, rest = cast("Branch", clause.children[0]), clause.children[1:]
    name = _name(head)
    unsure = name in _UNDOCUMENTED - fields
    holds = unsure or name in fields or name.endswith(PICKERS)
    unequal = any(isinstance(node, str) and node.type in _UNEQUAL for node in rest)
    fixed = _NO_OPERATOR if unequal else _NO_PICKER if unsure else "" if holds else BY_VALUE
    told = holds or not (unequal or name in _DOCUMENTED)
    for node in rest:
        if isinstance(node, str):
            people = told and node.type in {"WORD", "STRING"}
        elif node.data == "by":
            yield from _people(node, name, extent(head), "")
            continue
        else:
            people = told and node.data in {"list", "turn"}
        if people:
            yield from (replace(each, by_value=not holds) for each in _people(node, name, extent(head), fixed))


def _function(call: Branch) -> Iterator[UserTerm]:
    """Yield the people among the arguments of a function, and every word where nobody documents what it takes."""
    name = _text(call).casefold()
    arguments = call.children[1:]
    if name in USER_FUNCTIONS:
        arguments = arguments[:1]
    elif name not in PEOPLE_FUNCTIONS:
        for argument in () if name in _PLAIN_FUNCTIONS else arguments:
            yield from _words(argument, name, extent(call))
        return
    for argument in arguments:
        yield from _people(argument, name, extent(call), "")


def _words(argument: Node, name: str, place: tuple[int, int]) -> Iterator[UserTerm]:
    """Yield an argument, and the words in it where it has several, as a query or a phrase of an app has."""
    for each in _people(argument, name, place, BY_VALUE):
        yield replace(each, by_value=True)
    text = str(first(argument))
    whole = _text(argument)
    if len(text) > _PHRASE or _PERSON.fullmatch(whole.strip()):
        return
    start = extent(argument)[0]
    for found in _PERSON.finditer(text):
        yield UserTerm(
            start + found.start(), start + found.end(), found[0], name, *place, fixed=BY_VALUE, by_value=True
        )


def _people(node: Node, field: str, place: tuple[int, int], fixed: str) -> Iterator[UserTerm]:
    for operand in operands(node):
        if isinstance(operand, str) and operand.type != "EMPTY":
            value = _text(operand)
            term = UserTerm(*extent(operand), value, field, *place, fixed=fixed or _curly(operand))
            if term.subject is not None:
                yield term


def _curly(operand: str) -> str:
    """Return why a value in other than straight quotes stays: for Jira the quotes are part of it."""
    return _NO_QUOTES if operand[0] in CURLY else ""


def _name(head: Branch) -> str:
    """Return the name of a field in lower case: `assignee`, `cf[10100]`; empty for a property of a field."""
    start, more = first(head), head.children[1:]
    if start.type == "CF":
        return f"cf[{more[0]}]"
    return "" if more else _text(start).casefold()


def _text(node: Node) -> str:
    """Return what a token says, without quotes and escapes; of a function its name."""
    text = str(first(node))
    inner = text[1:-1] if text[0] in "\"'" else text
    return _ESCAPE.sub(_unescaped, inner)


def _unescaped(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    return character(int(code, 16)) if code else _BLANKS.get(letter, letter)
