"""The words that Python puts into reports; everything else that a reader reads stands in the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from reports.evidence import Outcome, Purpose
from reports.language import Language
from reports.migrated import Where
from rules.model import HeldReason


@dataclass(frozen=True, slots=True)
class Words:
    """Every word or sentence that code chooses between."""

    language: str
    titles: Mapping[Purpose, str] = field(repr=False)
    verdicts: Mapping[str, str] = field(repr=False)
    outcomes: Mapping[Outcome, str] = field(repr=False)
    held: Mapping[HeldReason, str] = field(repr=False)
    places: Mapping[Where, str] = field(repr=False)
    no_space: str = "(no space)"


ENGLISH: Final = Words(
    language="en",
    titles={
        Purpose.AUDIT: "Privacy audit",
        Purpose.DRY_RUN: "Dry run of a migration",
        Purpose.MIGRATION: "Migration report",
    },
    verdicts={
        "incomplete": "Incomplete",
        "running": "Still running",
        "act": "Action needed",
        "review": "Review needed",
        "accepted": "All findings accepted",
        "clear": "Nothing found",
        "planned": "Ready for review",
        "planned-part": "Ready for review, with gaps",
        "planned-none": "Nothing to change",
        "done": "Migrated and verified",
        "done-left": "Planned changes verified, more is left",
        "done-part": "Migrated in part",
        "failed": "Migration needs attention",
        "reverted": "Rolled back",
    },
    outcomes={
        Outcome.PLANNED: "planned",
        Outcome.APPLIED: "applied",
        Outcome.ALREADY: "already done",
        Outcome.SUPERSEDED: "applied, edited since",
        Outcome.KEPT: "applied, not taken back",
        Outcome.HELD: "held back",
        Outcome.CONFLICT: "in conflict",
        Outcome.REJECTED: "rejected by the site",
        Outcome.DIVERGED: "read back differently",
        Outcome.REVERTED: "rolled back",
        Outcome.FAILED: "failed",
    },
    held={
        HeldReason.UNRESOLVED: "no account found",
        HeldReason.AMBIGUOUS: "more than one account",
        HeldReason.NO_SPACE_KEY: "no current key of the space",
        HeldReason.CHANGED: "changed since it was read",
        HeldReason.WOULD_WIDEN: "access would widen",
        HeldReason.WOULD_LOCK_OUT: "the caller would lose access",
        HeldReason.NOT_CURRENT: "not the current version",
        HeldReason.DRAFT: "unpublished draft",
        HeldReason.NO_VERSION: "no version check possible",
        HeldReason.NOT_PROVED: "proof failed",
        HeldReason.MALFORMED: "not well-formed",
        HeldReason.OVER_LIMIT: "over the limit",
        HeldReason.NO_PERMISSION: "no permission",
        HeldReason.GONE: "gone",
        HeldReason.NOT_READ: "could not be read",
        HeldReason.ACCOUNT_CLOSED: "account closed",
        HeldReason.POLICY: "held by the policy for accounts",
        HeldReason.NO_REWRITER: "only a person can change it",
        HeldReason.NOT_SELECTED: "not part of this plan",
        HeldReason.DECLINED: "declined by a reviewer",
    },
    places={
        Where.VERSION: "old versions",
        Where.DRAFT: "unpublished draft",
        Where.TRASH: "in the trash",
        Where.ARCHIVE: "archived",
        Where.PRESENT: "published text",
    },
)

_Key = TypeVar("_Key")


@cache
def words(language: Language) -> Words:
    """Return the words in a language."""

    def said(texts: Mapping[_Key, str]) -> dict[_Key, str]:
        return {key: language.text(text) for key, text in texts.items()}

    return Words(
        language=language.code,
        titles=said(ENGLISH.titles),
        verdicts=said(ENGLISH.verdicts),
        outcomes=said(ENGLISH.outcomes),
        held=said(ENGLISH.held),
        places=said(ENGLISH.places),
        no_space=language.text(ENGLISH.no_space),
    )


GROUPS: Final[Mapping[Outcome, str]] = {
    Outcome.PLANNED: "waiting",
    Outcome.APPLIED: "good",
    Outcome.ALREADY: "good",
    Outcome.SUPERSEDED: "good",
    Outcome.KEPT: "held",
    Outcome.HELD: "held",
    Outcome.CONFLICT: "bad",
    Outcome.REJECTED: "bad",
    Outcome.DIVERGED: "bad",
    Outcome.REVERTED: "waiting",
    Outcome.FAILED: "bad",
}
"""Colour class of each outcome."""
