"""Evidence: everything a report may say about one run. The input type of every format; no personal value in it.

`Evidence` is built by the shell from a run database (audit) or by tests by hand. Formats read it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from reports.migrated import Decision, LimitFacts, OtherPlan, RehearsalFacts, ResidueFacts
from reports.standing import UNMARKED, Accepted, Comparison, Mark
from rules.measured import Measured
from rules.model import AccountState, Article, Confidence, Finding, HeldReason, Ref, Severity, Subject

RIGHTS: Final = "Read with the rights of one account: what it may not view is neither counted nor examined."
"""What holds of every audit of a site, whichever account made it."""
AFTER_EVENTS: Final = "events"
"""The option of a run that says of which moment it is, where events changed it after its audit: numbers and times."""
ALLOWED_OUT: Final = "left out"
"""The option of a run that says how many addresses its configuration allows: they are no findings."""


class Purpose(StrEnum):
    """Which of the three reports this is."""

    AUDIT = "audit"
    DRY_RUN = "dry-run"
    MIGRATION = "migration"


class RunStatus(StrEnum):
    """Whether everything in scope was read."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class HostFacts:
    """One host that was contacted, and what went there."""

    origin: str
    """scheme://host[:port]"""
    purpose: str
    requests: int
    received_bytes: int
    sent_bytes: int


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What was run, where, when, by whom and under which conditions."""

    id: str
    site: str
    """Origin of the site, for example `https://acme.atlassian.net`."""
    edition: str
    """`Confluence Cloud`, `Confluence Data Center`, `XML backup`."""
    status: RunStatus
    incomplete: tuple[str, ...]
    """Why the run is incomplete: one plain sentence each, empty when complete."""
    account: str
    """Mask of the account that was used."""
    auth: str
    """Kind of credentials: `basic`, `bearer`, `pat`."""
    started_at_utc: str
    """RFC 3339 with `Z`."""
    finished_at_utc: str
    tool_version: str
    rules_digest: str
    """SHA-256 over the ids, texts and examples of all rules of the run."""
    config_digest: str
    options: Mapping[str, str]
    """Options of the command as given, in words: `space` -> `HR, ENG`."""
    hosts: tuple[HostFacts, ...]
    masking: str = "restricted"
    """For whom the report is (`reports.audience`): what evidence shows of values follows from it."""
    keep_until: str = ""
    """Day until which the workspace keeps the findings, `2027-02-19`, and a report need not be kept for longer either;
    empty where the audit was not finished."""
    before_images_days: int = 0
    """After the last verified write the workspace keeps the texts from before it for so long; 0 where not noted."""
    rules_kept: bool = True
    """False: the run was made with rules of another version and kept no catalogue of them. Evidence then lists those
    that found something, with the texts of today."""
    data_sha256: str = ""
    """May stay empty: every format computes it anew from the data (`reports.document.data_sha256`) and prints that."""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Denominators of one class of objects in one state. seen = read + sum(skipped) + sum(failed)."""

    object_class: str
    """For example `page`, `footer-comment`, `restriction`, `content-property`."""
    state: str
    """`current`, `archived`, `trashed`, `draft`, or empty where a class has no states."""
    seen: int
    read: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Reason -> number of objects."""
    failed: Mapping[str, int] = field(default_factory=dict)
    assessed: bool = True
    """False: the class was not looked at in this run; `note` says why."""
    note: str = ""
    """How it was read, or why it was not: `in bulk through content/search`, `needs --include likes`."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What a report may show of an object that has findings, changes or failures."""

    ref: Ref
    title: str
    """Title with every detected personal value masked; empty where there is none."""
    url: str
    """Link to the exact version on the site, built from ids only; empty where there is none."""
    parent: str = ""
    """`page 123` for comments and attachments."""
    author: Subject | None = None
    """Who wrote the version that was read; None where that is not known."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a report says about a rule."""

    id: str
    title: str
    """A few words: `Legacy mention`."""
    category: str
    """`legacy identifier` or `personal data`."""
    severity: Severity
    why: str
    """Why it matters, in plain words, one or two sentences."""
    remedy: str
    """What to do, and whether this tool can do it."""
    articles: tuple[Article, ...]
    source: str
    """Public source of the fact."""
    rewrites: bool
    dpv: str = ""
    """IRI of the Data Privacy Vocabulary term."""
    measured: Measured | None = None
    """How many of its findings on public material were wrong; None where nobody has read any."""
    looks_at: tuple[str, ...] = ()
    """Classes of objects that the rule looks at; empty: any."""


class Outcome(StrEnum):
    """What became of an action."""

    PLANNED = "planned"
    APPLIED = "applied"
    ALREADY = "already-done"
    SUPERSEDED = "applied-then-edited"
    KEPT = "applied-not-taken-back"
    """Applied; a rollback left it as it is."""
    HELD = "held"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    DIVERGED = "diverged"
    REVERTED = "rolled-back"
    FAILED = "failed"


class Treatment(StrEnum):
    """What a plan means for a finding of the audit that it rests on (`reports.treatment`)."""

    CHANGED = "changed"
    """In a change that was made; in a dry run, in one that is planned."""
    NOT_MADE = "change-not-made"
    """In a change that was not made, or that was undone."""
    HELD = "held"
    ACCEPTED = "accepted"
    """Neither changed nor held, and somebody accepted it."""
    PERSONAL = "left-personal-data"
    NO_REWRITER = "left-without-rewriter"
    NO_PLAN = "left-in-no-plan"


@dataclass(frozen=True, slots=True)
class EditView:
    """One replacement as a reviewer may see it: masked, with its surroundings."""

    rule: str
    path: str
    subject: Subject
    before: str
    """Masked source around the place, as it is."""
    after: str
    """The same with the replacement, masked."""
    line: int


@dataclass(frozen=True, slots=True)
class Change:
    """One object that is to be written, or was written."""

    action: str
    """Id of the action in the plan, for example `A-0007`."""
    ref: Ref
    part: str
    """`body` or `restrictions`."""
    title: str
    url: str
    edits: tuple[EditView, ...]
    base_version: int | None
    new_version: int | None
    """Version after the write; None while planned, or where the part has no version."""
    before_hash: str
    """Keyed hash (HMAC-SHA-256) of the part before."""
    after_hash: str
    """Keyed hash of the part as planned; compared with what was read back."""
    bytes_before: int
    bytes_after: int
    outcome: Outcome
    proof: str = ""
    """What was checked, in words: `read back, equal to the plan`."""
    effects: tuple[str, ...] = ()
    """Side effects: notifications, older versions that keep the value, drafts."""


@dataclass(frozen=True, slots=True)
class HeldItem:
    """Something that could not or must not be rewritten, why, and what to do next."""

    ref: Ref
    part: str
    path: str
    rule: str
    subject: Subject | None
    reason: HeldReason
    detail: str
    next_step: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """One identifier that a plan had to resolve: the account behind it and how that is known, or why it stays open."""

    subject: Subject
    places: int
    """Places of the plan, changed or held, that it stands at."""
    account: Subject | None
    """None where it is not resolved."""
    state: AccountState | None = None
    route: str = ""
    """The route that named the account; `backup > csv` where the first led to another identifier of the person."""
    witnessed_at_utc: str = ""
    """When the route was read or asked; empty where that is not known."""
    confidence: Confidence | None = None
    witnesses: tuple[str, ...] = ()
    """Further routes that name the same account."""
    reason: HeldReason | None = None
    """Why it is not resolved, None where it is."""
    detail: str = ""
    """The same in plain words, without values."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan that a dry-run or migration report is about."""

    id: str
    digest: str
    created_at_utc: str
    mapping: Mapping[str, int]
    """Identity route -> number of subjects it resolved; `unresolved` -> number without an account."""
    plan_file: str = ""
    """Name of the plan file (no folder)."""
    identities: tuple[IdentityFacts, ...] = ()
    """Everybody whom the plan had to resolve: who stays open first, then by mask."""
    hosts: tuple[HostFacts, ...] = ()
    """Hosts that were contacted to make the plan, those of the identity routes included."""
    base: str = ""
    """Digest of the plan that was reviewed; empty where nobody reviewed one."""
    decisions: tuple[Decision, ...] = ()
    """What the reviewers said, action by action, those of earlier reviews first."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the command that made the plan, in words."""
    limits: tuple[LimitFacts, ...] = ()
    """The bounds that are in force for the plan, and how near it comes to each."""
    rehearsal: RehearsalFacts | None = None
    others: tuple[OtherPlan, ...] = ()
    """Every other plan of the run that was rehearsed or applied, the oldest first."""
    chosen: str = ""
    """Why this plan is shown and not one of the others, in one sentence; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything one report is made from."""

    purpose: Purpose
    run: RunFacts
    coverage: tuple[CoverageRow, ...]
    findings: tuple[Finding, ...]
    """Sorted: severity (worst first), rule, space, object, span."""
    objects: Mapping[tuple[str, str], ObjectFacts]
    """(object type, id) -> facts, for every object that findings, changes or held items name."""
    rules: Mapping[str, RuleFacts]
    """Every rule of the run, whether it found something or not; `examined` tells which had something to look at."""
    changes: tuple[Change, ...] = ()
    held: tuple[HeldItem, ...] = ()
    plan: PlanFacts | None = None
    residue: ResidueFacts | None = None
    """What is left of what a plan removed; None where nobody has looked for it."""
    language: str = "en"
    """In which people are to read the report: `reports.language.languages`. Formats for machines are English."""
    accepted: tuple[Accepted, ...] = ()
    """The list of accepted findings, entry by entry, whether they still hold or not."""
    comparison: Comparison | None = None
    """None where no earlier run was compared."""
    marks: tuple[Mark, ...] = ()
    """One for each finding, in their order; empty where nothing was accepted and nothing compared."""
    treated: Mapping[Treatment, int] | None = None
    """How many findings have which treatment, where their places were taken out (public); else None: counted anew."""

    def marked(self) -> Iterator[tuple[Finding, Mark]]:
        """Yield each finding with how it stands. Raises `ValueError` when there are marks for other findings."""
        return zip(self.findings, self.marks or (UNMARKED,) * len(self.findings), strict=True)

    def open_findings(self) -> tuple[Finding, ...]:
        """Return the findings that nobody accepted."""
        return tuple(finding for finding, mark in self.marked() if mark.accepted is None)

    def examined(self) -> frozenset[str]:
        """Return the ids of the rules that found something or whose classes of objects were read.

        A class that was listed and has no object counts; one of which nothing could be read does not.
        """
        read = {row.object_class for row in self.coverage if row.assessed and (row.read or not row.seen)}
        found = {finding.rule for finding in self.findings}
        return frozenset(
            name for name, rule in self.rules.items() if name in found or not rule.looks_at or read & {*rule.looks_at}
        )

    def identities(self) -> tuple[IdentityFacts, ...]:
        """Return everybody whom the plan had to resolve; nobody in an audit."""
        return self.plan.identities if self.plan else ()

    def hosts(self) -> tuple[HostFacts, ...]:
        """Return every host that was contacted, for the audit and then for the plan."""
        return (*self.run.hosts, *(self.plan.hosts if self.plan else ()))

    def by_severity(self) -> dict[Severity, int]:
        """Return how many findings each severity has, worst first, zeros included."""
        counts = dict.fromkeys(sorted(Severity, reverse=True), 0)
        for finding in self.findings:
            counts[finding.severity] += 1
        return counts

    def low_confidence(self) -> int:
        """Return how many findings ask for a human because the rule is not sure."""
        return sum(1 for finding in self.findings if finding.confidence is Confidence.LOW)
