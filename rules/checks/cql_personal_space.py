"""A CQL query names a personal space by a key that is made of somebody's username.

Why it matters: the key repeats the login, or even the e-mail address, of the person. A space keeps its key when its
owner is migrated or erased, and so does the query. GDPR Art. 5(1)(c), 17.
Source: Atlassian, CQL fields: space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.identifiers import is_account_id, personal
from rules.model import Kind, Match, Severity
from rules.querychecks import match, query_of
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_OF_ACCOUNT: Final = re.compile(r"[0-9]{4,}(?:[0-9a-f]{32})?")
"""What follows the tilde on Cloud: a number, or an account id without its punctuation."""


def detect(view: View) -> Iterator[Match]:
    """Yield every key of a personal space that holds a username."""
    for term in query_of(view).spaces:
        owner = term.value[1:]
        subject = personal(owner)
        if subject is not None and not is_account_id(owner) and not _OF_ACCOUNT.fullmatch(owner):
            yield match(view, RULE, term, subject, "the key of a personal space")


RULE: Final = Rule(
    id="cql-personal-space",
    title="Personal space in CQL",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The query names a personal space, and the key of the space is its owner's username: a retired identifier that"
    " stays in the query when the account is erased.",
    remedy="Look up the key of the space today and write that. Report only: a space may keep its key when its owner is"
    " migrated, so the key that is right cannot be derived from the account.",
    articles=("5(1)(c)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/cql-fields/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CQL,),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'space = "~tbergmann" and type = page',
            Kind.CQL,
            "a personal space",
            ("tbergmann",),
        ),
        Flag(
            b"label = x or space.key IN (DEV, '~tilda@acme-optics.se', ~tbergmann)",
            Kind.CQL,
            "personal spaces in a list, one named after an e-mail address",
            ("tilda@acme-optics.se", "tbergmann"),
        ),
        Clean(
            b'space in ("~5d41402abc4b2a76b9719d91", "~7120204e1f7c025b1d4f6a9c0e2a7d3b8f6e10", "~323528440")',
            Kind.CQL,
            "keys that Cloud made of account ids and numbers",
        ),
        Clean(b'space = DEV and title ~ "~tbergmann" and space != "~"', Kind.CQL, "a team space and a text"),
    ),
)
