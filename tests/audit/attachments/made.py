"""Files that the tests make: what is in them is invented."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

import openpyxl  # type: ignore[import-untyped]
import openpyxl.comments  # type: ignore[import-untyped]
import pypdf
from PIL import ExifTags, Image, TiffImagePlugin
from pypdf.annotations import Text

from audit.attachments.contents import LIMITS, Contents, Limits, Texts
from audit.attachments.kinds import OLE_MAGIC
from audit.attachments.reading import contents

CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Tilda Bergmann</dc:creator>
 <cp:lastModifiedBy>Ola Lindqvist</cp:lastModifiedBy></cp:coreProperties>"""
APP = "<Properties><Company>ACME Optics</Company><Manager>Kito Mbeki</Manager><Template>Normal.dotm</Template></Properties>"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="urn:m"'
COMMENTS = f"""<w:comments {WORD}>
<w:comment w:id="1" w:author="Marta Rossi" w:initials="MR"><w:p><w:r><w:t>call +47 22 85 50 50</w:t></w:r></w:p></w:comment>
<w:comment w:id="2" w:author="Marta Rossi"><w:p><w:r><w:t>again</w:t></w:r></w:p></w:comment></w:comments>"""
DOCUMENT = f"""<w:document {WORD}><w:body>
<w:p><w:r><w:t>Dear </w:t></w:r><w:r><w:t>Jo</w:t><w:tab/><w:t>x</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>IBAN</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Jo</w:t></w:r></w:p><w:p><w:r><w:t>Vega</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>none</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:ins w:author="Juan Vega"><w:r><w:t>new</w:t></w:r></w:ins><w:del w:author="Ada Lima"><w:r><w:delText>old</w:delText></w:r></w:del>
<m:AlternateContent><m:Choice><w:p><w:r><w:t>boxed</w:t></w:r></w:p></m:Choice>
<m:Fallback><w:p><w:r><w:t>boxed</w:t></w:r></w:p></m:Fallback></m:AlternateContent>
<w:p><w:r><w:instrText> HYPERLINK "mailto:jo@acme-optics.se" </w:instrText></w:r></w:p>
</w:body></w:document>"""
RELATIONS = """<Relationships><Relationship Id="1" Target="mailto:ada@acme-optics.se" TargetMode="External"/>
<Relationship Id="2" Target="styles.xml"/></Relationships>"""
PEOPLE = '<p:people xmlns:p="urn:p"><p:person p:author="Ada Lima"><p:presenceInfo p:userId="S::ada@acme-optics.se::1"/></p:person></p:people>'
TYPES = "<Types/>"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def docx(**parts: str | bytes) -> bytes:
    """Return a Word document; `parts` replace or add members by a name in which `__` stands for a slash."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "docProps/core.xml": CORE,
        "docProps/app.xml": APP,
        "word/document.xml": DOCUMENT,
        "word/comments.xml": COMMENTS,
        "word/people.xml": PEOPLE,
        "word/header1.xml": f"<w:hdr {WORD}><w:p><w:r><w:t>Secret of Jo</w:t></w:r></w:p></w:hdr>",
        "word/footnotes.xml": f"<w:footnotes {WORD}><w:p><w:r><w:t>see Ada</w:t></w:r></w:p></w:footnotes>",
        "word/_rels/document.xml.rels": RELATIONS,
    }
    return zipped(members | {f"{name.replace('__', '/')}.xml": data for name, data in parts.items()})


def pptx() -> bytes:
    """Return a presentation with a slide, notes and a comment."""
    slide = '<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "docProps/core.xml": CORE,
            "ppt/slides/slide1.xml": slide.format("first"),
            "ppt/slides/slide2.xml": slide.format("second"),
            "ppt/slides/slide10.xml": slide.format("third"),
            "ppt/notesSlides/notesSlide1.xml": slide.format("ask Jo"),
            "ppt/commentAuthors.xml": '<l><cmAuthor name="Marta Rossi" initials="MR"/></l>',
            "ppt/comments/comment1.xml": "<l><cm><text>wrong</text></cm></l>",
        }
    )


def xlsx() -> bytes:
    """Return a workbook with a table, a number, a hidden sheet, a comment and a footer."""
    book = openpyxl.Workbook()
    book.properties.creator = "Tilda Bergmann"
    sheet = book.worksheets[0]
    sheet.append(["Name", "Number"])
    sheet.append(["Jo Vega", 4711.0])
    sheet["A2"].comment = openpyxl.comments.Comment("left in May", "Marta Rossi")
    sheet.oddFooter.center.text = "Ada Lima"
    hidden = book.create_sheet("Salaries of Jo")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "secret"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def odt() -> bytes:
    """Return an OpenDocument text with a table, a comment and a tracked change."""
    content = """<office:document-content xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:dc="urn:d">
<text:changed-region><office:change-info><dc:creator>Juan Vega</dc:creator></office:change-info></text:changed-region>
<text:p>Dear<text:s/>Jo<office:annotation><dc:creator>Marta Rossi</dc:creator><text:p>really?</text:p></office:annotation>!</text:p>
<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>IBAN</text:p>
</table:table-cell></table:table-row></table:table></office:document-content>"""
    meta = "<m xmlns:meta='urn:m' xmlns:dc='urn:d'><meta:initial-creator>Tilda Bergmann</meta:initial-creator></m>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def pdf(*, password: str = "", attached: Mapping[str, bytes] | None = None, pages: int = 1) -> bytes:
    """Return a PDF file with an author, a comment, and attached files."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": "Tilda Bergmann", "/Company": "ACME Optics"})
    note = Text(rect=(10, 10, 20, 20), text="ask Jo")
    note[pypdf.generic.NameObject("/T")] = pypdf.generic.TextStringObject("Marta Rossi")
    writer.add_annotation(0, note)
    for name, data in (attached or {}).items():
        writer.add_attachment(name, data)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def written_pdf(text: str) -> bytes:
    """Return a PDF file with one line of text, written by hand."""
    stream = f"BT /F1 12 Tf 10 50 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def jpeg() -> bytes:
    """Return a photo with its author, its place and a comment."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Juan Vega"
    exif[ExifTags.Base.Copyright] = "ACME Optics"
    degree, minute, second = (TiffImagePlugin.IFDRational(*each) for each in ((33, 1), (51, 1), (2442, 100)))
    exif[ExifTags.IFD.GPSInfo] = {1: "S", 2: (degree, minute, second), 3: "E", 4: (151.0, 12.0, 55.0)}
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif, comment=b"of Jo")
    return file.getvalue()


def mail(*files: tuple[str, bytes]) -> bytes:
    """Return a message with a text, a page and attached files."""
    message = EmailMessage()
    message["From"], message["To"] = "Jörg Müller <jm@acme-optics.se>", "tilda@acme-optics.se"
    message["Subject"] = "Größe"
    message.set_content("Call me: +47 22 85 50 50\n")
    message.add_alternative("<p>Call <b>me</b></p>", subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def of(name: str, data: bytes, limits: Limits = LIMITS, media_type: str = "") -> Contents:
    """Return what is in a file, read in this process."""
    return contents(name, media_type, data, limits)


def texts(name: str, data: bytes, limits: Limits = LIMITS) -> dict[str, str]:
    """Return the texts of a file that can be read, by their paths."""
    found = of(name, data, limits)
    assert isinstance(found, Texts), found
    assert len({each.path for each in found.pieces}) == len(found.pieces)
    return {each.path: each.text.decode() for each in found.pieces}


def long_pdf(pages: int) -> bytes:
    """Return a PDF of so many pages that all say the same, without a table of places: its reader has to repair it."""
    kids = " ".join(f"{number + 4} 0 R" for number in range(pages))
    said = b"BT /F1 12 Tf 20 20 Td (ask jo@acme-optics.se) Tj ET"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 3 0 R/Resources<</Font<</F1<</Type/Font"
    page += "/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(said), said),
        *[page.encode()] * pages,
    ]
    body = b"".join(b"%d 0 obj%b endobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def encrypted_docx() -> bytes:
    """Return what Office makes of a document with a password: one stream that nobody can read (MS-OFFCRYPTO 2.3.4.1)."""
    return container("EncryptedPackage", bytes(range(256)) * 16)


def container(stream: str, data: bytes) -> bytes:
    """Return a file of the old format with one stream of up to 4 KiB, padded to that. Source: MS-CFB 2."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", OLE_MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    places = struct.pack("<109I", 0, *[free] * 108)
    sectors = struct.pack("<128I", table, end, 3, 4, 5, 6, 7, 8, 9, end, *[free] * 118)
    folder = b"".join(
        _entry(name, kind, child, start, length)
        for name, kind, child, start, length in (
            ("Root Entry", 5, 1, end, 0), (stream, 2, free, 2, 4096), ("", 0, free, 0, 0), ("", 0, free, 0, 0)
        )
    )  # fmt: skip
    return header + places + sectors + folder + data.ljust(4096, b"\0")


def _entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
    none = 0xFFFFFFFF
    size = 2 * len(name) + 2 if name else 0
    return struct.pack("<64sHBBIII36xIQ", name.encode("utf-16-le"), size, kind, 1, none, none, child, start, length)
