"""Who a report is for: takes out of the evidence what a level does not show, before any format sees it.

`restricted` shows everything that evidence holds: masks, keyed hashes, masked surroundings. `internal` shows keyed
hashes in the place of values, and nothing around them. `public` counts: classes and numbers, no
mask, title, place, link, host or free text. The totals of all levels are equal; the digest of the data is not.

A public page or paper lists no finding. The formats for programs keep one row a finding, made of classes and numbers of
that report: there the row is the count. What a plan does and holds back keeps its numbered rows, because a plan is
decided about action by action.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from reports.evidence import (
    AFTER_EVENTS,
    ALLOWED_OUT,
    Change,
    CoverageRow,
    EditView,
    Evidence,
    HeldItem,
    HostFacts,
    IdentityFacts,
    ObjectFacts,
    PlanFacts,
    RunFacts,
)
from reports.migrated import Decision, RehearsalFacts, ResidueFacts, ResidueItem
from reports.persons import tag
from reports.standing import Accepted, Comparison, Gone
from reports.treatment import treatments
from rules.model import Finding, HeldReason, Ref, Span, Subject, SubjectKind

LEFT_OUT: Final = "left out"
"""Stands where a text is not for the audience of the report."""
NO_SITE: Final = "https://site.invalid"
"""Stands for the site in a public report: a name that leads nowhere (RFC 6761, section 6.4)."""


class Audience(StrEnum):
    """Levels, the most open first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


MEANINGS: Final[Mapping[Audience, str]] = {
    Audience.PUBLIC: "Public: counts only. Values, titles, places, links, hosts and free texts are left out, and what"
    " has a number has it in this report alone. Findings are listed in the formats for programs only, one row each.",
    Audience.INTERNAL: "Internal: in the place of values stand keyed hashes that are equal for equal values within one"
    " workspace; masks and the text around a value are left out.",
    Audience.RESTRICTED: "Restricted: values are masked, with the masked text around them; the hashes beside them are"
    " keyed, and equal for equal values within one workspace.",
}
"""What a report says of its own level."""


def seen_by(evidence: Evidence, audience: Audience) -> Evidence:
    """Return what `audience` may see of evidence that nothing was taken out of yet. Cost: linear.

    Findings, changes, held items and objects stay as many as they are, in their order. Fingerprints stay as well, but
    for a public report: there each has a number of this report alone, so that two of them cannot be joined.
    """
    match audience:
        case Audience.RESTRICTED:
            return replace(evidence, run=replace(evidence.run, masking=audience.value))
        case Audience.INTERNAL:
            return _internal(evidence)
        case Audience.PUBLIC:
            return _Public().evidence(evidence)


def level(evidence: Evidence) -> Audience:
    """Return the audience that `evidence` was made fit for."""
    return Audience(evidence.run.masking)


def pseudonym(subject: Subject) -> Subject:
    """Return the value under its keyed hash alone; an office is no person and stays."""
    return subject if subject.kind is SubjectKind.ROLE else replace(subject, mask=f"[{subject.kind.value}]")


def numbered(subject: Subject) -> Subject:
    """Return a value under the beginning of its keyed hash, which tells two of them apart in a line of text."""
    return replace(subject, mask=f"[{subject.kind.value} {tag(subject)}]")


def edit_without_context(edit: EditView) -> EditView:
    """Return a replacement without the source around it, its value under a keyed hash."""
    return replace(edit, before="", after="", subject=numbered(edit.subject))


def held_without_context(item: HeldItem) -> HeldItem:
    """Return a held item without what a reviewer wrote about it, its value under a keyed hash."""
    item = replace(item, subject=item.subject and numbered(item.subject))
    if item.reason is not HeldReason.DECLINED:
        return item
    action, _, _ = item.detail.partition(":")
    return replace(item, detail=f"{action}: declined")


def decision_without_context(decision: Decision) -> Decision:
    """Return a decision without its words, its reviewer under a keyed hash."""
    return replace(decision, by=pseudonym(decision.by), why=LEFT_OUT if decision.why else "")


def identity_without_masks(one: IdentityFacts) -> IdentityFacts:
    """Return who is who, by keyed hashes alone."""
    return replace(one, subject=pseudonym(one.subject), account=pseudonym(one.account) if one.account else None)


def accepted_without_words(entry: Accepted) -> Accepted:
    """Return an accepted entry without the words of the list, its owner under a keyed hash."""
    return replace(entry, owner=pseudonym(entry.owner), reason=LEFT_OUT if entry.reason else "")


def _without_mask(finding: Finding) -> Finding:
    return replace(finding, subject=numbered(finding.subject), excerpt="")


def _without_author(facts: ObjectFacts) -> ObjectFacts:
    return replace(facts, author=pseudonym(facts.author)) if facts.author else facts


def _internal(evidence: Evidence) -> Evidence:
    plan, comparison = evidence.plan, evidence.comparison
    return replace(
        evidence,
        run=replace(evidence.run, masking=Audience.INTERNAL.value),
        findings=tuple(_without_mask(finding) for finding in evidence.findings),
        objects={key: _without_author(facts) for key, facts in evidence.objects.items()},
        changes=tuple(
            replace(change, edits=tuple(edit_without_context(edit) for edit in change.edits))
            for change in evidence.changes
        ),
        held=tuple(held_without_context(item) for item in evidence.held),
        plan=plan
        and replace(
            plan,
            identities=tuple(identity_without_masks(one) for one in plan.identities),
            decisions=tuple(decision_without_context(one) for one in plan.decisions),
        ),
        accepted=tuple(accepted_without_words(one) for one in evidence.accepted),
        comparison=comparison
        and replace(
            comparison,
            gone=tuple(replace(one, finding=_without_mask(one.finding)) for one in comparison.gone),
        ),
    )


class _Numbers:
    """Numbers from 1 for whatever is met, in the order in which it is met."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, thing: Hashable) -> int:
        return self._known.setdefault(thing, len(self._known) + 1)


class _Public:
    """Takes everything out but classes and numbers; the same thing has the same number all over one report."""

    def __init__(self) -> None:
        self._objects, self._spaces, self._people, self._hosts = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        self._prints = _Numbers()

    def evidence(self, evidence: Evidence) -> Evidence:
        findings = tuple(self._finding(one) for one in evidence.findings)
        objects = [self._facts(facts) for facts in evidence.objects.values()]
        return replace(
            evidence,
            run=self._run(evidence.run),
            coverage=tuple(_counted(row) for row in evidence.coverage),
            findings=findings,
            objects={(facts.ref.type.value, facts.ref.id): facts for facts in objects},
            changes=tuple(self._change(one) for one in evidence.changes),
            held=tuple(self._held(one) for one in evidence.held),
            plan=self._plan(evidence.plan) if evidence.plan else None,
            residue=self._residue(evidence.residue) if evidence.residue else None,
            accepted=tuple(self._accepted(one) for one in evidence.accepted),
            comparison=self._comparison(evidence.comparison) if evidence.comparison else None,
            treated=treatments(evidence),
        )

    def _ref(self, ref: Ref) -> Ref:
        space = f"S{self._spaces.of(ref.space)}" if ref.space else ""
        return Ref(ref.type, str(self._objects.of((ref.type, ref.id))), None, space, ref.status)

    def _facts(self, facts: ObjectFacts) -> ObjectFacts:
        author = self._subject(facts.author) if facts.author else None
        return ObjectFacts(self._ref(facts.ref), "", "", author=author)

    def _subject(self, subject: Subject) -> Subject:
        number = self._people.of((subject.kind, subject.hmac))
        return Subject(subject.kind, f"[{subject.kind.value}]", f"{number:032x}")

    def _print(self, fingerprint: str) -> str:
        return f"{self._prints.of(fingerprint):032x}"

    def _host(self, host: HostFacts) -> HostFacts:
        return replace(host, origin=f"host {self._hosts.of(host.origin)}")

    def _run(self, run: RunFacts) -> RunFacts:
        return replace(
            run,
            site=NO_SITE,
            incomplete=(f"The reasons are {LEFT_OUT} in a public report.",) if run.incomplete else (),
            account=LEFT_OUT,
            config_digest=LEFT_OUT,
            options={name: value for name, value in run.options.items() if name in {AFTER_EVENTS, ALLOWED_OUT}},
            hosts=tuple(self._host(host) for host in run.hosts),
            masking=Audience.PUBLIC.value,
            data_sha256="",
        )

    def _finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            ref=self._ref(finding.ref),
            path="",
            span=Span(0, 0),
            line=1,
            column=1,
            subject=self._subject(finding.subject),
            excerpt="",
            reason="",
            fingerprint=self._print(finding.fingerprint),
        )

    def _change(self, change: Change) -> Change:
        return replace(
            change,
            ref=self._ref(change.ref),
            part=_class_of(change.part),
            title="",
            url="",
            edits=tuple(self._edit(edit) for edit in change.edits),
            base_version=None,
            new_version=None,
            before_hash=LEFT_OUT,
            after_hash=LEFT_OUT,
            proof="",
        )

    def _edit(self, edit: EditView) -> EditView:
        return replace(edit_without_context(edit), path="", line=1, subject=self._subject(edit.subject))

    def _held(self, item: HeldItem) -> HeldItem:
        return replace(
            item,
            ref=self._ref(item.ref),
            part=_class_of(item.part),
            path="",
            subject=self._subject(item.subject) if item.subject else None,
            detail="",
            next_step="",
            title="",
            url="",
        )

    def _plan(self, plan: PlanFacts) -> PlanFacts:
        return replace(
            plan,
            plan_file="",
            identities=tuple(self._identity(one) for one in plan.identities),
            hosts=tuple(self._host(host) for host in plan.hosts),
            decisions=tuple(replace(decision_without_context(one), by=self._subject(one.by)) for one in plan.decisions),
            options={},
            rehearsal=_rehearsed(plan.rehearsal) if plan.rehearsal else None,
        )

    def _identity(self, one: IdentityFacts) -> IdentityFacts:
        account = self._subject(one.account) if one.account else None
        return replace(one, subject=self._subject(one.subject), account=account, detail="")

    def _residue(self, residue: ResidueFacts) -> ResidueFacts:
        return replace(residue, items=tuple(self._left(item) for item in residue.items))

    def _left(self, item: ResidueItem) -> ResidueItem:
        return replace(item, ref=self._ref(item.ref), unread=LEFT_OUT if item.unread else "", title="", url="")

    def _accepted(self, entry: Accepted) -> Accepted:
        return replace(
            accepted_without_words(entry),
            fingerprint=self._print(entry.fingerprint) if entry.fingerprint else "",
            owner=self._subject(entry.owner),
            object=LEFT_OUT if entry.object else "",
            subject=LEFT_OUT if entry.subject else "",
        )

    def _comparison(self, comparison: Comparison) -> Comparison:
        return replace(comparison, gone=tuple(self._gone(one) for one in comparison.gone))

    def _gone(self, one: Gone) -> Gone:
        return replace(one, finding=self._finding(one.finding), why=LEFT_OUT if one.why else "", title="", url="")


def _class_of(part: str) -> str:
    """Return a part without the name that somebody gave to it: `properties/KEY` is `properties`."""
    return part.partition("/")[0]


def _counted(row: CoverageRow) -> CoverageRow:
    return replace(row, skipped=_merged(row.skipped.values()), failed=_merged(row.failed.values()), note="")


def _merged(numbers: Iterable[int]) -> dict[str, int]:
    number = sum(numbers)
    return {f"reason {LEFT_OUT}": number} if number else {}


def _rehearsed(rehearsal: RehearsalFacts) -> RehearsalFacts:
    return replace(rehearsal, left=(LEFT_OUT,) * len(rehearsal.left))
