"""The findings inside of a workbook and of a Parquet file, row by row: fingerprint, severity, confidence.

A workbook is read as our writer writes it, without a library: what is written otherwise has no findings that we know.
A Parquet file needs pyarrow.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any, Final, TypeAlias

from reports.language import language, languages
from rules.model import Confidence, Severity

Graded: TypeAlias = tuple[str, ...]
"""Of one finding: fingerprint, then severity and confidence as far as a format states them."""

LARGEST_BYTES: Final = 1_000_000_000
"""Of one part of a workbook, unpacked."""
TEXTS: Final = "xl/sharedStrings.xml"
MISSING: Final = "its rows need pyarrow: pip install 'confluence-gdpr[parquet]'"
GRADED: Final = ("fingerprint", "severity", "confidence")
"""What is compared of each finding, by its name in findings.json, CSV and Parquet."""
OTHER_GRADES: Final = "its findings have another severity or confidence than those of findings.json"
_GRADES: Final = (b"A", b"B")
"""Columns of severity and confidence in the sheet of findings."""
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d{1,4}\.xml")
_TEXT: Final = re.compile(rb"<si><t[^>]{0,40}>([^<]*)</t></si>")
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]{0,40} t="s"><v>(\d{1,9})</v></c>')
_UNPACKING: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, IndexError)


def workbook(data: bytes, expected: Counter[Graded]) -> str:
    """Return why no table of a workbook holds the `expected` findings, empty where one does.

    Sheets with the same heads are one table: a long one goes on in a second sheet. Severity and confidence are its
    first two columns, in any language of the reports. Raises `ValueError` when the file is no workbook of ours.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            texts = [one.decode() for one in _TEXT.findall(_read(book, TEXTS))]
            columns: dict[tuple[str, ...], Counter[Graded]] = {}
            for name in filter(_SHEET.fullmatch, book.namelist()):
                for head, cells in _columns(_read(book, name), texts).items():
                    columns.setdefault(head, Counter()).update(cells)
    except _UNPACKING as error:
        raise ValueError("it is no workbook") from error
    wanted = fingerprints(expected)
    nearest = max(columns.values(), key=lambda cells: len(fingerprints(cells).keys() & wanted), default=Counter())
    if nearest == expected or not expected:
        return ""
    if fingerprints(nearest) == wanted:
        return OTHER_GRADES
    return f"its column of fingerprints has {nearest.total()} cells that are not the findings of findings.json"


def fingerprints(findings: Counter[Graded]) -> Counter[str]:
    """Return how often each fingerprint is there, whatever its severity and confidence."""
    found: Counter[str] = Counter()
    for (fingerprint, *_), count in findings.items():
        found[fingerprint] += count
    return found


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as part:
        return part.read(LARGEST_BYTES)


def _columns(sheet: bytes, texts: list[str]) -> dict[tuple[str, ...], Counter[Graded]]:
    """Return the cells of each column with text, each with the grades of its row, by the heads of column and sheet."""
    cells: dict[bytes, Counter[Graded]] = {}
    heads: dict[bytes, str] = {}
    for row, found in groupby(_CELL.finditer(sheet), lambda cell: cell[2]):
        said = [(cell[1], texts[int(cell[3])]) for cell in found]
        if row == b"1":
            heads.update(said)
            continue
        cells_of_row = dict(said)
        if len(cells_of_row) != len(said):
            raise ValueError("a cell stands twice")
        severity, confidence = (_labels().get(cells_of_row.get(column, ""), "") for column in _GRADES)
        for column, text in said:
            cells.setdefault(column, Counter())[text, severity, confidence] += 1
    return {(heads.get(column, ""), *heads.values()): found for column, found in cells.items()}


@cache
def _labels() -> Mapping[str, str]:
    """Return the label of each severity and confidence by its word, in every language of the reports."""
    labels = [level.label for level in (*Severity, *Confidence)]
    return {language(code).told(label): label for code in languages() for label in labels}


def parquet(data: bytes, expected: Counter[Graded]) -> str:
    """Return why the rows of a Parquet file are not the `expected` findings, empty where they are.

    Raises `ValueError` when it is no Parquet file of ours, `ImportError` where pyarrow is missing.
    """
    table = _opened(lambda pyarrow: pyarrow.read_table(BytesIO(data), columns=list(GRADED)))
    found = Counter(zip(*(table.column(name).to_pylist() for name in GRADED), strict=True))
    if found == expected:
        return ""
    if fingerprints(found) == fingerprints(expected):
        return OTHER_GRADES
    return f"it has {found.total()} rows that are not the findings of findings.json"


def parquet_totals(data: bytes) -> Mapping[str, int]:
    """Return the findings of each severity that a Parquet file states. Raises as `parquet` does."""
    facts = _opened(lambda pyarrow: pyarrow.read_schema(BytesIO(data))).metadata
    return dict(json.loads(facts[b"confluence_gdpr.totals"])["by_severity"])


def _opened(read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    library = importlib.import_module("pyarrow.parquet")
    try:
        return read(library)
    except (OSError, importlib.import_module("pyarrow").ArrowException) as error:
        raise ValueError("it is no Parquet file") from error


def gap(name: str, find: Callable[[str], object] = importlib.util.find_spec) -> str:
    """Return why nobody can look into the rows of a format on this machine, empty where somebody can."""
    return MISSING if name == "parquet" and find("pyarrow") is None else ""
