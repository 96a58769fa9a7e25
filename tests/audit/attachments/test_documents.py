"""Documents: their text, tables, comments, changes and metadata, each under a path of our own words."""

from __future__ import annotations

import openpyxl  # type: ignore[import-untyped]
import pytest

from audit.attachments.contents import Skipped, Texts
from audit.attachments.kinds import is_document
from rules.model import Kind
from tests.audit.attachments import made
from tests.audit.attachments.made import texts


def test_a_word_document_gives_text_tables_comments_changes_and_metadata() -> None:
    found = texts("a.docx", made.docx())
    assert found["content"] == "Dear Jo\tx\n\nName\tIBAN\nJo Vega\tnone\n\nnewboxed\n\n"
    assert found["content/deleted"] == "old"
    assert found["header[1]"] == "Secret of Jo\n"
    assert found["footnotes[1]"] == "see Ada\n"
    assert found["content/fields"] == ' HYPERLINK "mailto:jo@acme-optics.se" '
    assert found["content/links"] == "mailto:ada@acme-optics.se"
    assert found["comments[1]"] == "call +47 22 85 50 50\n"
    assert found["comments[1]/author"] == "Author: Marta Rossi"
    assert [found[f"changes[{number}]/author"] for number in (1, 2)] == ["Author: Juan Vega", "Author: Ada Lima"]
    assert found["metadata/author"] == "Author: Tilda Bergmann"
    assert found["metadata/last-modified-by"] == "Last modified by: Ola Lindqvist"
    assert found["metadata/company"] == "Company: ACME Optics"
    assert found["metadata/manager"] == "Manager: Kito Mbeki"
    assert found["people[1]/author"] == "Author: Ada Lima"


def test_what_was_deleted_is_a_text_of_its_own_behind_its_label() -> None:
    run, gone = "<w:r><w:t>{}</w:t></w:r>", "<w:del w:author='Ada Lima'><w:r><w:delText>{}</w:delText></w:r></w:del>"
    body = (
        f"<w:p>{run.format('E-mail: ')}{gone.format('old@')}{gone.format('acme-optics.se')}<w:ins>"
        f"{run.format('new@acme-optics.se')}</w:ins></w:p><w:p>{run.format('see ')}{gone.format('Jo')}"
        f"<w:rPr><w:del/></w:rPr>{run.format(' Ola')}</w:p>"
    )
    document = f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'
    found = texts("a.docx", made.docx(word__document=document))
    assert found["content"] == "E-mail: new@acme-optics.se\nsee  Ola\n"
    assert found["content/deleted"] == "E-mail: old@acme-optics.se\n\nJo"


def test_an_author_of_many_comments_is_named_once() -> None:
    assert "comments[2]/author" not in texts("a.docx", made.docx())


def test_a_workbook_gives_cells_as_lines_hidden_sheets_comments_and_footers() -> None:
    found = texts("a.xlsx", made.xlsx())
    assert found["content/sheet[1]"] == "Name\tNumber\nJo Vega\t4711\n"
    assert found["content/sheet[2]"] == "secret\n"
    assert found["content/names"] == "Sheet\nSalaries of Jo"
    assert found["comments[1]"].strip() == "left in May"
    assert found["comments[1]/author"] == "Author: Marta Rossi"
    assert "Ada Lima" in found["content/headers"]


def test_cells_far_apart_are_read_and_stay_under_their_headings() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for place, value in (("A1", "Name"), ("CA1", "Phone"), ("A9", "Jo"), ("CA9", 4711), ("XFD1048576", "last")):
        sheet[place] = value
    assert texts("a.xlsx", made.saved(book))["content/sheet[1]"] == "Name\tPhone\nJo\t4711\n\t\tlast\n"


def test_a_sheet_of_too_many_rows_and_columns_is_a_gap_and_the_next_one_is_read() -> None:
    book = openpyxl.Workbook()
    for number in range(1, 2100):
        book.worksheets[0].cell(number, number, "x")
    book.create_sheet("b")["A1"] = "Jo"
    found = made.of("a.xlsx", made.saved(book))
    assert isinstance(found, Texts)
    assert found.gaps == ("a sheet has more than 4,000,000 cells between its first and its last one: it was not read",)
    assert {each.path: each.text for each in found.pieces}["content/sheet[2]"] == b"Jo\n"


def test_strings_of_formulas_are_read_although_no_result_was_kept() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = '=HYPERLINK("mailto:jo@acme-optics.se","say ""Jo""")'
    assert texts("a.xlsx", made.saved(book))["content/formulas"] == 'mailto:jo@acme-optics.se\nsay "Jo"'


def test_contacts_and_invitations_give_people_and_values_behind_labels() -> None:
    card = (
        b"BEGIN:VCARD\r\nFN:Jo Vega\r\nN:Vega;Jo\r\nitem1.EMAIL;TYPE=work:jo@acme-\r\n optics.se\r\nTEL:tel:+4722855050\r\n"
        b"BDAY:19800503\r\nNOTE:a\\, b\r\nEND:VCARD\r\n"
    )
    found = texts("a.vcf", card)
    assert found["metadata/person"] == "Name: Jo Vega"
    said = "E-mail: jo@acme-optics.se\nPhone: +4722855050\nDate of birth: 1980-05-03\nNote: a, b\n"
    assert found["content"] == said
    event = b'BEGIN:VCALENDAR\nATTENDEE;ROLE=CHAIR;CN="Lima, Ada":mailto:ada@acme-optics.se\nno line\nEND:VCALENDAR\n'
    found = texts("invitation", event)
    assert found["metadata/person"] == "Name: Lima, Ada"
    assert found["content"] == "E-mail: ada@acme-optics.se\nno line\n"


@pytest.mark.parametrize(
    ("name", "data", "path"),
    [
        ("a.doc", b"<html><body><p>of <b>J</b>o</p></body></html>", "content"),
        ("a.xls", b"<table><tr><td>of <b>J</b>o</td></tr></table>", "content"),
        ("a.doc", b"Date: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>of <b>J</b>o</p>", "content/text[1]"),
    ],
)
def test_web_pages_and_mails_under_the_names_of_documents_are_read_as_what_they_are(
    name: str, data: bytes, path: str
) -> None:
    assert texts(name, data)[path].strip() == "of Jo"
    assert is_document(name, data)
    assert not is_document("a.txt", b"<p>of Jo</p>")


def test_slides_come_in_their_order_with_notes_and_comments() -> None:
    found = texts("a.pptx", made.pptx())
    assert [found[f"content/slide[{number}]"] for number in (1, 2, 3)] == ["first\n", "second\n", "third\n"]
    assert found["notes[1]"] == "ask Jo\n"
    assert found["comments[1]"] == "wrong\n"
    assert found["people[1]/author"] == "Author: Marta Rossi"


def test_an_opendocument_text_gives_comments_and_changes_beside_its_text() -> None:
    found = texts("a.odt", made.odt())
    assert found["content"].startswith("Dear Jo!\n")
    assert "Name\tIBAN\n" in found["content"]
    assert "really" not in found["content"]
    assert (found["comments[1]"], found["comments[1]/author"]) == ("really?\n", "Author: Marta Rossi")
    assert found["changes[1]/author"] == "Author: Juan Vega"
    assert found["metadata/author"] == "Author: Tilda Bergmann"


def test_a_pdf_gives_text_comments_metadata_and_the_files_in_it() -> None:
    assert texts("a.pdf", made.written_pdf("Dear Jo"))["content/page[1]"].strip() == "Dear Jo"
    found = texts("a.pdf", made.pdf(attached={"jo.txt": b"of Jo", "b.docx": made.docx()}))
    assert found["metadata/author"] == "Author: Tilda Bergmann"
    assert found["metadata/company"] == "Company: ACME Optics"
    assert (found["comments[1]"], found["comments[1]/author"]) == ("ask Jo", "Author: Marta Rossi")
    members = {found[f"member[{number}]/content"] for number in (1, 2)}
    assert "of Jo" in members
    assert {"b.docx", "jo.txt"} == set(found["content/names"].split("\n"))
    assert any(path.endswith("]/metadata/author") and path.startswith("member[") for path in found)


def test_a_page_without_text_is_noted() -> None:
    found = made.of("a.pdf", made.pdf(pages=2))
    assert isinstance(found, Texts)
    assert found.passed == 2
    assert found.is_only_pictures is False  # there is a comment
    assert found.gaps == ()


def test_rtf_gives_text_and_who_wrote_changed_and_commented() -> None:
    source = (
        rb"{\rtf1\ansi{\info{\author J\'f6rg M\u252?ller}{\operator Ola}{\*\company ACME}}"
        rb"{\*\revtbl {Unknown;}{Juan Vega;}}Dear Jo\par {\*\atnauthor Marta Rossi}"
        rb"\trowd Name\cell IBAN\cell\row}"
    )
    found = texts("a.rtf", source)
    assert found["metadata/author"] == "Author: Jörg Müller"
    assert found["metadata/last-modified-by"] == "Last modified by: Ola"
    assert found["metadata/company"] == "Company: ACME"
    assert found["changes[1]/author"] == "Author: Juan Vega"
    assert found["comments[1]/author"] == "Author: Marta Rossi"
    assert found["content"].startswith("Dear Jo\n")
    assert "Name\tIBAN" in found["content"]


def test_a_photo_gives_its_author_and_its_place_in_degrees() -> None:
    found = texts("a.jpg", made.jpeg())
    assert found["metadata/author"] == "Artist: Juan Vega"
    assert found["metadata/gps"] == "GPS: -33.856783, 151.215278"
    assert found["metadata/copyright"] == "Copyright: ACME Optics"
    assert found["metadata/description"] == "Comment: of Jo"


def test_xmp_is_read_from_attributes_and_elements() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="urn:r" xmlns:dc="urn:dc" xmlns:e="urn:e">'
        b'<r:Description e:GPSLatitude="52,31.2N" e:GPSLongitude="13,24,18W" e:OwnerName="Ada Lima">'
        b"<dc:creator><r:Seq><r:li>Bo Ek</r:li></r:Seq></dc:creator></r:Description></r:RDF></x:xmpmeta>"
    )
    data = made.jpeg() + packet
    found = [(each.path, each.text.decode()) for each in made.of("a.jpg", data).pieces]  # type: ignore[union-attr]
    assert ("metadata/owner", "Camera owner: Ada Lima") in found
    assert ("metadata/author[2]", "Author: Bo Ek") in found
    assert ("metadata/gps[2]", "GPS: 52.520000, -13.405000") in found


def test_a_message_gives_headers_texts_names_and_files() -> None:
    found = texts("a.eml", made.mail(("Liste von Jo.csv", b"Name;IBAN\nJo;none\n"), ("b.docx", made.docx())))
    assert "From: Jörg Müller <jm@acme-optics.se>" in found["headers"]
    assert "Subject: Größe" in found["headers"]
    assert found["content/text[1]"] == "Call me: +47 22 85 50 50\n"
    assert found["content/text[2]"] == "Call me\n"
    assert found["content/names"] == "Liste von Jo.csv\nb.docx"
    assert found["member[1]/content"] == "Name\tIBAN\nJo\tnone\n"
    assert found["member[2]/metadata/author"] == "Author: Tilda Bergmann"


def test_a_mailbox_gives_each_message() -> None:
    box = b"".join(b"From x@y.se Mon\n" + made.mail() + b"\n" for _ in range(2))
    assert {"member[1]/headers", "member[2]/headers"} <= set(texts("a.mbox", box))


def test_html_gives_what_is_seen_and_where_links_lead() -> None:
    page = (
        b'<html><head><meta name="author" content="Ada Lima"><title>Of\nJo</title><style>x{}</style></head><body><p>Dear <b>J</b>o</p><!-- ask Jo -->'
        b"<table><tr><th>Name<th>IBAN</tr><tr><td>Jo</td><td><p>none</p></td></tr></table>"
        b'<script>var x</script><a href="mailto:jo@acme-optics.se">&auml;</a></body></html>'
    )
    found = texts("a.html", page)
    assert found["content"] == "Dear Jo\n\nName\tIBAN\nJo\tnone\n\nä\n"
    assert found["content/comments"] == "ask Jo"
    assert found["content/links"] == "mailto:jo@acme-optics.se"
    assert found["metadata/author"] == "Author: Ada Lima"
    assert found["metadata/title"] == "Title: Of Jo"


def test_markup_of_a_page_is_read_as_one_whatever_it_is_called_and_other_xml_and_bodies_stay_texts() -> None:
    page = b"<p>of <b>J</b>o<![CDATA[hn]]></p>"
    assert texts("a.xml", page)["content"] == texts("a.zip", made.zipped({"a.XML": page}))["member[1]/content"]
    assert "".join(texts("a.xml", page).values()).split() == ["of", "John"]
    for other in (b"<name>J<b>o</b></name>", b"<p>of <ac:link/>Jo</p>"):
        assert texts("a.xml", other)["content"] == other.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_a_text_is_read_in_any_encoding(encoding: str) -> None:
    assert texts("a.txt", "Dear Jörg, a line\n".encode(encoding))["content"] == "Dear Jörg, a line\n"


def test_json_stays_json_and_what_is_none_is_text() -> None:
    found = made.of("a.json", b'{"iban": 1}')
    assert isinstance(found, Texts)
    assert [(each.path, each.kind) for each in found.pieces] == [("content", Kind.JSON)]
    found = made.of("a.json", b"{iban")
    assert isinstance(found, Texts)
    assert [each.kind for each in found.pieces] == [Kind.TEXT]
    assert found.notes == ("it is no JSON, although its name says so: it was read as text",)


def test_an_archive_gives_the_names_and_contents_of_its_files() -> None:
    found = texts(
        "a.zip", made.zipped({"Jo.txt": b"of Jo", "x/b.docx": made.docx(), "c.zip": made.zipped({"d": "deep"})})
    )
    assert found["content/names"] == "Jo.txt\nx/b.docx\nc.zip"
    assert found["member[1]/content"] == "of Jo"
    assert found["member[2]/metadata/author"] == "Author: Tilda Bergmann"
    assert found["member[3]/member[1]/content"] == "deep"


def test_the_bytes_say_what_a_file_is_and_a_wrong_name_is_noted() -> None:
    found = made.of("a.docx", made.written_pdf("Jo"))
    assert isinstance(found, Texts)
    assert found.notes == ("its name says Word document, its bytes say PDF",)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.mp3", b"ID3\x03", "audio or video: this kind of file is not read"),
        ("a.tar", bytes(257) + b"ustar" + bytes(99), "archive that is no ZIP: this kind of file is not read"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "archive that is no ZIP: this kind of file is not read"),
        ("a.bin", bytes(range(256)), "unknown kind: this kind of file is not read"),
        ("a.p7m", b"0\x82\x01\x00" + bytes(60), "signed or encrypted message (S/MIME): this kind of file is not read"),
        ("a.zip", made.zipped({"a.mp3": b"ID3\x03"}), "member[1]: audio or video: this kind of file is not read"),
    ],
)
def test_what_nobody_reads_is_skipped_and_named(name: str, data: bytes, reason: str) -> None:
    found = made.of(name, data)
    names = (Texts, Skipped)
    assert isinstance(found, names)
    assert reason in (found.gaps if isinstance(found, Texts) else (found.reason,))


def test_an_empty_file_has_nothing_in_it() -> None:
    assert made.of("a.docx", b"") == Texts(())


def test_the_media_type_counts_where_there_is_no_name() -> None:
    found = made.of("", b"Name;IBAN\nJo;none\n", media_type="text/csv; charset=utf-8")
    assert isinstance(found, Texts)
    assert found.pieces[0].text == b"Name\tIBAN\nJo\tnone\n"
