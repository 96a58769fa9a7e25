"""The sheets of a spreadsheet about how findings stand: what became of earlier ones, and the accepted ones."""

from __future__ import annotations

from reports.evidence import Evidence
from reports.groups import groups
from reports.language import Language
from reports.sheet import OBJECT, Cell, Said, Sheet, Toned, object_cells
from reports.standing import Accepted, Fate, Gone, Validity

_FATES = {Fate.FIXED: Toned("fixed", "good"), Fate.NOT_EXAMINED: Toned("not examined", "held")}
_VALIDITIES = {
    Validity.IN_FORCE: Toned("in force", "good"),
    Validity.NOT_YET: Toned("not yet in force", "bad"),
    Validity.EXPIRED: Toned("expired", "bad"),
    Validity.AMBIGUOUS: Toned("ambiguous: give the keyed hash or the fingerprint", "bad"),
    Validity.STALE: Toned("no such finding", "held"),
}


def standing_sheets(evidence: Evidence, speech: Language) -> tuple[Sheet, ...]:
    """Return the sheets about groups, earlier findings and accepted ones. Cost: linear in the findings."""
    return _groups(evidence, speech), _gone(evidence), _accepted(evidence, speech)


def _groups(evidence: Evidence, speech: Language) -> Sheet:
    nowhere = speech.text("no space")
    rows = [
        (
            one.subject.kind.value,
            one.subject.mask,
            len(one.places),
            one.objects,
            Toned(one.severity.label, one.severity.label),
            ", ".join(f"{rule} ({number})" for rule, number in one.rules.items()),
            ", ".join(f"{space or nowhere} ({number})" for space, number in one.spaces.items()),
            one.accepted,
            one.subject.hmac,
        )
        for one in groups(evidence)
    ]
    heads = (
        ("Kind of value", 15), ("Value, masked", 20), ("Findings", 10), ("Objects", 10), ("Worst", 10), ("Rules", 50),
        ("Spaces", 40), ("Accepted", 10), ("Keyed hash of the value", 34),
    )  # fmt: skip
    return Sheet("Groups", heads, rows, "No value stands at more than one place.")


def _gone(evidence: Evidence) -> Sheet:
    def row(one: Gone) -> tuple[Cell, ...]:
        finding = one.finding
        return (
            _FATES[one.fate],
            one.why,
            Toned(finding.severity.label, finding.severity.label),
            finding.rule,
            *object_cells(finding.ref, one.title, one.url, evidence.run.site),
            finding.path,
            finding.subject.mask,
            finding.fingerprint,
        )

    found = evidence.comparison
    heads = (
        ("What became of it", 18), ("Why it was not examined", 40), ("Severity", 10), ("Rule", 22), *OBJECT,
        ("Place", 40), ("Value, masked", 20), ("Fingerprint", 34),
    )  # fmt: skip
    nothing = "No finding of the earlier run is missing in this one." if found else "No earlier run was compared."
    return Sheet("Earlier findings", heads, [row(one) for one in found.gone] if found else [], nothing)


def _accepted(evidence: Evidence, speech: Language) -> Sheet:
    def row(one: Accepted) -> tuple[Cell, ...]:
        return (
            _VALIDITIES[one.validity],
            one.findings,
            one.reason,
            one.owner.mask,
            Said(speech.day(one.since)),
            Said(speech.day(one.until)),
            one.fingerprint,
            one.rule,
            one.object,
            Said(one.subject),
            one.line,
        )

    heads = (
        ("State", 16), ("Findings", 10), ("Why", 50), ("Who, masked", 16), ("Since", 12), ("Until", 12),
        ("Fingerprint", 34), ("Rule", 22), ("Object", 20), ("Value", 20), ("Line of the list", 10),
    )  # fmt: skip
    return Sheet("Accepted", heads, [row(one) for one in evidence.accepted], "Nothing is accepted.")
