"""Evidence made by hand that was compared with an earlier run and has accepted findings."""

from __future__ import annotations

from dataclasses import replace

from reports.evidence import Evidence
from reports.standing import Accepted, Comparison, Fate, Gone, Mark, Standing, Validity
from rules.model import Subject
from rules.model import SubjectKind as Who
from tests.reports import samples

OWNER = Subject(Who.DISPLAY_NAME, "O***", "0" * 31 + "1")


def entry(validity: Validity, findings: int, **changes: object) -> Accepted:
    """Return one entry of the list; `changes` replace fields."""
    base = Accepted(
        fingerprint="ab" * 16,
        rule="",
        object="",
        subject="",
        reason="archived by order of the court until the appeal is over",
        owner=OWNER,
        since="2026-10-01",
        until="2027-06-30",
        line=3,
        validity=validity,
        findings=findings,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def compared() -> Evidence:
    """Return an audit of 21 findings: 4 accepted; 13 unchanged, 6 new, 2 back; 2 fixed and 1 not examined."""
    base = samples.audit()
    named = {"fingerprint": "", "rule": "personal-email", "object": "page 13001", "subject": "a***@b***.org"}
    accepted = (
        entry(Validity.IN_FORCE, 3),
        entry(Validity.IN_FORCE, 1, **named, since="", line=11),
        entry(Validity.EXPIRED, 2, until="2026-11-19", line=19),
        entry(Validity.STALE, 0, fingerprint="cd" * 16, line=0),
        entry(Validity.NOT_YET, 2, since="2026-12-01", line=27),
        entry(Validity.AMBIGUOUS, 2, **named, line=35),
    )
    order = [Standing.NEW] * 6 + [Standing.REAPPEARED] * 2 + [Standing.UNCHANGED] * 13
    by_place = {0: 0, 2: 0, 7: 0, 12: 1}
    marks = tuple(Mark(one, by_place.get(place)) for place, one in enumerate(order))
    page, _, release, *_ = samples.PAGES
    gone = (
        Gone(samples.finding(70, "personal-iban", "iban1", page.ref), Fate.FIXED, "", page.title, page.url),
        Gone(samples.finding(71, "legacy-mention", "jdoe", release.ref), Fate.FIXED, "", release.title, release.url),
        Gone(
            samples.finding(72, "legacy-mention", "mstern", replace(page.ref, id="19999")),
            Fate.NOT_EXAMINED,
            "it was not listed: deleted, out of scope, or hidden from the account",
            "",
            "",
        ),
    )
    comparison = Comparison("R-20261020-11aa", "2026-10-20T09:00:00Z", 3, True, False, False, gone, 2)
    return replace(base, accepted=accepted, marks=marks, comparison=comparison)


def all_accepted() -> Evidence:
    """Return an audit each of whose findings is accepted by one entry."""
    base = samples.audit()
    count = len(base.findings)
    return replace(base, accepted=(entry(Validity.IN_FORCE, count),), marks=(Mark(accepted=0),) * count)
