"""Files that a scan meets: each is read, or a line says why it is not."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from audit.cli.scan import scan
from audit.sites.files import PASSED_OVER, Piece, Refused, Wanted, pieces, read
from rules.model import Kind

CALL = "# confluence\nurl = base + '/rest/api/user?username=' + n\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scan, list(arguments))


def refused(path: Path) -> list[tuple[str, str, bool]]:
    found = [each for each in read([path], Wanted()) if isinstance(each, Refused)]
    return [(Path(each.file).name, each.reason, each.gap) for each in found]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_wide_characters_is_named_and_never_passed_over(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "wide.py").write_bytes(CALL.encode(encoding))
    result = run(str(tmp_path))
    assert result.exit_code == 3
    assert "wide.py: not assessed: " in result.stderr
    assert "save " in result.stderr.partition("UTF-16")[2]


def test_utf_16_with_its_mark_is_read_and_places_are_no_bytes_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "wide.py").write_bytes(CALL.encode("utf-16"))
    result = run(str(tmp_path), "--format", "jsonl")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, found["part"]) == (1, "", "content")
    assert CALL.encode()[found["start"] : found["end"]] == b"username"


def test_a_byte_order_mark_moves_no_place(tmp_path: Path) -> None:
    path = tmp_path / "marked.py"
    path.write_text(CALL, encoding="utf-8-sig")
    result = run(str(path), "--format", "jsonl")
    found = json.loads(result.stdout)
    assert (result.exit_code, path.read_bytes()[found["start"] : found["end"]]) == (1, b"username")


@pytest.mark.parametrize("comment", ["# Jürgen\n".encode("latin-1"), b"# \xff\xfe\xc3\x28 \x80\n"])
def test_a_program_that_is_no_utf_8_is_read_all_the_same(tmp_path: Path, comment: bytes) -> None:
    path = tmp_path / "old.py"
    path.write_bytes(comment + CALL.encode())
    result = run(str(path))
    assert (
        result.exit_code,
        result.stdout.startswith(f"{path}:3:30: high severity, high confidence: "),
        result.stderr,
    ) == (1, True, "")


@pytest.mark.parametrize("name", ["answer.json", "body.storage"])
def test_a_document_that_is_no_utf_8_is_named(tmp_path: Path, name: str) -> None:
    body = '{"displayName": "Jürgen"}' if name.endswith("json") else '<p>Jürgen <ri:user ri:username="jvega"/></p>'
    (tmp_path / name).write_bytes(body.encode("latin-1"))
    result = run(str(tmp_path))
    assert (result.exit_code, f"{name}: not assessed" in result.stderr) == (3, True)


def test_pictures_and_programs_are_said_and_leave_no_gap(tmp_path: Path) -> None:
    Image.new("1", (1, 1)).save(tmp_path / "lens.png")
    (tmp_path / "eye.ico").write_bytes(b"\x00\x00\x01\x00")
    (tmp_path / "run").write_bytes(b"\x7fELF\x02\x00")
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    result = run(str(tmp_path))
    assert result.exit_code == 0
    assert [line.rpartition("/")[2] for line in result.stderr.splitlines()] == [
        "eye.ico: passed over: it is no text",
        "lens.png: passed over: 1 picture or page without text: text in pictures is not read",
        "run: passed over: it is no text",
    ]
    named = run(str(tmp_path / "eye.ico"))
    assert (named.exit_code, "eye.ico: not assessed: it is no text" in named.stderr) == (3, True)
    (tmp_path / "lens.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    broken = run(str(tmp_path))
    assert (broken.exit_code, "lens.png: not assessed: the picture cannot be opened" in broken.stderr) == (3, True)


def test_documents_archives_and_unknown_bytes_are_a_gap(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04\x00")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "c.dat").write_bytes(b"abc\x00def ghi")
    assert refused(tmp_path) == [
        ("a.docx", "a document or archive: what is in it is not read", True),
        ("b.pdf", "a document or archive: what is in it is not read", True),
        ("c.dat", "it is no text", True),
    ]
    assert run(str(tmp_path)).exit_code == 3


def test_links_circles_pipes_and_sockets_are_said_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "z.py").write_text(CALL, encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
    assert refused(tmp_path) == [
        ("again", "a symbolic link: not followed", False),
        ("circle", "a symbolic link: it leads nowhere or in a circle", False),
        ("pipe", "no ordinary file", False),
        ("socket", "no ordinary file", False),
    ]
    assert run(str(tmp_path)).exit_code == 1
    named = run(str(tmp_path / "circle"))
    assert (named.exit_code, "the system said: Too many levels" in named.stderr) == (3, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "shut.py").write_text(CALL, encoding="utf-8")
    (tmp_path / "shut.py").chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    try:
        assert refused(tmp_path) == [
            ("shut", "the system said: Permission denied", True),
            ("shut.py", "the system said: Permission denied", True),
        ]
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_folders_are_walked_however_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depth = 1200
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    Path("x.py").write_text(CALL, encoding="utf-8")
    try:
        (found,) = read([tmp_path], Wanted())
    finally:
        Path("x.py").unlink()  # pytest itself cannot remove a folder that deep
        for _ in range(depth):
            monkeypatch.chdir("..")
            Path("d").rmdir()
    assert isinstance(found, Piece)
    assert found.part.kind is Kind.CODE


def test_a_file_that_is_too_large_is_refused() -> None:
    (found,) = pieces("x", b"1234", Wanted(limit_bytes=3))
    assert isinstance(found, Refused)
    assert (found.reason, found.gap) == ("larger than 3 bytes", True)


def test_lines_of_events_are_documents_with_their_own_places(tmp_path: Path) -> None:
    (tmp_path / "events.ndjson").write_text('{"a":1}\n\n{"b":2}\n', encoding="utf-8")
    parts = [each for each in read([tmp_path], Wanted()) if isinstance(each, Piece)]
    assert [(each.offset, each.line, each.part.data) for each in parts] == [(0, 0, b'{"a":1}'), (9, 2, b'{"b":2}')]
    assert {each.part.kind for each in parts} == {Kind.JSON}
    assert ".git" in PASSED_OVER


def test_a_folder_of_other_peoples_files_is_passed_over_unless_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules"
    folder.mkdir()
    (folder / "x.py").write_text(CALL, encoding="utf-8")
    (tmp_path / "app" / ".git").mkdir(parents=True)
    (tmp_path / "app" / "node_modules").mkdir()
    result = run(str(tmp_path))
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"{tmp_path}: passed over: 3 folders of version control or tools (.git, node_modules): name one to scan it"
    ]
    assert run(str(folder)).exit_code == 1
    assert "1 folder of version control or tools (.git)" in run(str(tmp_path), "--exclude", "node_modules").stderr


def test_the_help_names_every_folder_that_is_passed_over() -> None:
    words = run("--help").stdout.replace(",", " ").replace("(", " ").replace(")", " ").split()
    assert set(words) >= PASSED_OVER


def test_code_scanning_gets_paths_relative_to_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b.py").write_text(CALL, encoding="utf-8")
    (tmp_path / "wide.py").write_bytes(CALL.encode("utf-16-le"))
    monkeypatch.chdir(tmp_path)
    (inside,) = json.loads(run(str(tmp_path), "--format", "sarif").stdout)["runs"]
    place = inside["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.py"
    assert place["region"] == {
        "startLine": 2, "startColumn": 30, "endLine": 2, "endColumn": 38, "byteOffset": 42, "byteLength": 8,
    }  # fmt: skip
    (notice,) = inside["invocations"][0]["toolExecutionNotifications"]
    assert notice["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "wide.py"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (outside,) = json.loads(run(str(tmp_path / "a b.py"), "--format", "sarif").stdout)["runs"]
    uri = outside["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith("file:///")
    assert uri.endswith("/a%20b.py")


def test_a_pipe_that_is_named_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = run(str(tmp_path / "pipe"))
    assert (result.exit_code, result.stderr) == (3, f"{tmp_path / 'pipe'}: not assessed: no ordinary file\n")


BODY = (
    '<p>x</p><p><a href="/wiki/users/viewuserprofile.action?a=b&amp;username=tbergmann">x</a> tilda@acme-optics.se</p>'
)


@pytest.mark.parametrize("name", ["a.xml", "a.html", "a.vm", "a.md", "a.txt", "a"])
def test_a_body_without_a_macro_is_looked_at_for_links_and_addresses(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BODY, encoding="utf-8")
    found = [json.loads(line) for line in run(str(tmp_path), "--format", "jsonl").stdout.splitlines()]
    assert [one["rule"] for one in found] == ["legacy-profile-link", "email-address"]
    assert BODY.encode()[found[0]["start"] : found[0]["end"]] == b"tbergmann"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "pom.xml",
            '<?xml version="1.0"?><project><name>~tbergmann</name><url>https://acme-optics.se/~</url></project>',
        ),
        ("mark.svg", '<svg xmlns="http://www.w3.org/2000/svg"><text x="1">@tbergmann</text></svg>'),
        ("page.html", '<!DOCTYPE html><a href="https://acme-optics.se/?username=tbergmann">x</a><br>[~jvega]'),
        ("read.md", "`x[~mask] = [3]` and [a](https://acme-optics.se/users)"),
    ],
)
def test_pages_of_other_purposes_stay_clean(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert (run(str(tmp_path)).stdout, run(str(tmp_path)).exit_code) == ("", 0)


IBAN = "DE12 5001 0517 0648 4898 90"
"""Published by banks as an example of the form."""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.md", f"| Who | IBAN |\n|---|---|\n| Tilda | {IBAN} |\n"),
        ("page.html", f"<!DOCTYPE html><p>IBAN: {IBAN}</p>"),
        ("body.xml", f"<p>IBAN: {IBAN}</p>"),
        ("rows.sql", "INSERT INTO staff VALUES ('" + IBAN + "');\n"),  # noqa: S608 - a file to look at
        ("staff.yaml", f"staff:\n  iban: {IBAN}\n"),
    ],
)
def test_personal_data_count_in_pages_and_data_beside_programs(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [json.loads(line) for line in run(str(tmp_path), "--format", "jsonl").stdout.splitlines()]
    assert [one["rule"] for one in found] == ["iban"]


PAGE = (
    "<!-- é --><P>é Tilda, IBAN DE27&nbsp;1007 <B>7777</B> 0209&#160;2997<I>00</I>, til<EM>da</EM>&#64;acme-optics.se<br>"
    "<TABLE><tr><th>Name</th><th>Department</th><th>BSN</th></tr>\n"
    "<tr><td>Tilda Bergmann</td><td>Coating</td><td>945807302</td></tr></TABLE>"
    "<input value='ola@acme-optics.se'><script>if (a<b) mail('jo@acme-optics.se')</script>"
)


@pytest.mark.parametrize("head", ["", "<!DOCTYPE html><html>"])
@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.xhtml", "a.vm", "a.xml", "whole.txt"])
def test_a_page_of_the_web_is_read_as_its_reader_sees_it_with_the_places_of_the_file(
    tmp_path: Path, name: str, head: str
) -> None:
    path = tmp_path / name
    text = PAGE if name != "whole.txt" else f"<html>{PAGE}"
    path.write_text(head + text, encoding="utf-8")
    result = run(str(tmp_path), "--format", "jsonl")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    places = [(one["rule"], path.read_bytes()[one["start"] : one["end"]].decode()) for one in found]
    assert places == [
        ("iban", "DE27&nbsp;1007 <B>7777</B> 0209&#160;2997<I>00"),
        ("email-address", "til<EM>da</EM>&#64;acme-optics.se"),
        ("profile-field-table", "Tilda Bergmann"),
        ("profile-field-table", "Coating"),
        ("national-id", "945807302"),
        ("email-address", "ola@acme-optics.se"),
        ("email-address", "jo@acme-optics.se"),
    ]
    assert (result.exit_code, result.stderr) == (1, "")
    line = next(each for each in run(str(tmp_path)).stdout.splitlines() if "[national-id]" in each)
    column = text.partition("\n")[2].index("945807302") + 1
    assert f"{path}:2:{column}: " in line


def test_an_export_of_a_table_of_people_is_not_called_clean(tmp_path: Path) -> None:
    rows = (
        "<table><tr><th>Name</th><th>Position</th><th>Department</th></tr>"
        "<tr><td>Tilda Bergmann</td><td>Optician</td><td>Coating</td></tr></table>"
    )
    seen = set()
    for name in ("a.xml", "a.html", "a.storage", "a.txt"):
        (tmp_path / name).write_text(rows, encoding="utf-8")
        found = [json.loads(line) for line in run(str(tmp_path / name), "--format", "jsonl").stdout.splitlines()]
        seen.add(tuple((one["rule"], one["start"], one["end"]) for one in found))
    assert [len(each) for each in seen] == [3]


def test_a_text_about_programs_says_each_place_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "get('https://x.atlassian.net/wiki/search?cql=creator%3Dtbergmann')\nask tilda@acme-optics.se", encoding="utf-8"
    )
    found = [json.loads(line) for line in run(str(tmp_path), "--format", "jsonl").stdout.splitlines()]
    assert [one["rule"] for one in found] == ["code-user-query", "email-address"]


@pytest.mark.parametrize("end", [b"]] >", b"]]]]><![CDATA[>"])
def test_a_section_in_a_body_of_an_export_ends_in_either_spelling_and_keeps_every_place(
    tmp_path: Path, end: bytes
) -> None:
    sample = b"<ac:plain-text-body><![CDATA[a[b[0]] > 1" + end + b"</ac:plain-text-body>"
    path = tmp_path / "entities.xml"
    path.write_bytes(
        b'<hibernate-generic><property name="body"><![CDATA['
        + sample + b'<ri:user ri:username="tbergmann"/>' + sample
        + b"]]></property></hibernate-generic>"
    )  # fmt: skip
    result = run(str(path), "--format", "jsonl")
    assert "at byte" not in result.stderr
    (found,) = map(json.loads, result.stdout.splitlines())
    assert (found["rule"], path.read_bytes()[found["start"] : found["end"]]) == ("legacy-mention", b"tbergmann")


@pytest.mark.parametrize("data", ["<p>" + "&" * 50, "<p>" + "<![CDATA[" * 9, "<!--"])
@pytest.mark.parametrize("name", ["body.xml", "body.html", "body.xhtml"])
def test_a_broken_body_without_a_macro_is_said_and_no_clean_file(tmp_path: Path, name: str, data: str) -> None:
    path = tmp_path / name
    path.write_text(data)
    result = run(str(path))
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"{path}: not assessed at byte " in result.stderr
    by_kind = run("--kind", "storage", str(path))
    assert by_kind.exit_code == 3
    assert by_kind.stderr.partition("not well-formed")[2] == result.stderr.partition("not well-formed")[2]
    # In a folder of a program it may be half a page.
    assert run(str(tmp_path)).exit_code == 0
