"""A program names the user of a relation by user key.

Why it matters: favourites and the relations of apps hang on the account id; one made under a user key belongs to
nobody, and is found for no request of a person. GDPR Art. 5(1)(d), 25.
Source: Atlassian, user privacy API migration guide, relation resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import code
from rules.identifiers import is_account_id
from rules.interfaces import RELATION
from rules.model import Kind, Match, Severity, Span
from rules.passage import plain
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_PATH: Final = re.compile(
    rb"/relation/[^\s\"'`/?]{1,80}/(?:(?:from|to)/(?:content|space)/[^\s\"'`/?]{1,80}/)?(?:from|to)/user/"
    rb"(?P<hit>[^\s\"'`/?\\)]{0,120})(?:/to/user/(?P<target>[^\s\"'`/?\\)]{1,120}))?"
)
_NEAR: Final = 60
"""Bytes behind an address that breaks off, in which a variable is looked for."""
_VARIABLE: Final = re.compile(r"[{}$%<>:]")
_MODERN: Final = re.compile(r"(?i)account|aaid")
_RETIRED: Final = re.compile(r"(?i)user_?key|user_?name|login")


def detect(view: View) -> Iterator[Match]:
    """Yield every user of a relation that is not named by account id."""
    for found in _PATH.finditer(view.data):
        for group in ("hit", "target"):
            if found[group] is not None:
                span = Span(*found.span(group))
                doubt = _doubt(plain(found[group]), plain(view.data[span.end : span.end + _NEAR]))
                if doubt is not None:
                    yield code.use(view, RULE, span, RELATION, "name the user by accountId", doubt)


def _doubt(value: str, following: str) -> str | None:
    """Return what speaks against a finding, empty where nothing does, None where the user is an account."""
    if value == "current" or is_account_id(value) or _MODERN.search(value or following):
        return None
    if _RETIRED.search(value) or (value and not _VARIABLE.search(value)):
        return ""
    return "the variable may hold an account id"


RULE: Final = Rule(
    id="code-relation-user",
    title="Relation by user key in code",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The program keeps a relation, such as a favourite, under a user key. Cloud takes account ids only, so that"
    " the relation belongs to nobody or the call fails.",
    remedy="Put the account id, or `current`, into the address. Report only.",
    articles=("5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.CODE,),
    gate=(b"/relation/",),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"put(`/rest/api/relation/favourite/from/user/${userKey}/to/space/HR`)",
            Kind.CODE,
            "a variable for a user key",
            (RELATION,),
        ),
        Flag(
            b"GET /rest/api/relation/likes/to/content/12/from/user/ff8080814ba236dc014ba236f4e40009",
            Kind.CODE,
            "a user key, in the other order",
            (RELATION,),
        ),
        Flag(
            b"put('/rest/api/relation/manages/from/user/' + who + '/to/user/' + whom)",
            Kind.CODE,
            "variables that say nothing: low confidence",
            (RELATION,),
        ),
        Flag(
            b"PUT /rest/api/relation/manages/from/user/current/to/user/tbergmann",
            Kind.CODE,
            "the target is a user as well",
            (RELATION,),
        ),
        Clean(b"put('/rest/api/relation/favourite/from/user/current/to/space/HR')", Kind.CODE, "whoever asks"),
        Clean(b"put(f'/rest/api/relation/favourite/from/user/{account_id}/to/space/HR')", Kind.CODE, "an account id"),
        Clean(
            b"get('/rest/api/relation/favourite/from/user/' + quote(account_id))",
            Kind.CODE,
            "an account id behind the text",
        ),
        Clean(
            b"GET /rest/api/relation/likes/from/user/712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10/to/content",
            Kind.CODE,
            "an account",
        ),
        Clean(b"GET /rest/api/relation/cites/from/content/12/to/content/13", Kind.CODE, "two pages"),
    ),
)
