"""How findings stand: against an earlier run of the same site, and against the list of those that somebody accepted.

Masks, keyed hashes, ids and numbers only, as everywhere in evidence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.model import Finding, Subject


class Standing(StrEnum):
    """What an earlier run knew of a finding of this one."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REAPPEARED = "reappeared"
    """An earlier run had it, a later one read the object and did not have it, and now it is back."""


class Fate(StrEnum):
    """What became of a finding of the earlier run that this one has not."""

    FIXED = "fixed"
    """Its object was read in this run, and it is not there any more."""
    NOT_EXAMINED = "not-examined"
    """Its object was not read in this run, so nobody knows: unknown is not clean."""


class Validity(StrEnum):
    """What an entry of the list of accepted findings is worth on the day of the run."""

    IN_FORCE = "in-force"
    NOT_YET = "not-yet-in-force"
    """Its first day is still to come: the findings that it names count until then."""
    EXPIRED = "expired"
    """Its day is over: the findings that it names count again."""
    AMBIGUOUS = "ambiguous"
    """Its mask fits several values in the object: it accepts none of them."""
    STALE = "stale"
    """This run has no finding that it names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one finding beside the run."""

    standing: Standing | None = None
    """None where nothing was compared."""
    accepted: int | None = None
    """Position, in the accepted entries of the evidence, of the one that accepts it; None where none does."""


UNMARKED: Final = Mark()


@dataclass(frozen=True, slots=True)
class Accepted:
    """One entry of the list of accepted findings, as reports may show it."""

    fingerprint: str
    """32 hex digits; empty where the entry names rule, object and subject."""
    rule: str
    object: str
    """`page 123456`."""
    subject: str
    """Mask or keyed hash, as the list has it."""
    reason: str
    """In the words of the list, with personal values masked."""
    owner: Subject
    """Who answers for it: mask and keyed hash."""
    since: str
    """First day on which it holds, `2026-11-20`; empty where the list does not say."""
    until: str
    """Last day on which it holds."""
    line: int
    """Line of the list that begins the entry; 0 where that cannot be told."""
    validity: Validity
    findings: int
    """Findings of this run that it accepts, or would accept if it held; those of earlier entries are not among them."""


@dataclass(frozen=True, slots=True)
class Gone:
    """One finding of the earlier run that this one has not, with what is shown of its object."""

    finding: Finding
    fate: Fate
    why: str
    """Why its object was not examined, in plain words; empty where it was."""
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison with one earlier run of the same site."""

    run: str
    """Id of the earlier run."""
    finished_at_utc: str
    runs: int
    """Earlier runs of the site that were asked what was there before or gone in between, the compared one included."""
    same_scope: bool
    same_rules: bool
    """False: what is new or gone may be so because a rule has changed, or what it was told of people and macros."""
    complete: bool
    """Whether the earlier run read everything in its scope."""
    gone: tuple[Gone, ...]
    """In the order of findings: severity, rule, space, object, place."""
    unread_before: int
    """Of the new findings, those in objects that the earlier run had not read: made since, out of scope, or failed."""

    def fates(self) -> dict[Fate, int]:
        """Return how many findings of the earlier run are fixed and how many were not examined."""
        counts = Counter(one.fate for one in self.gone)
        return {fate: counts[fate] for fate in Fate}
