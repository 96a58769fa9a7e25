"""One run against an earlier one of the same site: what is new, unchanged, back, fixed, or was not examined.

Findings are compared by their fingerprints, which are keyed with the workspace: the same place gets the same one in
every run. Copies of a text (a draft) share a fingerprint and are compared by their state. What an edit has made an old
version is the same text as before, under another fingerprint: it is told by the number of its version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

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
    up to the earlier one, which is the last of them, oldest first; each is read before the next one is asked for.
    Cost: linear in the findings and objects of all of them.
    """
    places, places_then = store.placed(), earlier.placed()
    reading = Reading.of(store)
    pairs = _pairs(now.findings, then.findings)
    read_as_current = {_text(one) for one in then.findings if _is_current(one)}
    first_seen = [
        place
        for place, (finding, other) in enumerate(zip(now.findings, pairs, strict=True))
        if other is None and not (finding.ref.type is ObjectType.VERSION and _text(finding) in read_as_current)
    ]
    known_then = {fingerprint for fingerprint, _ in places_then}
    fresh = {places[place][0] for place in first_seen} - known_then
    before, runs = _before(history, fresh)
    seen_first = {place: before.get(places[place][0], Standing.NEW) for place in first_seen}
    standings = tuple(seen_first.get(place, Standing.UNCHANGED) for place in range(len(pairs)))
    read_then = Reading.of(earlier)
    unread = sum(bool(read_then.missed(places[place][1])) for place in first_seen if standings[place] is Standing.NEW)
    left = sorted(set(range(len(then.findings))) - {other for other in pairs if other is not None})
    return (
        Comparison(
            run=then.run.id,
            finished_at_utc=then.run.finished_at_utc,
            runs=runs,
            same_scope=then.run.options == now.run.options,
            same_rules=then.run.rules_digest == now.run.rules_digest,
            complete=not then.run.incomplete,
            gone=tuple(_gone(then, place, places_then[place][1], reading, now.rules) for place in left),
            unread_before=unread,
        ),
        standings,
    )


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


def _is_current(finding: Finding) -> bool:
    return finding.ref.type is not ObjectType.VERSION and finding.ref.status != DRAFT


def _text(finding: Finding) -> object:
    """Return what stays the same when an edit makes a text an old version: its paths and spans may not."""
    return finding.rule, finding.ref.id, finding.ref.version, finding.subject.hmac


def _before(history: Iterable[RunResults], fresh: Collection[str]) -> tuple[dict[str, Standing], int]:
    """Return how findings stand that the earlier run did not have but one before it had, and how many runs were asked.

    What was there when its object was last read is unchanged; what a later reading did not find has reappeared.
    """
    there: dict[str, Place] = {}
    found: dict[str, Standing] = {}
    runs = 0
    for store in history:
        runs += 1
        if not fresh:
            continue
        present = {fingerprint: place for fingerprint, place in store.placed() if fingerprint in fresh}
        there |= present
        found |= dict.fromkeys(present, Standing.UNCHANGED)
        absent = [fingerprint for fingerprint in there if fingerprint not in present]
        reading = Reading.of(store) if absent else Reading({}, {})
        found |= {one: Standing.REAPPEARED for one in absent if not reading.missed(there[one])}
    return found, runs


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
