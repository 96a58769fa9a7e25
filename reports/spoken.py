"""A sheet in the reader's language: its name, its heads, and the cells that hold words of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reports.language import ENGLISH, Language
from reports.sheet import Cell, Sheet, Toned

_OURS: Final = frozenset({
    "Account is", "Against the earlier run", "Assessed", "Category", "Confidence", "Data subject", "Detail", "Kind",
    "Kind of value", "Known by", "Note", "Object", "Part", "Proof", "Result", "Section", "Side effects", "State",
    "The tool can change it", "Value", "What", "What to do", "What to do next", "Why it matters", "Why it was found",
    "Why it was not examined",
})  # fmt: skip
"""Columns with words and sentences of ours. Titles, places and excerpts are the site's, reasons of accepted findings a
person's: they stay as they are, and so does a cell that is `Said`."""


def translated(sheet: Sheet, language: Language) -> Sheet:
    """Return the sheet in `language`. A text that the catalogue does not have stays English."""
    if language is ENGLISH:
        return sheet
    ours = [head in _OURS for head, _ in sheet.heads]
    return replace(
        sheet,
        name=_name(sheet.name, language),
        heads=tuple((language.text(head), width) for head, width in sheet.heads),
        rows=[[_cell(cell, language, ours=own) for cell, own in zip(row, ours, strict=True)] for row in sheet.rows],
        nothing=language.told(sheet.nothing),
    )


def _name(name: str, language: Language) -> str:
    word, _, number = name.rpartition(" ")
    return f"{language.text(word)} {number}" if number.isdecimal() else language.text(name)


def _cell(cell: Cell, language: Language, *, ours: bool) -> Cell:
    if isinstance(cell, Toned):
        return replace(cell, text=language.told(cell.text))
    return language.told(cell) if ours and isinstance(cell, str) else cell
