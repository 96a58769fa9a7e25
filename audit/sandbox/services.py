"""What the site's neighbours know: objects of Assets, files of the media service, issues of Jira."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

Json = dict[str, object]
WORKSPACE: Final = "3c1f0b6a-6a52-4a0e-8f4e-2f6f6f0c9d11"
OBJECTS: Final = ("1042", "1043")
"""Objects of Assets that are there: two laptops of the company."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file in the media service."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of Jira."""

    id: str
    key: str
    summary: str
    description: object
    labels: tuple[str, ...]
    properties: Json
    status: str = "To Do"


@dataclass(slots=True)
class Services:
    """Everything beside Confluence that somebody may publish to."""

    objects: dict[str, list[Json]] = field(default_factory=lambda: {name: [] for name in OBJECTS})
    """Attachments by the id of their object."""
    workspaces: tuple[str, ...] = (WORKSPACE,)
    media_base: str = ""
    """Where the media service is reached; empty: it is not served."""
    media: dict[str, Stored] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    """Tokens of the media service that count."""
    issued: int = 0
    largest_bytes: int = 100_000_000
    """Of one file: an attachment of a page, or a file in the media service."""
    issues: dict[str, Issue] = field(default_factory=dict)
    """By their ids."""
    unindexed: int = 0
    """How many of the newest issues the search does not know yet; asking for one by its id finds it all the same."""
    lists_attachments: bool = True
    """Whether the attachments of an object can be listed; no document promises it."""

    def new_token(self) -> str:
        """Return a token of the media service."""
        self.issued += 1
        token = f"sandbox-media-token-{self.issued}"
        self.tokens.add(token)
        return token
