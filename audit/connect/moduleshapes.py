"""What each type of module of Confluence has to have, and the names of people that its parameters may not ask for.

Source: https://developer.atlassian.com/cloud/confluence/connect-modules and the page of each module. The list of types
is closed: Connect gets no new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Modules = Mapping[str, Sequence[Mapping[str, object]]]
"""Type of module -> modules of that type."""

KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
KEYLESS: Final = "webhooks"
"""Modules that have an event and an address, and a key only where their author gave them one."""
_PAGE: Final = ("name", "url")
_PLACED: Final = ("name", "location")

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "adminPages": _PAGE,
    "blueprints": ("template",),
    "configurePage": _PAGE,
    "confluenceContentProperties": (),
    "contentBylineItems": ("name",),
    "customContent": ("name",),
    "dialogs": ("url",),
    "dynamicContentMacros": _PAGE,
    "generalPages": _PAGE,
    "homepageFeeds": (),
    "inlineDialogs": ("url",),
    "postInstallPage": _PAGE,
    "profilePages": _PAGE,
    "spacePages": _PAGE,
    "spaceToolsTabs": _PAGE,
    "staticContentMacros": _PAGE,
    "webItems": (*_PAGE, "location"),
    "webPanels": (*_PAGE, "location"),
    "webSections": _PLACED,
    "webhooks": ("event", "url"),
}
"""Type of module -> what each one of it needs beside its key."""
_TEXTS: Final = frozenset({"url", "location", "event"})
"""Members that are texts; all others are objects."""
_RETIRED: Final = re.compile(r"(?:profile|remote|modified)?_?user[_.-]?(?:key|id|name)")


def shapes(modules: Modules) -> Iterator[str]:
    """Yield what the modules lack, one sentence each."""
    if not any(modules.values()):
        yield "it holds no module"
    for kind, found in modules.items():
        if kind not in NEEDED:
            yield f"`{kind[:60]}` is no type of module that Confluence has"
            continue
        for number, each in enumerate(found, start=1):
            yield from _lacking(kind, number, each)
            yield from _retired(kind, number, each)


def _lacking(kind: str, number: int, module: Mapping[str, object]) -> Iterator[str]:
    key = module.get("key")
    if (key is not None or kind != KEYLESS) and (not isinstance(key, str) or KEY.fullmatch(key) is None):
        yield f"{kind} {number} has no `key` of letters, digits, - and _"
    for name in NEEDED[kind]:
        value = module.get(name)
        if not (isinstance(value, str if name in _TEXTS else dict) and value):
            yield f"{kind} {number} has no `{name}`"


def _retired(kind: str, number: int, module: Mapping[str, object]) -> Iterator[str]:
    """Yield the parameters of a macro whose names ask for what names a person no more."""
    parameters = module.get("parameters")
    for each in parameters if isinstance(parameters, list) else ():
        name = each.get("identifier") if isinstance(each, dict) else None
        if isinstance(name, str) and _RETIRED.fullmatch(name.lower()):
            yield (
                f"{kind} {number} has the parameter {name}, which names a person in an address: keep the account id, "
                "under another name"
            )
