"""What CQL and JQL have in common: the people and spaces that a query names, each with its place, and new spellings.

A query is read by a grammar (`rules.cql`, `rules.jql`) and never printed back: what changes is a list of
replacements of characters, so every blank, quote and operator around them stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final, cast

from rules.identifiers import ACCOUNT_ID_LIMIT, is_account_id, personal
from rules.model import HeldReason, Personal, SubjectKind, Unresolved

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

    from rules.rule import Resolver

    Branch = Tree[Token]
    """An inner node of a syntax tree."""
    Node = Branch | Token
    """Any node of it: a token is a leaf and a piece of the text."""

LENGTH_LIMIT: Final = 5 * 1024 * 1024
"""Characters of a query at most: far more than either product takes, and memory stays bounded."""
ACCOUNT_GROWTH: Final = 2 * ACCOUNT_ID_LIMIT + 2
"""Characters that an operand grows by at most: an account id, each character escaped, in quotes."""
MARK_LIMIT: Final = 500_000
"""Operators, commas and opening parentheses at most: what stands between them takes some hundred bytes each."""
UNSURE: Final = re.compile(r"[{}$%<>\u2026]")
"""Marks of a value that a program fills in before the query is sent."""

_NO_KEYWORD: Final = "unknown"
_NOBODY: Final = frozenset({"anonymous", "empty", "none", "unassigned"})
"""Words that stand where a person could and mean that there is none, in any case and with or without quotes."""
BY_VALUE: Final = "nothing but its value, which is the identifier of somebody known, says that this is a person"
AS_ONE: Final = "somebody else that the removed field is compared with stays, and the clause changes as a whole only"

CURLY: Final = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\xab\xbb\xb4`\uff02\uff07"
"""Quotes of typesetters and keyboards, which quote nothing in either language."""
_CURLY: Final = frozenset(CURLY)
_MARKS: Final = "(,=~<>"
_SIGNS: Final = frozenset("@+/#$%^*?;:\\")
"""Signs that values have and that a word without quotes has not."""


@dataclass(frozen=True, slots=True)
class UserTerm:
    """One operand that names a person: characters [start, end) of the query, its quotes included."""

    start: int
    end: int
    value: str = field(repr=False)
    """What the operand says, without quotes and escapes."""
    field: str
    """The field or function that takes the person, in lower case; a retired field as written, without its ending."""
    field_start: int
    field_end: int
    legacy_field: bool = False
    """True when the field itself was retired (`creator.userkey`): value and field change together or not at all."""
    fixed: str = ""
    """Why the operand stays whoever it names, in plain words; empty where it may change."""
    by_value: bool = False
    """True when nothing but the value tells that it may be a person: it is somebody whom the run has met."""

    @property
    def subject(self) -> Personal | None:
        """Return the person as a personal value of the kind that its shape tells, None when it names nobody."""
        return person(self.value)

    def replacement(self, account_id: str) -> str:
        """Return the operand for an account: always quoted, as account ids may hold characters that need it."""
        return quoted(account_id)


@dataclass(frozen=True, slots=True)
class SpaceTerm:
    """One operand that is the key of a personal space, `~` included."""

    start: int
    end: int
    value: str = field(repr=False)
    field: str

    def replacement(self, key: str) -> str:
        """Return the operand for another key."""
        return quoted(key)


@dataclass(frozen=True, slots=True)
class NameTerm:
    """One operand that is compared with the name or e-mail address of people."""

    start: int
    end: int
    value: str = field(repr=False)
    field: str


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One retired field: characters [start, end) of the query."""

    start: int
    end: int
    field: str
    """The field as written, without its retired ending."""

    def replacement(self) -> str:
        """Return the field that took its place."""
        return f"{self.field}.accountid"


@dataclass(frozen=True, slots=True)
class Query:
    """Whom a query names, each in the order of the text."""

    users: tuple[UserTerm, ...] = ()
    """Operands that name somebody: no functions, no roles, nothing empty."""
    spaces: tuple[SpaceTerm, ...] = ()
    names: tuple[NameTerm, ...] = ()
    fields: tuple[FieldTerm, ...] = ()
    """Retired fields, each once for every clause that uses it."""
    others: tuple[UserTerm, ...] = field(default=(), repr=False)
    """Operands of fields that nobody documents: people only where the run has met somebody of that name (`met`)."""


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A query that is none: the character at which reading stopped, and what could have stood there."""

    at: int
    expected: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """New text for the characters [start, end) of a query."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """What becomes of a query: its replacements in order, and the operands that stay, each with the reason."""

    replacements: tuple[Replacement, ...]
    held: tuple[tuple[UserTerm | FieldTerm, Unresolved], ...]


def person(value: str) -> Personal | None:
    """Return whom an operand of a query names, without its quotes; None: nobody.

    No language has a word `unknown`, which stands for nobody elsewhere: in a query it is a username.
    """
    value = value.strip()
    word = value.casefold()
    if word in _NOBODY:
        return None
    return Personal(SubjectKind.USERNAME, value) if word == _NO_KEYWORD else personal(value)


def quoted(value: str) -> str:
    """Return `value` as an operand in double quotes, as both languages read it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_quoted(text: str, start: int, end: int) -> bool:
    """Return whether the operand at the characters [start, end) stands in double quotes."""
    return end - start > 1 and text[start] == text[end - 1] == '"'


def respelled(text: str, start: int, end: int, new: str) -> Replacement:
    """Return the replacement of an operand by one in double quotes: those that stand there already stay as they are.

    They may be spelled in many ways in what the query stands in.
    """
    if is_quoted(text, start, end) and is_quoted(new, 0, len(new)):
        return Replacement(start + 1, end - 1, new[1:-1])
    return Replacement(start, end, new)


def undecodable(data: bytes) -> Unparsed | None:
    """Return the character at which bytes stop to be text, None when all of them are: nobody reads such a query."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return Unparsed(len(data[: error.start].decode()), "text in UTF-8")
    return None


def met(query: Query, known: AbstractSet[str]) -> Query:
    """Return a query with the operands of unknown fields among its people that are somebody of `known`, in lower case.

    They stay as they are, whoever it is: the value alone proves nothing.
    """
    more = tuple(term for term in query.others if term.value.strip().lower() in known and term.subject is not None)
    return replace(query, users=tuple(sorted((*query.users, *more), key=lambda term: term.start))) if more else query


def legacy(query: Query) -> tuple[tuple[UserTerm, Personal], ...]:
    """Return the operands of a query that are usernames or user keys, each with the person it names."""
    return tuple(
        (term, subject)
        for term in query.users
        if (subject := term.subject) is not None and subject.kind is not SubjectKind.ACCOUNT_ID
    )


def reword(query: Query, resolve: Resolver) -> Rewording:
    """Return the replacements that turn every retired operand and field of a query into its successor.

    A clause over a retired field changes as a whole: when one of its people is not resolved, all of it stays.
    """
    answers = {term.start: _resolved(term, resolve) for term in query.users}
    stuck: dict[int, Unresolved] = {}
    for term in query.users:
        answer = answers[term.start]
        if term.legacy_field and isinstance(answer, Unresolved):
            stuck.setdefault(term.field_start, answer)
    replacements = [
        Replacement(each.start, each.end, each.replacement()) for each in query.fields if each.start not in stuck
    ]
    held: list[tuple[UserTerm | FieldTerm, Unresolved]] = [
        (each, stuck[each.start]) for each in query.fields if each.start in stuck
    ]
    for term in query.users:
        answer = answers[term.start]
        if isinstance(answer, Unresolved):
            held.append((term, answer))
        elif term.legacy_field and term.field_start in stuck:
            held.append((term, Unresolved(stuck[term.field_start].reason, AS_ONE)))
        elif answer != term.value:
            replacements.append(Replacement(term.start, term.end, term.replacement(answer)))
    return Rewording(tuple(sorted(replacements, key=lambda each: each.start)), tuple(held))


def too_long(text: str, query: Query, resolve: Resolver) -> bool:
    """Return whether a query would pass the limit of length once all its people are reworded."""
    longest = len(text) + ACCOUNT_GROWTH * (len(query.users) + len(query.fields))
    if longest <= LENGTH_LIMIT:
        return False
    made = reword(query, resolve).replacements
    return len(text) + sum(len(each.text) - (each.end - each.start) for each in made) > LENGTH_LIMIT


def _resolved(term: UserTerm, resolve: Resolver) -> str | Unresolved:
    """Return the account id of an operand; an account id stands for itself."""
    subject = term.subject
    if term.fixed:
        return Unresolved(HeldReason.NO_REWRITER, term.fixed)
    if subject is None or subject.kind is SubjectKind.ACCOUNT_ID:
        return term.value
    answer = resolve(subject)
    if isinstance(answer, Unresolved):
        return answer
    if not is_account_id(answer.account_id):
        return Unresolved(HeldReason.UNRESOLVED, "what it was resolved to has not the shape of an account id")
    return answer.account_id


class Language:
    """One query language: its grammar, compiled when it is first needed, and the words for what it expects."""

    def __init__(self, grammar: str, expectations: Mapping[str, str], escape: str = r"\\.") -> None:
        """`escape` is the expression for what a backslash may begin between quotes."""
        self._grammar: Final = grammar
        self._expectations: Final = expectations
        self._inside: Final = re.compile(rf"[^\\\r\n'\"]+|{escape}")

    @cached_property
    def _parser(self) -> Lark:
        from lark import Lark

        return Lark(self._grammar, parser="lalr", lexer="contextual", start="query", maybe_placeholders=False)

    def parse(self, text: str) -> Branch | Unparsed:
        """Return the syntax tree of `text`, or where reading stopped and why. Linear in the length of `text`."""
        from lark.exceptions import UnexpectedCharacters, UnexpectedToken

        if len(text) > LENGTH_LIMIT:
            return Unparsed(LENGTH_LIMIT, f"a query of at most {LENGTH_LIMIT} characters")
        surplus = _too_many(text)
        if surplus is not None:
            return Unparsed(surplus, f"no more than {MARK_LIMIT} values and parentheses")
        try:
            return self._parser.parse(text)
        except UnexpectedToken as error:
            at = len(text) if error.token.type == "$END" else place(error.token)[0]
            return Unparsed(at, "straight quotes" if text[at : at + 1] in _CURLY else self._words(error, text, at))
        except UnexpectedCharacters as error:
            at = cast("int", error.pos_in_stream)  # declared as None in the base class, set in this one
            if text[at] in "\"'":
                return self._quoted(text, at)
            return Unparsed(at, "straight quotes" if text[at] in _CURLY else self._words(error, text, at))

    def _quoted(self, text: str, start: int) -> Unparsed:
        """Return why what opens at the quote `start` is no text in quotes."""
        at = start + 1
        while at < len(text) and text[at] != text[start]:
            inner = self._inside.match(text, at)
            if inner is None and text[at] == "\\" and at + 1 < len(text):
                return Unparsed(at, "an escape that the language has, or two backslashes")
            at = inner.end() if inner is not None else at + 1
        return Unparsed(start, "a closing quote")

    def _words(self, error: UnexpectedInput, text: str, at: int) -> str:
        """Return in words what could have stood where reading stopped, and that quotes would have helped."""
        accepted = error.interactive_parser.accepts()  # type: ignore[no-untyped-call]  # lark leaves it untyped
        words = sorted({self._expectations[name] for name in accepted})
        said = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
        if "WORD" in accepted and text[at : at + 1].isalpha():
            return f"{said}; a reserved word stands in quotes"
        inside = text[at : at + 1] in _SIGNS and text[at - 1 : at].isalnum()
        return f"{said}; a value with this sign stands in quotes" if inside else said


def _too_many(text: str) -> int | None:
    """Return the place of the first mark too many, None where there is none. Quotes are not heeded."""
    if sum(text.count(mark) for mark in _MARKS) <= MARK_LIMIT:
        return None
    return next(islice(re.finditer(f"[{_MARKS}]", text), MARK_LIMIT, None)).start()


def branches(tree: Branch) -> Iterator[Branch]:
    """Yield a tree and all its branches in the order of the text, at any depth."""
    waiting: list[Node] = [tree]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, str):
            yield each
            waiting.extend(reversed(each.children))


def place(token: Token) -> tuple[int, int]:
    """Return the characters [start, end) of a token."""
    start = int(token.start_pos or 0)
    return start, start + len(token)


def operands(node: Node) -> Iterator[Node]:
    """Yield the operands under a node in order: tokens, and functions as a whole. Lists may be nested at any depth."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str) or each.data == "function":
            yield each
        else:
            waiting.extend(reversed(each.children))


def first(node: Node) -> Token:
    """Return the first token of a branch: of a function or field, its name."""
    while not isinstance(node, str):
        node = node.children[0]
    return node


def extent(node: Node) -> tuple[int, int]:
    """Return the characters of an operand; of a function or field, those of its name."""
    return place(first(node))
