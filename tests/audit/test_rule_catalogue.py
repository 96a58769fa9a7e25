"""A report of an old run tells of the rules that the run had, and not of those of today."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.evidence import RULES, audit_evidence, kept_rules
from audit.run import RunStore
from audit.workspace import Workspace
from reports.formats import html, json, md
from rules.registry import digest, load
from tests.audit.stored import page, stored

TODAY = load()
OTHER = "The rules of this run were of another version."


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return stored(Workspace.open(tmp_path / "ws"), 1, [page(101, "jdoe")]) / "run.db"


def test_a_run_reports_the_catalogue_that_it_kept(run: Path) -> None:
    (mention,) = (rule for rule in TODAY if rule.id == "legacy-mention")
    with RunStore(run) as store:
        store.set({RULES: kept_rules([replace(mention, title="As it was called then")]), "rules_digest": "then"})
        evidence = audit_evidence(store, TODAY)
    assert {name: rule.title for name, rule in evidence.rules.items()} == {"legacy-mention": "As it was called then"}
    assert evidence.run.rules_kept
    assert OTHER not in md.render(evidence).decode()


def test_a_run_without_a_catalogue_lists_what_found_something_and_says_so_at_the_top(run: Path) -> None:
    with RunStore(run) as store:
        store.set({"rules_digest": "of another version"})
        evidence = audit_evidence(store, TODAY)
    assert [*evidence.rules] == ["legacy-mention"]
    for render in (md.render, html.render):
        text = render(evidence).decode()
        assert 0 < text.index(OTHER) < text.index("legacy-mention" if render is html.render else "## Totals")
    assert b'"rules_kept":false' in json.render(evidence)


def test_a_run_of_the_rules_of_today_needs_no_catalogue(run: Path) -> None:
    with RunStore(run) as store:
        store.set({"rules_digest": digest(TODAY)})
        evidence = audit_evidence(store, TODAY)
    assert len(evidence.rules) == len(TODAY)
    assert evidence.run.rules_kept
