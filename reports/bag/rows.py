"""The findings inside of a workbook and of a Parquet file: their fingerprints, row by row.

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
from io import BytesIO
from typing import Any, Final

LARGEST_BYTES: Final = 1_000_000_000
"""Of one part of a workbook, unpacked."""
TEXTS: Final = "xl/sharedStrings.xml"
MISSING: Final = "its rows need pyarrow: pip install 'confluence-gdpr[parquet]'"
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d{1,4}\.xml")
_TEXT: Final = re.compile(rb"<si><t[^>]{0,40}>([^<]*)</t></si>")
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]{0,40} t="s"><v>(\d{1,9})</v></c>')
_UNPACKING: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, IndexError)


def workbook(data: bytes, expected: Counter[str]) -> str:
    """Return why no column of a workbook holds the `expected` fingerprints, empty where one does.

    Sheets with the same heads are one table: a long one goes on in a second sheet. Raises `ValueError` when the file
    is no workbook of ours.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            texts = [one.decode() for one in _TEXT.findall(_read(book, TEXTS))]
            columns: dict[tuple[str, ...], Counter[str]] = {}
            for name in filter(_SHEET.fullmatch, book.namelist()):
                for head, cells in _columns(_read(book, name), texts).items():
                    columns.setdefault(head, Counter()).update(cells)
    except _UNPACKING as error:
        raise ValueError("it is no workbook") from error
    wanted = expected.keys()
    nearest = max(columns.values(), key=lambda cells: len(cells.keys() & wanted), default=Counter())
    if nearest == expected or not expected:
        return ""
    return f"its column of fingerprints has {nearest.total()} cells that are not the findings of findings.json"


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as part:
        return part.read(LARGEST_BYTES)


def _columns(sheet: bytes, texts: list[str]) -> dict[tuple[str, ...], Counter[str]]:
    """Return the cells of each column with text, by its head and the heads of its sheet."""
    cells: dict[str, Counter[int]] = {}
    heads: dict[str, str] = {}
    for column, row, number in _CELL.findall(sheet):
        name = column.decode()
        if row == b"1":
            heads[name] = texts[int(number)]
        else:
            cells.setdefault(name, Counter())[int(number)] += 1
    table = tuple(heads.values())
    return {
        (heads.get(name, ""), *table): Counter({texts[number]: count for number, count in found.items()})
        for name, found in cells.items()
    }


def parquet(data: bytes, expected: Counter[str]) -> str:
    """Return why the rows of a Parquet file are not those with the `expected` fingerprints, empty where they are.

    Raises `ValueError` when it is no Parquet file of ours, `ImportError` where pyarrow is missing.
    """
    table = _opened(lambda pyarrow: pyarrow.read_table(BytesIO(data), columns=["fingerprint"]))
    found = Counter(table.column("fingerprint").to_pylist())
    return "" if found == expected else f"it has {found.total()} rows that are not the findings of findings.json"


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
