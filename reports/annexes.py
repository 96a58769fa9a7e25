"""What an officer starts a record of processing and a screening from: filled in as far as the run knows, blank beyond.

Article 30 (record), Article 28 (terms of processing), Article 35 (screening), the articles that the rules rest on, and
the terms of the Data Privacy Vocabulary. Facts of the run alone; nothing in here is a legal opinion.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from reports.evidence import Evidence, HostFacts, Purpose
from reports.persons import data_subject
from reports.plain import Json
from reports.processing import Clause, kept, processing
from reports.screening import SOURCE, Criterion, screening
from reports.terms import term
from rules.model import Article, Finding, SubjectKind

READING: Final = (
    "These annexes are a start, made from the run. Whether, why and how long the data may be kept is a legal reading,"
    " and that is the reader's."
)
PURPOSES: Final = {
    Purpose.AUDIT: (
        "Find retired identifiers and personal data in the content of the site, and report where they are.",
    ),
    Purpose.DRY_RUN: (
        "Find retired identifiers and personal data in the content of the site, and report where they are.",
        "Plan which of them are to be replaced by account ids, or masked. Nothing is changed by planning.",
    ),
    Purpose.MIGRATION: (
        "Find retired identifiers and personal data in the content of the site, and report where they are.",
        "Replace retired identifiers by account ids, or mask values, as a reviewed plan says, and prove it.",
    ),
}
BLANKS: Final = (
    ("30(1)(a)", "Controller, with contact details"),
    ("30(1)(a)", "Joint controller, where there is one"),
    ("30(1)(a)", "Representative, where there is one"),
    ("30(1)(a)", "Data protection officer"),
    ("30(1)(b)", "Legal basis, and the purposes of the site itself"),
    ("30(1)(e)", "Transfers to third countries, with their safeguards"),
    ("30(1)(f)", "How long the content of the site is kept"),
)
"""Article and what a person has to fill in."""
RETENTION: Final = (
    "Texts from before a change, encrypted: in the workspace until confluence-gdpr purge shreds the key of the run.",
    "The key of the hashes: in the workspace until confluence-gdpr purge --all; no hash leads to a person then.",
    "Reports and evidence packages: where they were written to, for as long as their holder keeps them.",
)
MEASURES: Final = (
    "Values are masked and hashed before anything is stored; the hashes are keyed with a key that no report holds.",
    "Texts from before a change and planned edits are encrypted with AES-256-GCM, under a key of their run.",
    "The folder of the runs and its files belong to one user of the machine and are closed to all others.",
    "Only the hosts listed as recipients were contacted, each with its own credentials; there is no telemetry.",
    "Logs, errors and reports hold no value of a person, no body of a page and no credentials.",
    "Reports name their audience; what a level does not show is taken out before any format is made.",
)


@dataclass(frozen=True, slots=True)
class DataCategory:
    """One kind of value that was found."""

    kind: SubjectKind
    persons: str
    """Category of data subjects."""
    findings: int
    values: int
    """Different ones."""
    dpv: tuple[str, ...]
    """Terms for them, sorted."""


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """One article, the rules that rest on it, and how many findings they have."""

    article: Article
    rules: tuple[str, ...]
    """Ids of rules that ran, sorted."""
    findings: int


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the vocabulary, with the rules that carry it."""

    iri: str
    rules: tuple[str, ...]
    findings: int


@dataclass(frozen=True, slots=True)
class Annexes:
    """All of it. Lists that have a fixed wording are constants of this module."""

    purposes: tuple[str, ...]
    categories: tuple[DataCategory, ...]
    """Most findings first."""
    recipients: tuple[HostFacts, ...]
    screening: tuple[Criterion, ...]
    articles: tuple[ArticleUse, ...]
    """Most findings first; articles without findings are listed too."""
    terms: tuple[Term, ...]
    retention: tuple[str, ...]
    processing: tuple[Clause, ...]
    """What a contract with a processor has to say."""
    reading: str = READING
    blanks: tuple[tuple[str, str], ...] = BLANKS
    measures: tuple[str, ...] = MEASURES
    source: str = SOURCE


def annexes(evidence: Evidence) -> Annexes:
    """Return the annexes of a report. Cost: linear in findings and rules."""
    return Annexes(
        purposes=PURPOSES[evidence.purpose],
        categories=_categories(evidence),
        recipients=evidence.hosts(),
        screening=screening(evidence),
        articles=_articles(evidence),
        terms=_terms(evidence),
        retention=(kept(evidence.run.keep_until), *RETENTION),
        processing=processing(evidence),
    )


def annexes_json(evidence: Evidence) -> Json:
    """Return the annexes as `schema/report.schema.json` describes them; recipients are the hosts of the run."""
    found = annexes(evidence)
    return {
        "reading": found.reading,
        "record": {
            "to_fill_in": [{"article": article, "what": what, "answer": ""} for article, what in found.blanks],
            "purposes": list(found.purposes),
            "categories": [_category_json(one) for one in found.categories],
            "recipients": [host.origin for host in found.recipients],
            "retention": list(found.retention),
            "measures": list(found.measures),
        },
        "processing": [{"point": one.point, "texts": list(one.texts)} for one in found.processing],
        "screening": {
            "source": found.source,
            "criteria": [
                {"number": one.number, "name": one.name, "run": one.run, "person": one.person, "answer": ""}
                for one in found.screening
            ],
        },
        "articles": [
            {"number": one.article.number, "rules": list(one.rules), "findings": one.findings} for one in found.articles
        ],
        "terms": [{"iri": one.iri, "rules": list(one.rules), "findings": one.findings} for one in found.terms],
    }


def _category_json(one: DataCategory) -> Json:
    return {
        "kind": one.kind.value,
        "persons": one.persons,
        "findings": one.findings,
        "values": one.values,
        "dpv": list(one.dpv),
    }


def _categories(evidence: Evidence) -> tuple[DataCategory, ...]:
    counts = Counter(finding.subject.kind for finding in evidence.findings)
    values: dict[SubjectKind, set[str]] = {kind: set() for kind in counts}
    terms: dict[SubjectKind, set[str]] = {kind: set() for kind in counts}
    for finding in evidence.findings:
        values[finding.subject.kind].add(finding.subject.hmac)
        terms[finding.subject.kind].add(_term(finding, evidence))
    return tuple(
        DataCategory(kind, data_subject(kind), number, len(values[kind]), tuple(sorted(terms[kind] - {""})))
        for kind, number in sorted(counts.items(), key=lambda item: (-item[1], item[0].value))
    )


def _articles(evidence: Evidence) -> tuple[ArticleUse, ...]:
    found = Counter(finding.rule for finding in evidence.findings)
    articles: dict[str, Article] = {}
    rules: dict[str, list[str]] = {}
    for name, facts in sorted(evidence.rules.items()):
        for article in facts.articles:
            articles.setdefault(article.number, article)
            rules.setdefault(article.number, []).append(name)
    uses = (ArticleUse(articles[one], tuple(names), sum(found[name] for name in names)) for one, names in rules.items())
    return tuple(sorted(uses, key=lambda use: (-use.findings, use.article.number)))


def _term(finding: Finding, evidence: Evidence) -> str:
    rule = evidence.rules.get(finding.rule)
    return term(finding.subject.kind, rule.dpv if rule else "")


def _terms(evidence: Evidence) -> tuple[Term, ...]:
    """Return the terms of what was found, and those of rules that found nothing."""
    counts: Counter[str] = Counter()
    rules: dict[str, set[str]] = {}
    for finding in evidence.findings:
        iri = _term(finding, evidence)
        counts[iri] += 1
        rules.setdefault(iri, set()).add(finding.rule)
    found = {finding.rule for finding in evidence.findings}
    for name, facts in evidence.rules.items():
        if name not in found:
            rules.setdefault(facts.dpv, set()).add(name)
    terms = (Term(iri, tuple(sorted(names)), counts[iri]) for iri, names in rules.items() if iri)
    return tuple(sorted(terms, key=lambda one: (-one.findings, one.iri)))
