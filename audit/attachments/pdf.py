"""PDF: text page by page, form fields, comments and their authors, metadata, and the files inside. Read by PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from audit.attachments import drawing, xmp
from audit.attachments.gathered import Broken, Gathered
from audit.attachments.package import ENCRYPTED
from audit.attachments.pdfpictures import Handle, Region, regions

_FIELDS: Final = {
    "Author": ("author", "Author"),
    "Title": ("title", "Title"),
    "Subject": ("subject", "Subject"),
    "Keywords": ("keywords", "Keywords"),
    "Company": ("company", "Company"),
    "Manager": ("manager", "Manager"),
    "SourceModified": ("source", "Source"),
    "LastModifiedBy": ("last-modified-by", "Last modified by"),
}
_STRING_BYTES: Final = 1 << 20
"""Of one string of an annotation; what is longer is no comment of a person."""
_WHITE: Final = 0xFFFFFFFF
_HIDDEN_TEXT: Final = "\ufffe\x02"
"""Signs that PDFium puts where a word is broken at the end of a line."""


def read(data: bytes, out: Gathered) -> None:
    """Take what a PDF file says."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        if raw.FPDF_GetLastError() in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise Broken(ENCRYPTED) from None
        raise Broken("the PDF cannot be opened: it is damaged, or none") from None
    for key, (name, label) in _FIELDS.items():
        out.metadata(name, label, _string(partial(raw.FPDF_GetMetaText, document, key.encode())))
    xmp.read(data, out)
    out.add("content/outline", "\n".join(_outline(document)))
    broken = comments = 0
    seen: set[Region] = set()
    for index in range(len(document)):
        page = raw.FPDF_LoadPage(document, index)
        if not page:
            broken += 1
            continue
        _text(page, index + 1, seen, out)
        comments = _annotations(document, page, index + 1, comments, out)
        raw.FPDF_ClosePage(page)
    if broken:
        out.gap(f"{broken:,} of {len(document):,} pages are damaged and were not read")
    _files(document, out)
    document.close()


def _text(page: Handle, number: int, seen: set[Region], out: Gathered) -> None:
    """Take the text of a page and, for OCR, its pictures that were not `seen`, or all of it where it has no text."""
    opened = raw.FPDFText_LoadPage(page)
    if not opened:
        out.gap(f"content/page[{number}]: its text cannot be read")
        return
    count = raw.FPDFText_CountChars(opened)
    buffer = (ctypes.c_ushort * (count + 1))()
    taken = raw.FPDFText_GetText(opened, 0, count, buffer) if count > 0 else 0
    text = bytes(buffer)[: max(0, taken - 1) * 2].decode("utf-16-le", "replace")
    has_text = bool(text.strip())
    pictures = [each for each in regions(page, opened) if each.rounded not in seen] if has_text else []
    raw.FPDFText_ClosePage(opened)
    if has_text:
        out.add(f"content/page[{number}]", _tidy(text))
    else:
        out.picture(f"content/page[{number}]/picture", partial(_drawn, page, out.limits.picture_pixels))
    for which, region in enumerate(pictures, 1):
        seen.add(region.rounded)
        out.picture(f"content/page[{number}]/picture[{which}]", partial(_cut, page, region, out.limits.picture_pixels))


def _drawn(page: Handle, pixels: int) -> bytes:
    """Return a page as a picture for OCR."""
    width, height = drawing.size(raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page), pixels)
    return _picture(page, width, height, (0, 0, width, height))


def _cut(page: Handle, region: Region, pixels: int) -> bytes:
    """Return a part of a page as a picture for OCR, upright as the page is."""
    width, height = drawing.size(raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page), pixels)
    corners = [_place(page, width, height, *corner) for corner in (
        (region.left, region.top), (region.right, region.bottom)
    )]  # fmt: skip
    (left, right), (top, bottom) = (sorted(places) for places in zip(*corners, strict=True))
    sides = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if sides[0] >= sides[2] or sides[1] >= sides[3]:
        return b""  # beside the page, where nobody sees it
    return _picture(page, width, height, sides)


def _place(page: Handle, width: int, height: int, across: float, up: float) -> tuple[int, int]:
    """Return where a point of a page lies when it is drawn so large."""
    x, y = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, across, up, ctypes.byref(x), ctypes.byref(y))
    return x.value, y.value


def _picture(page: Handle, page_width: int, page_height: int, sides: tuple[int, int, int, int]) -> bytes:
    """Return what lies between the sides (left, top, right, bottom) of a page that is drawn so large."""
    left, top, right, bottom = sides
    width, height = right - left, bottom - top
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise Broken("it cannot be drawn")
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
    raw.FPDF_RenderPageBitmap(bitmap, page, -left, -top, page_width, page_height, 0, raw.FPDF_ANNOT)
    line_bytes = raw.FPDFBitmap_GetStride(bitmap)
    data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), line_bytes * height)
    raw.FPDFBitmap_Destroy(bitmap)
    return drawing.of_grey(width, height, line_bytes, data)


def _tidy(text: str) -> str:
    for sign in _HIDDEN_TEXT:
        text = text.replace(sign, "")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ")


def _annotations(document: Handle, page: Handle, number: int, comments: int, out: Gathered) -> int:
    """Take comments, form fields and links of a page; return how many comments there were so far."""
    links, fields = [], []
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        value = {key: _value(annotation, key) for key in ("T", "TU", "V", "Contents")}
        if kind == raw.FPDF_ANNOT_WIDGET:
            fields.append(f"{value['TU'] or value['T']}: {value['V']}" if value["V"] else "")
        elif kind == raw.FPDF_ANNOT_LINK:
            links.append(_address(document, annotation))
        elif kind != raw.FPDF_ANNOT_POPUP and (value["Contents"] or value["T"]):
            comments += 1
            out.add(f"comments[{comments}]", value["Contents"])
            out.author("comments", value["T"])
        raw.FPDFPage_CloseAnnot(annotation)
    out.add(f"content/page[{number}]/fields", "\n".join(filter(None, fields)))
    out.add(f"content/page[{number}]/links", "\n".join(dict.fromkeys(filter(None, links))))
    return comments


def _value(annotation: Handle, key: str) -> str:
    return _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(
        annotation, key.encode(), ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if buffer else None, size
    ))  # fmt: skip


def _address(document: Handle, annotation: Handle) -> str:
    link = raw.FPDFAnnot_GetLink(annotation)
    action = raw.FPDFLink_GetAction(link) if link else None
    if not action:
        return ""
    size = min(raw.FPDFAction_GetURIPath(document, action, None, 0), _STRING_BYTES)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    return buffer.raw.rstrip(b"\x00").decode("utf-8", "replace")


def _string(call: Callable[[Handle, int], int]) -> str:
    """Return a string that PDFium gives in two steps: how long it is, then what it is."""
    size = min(call(None, 0), _STRING_BYTES)
    if size <= 2:  # noqa: PLR2004 - the end of a string, of two bytes
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(buffer, size)
    return buffer.raw.decode("utf-16-le", "replace").partition("\x00")[0]


def _outline(document: Handle) -> Iterator[str]:
    """Yield the titles of the bookmarks, at most as many as pieces are allowed."""
    for bookmark in document.get_toc(max_depth=15):
        yield bookmark.get_title()


def _files(document: Handle, out: Gathered) -> None:
    names = []
    for index in range(document.count_attachments()):
        attached = document.get_attachment(index)
        name = attached.get_name()
        names.append(name)
        out.member(index + 1, name, "", partial(_bytes, attached))
    out.add("content/names", "\n".join(names))


def _bytes(attached: Handle) -> bytes:
    try:
        return bytes(attached.get_data())
    except pypdfium2.PdfiumError:
        raise Broken("an embedded file without contents") from None
