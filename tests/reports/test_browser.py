"""The page in a real browser, opened from a file with the network off. Skips where there is no Chromium."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.formats.html import FORMAT, PAGE_SIZE
from reports.registry import formats
from rules.model import Severity
from tests.reports import samples
from tests.reports.pages import parse

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


def dom(file: Path, fragment: str = "", *flags: str) -> str:
    """Return the document after its script ran, opened as file:// with every host unreachable."""
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={file.parent / 'profile'}", *flags,
        "--virtual-time-budget=20000", "--dump-dom", file.as_uri() + fragment,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout


def tally(page: str) -> str:
    found = re.search(r'<p id="tally" role="status">([^<]*)</p>', page)
    assert found
    return found[1]


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    file = tmp_path / "audit.html"
    file.write_bytes(FORMAT.render(samples.audit()))
    return file


@pytest.mark.slow
def test_a_hundred_thousand_findings_open_from_a_file_and_only_one_page_of_rows_is_drawn(tmp_path: Path) -> None:
    evidence = samples.big()
    file = tmp_path / "big.html"
    file.write_bytes(FORMAT.render(evidence))
    assert file.stat().st_size < 10_000_000
    assert tally(dom(file)) == "100,000 findings"
    page = dom(file, "#severity=medium&space=S07&q=item+before")
    wanted = sum(1 for one in evidence.findings if one.severity is Severity.MEDIUM and one.ref.space == "S07")
    assert tally(page) == f"{wanted:,} of 100,000 findings"
    assert page.count('<tr id="F-') == min(wanted, PAGE_SIZE)


@pytest.mark.parametrize(
    ("fragment", "count"),
    [
        ("#severity=critical,high", 5),
        ("#rule=personal-email&space=OPS", 5),
        ("#confidence=low", 1),
        ("#type=blogpost", 3),
        ("#status=archived", 3),
        ("#rewritable=yes", 13),
        ("#q=salary", 2),
        ("#q=SALARY%20savings", 1),
        ("#q=nothing-like-that", 0),
        ("#person=" + samples.PEOPLE["key1"].hmac, 2),
    ],
)
def test_the_address_reproduces_a_filtered_view(audit: Path, fragment: str, count: int) -> None:
    page = dom(audit, fragment)
    assert tally(page) == f"{count} of 21 findings"
    assert page.count('<tr id="F-') == count


@pytest.mark.parametrize(
    ("fragment", "count", "asked"),
    [
        ("#rule=no-such-rule&space=OPS", "6 of 21 findings", "rule=no-such-rule"),
        (
            "#severity=high,awful&colour=red&standing=new&person=1",
            "3 of 21 findings",
            "severity=high,awful, colour=red, standing=new, person=1",
        ),
        ("#F-0000", "21 findings", "F=0000"),
    ],
)
def test_what_an_address_asks_for_and_the_report_does_not_have_is_said(
    audit: Path, fragment: str, count: str, asked: str
) -> None:
    page = dom(audit, fragment)
    assert tally(page) == count
    (said,) = re.findall(r'<p id="unknown" class="banner" role="alert">([^<]*)</p>', page)
    assert said.endswith(f"that is left out of the filter: {asked}.")


def test_what_an_address_asks_for_and_the_report_has_needs_no_word(audit: Path) -> None:
    assert '<p id="unknown" class="banner" role="alert" hidden=""></p>' in dom(
        audit, "#severity=high&page=1&group=rule"
    )


def test_without_a_fragment_all_findings_are_listed_and_the_static_table_is_gone(audit: Path) -> None:
    page = dom(audit)
    assert tally(page) == "21 findings"
    assert page.count('<tr id="F-') == 21
    assert 'id="static"' not in page


def test_a_link_to_one_finding_opens_it(audit: Path) -> None:
    wanted = samples.findings()[-1]
    page = dom(audit, f"#F-{wanted.fingerprint}")
    row = page[page.index(f'id="F-{wanted.fingerprint}"') :]
    assert 'aria-expanded="true"' in row[: row.index("</tr>")]
    assert wanted.subject.hmac in row


def test_the_policy_stops_a_script_and_a_style_that_somebody_adds(audit: Path) -> None:
    text = audit.read_text("utf-8")
    injected = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\"></body>"
    audit.write_text(text.replace("</body>", injected), "utf-8")
    assert "<title>Privacy audit" in dom(audit)


def test_hostile_texts_do_nothing_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_bytes(FORMAT.render(samples.hostile()))
    page = dom(file)
    assert "<title>Dry run of a migration" in page
    assert tally(page) == f"{len(samples.HOSTILE)} findings"
    assert "<img" not in page
    assert html.escape(samples.HOSTILE[0], quote=False) in page
    assert "[U+202E]" in page
    shown = parse(page)
    assert not [address for address in shown.attributes("href") if not address.startswith("#")]


def test_the_page_prints_every_finding_with_page_numbers_and_the_dry_run_note(tmp_path: Path) -> None:
    import pypdf

    file = tmp_path / "dry.html"
    file.write_bytes(FORMAT.render(samples.dry_run()))
    dom(file, "", f"--print-to-pdf={tmp_path / 'dry.pdf'}")
    if not (tmp_path / "dry.pdf").exists():
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        command += [f"--print-to-pdf={tmp_path / 'dry.pdf'}", "--no-pdf-header-footer", file.as_uri()]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
    reader = pypdf.PdfReader(tmp_path / "dry.pdf")
    for number, sheet in enumerate(reader.pages, 1):
        words = " ".join(sheet.extract_text().split())
        assert "othing has been changed" in words
        assert f"Page {number} of {len(reader.pages)}" in words
    everything = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
    for change in samples.dry_run().changes:
        assert change.after_hash[:40] in everything.replace(" ", "")


def test_the_formats_agree_with_what_the_browser_shows(audit: Path) -> None:
    shown = re.findall(r'<tr id="F-([0-9a-f]+)"', dom(audit))
    lines = formats()["csv"].render(samples.audit()).decode().splitlines()[1:]
    assert shown == [line.split(",")[0].strip('"') for line in lines]


def without_policy(file: Path, script: str) -> None:
    """Put a script of the test in front of the page's own."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", file.read_text("utf-8"))
    file.write_text(text.replace("<head>", f"<head><script>{script}</script>", 1), "utf-8")


def test_a_browser_that_cannot_unpack_the_findings_keeps_the_static_table_and_says_so(audit: Path) -> None:
    without_policy(audit, "delete window.DecompressionStream;")
    page = dom(audit)
    assert '<p id="packed" role="alert">' in page
    assert 'id="static"' in page
    assert '<div id="explorer" hidden="">' in page
    worst = sum(1 for one in samples.findings() if one.severity >= Severity.HIGH)
    assert page.count('<tr id="F-') == worst


def test_damaged_data_leaves_the_static_table_and_says_so(audit: Path) -> None:
    text = audit.read_text("utf-8")
    audit.write_text(re.sub(r'(id="data">.{200})....', r"\1AAAA", text), "utf-8")
    page = dom(audit)
    assert '<p id="packed" role="alert">' in page
    assert 'id="static"' in page


def test_what_is_saved_is_the_filtered_view(audit: Path) -> None:
    script = """
    URL.createObjectURL = (blob) => {
      blob.text().then((text) => {
        const box = document.createElement("pre");
        box.className = "saved";
        box.textContent = text;
        document.body.append(box);
      });
      return "#";
    };
    addEventListener("load", () => setTimeout(() => {
      for (const kind of ["csv", "json"]) document.querySelector(`[data-save=${kind}]`).click();
    }, 500));
    """
    without_policy(audit, script)
    saved = [
        html.unescape(text)
        for text in re.findall(r'<pre class="saved">(.*?)</pre>', dom(audit, "#q=salary"), re.DOTALL)
    ]
    table, document = sorted(saved, key=lambda text: text.startswith("{"))
    wanted = json.loads(document)
    assert wanted["filter"] == {"q": "salary"}
    assert len(wanted["findings"]) == 2
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"), newline="")))
    assert [row["fingerprint"] for row in rows] == [one["fingerprint"] for one in wanted["findings"]]
