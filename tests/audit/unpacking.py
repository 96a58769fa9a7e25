"""What is packed inside of files: streams of a PDF, parts of a workbook, rows of a table, data of a page."""

from __future__ import annotations

import base64
import gzip
import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path


def unpacked(folder: Path) -> list[bytes]:
    """Return what is packed inside of the files of a folder, whatever they are called."""
    found: list[bytes] = []
    for path in (one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        match path.suffix:
            case ".pdf":
                found += _streams(data)
            case ".html":
                found += [gzip.decompress(base64.b64decode(one)) for one in re.findall(rb"H4sI[\w+/]{40,}=*", data)]
            case ".xlsx":
                with zipfile.ZipFile(BytesIO(data)) as book:
                    found += [book.read(name) for name in book.namelist()]
            case ".parquet":
                import pyarrow.parquet  # type: ignore[import-untyped]

                found.append(repr(pyarrow.parquet.read_table(BytesIO(data)).to_pydict()).encode())
    return found


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[start.end() :]))
        except zlib.error:
            continue
    return found
