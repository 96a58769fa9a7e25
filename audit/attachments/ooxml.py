"""Office files since 2007: DOCX, XLSX, PPTX and their relatives, which are ZIP files of XML parts.

Read are the texts of all parts that a person may see, deleted and hidden text included, who wrote comments and tracked
changes, the metadata, the targets of links, and the files inside. Source: ECMA-376, Office Open XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Final

from audit.attachments import sheets, spread, spreadbinary
from audit.attachments.gathered import Broken, Gathered
from audit.attachments.ooxmltext import Attributes, Custom, Drawn, Fields, SheetComments, Written
from audit.attachments.package import Package, tell

_CORE: Final = {
    "creator": ("author", "Author"),
    "lastModifiedBy": ("last-modified-by", "Last modified by"),
    "title": ("title", "Title"),
    "subject": ("subject", "Subject"),
    "description": ("description", "Description"),
    "keywords": ("keywords", "Keywords"),
    "category": ("category", "Category"),
}
_APP: Final = {
    "Company": ("company", "Company"),
    "Manager": ("manager", "Manager"),
    "HyperlinkBase": ("link-base", "Link base"),
    "Template": ("template", "Template"),
}
_ROOTS: Final = {
    "document": "content",
    "glossaryDocument": "glossary",
    "hdr": "header",
    "ftr": "footer",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
}
_SLIDES: Final = {
    "slides": "content/slide",
    "notesSlides": "notes",
    "slideMasters": "master",
    "slideLayouts": "layout",
    "diagrams": "diagram",
    "charts": "chart",
    "comments": "comments",
}
_NUMBER: Final = re.compile(r"(\d{1,9})\.xml\Z")
_HEADER: Final = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>([^<]{1,4000})<")
_FORMULA: Final = re.compile(rb"<(?:\w{1,20}:)?(?:f|formula[12]?)(?:\s[^<>]*)?>([^<]{1,8192})<")
"""Of cells, of lists to choose from and of conditional formats."""
_VALIDATION: Final = re.compile(rb"<(?:\w{1,20}:)?dataValidation(\s[^<>]{1,8192})>")
_TOLD: Final = re.compile(rb"\s(?:promptTitle|prompt|errorTitle|error)=\"([^\"]+)\"")
_STRING: Final = re.compile(r'"((?:[^"]|"")*)"')
_EMPTY: Final = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
_CODES: Final = re.compile(r"&(?:[LCRPNDTAFZG]|K[0-9A-F]{6}|\"[^\"]*\"|\d+|.)")
"""Codes in headers: the side, the page, a font."""
_INSIDE: Final = re.compile(r"(?:word|xl|ppt|visio)/(?:embeddings|media)/[^/]+\Z")


def read_word(package: Package, _data: bytes, out: Gathered) -> None:
    """Take what a Word document says."""
    _properties(package, out)
    seen: dict[str, int] = {}
    for name in _parts(package, r"word/(?:glossary/)?[^/]+\.xml"):
        part = Written(_ROOTS)
        tell(package, name, part, out)
        if part.what is not None:
            seen[part.what] = seen.get(part.what, 0) + 1
            place = part.what if part.what == "content" else f"{part.what}[{seen[part.what]}]"
            out.add(place, part.flow)
            _beside(part, place, out)
    _people(package, r"word/people\d*\.xml", ("person", "author"), "people", out)
    _rest(package, out)


def _beside(part: Written, place: str, out: Gathered) -> None:
    """Take what a part of a Word document holds beside its text."""
    for number, text in enumerate(part.comments, 1):
        out.add(f"comments[{number}]", text)
    out.add(f"{place}/fields", "\n".join(part.fields))
    out.add(f"{place}/deleted", "\n\n".join(part.deleted))
    for author in part.comment_authors:
        out.author("comments", author)
    for author in part.change_authors:
        out.author("changes", author)


def read_excel(package: Package, data: bytes, out: Gathered) -> None:
    """Take the cells of a workbook, sheet by sheet, and its comments."""
    _properties(package, out)
    for number, name in enumerate(_parts(package, r"xl/(?:comments\d*|(?:comments|threadedComments)/[^/]+)\.xml"), 1):
        notes = SheetComments()
        tell(package, name, notes, out)
        out.add(f"comments[{number}]", "\n".join(notes.comments))
        for author in notes.authors:
            out.author("comments", author)
    _people(package, r"xl/persons/[^/]+\.xml", ("person", "displayName"), "people", out)
    _drawn(package, r"xl/drawings/drawing\d+\.xml", "content/drawing", out)
    headers: list[str] = []
    formulas: list[str] = []
    told: list[str] = []
    far: dict[str, bytes] = {}
    for name in _parts(package, r"xl/worksheets/[^/]+\.xml"):
        try:
            sheet = package.read(name)
        except Broken as error:
            out.gap(f"a part of it was not read to its end: {error}")
            continue
        headers += _headers(sheet)
        formulas += _formulas(sheet)
        told += _told(sheet)
        if spread.size(sheet) > spread.MOST:
            far[name] = _near(sheet, out)
    far |= dict(_near_binary(package, out))
    sheets.read_cells(spread.with_sheets(package, far) if far else data, out)
    out.add("content/headers", "\n".join(headers))
    out.add("content/formulas", "\n".join(dict.fromkeys(formulas)))
    out.add("content/validations", "\n".join(dict.fromkeys(told)))
    _defined(package, out)
    _rest(package, out)


def _near(sheet: bytes, out: Gathered) -> bytes:
    """Return a sheet without its empty rows and columns, an empty one where even that is too large."""
    near = spread.closed_up(sheet)
    if spread.size(near) <= spread.MOST:
        return near
    out.gap(spread.TOO_FAR)
    return _EMPTY


def _near_binary(package: Package, out: Gathered) -> Iterator[tuple[str, bytes]]:
    """Yield the sheets of a binary workbook whose cells lie too far apart, with them close together."""
    for name in _parts(package, r"xl/worksheets/[^/]+\.bin"):
        sheet = package.read(name)
        near, is_whole = spreadbinary.near(sheet)
        if not is_whole:
            out.gap(spread.TOO_FAR)
        if near is not sheet:
            yield name, near


def _headers(sheet: bytes) -> Iterator[str]:
    """Yield the headers and footers of a sheet: a search, as sheets are long and their cells are read elsewhere."""
    for found in _HEADER.finditer(sheet):
        yield _CODES.sub(" ", unescape(found[1].decode("utf-8", "replace"))).strip()


def _formulas(sheet: bytes) -> Iterator[str]:
    """Yield the strings in formulas, such as the target of a link: their results may not have been kept."""
    for found in _FORMULA.finditer(sheet):
        for string in _STRING.finditer(unescape(found[1].decode("utf-8", "replace"))):
            if string[1].strip():
                yield string[1].replace('""', '"')


def _told(sheet: bytes) -> Iterator[str]:
    """Yield what is told to those who fill cells in that take some values only."""
    for found in _VALIDATION.finditer(sheet):
        for told in _TOLD.finditer(found[1]):
            yield unescape(told[1].decode("utf-8", "replace"))


def _defined(package: Package, out: Gathered) -> None:
    """Take the names that stand for cells and values, what is said of them, and the values."""
    names, values = Attributes("definedName", "name", "comment"), Fields(frozenset({"definedName"}))
    for part in _parts(package, r"xl/workbook\.xml"):
        tell(package, part, names, out)
        tell(package, part, values, out)
    said = [name for name in names.values["name"] if not name.startswith("_xlnm.")] + names.values["comment"]
    out.add("content/defined", "\n".join(dict.fromkeys((*said, *(value for _, value in values.values)))))


def read_powerpoint(package: Package, _data: bytes, out: Gathered) -> None:
    """Take the slides, notes, comments and masters of a presentation."""
    _properties(package, out)
    for folder, place in _SLIDES.items():
        _drawn(package, rf"ppt/{folder}/[^/]+\.xml", place, out)
    _people(package, r"ppt/commentAuthors\.xml", ("cmAuthor", "name"), "people", out)
    _people(package, r"ppt/authors\.xml", ("author", "name"), "people", out)
    _rest(package, out)


def read_visio(package: Package, _data: bytes, out: Gathered) -> None:
    """Take the texts of a drawing, page by page."""
    _properties(package, out)
    for number, name in enumerate(_parts(package, r"visio/pages/page\d+\.xml"), 1):
        texts = Fields(frozenset({"Text"}))
        tell(package, name, texts, out)
        out.add(f"content/page[{number}]", "\n".join(text for _, text in texts.values))
    _rest(package, out)


def read_other(package: Package, _data: bytes, out: Gathered) -> None:
    """Take the metadata of an Office file whose text nobody reads here, and the files inside."""
    _properties(package, out)
    out.gap("its text is not read, only metadata, links and the files inside", skipped=True)
    _rest(package, out)


def _properties(package: Package, out: Gathered) -> None:
    """Take the metadata: the core, the application's and those that people added."""
    for pattern, fields in ((r"docProps/core\d*\.xml", _CORE), (r"docProps/app\d*\.xml", _APP)):
        for name in _parts(package, pattern):
            properties = Fields(fields)
            tell(package, name, properties, out)
            for key, value in properties.values:
                out.metadata(*fields[key], value)
    for name in _parts(package, r"docProps/custom\d*\.xml"):
        custom = Custom()
        tell(package, name, custom, out)
        for number, (label, value) in enumerate(custom.values, 1):
            out.metadata(f"custom[{number}]", label, value)


def _rest(package: Package, out: Gathered) -> None:
    """Take the targets of links outside, and what is in embedded files and pictures."""
    targets = Attributes("Relationship", "Target", only=("TargetMode", "External"))
    for name in package.names:
        if name.endswith(".rels"):
            tell(package, name, targets, out)
    out.add("content/links", "\n".join(dict.fromkeys(targets.values["Target"])))
    for number, name in enumerate((each for each in package.names if _INSIDE.match(each)), 1):
        out.member(number, name, "", partial(package.read, name), decorates="/media/" in name)


def _drawn(package: Package, pattern: str, place: str, out: Gathered) -> None:
    for number, name in enumerate(_parts(package, pattern), 1):
        texts = Drawn()
        tell(package, name, texts, out)
        out.add(f"{place}[{number}]", texts.flow)


def _people(package: Package, pattern: str, named: tuple[str, str], place: str, out: Gathered) -> None:
    """Take the names and the accounts of those who wrote comments or changes."""
    for part in _parts(package, pattern):
        people = Attributes(named[0], named[1], "userId")
        tell(package, part, people, out)
        for author in people.values[named[1]]:
            out.author(place, author)
        accounts = dict.fromkeys(people.values["userId"])
        out.add(f"{place}/accounts", "\n".join(f"Account: {each}" for each in accounts))


def _parts(package: Package, pattern: str) -> list[str]:
    """Return the names of the parts that match, in the order of their numbers."""
    found = re.compile(pattern)
    return sorted((name for name in package.names if found.fullmatch(name)), key=lambda name: (_number(name), name))


def _number(name: str) -> int:
    found = _NUMBER.search(name)
    return int(found[1]) if found else 0
