"""What the head of a web page says of people is metadata, in attached files and in files that are scanned."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.attachments.contents import Texts
from audit.attachments.html import people_of
from audit.cli.scan import scan
from tests.audit.attachments import made

PAGE = b"""<!DOCTYPE html><html><head><title>Minutes</title>
<meta name="Author" content="Tilda&#32;Bergmann"><meta property="article:author" content="Ola Lindqvist">
<meta property="profile:first_name" content="Marta"><meta property="profile:last_name" content="Rossi">
<meta property="og:email" content="jo@acme-optics.se"><meta name="ProgId" content="Word.Document">
<!--[if gte mso 9]><xml><o:LastAuthor>Kito Mbeki</o:LastAuthor><o:Company>ACME &amp; Sons</o:Company></xml><![endif]-->
</head><body><p>Nothing.</p></body></html>"""


def test_each_way_to_name_somebody_is_read() -> None:
    assert people_of(PAGE) == (
        ("author", "Author", "Tilda Bergmann"),
        ("author", "Author", "Ola Lindqvist"),
        ("last-modified-by", "Last modified by", "Kito Mbeki"),
        ("company", "Company", "ACME & Sons"),
        ("person", "Name", "Marta Rossi"),
    )
    found = made.of("a.html", PAGE)
    assert isinstance(found, Texts)
    texts = {each.path: each.text.decode() for each in found.pieces}
    assert texts["metadata/title"] == "Title: Minutes"
    assert texts["metadata/contact"] == "E-mail: jo@acme-optics.se"
    assert texts["metadata/author[2]"] == "Author: Ola Lindqvist"
    assert texts["content"] == "Nothing.\n"


@pytest.mark.parametrize(
    "page",
    [b"", b"<p>by Tilda</p>", b"<meta>", b"<meta name='author'>", b"<meta content='x'>", b"<meta charset='x-none'>"],
)
def test_a_page_that_names_nobody_has_no_such_metadata(page: bytes) -> None:
    assert people_of(page) == ()


def test_a_scan_finds_the_authors_of_a_page_once(tmp_path: Path) -> None:
    for name in ("page.html", "notes.md"):
        (tmp_path / name).write_bytes(PAGE)
    found = CliRunner().invoke(scan, ["--rule", "document-metadata", str(tmp_path)])
    lines = sorted(line.removeprefix(str(tmp_path)).partition(": ")[0] for line in found.stdout.splitlines())
    assert lines == [
        f"/page.html:metadata/{place}"
        for place in ("author[1]", "author[2]", "company[4]", "last-modified-by[3]", "person[5]")
    ]
    assert "Bergmann" not in found.stdout
    addresses = CliRunner().invoke(scan, ["--rule", "email-address", str(tmp_path / "page.html")])
    assert len(addresses.stdout.splitlines()) == 1
