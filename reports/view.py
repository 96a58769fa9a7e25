"""What HTML and PDF show, worked out once: verdict, figures, coverage, totals, changes. No markup but charts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from reports.actions import actions
from reports.addresses import address
from reports.annexes import Annexes, annexes
from reports.audience import MEANINGS, Audience, level
from reports.charts import bar
from reports.diff import DiffLine, compare, structure
from reports.document import DATA, data_sha256, facts_of, totals
from reports.evidence import RIGHTS, Change, CoverageRow, EditView, Evidence, ObjectFacts, Outcome, RuleFacts
from reports.language import Language, language
from reports.persons import data_subject
from reports.radius import Radius, radius
from reports.standing import Mark
from reports.standing_view import Repeated, repeated
from reports.tables import Tallies, Tally, tallies
from reports.text import site_link
from reports.treatment import groups_of
from reports.verdict import Verdict, verdict
from reports.words import GROUPS, Words, words
from rules.measured import COMMAND, NOTE
from rules.model import Article, Finding, Severity

SEVERITIES: Final = tuple(severity.label for severity in sorted(Severity, reverse=True))
LONGEST_LIST: Final = 15
"""Rows of a summary table; what is left out is said below it."""


@dataclass(frozen=True, slots=True)
class Count:
    """One word, its number and its bar."""

    label: str
    tone: str
    number: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """One rule, space or person with its findings."""

    label: str
    note: str
    tally: Tally
    bar: Markup


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule, its findings and their bar; the tally is None where it found nothing."""

    facts: RuleFacts
    tally: Tally | None
    bar: Markup
    examined: bool
    """False where nothing that the rule looks at was read in the run."""


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Coverage of everything that was assessed, row by row and as a whole."""

    rows: tuple[tuple[CoverageRow, Markup], ...]
    not_assessed: tuple[CoverageRow, ...]
    seen: int
    read: int
    skipped: int
    failed: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding with its rule, its object, a safe link and an anchor that no other finding has."""

    finding: Finding
    rule: RuleFacts | None
    facts: ObjectFacts
    link: str
    address: str
    """What the link leads to, or that there is none."""
    anchor: str
    mark: Mark
    person: str
    """Category of data subjects."""
    action: str
    """Id of the planned change that deals with it; empty where none does."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change with the diff of each of its edits."""

    change: Change
    link: str
    outcome: str
    tone: str
    edits: tuple[tuple[EditView, tuple[str, str, str], tuple[DiffLine, ...]], ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article of the GDPR and the findings that touch it."""

    article: Article
    findings: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything the templates read."""

    evidence: Evidence
    words: Words
    title: str
    host: str
    verdict: Verdict
    totals: dict[str, int]
    severities: tuple[Count, ...]
    outcomes: tuple[Count, ...]
    coverage: CoverageView
    rules: tuple[RuleRow, ...]
    spaces: tuple[Group, ...]
    subjects: tuple[Group, ...]
    types: tuple[Group, ...]
    repeated: tuple[Repeated, ...]
    """Values that stand at several places, with the first of them."""
    articles: tuple[ArticleRow, ...]
    kinds: tuple[tuple[str, int], ...]
    changes: tuple[ChangeView, ...]
    radius: Radius
    annexes: Annexes
    measured: tuple[RuleFacts, ...]
    """Rules of this run whose wrong findings were counted, by id."""
    unmeasured: tuple[RuleFacts, ...]
    measuring: str
    """Command that makes the measured findings again."""
    measured_note: str
    audience: str
    """For whom the report is, and what it therefore shows."""
    rights: str
    """With which rights the site was read."""
    treated: tuple[tuple[str, int, str], ...]
    """What the plan means for the findings: name of a group, their number, what to do; nothing in an audit."""
    counts_only: bool
    """A public report: findings are counted and not listed."""
    data_sha256: str
    data_parts: tuple[str, ...]
    """Names of the parts of the JSON that the digest covers."""


def view(evidence: Evidence) -> View:
    """Return what a report on `evidence` shows, in its language. Cost: linear in findings and changes."""
    speech = language(evidence.language)
    said = words(speech)
    tally = tallies(evidence)
    figures = {name: number for name, number in totals(evidence).items() if isinstance(number, int)}
    return View(
        evidence=evidence,
        words=said,
        title=said.titles[evidence.purpose],
        host=evidence.run.site.partition("://")[2] or evidence.run.site,
        verdict=verdict(evidence, said),
        totals=figures,
        severities=_severities(evidence, speech),
        outcomes=_outcomes(evidence, speech),
        coverage=_coverage(evidence, speech),
        rules=_rules(evidence, tally, speech),
        spaces=tuple(Group(row.key or said.no_space, "", row, part) for row, part in _bars(tally.by_space, speech)),
        subjects=_subjects(tally, level(evidence), speech),
        types=tuple(Group(speech.told(row.key), "", row, part) for row, part in _bars(tally.by_type, speech)),
        repeated=repeated(evidence),
        articles=_articles(evidence, tally),
        kinds=_kinds(evidence),
        changes=tuple(_change(change, evidence, said) for change in evidence.changes),
        radius=radius(evidence.changes, evidence.objects),
        annexes=annexes(evidence),
        measured=tuple(facts for _, facts in sorted(evidence.rules.items()) if facts.measured is not None),
        unmeasured=tuple(facts for _, facts in sorted(evidence.rules.items()) if facts.measured is None),
        measuring=COMMAND,
        measured_note=NOTE,
        audience=MEANINGS[level(evidence)],
        rights=RIGHTS,
        treated=groups_of(evidence),
        counts_only=level(evidence) is Audience.PUBLIC,
        data_sha256=data_sha256(evidence),
        data_parts=DATA,
    )


def shown(evidence: Evidence, least: Severity, most: int) -> tuple[Shown, ...]:
    """Return the first `most` findings of at least that severity, in the order of the evidence."""
    result: list[Shown] = []
    used: Counter[str] = Counter()
    for (finding, mark), action in zip(evidence.marked(), actions(evidence), strict=True):
        if finding.severity < least:
            continue
        if len(result) == most:
            break
        used[finding.fingerprint] += 1
        times = used[finding.fingerprint]
        anchor = f"F-{finding.fingerprint}" + (f"-{times}" if times > 1 else "")
        facts = facts_of(finding.ref, evidence)
        link = site_link(facts.url, evidence.run.site)
        where = address(finding.ref, link, level(evidence))
        person = data_subject(finding.subject.kind)
        result.append(
            Shown(finding, evidence.rules.get(finding.rule), facts, link, where, anchor, mark, person, action)
        )
    return tuple(result)


def _severities(evidence: Evidence, speech: Language) -> tuple[Count, ...]:
    counts = evidence.by_severity()
    most = max(counts.values())
    return tuple(
        Count(severity.label, severity.label, number, bar([(severity.label, severity.label, number)], most, speech))
        for severity, number in counts.items()
    )


def _outcomes(evidence: Evidence, speech: Language) -> tuple[Count, ...]:
    counts = Counter(change.outcome for change in evidence.changes)
    most = max(counts.values(), default=0)
    rows: list[Count] = []
    for outcome in Outcome:
        if counts[outcome]:
            word, tone, number = words(speech).outcomes[outcome], GROUPS[outcome], counts[outcome]
            rows.append(Count(word, tone, number, bar([(tone, word, number)], most, speech)))
    return tuple(rows)


def _coverage(evidence: Evidence, speech: Language) -> CoverageView:
    assessed = [row for row in evidence.coverage if row.assessed]
    seen, read = sum(row.seen for row in assessed), sum(row.read for row in assessed)
    skipped = sum(sum(row.skipped.values()) for row in assessed)
    failed = sum(sum(row.failed.values()) for row in assessed)
    return CoverageView(
        rows=tuple(
            (row, _coverage_bar(row.read, sum(row.skipped.values()), sum(row.failed.values()), row.seen, speech))
            for row in assessed
        ),
        not_assessed=tuple(row for row in evidence.coverage if not row.assessed),
        seen=seen,
        read=read,
        skipped=skipped,
        failed=failed,
        bar=_coverage_bar(read, skipped, failed, seen, speech),
    )


def _coverage_bar(read: int, skipped: int, failed: int, seen: int, speech: Language) -> Markup:
    # Failures first in line for the minimum width: the smallest of them must be seen.
    return bar([("failed", "failed", failed), ("skipped", "skipped", skipped), ("read", "read", read)], seen, speech)


def _rules(evidence: Evidence, tally: Tallies, speech: Language) -> tuple[RuleRow, ...]:
    found, examined = {row.key: row for row in tally.by_rule}, evidence.examined()
    most = max((row.total for row in tally.by_rule), default=0)
    rows = [
        RuleRow(
            facts,
            found.get(name),
            bar(_segments(found[name]), most, speech) if name in found else bar([], 1),
            name in examined,
        )
        for name, facts in evidence.rules.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.tally is None, -row.facts.severity, -_total(row), row.facts.id)))


def _total(row: RuleRow) -> int:
    return row.tally.total if row.tally else 0


def _bars(groups: tuple[Tally, ...], speech: Language) -> list[tuple[Tally, Markup]]:
    most = max((group.total for group in groups), default=0)
    return [(group, bar(_segments(group), most, speech)) for group in groups]


def _segments(tally: Tally) -> list[tuple[str, str, int]]:
    return [(name, name, number) for name, number in zip(SEVERITIES, tally.severities, strict=True)]


def _subjects(tally: Tallies, audience: Audience, speech: Language) -> tuple[Group, ...]:
    """Return the values found most often: by mask, for an internal report by keyed hash, for a public one none."""
    if audience is Audience.PUBLIC:
        return ()
    rows = _bars(tally.by_subject[:LONGEST_LIST], speech)
    return tuple(_subject(row, chart, speech, masked=audience is Audience.RESTRICTED) for row, chart in rows)


def _subject(tally: Tally, chart: Markup, speech: Language, *, masked: bool) -> Group:
    hmac, kind, mask = tally.key.split(" ", 2)
    word, short = speech.told(kind.replace("_", " ")), hmac[:8]
    return Group(mask, f"{word}, {short}", tally, chart) if masked else Group(short, word, tally, chart)


def _articles(evidence: Evidence, tally: Tallies) -> tuple[ArticleRow, ...]:
    found = {row.key: row.total for row in tally.by_rule}
    articles: dict[str, Article] = {}
    counts: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for rule, facts in sorted(evidence.rules.items()):
        for article in facts.articles:
            if rule in found:
                articles.setdefault(article.number, article)
                counts[article.number] += found[rule]
                names.setdefault(article.number, []).append(facts.title)
    return tuple(
        ArticleRow(articles[number], count, tuple(names[number]))
        for number, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _kinds(evidence: Evidence) -> tuple[tuple[str, int], ...]:
    counts = Counter(finding.subject.kind.value.replace("_", " ") for finding in evidence.findings)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _change(change: Change, evidence: Evidence, words: Words) -> ChangeView:
    return ChangeView(
        change=change,
        link=site_link(change.url, evidence.run.site),
        outcome=words.outcomes[change.outcome],
        tone=GROUPS[change.outcome],
        edits=tuple((edit, structure(edit.path), compare(edit.before, edit.after, edit.line)) for edit in change.edits),
        rules=tuple(sorted({edit.rule for edit in change.edits})),
    )
