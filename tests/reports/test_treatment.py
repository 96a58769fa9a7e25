"""Every finding of an audit is accounted for by a plan: changed, held, accepted, or left, and no verdict hides what is left."""

from __future__ import annotations

import json
from dataclasses import replace

from reports.audience import Audience, seen_by
from reports.document import pages, totals
from reports.evidence import RIGHTS, Evidence, Outcome, Treatment
from reports.formats.html import FORMAT as HTML
from reports.formats.md import render
from reports.language import ENGLISH
from reports.migrated import ResidueFacts, ResidueItem, Where
from reports.treatment import treatments
from reports.verdict import verdict
from reports.words import words
from tests.reports import samples
from tests.reports.pages import parse


def finished(*, residue: ResidueFacts | None = None, left: bool) -> Evidence:
    """Return a migration in which every change was made; with findings that nobody planned, or none."""
    one = samples.migration()
    return replace(
        one,
        findings=one.findings if left else (),
        marks=(),
        changes=tuple(replace(change, outcome=Outcome.APPLIED) for change in one.changes),
        held=(),
        residue=residue,
    )


def remains() -> ResidueFacts:
    ref = samples.migration().changes[0].ref
    return ResidueFacts(
        (ResidueItem(ref, (Where.VERSION,), (3,), 4, {"legacy-mention": 1}, "", "2026-11-20T15:00:00Z"),)
    )


def name(evidence: Evidence) -> str:
    return verdict(evidence, words(ENGLISH)).name


def test_each_finding_is_counted_once_whatever_the_report_may_show() -> None:
    for evidence in (samples.migration(), samples.dry_run()):
        counts = treatments(evidence)
        assert sum(counts.values()) == len(evidence.findings) > 0
        assert counts[Treatment.PERSONAL]
        for audience in Audience:
            assert treatments(seen_by(evidence, audience)) == counts, audience
    assert treatments(samples.audit()) == {}


def test_a_change_that_failed_replaced_nothing() -> None:
    one = finished(left=True)
    made = treatments(one)
    failed = replace(one, changes=tuple(replace(change, outcome=Outcome.FAILED) for change in one.changes))
    assert treatments(failed)[Treatment.CHANGED] == 0
    assert treatments(failed)[Treatment.NOT_MADE] == made[Treatment.CHANGED]


def test_migrated_and_verified_is_said_only_where_nothing_is_left() -> None:
    assert name(finished(left=False)) == "done"
    assert name(finished(left=True)) == "done-left"
    assert name(finished(left=False, residue=remains())) == "done-left"
    assert name(finished(left=False, residue=ResidueFacts(()))) == "done"


def test_page_summary_and_data_state_what_is_neither_changed_nor_held() -> None:
    evidence = finished(left=True, residue=remains())
    number = totals(evidence)["untouched"]
    assert number
    page = parse(HTML.render(evidence).decode()).words()
    summary = render(evidence).decode()
    data = json.loads(b"".join(pages(evidence)))
    assert f"{number} of the {len(evidence.findings)} findings of the audit are neither changed nor held back" in page
    assert f"{number} neither changed nor held." in summary
    assert sum(data["totals"]["by_treatment"].values()) == len(evidence.findings)
    assert "left: personal data, which this plan does not touch" in page
    assert "left: personal data, which this plan does not touch" in summary


def test_the_summary_says_what_is_left_or_that_nobody_looked() -> None:
    assert "Nobody has looked for what is left" in render(finished(left=False)).decode()
    found = render(finished(left=False, residue=remains())).decode()
    assert "1 objects with something left, of 1" in found
    assert "| old versions | 1 | 1 |" in found


def test_every_report_says_with_which_rights_the_site_was_read() -> None:
    evidence = samples.audit()
    assert RIGHTS in render(evidence).decode()
    assert json.loads(b"".join(pages(evidence)))["run"]["rights"] == RIGHTS
    page = parse(HTML.render(evidence).decode()).words()
    assert page.index(RIGHTS) < page.index("What was found")
    assert page.count(RIGHTS) >= 2, "on the first page and in the method"


def test_a_run_that_read_nothing_does_not_say_that_nothing_was_found() -> None:
    nothing = replace(samples.empty(), coverage=())
    assert "Nothing was found." not in render(nothing).decode()
