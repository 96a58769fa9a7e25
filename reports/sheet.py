"""The pieces of a spreadsheet: cells, sheets, and how an object of the site is written in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from reports.text import site_link
from rules.model import Ref


@dataclass(frozen=True, slots=True)
class Toned:
    """A word with a colour; the word says everything."""

    text: str
    tone: str
    """Label of a severity, or `good`, `held`, `bad`, `waiting`."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address on the site, to be followed; empty where there is none."""

    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text that no catalogue touches: a person's or the site's, or in the reader's language already."""

    text: str


Cell: TypeAlias = str | int | Toned | Address | Said


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its heads."""

    name: str
    heads: tuple[tuple[str, int], ...]
    """Head and width, in characters, of each column."""
    rows: Sequence[Sequence[Cell]]
    nothing: str
    """What stands in the sheet when it has no rows."""


OBJECT: Final = (("Space", 10), ("Object", 14), ("Id", 12), ("Version", 9), ("Title", 34), ("Address", 30))
"""Heads and widths of the cells of an object."""


def object_cells(ref: Ref, title: str, url: str, site: str) -> tuple[Cell, ...]:
    """Return what names an object, in the order of `OBJECT`; an address that leaves the site is left away."""
    version: Cell = "" if ref.version is None else ref.version
    return (ref.space, ref.type.value, ref.id, version, title, Address(site_link(url, site)))
