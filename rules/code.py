"""Programs in any language: where they use what the user-privacy changes retired.

Nothing is parsed: a program may be written in anything. The patterns of `rules.interfaces` are looked for, generic
ones only where the file speaks of Confluence, Jira or Atlassian at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.interface import RETIRED, Interface
from rules.linkhosts import own
from rules.masking import excerpt
from rules.model import Confidence, Match, Personal, Span, SubjectKind
from rules.rule import Rule
from rules.urls import canonical
from rules.view import View

SPEAKS: Final = re.compile(
    rb"(?i:confluence|atlassian|jira)|/wiki/|\brest/api/|<ri:user\b|\bAP\.(?:user\b|getUser|require\()"
)
"""What a file says that has to do with these products."""
_HOST: Final = re.compile(
    rb"\bhttps?://(?:[^\s\"'`/@]{1,80}@)?(?P<host>(?:[\w-]{1,63}\.){1,9}[a-zA-Z]{2,20})(?::\d{1,5})?/[^\s\"'`]{0,80}\Z"
)
_HERE: Final = re.compile(rb"(?i:atlassian|confluence|jira|wiki|\byour|\bmy)")
"""What an address has that leads to these products, or that stands for anybody's own."""
_BEFORE: Final = 400
"""Bytes before a path that may hold the host."""
ELSEWHERE: Final = "nothing says that this host is one of these products"


def detect(view: View, rule: Rule, interfaces: Sequence[Interface], alone: Sequence[Interface] = ()) -> Iterator[Match]:
    """Yield every use of one of `interfaces`, each place once, by the first pattern that sees it.

    A pattern may see a place without a `hit`: then it says that the place is none. Where the file says nothing of
    these products, only `alone` counts.
    """
    if SPEAKS.search(view.data) is None:
        interfaces = alone
    seen: set[Span] = set()
    for interface in interfaces:
        for found in interface.pattern.finditer(view.data):
            span = Span(*found.span("hit")) if found["hit"] is not None else None
            if span is not None and span not in seen:
                seen.add(span)
                doubt = interface.doubt or _elsewhere(view, found.start())
                yield use(view, rule, span, interface.name, interface.instead, doubt, verdict=interface.verdict)


def _elsewhere(view: View, at: int) -> str:
    """Return the doubt where the path at a byte follows a host that may be anybody's; empty where it does not.

    A Data Center may have any name: it counts with low confidence, and with high one once it is configured.
    """
    found = _HOST.search(view.data, max(at - _BEFORE, 0), at)
    if found is None or _HERE.search(found[0]):
        return ""
    return "" if own(frozenset({canonical(found["host"].decode())}), view.context.hosts) else ELSEWHERE


def use(
    view: View,
    rule: Rule,
    span: Span,
    name: str,
    instead: str,
    doubt: str = "",
    where: str = "",
    verdict: str = RETIRED,
) -> Match:
    """Return the match of one use; `name` is one of `rules.interfaces.NAMES`."""
    return rule.match(
        span,
        Personal(SubjectKind.INTERFACE, name),
        where=where,
        excerpt=excerpt(view.data, span.start, span.end, f"<{name}>"),
        confidence=Confidence.LOW if doubt else Confidence.HIGH,
        reason=f"{verdict}: {instead}" + (f"; {doubt}" if doubt else ""),
    )
