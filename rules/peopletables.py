"""Tables that describe people: which of their cells are fields of a profile.

A table describes people where its headings name a person and at least one more field of a profile. Words that things
have too (name, location, role) count only beside one that people alone have, and above what looks like names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.profilewords import Column, Telling, column
from rules.subjects import SubjectKind
from rules.surroundings import MENTION, Field, Grid

_LONGEST: Final = 100
"""Characters of a value; longer cells are prose."""
_WORD: Final = r"[^\W\d_][\w.'’-]{0,30}"
_PERSON: Final = re.compile(rf"{_WORD}(?:,? {_WORD}){{1,4}}")
_PARTICLES: Final = frozenset(
    "von van der den de del della di du da la le zu zur ter y dr".split()  # noqa: SIM905 - a list of words
)
_NOTHING: Final = re.compile(
    r"(?:n/?a|tb[ad]|none|unknown|k\. ?a\.|unbekannt|keine?|inconnu|aucune?|ninguno|nessuno|geen|xx+"
    r"|\[redacted\])",
    re.IGNORECASE,
)
_ADDRESSED: Final = "@/:<>{}" + MENTION
_SHAPES: Final = {
    SubjectKind.DISPLAY_NAME: re.compile(rf"(?=.{{2,60}}\Z)[^\d{_ADDRESSED}]*[^\W\d_]{{2}}[^\d{_ADDRESSED}]*"),
    SubjectKind.PHONE: re.compile(r"(?:\D*\d){3}.*"),
    SubjectKind.USER_KEY: re.compile(r"\S*\w\S*"),
    SubjectKind.BIRTH_DATE: re.compile(r".*\d.*"),
    SubjectKind.WEBSITE: re.compile(r"\S*[^\W_]\.[^\W\d_]{2}\S*"),
    SubjectKind.PROFILE_PICTURE: re.compile(r"\S*[^\W_][./][^\W_]\S*|.*[^\W_]\.[A-Za-z]{3,4}"),
    SubjectKind.IM: re.compile(r"\S*[^\W_]{2}\S*"),
}
"""What a value of a kind looks like at least."""
_IDS: Final = frozenset({SubjectKind.EMAIL, SubjectKind.USER_KEY})
"""Kinds that say whom a row is about where no name does."""
_ELSEWHERE: Final = _IDS | {SubjectKind.NATIONAL_ID, SubjectKind.SOCIAL_SECURITY}
"""Kinds that rules of their own report; here they say that a table is about people."""
_HALVES: Final = 2
"""Columns of a name in two."""
_OTHERS: Final = re.compile(r".*[^\W\d_]{2}.*")


@dataclass(frozen=True, slots=True)
class ProfileCell:
    """A cell that says something of a person."""

    field: Field
    kind: SubjectKind
    beside: bool
    """The name of the field stands in the same row, rather than over the column."""


_Heading = Callable[[Field], str]
_Named = tuple[Field, Column]


def is_column(heading: str) -> bool:
    """Return whether a heading names a field of a profile."""
    return column(heading) is not None


def is_telling(heading: str) -> bool:
    """Return whether a heading names a field that things have not: a table of people has one, or mentions somebody."""
    found = column(heading)
    return found is not None and found.telling > Telling.WEAK


def profile_cells(grid: Grid) -> Iterator[ProfileCell]:
    """Yield the cells of a table that describe people, those of other rules aside, in the order of the table."""
    yield from _cells(grid, lambda field: field.heads.over, beside=False)
    yield from _cells(grid, lambda field: field.heads.before, beside=True)


def _cells(grid: Grid, heading: _Heading, *, beside: bool) -> Iterator[ProfileCell]:
    """Yield the cells whose headings, those over or those beside them, are fields of a profile."""
    rows = [[(field, found) for field in row if (found := column(heading(field))) is not None] for row in grid]
    named = [each for row in rows for each in row]
    if not named or not _are_people([each for each in named if _counts(each)] if beside else named):
        return
    until = 0
    for number, row in enumerate(rows):
        until = max([until, *(number + field.height for field, found in row if _names_somebody((field, found)))])
        if beside or number < until:
            for field, found in row:
                kind = _kind(field.text, found)
                if kind is not None and kind not in _ELSEWHERE:
                    yield ProfileCell(field, kind, beside)


def _counts(each: _Named) -> bool:
    """Return whether a field that has but one value says something by its name: its value is one of that kind."""
    field, found = each
    return _kind(field.text, found) is not None or MENTION in field.text


def _kind(text: str, found: Column) -> SubjectKind | None:
    """Return what a cell under a heading holds, None for nothing."""
    return next((kind for kind in (found.kind, found.instead) if kind is not None and _is_value(text, kind)), None)


def _are_people(named: Sequence[_Named]) -> bool:
    """Return whether the headings of a table, with what stands under them, are those of people."""
    columns = {found for _, found in named}
    names = [(field.text, found.telling) for field, found in named if found.kind is SubjectKind.DISPLAY_NAME]
    others = {found for found in columns if found.kind is not SubjectKind.DISPLAY_NAME}
    sure = any(found.telling is Telling.SURE for found in columns) or any(MENTION in text for text, _ in names)
    sure = sure or len({found.half for found in columns} - {""}) == _HALVES
    if not others:
        return False
    if sure and names:
        return True
    telling = {found.kind for found in others if found.telling >= Telling.STRONG}
    if not names:
        return bool(telling - _IDS) and not _IDS.isdisjoint({found.kind for found in others})
    filled = [text for text, _ in names if text]
    return bool(telling) and bool(filled) and sum(map(_is_name, filled)) * 2 >= len(filled)


def _is_name(text: str) -> bool:
    """Return whether a text looks like the name of a person: two to five words with capital letters."""
    words = text.replace(",", " ").split()
    return _PERSON.fullmatch(text) is not None and all(
        word[0].isupper() or word.rstrip(".").lower() in _PARTICLES for word in words
    )


def _names_somebody(each: _Named) -> bool:
    """Return whether a cell says whom its row is about."""
    field, found = each
    if found.kind is SubjectKind.DISPLAY_NAME:
        return MENTION in field.text or _is_value(field.text, found.kind)
    if found.kind is SubjectKind.EMAIL:
        return "@" in field.text
    return found.kind is SubjectKind.USER_KEY and _is_value(field.text, found.kind)


def _is_value(text: str, kind: SubjectKind) -> bool:
    """Return whether a cell holds a value of a kind, rather than nothing, a sentence or a placeholder."""
    if len(text) > _LONGEST or _NOTHING.fullmatch(text):
        return False
    return _SHAPES.get(kind, _OTHERS).fullmatch(text) is not None
