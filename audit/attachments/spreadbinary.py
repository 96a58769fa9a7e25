"""The same for sheets in binary records, of XLSB and of XLS: empty rows and columns are taken out in their place.

Only the numbers of rows and columns change, so that every record keeps its length. Source: MS-XLSB, MS-XLS.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from audit.attachments.spread import MOST, extent, ranks

_ROW, _EXTENT, _CELLS = 0, 148, range(1, 12)
"""Records of XLSB: the beginning of a row, between which cells a sheet lies, a cell."""
_MORE: Final = 0x80
_LONGEST: Final = 4
"""Bytes of a length in XLSB."""
_HEADER: Final = struct.Struct("<HH")
_BEGIN, _END = 0x0809, 0x000A
"""Records of XLS: a sheet, or another part of the workbook, begins and ends."""
_SINGLE: Final = frozenset({0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_SEVERAL: Final = frozenset({0x00BD, 0x00BE})
"""Records of one cell, and of some that stand side by side."""
_PLACE: Final = struct.Struct("<HH")
_COLUMN: Final = struct.Struct("<H")
_WIDE: Final = struct.Struct("<I")
_CORNERS: Final = struct.Struct("<4I")


@dataclass(slots=True)
class _Sheet:
    """Where in the bytes the numbers of rows and columns of one sheet stand, and which there are."""

    number: struct.Struct
    row_places: list[int] = field(default_factory=list)
    column_places: list[int] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)

    def row(self, data: bytes, at: int) -> None:
        """Take the number of a row."""
        self.row_places.append(at)
        self.rows.add(self.number.unpack_from(data, at)[0])

    def column(self, data: bytes, at: int) -> None:
        """Take the number of a column."""
        self.column_places.append(at)
        self.columns.add(self.number.unpack_from(data, at)[0])

    @property
    def is_far(self) -> bool:
        """Return whether there is no room for all that lies between the first cell and the last."""
        return extent(self.rows) * extent(self.columns) > MOST

    def close_up(self, data: bytearray) -> bool:
        """Take out empty rows and columns; return whether there is room then. Where not, all cells become one."""
        fits = len(self.rows) * len(self.columns) <= MOST
        for places, numbers in ((self.row_places, self.rows), (self.column_places, self.columns)):
            moved = ranks(numbers) if fits else dict.fromkeys(numbers, 1)
            for at in places:
                self.number.pack_into(data, at, moved[self.number.unpack_from(data, at)[0]] - 1)
        return fits


def near(sheet: bytes) -> tuple[bytes, bool]:
    """Return a sheet of XLSB with its cells close together where they lie too far apart, and whether all are there."""
    found, corners = _Sheet(_WIDE), []
    for kind, at, size in _records(sheet):
        if kind == _ROW and size >= _WIDE.size:
            found.row(sheet, at)
        elif kind in _CELLS and size >= _WIDE.size:
            found.column(sheet, at)
        elif kind == _EXTENT and size >= _CORNERS.size:
            corners.append(at)
    if not found.is_far:
        return sheet, True
    data = bytearray(sheet)
    fits = found.close_up(data)
    for at in corners:
        _CORNERS.pack_into(data, at, 0, len(found.rows) - 1 if fits else 0, 0, len(found.columns) - 1 if fits else 0)
    return bytes(data), fits


def near_all(workbook: bytes) -> tuple[bytes, int]:
    """Return the stream of an XLS file with the same done to each sheet, and how many sheets have no room even then."""
    data, left = bytearray(workbook), 0
    for found in _sheets(workbook):
        if found.is_far:
            left += not found.close_up(data)
    return bytes(data), left


def _sheets(workbook: bytes) -> Iterator[_Sheet]:
    """Yield what has cells: sheets stand one behind the other, and a chart may stand in one."""
    waiting: list[_Sheet] = []
    at = 0
    while at + _HEADER.size <= len(workbook):
        kind, size = _HEADER.unpack_from(workbook, at)
        at += _HEADER.size
        if kind == _BEGIN:
            waiting.append(_Sheet(_COLUMN))
        elif kind == _END and waiting:
            yield waiting.pop()
        elif waiting and at + size <= len(workbook):
            _take(waiting[-1], workbook, kind, at, size)
        at += size


def _take(sheet: _Sheet, data: bytes, kind: int, at: int, size: int) -> None:
    if size >= _PLACE.size and kind in _SINGLE | _SEVERAL:
        sheet.row(data, at)
        sheet.column(data, at + _COLUMN.size)
        if kind in _SEVERAL and size >= _PLACE.size + _COLUMN.size:
            last = at + size - _COLUMN.size
            between = range(_COLUMN.unpack_from(data, at + _COLUMN.size)[0], _COLUMN.unpack_from(data, last)[0])
            sheet.columns.update(between)
            sheet.column(data, last)


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, place and length of the records of XLSB, whose kinds and lengths take as many bytes as they need."""
    at = 0
    while at + 1 < len(data):
        kind = data[at]
        at += 1
        if kind & _MORE:
            kind = kind & ~_MORE | data[at] << 7
            at += 1
        size = 0
        for step in range(_LONGEST):
            if at >= len(data):
                return
            byte = data[at]
            at += 1
            size |= (byte & ~_MORE) << 7 * step
            if not byte & _MORE:
                break
        if at + size > len(data):
            return
        yield kind, at, size
        at += size
