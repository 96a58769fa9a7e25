"""The summary in Markdown: what it says, how long it gets, and that nothing in it is markup of somebody else."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.evidence import Evidence, ObjectFacts, RunStatus
from reports.formats.json import FORMAT as JSON
from reports.formats.md import render
from reports.inert import CELL_CAP, inert
from reports.text import visible
from rules.model import Severity
from tests.reports import samples
from tests.reports.pages import Page, parse
from tests.reports.test_formats import worse

READER = MarkdownIt("commonmark").enable("table")
LONGEST = 150_000
"""Bytes of the longest summary: as many cells as there may be, each full of what takes most room."""
OURS = {"h1", "h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "blockquote", "ul", "li"}


def text(evidence: Evidence) -> str:
    return render(evidence).decode()


def page(evidence: Evidence) -> Page:
    return parse(READER.render(text(evidence)))


def test_the_summary_says_verdict_scope_totals_rules_spaces_gaps_and_how_to_check() -> None:
    evidence = samples.audit()
    found = page(evidence)
    words = found.words()
    assert words.startswith("Action needed: Privacy audit, https://wiki.example.org 21 findings in 6 objects.")
    for part in (
        "5,141 of 5,181 objects, 99.2 %",
        "Option space HR, ENG, OPS",
        "critical 2 high 3 medium 9 low 5 info 2 all 21",
        "critical Bank account number 2 2 Remove it by hand",
        "ENG 9 2 high",
        "attachment current 37 of 911 skipped 12 larger than 50 MB; 25 format not read",
        "version all not looked at needs --include versions",
        json.loads(JSON.render(evidence))["run"]["data_sha256"],
    ):
        assert part in words
    assert found.headings() == [1, *[2] * 8]


def test_rules_and_spaces_come_with_the_worst_first_however_many_findings_others_have() -> None:
    found = text(samples.audit())
    for title, worst in (("Findings by rule", 0), ("Findings by space", -1)):
        table = found.partition(f"## {title}")[2].partition("\n##")[0]
        rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
        ranks = [[one.label for one in sorted(Severity, reverse=True)].index(row[worst]) for row in rows]
        assert ranks == sorted(ranks), title
    assert found.index("| HR | 6 |") < found.index("| ENG | 9 |")


def test_a_migration_says_what_became_of_each_change_and_what_to_do_about_what_is_held() -> None:
    words = page(samples.migration()).words()
    assert "A-0004 in conflict Welcome to the team, J*** body 2" in words
    assert "no account found Salary run, November" in words
    assert "Add the person to the mapping file and plan again." in words
    assert "Plan P-20261120-01c9" in words


def test_a_dry_run_says_that_nothing_has_been_changed() -> None:
    assert "nothing has been changed" in text(samples.dry_run())
    assert "nothing has been changed" not in text(samples.migration())


def test_an_incomplete_run_says_so_before_the_first_table_and_counts_further_reasons() -> None:
    found = text(samples.incomplete())
    assert found.index("504 pages were not read") < found.index("|")
    many = replace(samples.empty(), run=samples.run(RunStatus.INCOMPLETE, tuple(f"reason {n}" for n in range(14))))
    assert "> - and 4 more reasons" in text(many)
    assert "reason 10" not in text(many)


def test_a_site_with_nothing_to_find_gives_a_sensible_summary() -> None:
    words = page(samples.empty()).words()
    assert "Nothing found: Privacy audit, https://wiki.example.org 0 findings in 0 objects." in words
    assert "Nothing was found." in words
    assert "Held back" not in words


def test_an_address_becomes_a_link_with_all_of_its_query() -> None:
    links = page(samples.migration()).attributes("href")
    assert links[0] == f"{samples.SITE}/wiki/pages/viewpage.action?pageId=11001&pageVersion=7"
    base = samples.migration()
    odd = replace(base.changes[0], url=f"{samples.SITE}/a_(b)*~[c]_d")
    assert f"{samples.SITE}/a%5F%28b%29%2A%7E%5Bc%5D%5Fd" in page(replace(base, changes=(odd,))).attributes("href")
    far = replace(base.changes[0], url=f"{samples.SITE}/{'x' * 400}")
    assert "xxx" not in text(replace(base, changes=(far,), held=()))


@pytest.mark.parametrize("evidence", [samples.hostile(), worse()], ids=["hostile", "worse"])
def test_nothing_from_the_site_is_markup_in_markdown_or_in_html(evidence: Evidence) -> None:
    found = page(evidence)
    assert {tag for tag, _ in found.elements} <= OURS
    assert all(link.startswith(f"{samples.SITE}/") for link in found.attributes("href"))
    assert not found.comments
    assert not found.scripts
    assert not found.unbalanced
    raw = parse(render(evidence))
    assert not raw.elements
    assert not raw.comments


@given(st.text(max_size=200))
def test_text_comes_through_markdown_as_itself(some: str) -> None:
    found = parse(READER.render(f"| a |\n| --- |\n| {inert(some)} |\n"))
    assert {tag for tag, _ in found.elements} <= {"table", "thead", "tbody", "tr", "th", "td"}
    line = " ".join(visible(some).split())
    cut = line if len(line) <= CELL_CAP else f"{line[:CELL_CAP]}\u2026"
    assert found.words() == " ".join(f"a {cut.replace('@', '(at)')}".split())
    assert parse(inert(some)).elements == []


@pytest.mark.parametrize(
    ("some", "shown"),
    [
        ("https://evil.example.com", "https\\://evil.example.com"),
        ("WWW.evil.example.com", "WWW\\.evil.example.com"),
        ("ask @all", "ask (at)all"),
        ("a***@b***.org", "a\\*\\*\\*(at)b\\*\\*\\*.org"),
        ("[x](y) ![z]", "\\[x\\](y) \\!\\[z\\]"),
        ("a | b\n\nc", "a \\| b c"),
        ("`code` {macro} $x$ :bomb:", "\\`code\\` \\{macro\\} \\$x\\$ \\:bomb:"),
        ("- 13:58, 5 - 3", "\\- 13:58, 5 - 3"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("w" * 10_000, "w" * CELL_CAP + "\u2026"),
    ],
)
def test_signs_that_start_markup_links_or_mentions_are_disarmed(some: str, shown: str) -> None:
    assert inert(some) == shown


def test_the_summary_stays_short_and_says_before_each_table_that_there_is_more() -> None:
    base = samples.migration()
    loud = "\U0001f600&" * 200
    spaces = tuple(
        replace(base.findings[n % 21], rule=f"{n}{loud}", ref=replace(base.findings[0].ref, space=f"{n}{loud}"))
        for n in range(400)
    )
    changes = tuple(replace(base.changes[0], title=loud, action=loud, part=loud) for _ in range(400))
    held = tuple(replace(base.held[0], title=loud, detail=loud, next_step=loud) for _ in range(400))
    gaps = tuple(replace(base.coverage[3], object_class=loud, skipped={loud: 3}) for _ in range(400))
    run = replace(base.run, options={f"{n}{loud}": loud for n in range(400)})
    many = replace(
        base,
        run=run,
        findings=spaces,
        changes=changes,
        held=held,
        coverage=gaps,
        objects=dict[tuple[str, str], ObjectFacts](),
    )
    found = text(many)
    assert len(found.encode()) < LONGEST
    for first, whole in ((20, 400), (15, 400)):
        assert f"The first {first} of {whole}; the JSON report has all of them." in found
    assert len(re.findall(r"The first \d+ of 400", found)) == 5
    assert len(text(samples.big(3_000)).encode()) < 8_000
