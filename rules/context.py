"""What a run knows beyond the bytes of a part: which links are ours, who is known, which macros name people.

Rules stay pure: the shell fills this in from the configuration and from what the run has seen so far, and a rule
reads it from the view. Without it, links are ours only when they are relative, nobody is known, and the macros are
those of `rules/macros.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rules.hits import Detector
from rules.macros import Registry, registry


@dataclass(frozen=True, slots=True)
class Context:
    """Facts of one run. Nothing in it is shown: identifiers of people are never part of a representation."""

    hosts: frozenset[str] = frozenset()
    """Hosts of the audited site, in lower case, old addresses included: only links to them are rewritten."""
    known: frozenset[str] = field(default=frozenset(), repr=False)
    """Usernames and user keys that the run has met, in lower case."""
    pickers: frozenset[str] = frozenset()
    """Fields of Jira that hold people, in lower case, beside its own: `cf[10100]`, names of user pickers."""
    spaces: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    """Keys of personal spaces that changed, with their tildes, in lower case -> the key of today."""
    refused: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    """JQL queries that stay as they are, decoded -> why, in plain words: Jira itself would convert them otherwise."""
    released: frozenset[str] = frozenset()
    """Paths of parts that hold stored JSON and may change on the site: `properties/KEY`."""
    of_app: bool = False
    """The files are those of an app for these products, whether they name them or not."""
    regions: frozenset[str] = frozenset()
    """Where the people of the site live (ISO 3166-1 alpha-2, upper case): numbers in their national forms count."""
    detectors: tuple[Detector, ...] = field(default=(), repr=False)
    """Of the run: names of the site's people, detectors of the configuration."""
    allowed: frozenset[str] = field(default=frozenset(), repr=False)
    """E-mail addresses and, with an at sign before them, domains of the house that are nobody's, in lower case."""
    macros: Registry = field(default_factory=registry, repr=False)
    """Parameters of macros that hold people, queries, spaces or links."""


NOTHING_KNOWN: Final = Context()
