"""`scan` of documents: findings name the text that they stand in, and what could not be read is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.cli.scan import scan
from tests.audit.attachments import made

RULES = ("--rule", "document-metadata", "--rule", "email-address")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scan, list(arguments))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "a.docx").write_bytes(made.docx())
    (folder / "b.eml").write_bytes(made.mail(("x.pdf", made.pdf())))
    (folder / "c.txt").write_text("ask tilda@acme-optics.se", encoding="utf-8")
    (folder / "d.jpg").write_bytes(made.jpeg())
    return folder


def test_a_finding_in_a_document_names_the_text_it_stands_in(folder: Path) -> None:
    result = run(*RULES, str(folder))
    assert result.exit_code == 1
    lines = [line.removeprefix(f"{folder}/") for line in result.stdout.splitlines()]
    places = {line.partition(": ")[0] for line in lines}
    assert {
        "a.docx:metadata/author",
        "a.docx:comments[1]/author",
        "a.docx:changes[2]/author",
        "b.eml:headers",
        "b.eml:member[1]/metadata/author",
        "c.txt:1:5",
        "d.jpg:metadata/author",
    } <= places
    assert "Bergmann" not in result.stdout
    assert "b.eml: passed over: 1 picture or page without text" in result.stderr


def test_programs_are_told_the_part_and_its_bytes(folder: Path) -> None:
    found = [json.loads(line) for line in run(*RULES, "--format", "jsonl", str(folder / "a.docx")).stdout.splitlines()]
    (author,) = [each for each in found if each.get("part") == "metadata/author"]
    assert b"Author: Tilda Bergmann"[author["start"] : author["end"]] == b"Tilda Bergmann"


def test_code_scanning_gets_the_file_and_the_text_in_it_without_lines(folder: Path) -> None:
    (log,) = json.loads(run(*RULES, "--format", "sarif", str(folder / "d.jpg")).stdout)["runs"]
    (place,) = log["results"][0]["locations"]
    assert place["logicalLocations"] == [{"fullyQualifiedName": "metadata/author"}]
    assert "region" not in place["physicalLocation"]
    assert len({each["partialFingerprints"]["confluenceGdpr/v1"] for each in log["results"]}) == len(log["results"])


def test_what_could_not_be_read_of_a_document_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made.pdf(password="x"))
    (tmp_path / "b.docx").write_bytes(made.docx()[:900])
    (tmp_path / "c.zip").write_bytes(made.zipped({"x.mp3": b"ID3\x03", "y.txt": "of Jo"}))
    result = run(*RULES, str(tmp_path))
    assert result.exit_code == 3
    assert [line.removeprefix(f"{tmp_path}/") for line in result.stderr.splitlines()] == [
        "a.pdf: not assessed: encrypted: it needs a password",
        "b.docx: not assessed: the ZIP file cannot be opened: BadZipFile",
        "c.zip: not assessed: member[1]: audio or video: this kind of file is not read",
    ]


def test_documents_can_be_left_out(folder: Path) -> None:
    result = run(*RULES, "--no-documents", str(folder / "a.docx"))
    assert result.exit_code == 3
    assert "a document or archive: what is in it is not read" in result.stderr
