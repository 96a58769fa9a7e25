"""Queries that a program puts together: `f"creator = '{username}'"`, `"mention = " + user.userKey` and their kin.

A text in quotes that ends in, or leaves a hole for, the value of a field that names people is looked at together with
what is filled in. What is called an account is left alone; what is called a username or user key is sure; what might
be either is said with a doubt. Texts that are written to a log, or that are SQL, are no queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.literals import Literal, literals
from rules.model import Span
from rules.passage import plain

FIELDS: Final = r"creator|contributor|mention|watcher|assignee|reporter|voter|user|owner|favou?rite"
HINT: Final = re.compile(
    rb"(?i)\b(?:creator|contributor|mention|watcher|assignee|reporter|voter|user|owner|favou?rite"
    rb"|space(?:\.key)?[^\n]{1,40}?(?:~|%7e))"
)
"""What occurs wherever a query is built that names people."""
NEEDLE: Final = re.compile(rb"(?i:[cj]ql)|\brest/api/(?:content/|[23]/)?search|search_?[iI]ssues")
"""What says that a program sends queries."""

_BLANK: Final = r"(?:\s|%20|\+)"
_HOLE: Final = (
    r"\$\{[^{}]{1,120}\}|\#\{[^{}]{1,120}\}|\{\{?[^{}]{0,120}\}?\}|%\([\w.]{1,60}\)s|%(?:\d\$)?[qsv]\b"
    r"|\$\(?[A-Za-z_](?:->|::|[\w.]|\[[^\[\]\s]{1,40}\]){0,80}"
)
_PLACE: Final = re.compile(
    rf"""
    (?P<before>\A|[?&"'](?:cql|jql|jqlQuery)=|^(?:cql|jql|jqlQuery)=|\b(?:and|or|not){_BLANK}|[(|&]){_BLANK}{{0,9}}
    (?P<field>{FIELDS}|space(?:\.key)?)
    (?P<operator>{_BLANK}{{0,9}}(?:!?=|%3[dD]|(?:not{_BLANK}{{1,9}})?in{_BLANK}{{0,9}}\((?:[^(){{}}$%]{{0,80}},)?|was{_BLANK}(?:not{_BLANK})?)){_BLANK}{{0,9}}
    (?P<quote>["']|%2[27])?(?P<tilde>~|%7e)?
    (?:(?P<hole>{_HOLE})(?=["')\s,&+%]|%2|\Z)|\Z)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_JOINED: Final = re.compile(
    r"\s{0,20}(?:\+|<<|&|\.\.|\.(?=\s{0,3}\$)|(?:\)\s{0,20})?\.(?:append|concat)\(|(?=[\"']\$))\s{0,20}[\"']?"
    r"(?P<filled>(?:[\w$@.!?]|->|\[[^\]\n]{1,40}\]|\([^()\n]{0,60}\)){1,40})"
)
_ARGUMENTS: Final = re.compile(r"\s{0,20}(?:%|\.format(?:ted)?\(|,)\s{0,20}(?P<all>[^;]{0,200})")
_NAMED: Final = re.compile(r"\{(?P<name>[A-Za-z_]\w*)\}|%\((?P<word>\w+)\)s")
_ORDERED: Final = re.compile(r"\{\d?\}|%(?:\d\$)?[qsv]")
_LIKE: Final = {"%": re.compile(r"%[qsv]\b"), "{": re.compile(r"\{\}")}
_NUMBER: Final = re.compile(r"\d")
_SQL: Final = re.compile(r"(?i)\b(?:select|insert|update|delete|from|where|join|match)\b")
_LOG: Final = re.compile(
    r"(?i)\b(?:log(?:g(?:er|ing))?|console|println|printf?|puts|warn(?:ing)?|error|debug|info|trace|raise|throw|fail|abort"
    r"|assert\w*|expect|describe|it|message|msg|title|label)\b[^;{}]{0,60}\Z"
)
_QUERY: Final = re.compile(r"(?i)[cj]ql|query|search|filter")
_CLAUSES: Final = re.compile(
    rf"(?i){_BLANK}(?:and|or|order{_BLANK}by){_BLANK}|\b(?:type|space|project|label){_BLANK}{{0,3}}="
)
_AMBIGUOUS: Final = frozenset({"user", "owner", "favourite", "favorite"})
_MODERN: Final = re.compile(r"(?i)(?<!sam)(?<!sam_)account|aaid|atlassian_?id")
_RETIRED: Final = re.compile(
    r"(?i)user_?key|user_?name|\blogin|login_?(?:id|name)|(?<![a-z])uid(?![a-z])|sam_?account"
    r"|(?:user|author|creator|person|member|owner|assignee|reporter|watcher)\w*(?:\(\))?(?:\?\.|\.|->|\[[\"']|\.get\([\"'])(?:get)?(?:key|name)\b"
)
_PERSON: Final = re.compile(
    r"(?i)user|author|person|people|member|who|owner|creator|assignee|reporter|watcher|voter|contributor|mention|employee"
    r"|\bname\b|\b[nu]\b(?![.\[(])"
)
_BEFORE: Final = 160
_BEHIND: Final = 260
UNTOLD: Final = "the variable may hold an account id"
UNSENT: Final = "nothing says that the text is sent as a query"


@dataclass(frozen=True, slots=True)
class Built:
    """One value that a program fills into a query."""

    span: Span
    doubt: str
    """Empty where nothing speaks against it."""
    is_key: bool
    """The value is part of the key of a personal space."""


def built(data: bytes) -> Iterator[Built]:
    """Yield every place where a username or user key, or perhaps one, is filled into a query. Linear in the data."""
    if HINT.search(data) is None:
        return
    sends = NEEDLE.search(data) is not None
    for literal in literals(data):
        text = literal.passage.text
        for found in _PLACE.finditer(text):
            place = _place(data, literal, found)
            if place is None or _is_key(found) != (found["tilde"] is not None):
                continue
            span, filled = place
            doubt = _doubt(filled) if found["tilde"] is None else _owner(filled)
            if doubt is not None and _is_query(data, literal, found):
                unsent = "" if sends or found["quote"] or _CLAUSES.search(text) else UNSENT
                yield Built(span, "; ".join(each for each in (doubt, unsent) if each), _is_key(found))


def _place(data: bytes, literal: Literal, found: re.Match[str]) -> tuple[Span, str] | None:
    """Return where the value is filled in, and the program's words for it; None where nothing is."""
    behind = data[literal.end : literal.end + _BEHIND].decode("latin-1")  # one character a byte
    hole = found["hole"]
    if hole is None:
        joined = _JOINED.match(behind)
        if joined is None:
            return None
        start, end = joined.span("filled")
        return Span(literal.end + start, literal.end + end), joined["filled"]
    return literal.passage.span(*found.span("hole")), _filled(literal.passage.text, found, behind)


def _filled(text: str, found: re.Match[str], behind: str) -> str:
    """Return what fills a hole: its own name, or the argument that stands behind the text for it."""
    hole = found["hole"]
    arguments = _ARGUMENTS.match(behind)
    given = [] if arguments is None else re.split(r"[,\n]\s*|\)", arguments["all"].lstrip("({"))
    named = _NAMED.fullmatch(hole)
    if named is not None:
        values = [re.split("[=:]", each, maxsplit=1) for each in given]
        return next((each[1] for each in values if len(each) > 1 and each[0].strip(" \"'") in named.groups()), hole)
    if _ORDERED.fullmatch(hole) is None:
        return hole
    number = _NUMBER.search(hole)
    earlier = len(_LIKE[hole[0]].findall(text, 0, found.start("hole")))
    at = earlier if number is None else int(number[0]) - (hole[0] == "%")
    return given[at] if 0 <= at < len(given) else ""


def _doubt(filled: str) -> str | None:
    """Return what speaks against a finding, empty where nothing does, None where it is none."""
    if _MODERN.search(filled):
        return None
    if _RETIRED.search(filled):
        return ""
    return UNTOLD if _PERSON.search(filled) else None


def _is_key(found: re.Match[str]) -> bool:
    """Return whether the value is the key of a space: it names somebody where it begins with a tilde."""
    return found["field"].lower().startswith("space")


def _owner(filled: str) -> str | None:
    """Return the same for the rest of the key of a personal space: whatever fills it, it names a person."""
    doubt = _doubt(filled)
    return UNTOLD if doubt is None and filled and not _MODERN.search(filled) else doubt


def _is_query(data: bytes, literal: Literal, found: re.Match[str]) -> bool:
    line = data.rfind(b"\n", 0, literal.start) + 1
    ahead = plain(data[max(line, literal.start - _BEFORE) : literal.start])
    text = literal.passage.text
    said = _QUERY.search(found["before"]) is not None or _QUERY.search(ahead) is not None
    if not said and (_LOG.search(ahead) or _SQL.search(text)):
        return False
    loose = found["quote"] is None and found["operator"] == "=" and found["hole"] != "%q"  # Go writes the quotes
    if found["field"].lower() in _AMBIGUOUS or loose:
        return said or _CLAUSES.search(text) is not None
    return _SQL.search(text[: found.start("field")]) is None
