"""What the descriptor of a Connect app declares: the part of it that matters for personal data and for what follows.

Only words of a descriptor's own vocabulary are taken over; anything else in it may be written by anybody and about
anybody, and is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rules.jsontree import Array, Node, Object, Scalar, Text

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:.-]{0,79}")
_HOST: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
_MIGRATIONS: Final = ("gdpr", "signed-install", "context-qsh")
_CALLBACKS: Final = ("installed", "enabled", "disabled", "uninstalled")
OTHER: Final = "other"
"""Stands for whatever is no word."""


@dataclass(frozen=True, slots=True)
class AppFacts:
    """One app as its descriptor has it."""

    key: str
    """Empty where it is none of letters, digits and `._-:`."""
    host: str
    """Host of `baseUrl`; empty where it has none, as in a template that is filled in later."""
    scopes: tuple[str, ...]
    modules: tuple[tuple[str, int], ...]
    """Type of module and how many of it, in the order of the descriptor."""
    events: tuple[str, ...]
    """Events of its webhooks."""
    lifecycle: tuple[str, ...]
    migrations: tuple[tuple[str, str], ...]
    """Name of each migration that Atlassian knows -> `true`, `false`, or `not declared`."""


def app_facts(tree: Object, data: bytes) -> AppFacts:
    """Return what a descriptor declares; `data` are its bytes.

    A member of another shape than the documented one counts as not there.
    """
    modules = tree.get("modules")
    members = [(key.value, value) for key, value in modules.members] if isinstance(modules, Object) else []
    lifecycle, migrations = tree.get("lifecycle"), tree.get("apiMigrations")
    return AppFacts(
        key=_word(tree.get("key"), ""),
        host=_host(tree.text("baseUrl")),
        scopes=tuple(_word(each).upper() for each in _items(tree.get("scopes"))),
        modules=tuple((name if _WORD.fullmatch(name) else OTHER, len(_items(value))) for name, value in members),
        events=tuple(
            _word(each.get("event"))
            for name, value in members
            if name == "webhooks"
            for each in _items(value)
            if isinstance(each, Object)
        ),
        lifecycle=tuple(name for name in _CALLBACKS if isinstance(lifecycle, Object) and lifecycle.text(name)),
        migrations=tuple((name, _declared(migrations, name, data)) for name in _MIGRATIONS),
    )


def _items(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list, one thing that stands without a list, or nothing."""
    if isinstance(node, Array):
        return node.items
    return (node,) if isinstance(node, Object) else ()


def _word(node: Node | None, other: str = OTHER) -> str:
    return node.value if isinstance(node, Text) and _WORD.fullmatch(node.value) else other


def _host(url: Text | None) -> str:
    try:
        host = urlsplit(url.value.strip()).hostname if url is not None else None
    except ValueError:
        host = None
    return host if host is not None and _HOST.fullmatch(host) else ""


def _declared(migrations: Node | None, name: str, data: bytes) -> str:
    value = migrations.get(name) if isinstance(migrations, Object) else None
    if value is None:
        return "not declared"
    return "true" if isinstance(value, Scalar) and value.span.of(data) == b"true" else "false"
