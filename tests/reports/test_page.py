"""The HTML report: one file, inert, useful without JavaScript, and with the same figures as the master."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from reports.document import summary
from reports.evidence import Evidence, RunStatus
from reports.formats.html import FORMAT, STATIC_CAP
from reports.island import island
from rules.model import Severity
from tests.reports import samples
from tests.reports.pages import Page, parse, unpacked
from tests.reports.test_master import EACH


def render(evidence: Evidence) -> Page:
    return parse(FORMAT.render(evidence))


def policy_of(page: Page) -> str:
    return next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")


@EACH
def test_the_policy_allows_nothing_but_the_script_and_style_of_the_page_itself(evidence: Evidence) -> None:
    page = render(evidence)
    policy = policy_of(page)
    for directive in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    [style] = page.styles
    assert f"style-src 'sha256-{sha(style)}'" in policy
    if evidence.findings:
        assert f"script-src 'sha256-{sha(page.scripts[1])}'" in policy


def sha(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@EACH
def test_the_page_loads_nothing_and_links_to_nothing_but_the_audited_site(evidence: Evidence) -> None:
    page = render(evidence)
    assert page.attributes("src") == []
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}
    for address in page.attributes("href"):
        assert address.startswith(("#", samples.SITE + "/"))
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"
    ]
    for style in page.styles:
        assert set(re.findall(r"url\(.{6}", style)) == {'url("data:'}
        assert "@import" not in style


@EACH
def test_the_page_is_well_formed_with_unique_ids_and_headings_without_gaps(evidence: Evidence) -> None:
    page = render(evidence)
    assert page.unbalanced == []
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    levels = page.headings()
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert next(a for tag, a in page.elements if tag == "html")["lang"] == "en"
    for tag, attributes in page.elements:
        if tag == "th":
            assert attributes.get("scope") in {"col", "row"}
        if tag == "svg":
            assert attributes["aria-label"]
    for address in page.attributes("href"):
        if address.startswith("#"):
            assert address[1:] in ids


@EACH
def test_the_figures_of_the_page_are_those_of_the_master(evidence: Evidence) -> None:
    page, words = render(evidence), render(evidence).words()
    report: Any = summary(evidence)
    assert report["run"]["data_sha256"] in words
    for value in (report["run"]["id"], report["run"]["site"], report["run"]["rules_digest"], report["run"]["account"]):
        assert value in words
    if evidence.findings:
        data = unpacked(page.scripts[0])
        assert data["count"] == report["totals"]["findings"] == len(data["columns"]["fingerprint"])
        for number, severity in enumerate(data["levels"]):
            assert data["columns"]["severity"].count(number) == report["totals"]["by_severity"][severity]
    if evidence.purpose.value == "audit":
        for severity, number in report["totals"]["by_severity"].items():
            assert re.search(rf"{severity} ?{number:,}\b", words)


def test_critical_and_high_findings_stand_in_the_page_without_javascript() -> None:
    page = render(samples.audit())
    anchors = {identity for identity in page.attributes("id") if identity.startswith("F-")}
    assert anchors == {f"F-{one.fingerprint}" for one in samples.findings() if one.severity >= Severity.HIGH}
    assert "All 5 critical and high findings" in page.words()


def test_a_capped_list_says_so_before_the_list() -> None:
    evidence = samples.big(3_000)
    worst = sum(1 for one in evidence.findings if one.severity >= Severity.HIGH)
    words = render(evidence).words()
    notice = f"The first {STATIC_CAP} of {worst:,} critical and high findings"
    assert words.index(notice) < words.index("Critical and high findings Severity")


def test_two_findings_with_one_fingerprint_get_two_anchors() -> None:
    evidence = samples.audit()
    twice = replace(evidence, findings=(evidence.findings[0], evidence.findings[0], *evidence.findings[1:]))
    ids = render(twice).attributes("id")
    assert f"F-{evidence.findings[0].fingerprint}-2" in ids
    assert len(ids) == len(set(ids))


def test_a_dry_run_says_that_nothing_has_been_changed_and_an_audit_does_not() -> None:
    page = render(samples.dry_run())
    assert page.words().count("othing has been changed") >= 3
    assert "dry-run" in page.attributes("class")
    assert "@page dry" in page.styles[0]
    assert "othing has been changed" not in render(samples.audit()).words()


def test_a_dry_run_shows_before_after_and_exactly_what_will_be_sent() -> None:
    words = render(samples.dry_run()).words()
    for change in samples.dry_run().changes:
        assert change.before_hash in words
        assert change.after_hash in words
    assert "removed: " in words
    assert "added: " in words
    assert "page 12001, restrictions" in words
    assert "What will be sent" in words
    assert "7 older versions still hold the value." in words
    tags = [tag for tag, _ in render(samples.dry_run()).elements]
    assert tags.count("del") >= 7 <= tags.count("ins")


def test_a_migration_reports_each_result_the_proof_and_the_way_back() -> None:
    words = render(samples.migration()).words()
    for part in (
        "read back, equal to the plan",
        "in conflict",
        "What was sent",
        "What was planned",
        "already done",
        "rolled back",
        "failed",
    ):
        assert part in words
    assert "confluence-gdpr rollback --run R-20261120-7f3a" in words
    assert "version 7 \u2192 8" in words


def test_what_is_held_back_has_its_reason_and_next_step() -> None:
    words = render(samples.dry_run()).words()
    assert "no account found" in words
    assert "Restore the page or accept the finding." in words


def test_an_incomplete_run_says_why_before_anything_else() -> None:
    words = render(samples.incomplete()).words()
    reason = words.index("504 pages were not read")
    assert reason < words.index("What to do")
    assert "what is missing here is unknown, not clean" in words
    running = replace(samples.audit(), run=samples.run(RunStatus.RUNNING))
    assert "still going on" in render(running).words()
    assert "No reason was recorded." in render(running).words()


def test_what_was_not_assessed_is_named_and_never_called_clean() -> None:
    words = render(samples.audit()).words()
    assert "version needs --include versions" in words[words.index("Not assessed: this run did not look at it") :]
    assert "2 kinds of object were not assessed" in words
    assert "passed" not in words.replace("neither clean nor passed", "")


def test_the_report_on_an_empty_site_is_sensible() -> None:
    page = render(samples.empty())
    assert "Nothing found" in page.words()
    assert "No rule found anything" in page.words()
    assert page.scripts == []
    assert "No finding touches an article" in page.words()


def test_hostile_text_stays_text() -> None:
    page = render(samples.hostile())
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "img" not in [tag for tag, _ in page.elements]
    assert page.comments == []
    assert "{{7*7}}" in page.text
    assert "<script>document.title='pwned'</script>" in page.text
    assert not [address for address in page.attributes("href") if not address.startswith("#")]
    raw = FORMAT.render(samples.hostile()).decode()
    assert "\u202e" not in raw
    assert "\u2028" not in raw
    assert "\x00" not in raw
    assert "[U+202E]" in page.text


def test_the_island_has_no_character_that_could_end_it() -> None:
    text = island(samples.hostile())
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", text)
    assert samples.HOSTILE[2] in unpacked(text)["values"]["excerpt"]


def test_the_island_of_a_hundred_thousand_findings_leaves_room_in_ten_megabytes() -> None:
    assert len(island(samples.big(10_000))) < 900_000


def test_print_dark_forced_colours_and_reduced_motion_have_their_styles() -> None:
    [style] = render(samples.audit()).styles
    for query in ("@media print", "prefers-color-scheme: dark", "forced-colors: active", "prefers-reduced-motion"):
        assert query in style
    assert ":focus-visible" in style


def test_objects_without_a_space_are_counted_beside_the_spaces_and_not_as_one() -> None:
    dry_run = samples.dry_run()
    first, second, *_ = dry_run.changes
    nowhere = replace(first, ref=replace(first.ref, id="777", space=""))
    page = FORMAT.render(replace(dry_run, changes=(replace(second, ref=replace(second.ref, space="ENG")), nowhere)))
    assert "2 objects in 1 space, 1 of them in no space. " in page.decode()
    assert "without a space" not in FORMAT.render(dry_run).decode()
