"""Rendering in a process of its own: the same bytes, and a limit that is met costs the tables or the format only."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from audit.confined import surroundings
from audit.rendering import Limits, rendered
from reports.evidence import Evidence
from reports.format import Apart, Format, Unavailable
from reports.formats.csv import FORMAT as CSV
from reports.formats.pdf import FORMAT as PDF
from tests.reports import samples

ROOT = Path(__file__).resolve().parents[2]
DIGEST = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from audit.rendering import rendered
from reports.formats.pdf import FORMAT
from tests.reports import samples
evidence = samples.empty()
for body in (rendered(FORMAT, evidence, print), FORMAT.render(evidence)):
    print(hashlib.sha256(body).hexdigest())
"""


def no_note(text: str) -> None:
    raise AssertionError(text)


def broken(job: bytes, *, short: bool = False) -> Format:
    """Return the PDF with `job` in place of the whole report, and of the short one too unless that is wanted."""
    assert PDF.apart
    shorten = PDF.apart.shorten if short else lambda _: job
    return replace(PDF, apart=Apart(prepare=lambda _: job, shorten=shorten, finish=PDF.apart.finish))


def refusal(form: Format, limits: Limits, evidence: Evidence | None = None) -> str:
    with pytest.raises(Unavailable) as caught:
        rendered(form, evidence or samples.empty(), no_note, limits)
    return str(caught.value)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_pdf_has_the_same_bytes_in_every_process_zone_hash_seed_folder_and_on_either_side(
    zone: str, tmp_path: Path
) -> None:
    found = subprocess.run(
        [sys.executable, "-c", DIGEST, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "TZ": zone, "PYTHONHASHSEED": str(len(zone)), "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"},
    ).stdout.split()
    expected = hashlib.sha256(rendered(PDF, samples.empty(), no_note)).hexdigest()
    assert found == [expected, expected]


def test_a_format_without_two_halves_is_rendered_here() -> None:
    assert rendered(CSV, samples.audit(), no_note, Limits(memory_mib=0, cpu_s=0, wall_s=0)) == CSV.render(
        samples.audit()
    )


def test_a_report_that_brings_the_renderer_down_comes_out_without_its_tables_and_says_so() -> None:
    notes: list[str] = []
    body = rendered(broken(b"no job", short=True), samples.audit(), notes.append)
    [note] = notes
    assert note.startswith(
        "The PDF report was made without its tables (run R-20261120-7f3a, 21 findings): its renderer failed with "
        "JSONDecodeError within its 1,024 MiB and 120 s of computing time. The HTML, CSV and JSON reports hold all"
    )
    reader = pypdf.PdfReader(io.BytesIO(body))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "This is the short form, without the tables." in words
    assert "none of its 21 findings" in words
    assert list(reader.attachments) == ["findings.json"]


def test_memory_is_limited() -> None:
    said = refusal(broken(b"{}\n" + bytes(160 << 20)), Limits(memory_mib=96))
    assert "The PDF report cannot be made" in said
    assert "it needed more than 96 MiB of memory" in said


def test_computing_time_is_limited() -> None:
    assert "it took more than 1 s of computing time" in refusal(PDF, Limits(cpu_s=1), samples.audit())


def test_waiting_is_limited() -> None:
    assert "it took more than 0.05 s. The HTML" in refusal(PDF, Limits(wall_s=0.05))


def test_an_error_of_the_renderer_is_named_by_its_class_and_shows_nothing_of_the_job() -> None:
    said = refusal(broken(b'{"html_bytes": "jane.canary@example.org"}\n'), Limits())
    assert "failed with KeyError" in said
    assert "canary" not in said


def test_a_renderer_gets_no_credentials() -> None:
    ours = {"CONFLUENCE_GDPR_TOKEN": "secret", "HTTPS_PROXY": "http://u:p@proxy", "PATH": "/bin", "TZ": "Asia/Tokyo"}
    given = surroundings(ours)
    assert given["PATH"] == "/bin"
    assert given["TZ"] == "UTC"
    assert set(given) == {"PATH", "PYTHONPATH", "LC_ALL", "TZ"}


def test_the_tool_leaves_no_core_dump() -> None:
    script = (
        "import atexit, resource, sys; sys.argv = ['confluence-gdpr', '--version'];"
        "atexit.register(lambda: print(resource.getrlimit(resource.RLIMIT_CORE)));"
        "from audit.cli.main import run; run()"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.splitlines()[-1] == "(0, 0)"
