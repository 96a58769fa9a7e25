"""One run against an earlier one of the same site: what is new, unchanged, back, fixed, or was not examined.

Findings are compared by their fingerprints, which are keyed with the workspace: the same place gets the same one in
every run. Copies of a text (a draft) share a fingerprint and are compared by their state. What an edit has made an old
version is the same text as before, under another fingerprint: it is told by the number of its version. Runs before the
earlier one, and between it and this one, say what had been there before, was gone, and is back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.knowing import TOLD, scope
from audit.results import Looked, Place, RunResults
from reports.evidence import Evidence, ObjectFacts
from reports.standing import Comparison, Fate, Gone, Standing
from rules.model import Finding, ObjectType

DRAFT: Final = "draft"
NOT_LISTED: Final = "it was not listed: deleted, out of scope, or hidden from the account"
UNREAD: Final = {
    "failed": "it could not be read",
    "skipped": "it was skipped",
    "unassessed": "it was not assessed",
}
NO_RULE: Final = "its rule does not exist any more"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run read, of everything that findings can be about."""

    looked_at: Mapping[tuple[str, str, str], tuple[Looked, ...]]
    left_out: Mapping[str, str]

    @classmethod
    def of(cls, store: RunResults) -> Reading:
        """Return the reading of a stored run."""
        return cls(store.looked_at(), store.left_out())

    def missed(self, place: Place) -> str:
        """Return why the object of a finding was not read, empty where it was.

        An object that was published, archived or put into the trash since is the same object; its draft is another.
        """
        states = [
            one
            for one in self.looked_at.get((place.object_class, place.type, place.id), ())
            if (one.status == DRAFT) is (place.status == DRAFT)
        ]
        same = [one for one in states if one.status == place.status] or states
        if any(one.coverage == "read" for one in same):
            return ""
        if same:
            return f"{UNREAD[same[0].coverage]}: {same[0].reason}"
        if place.object_class in self.left_out:
            return f"objects of its kind were not assessed: {self.left_out[place.object_class]}"
        return NOT_LISTED


def compared(
    now: Evidence, store: RunResults, then: Evidence, earlier: RunResults, history: Iterable[RunResults]
) -> tuple[Comparison, tuple[Standing, ...]]:
    """Return the comparison of a run with an earlier one, and how each finding of the run stands.

    `now` and `then` are the evidence of the audits in `store` and `earlier`. `history` are the runs of the same site
    before `store`, the earlier one among them, oldest first; each is read before the next one is asked for.
    Cost: linear in the findings and objects of all of them.
    """
    places, places_then = store.placed(), earlier.placed()
    known_then = dict(places_then)
    reading = Reading.of(store)
    # A run that kept no catalogue lists only the rules that found something: of the others nothing is concluded.
    known = {*now.rules} if now.run.rules_kept else {*now.rules, *then.rules}
    pairs = _pairs(now.findings, then.findings)
    unpaired = [place for place, other in enumerate(pairs) if other is None]
    olds = (now.findings[place] for place in unpaired if now.findings[place].ref.type is ObjectType.VERSION)
    fresh = {places[place][0] for place in unpaired} - known_then.keys()
    kept = {places[place][0] for place, other in enumerate(pairs) if other is not None} & known_then.keys()
    past = _Past({one: known_then[one] for one in kept}, fresh, {_text(one) for one in olds})
    for other in history:
        if other.get("run_id") <= then.run.id:
            past.until(other)
        else:
            past.since(other)
    standings = tuple(
        past.standing(places[place][0], now.findings[place], known=paired is not None)
        for place, paired in enumerate(pairs)
    )
    read_then = Reading.of(earlier)
    unread = sum(bool(read_then.missed(places[place][1])) for place in unpaired if standings[place] is Standing.NEW)
    left = sorted(set(range(len(then.findings))) - {other for other in pairs if other is not None})
    return (
        Comparison(
            run=then.run.id,
            finished_at_utc=then.run.finished_at_utc,
            runs=past.runs,
            same_scope=scope(then.run.options) == scope(now.run.options),
            same_rules=_judged_by(then) == _judged_by(now),
            complete=not then.run.incomplete,
            gone=tuple(_gone(then, place, places_then[place][1], reading, known) for place in left),
            unread_before=unread,
        ),
        standings,
    )


def _judged_by(evidence: Evidence) -> object:
    """Return what decides what rules find: themselves, and what they were told."""
    options = evidence.run.options
    return evidence.run.rules_digest, *(options.get(name) for name in TOLD)


def _pairs(now: Sequence[Finding], then: Sequence[Finding]) -> list[int | None]:
    """Return, for each finding, the position of the same one in the earlier run, or None.

    Among copies of one fingerprint the same state comes first, then any that is left.
    """
    result: list[int | None] = [None] * len(now)
    taken: set[int] = set()
    for key in (_copy, _fingerprint):
        free: dict[object, list[int]] = {}
        for place in range(len(then) - 1, -1, -1):
            if place not in taken:
                free.setdefault(key(then[place]), []).append(place)
        for place, finding in enumerate(now):
            if result[place] is None and free.get(key(finding)):
                result[place] = free[key(finding)].pop()
        taken.update(place for place in result if place is not None)
    return result


def _fingerprint(finding: Finding) -> object:
    return finding.fingerprint


def _copy(finding: Finding) -> object:
    return finding.fingerprint, finding.ref.status


def _text(finding: Finding) -> object:
    """Return what stays the same when an edit makes a text an old version: its paths and spans may not."""
    return finding.rule, finding.ref.id, finding.ref.version, finding.subject.hmac


@dataclass(slots=True)
class _Past:
    """What the runs before knew of findings; filled run by run, oldest first."""

    there: dict[str, Place]
    """Fingerprints that the earlier run or one before it had, and where the last of them found it."""
    fresh: Collection[str]
    """Fingerprints that the earlier run did not have."""
    old: Collection[object]
    """Texts of old versions that the earlier run did not have."""
    before: dict[str, Standing] = field(default_factory=dict)
    """How fresh ones stood at the earlier run: what was there when its object was last read is unchanged."""
    read_as_current: set[object] = field(default_factory=set)
    gone_since: set[str] = field(default_factory=set)
    """What a run between the earlier one and this one looked for and did not find."""
    runs: int = 0

    def until(self, store: RunResults) -> None:
        """Take the earlier run, or one before it, into account."""
        self.runs += 1
        if self.old:
            self.read_as_current |= store.current_texts() & set(self.old)
        if not self.fresh:
            return
        present = {fingerprint: place for fingerprint, place in store.placed() if fingerprint in self.fresh}
        self.there |= present
        self.before |= dict.fromkeys(present, Standing.UNCHANGED)
        known = {one: self.there[one] for one in self.before if one not in present}
        self.before |= dict.fromkeys(_not_found(store, known), Standing.REAPPEARED)

    def since(self, store: RunResults) -> None:
        """Take a run after the earlier one into account: what it did not find has come back since."""
        self.runs += 1
        if self.there:
            present = {fingerprint for fingerprint, _ in store.placed()}
            absent = {one: place for one, place in self.there.items() if one not in present}
            self.gone_since |= _not_found(store, absent)

    def standing(self, fingerprint: str, finding: Finding, *, known: bool) -> Standing:
        """Return how a finding stands; `known`: the earlier run has it."""
        if finding.ref.type is ObjectType.VERSION and not known and _text(finding) in self.read_as_current:
            return Standing.UNCHANGED
        then = Standing.UNCHANGED if known else self.before.get(fingerprint, Standing.NEW)
        return Standing.REAPPEARED if then is Standing.UNCHANGED and fingerprint in self.gone_since else then


def _not_found(store: RunResults, absent: Mapping[str, Place]) -> set[str]:
    """Return those of the fingerprints that a run has not, although it read their objects."""
    reading = Reading.of(store) if absent else Reading({}, {})
    return {one for one, place in absent.items() if not reading.missed(place)}


def _gone(then: Evidence, number: int, place: Place, reading: Reading, rules: Collection[str]) -> Gone:
    finding = then.findings[number]
    why = reading.missed(place) if finding.rule in rules else NO_RULE
    facts = then.objects.get((finding.ref.type.value, finding.ref.id)) or ObjectFacts(finding.ref, "", "")
    return Gone(finding, Fate.NOT_EXAMINED if why else Fate.FIXED, why, facts.title, facts.url)


def in_words(comparison: Comparison, standings: Sequence[Standing]) -> str:
    """Return the comparison as one line."""
    counts, fates = Counter(standings), comparison.fates()
    return (
        f"Compared with run {comparison.run} ({comparison.finished_at_utc[:10]}): {counts[Standing.NEW]} new,"
        f" {fates[Fate.FIXED]} fixed, {counts[Standing.UNCHANGED]} unchanged, {counts[Standing.REAPPEARED]} reappeared;"
        f" {fates[Fate.NOT_EXAMINED]} not examined in this run."
    )
