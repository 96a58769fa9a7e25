"""Pictures beside text: counted where OCR is off, read where it is on, and none that lies under text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import pypdf
from PIL import Image, ImageDraw
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, StreamObject

from audit.attachments.contents import LIMITS, Limits, Texts
from tests.audit.attachments import made

Box = tuple[float, float, float, float]
"""Left, bottom, width and height in points."""
OFF, ON = LIMITS, replace(LIMITS, pictures=9)
SCAN: Box = (50, 50, 400, 300)
SENTENCE = "This page has a sentence. "


def sketch(shade: int) -> Image.Image:
    picture = Image.new("L", (400, 300), 255)
    ImageDraw.Draw(picture).rectangle((20, 20, 120, 120), fill=shade)
    return picture


def pdf(*pages: tuple[str, Sequence[tuple[Box, int]]], height: int = 700) -> bytes:
    """Return a PDF file; each page has a line of text at the height, and pictures of a shade at places."""
    writer = pypdf.PdfWriter()
    for text, pictures in pages:
        page = writer.add_blank_page(600, 800)
        drawn, inside = [], DictionaryObject()
        for number, (box, shade) in enumerate(pictures):
            inside[NameObject(f"/P{number}")] = writer._add_object(image(shade))
            drawn.append(f"q {box[2]} 0 0 {box[3]} {box[0]} {box[1]} cm /P{number} Do Q")
        lines = " ".join(
            f"BT /F 10 Tf 60 {height - 12 * number} Td ({line}) Tj ET"
            for number, line in enumerate(text.split("\n"))
            if line
        )
        stream = DecodedStreamObject()
        stream.set_data(" ".join([*drawn, lines]).encode())
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({
            NameObject("/XObject"): inside,
            NameObject("/Font"): DictionaryObject({
                NameObject("/F"): DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()}),
            }),
        })  # fmt: skip
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def image(shade: int) -> StreamObject:
    picture = sketch(shade)
    stream = DecodedStreamObject()
    stream.set_data(picture.tobytes() + bytes(shade))
    numbers = {"/Width": picture.width, "/Height": picture.height, "/BitsPerComponent": 8}
    stream.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image")})
    stream.update({NameObject("/ColorSpace"): NameObject("/DeviceGray")})
    stream.update({NameObject(key): pypdf.generic.NumberObject(value) for key, value in numbers.items()})
    return stream


def read(data: bytes, limits: Limits = OFF) -> Texts:
    found = made.of("a.pdf", data, limits)
    assert isinstance(found, Texts), found
    return found


def test_a_scan_beside_text_is_counted_and_drawn_alone() -> None:
    data = pdf((SENTENCE, [(SCAN, 9)]))
    assert read(data).passed == 1
    found = read(data, ON)
    assert [each.path for each in found.pictures] == ["content/page[1]/picture[1]"]
    assert [each.path for each in found.pieces] == ["content/page[1]"]
    with Image.open(io.BytesIO(found.pictures[0].png)) as picture:
        assert abs(picture.width / picture.height - 4 / 3) < 0.02
        assert picture.getpixel((picture.width // 5, picture.height // 5)) == 9
        assert picture.getpixel((picture.width - 3, picture.height - 3)) == 255


def test_scanned_pages_among_pages_of_text_are_drawn_whole() -> None:
    found = read(pdf((SENTENCE, []), ("", [((0, 0, 600, 800), 9)]), (SENTENCE, [])), ON)
    assert [each.path for each in found.pictures] == ["content/page[2]/picture"]
    assert [each.path for each in found.pieces] == ["content/page[1]", "content/page[3]"]


def test_a_scan_under_the_text_of_earlier_ocr_is_none_and_one_with_a_stamp_is() -> None:
    page: Box = (0, 0, 600, 800)
    assert read(pdf(("\n".join([SENTENCE] * 9), [(page, 9)]))).passed == 0
    assert read(pdf(("ACME 000123", [(page, 9)]))).passed == 1


def test_a_letterhead_counts_once_and_another_scan_at_its_place_counts() -> None:
    logo = [((400, 720, 150, 60), 9)]
    assert read(pdf((SENTENCE, logo), (SENTENCE, logo), (SENTENCE, logo))).passed == 1
    assert read(pdf((SENTENCE, [(SCAN, 9)]), (SENTENCE, [(SCAN, 10)]))).passed == 2


def test_strips_are_one_picture_and_specks_none() -> None:
    strips = [((50, 50 + 30 * number, 400, 30), number + 1) for number in range(10)]
    assert read(pdf((SENTENCE, strips)), ON).pictures[0].path == "content/page[1]/picture[1]"
    assert read(pdf((SENTENCE, strips))).passed == 1
    assert read(pdf((SENTENCE, [((10 + 40 * number, 10, 8, 8), 3) for number in range(9)]))).passed == 0


def test_what_lies_beside_the_page_is_not_drawn() -> None:
    found = read(pdf((SENTENCE, [((2000, 50, 400, 300), 9)])), ON)
    assert (found.pictures, found.gaps) == ((), ())


def test_pictures_of_a_word_document_are_counted_and_drawn_beside_its_text() -> None:
    drawn = io.BytesIO()
    sketch(9).save(drawn, "PNG")
    file = io.BytesIO(made.docx())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/media/image1.png", drawn.getvalue())
    data = file.getvalue()
    found = made.of("a.docx", data)
    assert isinstance(found, Texts)
    assert (found.passed, found.is_only_pictures) == (1, False)
    found = made.of("a.docx", data, ON)
    assert isinstance(found, Texts)
    assert [each.path for each in found.pictures] == ["member[1]/content/picture"]
