"""A whole run in German: no sentence that a run records stays English."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from audit import statuses
from audit.errors import BadAnswer, SiteError
from reports.language import language
from tests.audit.shell import Shell

ENGLISH = re.compile(r'<span lang="en">([^<]*)</span>')


SENTENCE = re.compile(r"[a-z]{3,} [a-z]{2,}")
"""Two words of a sentence; every word of ours that stands alone is tested with the catalogue."""
THEIRS = frozenset({
    "Address", "Title", "Place", "Surroundings, masked", "Before, masked", "After, masked", "Source", "Rules", "Rule",
    "Value, masked", "Identifier, masked",
})  # fmt: skip
"""Columns of the site's own words and of technical ones."""


def same_cells(german: bytes, english: bytes) -> list[str]:
    """Return the sentences that a German workbook has as the English one has them."""
    books = [openpyxl.load_workbook(io.BytesIO(body)).worksheets for body in (german, english)]
    found = set()
    for page, other in zip(*books, strict=True):
        heads = [cell.value for cell in other[1]]
        for row, english_row in zip(page.iter_rows(values_only=True), other.iter_rows(values_only=True), strict=True):
            for head, cell, said in zip(heads, row, english_row, strict=True):
                if cell == said and head not in THEIRS and SENTENCE.search(str(cell)):
                    found.add(f"{other.title}, {head}: {cell}")
    return sorted(found)


def same_lines(german: bytes, english: bytes) -> list[str]:
    """Return the lines with a sentence that a German summary has as the English one has them."""
    lines = set(german.decode().splitlines()) & set(english.decode().splitlines())
    return sorted(line for line in lines if SENTENCE.search(line))


def left(folder: Path, english: Path) -> str:
    """Return what the German workbooks and summaries of a folder say in English."""
    found = []
    for file in sorted(folder.glob("*.xlsx")):
        found += same_cells(file.read_bytes(), (english / file.name).read_bytes())
    for file in sorted(folder.glob("*.md")):
        found += same_lines(file.read_bytes(), (english / file.name).read_bytes())
    return "\n".join(found)


def untranslated(text: str) -> list[str]:
    """Return the sentences that a page shows in English, and those that its script would."""
    packed = re.search(r'id="data">([^<]+)<', text)
    said = json.loads(gzip.decompress(base64.b64decode(packed[1])))["said"] if packed else {}
    return sorted({*ENGLISH.findall(text), *(sentence for sentence, german in said.items() if german is None)})


def test_an_audit_and_its_plan_are_german_to_the_last_sentence(shell: Shell) -> None:
    shell.audited()
    assert shell.run("report", "--language", "de", "--format", "html", "--out", "-") == 0
    assert '<html lang="de">' in shell.out
    assert "\n".join(untranslated(shell.out)) == ""
    plan = ("plan", "--mapping", shell.mapping(), "--format", "html", "--language", "de")
    assert shell.run(*plan) == 1
    text = (shell.folder / "plan.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    assert "\n".join(untranslated(text)) == ""


def test_a_deep_run_and_its_comparison_are_german_in_every_format_for_people(shell: Shell) -> None:
    assert shell.run("audit", "--deep") == 1
    (earlier,) = (run.name for run in (shell.folder / "ws" / "runs").iterdir())
    assert shell.run("audit", "--space", "HR") == 1
    compared = ("report", "--compare", earlier, "--format", "html,md,xlsx")
    for code in ("de", "en"):
        assert shell.run(*compared, "--language", code, "--out", f"compared-{code}") == 0
    page = next((shell.folder / "compared-de").glob("*.html")).read_text(encoding="utf-8")
    assert "\n".join(untranslated(page)) == ""
    assert left(shell.folder / "compared-de", shell.folder / "compared-en") == ""


def test_the_configuration_names_the_language_and_the_option_wins(shell: Shell) -> None:
    shell.audited()
    (shell.folder / "c.toml").write_text('language = "de"\n', encoding="utf-8")
    (shell.folder / "c.toml").chmod(0o600)
    assert shell.run("report", "--config", "c.toml", "--format", "md", "--out", "-") == 0
    assert ": Datenschutzprüfung, " in shell.out.partition("\n")[0]
    assert shell.run("report", "--config", "c.toml", "--language", "en", "--format", "md", "--out", "-") == 0
    assert ": Privacy audit, " in shell.out.partition("\n")[0]


def test_an_unknown_language_is_refused_with_those_there_are(shell: Shell) -> None:
    code, said = shell.fails("report", "--language", "xx")
    assert code == 2
    assert "It is one of de, en." in said
    (shell.folder / "c.toml").write_text('language = "tlh"\n', encoding="utf-8")
    (shell.folder / "c.toml").chmod(0o600)
    code, said = shell.fails("report", "--config", "c.toml")
    assert code == 2
    assert "`language` in the configuration file" in said
    assert "It is one of de, en." in said


@pytest.mark.parametrize(
    "error",
    [
        *(statuses.error_of(status, {}, b"", "x", "basic") for status in (301, 400, 401, 403, 404, 409, 410, 422, 501)),
        statuses.error_of(403, {}, b"scope does not match", "x", "basic"),
        statuses.throttled("x", 429, 9, times=1),
        statuses.throttled("x", 429, None, times=3),
        statuses.unreachable("x", "HTTP 503", 5),
        statuses.left_alone("x", 5),
        statuses.anonymous("x", 200),
        statuses.tls_refused("x"),
        BadAnswer.shape("x", "`results` is a number and not a list"),
    ],
)
def test_why_a_site_gave_no_answer_is_german_with_its_figures(error: SiteError) -> None:
    reason = f"{error.what}: {error.why}"
    told = language("de").known(f"3 x page not read, first 17: {reason}")
    assert told is not None
    assert error.what not in told
    assert set(re.findall(r"\d+", reason)) <= set(re.findall(r"\d+", told))
