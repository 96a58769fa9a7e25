"""What stands in the sheets of a spreadsheet: names, columns, rows. Knows nothing of the file that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reports.audience import MEANINGS, level
from reports.document import data_sha256
from reports.evidence import CoverageRow, Evidence, HeldItem, HostFacts, IdentityFacts, RuleFacts
from reports.language import Language, language
from reports.migrated import OtherPlan
from reports.sheet import OBJECT, Address, Cell, Said, Sheet, Toned, object_cells
from reports.standing_sheets import standing_sheets
from reports.tables import Tally, columns, figures, tallies
from reports.verdict import verdict
from reports.words import GROUPS, Words
from rules.model import Severity

ROWS: Final = 1_048_575
"""Rows below the header that a sheet of the format holds (ECMA-376: 2^20 rows)."""


_FINDINGS: Final = (
    ("severity", "Severity", 10),
    ("confidence", "Confidence", 12),
    ("rule_title", "What", 26),
    ("articles", "GDPR articles", 14),
    ("space", "Space", 10),
    ("object_type", "Object", 14),
    ("object_id", "Id", 12),
    ("object_version", "Version", 9),
    ("object_status", "State", 10),
    ("title", "Title", 34),
    ("url", "Address", 30),
    ("path", "Place", 40),
    ("line", "Line", 8),
    ("column", "Column", 9),
    ("subject_kind", "Kind of value", 15),
    ("data_subject", "Data subject", 22),
    ("subject_mask", "Value, masked", 20),
    ("excerpt", "Surroundings, masked", 50),
    ("reason", "Why it was found", 40),
    ("rewritable", "The tool can change it", 14),
    ("remedy", "What to do", 50),
    ("action", "Planned change", 12),
    ("account_mask", "Account, masked", 18),
    ("account_state", "Account is", 12),
    ("route", "Known by", 16),
    ("not_resolved", "Why there is no account", 30),
    ("rule", "Rule", 22),
    ("standing", "Against the earlier run", 14),
    ("accepted_until", "Accepted until", 14),
    ("accepted_by", "Accepted by, masked", 16),
    ("accepted_reason", "Why it is accepted", 40),
    ("subject_hmac", "Keyed hash of the value", 34),
    ("fingerprint", "Fingerprint", 24),
)
"""Column of the findings, head, width. Those of the account are there when there is a plan."""
_NUMBERS: Final = frozenset({"object_version", "line", "column"})
_SEVERITIES: Final = tuple(severity.label for severity in sorted(Severity, reverse=True))


def sheets(evidence: Evidence, words: Words, most: int = ROWS) -> tuple[Sheet, ...]:
    """Return every sheet of a report, none with more than `most` rows. Cost: linear in findings and changes."""
    speech = language(words.language)
    tables = (
        _coverage(evidence, speech),
        _findings(evidence, speech),
        *standing_sheets(evidence, speech),
        _changes(evidence, words),
        _held(evidence, words),
        _identities(evidence, words, speech),
        _rules(evidence),
        _about(evidence, speech),
    )
    parts = [part for table in tables for part in _split(table, most)]
    notes = [
        (
            "Sheets",
            table.name,
            Said(speech.number(len(table.rows))),
            Said(speech.say("More rows than a sheet holds: they go on in %(sheet)s 2.", sheet=speech.text(table.name))),
        )
        for table in tables
        if len(table.rows) > most
    ]
    return (_summary(evidence, words, speech, notes), *parts)


def _split(sheet: Sheet, most: int) -> Iterator[Sheet]:
    for number, start in enumerate(range(0, len(sheet.rows) or 1, most), 1):
        name = sheet.name if number == 1 else f"{sheet.name} {number}"
        yield replace(sheet, name=name, rows=sheet.rows[start : start + most])


def _summary(evidence: Evidence, words: Words, speech: Language, notes: Sequence[Sequence[Cell]]) -> Sheet:
    run, said, numbers = evidence.run, verdict(evidence, words), figures(evidence)
    rows: list[Sequence[Cell]] = [
        ("Result", "Report", words.titles[evidence.purpose], ""),
        ("Result", "Verdict", Toned(said.headline, said.tone), ""),
        *(("Result", "Not complete", Toned("incomplete", "bad"), reason) for reason in run.incomplete),
        ("Scope", "Site", Said(run.site), run.edition),
        ("Scope", "Audience", level(evidence).value, MEANINGS[level(evidence)]),
        ("Scope", "Run", run.id, Said(_period(evidence, speech))),
        *_share(evidence.coverage, speech),
        ("Totals", "Findings", len(evidence.findings), "places; one person may stand at many"),
        *(("Totals", Toned(label.label, label.label), number, "") for label, number in evidence.by_severity().items()),
        ("Totals", "Need a human", evidence.low_confidence(), "findings of low confidence"),
        *(("Totals", title, numbers[name], note) for title, name, note in _TOTALS),
    ]
    groups = tallies(evidence)
    rows += [("By space", Said(one.key or words.no_space), one.total, _levels(one, speech)) for one in groups.by_space]
    rows += [("By object", one.key, one.total, _levels(one, speech)) for one in groups.by_type]
    heads = (("Section", 14), ("What", 26), ("Value", 28), ("Note", 70))
    return Sheet("Summary", heads, [*rows, *notes], "")


def _period(evidence: Evidence, speech: Language) -> str:
    start, end = speech.when(evidence.run.started_at_utc), speech.when(evidence.run.finished_at_utc)
    return speech.say("%(start)s to %(end)s", start=start, end=end)


_TOTALS: Final = (
    ("Rewritable", "rewritable", "findings that the tool can change, given an account"),
    ("Objects", "objects", "with findings"),
    ("Values", "subjects", "different identifiers and values of people"),
    ("Values at several places", "groups", "retired interfaces among them"),
    ("Accepted", "accepted", "findings that somebody accepted; part of all findings"),
    ("New", "new", "findings that no earlier run had"),
    ("Unchanged", "unchanged", "findings that the earlier run had"),
    ("Reappeared", "reappeared", "findings that had been fixed before"),
    ("Fixed", "fixed", "findings of the earlier run that are gone"),
    ("Not examined", "not_examined", "findings of the earlier run whose object was not read: unknown, not clean"),
    ("Changes", "changes", "planned or made"),
    ("Replacements", "replacements", "in these changes"),
    ("Held back", "held", "with a reason and a next step each"),
    ("Identifiers", "identities", "that the plan had to resolve"),
    ("Resolved", "resolved", "of these"),
)


def _share(coverage: Sequence[CoverageRow], speech: Language) -> list[Sequence[Cell]]:
    assessed = [row for row in coverage if row.assessed]
    seen, read = sum(row.seen for row in assessed), sum(row.read for row in assessed)
    missing = sorted({row.object_class for row in coverage if not row.assessed})
    share = speech.say("%(share)s of %(number)s objects", share=speech.share(read, seen), number=seen)
    rows: list[Sequence[Cell]] = [("Scope", "Read", read, Said(share))]
    if missing:
        rows.append(("Scope", "Not looked at", len(missing), Said(", ".join(map(speech.told, missing)))))
    return rows


def _levels(tally: Tally, speech: Language) -> Said:
    levels = zip(_SEVERITIES, tally.severities, strict=True)
    return Said(", ".join(f"{speech.number(number)} {speech.text(label)}" for label, number in levels if number))


def _coverage(evidence: Evidence, speech: Language) -> Sheet:
    rows = [
        (
            row.object_class,
            row.state,
            Toned("looked at", "good") if row.assessed else Toned("not looked at", "held"),
            row.seen,
            row.read,
            sum(row.skipped.values()),
            sum(row.failed.values()),
            Said(speech.share(row.read, row.seen)),
            _reasons(row.skipped, speech),
            _reasons(row.failed, speech),
            row.note,
        )
        for row in evidence.coverage
    ]
    heads = (
        ("Object", 20), ("State", 12), ("Assessed", 14), ("Seen", 10), ("Read", 10), ("Skipped", 10), ("Failed", 10),
        ("Share read", 12), ("Why skipped", 40), ("Why failed", 40), ("Note", 50),
    )  # fmt: skip
    return Sheet("Coverage", heads, rows, "Nothing was looked at.")


def _reasons(counts: Mapping[str, int], speech: Language) -> Said:
    return Said("; ".join(f"{speech.number(number)}: {speech.told(reason)}" for reason, number in counts.items()))


def _findings(evidence: Evidence, speech: Language) -> Sheet:
    known = columns(evidence)
    chosen = [(key, head, width) for key, head, width in _FINDINGS if key in known]
    cells = [[_cell(key, text, speech) for text in known[key]] for key, _, _ in chosen]
    rows = list(zip(*cells, strict=True))
    return Sheet("Findings", tuple((head, width) for _, head, width in chosen), rows, "Nothing was found.")


def _cell(key: str, text: str, speech: Language) -> Cell:
    if key in _NUMBERS and text:
        return int(text)
    if key == "severity":
        return Toned(text, text)
    if key == "accepted_until":
        return Said(speech.day(text))
    if key == "not_resolved":
        return Said(": ".join(map(speech.told, text.split(": ", 1))))
    return Address(text) if key == "url" else text


def _changes(evidence: Evidence, words: Words) -> Sheet:
    """Return one row a replacement, so that each stands beside its surroundings before and after."""
    rows = [
        (
            change.action,
            Toned(words.outcomes[change.outcome], GROUPS[change.outcome]),
            *object_cells(change.ref, change.title, change.url, evidence.run.site),
            change.part,
            edit.rule,
            edit.path,
            edit.line,
            edit.subject.mask,
            edit.before,
            edit.after,
            "" if change.new_version is None else change.new_version,
            change.proof,
            " ".join(change.effects),
            change.before_hash,
            change.after_hash,
        )
        for change in evidence.changes
        for edit in change.edits
    ]
    heads = (
        ("Action", 10), ("Outcome", 18), *OBJECT, ("Part", 14), ("Rule", 22), ("Place", 40), ("Line", 8),
        ("Value, masked", 18), ("Before, masked", 50), ("After, masked", 50), ("New version", 12), ("Proof", 28),
        ("Side effects", 50), ("Keyed hash before", 30), ("Keyed hash after", 30),
    )  # fmt: skip
    return Sheet("Changes", heads, rows, "Nothing is to be changed and nothing was changed.")


def _held(evidence: Evidence, words: Words) -> Sheet:
    def row(one: HeldItem) -> tuple[Cell, ...]:
        return (
            Toned(words.held[one.reason], "held"),
            one.detail,
            one.next_step,
            *object_cells(one.ref, one.title, one.url, evidence.run.site),
            one.part,
            one.path,
            one.rule,
            one.subject.mask if one.subject else "",
            one.subject.hmac if one.subject else "",
        )

    heads = (
        ("Why it is held", 26), ("Detail", 40), ("What to do next", 50), *OBJECT, ("Part", 14), ("Place", 40),
        ("Rule", 22), ("Value, masked", 18), ("Keyed hash of the value", 34),
    )  # fmt: skip
    return Sheet("Held", heads, [row(one) for one in evidence.held], "Nothing is held back.")


def _identities(evidence: Evidence, words: Words, speech: Language) -> Sheet:
    def row(one: IdentityFacts) -> tuple[Cell, ...]:
        return (
            one.subject.kind.value,
            one.subject.mask,
            one.places,
            Toned("resolved", "good") if one.reason is None else Toned(words.held[one.reason], "held"),
            one.detail,
            one.account.mask if one.account else "",
            one.state.value if one.state else "",
            one.route,
            Said(speech.when(one.witnessed_at_utc)),
            one.confidence.label if one.confidence else "",
            ", ".join(one.witnesses),
            one.subject.hmac,
        )

    heads = (
        ("Kind", 14), ("Identifier, masked", 20), ("Places", 9), ("Result", 24), ("Detail", 40),
        ("Account, masked", 18), ("Account is", 12), ("Known by", 20), ("Known since", 24), ("Confidence", 12),
        ("Also named by", 24), ("Keyed hash", 34),
    )  # fmt: skip
    return Sheet("Identities", heads, [row(one) for one in evidence.identities()], "Nobody had to be resolved.")


def _rules(evidence: Evidence) -> Sheet:
    found, examined = Counter(finding.rule for finding in evidence.findings), evidence.examined()

    def row(rule: RuleFacts) -> tuple[Cell, ...]:
        return (
            Toned(rule.severity.label, rule.severity.label),
            rule.title,
            found[rule.id] if rule.id in examined else Toned("not examined", "waiting"),
            rule.category,
            ", ".join(article.number for article in rule.articles),
            rule.why,
            rule.remedy,
            "yes" if rule.rewrites else "no",
            rule.source,
            rule.dpv,
            rule.id,
        )

    worst = sorted(evidence.rules.values(), key=lambda rule: (not found[rule.id], -rule.severity, rule.id))
    heads = (
        ("Severity", 10), ("What", 28), ("Findings", 10), ("Category", 18), ("GDPR articles", 14),
        ("Why it matters", 60), ("What to do", 60), ("The tool can change it", 14), ("Source", 40), ("DPV term", 36),
        ("Rule", 24),
    )  # fmt: skip
    return Sheet("Rules", heads, [row(rule) for rule in worst], "No rule ran.")


def _about(evidence: Evidence, speech: Language) -> Sheet:
    run = evidence.run
    rows: list[Sequence[Cell]] = [
        ("Run", "Id", run.id),
        ("Run", "Started", Said(speech.when(run.started_at_utc))),
        ("Run", "Ended", Said(speech.when(run.finished_at_utc))),
        *((("Run", "Keep until", Said(speech.day(run.keep_until))),) if run.keep_until else ()),
        ("Run", "State", run.status.value),
        ("Run", "Audience", MEANINGS[level(evidence)]),
        ("Run", "Account, masked", run.account),
        ("Run", "Credentials", run.auth),
        *(("Options", name, Said(value)) for name, value in sorted(run.options.items())),
        *(("Hosts", Said(one.origin), Said(_traffic(one, speech))) for one in evidence.hosts()),
        *((("Plan", "Id", evidence.plan.id), ("Plan", "Digest", evidence.plan.digest)) if evidence.plan else ()),
        *(("Other plans", Said(one.id), one.state.value) for one in _others(evidence)),
        *(("Other plans", Said(one.id), Said(one.digest)) for one in _others(evidence)),
        ("Versions", "confluence-gdpr", run.tool_version),
        ("Versions", "Digest of the rules", run.rules_digest),
        ("Versions", "Digest of the configuration", run.config_digest),
        ("Integrity", "SHA-256 of the data", data_sha256(evidence)),
        *(("Reading", what, text) for what, text in _READING),
    ]
    return Sheet("About", (("Section", 14), ("What", 30), ("Value", 110)), rows, "")


def _others(evidence: Evidence) -> tuple[OtherPlan, ...]:
    return evidence.plan.others if evidence.plan else ()


def _traffic(host: HostFacts, speech: Language) -> str:
    return speech.say(
        "%(purpose)s: %(requests)s requests, %(sent)s sent, %(received)s back",
        purpose=speech.told(host.purpose),
        requests=host.requests,
        sent=speech.size(host.sent_bytes),
        received=speech.size(host.received_bytes),
    )


_READING: Final = (
    ("Values", "Masks and keyed hashes. No sheet holds a value of a person; equal hashes are equal values of one key."),
    ("Severity", "How bad it is: critical, high, medium, low, info. Confidence is how sure the rule is; low asks you."),
    ("Coverage", "Whatever was skipped, failed or not looked at is unknown, not clean."),
    (
        "Cells",
        "An apostrophe before a cell keeps a spreadsheet from running it; [U+202E] is a character one cannot see.",
    ),
    ("Links", "They lead to the site of the run only. Where a sheet has more than it may link, the address is text."),
    ("Master", "The JSON report holds the same, whole and for programs; SHA-256 of the data is made from it."),
    ("Law", "The articles are hints for a legal reading, which is yours."),
)
