"""Where one account stands: the rule of a dossier (GDPR Art. 15), made for the identifiers that were asked for.

An account id or a user key is no finding of an audit: Confluence is to hold them. Somebody who asks what is held about
them is answered with every place all the same: mentions, restrictions, tasks, watches, likes, macros, stored JSON. The
rule reads bytes, so that it misses no kind of part; the other rules find names, addresses and usernames as always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from rules import acl
from rules.adf import mentions
from rules.gates import JSON_KINDS
from rules.jsontree import Node, Object, Text, walk
from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Severity, Span, SubjectKind, Unreadable
from rules.rule import Category, Rule
from rules.view import View

RULE_ID: Final = "subject-place"
MENTION: Final = "mention"
"""Last step of the path of a mention."""
LITERAL: Final = frozenset({SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY})
"""Kinds that are long and rare enough to be looked for as bytes."""
THROUGH: Final = "/group/"
"""In the path of a right or restriction that is somebody's through a group; the number of the group follows."""
_LISTS: Final = frozenset({Kind.ACCESS, Kind.PERMISSIONS})
"""Kinds of parts in which groups stand for their members."""
_NO_GROUPS: Final[Mapping[str, Personal]] = MappingProxyType({})

_COLON: Final = rb"(?::|%3[Aa]|&#0*58;|&#[xX]0*3[aA];|\\u003[aA])"
_MENTIONED: Final = re.compile(rb"<ri:user\s[^<>]{0,300}\Z|<ri:user\s\Z")
_BEFORE: Final = 400


def rule_for(identifiers: Iterable[Personal], groups: Mapping[str, Personal] = _NO_GROUPS) -> Rule:
    """Return the rule that finds the account ids and user keys among `identifiers`; the others are left to others.

    `groups` are ids of groups and the account that belongs to each: where one stands in a list of rights or
    restrictions, the account stands there through it. Groups are numbered from 1 in this order.
    """
    wanted = {value: form for value in identifiers if value.kind in LITERAL for form in (_form(value.reveal()),)}
    search = re.compile(
        rb"(?<![0-9A-Za-z])(?:" + b"|".join(rb"(%s)" % form for form in wanted.values()) + rb")(?![0-9A-Za-z])"
        if wanted
        else rb"(?!)"
    )
    values = tuple(wanted)
    members = _literals(groups)

    def detect(view: View) -> Iterator[Match]:
        found = [
            (Span(*each.span()), values[each.lastindex - 1]) for each in search.finditer(view.data) if each.lastindex
        ]
        if view.part.kind in _LISTS:
            found += [(Span(*each.span()), groups[each[0].decode()]) for each in members.finditer(view.data)]
        places = _places(view, found, tuple(groups))
        for span, subject in found:
            yield rule.match(
                span,
                subject,
                where=places(span),
                excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
            )

    rule = Rule(
        id=RULE_ID,
        title="Place of a person",
        category=Category.PERSONAL,
        severity=Severity.INFO,
        why="Whoever is asked what is held about a person has to name every place.",
        remedy="See the dossier.",
        articles=("15", "17", "20"),
        source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        dpv="https://w3id.org/dpv/pd#AccountIdentifier",
        kinds=tuple(Kind),
        gate=(),
        detect=detect,
        rewrite=None,
        examples=(),
    )
    return rule


def _literals(values: Iterable[str]) -> re.Pattern[bytes]:
    """Return what finds whole JSON strings that are one of some values, none of which has to be escaped."""
    either = b"|".join(re.escape(value.encode()) for value in values)
    return re.compile(rb'(?<=")(?:%s)(?=")' % either if either else rb"(?!)")


def _form(value: str) -> bytes:
    """Return what an identifier looks like in bytes: as it is, escaped, and without signs as in personal spaces."""
    written = _COLON.join(re.escape(piece.encode()) for piece in value.split(":"))
    bare = re.sub(r"[:-]", "", value)
    return written if bare == value else rb"(?:%s|%s)" % (written, re.escape(bare.encode()))


class _Where:
    """Where in a part something stands: a mention, a member of stored JSON, or nothing to be said."""

    __slots__ = ("_known", "_view")

    def __init__(self, view: View, known: tuple[tuple[Span, str], ...]) -> None:
        self._view: Final = view
        self._known: Final = known

    def __call__(self, span: Span) -> str:
        """Return the path of a place."""
        if self._view.part.kind is Kind.STORAGE:
            before = self._view.data[max(0, span.start - _BEFORE) : span.start]
            return f"ri:user/{MENTION}" if _MENTIONED.search(before) else ""
        return next((path for around, path in self._known if around.start <= span.start < around.end), "")


def _places(view: View, found: list[tuple[Span, Personal]], groups: tuple[str, ...] = ()) -> _Where:
    if not found or view.part.kind not in JSON_KINDS or isinstance(view.tree, Unreadable):
        return _Where(view, ())
    if view.part.kind in _LISTS:
        return _Where(view, _rights(view, view.tree, groups))
    known = [(node.span, path) for path, node in walk(view.tree) if isinstance(node, Text)]
    if view.part.kind is Kind.ADF:
        known = [*((each.node.span, MENTION) for each in mentions(view.tree)), *known]
    return _Where(view, tuple(known))


def _rights(view: View, tree: Node, groups: tuple[str, ...]) -> tuple[tuple[Span, str], ...]:
    """Return each entry of a list of rights or restrictions with what it allows, and by way of which group."""
    try:
        if view.part.kind is Kind.PERMISSIONS:
            entries = [(operation, principal) for _, principal, operation in acl.principals(tree)]
        else:
            entries = list(acl.listed(tree))
    except ValueError:  # no list as this tool writes them: found all the same, without a place
        return ()
    return tuple((node.span, f"{operation}{_through(node, groups)}") for operation, node in entries)


def _through(entry: Object, groups: tuple[str, ...]) -> str:
    """Return the end of the path where an entry is one of the groups, nothing where it is somebody."""
    named = entry.get("id")
    group = named.value if isinstance(named, Text) else ""
    return f"{THROUGH}{groups.index(group) + 1}" if group in groups else ""
