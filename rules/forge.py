"""What comes after Connect: its last day, the Forge module nearest to each module of Confluence, and what Forge asks.

Sources: Atlassian, Forge changelog, CHANGE-3383 (the last day); Forge manifest reference, modules, permissions and
remotes; migrating macros and custom content from Connect to Forge; Forge user privacy guidelines. The pairs of modules
are ours, by what either page says that a module does; where two fit, both are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.appfacts import AppFacts
from rules.interfaces import EMAIL_SCOPE

END_OF_SUPPORT: Final = date(2027, 1, 31)
"""Last day of support for Connect."""
SOURCE: Final = "https://developer.atlassian.com/platform/adopting-forge-from-connect/"
EQUIVALENTS: Final = (
    "https://developer.atlassian.com/platform/forge/manifest-reference/modules/connect-module-equivalents/"
)

_MACRO: Final = "macro, under the same key, so that macros on pages go on"

MODULES: Final = {
    "adminPages": "confluence:globalSettings",
    "configurePage": "confluence:globalSettings",
    "confluenceContentProperties": "confluence:contentProperty",
    "contentBylineItems": "confluence:contentBylineItem",
    "customContent": "confluence:customContent with migratedFromConnect: true, so that what exists is kept",
    "dynamicContentMacros": _MACRO,
    "generalPages": "confluence:globalPage",
    "homepageFeeds": "confluence:homepageFeed",
    "spacePages": "confluence:spacePage",
    "spaceToolsTabs": "confluence:spaceSettings",
    "staticContentMacros": _MACRO,
    "webItems": "confluence:contentAction or confluence:contextMenu, by its location",
    "webhooks": "trigger, with the events of Forge; their user objects carry account ids",
}
"""Type of module in a Confluence descriptor -> what to declare in the manifest."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that Forge asks of this app."""

    about: str
    """What the descriptor has."""
    asks: str


def asked(app: AppFacts) -> tuple[Ask, ...]:
    """Return what Forge asks instead of what the descriptor declares, modules last."""
    asks = [Ask("personal data that the app keeps", "the scope report:personal-data, and each account in every cycle")]
    if app.host:
        asks.append(Ask("a server of the vendor", "each host in `remotes` or `permissions.external`"))
    if app.scopes:
        asks.append(Ask("scopes of Connect", "OAuth 2.0 scopes, the fewest that do, in `permissions.scopes`"))
    if EMAIL_SCOPE in app.scopes:
        asks.append(Ask(EMAIL_SCOPE, "read:email-address:confluence, which works for the app itself and for no user"))
    if app.lifecycle:
        asks.append(Ask("lifecycle callbacks", "a `trigger` on avi:forge:installed:app and its like; no shared secret"))
    named = {kind for kind, _ in app.modules}
    asks += [Ask(kind, MODULES.get(kind, f"see {EQUIVALENTS}")) for kind in sorted(named)]
    return tuple(asks)
