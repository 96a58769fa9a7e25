"""Sheets whose cells lie far apart: empty rows and columns are taken out before a workbook is read.

Whoever reads a sheet makes room for everything between its first cell and its last, and one cell in the last corner of
a sheet asks for 17 thousand million. Source: ECMA-376 part 1, 18.3.1.4 (cells), 18.3.1.73 (rows).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Final

from audit.attachments.package import Package

MOST: Final = 4_000_000
"""Cells, empty ones included, for which there is room."""
TOO_FAR: Final = f"a sheet has more than {MOST:,} cells between its first and its last one: it was not read"
_PLACE: Final = re.compile(rb"(<(?:\w{1,20}:)?(?:c|row)\s(?:[^<>]*?\s)?r=[\"'])([A-Z]{0,3})(\d{1,7})(?=[\"'])")
_LETTERS: Final = 26
_BEFORE_A: Final = ord("A") - 1
_NEEDED: Final = re.compile(r"(?:xl/)?(?:[^/]+\.(?:xml|bin)|(?:worksheets/|_rels/|worksheets/_rels/)[^/]*)")
"""Parts of a workbook without which its cells cannot be read."""


def size(sheet: bytes) -> int:
    """Return how many cells lie between the first and the last one, empty ones included."""
    places = _PLACE.findall(sheet)
    return extent({_column(letters) for _, letters, _ in places}) * extent({int(row) for _, _, row in places})


def closed_up(sheet: bytes) -> bytes:
    """Return a sheet without its empty rows and columns; which cells stand under one another stays."""
    places = _PLACE.findall(sheet)
    columns = ranks(_column(letters) for _, letters, _ in places if letters)
    rows = ranks(int(row) for _, _, row in places)

    def moved(found: re.Match[bytes]) -> bytes:
        letters = _name(columns[_column(found[2])]) if found[2] else b""
        return b"%b%b%d" % (found[1], letters, rows[int(found[3])])

    return _PLACE.sub(moved, sheet)


def with_sheets(package: Package, sheets: Mapping[str, bytes]) -> bytes:
    """Return a workbook with other sheets in the place of some, and without pictures and embedded files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in filter(_NEEDED.fullmatch, package.names):
            archive.writestr(name, sheets[name] if name in sheets else package.read(name))
    return file.getvalue()


def extent(numbers: set[int]) -> int:
    """Return how many numbers there are from the least to the greatest."""
    return max(numbers) - min(numbers) + 1 if numbers else 0


def ranks(numbers: Iterable[int]) -> dict[int, int]:
    """Return which each number is in their order, from 1."""
    return {number: rank for rank, number in enumerate(sorted(set(numbers)), 1)}


def _column(letters: bytes) -> int:
    """Return the number of a column from 1; 1 too where there are no letters, which is a row."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - _BEFORE_A
    return number or 1


def _name(number: int) -> bytes:
    letters = b""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = bytes([rest + _BEFORE_A + 1]) + letters
    return letters
