"""Which planned change deals with which finding."""

from __future__ import annotations

from reports.evidence import Evidence


def actions(evidence: Evidence) -> tuple[str, ...]:
    """Return, for each finding in its order, the id of the change that deals with it; empty where none does.

    A change names the part, the rule and the value, as the finding does. A public report names no parts, so it links
    nothing. Cost: linear in findings and replacements.
    """
    known = {
        (change.ref.type, change.ref.id, change.part, edit.rule, edit.subject.hmac): change.action
        for change in evidence.changes
        for edit in change.edits
    }
    if not known:
        return ("",) * len(evidence.findings)
    return tuple(
        known.get((one.ref.type, one.ref.id, one.path.partition(" > ")[0], one.rule, one.subject.hmac), "")
        for one in evidence.findings
    )
