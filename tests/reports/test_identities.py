"""Who is who, in every format: each identifier of a plan with its account and how that is known, or why it stays open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reports.evidence import Evidence
from reports.formats import html, pdf
from reports.registry import formats
from rules.model import HeldReason
from tests.reports import samples
from tests.reports.pages import Page, parse

WITH_PLAN = pytest.mark.parametrize("evidence", [samples.dry_run(), samples.migration()], ids=["dry-run", "migration"])
PAGES: dict[str, Callable[[Evidence], Page]] = {
    "html": lambda evidence: parse(html.FORMAT.render(evidence)),
    "pdf": lambda evidence: parse(pdf.page(evidence)),
}
EACH_PAGE = pytest.mark.parametrize("kind", PAGES)


def master(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(formats()["json"].render(evidence))
    return found


def people(evidence: Evidence, *names: str) -> Evidence:
    """Return the evidence with some of the sample identities."""
    assert evidence.plan is not None
    chosen = tuple(one for one in samples.IDENTITIES if one.subject in [samples.PEOPLE[name] for name in names])
    return replace(evidence, plan=replace(evidence.plan, identities=chosen))


def section(page: Page) -> str:
    """Return the words of the table and what stands before it."""
    return page.words().partition("The plan had to find")[2].partition("Every object that the site listed")[0]


@WITH_PLAN
def test_the_master_has_every_mapping_with_its_provenance_and_every_gap_with_its_reason(evidence: Evidence) -> None:
    report = master(evidence)
    key, mail, jdoe, mstern = report["identities"]
    assert jdoe["account"] == {"kind": "account_id", "mask": "712020:***", "hmac": samples.ACCOUNT.hmac}
    assert (jdoe["state"], jdoe["route"], jdoe["confidence"]) == ("active", "csv", "high")
    assert (jdoe["witnessed_at_utc"], jdoe["witnesses"]) == ("2026-11-20T14:19:02Z", ["jira", "conversion"])
    assert (mstern["route"], mstern["confidence"]) == ("data-center > organisation", "medium")
    assert (key["account"], key["reason"], key["detail"]) == (None, "unresolved", "no account in the mapping")
    assert (mail["reason"], mail["confidence"], mail["state"]) == ("ambiguous", "", "")
    assert (report["totals"]["identities"], report["totals"]["resolved"]) == (4, 2)


def test_an_audit_has_no_identities() -> None:
    assert master(samples.audit())["identities"] == []
    for page in PAGES.values():
        assert "Who is who" not in page(samples.audit()).words()
        assert "#identities" not in page(samples.audit()).attributes("href")


@WITH_PLAN
@EACH_PAGE
def test_page_and_paper_show_each_identity_in_a_table_with_headers(evidence: Evidence, kind: str) -> None:
    page = PAGES[kind](evidence)
    words = section(page)
    assert "4 retired identifiers: 2 resolved, 2 not" in words
    assert "Identifier Account Known by Places" in words
    jdoe = samples.PEOPLE["jdoe"].hmac[:8]
    assert f"j*** {jdoe} username 712020:*** {samples.ACCOUNT.hmac[:8]} active csv; also jira, conversion" in words
    assert "2026-11-20 14:19:02 UTC, high confidence" in words
    assert "state not known data-center > organisation time not known, medium confidence 2" in words
    assert "user key no account found no account in the mapping 1" in words
    assert "email more than one account csv and jira name different accounts 0" in words
    assert "#identities" in page.attributes("href")
    assert "identities" in page.attributes("id")


@EACH_PAGE
def test_one_identifier_is_spoken_of_as_one(kind: str) -> None:
    assert "1 retired identifier: 1 resolved, 0 not" in section(PAGES[kind](people(samples.dry_run(), "jdoe")))
    assert "Who is who" not in PAGES[kind](people(samples.dry_run())).words()


def test_the_paper_shows_the_first_and_says_how_many_there_are() -> None:
    evidence = samples.dry_run()
    assert evidence.plan is not None
    many = tuple(
        replace(one, subject=replace(one.subject, hmac=f"{number:032x}"))
        for number, one in enumerate(samples.IDENTITIES * 150)
    )
    evidence = replace(evidence, plan=replace(evidence.plan, identities=many))
    words = parse(pdf.page(evidence)).words()
    assert words.index("The first 500 of 600; all of them") < words.index("Identifier Account Known by")
    assert " 499 " in words, "made up hashes that begin with zeros are shown as numbers"
    assert words.count("no account in the mapping") == 125 + len(evidence.held) - 1
    assert parse(html.FORMAT.render(evidence)).words().count("csv; also jira") == 150


def test_the_csv_says_of_each_finding_who_its_person_is() -> None:
    text = formats()["csv"].render(samples.dry_run()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    by_mask = {row["subject_mask"]: row for row in rows}
    known, open_, nobody = by_mask["j***"], by_mask["8a***"], by_mask["D***"]
    assert (known["account_mask"], known["account_hmac"]) == ("712020:***", samples.ACCOUNT.hmac)
    assert (known["account_state"], known["route"], known["route_confidence"]) == ("active", "csv", "high")
    assert (known["witnessed_at_utc"], known["witnesses"]) == ("2026-11-20T14:19:02Z", "jira, conversion")
    assert known["not_resolved"] == ""
    assert open_["not_resolved"] == "unresolved: no account in the mapping"
    assert (open_["account_mask"], open_["account_hmac"], open_["account_state"]) == ("", "", "")
    assert (open_["route"], open_["route_confidence"], open_["witnesses"]) == ("", "", "")
    assert {nobody[name] for name in ("account_mask", "route", "not_resolved")} == {""}
    assert b"account_mask" not in formats()["csv"].render(samples.audit())


@EACH_PAGE
def test_hosts_that_the_plan_asked_are_among_those_contacted(kind: str) -> None:
    words = PAGES[kind](samples.dry_run()).words()
    assert "https://old.example.org identity route data-center 3 " in words
    assert f"{samples.SITE} the audited site 61 " in words
    origins = [host["origin"] for host in master(samples.migration())["run"]["hosts"]]
    assert origins == [samples.SITE, samples.SITE, "https://old.example.org"]
    assert "old.example.org" not in PAGES[kind](samples.audit()).words()


def test_identities_are_under_the_digest_of_the_data() -> None:
    evidence = samples.dry_run()
    assert evidence.plan is not None
    first = replace(samples.IDENTITIES[0], reason=HeldReason.AMBIGUOUS)
    other = replace(evidence, plan=replace(evidence.plan, identities=(first, *samples.IDENTITIES[1:])))
    assert master(evidence)["run"]["data_sha256"] != master(other)["run"]["data_sha256"]
