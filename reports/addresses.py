"""What the link of a finding leads to, in words: Confluence gives not everything an address of its own version."""

from __future__ import annotations

from typing import Final

from reports.audience import Audience
from rules.model import ObjectType, Ref

VERSION: Final = "this version"
PRESENT: Final = "the present state, whose versions have no address"
CARRIER: Final = "the page that carries it"
NONE: Final = "no address in Confluence"
HIDDEN: Final = "left out"
TEXTS: Final = (VERSION, PRESENT, CARRIER, NONE, HIDDEN)
_CARRIED: Final = frozenset({ObjectType.CUSTOM_CONTENT, ObjectType.TASK, ObjectType.ATTACHMENT})


def address(ref: Ref, link: str, audience: Audience) -> str:
    """Return what `link`, which may be empty, leads to. A public report has no links, whatever the site has."""
    if audience is Audience.PUBLIC:
        return HIDDEN
    if not link:
        return NONE
    if "pageVersion=" in link:
        return VERSION
    return CARRIER if ref.type in _CARRIED else PRESENT
