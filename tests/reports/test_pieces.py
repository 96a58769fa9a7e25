"""The small parts: text, diff, charts, verdict, discovery."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports.formats
from reports.charts import bar
from reports.diff import compare, structure
from reports.evidence import Evidence, HeldItem, Outcome, RunStatus
from reports.registry import formats
from reports.text import grouped, per_cent, printable, site_link, size, visible, when
from reports.verdict import verdict
from reports.words import ENGLISH, GROUPS
from rules.model import HeldReason, Severity
from tests.reports import samples


def test_the_formats_are_found_in_order_with_their_suffix_and_type() -> None:
    found = formats()
    assert list(found) == sorted(found)
    assert set(found) == {"csv", "html", "json", "md", "ocsf", "oscal", "parquet", "pdf", "sarif", "xlsx"}
    # A format whose files other programs know by what they are made of says so behind its name.
    behind = {"ocsf": ".jsonl", "oscal": ".json"}
    for name, one in found.items():
        assert one.suffix == f".{name}{behind.get(name, '')}"
        assert "/" in one.media_type


def test_a_file_in_formats_without_a_fitting_format_is_refused(tmp_path: object) -> None:
    folder = str(tmp_path)
    with open(f"{folder}/strange.py", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("FORMAT = 1\n")
    reports.formats.__path__.append(folder)
    try:
        with pytest.raises(TypeError, match="strange"):
            formats()
    finally:
        reports.formats.__path__.remove(folder)
        sys.modules.pop("reports.formats.strange", None)
    assert isinstance(reports.formats, types.ModuleType)


def test_finding_the_formats_loads_no_renderer() -> None:
    import subprocess

    script = (
        "import sys; from reports.registry import formats; formats(); "
        "print(sorted({'pandas', 'weasyprint', 'jinja2', 'fontTools', 'pyarrow', 'xlsxwriter'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@given(st.text())
def test_visible_text_has_no_character_that_hides(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\u202e\u2028\u200b\ufeff\x00\x07\x85")
    assert visible(shown) == shown


def test_printable_text_keeps_covered_characters_lines_and_tabs() -> None:
    assert printable("a\u4f60b\n\t\u202e", {ord(c) for c in "ab[U+20E]"}) == "a\u25a1b\n\t[U+202E]"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//evil.example.com/x",
        "https://evil.example.com/",
        "https://wiki.example.org.evil.example.com/",
        "https://wiki.example.org@evil.example.com/",
        "https://user@wiki.example.org/",
        "http://wiki.example.org/",
        "https://wiki.example.org:8443/",
        "https://wiki.example.org:port/",
        "https://wiki.example.org/\nx",
        'https://wiki.example.org/"onclick',
        "data:text/html,x",
        "https://[::1/",
        "",
    ],
)
def test_only_addresses_of_the_site_become_links(url: str) -> None:
    assert site_link(url, samples.SITE) == ""


def test_an_address_on_the_site_becomes_a_link() -> None:
    assert site_link(samples.SITE + "/wiki/x?pageId=1", samples.SITE) == samples.SITE + "/wiki/x?pageId=1"
    assert site_link(samples.SITE + ":443/x", "export.zip") == ""


def test_shares_never_round_to_all_or_nothing() -> None:
    assert per_cent(9_999_999, 10_000_000) == "99.9 %"
    assert per_cent(1, 1_000_000) == "< 0.1 %"
    assert per_cent(10, 10) == "100 %"
    assert per_cent(0, 10) == "0 %"
    assert per_cent(0, 0) == "\u2013"


def test_numbers_sizes_and_times_read_well() -> None:
    assert grouped(1_234_567) == "1,234,567"
    assert [size(n) for n in (12, 1_500, 2_500_000, 3_000_000_000)] == ["12 bytes", "1.5 kB", "2.5 MB", "3.0 GB"]
    assert when("2026-11-20T14:05:09.123Z") == "2026-11-20 14:05:09 UTC"
    assert when("") == ""


LINES = st.lists(st.text(alphabet="ab *<", max_size=12), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_a_diff_contains_both_texts_whole(before: str, after: str) -> None:
    lines = compare(before, after)
    old = ["".join(piece.text for piece in line.pieces) for line in lines if line.sign in "- "]
    new = ["".join(piece.text for piece in line.pieces) for line in lines if line.sign in "+ "]
    assert old == before.splitlines()
    assert new == after.splitlines()


def test_a_diff_marks_the_words_that_changed_and_counts_lines_from_the_first() -> None:
    removed, added = compare('a="j***" b', 'a="5b***" b', first=7)
    assert (removed.sign, removed.number, added.sign, added.number) == ("-", 7, "+", 7)
    assert [piece.text for piece in removed.pieces if piece.marked] == ["j***"]
    assert [piece.text for piece in added.pieces if piece.marked] == ["5b***"]


def test_a_diff_marks_lines_without_a_partner_and_very_long_lines_as_a_whole() -> None:
    assert [(line.sign, line.number) for line in compare("a\nb", "c", 1)] == [("-", 1), ("-", 2), ("+", 1)]
    assert [(line.sign, line.number) for line in compare("a", "b\nc", 1)] == [("-", 1), ("+", 1), ("+", 2)]
    removed, added = compare("a " * 2_000, "b " * 2_000)
    assert len(removed.pieces) == len(added.pieces) == 1


def test_a_small_part_of_a_chart_is_never_invisible_and_never_leaves_the_bar() -> None:
    chart = bar([("failed", "failed", 1), ("read", "read", 999_999)], 1_000_000)
    assert 'width="5"' in chart
    assert 'aria-label="1 failed, 999,999 read"' in chart
    assert 'width="995"' in chart
    assert "<title>0</title>" in bar([], 0)
    assert "&lt;b&gt;" in bar([("read", "<b>", 1)], 1)


def headline(evidence: Evidence) -> str:
    return verdict(evidence, ENGLISH).headline


def test_the_verdict_follows_its_rule() -> None:
    audit = samples.audit()
    assert headline(audit) == "Action needed"
    mild = tuple(one for one in audit.findings if one.severity < Severity.HIGH)
    assert headline(replace(audit, findings=mild)) == "Review needed"
    assert headline(samples.empty()) == "Nothing found"
    assert headline(samples.incomplete()) == "Incomplete"
    assert headline(replace(samples.empty(), run=samples.run(RunStatus.RUNNING))) == "Still running"


def test_an_incomplete_run_is_never_clean_whatever_its_purpose() -> None:
    for evidence in (samples.empty(), samples.dry_run(), samples.migration()):
        broken = replace(evidence, run=samples.run(RunStatus.INCOMPLETE, ("no network",)))
        assert headline(broken) == "Incomplete"


def test_the_verdict_of_a_dry_run_names_gaps() -> None:
    dry = samples.dry_run()
    nobody: tuple[HeldItem, ...] = ()
    assert headline(dry) == "Ready for review, with gaps"
    assert headline(replace(dry, held=nobody)) == "Ready for review"
    assert headline(replace(dry, changes=())) == "Nothing to change"
    assert verdict(replace(dry, changes=(), held=()), ENGLISH).tone == "held", "what no plan touches is left"
    assert verdict(replace(dry, changes=(), held=(), findings=()), ENGLISH).tone == "good"


@pytest.mark.parametrize(
    ("outcomes", "held", "expected"),
    [
        ([Outcome.APPLIED, Outcome.ALREADY], False, "Migrated and verified"),
        ([Outcome.APPLIED], True, "Migrated in part"),
        ([Outcome.APPLIED, Outcome.PLANNED], False, "Migrated in part"),
        ([Outcome.APPLIED, Outcome.HELD], False, "Migrated in part"),
        ([Outcome.APPLIED, Outcome.DIVERGED], False, "Migration needs attention"),
        ([Outcome.REVERTED, Outcome.REVERTED], False, "Rolled back"),
        ([], False, "Migrated in part"),
    ],
)
def test_the_verdict_of_a_migration_is_its_worst_result(outcomes: list[Outcome], held: bool, expected: str) -> None:
    base = replace(samples.migration(), findings=(), residue=None)
    changes = tuple(replace(base.changes[0], outcome=outcome) for outcome in outcomes)
    assert headline(replace(base, changes=changes, held=base.held if held else ())) == expected


def test_a_migration_that_leaves_findings_is_not_called_migrated() -> None:
    base = samples.migration()
    done = replace(base, changes=(replace(base.changes[0], outcome=Outcome.APPLIED),), held=())
    assert headline(done) == "Planned changes verified, more is left"


def test_every_outcome_and_every_reason_has_its_words() -> None:
    assert set(ENGLISH.outcomes) == set(GROUPS) == set(Outcome)
    assert set(ENGLISH.held) == set(HeldReason)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("ac:link/ri:user/@ri:username", ("ac:link/ri:user/", "@ri:username", "@ri:account-id")),
        ("read/user[2]/userKey", ("read/user[2]/", "userKey", "accountId")),
        ("ac:link/ri:user/@ri:account-id", ("ac:link/ri:user/@ri:account-id", "", "")),
        ("p/text", ("p/text", "", "")),
    ],
)
def test_the_structure_shows_by_what_a_person_is_named_before_and_after(path: str, shown: tuple[str, str, str]) -> None:
    assert structure(path) == shown
