"""What documents say beside their text: of pictures, of names of cells and of what a cell takes."""

from __future__ import annotations

import openpyxl  # type: ignore[import-untyped]
from openpyxl.workbook.defined_name import DefinedName  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

from tests.audit.attachments import made
from tests.audit.attachments.made import texts


def test_building_blocks_of_a_word_document_are_read() -> None:
    blocks = f"<w:glossaryDocument {made.WORD}><w:p><w:r><w:t>Yours, Jo</w:t></w:r></w:p></w:glossaryDocument>"
    assert texts("a.docx", made.docx(word__glossary__document=blocks))["glossary[1]"] == "Yours, Jo\n"


def test_what_a_slide_says_of_its_pictures_is_read() -> None:
    slide = (
        '<s xmlns:p="p" xmlns:a="a"><p:cNvPr id="2" name="x" title="Team" descr="Jo Vega"/><a:p><a:t>b</a:t></a:p></s>'
    )
    found = texts("a.pptx", made.zipped({"[Content_Types].xml": made.TYPES, "ppt/slides/slide1.xml": slide}))
    assert found["content/slide[1]"] == "Team\nJo Vega\nb\n"


def test_what_an_opendocument_text_says_of_its_pictures_stands_apart_and_its_title_stays_in_it() -> None:
    content = (
        '<c xmlns:t="t" xmlns:d="d" xmlns:s="s"><t:p>of <t:title>Ada</t:title><d:frame><s:title>Team</s:title>'
        "<s:desc>Jo</s:desc></d:frame>!</t:p><d:frame><s:desc>Vega</s:desc></d:frame></c>"
    )
    file = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    found = texts("a.odt", made.zipped(file))
    assert found == {"content": "of Ada!\n", "content/descriptions": "Team\nJo\nVega"}


def test_names_of_cells_and_what_a_cell_takes_are_read() -> None:
    book = openpyxl.Workbook()
    book.defined_names["Jo_Vega"] = DefinedName("Jo_Vega", attr_text='"jo@acme-optics.se"', comment="left in May")
    takes = DataValidation(type="list", formula1='"Ada Lima,Ola"', promptTitle="Ask Juan", prompt="or Kito & co")
    takes.add("A1")
    book.worksheets[0].add_data_validation(takes)
    book.worksheets[0].print_area = "A1:B2"
    found = texts("a.xlsx", made.saved(book))
    assert found["content/defined"].split("\n")[:3] == ["Jo_Vega", "left in May", '"jo@acme-optics.se"']
    assert "_xlnm" not in found["content/defined"]
    assert found["content/formulas"] == "Ada Lima,Ola"
    assert sorted(found["content/validations"].split("\n")) == ["Ask Juan", "or Kito & co"]
