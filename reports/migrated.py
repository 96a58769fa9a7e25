"""What a dry-run or migration report says of its plan beside the changes: review, limits, rehearsal, what is left.

Masks, keyed hashes, ids and numbers only, as everywhere in evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.model import Ref, Subject


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer said about one action of the plan that was reviewed."""

    action: str
    accepted: bool
    by: Subject
    """Mask and keyed hash of the reviewer's name."""
    why: str
    """In the reviewer's words, with personal values masked; may be empty."""
    at_utc: str


class Doings(StrEnum):
    """What was done with a plan, as far as its run knows."""

    REHEARSED = "rehearsed"
    APPLIED = "applied"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class OtherPlan:
    """Another plan of the same run, which this report is not about."""

    id: str
    digest: str
    created_at_utc: str
    state: Doings


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """One bound that was in force, and how near the plan comes to it."""

    name: str
    limit: str
    """With its unit: `1,000 objects`."""
    actual: str
    """The same of this plan; empty where the bound is about the run and not about the plan."""


@dataclass(frozen=True, slots=True)
class RehearsalFacts:
    """What became of a sample of the plan that was written and put back before the bulk of it."""

    at_utc: str
    """When its last record was made."""
    objects: int
    written: int
    """Of these, written, read back and equal to the plan."""
    put_back: int
    """Of these, put back to the text from before."""
    left: tuple[str, ...] = ()
    """One sentence for each object that was not written or not put back: action, object, what became of it."""


class Where(StrEnum):
    """Kinds of places that keep what was removed from the published text."""

    VERSION = "version"
    DRAFT = "draft"
    TRASH = "trashed"
    ARCHIVE = "archived"
    PRESENT = "present"
    """The published text itself: it has come back, or the object was never repaired."""


@dataclass(frozen=True, slots=True)
class ResidueItem:
    """One object that was looked into: the places in it that still hold what was removed, counted and never quoted."""

    ref: Ref
    """With the version and state that were found."""
    places: tuple[Where, ...]
    """Kinds of places that hold something; empty where none does."""
    versions: tuple[int, ...]
    """Numbers of the old versions that hold something."""
    versions_read: int
    rules: Mapping[str, int]
    """Rule -> places that it finds, in all versions and texts together."""
    unread: str
    """Why something of it could not be looked into; empty when all of it was."""
    at_utc: str
    title: str = ""
    """Masked."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ResidueFacts:
    """What looking for the remains of a plan gave."""

    items: tuple[ResidueItem, ...]
    """Every object that was looked into, those that hold nothing included."""

    def holding(self) -> tuple[ResidueItem, ...]:
        """Return the objects that hold something or were not read whole, in their order."""
        return tuple(one for one in self.items if one.places or one.unread)

    def looked_at_utc(self) -> str:
        """Return when the object was read that was looked into first; empty where there was nothing to look into."""
        return min((one.at_utc for one in self.items), default="")

    def count(self, place: Where) -> int:
        """Return how many places of a kind hold something: old versions one by one, everything else by object."""
        if place is Where.VERSION:
            return sum(len(one.versions) for one in self.items)
        return sum(place in one.places for one in self.items)

    def objects(self, place: Where) -> int:
        """Return how many objects have places of a kind that hold something."""
        return sum(place in one.places for one in self.items)

    def counted(self) -> tuple[tuple[Where, int, int, str], ...]:
        """Return each kind of place that holds something, with places, objects and what can be done."""
        return tuple(
            (place, self.count(place), self.objects(place), NEXT_STEP[place]) for place in Where if self.objects(place)
        )

    @property
    def not_examined(self) -> tuple[str, ...]:
        """Return places that may hold it as well and that looking for residue never reads."""
        return NOT_EXAMINED

    def only_unread(self) -> int:
        """Return how many objects hold nothing in what was read of them, and were not read whole."""
        return sum(bool(one.unread) and not one.places for one in self.items)

    def unread(self) -> int:
        """Return how many objects were not read whole."""
        return sum(bool(one.unread) for one in self.items)


NEXT_STEP: Final[Mapping[Where, str]] = {
    Where.VERSION: "Delete these versions (confluence-gdpr residue --delete-versions), or have the site take the words"
    " out where it has redaction (--redact-versions). Nothing undoes either.",
    Where.DRAFT: "Ask the author to publish or discard the draft, then audit and plan again.",
    Where.TRASH: "Have an administrator of the space purge it from the trash, or restore it and plan again.",
    Where.ARCHIVE: "Restore it, plan and apply again, and archive it; or delete it when nobody needs it.",
    Where.PRESENT: "Audit and plan again: the published text holds it.",
}
"""What a person can do about each kind of place."""
NOT_EXAMINED: Final = (
    "search index and caches of the site",
    "exports and backups of the site",
    "attachments and their versions",
    "properties as they were in old versions: the API does not show them",
    "drafts, archive and trash of objects in which the run found nothing",
    "the texts from before, which lie sealed in this run until confluence-gdpr purge",
)
"""Places that may hold it as well and that looking for residue never reads."""
