"""A dossier: where a site holds data of one person, for an answer under Articles 15, 17 and 20 of the GDPR.

The input type of its formats. Nobody's value is in it: identifiers are masks and keyed hashes, titles are masked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from reports.evidence import CoverageRow, HostFacts, ObjectFacts
from rules.model import Confidence, Subject

INCOMPLETE: Final = "Not everything in scope was read, so this answer is not complete."
NOTHING: Final = "Nothing was found in what was read."


class Relation(StrEnum):
    """What a person has to do with a place. Each place is told under the first that fits, in this order."""

    AUTHORED = "authored"
    CONTRIBUTED = "contributed"
    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    RESTRICTED = "restricted"
    PERMITTED = "permitted"
    WATCHING = "watching"
    LIKED = "liked"
    RELATED = "related"
    OWNER = "owner"
    PROFILE = "profile"
    NAMED = "named"
    ATTACHED = "attached"
    STORED = "stored"
    OLD = "old"
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a relation is called, and what becomes of it when the person asks for erasure."""

    title: str
    erasure: str
    given: bool = False
    """Whether the person gave these data themselves, so that Article 20 is about them."""


_ACCOUNT: Final = (
    "The site shows the name from the account: closing or deleting the account at Atlassian takes the name away, the"
    " account id stays."
)
_BY_HAND: Final = "This tool does not change it: take the person out there by hand."
_REDACT: Final = (
    "`plan redact` masks values in present texts; names that a rule is not sure of are for whoever owns the text."
)
MEANINGS: Final[Mapping[Relation, Meaning]] = {
    Relation.AUTHORED: Meaning("Wrote it, or edited it last", _ACCOUNT, given=True),
    Relation.CONTRIBUTED: Meaning("Contributed to it, as the index of the site says", _ACCOUNT, given=True),
    Relation.MENTIONED: Meaning("Is mentioned in it", f"{_ACCOUNT} {_BY_HAND}"),
    Relation.ASSIGNED: Meaning("Has a task, or gave or completed one", _BY_HAND),
    Relation.RESTRICTED: Meaning("Is named in who may read or edit it", _BY_HAND),
    Relation.PERMITTED: Meaning("Has rights or a role in the space", _BY_HAND),
    Relation.WATCHING: Meaning("Watches it", _BY_HAND, given=True),
    Relation.LIKED: Meaning("Likes it", "The person takes it back, or Atlassian deletes the account.", given=True),
    Relation.RELATED: Meaning("Stands in a relation that an app stores", "The vendor of the app has to remove it."),
    Relation.OWNER: Meaning("Made it or owns it", _ACCOUNT),
    Relation.PROFILE: Meaning("Property of the account", "The app that stored it has to remove it."),
    Relation.NAMED: Meaning("Is named in its text, title or comment", _REDACT),
    Relation.ATTACHED: Meaning(
        "Is named in a file, its name or its metadata",
        "Replace the file, then delete its older versions: this tool changes no files.",
    ),
    Relation.STORED: Meaning("Is named in a property", "The app that stored it has to remove it."),
    Relation.OLD: Meaning(
        "Is named in an older version", "`residue` lists older versions and deletes those that a redaction left."
    ),
    Relation.LOGGED: Meaning(
        "Stands in a record of the audit log", "Nobody can change it: the site drops its records after a set time."
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One object that holds something of the person, under one relation."""

    relation: Relation
    facts: ObjectFacts
    places: int
    """How many places of it; 0 where the whole object is the place."""
    kinds: tuple[str, ...] = ()
    """What kinds of values stand there: `account_id`, `email`."""
    paths: tuple[str, ...] = ()
    """Where in the object, without contents; a few at most."""
    confidence: Confidence = Confidence.HIGH
    """Of the surest place. LOW: a human has to look whether it is this person."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run of the workspace of this tool holds of the person: pseudonyms, and texts where it changed some."""

    run: str
    finished_at_utc: str
    findings: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a dossier says."""

    site: str
    id: str
    started_at_utc: str
    finished_at_utc: str
    account: str
    """Mask of the account that read."""
    tool_version: str
    asked: tuple[Subject, ...]
    """The identifiers that were asked for."""
    added: tuple[Subject, ...]
    """Those that the site itself gave for the account."""
    held: tuple[Held, ...]
    """By relation, then by type and id."""
    coverage: tuple[CoverageRow, ...]
    incomplete: tuple[str, ...]
    """Why something in scope was not read: one sentence each."""
    unasked: tuple[str, ...]
    """What could not be looked for with these identifiers, in sentences."""
    hosts: tuple[HostFacts, ...]
    warnings: tuple[str, ...] = ()
    """Why this may be about two people, in sentences."""
    kept: tuple[Kept, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"

    def counted(self) -> dict[Relation, int]:
        """Return how many objects hold something, by relation in their order; those that hold nothing left out."""
        counts = Counter(one.relation for one in self.held)
        return {relation: counts[relation] for relation in Relation if counts[relation]}

    def of(self, relation: Relation) -> tuple[Held, ...]:
        """Return what is held under one relation."""
        return tuple(one for one in self.held if one.relation is relation)

    def doubtful(self) -> int:
        """Return how many objects a human has to look at: the name there may be somebody else's."""
        return sum(1 for one in self.held if one.confidence is Confidence.LOW)
