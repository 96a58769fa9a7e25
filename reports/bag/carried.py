"""Whether a report carries the findings of the master, format by format."""

from __future__ import annotations

import csv
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final

_ATTACHED: Final = re.compile(rb"/Type\s{0,9}/EmbeddedFile\b[^\r\n]{0,500}>>\s{0,9}stream\r?\n")
_TEXTS: Final = "xl/sharedStrings.xml"
_LARGEST_BYTES: Final = 1_000_000_000
"""Of the texts of a workbook, unpacked."""


@dataclass(frozen=True, slots=True)
class Master:
    """What the other reports are compared with."""

    data: bytes
    """findings.json as it stands."""
    fingerprints: Counter[str]
    digest: str
    """Of its data."""


def differs(name: str, data: bytes, master: Master) -> str:
    """Return in what a report differs from findings.json, empty where it does not. `name` is one of `COMPARED`.

    Raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` when the report is not of its form.
    """
    if name not in FINGERPRINTS:
        return "" if SAME_DATA[name](data, master) else "it is not about the data of findings.json"
    found, expected = Counter(FINGERPRINTS[name](data)), master.fingerprints
    if found.total() != expected.total():
        return f"it has {found.total()} findings, findings.json {expected.total()}"
    return "" if found == expected else "its findings are others than those of findings.json"


def _json(data: bytes) -> list[str]:
    return [row["fingerprint"] for row in json.loads(data)["findings"]]


def _csv(data: bytes) -> list[str]:
    try:
        return [row["fingerprint"] for row in csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))]
    except csv.Error as error:
        raise ValueError("it is no table") from error


def _sarif(data: bytes) -> list[str]:
    (run,) = json.loads(data)["runs"]
    return [row["partialFingerprints"]["confluenceGdpr/v1"] for row in run["results"]]


def _ocsf(data: bytes) -> list[str]:
    return [json.loads(line)["finding_info"]["uid"] for line in data.splitlines()]


def _oscal(data: bytes) -> list[str]:
    (result,) = json.loads(data)["assessment-results"]["results"]
    proofs = [proof for observation in result["observations"] for proof in observation.get("relevant-evidence", ())]
    props = [prop for proof in proofs for prop in proof["props"]]
    return [prop["value"] for prop in props if prop["name"] == "fingerprint"]


def _prints_digest(data: bytes, master: Master) -> bool:
    """Return whether a report has the digest of the data in it, as text or as uncompressed metadata."""
    return master.digest.encode() in data


def _attaches(pdf: bytes, master: Master) -> bool:
    """Return whether findings.json is attached to a PDF, byte for byte."""
    found = _ATTACHED.search(pdf)
    if found is None:
        return False
    try:
        return zlib.decompressobj().decompress(pdf[found.end() :], len(master.data) + 1) == master.data
    except zlib.error:
        return False


def _workbook(data: bytes, master: Master) -> bool:
    """Return whether a workbook prints the digest of the data in one of its texts."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as book, book.open(_TEXTS) as texts:
            return master.digest.encode() in texts.read(_LARGEST_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, EOFError, OSError):
        return False


FINGERPRINTS: Final[Mapping[str, Callable[[bytes], list[str]]]] = {
    "csv": _csv,
    "json": _json,
    "ocsf": _ocsf,
    "oscal": _oscal,
    "sarif": _sarif,
}
SAME_DATA: Final[Mapping[str, Callable[[bytes, Master], bool]]] = {
    "html": _prints_digest,
    "md": _prints_digest,
    "parquet": _prints_digest,
    "pdf": _attaches,
    "xlsx": _workbook,
}
COMPARED: Final = frozenset({*FINGERPRINTS, *SAME_DATA})
"""Formats whose contents are compared with the master; the others are covered by digest and signature alone."""
