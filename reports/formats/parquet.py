"""Findings as one typed table for data tools: Apache Parquet with the rows and columns of the CSV.

Columns of few different texts are dictionary-encoded; the conditions and totals of the run stand in the metadata of
the schema. Texts are those of the JSON: nothing runs a cell of a Parquet file, so nothing is put before one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from reports.document import canonical, summary
from reports.evidence import Evidence
from reports.format import Format, Unavailable
from reports.tables import NUMBERS, TRUTHS, columns
from reports.text import sound

if TYPE_CHECKING:
    from types import ModuleType

LISTS: Final = frozenset({"articles", "witnesses"})
"""Lists of texts, which the CSV joins by commas."""
SINGLE: Final = frozenset({"fingerprint", "path", "excerpt"})
"""Texts of which most rows have their own; all others are dictionary-encoded."""
METADATA: Final = ("purpose", "run", "schema_version", "totals")
"""Parts of the JSON report that stand, as canonical JSON, under `confluence_gdpr.<part>` in the metadata."""

_INSTALL: Final = (
    "The Parquet file needs pyarrow, which is missing on this machine. Install it with: pip install "
    "'confluence-gdpr[parquet]'. The CSV report holds the same rows and needs nothing."
)


def render(evidence: Evidence) -> bytes:
    """Return the file, compressed with Zstandard. Raises `Unavailable` where pyarrow is missing.

    Equal evidence gives equal bytes under one version of pyarrow, which names itself in the file.
    """
    return write(engine(_pyarrow), evidence)


def engine(load: Callable[[], ModuleType]) -> ModuleType:
    """Return pyarrow, or raise `Unavailable` with what to install when it cannot be loaded."""
    try:
        return load()
    except (ImportError, OSError) as error:
        raise Unavailable(_INSTALL) from error


def write(pyarrow: ModuleType, evidence: Evidence) -> bytes:
    """Return the table as a file in memory."""
    arrays = {name: _array(pyarrow, name, cells) for name, cells in columns(evidence).items()}
    facts = summary(evidence)
    table = pyarrow.table(arrays, metadata=_metadata({part: facts[part] for part in METADATA}))
    file = BytesIO()
    pyarrow.parquet.write_table(table, file, compression="zstd", version="2.6", write_statistics=True)
    return file.getvalue()


def _array(pyarrow: ModuleType, name: str, cells: list[str]) -> Any:  # noqa: ANN401 - pyarrow has no types
    if name in NUMBERS:  # 64-bit integers; null where the CSV has an empty cell
        return pyarrow.array([int(cell) if cell else None for cell in cells], pyarrow.int64())
    if name in TRUTHS:
        return pyarrow.array([cell == "yes" for cell in cells], pyarrow.bool_())
    if name in LISTS:
        lists = [sound(cell).split(", ") if cell else [] for cell in cells]
        return pyarrow.array(lists, pyarrow.list_(pyarrow.string()))
    array = pyarrow.array([sound(cell) for cell in cells], pyarrow.string())
    return array if name in SINGLE else array.dictionary_encode()


def _metadata(parts: Mapping[str, Any]) -> dict[str, str]:
    return {f"confluence_gdpr.{part}": canonical(value) for part, value in parts.items()}


def _pyarrow() -> ModuleType:
    importlib.import_module("pyarrow.parquet")
    return importlib.import_module("pyarrow")


FORMAT: Final = Format(name="parquet", suffix=".parquet", media_type="application/vnd.apache.parquet", render=render)
