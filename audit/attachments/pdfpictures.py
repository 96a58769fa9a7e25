"""Pictures on PDF pages that also have text: a scan beside a line of text, or with a stamp upon it. Found by PDFium.

A picture under text is none to read: a background, or a scan that somebody's OCR has read already. What touches is one
picture, as scanners write strips; the same picture at the same place of several pages is a letterhead and counts once.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pypdfium2 import raw  # type: ignore[import-untyped]

Handle = Any
"""Pointers of PDFium have no types of their own."""
_FEW: Final = 100
"""Characters upon a picture from which on it lies under text."""
_WIDE, _HIGH = 36.0, 18.0
"""Points below which nobody could read a word."""
_TOUCH: Final = 2.0
"""Points between two pieces of one picture."""
_OBJECTS: Final = 20_000
"""Of one page that are looked at."""
_PICTURES: Final = 200
"""Of one page that are put together."""
_LEVELS: Final = 4
"""Of forms in forms in which pictures are looked for."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is a picture, in points."""

    left: float
    bottom: float
    right: float
    top: float
    sizes: tuple[int, ...]
    """Bytes of the pictures in it."""

    def touches(self, other: Region) -> bool:
        """Return whether two are pieces of one."""
        return (
            self.left <= other.right + _TOUCH
            and other.left <= self.right + _TOUCH
            and self.bottom <= other.top + _TOUCH
            and other.bottom <= self.top + _TOUCH
        )

    def with_(self, other: Region) -> Region:
        """Return what both cover."""
        return Region(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
            (*self.sizes, *other.sizes),
        )

    @property
    def is_readable(self) -> bool:
        """Return whether there is room for a word."""
        return self.right - self.left >= _WIDE and self.top - self.bottom >= _HIGH

    @property
    def rounded(self) -> Region:
        """Return the same to whole points: where it stands, to tell it from others."""
        left, bottom, right, top = (round(each) for each in (self.left, self.bottom, self.right, self.top))
        return Region(left, bottom, right, top, tuple(sorted(self.sizes)))


def regions(page: Handle, text: Handle) -> list[Region]:
    """Return the pictures of a page that are not under its text, which PDFium has opened as `text`."""
    joined: list[Region] = []
    for region in _pictures(page):
        apart = []
        for each in joined:
            if each.touches(region):
                region = region.with_(each)  # noqa: PLW2901 - it grows by what it touches
            else:
                apart.append(each)
        joined = [*apart, region]
    return [each for each in joined if each.is_readable and _characters(text, each) < _FEW]


def _pictures(page: Handle) -> Iterator[Region]:
    found = 0
    for index in range(min(raw.FPDFPage_CountObjects(page), _OBJECTS)):
        each = raw.FPDFPage_GetObject(page, index)
        sizes = tuple(_sizes(each, _LEVELS))
        if not sizes:
            continue
        found += 1
        if found > _PICTURES:
            return
        sides = [ctypes.c_float() for _ in range(4)]
        if raw.FPDFPageObj_GetBounds(each, *map(ctypes.byref, sides)):
            left, bottom, right, top = (side.value for side in sides)
            yield Region(left, bottom, right, top, sizes)


def _sizes(each: Handle, levels: int) -> Iterator[int]:
    """Yield the bytes of a picture, or of those in a form."""
    kind = raw.FPDFPageObj_GetType(each)
    if kind == raw.FPDF_PAGEOBJ_IMAGE:
        yield raw.FPDFImageObj_GetImageDataRaw(each, None, 0)
    elif kind == raw.FPDF_PAGEOBJ_FORM and levels:
        for index in range(min(raw.FPDFFormObj_CountObjects(each), _PICTURES)):
            yield from _sizes(raw.FPDFFormObj_GetObject(each, index), levels - 1)


def _characters(text: Handle, region: Region) -> int:
    return int(raw.FPDFText_GetBoundedText(text, region.left, region.top, region.right, region.bottom, None, 0))
