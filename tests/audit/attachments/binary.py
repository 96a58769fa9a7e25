"""Workbooks in binary records that the tests make, from cells: row and column from 0, and a text or a number."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from tests.audit.attachments.made import container, zipped

Cells = Sequence[tuple[int, int, str | float]]
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    f' Type="{_RELATION}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
)


def xlsb(cells: Cells, corners: tuple[int, int, int, int] | None = None) -> bytes:
    """Return an XLSB workbook with one sheet, which says that it lies between `corners`. Source: MS-XLSB 2."""
    rows, columns = [row for row, _, _ in cells], [column for _, column, _ in cells]
    sheet = [
        _long(129),
        _long(148, struct.pack("<4I", *(corners or (min(rows), max(rows), min(columns), max(columns))))),
    ]
    sheet.append(_long(145))
    for row in sorted(set(rows)):
        sheet.append(_long(0, struct.pack("<I21x", row)))
        for _, column, value in (cell for cell in cells if cell[0] == row):
            place = struct.pack("<II", column, 0)
            sheet.append(
                _long(6, place + _wide(value)) if isinstance(value, str) else _long(5, place + struct.pack("<d", value))
            )
    sheet += [_long(146), _long(130)]
    book = [
        _long(131),
        _long(143),
        _long(156, struct.pack("<II", 0, 1) + _wide("r1") + _wide("Sheet")),
        _long(144),
        _long(132),
    ]
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": b"".join(book),
            "xl/_rels/workbook.bin.rels": _RELATIONS,
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )


def xls(*sheets: Cells, codes: tuple[int, ...] = ()) -> bytes:
    """Return an XLS workbook; `codes` are the numbers of a row of figures in the first sheet. Source: MS-XLS 2."""
    bodies = [_sheet(cells, codes if not number else ()) for number, cells in enumerate(sheets)]
    names = [f"S{number}".encode() for number in range(len(sheets))]
    at = len(_globals(names, [0] * len(sheets)))
    places = [at + sum(map(len, bodies[:number])) for number in range(len(bodies))]
    return container("Workbook", _globals(names, places) + b"".join(bodies))


def _globals(names: Iterable[bytes], places: Iterable[int]) -> bytes:
    bounds = b"".join(
        _short(0x85, struct.pack("<IHBB", place, 0, len(name), 0) + name)
        for name, place in zip(names, places, strict=True)
    )
    return _begun(5) + bounds + _short(0x0A)


def _sheet(cells: Cells, codes: tuple[int, ...]) -> bytes:
    records = [_begun(0x10)]
    for row, column, value in cells:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            records.append(_short(0x204, place + struct.pack("<HB", len(value), 0) + value.encode("latin-1")))
        else:
            records.append(_short(0x203, place + struct.pack("<d", value)))
    if codes:
        figures = b"".join(struct.pack("<HI", 0, code << 2 | 2) for code in codes)
        records.append(_short(0xBD, struct.pack("<HH", 1, 0) + figures + struct.pack("<H", len(codes) - 1)))
    return b"".join([*records, _short(0x0A)])


def _begun(kind: int) -> bytes:
    return _short(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0x06))


def _short(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _long(kind: int, data: bytes = b"") -> bytes:
    name = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return name + bytes([len(data)]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
