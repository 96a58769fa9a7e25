"""Files of text: what they say, whatever encoding they are in."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable
from typing import Final

from audit.attachments.gathered import Gathered
from audit.attachments.kinds import wide
from rules.model import Kind

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = ",;\t|"
_FIRST: Final = 4096


def decoded(data: bytes, charset: str = "") -> str:
    """Return bytes as text: by their mark, as UTF-8, by `charset`, and else as Latin-1, which reads everything."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    two = wide(data[:_FIRST])
    if two:
        return data.decode(two, "replace")
    for name in ("utf-8", charset):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def read_text(data: bytes, out: Gathered) -> None:
    """Take a text as it is."""
    out.add("content", decoded(data))


def read_json(data: bytes, out: Gathered) -> None:
    """Take a JSON document as such; one that is none is a text."""
    text = decoded(data)
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        out.note("it is no JSON, although its name says so: it was read as text")
        out.add("content", text)
    else:
        out.add("content", text, Kind.JSON)


def read_table(data: bytes, out: Gathered) -> None:
    """Take a table with its cells between tabs: the first row has the headings."""
    text = decoded(data)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = lines(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        out.note("it is no table, although its name says so: it was read as text")
        out.add("content", text)
    else:
        out.add("content", rows)


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Return a table as text: a line a row, tabs between its cells, one blank line for blank rows in a row."""
    kept: list[str] = []
    for row in rows:
        line = "\t".join(map(_cell, row)).rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _cell(value: object) -> str:
    """Return what a cell says, on one line; whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())
