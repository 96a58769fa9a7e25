"""Files that are made to do harm: each ends as read, skipped or failed, with a reason and without what it wanted."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace

import pytest

from audit.attachments.contents import LIMITS, Failed, Skipped, Texts
from tests.audit.attachments import made
from tests.audit.attachments.made import of

BLANKS = b"<d>" + b" " * (3 << 20)
ENTITIES = (
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="urn:w"><w:t>&x;</w:t></w:document>'
)
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
REFUSED = "its XML declares a document type, which may lead outside or unfold: it was not read"


def gaps(name: str, data: bytes) -> tuple[str, ...]:
    found = of(name, data)
    assert isinstance(found, Texts | Failed)
    return found.gaps if isinstance(found, Texts) else (found.reason,)


@pytest.mark.parametrize("xml", [ENTITIES, LAUGHS])
def test_external_and_unfolding_entities_are_refused_and_the_rest_is_read(xml: str) -> None:
    found = of("a.docx", made.docx(word__document=xml))
    assert isinstance(found, Texts)
    assert found.gaps == (f"a part of it was not read to its end: {REFUSED}",)
    assert "root:" not in str(found)
    assert "metadata/author" in {each.path for each in found.pieces}


def test_a_file_of_which_nothing_is_left_is_failed() -> None:
    data = made.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": ENTITIES})
    assert of("a.docx", data) == Failed(f"a part of it was not read to its end: {REFUSED}")


@pytest.mark.parametrize("name", ["a.zip", "a.docx"])
def test_a_member_that_unfolds_beyond_measure_is_a_trap(name: str) -> None:
    inner = "word/document.xml" if name == "a.docx" else "zeros.txt"
    data = made.zipped({"[Content_Types].xml" if name == "a.docx" else "x": "x", inner: BLANKS})
    assert "unfolds to more than 200 times its size: a trap" in " ".join(gaps(name, data))


def test_members_that_unfold_too_much_together_end_the_reading() -> None:
    data = made.zipped({f"{number}.txt": b"ab" * 5000 for number in range(9)})
    found = of("a.zip", data, replace(LIMITS, unpacked_bytes=40_000))
    assert isinstance(found, Texts)
    assert [gap.partition(":")[0] for gap in found.gaps] == ["it unfolds to more than 40,000 bytes"]
    assert len(found.pieces) == 1 + 4


def test_members_without_end_are_not_counted_to_the_end() -> None:
    data = made.zipped({f"{number}.txt": b"x" for number in range(30)})
    found = of("a.zip", data, replace(LIMITS, members=10))
    assert isinstance(found, Texts)
    assert found.gaps == ("more than 10 files in it; what follows was not read",)


def test_files_in_files_are_read_to_a_depth_and_no_deeper() -> None:
    data = b"of Jo"
    for _ in range(30):
        data = made.zipped({"x.zip": data})
    (gap,) = gaps("a.zip", data)
    assert gap.endswith("files in files more than 6 levels deep are not read")
    data = b"of Jo"
    for _ in range(9):
        data = made.mail(("x.eml", data))
    assert [gap.partition(": ")[2] for gap in gaps("a.eml", data)] == [
        "files in files more than 6 levels deep are not read"
    ]


def test_a_truncated_archive_and_a_truncated_document_fail() -> None:
    for name, data in (("a.zip", made.zipped({"x": "y" * 99})), ("a.docx", made.docx()), ("a.xlsx", made.xlsx())):
        assert of(name, data[: len(data) // 2]) == Failed("the ZIP file cannot be opened: BadZipFile")


def test_a_damaged_member_is_a_gap_and_the_others_are_read() -> None:
    data = bytearray(made.zipped({"a.txt": b"first" * 40, "b.txt": b"second"}))
    data[40] ^= 0xFF
    found = of("a.zip", bytes(data))
    assert isinstance(found, Texts)
    assert found.gaps[0].startswith("member[1]: a member cannot be unpacked: ")
    assert found.pieces[-1].text == b"second"


def test_what_needs_a_password_failed_and_says_so() -> None:
    file = io.BytesIO(made.zipped({"a.txt": b"x"}))
    data = bytearray(file.getvalue())
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + at] |= 1
    assert of("a.pdf", made.pdf(password="x")) == Failed("encrypted: it needs a password")
    found = of("a.zip", bytes(data))
    assert isinstance(found, Texts)
    assert found.gaps == ("member[1]: encrypted: it needs a password",)
    manifest = "<m><file-entry><algorithm algorithm-name='x'/></file-entry></m>"
    odt = made.zipped({"mimetype": "x", "content.xml": b"\x01", "META-INF/manifest.xml": manifest})
    assert of("a.odt", odt) == Failed("encrypted: it needs a password")
    assert of("a.docx", made.encrypted_docx()) == Failed("encrypted: it needs a password")
    word = made.container("WordDocument", struct.pack("<H8xH", 0xA5EC, 0x0100))
    excel = made.container("Workbook", struct.pack("<HH", 0x0809, 0) + struct.pack("<HHH", 0x2F, 2, 0))
    for name, old in (("a.doc", word), ("a.xls", excel)):
        assert of(name, old) == Failed("encrypted: it needs a password")


def test_every_page_of_a_long_pdf_is_read() -> None:
    found = of("a.pdf", made.long_pdf(1000))
    assert isinstance(found, Texts)
    assert [piece.path for piece in found.pieces] == [f"content/page[{number}]" for number in range(1, 1001)]
    cut = of("a.pdf", made.long_pdf(30), replace(LIMITS, pieces=20))
    assert isinstance(cut, Texts)
    assert (len(cut.pieces), cut.gaps) == (20, ("more than 20 texts; what follows was not read",))


@pytest.mark.parametrize("depth", [3_000, 200_000])
def test_xml_of_absurd_depth_is_refused(depth: int) -> None:
    data = made.docx(word__document="<a>" * depth + "</a>" * depth)
    assert gaps("a.docx", data) == ("a part of it was not read to its end: its XML is more than 2,000 levels deep",)


def test_more_text_than_is_kept_is_cut_and_named() -> None:
    found = of("a.txt", "ö".encode() * 100, replace(LIMITS, text_bytes=101))
    assert isinstance(found, Texts)
    assert found.pieces[0].text.decode() == "ö" * 50
    assert found.gaps == ("more than 101 bytes of text; what follows was not read",)


def test_a_pdf_that_claims_thousands_of_pages_is_told_in_one_gap() -> None:
    data = made.written_pdf("Jo").replace(b"/Count 1", b"/Count 9000")
    found = of("a.pdf", data)
    assert isinstance(found, Texts | Failed)
    assert len(found.gaps if isinstance(found, Texts) else [found.reason]) <= 1


def test_metadata_of_a_picture_without_end_is_bounded() -> None:
    tags = b"".join(struct.pack("<HHII", 0x013B, 2, 0x7FFFFFFF, 8) for _ in range(2000))
    tiff = b"II*\x00" + struct.pack("<IH", 8, 2000) + tags + bytes(4)
    assert isinstance(of("a.tif", tiff), Texts | Failed)


@pytest.mark.parametrize("length", [3, 40, 600])
def test_every_beginning_of_a_document_ends_somehow(length: int) -> None:
    for name, data in (
        ("a.pdf", made.pdf()),
        ("a.docx", made.docx()),
        ("a.jpg", made.jpeg()),
        ("a.eml", made.mail()),
        ("a.rtf", rb"{\rtf1{\info{\author A"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900)),
        ("a.json", b'{"a":' * 200_000),
    ):
        assert isinstance(of(name, data[:length] if name != "a.json" else data), Texts | Skipped | Failed)


def test_names_in_a_file_never_come_into_paths_notes_or_gaps() -> None:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("Tilda Canary.mp3", b"ID3\x03")
            archive.writestr("Canary.docx", b"PK\x03\x04broken")
        found = of("Canary.docx", made.mail(("Canary.zip", file.getvalue()), ("Canary.pdf", b"%PDF-")))
    assert isinstance(found, Texts)
    said = [*(each.path for each in found.pieces), *found.notes, *found.gaps]
    assert "Canary" not in " ".join(said)
    assert len(found.gaps) == 3
