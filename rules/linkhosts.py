"""Whether an address leads to the site itself, to the vendor, or elsewhere."""

from __future__ import annotations

from typing import Final

from rules.urls import origin

_CLOUD_HOSTS: Final = (".atlassian.net", ".jira.com", ".atlassian.com")


def own(named: frozenset[str], hosts: frozenset[str]) -> bool:
    """Return whether an address leads to the site itself: it is relative, or its host is one of `hosts`.

    The web's own port is meant where `hosts` name none; another port is another server.

    `named` are its host and those of the addresses around it. An address inside another is the site's own only where
    the one around it is too: whoever sends people on may have signed what it sends them to.
    """
    return not named or named <= {origin(host) for host in hosts}


def on_cloud(host: str) -> bool:
    """Return whether `host` is one of the vendor's."""
    return host.endswith(_CLOUD_HOSTS)
