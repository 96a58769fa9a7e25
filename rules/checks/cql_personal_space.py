"""A CQL query names a personal space by a key that is made of somebody's username.

Why it matters: the key repeats the login, or even the e-mail address, of the person. A space keeps its key when its
owner is migrated or erased, and so does the query. GDPR Art. 5(1)(c), 17.
Source: Atlassian, CQL fields: space.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.context import Context
from rules.linkrules import NO_KEY
from rules.model import Edit, HeldReason, Hold, Kind, Match, Severity
from rules.queries import SpaceTerm
from rules.querychecks import edit, match, owner, query_of
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every key of a personal space that holds a username."""
    for term in query_of(view).spaces:
        subject = owner(term)
        if subject is not None:
            yield match(view, RULE, term, subject, "the key of a personal space")


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:  # noqa: ARG001 - no account has a key
    """Return each key by the one that the space has now, where that is known; nothing is derived."""
    places: dict[object, SpaceTerm] = {view.passage.span(each.start, each.end): each for each in query_of(view).spaces}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for found in matches:
        term = places[found.span]
        key = view.context.spaces.get(term.value.lower())
        if key is None:
            holds.append(Hold(RULE.id, found.span, found.subject, HeldReason.NO_SPACE_KEY, NO_KEY, found.where))
        else:
            edits.append(edit(view, term.start, term.end, term.replacement(key), RULE.id))
    return Change(tuple(edits), tuple(holds))


RULE: Final = Rule(
    id="cql-personal-space",
    title="Personal space in CQL",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The query names a personal space, and the key of the space is its owner's username: a retired identifier that"
    " stays in the query when the account is erased.",
    remedy="Replace the key by the one that the space has today. This tool does so where the configuration names both"
    " keys in [personal_spaces]: a space may keep its key when its owner is migrated, so the right one cannot be"
    " derived from the account.",
    articles=("5(1)(c)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/cql-fields/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CQL,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
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
        Flag(
            b"type = page and content.space in (DEV, '~TBergmann') order by created",
            Kind.CQL,
            "a personal space whose new key is known",
            ("TBergmann",),
            b'type = page and content.space in (DEV, "~712020deed000000000000000000000000000000") order by created',
            Context(spaces={"~tbergmann": "~712020deed" + "0" * 30}),
        ),
        Clean(
            b'space in ("~5d41402abc4b2a76b9719d91", "~7120204e1f7c025b1d4f6a9c0e2a7d3b8f6e10", "~323528440")',
            Kind.CQL,
            "keys that Cloud made of account ids and numbers",
        ),
        Clean(
            b"content.property[space] = '~tbergmann' and label = 'space = ~tbergmann'",
            Kind.CQL,
            "a property of an app, and a query quoted in a label",
        ),
        Clean(b'space = DEV and title ~ "~tbergmann" and space != "~"', Kind.CQL, "a team space and a text"),
    ),
)
