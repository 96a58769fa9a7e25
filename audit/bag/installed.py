"""What is installed and used: the distributions behind this tool, and the versions below them."""

from __future__ import annotations

import platform
import re
import sqlite3
import ssl
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from audit.version import tool_version
from reports.bag.sbom import Component
from reports.plain import Json

TOOL: Final = "confluence-gdpr"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA: Final = re.compile(r"\bextra\s*==")


def tool_component() -> Component:
    """Return this tool as a component, with the names of what it needs."""
    found = _distribution(TOOL)
    return _component(TOOL, found) if found else Component(TOOL, tool_version())


def components() -> tuple[Component, ...]:
    """Return every installed distribution that this tool needs, directly or not, sorted by name.

    Of its own extras those that are installed count; of the extras of others none.
    """
    found: dict[str, Component] = {}
    waiting = list(tool_component().needs)
    while waiting:
        name = waiting.pop()
        installed = None if name in found else _distribution(name)
        if installed is not None:
            found[name] = _component(name, installed)
            waiting += found[name].needs
    return tuple(found[name] for name in sorted(found))


def versions() -> Mapping[str, Json]:
    """Return the versions of what lies below: interpreter, system, and the libraries that Python was built with."""
    return {
        "tool": tool_version(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "sqlite": sqlite3.sqlite_version,
        "openssl": ssl.OPENSSL_VERSION,
    }


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _component(name: str, installed: Distribution) -> Component:
    needs = {
        _normal(match[0])
        for requirement in installed.requires or ()
        if (match := _NAME.match(requirement)) and (name == TOOL or not _EXTRA.search(requirement))
    }
    return Component(name, installed.version, _licence(installed), tuple(sorted(one for one in needs if one != name)))


def _licence(installed: Distribution) -> str:
    """Return the licence that a distribution states, the most precise form first."""
    for field in ("License-Expression", "License"):
        stated = str((installed.metadata.get_all(field) or [""])[0]).strip()
        if stated:
            return stated
    classifiers = [one for one in installed.metadata.get_all("Classifier") or () if one.startswith("License ::")]
    return classifiers[0].rpartition(" :: ")[2] if classifiers else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
