"""A parameter of a macro that nothing is known about holds the identifier of a person of the site.

Why it matters: apps and home-made macros name people too, and nobody else looks there. The value equals a username or
user key that this run has met elsewhere; it may be a coincidence. GDPR Art. 5(1)(c), 17.
Source: Atlassian, user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.accounts import retired
from rules.adf import mentions
from rules.appusers import in_parameter
from rules.context import Context
from rules.identifiers import personal
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Severity, Span, Unreadable
from rules.parameters import gate
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View
from rules.wordlists import known_people


def detect(view: View) -> Iterator[Match]:
    """Yield the values of unknown parameters that equal an identifier known to the run. None is known: none."""
    known = view.context.known
    mentioned = _mentioned(view) if known else frozenset()
    for parameter in view.parameters if known else ():
        if parameter.forms:
            continue
        certain = {each.span for each in in_parameter(parameter)}
        for term in known_people(parameter.text.text, known):
            subject = retired(personal(term.value))
            span = parameter.text.span(term.start, term.end)
            if subject is None or span in certain or span in mentioned:
                continue
            yield RULE.match(
                span,
                subject,
                where=parameter.where,
                excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                confidence=Confidence.LOW,
                reason="the parameter is not in the registry, but its value is the identifier of somebody on the site",
            )


def _mentioned(view: View) -> frozenset[Span]:
    """Return the places of ids of mentions, which a document among the parameters of an extension may hold."""
    if view.part.kind is not Kind.ADF or isinstance(view.tree, Unreadable):
        return frozenset()
    return frozenset(each.id.span for each in mentions(view.tree) if each.id is not None)


_KNOWN: Final = Context(known=frozenset({"tbergmann"}))

RULE: Final = Rule(
    id="unknown-macro-user",
    title="Possible user in an unknown macro parameter",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The value of a parameter equals a retired identifier of somebody on the site. If the macro means that person,"
    " it stops working on Cloud, and the identifier outlives the account.",
    remedy="Look at the macro. If the parameter holds people, add it to the registry of macros in the configuration:"
    " then it is reported for certain and rewritten. Report only.",
    articles=("5(1)(c)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=gate(frozenset()),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:structured-macro ac:name="team-card"><ac:parameter ac:name="lead">nobody, TBergmann</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "a home-made macro",
            ("TBergmann",),
            context=_KNOWN,
        ),
        Flag(
            b'<ac:structured-macro ac:name="team-card"><ac:parameter ac:name="who">+tbergmann;user:TBergmann | x'
            b'</ac:parameter><ac:parameter ac:name="all">tbergmann  tbergmann</ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "signs and labels before people, and other separators",
            ("tbergmann", "TBergmann", "tbergmann", "tbergmann"),
            context=_KNOWN,
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"bodiedExtension","attrs":{"extensionKey":"app/env/static/card",'
            b'"parameters":{"guestParams":{"lead":["tbergmann"]},"macroMetadata":{"title":"tbergmann"}}}}]}',
            Kind.ADF,
            "an app of today",
            ("tbergmann",),
            context=_KNOWN,
        ),
        Clean(
            b'<ac:structured-macro ac:name="team-card"><ac:parameter ac:name="lead">8a7f80826c1d4e5f016c1d4e6f700001'
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "a user key in a parameter for people by its name, which app-user-key reports",
            context=Context(known=frozenset({"8a7f80826c1d4e5f016c1d4e6f700001"})),
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"nested-table","parameters":{"adf":'
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"tbergmann"}}]}}}}]}',
            Kind.ADF,
            "a document in a parameter, in which legacy-adf-mention reports the mention",
            context=_KNOWN,
        ),
        Clean(
            b'<ac:structured-macro ac:name="team-card"><ac:parameter ac:name="lead">tbergmann</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "nobody of that name was met",
        ),
        Clean(
            b'<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user">tbergmann</ac:parameter>'
            b'<ac:parameter ac:name="title">about tbergmann</ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "a known parameter, which legacy-macro-parameter reports, and a longer text",
            context=_KNOWN,
        ),
    ),
)
